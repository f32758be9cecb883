//! Filters that sort, nest and convert whole sequences.

use super::convert::{
    conditional_escape, host_or, is_foreign, is_lazy, is_plain_sequence, required, text_of,
};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::float::parse_float;
use crate::library::{Filter, Filtered};
use crate::value::{Direction, Key, Ordering, Resolved, Value};

/// Deepest list that `unordered_list` writes.
const DEPTH_LIMIT: usize = 200;

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("dictsort", |value, argument, context| {
            sort("dictsort", value, argument, context)
        })
        .argument(),
        Filter::new("dictsortreversed", |value, argument, context| {
            sort("dictsortreversed", value, argument, context)
        })
        .argument(),
        Filter::new("escapeseq", |value, _, _| {
            each(value, |item| {
                if is_foreign(item)? {
                    return Ok(None);
                }
                Ok(Some(Value::Str(conditional_escape(item)?)))
            })
        })
        .keeps_safe(),
        Filter::new("safeseq", |value, _, _| {
            each(value, |item| Ok(Some(Value::Str(item.text()?.mark_safe()))))
        })
        .keeps_safe(),
        Filter::new("make_list", |value, _, _| {
            let characters = text_of(value).chars();
            let items = characters.map(|c| Value::from(&*c.encode_utf8(&mut [0; 4])));
            Ok(Value::List(items.collect()).into())
        })
        .string(),
        Filter::new("unordered_list", unordered_list).keeps_safe(),
    ]
}

/// A list of what `convert` makes of each item, if it can be made of all of them.
fn each(value: &Value, convert: impl Fn(&Value) -> Result<Option<Value>>) -> Result<Filtered> {
    let items = value.iterate(Direction::Forward)?;
    let converted: Result<Option<Vec<Value>>> =
        items.iterator.map(|item| convert(&item?)).collect();
    let Some(list) = converted?.map(Value::from) else {
        return Ok(Filtered::Declined);
    };
    // Django: a safe input makes the result safe, and with that a string.
    Ok(if value.is_safe() {
        Value::Str(list.text()?.mark_safe())
    } else {
        list
    }
    .into())
}

/// How the items' keys are found.
enum Property {
    /// By following names.
    Path(Vec<Key>),
    /// By an index.
    Index(i64),
    /// By one key of a mapping that looks like a number.
    Item(Key),
}

/// The filters `dictsort` and `dictsortreversed`.
fn sort(
    name: &str,
    value: &Value,
    argument: Option<&Value>,
    context: &Context,
) -> Result<Filtered> {
    let argument = required(argument);
    let empty = || Ok(Value::empty().into());
    if is_lazy(argument) {
        return Ok(Filtered::Declined);
    }
    let property = match argument.native()? {
        Value::Str(text) if text.is_empty() => return Ok(Filtered::Declined),
        Value::Str(text) if parse_float(&text).is_some() => Property::Item(Key::new(&text)),
        // Django: private attributes are not sorted by.
        Value::Str(text) if text.starts_with('_') || text.contains("._") => return empty(),
        Value::Str(text) => Property::Path(text.split('.').map(Key::new).collect()),
        Value::Int(index) => Property::Index(index),
        _ => return Ok(Filtered::Declined),
    };
    let items = match value.iterate(Direction::Forward) {
        Ok(items) => items,
        Err(error) if error.kind() == ErrorKind::Type => return empty(),
        Err(error) => return Err(error),
    };
    let mut keyed = Vec::with_capacity(items.length);
    for item in items.iterator {
        let item = item?;
        match key_of(&item, &property, context)? {
            Found::Key(key) => keyed.push((key, item)),
            Found::Missing => return empty(),
            Found::Unknown => {
                return host_or(name, value, Some(argument), context, || {
                    let message = format!("{name} finds no key in '{}'", item.type_name());
                    Err(Error::new(ErrorKind::Value, message))
                });
            }
        }
    }
    let reversed = name == "dictsortreversed";
    Ok(match merge_sort(keyed, reversed)? {
        Some(sorted) => Value::List(sorted.into_iter().map(|(_, item)| item).collect()).into(),
        None => Value::empty().into(),
    })
}

/// The key that an item is sorted by.
enum Found {
    Key(Value),
    /// Python raises `AttributeError` or `TypeError`.
    Missing,
    /// Only the host knows, or Python raises something else.
    Unknown,
}

