//! Writes patch operations as one flat JSON array.
//!
//! Invariants: the buffer is empty or `[`, operations joined by commas; the closing `]` is written
//! by [`Encoder::as_str`] and [`Encoder::finish`] only.

use crate::html::HtmlEncoder;
use crate::json;
use crate::operations::Operations;
use crate::patch::{COMMENT_NAME, Namespace, NodeId, Patch, TEMPLATE_NAME, TreeNode, operation};

/// Writes operations into a buffer that is kept between updates.
///
/// There is one method for each operation; numbers and texts go out through serde, so that every
/// text is valid JSON whatever it holds. [`Encoder::clear`] keeps the memory.
///
/// ```
/// use djust_protocol::{Encoder, NodeId};
///
/// let mut encoder = Encoder::new();
/// encoder.set_text(NodeId(7031), "new \"text\"");
/// encoder.move_node(NodeId(2), NodeId(0), NodeId(9));
/// assert_eq!(encoder.as_str(), r#"[0,7031,"new \"text\"",6,2,0,9]"#);
///
/// encoder.clear();
/// assert_eq!(encoder.as_str(), "[]");
/// ```
#[derive(Debug, Default)]
pub struct Encoder {
    buffer: Vec<u8>,
    operations: usize,
    closed: bool,
    /// The move that was written last, as long as nothing follows it.
    moved: Option<Moved>,
}

/// A move, or several, to which another may be added.
#[derive(Clone, Copy, Debug)]
struct Moved {
    parent: NodeId,
    /// The node that was moved last.
    last: NodeId,
    /// Where the operation begins in the buffer, and the number of its first node; the latter not any more once there are
    /// several.
    start: usize,
    first: Option<usize>,
}

