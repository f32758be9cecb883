//! The only way out of a diff.

use crate::{HtmlPieces, NodeId, Nodes};

/// Receives patch operations, one method for each, in the order in which they have to be applied.
///
/// Ids are those the page has when the operation is applied. `after` is the sibling behind whose
/// tail a node is put; [`NodeId::ROOT`] means before all siblings, after the parent's text. HTML
/// is parsed in the context of the parent, the nodes it gives are numbered in document order from
/// `base`.
pub trait Emit {
    /// 0: sets the text before the first child of an element, or the data of a comment.
    fn set_text(&mut self, id: NodeId, text: &str);
    /// 1: sets the text between a node and its next sibling.
    fn set_tail(&mut self, id: NodeId, text: &str);
    /// 2: sets an attribute, by its serialised name.
    fn set_attribute(&mut self, id: NodeId, name: &str, value: &str);
    /// 3: removes an attribute.
    fn remove_attribute(&mut self, id: NodeId, name: &str);
    /// 4: inserts one or more nodes with their tails; the HTML begins with a node.
    fn insert_html(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: &str);
    /// 4, with the HTML in pieces: for those who write them one by one, which is the same.
    fn insert_pieces(&mut self, parent: NodeId, after: NodeId, base: NodeId, html: HtmlPieces<'_>) {
        self.insert_html(parent, after, base, &html.html());
    }
    /// 5: removes a node and the siblings that follow it, `count` in all, each with its tail.
    fn remove(&mut self, id: NodeId, count: u32);
    /// 6: moves a node with its tail inside its parent.
    fn move_node(&mut self, parent: NodeId, after: NodeId, id: NodeId);
    /// 7: replaces the text and all children of an element.
    fn replace_children(&mut self, id: NodeId, base: NodeId, html: &str);
    /// 8: inserts nodes that HTML cannot express in this place.
    fn insert_tree(&mut self, parent: NodeId, after: NodeId, base: NodeId, nodes: Nodes<'_>);
    /// 9: merges HTML into an element with `dj-update` append or prepend. A child that has the key
    /// of one of the new nodes becomes that node; the other new nodes, with their tails, go behind
    /// or before what is there. None of them gets a number.
    fn merge(&mut self, id: NodeId, html: &str);
}