/// Looks up the key of an item.
fn key_of(item: &Value, property: &Property, context: &Context) -> Result<Found> {
    Ok(match (property, item) {
        (Property::Path(path), _) => {
            let mut value = item.clone();
            for key in path {
                let next = match &value {
                    Value::Map(map) => map.get(key.as_str()).cloned(),
                    Value::Object(object) => object.attribute(key)?,
                    Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Duration(_) => {
                        match value.resolve(std::slice::from_ref(key), context)? {
                            Resolved::Value(value) => Some(value),
                            _ => None,
                        }
                    }
                    _ => None,
                };
                match next {
                    Some(next) => value = next,
                    None => return Ok(Found::Missing),
                }
            }
            Found::Key(value)
        }
        (Property::Index(index), Value::List(items) | Value::Tuple(items)) => {
            let at = if *index < 0 {
                items.len() as i64 + index
            } else {
                *index
            };
            match usize::try_from(at).ok().and_then(|at| items.get(at)) {
                Some(item) => Found::Key(item.clone()),
                None => Found::Unknown,
            }
        }
        (Property::Item(key), Value::Map(map)) => map
            .get(key.as_str())
            .map_or(Found::Unknown, |value| Found::Key(value.clone())),
        (Property::Item(_), Value::Object(_))
        | (Property::Index(_), Value::Object(_) | Value::Map(_)) => Found::Unknown,
        (Property::Index(index), Value::Str(text)) => {
            let length = text.chars().count() as i64;
            let at = if *index < 0 { length + index } else { *index };
            match usize::try_from(at).ok().and_then(|at| text.chars().nth(at)) {
                Some(c) => Found::Key(Value::from(&*c.encode_utf8(&mut [0; 4]))),
                None => Found::Unknown,
            }
        }
        (Property::Index(_) | Property::Item(_), _) => Found::Missing,
    })
}

/// Items with their sort keys.
type Keyed = Vec<(Value, Value)>;

/// Sorts stably by `<` alone; `None` when two keys have no order. The order of a reversed sort
/// is the stable one: equal items keep their places.
fn merge_sort(mut items: Keyed, reversed: bool) -> Result<Option<Keyed>> {
    if items.len() < 2 {
        return Ok(Some(items));
    }
    let right = items.split_off(items.len() / 2);
    let (Some(left), Some(right)) = (merge_sort(items, reversed)?, merge_sort(right, reversed)?)
    else {
        return Ok(None);
    };
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        let (smaller, larger) = if reversed { (a, b) } else { (b, a) };
        match smaller.compare(Ordering::Less, larger)? {
            Some(true) => merged.extend(right.next()),
            Some(false) => merged.extend(left.next()),
            None => return Ok(None),
        }
    }
    merged.extend(left);
    merged.extend(right);
    Ok(Some(merged))
}

/// The filter `unordered_list`.
fn unordered_list(value: &Value, _: Option<&Value>, context: &Context) -> Result<Filtered> {
    let mut out = String::new();
    push_items(value, 1, context.autoescape(), &mut out)?;
    Ok(Value::safe(out).into())
}

/// Appends the items of one level.
fn push_items(list: &Value, depth: usize, autoescape: bool, out: &mut String) -> Result<()> {
    if depth > DEPTH_LIMIT {
        let message = format!("unordered_list writes at most {DEPTH_LIMIT} levels");
        return Err(Error::new(ErrorKind::Limit, message));
    }
    let mut items = list.iterate(Direction::Forward)?.iterator.peekable();
    let mut first = true;
    while let Some(item) = items.next() {
        let item = item?;
        if !first {
            out.push('\n');
        }
        first = false;
        push_indent(depth, out);
        out.push_str("<li>");
        let text = item.text()?;
        if autoescape && !text.is_safe() {
            crate::escape_into(&text, out);
        } else {
            out.push_str(&text);
        }
        let has_children = matches!(items.peek(), Some(Ok(next)) if is_nested(next));
        if has_children
            && let Some(children) = items.next().transpose()?
            && children.truth()?
        {
            out.push('\n');
            push_indent(depth, out);
            out.push_str("<ul>\n");
            push_items(&children, depth + 1, autoescape, out)?;
            out.push('\n');
            push_indent(depth, out);
            out.push_str("</ul>\n");
            push_indent(depth, out);
        }
        out.push_str("</li>");
    }
    Ok(())
}

/// Whether an item holds the children of the item before it.
fn is_nested(value: &Value) -> bool {
    is_plain_sequence(value)
        || matches!(value, Value::Object(object) if object.type_name() == "generator")
}

/// Appends the tabs of a level.
fn push_indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n('\t', depth));
}
