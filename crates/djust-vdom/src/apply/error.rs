//! Why an operation cannot be applied.

use thiserror::Error;

use crate::NodeId;

/// An operation that cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("operation {operation}: {reason}")]
pub struct ApplyError {
    /// Which operation, counted from 0.
    pub operation: usize,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with an operation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// No node has this number.
    #[error("no node {0}")]
    Unknown(NodeId),
    /// The node has no tail, siblings or parent that an operation may touch.
    #[error("the root cannot be moved, removed or given a tail")]
    Root,
    /// The node is a comment, where an element is needed.
    #[error("node {0} is not an element")]
    NotAnElement(NodeId),
    /// What is inside the element is not the server's to change.
    #[error("node {0} is a leaf, its inside is not numbered")]
    Leaf(NodeId),
    /// HTML can be merged into an element with `dj-update` append or prepend only.
    #[error("node {0} does not add to what it holds")]
    NotMerged(NodeId),
    /// The node is not a child of the parent named.
    #[error("node {node} is not a child of {parent}")]
    NotAChild {
        /// The node.
        node: NodeId,
        /// The parent named in the operation.
        parent: NodeId,
    },
    /// There are fewer siblings than are to be removed.
    #[error("fewer than {count} siblings from {first} on")]
    TooFewSiblings {
        /// The first node to remove.
        first: NodeId,
        /// How many should be removed.
        count: u32,
    },
    /// The attribute to remove is not there.
    #[error("node {0} has no attribute {1}")]
    NoAttribute(NodeId, String),
    /// Inserted HTML must begin with a node.
    #[error("inserted html begins with text or holds no node")]
    NoLeadingNode,
    /// A number was given away before. Only replacing the root's children may start again.
    #[error("number {0} was used before")]
    InUse(NodeId),
}
