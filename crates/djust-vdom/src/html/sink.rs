//! What html5ever's tree builder does, done to a [`Tree`].

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use html5ever::interface::{
    Attribute as ParsedAttribute, ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink,
};
use html5ever::tendril::StrTendril;
use html5ever::{LocalName, QualName, ns};

use super::{Doctype, Document, How, Quirks};
use crate::Namespace;
use crate::tree::{Attribute, ElementData, Handle, Kind, Name, Tree};

/// What becomes of a template with `shadowrootmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shadow {
    /// It becomes a shadow root, which is not part of the tree: pages.
    Attached,
    /// It stays a template: fragments.
    Kept,
}

#[derive(Debug)]
pub(super) struct Sink {
    tree: RefCell<Tree>,
    quirks: Cell<Quirks>,
    doctype: RefCell<Option<Doctype>>,
    shadow: Shadow,
    shadow_hosts: RefCell<HashSet<Handle>>,
}

/// The name of an element, held apart from the tree, which changes under the tree builder's hands.
#[derive(Debug)]
pub(super) struct ElementName {
    namespace: html5ever::Namespace,
    local: LocalName,
}

impl ElemName for ElementName {
    fn ns(&self) -> &html5ever::Namespace {
        &self.namespace
    }

    fn local_name(&self) -> &LocalName {
        &self.local
    }
}

impl Sink {
    pub(super) fn new(shadow: Shadow) -> Self {
        Self {
            tree: RefCell::new(Tree::with_top(Kind::Document)),
            quirks: Cell::new(Quirks::No),
            doctype: RefCell::new(None),
            shadow,
            shadow_hosts: RefCell::new(HashSet::new()),
        }
    }

    pub(super) fn create(&self, element: ElementData) -> Handle {
        self.tree.borrow_mut().create_element(element)
    }

    pub(super) fn into_tree(self) -> Tree {
        self.tree.into_inner()
    }

    pub(super) fn into_document(self) -> Document {
        Document {
            tree: self.tree.into_inner(),
            quirks: self.quirks.get(),
            doctype: self.doctype.into_inner(),
            how: How::Full(None),
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ElementName;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.tree.borrow().top()
    }

    fn elem_name(&self, target: &Handle) -> ElementName {
        let tree = self.tree.borrow();
        let element = tree
            .element(*target)
            .expect("the tree builder names elements only");
        ElementName {
            namespace: element.namespace.url(),
            local: element.name.clone(),
        }
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<ParsedAttribute>,
        _flags: ElementFlags,
    ) -> Handle {
        self.create(ElementData {
            namespace: Namespace::from_url(&name.ns),
            name: name.local,
            attributes: attributes.into_iter().map(attribute).collect(),
            contents: None,
        })
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        let mut tree = self.tree.borrow_mut();
        let comment = tree.create(Kind::Comment);
        tree.node_mut(comment).text = text.into();
        comment
    }

    /// The HTML tokenizer makes comments of processing instructions; so would this.
    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.create_comment(StrTendril::from(format!("?{target} {data}")))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let mut tree = self.tree.borrow_mut();
        match child {
            NodeOrText::AppendNode(node) => {
                tree.detach(node);
                tree.append(*parent, node);
            }
            NodeOrText::AppendText(text) => tree.append_text(*parent, &text),
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let has_parent = self.tree.borrow().parent(*element).is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(
        &self,
        name: StrTendril,
        public_id: StrTendril,
        system_id: StrTendril,
    ) {
        let tree = self.tree.borrow();
        *self.doctype.borrow_mut() = Some(Doctype {
            name: name.into(),
            public_id: public_id.into(),
            system_id: system_id.into(),
            after: tree.node(tree.top()).last_child,
        });
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.tree
            .borrow()
            .template_contents(*target)
            .expect("only templates are asked for theirs")
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.quirks.set(match mode {
            QuirksMode::Quirks => Quirks::Full,
            QuirksMode::LimitedQuirks => Quirks::Limited,
            QuirksMode::NoQuirks => Quirks::No,
        });
    }

    fn append_before_sibling(&self, sibling: &Handle, new_node: NodeOrText<Handle>) {
        let mut tree = self.tree.borrow_mut();
        match new_node {
            NodeOrText::AppendNode(node) => {
                tree.detach(node);
                tree.insert_before(*sibling, node);
            }
            NodeOrText::AppendText(text) => tree.insert_text_before(*sibling, &text),
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<ParsedAttribute>) {
        let mut tree = self.tree.borrow_mut();
        let Kind::Element(element) = &mut tree.node_mut(*target).kind else {
            return;
        };
        for new in attributes.into_iter().map(attribute) {
            if element.attributes.iter().all(|old| old.name != new.name) {
                element.attributes.push(new);
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.tree.borrow_mut().reparent_children(*node, *new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        let tree = self.tree.borrow();
        tree.attribute(*handle, "encoding").is_some_and(|encoding| {
            encoding.eq_ignore_ascii_case("text/html")
                || encoding.eq_ignore_ascii_case("application/xhtml+xml")
        })
    }

    fn allow_declarative_shadow_roots(&self, _intended_parent: &Handle) -> bool {
        self.shadow == Shadow::Attached
    }

    /// A template that succeeds here is on the parser's stack only, so its content never reaches
    /// the tree: shadow roots are not numbered, nor seen by `outerHTML`.
    fn attach_declarative_shadow(
        &self,
        location: &Handle,
        _template: &Handle,
        _attributes: &[ParsedAttribute],
    ) -> bool {
        let valid = can_host_shadow(&self.tree.borrow(), *location);
        valid && self.shadow_hosts.borrow_mut().insert(*location)
    }
}

/// Whether `attachShadow` accepts the element
/// ([DOM §4.9](https://dom.spec.whatwg.org/#valid-shadow-host-name)).
fn can_host_shadow(tree: &Tree, node: Handle) -> bool {
    const HOSTS: [&str; 18] = [
        "article",
        "aside",
        "blockquote",
        "body",
        "div",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "main",
        "nav",
        "p",
        "section",
        "span",
    ];
    tree.namespace(node) == Namespace::Html
        && tree
            .name(node)
            .is_some_and(|name| name.contains('-') || HOSTS.contains(&name))
}

/// An attribute under its serialised name
/// ([§13.3](https://html.spec.whatwg.org/multipage/parsing.html#attribute's-serialised-name)).
fn attribute(parsed: ParsedAttribute) -> Attribute {
    let local = parsed.name.local;
    let name = match parsed.name.ns {
        ns!(xlink) => Name::from(format!("xlink:{local}")),
        ns!(xml) => Name::from(format!("xml:{local}")),
        ns!(xmlns) if &*local != "xmlns" => Name::from(format!("xmlns:{local}")),
        _ => local,
    };
    Attribute {
        name,
        value: parsed.value.into(),
    }
}
