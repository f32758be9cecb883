//! From the operations of a diff to those of the wire.

use djust_protocol::{Encoder, JsonText, Namespace, NodeId};
use djust_vdom::{Emit, HtmlPiece, HtmlPieces, Nodes, Step};

/// Hands every operation of a diff on to an encoder.
///
/// ```
/// use djust_live::{Adapter, djust_protocol::Encoder};
/// use djust_vdom::{Emit, NodeId};
///
/// let mut encoder = Encoder::new();
/// Adapter::new(&mut encoder).set_text(NodeId(3), "2");
/// assert_eq!(encoder.as_str(), r#"[0,3,"2"]"#);
/// ```
#[derive(Debug)]
pub struct Adapter<'e> {
    encoder: &'e mut Encoder,
    literals: Option<&'e mut Literals>,
}

/// The literals of one recording as JSON, each prepared when it is first inserted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Literals(Vec<Option<JsonText>>);

impl Literals {
    #[inline]
    fn prepared(&mut self, number: u32, text: &str) -> &JsonText {
        let place = number as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, None);
        }
        self.0[place].get_or_insert_with(|| JsonText::new(text))
    }
}

impl<'e> Adapter<'e> {
    /// Writes to `encoder`.
    pub fn new(encoder: &'e mut Encoder) -> Self {
        Self {
            encoder,
            literals: None,
        }
    }

    /// Writes to `encoder` what comes of the one recording that these literals are for.
    pub(crate) fn with_literals(encoder: &'e mut Encoder, literals: &'e mut Literals) -> Self {
        Self {
            encoder,
            literals: Some(literals),
        }
    }
}

fn wire(id: djust_vdom::NodeId) -> NodeId {
    NodeId(id.0)
}

fn wire_namespace(namespace: djust_vdom::Namespace) -> Namespace {
    match namespace {
        djust_vdom::Namespace::Html => Namespace::Html,
        djust_vdom::Namespace::Svg => Namespace::Svg,
        djust_vdom::Namespace::MathMl => Namespace::MathMl,
    }
}

impl Emit for Adapter<'_> {
    fn set_text(&mut self, id: djust_vdom::NodeId, text: &str) {
        self.encoder.set_text(wire(id), text);
    }

    fn set_tail(&mut self, id: djust_vdom::NodeId, text: &str) {
        self.encoder.set_tail(wire(id), text);
    }

    fn set_attribute(&mut self, id: djust_vdom::NodeId, name: &str, value: &str) {
        self.encoder.set_attribute(wire(id), name, value);
    }

    fn remove_attribute(&mut self, id: djust_vdom::NodeId, name: &str) {
        self.encoder.remove_attribute(wire(id), name);
    }

    fn insert_html(
        &mut self,
        parent: djust_vdom::NodeId,
        after: djust_vdom::NodeId,
        base: djust_vdom::NodeId,
        html: &str,
    ) {
        self.encoder
            .insert_html(wire(parent), wire(after), wire(base), html);
    }

    fn insert_pieces(
        &mut self,
        parent: djust_vdom::NodeId,
        after: djust_vdom::NodeId,
        base: djust_vdom::NodeId,
        pieces: HtmlPieces<'_>,
    ) {
        let mut html = self
            .encoder
            .insert_pieces(wire(parent), wire(after), wire(base));
        let mut unused = Literals::default();
        let literals = match &mut self.literals {
            Some(literals) => literals,
            None => &mut unused,
        };
        html.reserve(pieces.size());
        for piece in pieces.iter() {
            match piece {
                HtmlPiece::Literal(number, text) => html.prepared(literals.prepared(number, text)),
                HtmlPiece::Markup(text) => html.markup(text),
                HtmlPiece::Text(text) => html.text(text),
            }
        }
        html.finish();
    }

    fn remove(&mut self, id: djust_vdom::NodeId, count: u32) {
        self.encoder.remove(wire(id), count);
    }

    fn move_node(
        &mut self,
        parent: djust_vdom::NodeId,
        after: djust_vdom::NodeId,
        id: djust_vdom::NodeId,
    ) {
        self.encoder.move_node(wire(parent), wire(after), wire(id));
    }

    fn replace_children(&mut self, id: djust_vdom::NodeId, base: djust_vdom::NodeId, html: &str) {
        self.encoder.replace_children(wire(id), wire(base), html);
    }

    fn merge(&mut self, id: djust_vdom::NodeId, html: &str) {
        self.encoder.merge(wire(id), html);
    }

    fn insert_tree(
        &mut self,
        parent: djust_vdom::NodeId,
        after: djust_vdom::NodeId,
        base: djust_vdom::NodeId,
        nodes: Nodes<'_>,
    ) {
        let mut tree = self
            .encoder
            .insert_tree(wire(parent), wire(after), wire(base));
        for step in nodes.steps() {
            match step {
                Step::Open(element) if element.is_template() => {
                    tree.open_template(element.attributes(), element.text(), element.tail());
                }
                Step::Open(element) => {
                    let namespace = wire_namespace(element.namespace());
                    tree.open(
                        element.name(),
                        namespace,
                        element.attributes(),
                        element.text(),
                    );
                }
                Step::Close(element) if element.is_template() => tree.close_template(),
                Step::Close(element) => tree.close(element.tail()),
                Step::Comment { data, tail } => tree.comment(data, tail),
                // `Step` is non-exhaustive; a tree has no other nodes.
                _ => {}
            }
        }
        tree.finish();
    }
}
