//! Serialisation ([§13.3](https://html.spec.whatwg.org/multipage/parsing.html#serialising-html-fragments)).
//!
//! What is written to be parsed has one addition, which the standard once had: a `pre`, `textarea`
//! or `listing` whose text begins with a line feed is written with one more, since the parser
//! drops the first. Browsers do not write it.

use crate::Namespace;
use crate::tree::walk::Visit;
use crate::tree::{Handle, Kind, Nodes, Tree};

/// Writes nodes with their tails.
///
/// Parsing the result in the context of their parent gives the nodes back whenever HTML can
/// express them there. It cannot express, for example, a `p` inside a `p`, or a carriage return.
///
/// ```
/// use djust_vdom::html::{self, Context};
/// use djust_vdom::Nodes;
///
/// let tree = html::parse_fragment("<pre>\n\n1 &lt; 2</pre>", &Context::new("div"));
/// let mut written = String::new();
/// html::write(Nodes::children_of(&tree, tree.top()), &mut written);
/// assert_eq!(written, "<pre>\n\n1 &lt; 2</pre>");
/// ```
pub fn write(nodes: Nodes<'_>, out: &mut String) {
    write_for(Reader::Parser, nodes, out);
}

/// Writes nodes as `outerHTML` does, which does not always survive parsing.
pub(crate) fn write_as_browsers(nodes: Nodes<'_>, out: &mut String) {
    write_for(Reader::Comparison, nodes, out);
}

/// For whom HTML is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A parser, which drops a line feed at the beginning of some elements.
    Parser,
    /// Someone who compares it with what a browser says.
    Comparison,
}

fn write_for(reader: Reader, nodes: Nodes<'_>, out: &mut String) {
    let tree = nodes.tree();
    for visit in nodes.visits() {
        match visit {
            Visit::Enter(node) => {
                open(tree, node, out);
                if reader == Reader::Parser && drops_first_line_feed(tree, node) {
                    out.push('\n');
                }
                if !is_void(tree, node) && !tree.is_comment(node) {
                    write_text(tree, Some(node), tree.text(node), out);
                }
            }
            Visit::Leave(node) => {
                close(tree, node, out);
                write_text(tree, tree.parent(node), tree.tail(node), out);
            }
        }
    }
}

/// Writes everything inside an element, as `innerHTML` gives it.
///
/// ```
/// use djust_vdom::html::{self, Context};
///
/// let tree = html::parse_fragment("a<br>b", &Context::new("p"));
/// let mut written = String::new();
/// html::write_children(&tree, tree.top(), &mut written);
/// assert_eq!(written, "a<br>b");
/// ```
pub fn write_children(tree: &Tree, element: Handle, out: &mut String) {
    let inside = tree.template_contents(element).unwrap_or(element);
    write_text(tree, Some(element), tree.text(inside), out);
    write(Nodes::children_of(tree, inside), out);
}

/// Writes the text an element begins with.
pub(crate) fn write_leading_text(tree: &Tree, element: Handle, out: &mut String) {
    write_text(tree, Some(element), tree.text(element), out);
}

fn open(tree: &Tree, node: Handle, out: &mut String) {
    match &tree.node(node).kind {
        Kind::Element(element) => {
            out.push('<');
            out.push_str(&element.name);
            for attribute in &element.attributes {
                out.push(' ');
                out.push_str(&attribute.name);
                out.push_str("=\"");
                escape_attribute(&attribute.value, out);
                out.push('"');
            }
            out.push('>');
        }
        Kind::Comment => {
            out.push_str("<!--");
            out.push_str(tree.text(node));
            out.push_str("-->");
        }
        Kind::Document | Kind::Fragment => {}
    }
}

fn close(tree: &Tree, node: Handle, out: &mut String) {
    if let Some(element) = tree.element(node)
        && !is_void(tree, node)
    {
        out.push_str("</");
        out.push_str(&element.name);
        out.push('>');
    }
}

fn write_text(tree: &Tree, parent: Option<Handle>, text: &str, out: &mut String) {
    if parent.is_some_and(|parent| holds_raw_text(tree, parent)) {
        out.push_str(text);
    } else {
        escape_text(text, out);
    }
}

fn html_name(tree: &Tree, node: Handle) -> Option<&str> {
    tree.element(node)
        .filter(|element| element.namespace == Namespace::Html)
        .map(|element| &*element.name)
}

fn is_void(tree: &Tree, node: Handle) -> bool {
    matches!(
        html_name(tree, node),
        Some(
            "area"
                | "base"
                | "basefont"
                | "bgsound"
                | "br"
                | "col"
                | "embed"
                | "frame"
                | "hr"
                | "img"
                | "input"
                | "keygen"
                | "link"
                | "meta"
                | "param"
                | "source"
                | "track"
                | "wbr"
        )
    )
}

fn drops_first_line_feed(tree: &Tree, node: Handle) -> bool {
    tree.text(node).starts_with('\n')
        && matches!(html_name(tree, node), Some("pre" | "textarea" | "listing"))
}

fn holds_raw_text(tree: &Tree, node: Handle) -> bool {
    matches!(
        html_name(tree, node),
        Some(
            "style"
                | "script"
                | "xmp"
                | "iframe"
                | "noembed"
                | "noframes"
                | "plaintext"
                | "noscript"
        )
    )
}

fn escape_text(text: &str, out: &mut String) {
    escape(text, None, out);
}

fn escape_attribute(value: &str, out: &mut String) {
    escape(value, Some(b'"'), out);
}

/// Escapes `&`, U+00A0, `<`, `>`, and the quote if it is special.
fn escape(text: &str, quote: Option<u8>, out: &mut String) {
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let (escaped, length) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' if quote == Some(byte) => ("&quot;", 1),
            0xc2 if bytes.get(at + 1) == Some(&0xa0) => ("&nbsp;", 2),
            _ => continue,
        };
        out.push_str(&text[written..at]);
        out.push_str(escaped);
        written = at + length;
    }
    out.push_str(&text[written..]);
}
