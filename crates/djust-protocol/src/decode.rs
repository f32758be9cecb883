//! Reads flat arrays of operations, for tests, tools and clients.

use std::borrow::Cow;

use serde_json::Value;

use crate::error::DecodeError;
use crate::json;
use crate::patch::{COMMENT_NAME, Namespace, NodeId, Patch, TEMPLATE_NAME, TreeNode, operation};
use crate::reader::{Items, Path};

/// Reads a flat array of operations.
///
/// Node trees may be nested up to 58 elements; an encoder can write deeper ones.
///
/// # Errors
///
/// When the text is not JSON, an operation is unknown, an argument is missing or has the wrong type,
/// or the text is larger than 64 MiB or nested deeper than 120 levels.
///
/// ```
/// use djust_protocol::{NodeId, Patch, decode_operations};
///
/// let patches = decode_operations(r#"[1,3,"tail",5,4,2]"#)?;
/// assert_eq!(patches[1], Patch::Remove { id: NodeId(4), count: 2 });
///
/// let error = decode_operations(r#"[1,3,"tail",99,4]"#).unwrap_err();
/// assert_eq!(error.to_string(), "operation 99 is not known, at $[3]");
/// # Ok::<(), djust_protocol::DecodeError>(())
/// ```
pub fn decode_operations(text: &str) -> Result<Vec<Patch<'static>>, DecodeError> {
    let value = json::parse(text, json::SERVER_BOUNDS)?;
    let items = crate::reader::array(value, "operations", &Path::Root)?;
    patches(items, &Path::Root)
}

pub(crate) fn patches(
    values: Vec<Value>,
    path: &Path<'_>,
) -> Result<Vec<Patch<'static>>, DecodeError> {
    let mut items = Items::new(values, path);
    let mut patches = Vec::new();
    while !items.is_empty() {
        let number = items.integer("operation")?;
        if number == u32::from(operation::MOVE_ALL) {
            moves(&mut items, &mut patches)?;
        } else {
            patches.push(patch(number, &mut items)?);
        }
    }
    Ok(patches)
}

/// Several moves: each node goes behind the one before.
fn moves(items: &mut Items<'_>, patches: &mut Vec<Patch<'static>>) -> Result<(), DecodeError> {
    let parent = id(items, "parent")?;
    let mut after = id(items, "after")?;
    let values = items.array("ids")?;
    let path = items.place();
    if values.len() < 2 {
        return Err(path.bad("ids must be at least two"));
    }
    let mut ids = Items::new(values, &path);
    while !ids.is_empty() {
        let id = id(&mut ids, "id")?;
        patches.push(Patch::Move { parent, after, id });
        after = id;
    }
    Ok(())
}

fn patch(number: u32, items: &mut Items<'_>) -> Result<Patch<'static>, DecodeError> {
    let place = items.place();
    Ok(match u8::try_from(number).unwrap_or(u8::MAX) {
        operation::SET_TEXT => Patch::SetText {
            id: id(items, "id")?,
            text: text(items, "text")?,
        },
        operation::SET_TAIL => Patch::SetTail {
            id: id(items, "id")?,
            text: text(items, "text")?,
        },
        operation::SET_ATTRIBUTE => Patch::SetAttribute {
            id: id(items, "id")?,
            name: text(items, "name")?,
            value: text(items, "value")?,
        },
        operation::REMOVE_ATTRIBUTE => Patch::RemoveAttribute {
            id: id(items, "id")?,
            name: text(items, "name")?,
        },
        operation::INSERT_HTML => Patch::InsertHtml {
            parent: id(items, "parent")?,
            after: id(items, "after")?,
            base: id(items, "base")?,
            html: text(items, "html")?,
        },
        operation::REMOVE => Patch::Remove {
            id: id(items, "id")?,
            count: count(items)?,
        },
        operation::MOVE => Patch::Move {
            parent: id(items, "parent")?,
            after: id(items, "after")?,
            id: id(items, "id")?,
        },
        operation::REPLACE_CHILDREN => Patch::ReplaceChildren {
            id: id(items, "id")?,
            base: id(items, "base")?,
            html: text(items, "html")?,
        },
        operation::INSERT_TREE => Patch::InsertTree {
            parent: id(items, "parent")?,
            after: id(items, "after")?,
            base: id(items, "base")?,
            nodes: nodes(items, "tree")?,
        },
        operation::MERGE => Patch::Merge {
            id: id(items, "id")?,
            html: text(items, "html")?,
        },
        _ => return Err(place.bad(format!("operation {number} is not known"))),
    })
}

fn id(items: &mut Items<'_>, what: &str) -> Result<NodeId, DecodeError> {
    items.integer(what).map(NodeId)
}

fn text(items: &mut Items<'_>, what: &str) -> Result<Cow<'static, str>, DecodeError> {
    items.text(what).map(Cow::Owned)
}

fn count(items: &mut Items<'_>) -> Result<u32, DecodeError> {
    match items.integer("count")? {
        0 => Err(items.place().bad("count must be at least 1")),
        count => Ok(count),
    }
}

/// Recurses as deep as the JSON is nested, which parsing has bounded.
fn nodes(items: &mut Items<'_>, what: &str) -> Result<Vec<TreeNode<'static>>, DecodeError> {
    let values = items.array(what)?;
    let path = items.place();
    let mut items = Items::new(values, &path);
    let mut nodes = Vec::new();
    while !items.is_empty() {
        let values = items.array("node")?;
        nodes.push(node(values, &items.place())?);
    }
    Ok(nodes)
}

fn node(values: Vec<Value>, path: &Path<'_>) -> Result<TreeNode<'static>, DecodeError> {
    let mut items = Items::new(values, path);
    let name = text(&mut items, "name")?;
    if name == COMMENT_NAME {
        let node = TreeNode::Comment {
            data: text(&mut items, "data")?,
            tail: text(&mut items, "tail")?,
        };
        items.finish()?;
        return Ok(node);
    }
    let namespace = namespace(&mut items)?;
    let attributes = attributes(&mut items)?;
    let leading = text(&mut items, "text")?;
    let children = nodes(&mut items, "children")?;
    let tail = text(&mut items, "tail")?;
    if items.is_empty() {
        return Ok(TreeNode::Element {
            name,
            namespace,
            attributes,
            text: leading,
            children,
            tail,
        });
    }
    let content = nodes(&mut items, "content")?;
    if name != TEMPLATE_NAME || namespace != Namespace::Html || !children.is_empty() {
        return Err(items
            .place()
            .bad("only a childless HTML template has content"));
    }
    items.finish()?;
    Ok(TreeNode::Template {
        attributes,
        text: leading,
        content,
        tail,
    })
}

fn namespace(items: &mut Items<'_>) -> Result<Namespace, DecodeError> {
    match items.integer("namespace")? {
        0 => Ok(Namespace::Html),
        1 => Ok(Namespace::Svg),
        2 => Ok(Namespace::MathMl),
        other => Err(items.place().bad(format!("namespace {other} is not known"))),
    }
}

type Attribute = (Cow<'static, str>, Cow<'static, str>);

fn attributes(items: &mut Items<'_>) -> Result<Vec<Attribute>, DecodeError> {
    let values = items.array("attributes")?;
    let path = items.place();
    let mut items = Items::new(values, &path);
    let mut attributes = Vec::new();
    while !items.is_empty() {
        let name = text(&mut items, "attribute name")?;
        attributes.push((name, text(&mut items, "attribute value")?));
    }
    Ok(attributes)
}