impl Encoder {
    /// An encoder without operations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the operations and keeps the memory.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.operations = 0;
        self.closed = false;
        self.moved = None;
    }

    /// Whether no operation was written.
    pub fn is_empty(&self) -> bool {
        self.operations == 0
    }

    /// Number of operations written.
    pub fn len(&self) -> usize {
        self.operations
    }

    /// The operations as a JSON array; `[]` when there are none. More may be written afterwards.
    pub fn as_str(&mut self) -> &str {
        self.close();
        std::str::from_utf8(&self.buffer).expect("serde writes UTF-8")
    }

    /// The operations as a value that frames carry. The memory goes with it: the encoder is as new.
    pub fn finish(&mut self) -> Operations {
        self.close();
        let Self {
            buffer, operations, ..
        } = std::mem::take(self);
        if operations == 0 {
            return Operations::default();
        }
        Operations::from_encoder(String::from_utf8(buffer).expect("serde writes UTF-8"))
    }

    /// Operation 0: sets the text of an element before its first numbered child, or a comment's data.
    pub fn set_text(&mut self, id: NodeId, text: &str) {
        self.begin(operation::SET_TEXT, &[id]);
        self.text(text);
    }

    /// Operation 1: sets the text after a node.
    pub fn set_tail(&mut self, id: NodeId, text: &str) {
        self.begin(operation::SET_TAIL, &[id]);
        self.text(text);
    }

    /// Operation 2: sets an attribute.
    pub fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.begin(operation::SET_ATTRIBUTE, &[id]);
        self.text(name);
        self.text(value);
    }

    /// Operation 3: removes an attribute.
    pub fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.begin(operation::REMOVE_ATTRIBUTE, &[id]);
        self.text(name);
    }

    /// Operation 4: inserts HTML.
    pub fn insert_html(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: &str) {
        self.begin(operation::INSERT_HTML, &[parent, after, base]);
        self.text(html);
    }

    /// Operation 4 with HTML in pieces, written with the encoder that comes back.
    pub fn insert_pieces(
        &mut self,
        parent: NodeId,
        after: NodeId,
        base: NodeId,
    ) -> HtmlEncoder<'_> {
        self.begin(operation::INSERT_HTML, &[parent, after, base]);
        self.buffer.push(b',');
        HtmlEncoder::new(&mut self.buffer)
    }

    /// Operation 5: removes a node and the `count - 1` numbered siblings that follow it.
    pub fn remove(&mut self, id: NodeId, count: u32) {
        self.begin(operation::REMOVE, &[id, NodeId(count)]);
    }

    /// Operation 6: moves a node inside its parent. If it goes behind the one that was moved last, both are operation 10.
    ///
    /// ```
    /// use djust_protocol::{Encoder, NodeId};
    ///
    /// let mut encoder = Encoder::new();
    /// encoder.move_node(NodeId(2), NodeId(0), NodeId(9));
    /// encoder.move_node(NodeId(2), NodeId(9), NodeId(7));
    /// encoder.move_node(NodeId(2), NodeId(7), NodeId(8));
    /// encoder.move_node(NodeId(2), NodeId(30), NodeId(6));
    /// assert_eq!(encoder.as_str(), "[10,2,0,[9,7,8],6,2,30,6]");
    /// ```
    pub fn move_node(&mut self, parent: NodeId, after: NodeId, id: NodeId) {
        self.reopen();
        if let Some(moved) = self.moved
            && (moved.parent, moved.last) == (parent, after)
        {
            return self.move_behind(moved, id);
        }
        let start = self.buffer.len();
        self.begin(operation::MOVE, &[parent, after]);
        self.buffer.push(b',');
        let first = Some(self.buffer.len());
        json::write(&mut self.buffer, &id.0);
        self.moved = Some(Moved {
            parent,
            last: id,
            start,
            first,
        });
    }

    /// Adds a node to the move that was written last.
    fn move_behind(&mut self, moved: Moved, id: NodeId) {
        match moved.first {
            // `,6,2,0,9` becomes `,10,2,0,[9]`.
            Some(first) => {
                self.buffer.insert(first, b'[');
                let number = moved.start + 1..moved.start + 2;
                self.buffer.splice(number, *b"10");
            }
            None => drop(self.buffer.pop()),
        }
        self.buffer.push(b',');
        json::write(&mut self.buffer, &id.0);
        self.buffer.push(b']');
        self.moved = Some(Moved {
            last: id,
            first: None,
            ..moved
        });
    }

    /// Operation 7: replaces the text and all children of an element.
    pub fn replace_children(&mut self, id: NodeId, base: NodeId, html: &str) {
        self.begin(operation::REPLACE_CHILDREN, &[id, base]);
        self.text(html);
    }

    /// Operation 8: inserts a tree of nodes, written with the encoder that comes back.
    ///
    /// The tree may be of any depth: nothing here recurses.
    ///
    /// ```
    /// use djust_protocol::{Encoder, Namespace, NodeId};
    ///
    /// let mut encoder = Encoder::new();
    /// let mut tree = encoder.insert_tree(NodeId(1), NodeId(0), NodeId(8));
    /// tree.open("p", Namespace::Html, [("class", "a")], "one");
    /// tree.comment("two", "three");
    /// tree.close("");
    /// tree.finish();
    /// let wire = r##"[8,1,0,8,[["p",0,["class","a"],"one",[["#comment","two","three"]],""]]]"##;
    /// assert_eq!(encoder.as_str(), wire);
    /// ```
    pub fn insert_tree(&mut self, parent: NodeId, after: NodeId, base: NodeId) -> TreeEncoder<'_> {
        self.begin(operation::INSERT_TREE, &[parent, after, base]);
        self.buffer.extend_from_slice(b",[");
        TreeEncoder {
            buffer: &mut self.buffer,
            open: 0,
        }
    }

    /// Operation 9: adds to what an element holds.
    pub fn merge(&mut self, id: NodeId, html: &str) {
        self.begin(operation::MERGE, &[id]);
        self.text(html);
    }

    /// Writes any operation.
    pub fn patch(&mut self, patch: &Patch<'_>) {
        match patch {
            Patch::SetText { id, text } => self.set_text(*id, text),
            Patch::SetTail { id, text } => self.set_tail(*id, text),
            Patch::SetAttribute { id, name, value } => self.set_attribute(*id, name, value),
            Patch::RemoveAttribute { id, name } => self.remove_attribute(*id, name),
            Patch::InsertHtml {
                parent,
                after,
                base,
                html,
            } => {
                self.insert_html(*parent, *after, *base, html);
            }
            Patch::Remove { id, count } => self.remove(*id, *count),
            Patch::Move { parent, after, id } => self.move_node(*parent, *after, *id),
            Patch::ReplaceChildren { id, base, html } => self.replace_children(*id, *base, html),
            Patch::InsertTree {
                parent,
                after,
                base,
                nodes,
            } => {
                let mut tree = self.insert_tree(*parent, *after, *base);
                for node in nodes {
                    tree.node(node);
                }
                tree.finish();
            }
            Patch::Merge { id, html } => self.merge(*id, html),
        }
    }

    fn begin(&mut self, operation: u8, numbers: &[NodeId]) {
        self.reopen();
        self.moved = None;
        self.buffer
            .push(if self.buffer.is_empty() { b'[' } else { b',' });
        json::write(&mut self.buffer, &operation);
        for NodeId(number) in numbers {
            self.buffer.push(b',');
            json::write(&mut self.buffer, number);
        }
        self.operations += 1;
    }

    fn text(&mut self, text: &str) {
        self.buffer.push(b',');
        json::write(&mut self.buffer, text);
    }

    fn close(&mut self) {
        if !self.closed {
            if self.buffer.is_empty() {
                self.buffer.push(b'[');
            }
            self.buffer.push(b']');
            self.closed = true;
        }
    }

    fn reopen(&mut self) {
        if self.closed {
            self.buffer.pop();
            if self.operations == 0 {
                self.buffer.clear();
            }
            self.closed = false;
        }
    }
}

