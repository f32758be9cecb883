//! Writes trees as the cases do.

use std::fmt::Write;

use djust_vdom::html::{Context, Doctype, Document, full, strict};
use djust_vdom::{Handle, Namespace, Tree};

use crate::case::Case;

/// The tree of the full parser.
pub(crate) fn full(case: &Case) -> String {
    match context(case) {
        Some(context) => fragment(&full::parse_fragment(&case.data, &context)),
        None => page(&full::parse_document(&case.data)),
    }
}

/// The trees of the full and the strict parser, wherever the strict one accepts the data: as the
/// case has it, in a body with all tags, and in some contexts.
pub(crate) fn both(case: &Case) -> Vec<(String, String)> {
    let data = &case.data;
    let framed = format!("<!doctype html><html><head></head><body>{data}</body></html>");
    let pages = [data, &framed].into_iter().filter_map(|html| {
        let strict = strict::parse_document(html).ok()?;
        Some((page(&full::parse_document(html)), page(&strict)))
    });
    let html = ["div", "td", "tr", "table", "select", "template", "title"].map(Context::new);
    let svg = Context::new("svg").with_namespace(Namespace::Svg);
    let contexts = html.into_iter().chain([svg]).chain(context(case));
    let fragments = contexts.filter_map(|context| {
        let strict = strict::parse_fragment(data, &context).ok()?;
        Some((
            fragment(&full::parse_fragment(data, &context)),
            fragment(&strict),
        ))
    });
    pages.chain(fragments).collect()
}

fn context(case: &Case) -> Option<Context> {
    let name = case.context.as_ref()?;
    Some(match name.split_once(' ') {
        Some(("svg", name)) => Context::new(name).with_namespace(Namespace::Svg),
        Some(("math", name)) => Context::new(name).with_namespace(Namespace::MathMl),
        _ => Context::new(name),
    })
}

fn fragment(tree: &Tree) -> String {
    let mut out = Dump::default();
    out.children(tree, tree.top(), 0);
    out.finish()
}

fn page(page: &Document) -> String {
    let mut out = Dump::default();
    let (tree, doctype) = (page.tree(), page.doctype());
    if let Some(doctype) = doctype.filter(|doctype| doctype.after.is_none()) {
        out.doctype(doctype);
    }
    for node in tree.children(tree.top()) {
        out.node(tree, node, 0);
        if let Some(doctype) = doctype.filter(|doctype| doctype.after == Some(node)) {
            out.doctype(doctype);
        }
    }
    out.finish()
}

#[derive(Default)]
struct Dump(String);

impl Dump {
    fn finish(self) -> String {
        self.0.trim_end_matches('\n').to_owned()
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.0, "| {:1$}{text}", "", depth * 2);
    }

    fn doctype(&mut self, doctype: &Doctype) {
        let Doctype {
            name,
            public_id,
            system_id,
            ..
        } = doctype;
        if public_id.is_empty() && system_id.is_empty() {
            self.line(0, &format!("<!DOCTYPE {name}>"));
        } else {
            self.line(
                0,
                &format!("<!DOCTYPE {name} \"{public_id}\" \"{system_id}\">"),
            );
        }
    }

    fn text(&mut self, text: &str, depth: usize) {
        if !text.is_empty() {
            self.line(depth, &format!("\"{text}\""));
        }
    }

    fn children(&mut self, tree: &Tree, parent: Handle, depth: usize) {
        self.text(tree.text(parent), depth);
        for child in tree.children(parent) {
            self.node(tree, child, depth);
            self.text(tree.tail(child), depth);
        }
    }

    fn node(&mut self, tree: &Tree, node: Handle, depth: usize) {
        let Some(name) = tree.name(node) else {
            return self.line(depth, &format!("<!-- {} -->", tree.text(node)));
        };
        let prefix = match tree.namespace(node) {
            Namespace::Html => "",
            Namespace::Svg => "svg ",
            Namespace::MathMl => "math ",
        };
        self.line(depth, &format!("<{prefix}{name}>"));
        let foreign = tree.namespace(node) != Namespace::Html;
        let mut attributes: Vec<_> = tree
            .attributes(node)
            .map(|(name, value)| (attribute_name(name, foreign), value))
            .collect();
        attributes.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
        for (name, value) in attributes {
            self.line(depth + 1, &format!("{name}=\"{value}\""));
        }
        if let Some(contents) = tree.template_contents(node) {
            self.line(depth + 1, "content");
            self.children(tree, contents, depth + 2);
        }
        self.children(tree, node, depth + 1);
    }
}

/// Foreign elements have these attributes in a namespace, written with a space
/// ([§13.2.6.5](https://html.spec.whatwg.org/multipage/parsing.html#adjust-foreign-attributes)).
fn attribute_name(name: &str, foreign: bool) -> String {
    const IN_NAMESPACE: [&str; 11] = [
        "xlink:actuate",
        "xlink:arcrole",
        "xlink:href",
        "xlink:role",
        "xlink:show",
        "xlink:title",
        "xlink:type",
        "xml:lang",
        "xml:space",
        "xmlns:xlink",
        "xmlns",
    ];
    match name {
        "xmlns" if foreign => "xmlns xmlns".to_owned(),
        name if foreign && IN_NAMESPACE.contains(&name) => name.replacen(':', " ", 1),
        name => name.to_owned(),
    }
}