/// Writes the nodes of one tree: see [`Encoder::insert_tree`].
///
/// An element is [`open`](Self::open), its children, [`close`](Self::close); a `template` is
/// [`open_template`](Self::open_template), the nodes of its content,
/// [`close_template`](Self::close_template).
#[derive(Debug)]
#[must_use = "the tree must be finished"]
pub struct TreeEncoder<'e> {
    buffer: &'e mut Vec<u8>,
    /// Elements that are open, for the debug assertions.
    open: usize,
}

impl TreeEncoder<'_> {
    /// Begins an element; `text` comes before its first child.
    pub fn open<N: AsRef<str>, V: AsRef<str>>(
        &mut self,
        name: &str,
        namespace: Namespace,
        attributes: impl IntoIterator<Item = (N, V)>,
        text: &str,
    ) {
        self.begin_list();
        json::write(self.buffer, name);
        self.buffer.push(b',');
        json::write(self.buffer, &(namespace as u8));
        self.buffer.extend_from_slice(b",[");
        for (name, value) in attributes {
            self.separate();
            json::write(self.buffer, name.as_ref());
            self.buffer.push(b',');
            json::write(self.buffer, value.as_ref());
        }
        self.buffer.extend_from_slice(b"],");
        json::write(self.buffer, text);
        self.buffer.extend_from_slice(b",[");
        self.open += 1;
    }

    /// Ends the open element; `tail` follows it.
    pub fn close(&mut self, tail: &str) {
        self.close_children(tail);
        self.end_list();
    }

    /// Begins an HTML `template`; `text` comes before the first node of its content, `tail` follows
    /// the element.
    pub fn open_template<N: AsRef<str>, V: AsRef<str>>(
        &mut self,
        attributes: impl IntoIterator<Item = (N, V)>,
        text: &str,
        tail: &str,
    ) {
        self.open(TEMPLATE_NAME, Namespace::Html, attributes, text);
        self.close_children(tail);
        self.buffer.extend_from_slice(b",[");
    }

    /// Ends the open `template`.
    pub fn close_template(&mut self) {
        self.buffer.push(b']');
        self.end_list();
    }

    /// Writes a comment; `tail` follows it.
    pub fn comment(&mut self, data: &str, tail: &str) {
        self.begin_list();
        json::write(self.buffer, COMMENT_NAME);
        self.buffer.push(b',');
        json::write(self.buffer, data);
        self.buffer.push(b',');
        json::write(self.buffer, tail);
        self.buffer.push(b']');
    }

    /// Ends the tree.
    ///
    /// # Panics
    ///
    /// In builds with debug assertions, when an element is still open.
    pub fn finish(self) {
        debug_assert_eq!(self.open, 0, "every element is closed");
        self.buffer.push(b']');
    }

    /// Writes a whole node; recurses as deep as the node is.
    fn node(&mut self, node: &TreeNode<'_>) {
        match node {
            TreeNode::Comment { data, tail } => self.comment(data, tail),
            TreeNode::Element {
                name,
                namespace,
                attributes,
                text,
                children,
                tail,
            } => {
                self.open(
                    name,
                    *namespace,
                    attributes.iter().map(|(n, v)| (n, v)),
                    text,
                );
                for child in children {
                    self.node(child);
                }
                self.close(tail);
            }
            TreeNode::Template {
                attributes,
                text,
                content,
                tail,
            } => {
                self.open_template(attributes.iter().map(|(n, v)| (n, v)), text, tail);
                for child in content {
                    self.node(child);
                }
                self.close_template();
            }
        }
    }

    fn close_children(&mut self, tail: &str) {
        self.buffer.extend_from_slice(b"],");
        json::write(self.buffer, tail);
    }

    fn begin_list(&mut self) {
        self.separate();
        self.buffer.push(b'[');
    }

    fn end_list(&mut self) {
        debug_assert!(self.open > 0, "an element is open");
        self.open -= 1;
        self.buffer.push(b']');
    }

    /// A comma, unless this is the first of its list: only an opened list ends in `[`.
    fn separate(&mut self) {
        if self.buffer.last() != Some(&b'[') {
            self.buffer.push(b',');
        }
    }
}
