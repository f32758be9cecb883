//! The filter `pprint`: values over several lines (Python: `pprint.pformat`).

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::format::unicode::{is_space, lines_with_ends};
use crate::library::Filtered;
use crate::value::{Value, string_repr};

/// Width that lines are kept to.
const WIDTH: usize = 80;

/// Deepest nesting that is written.
const DEPTH_LIMIT: usize = 200;

/// The filter itself.
pub(super) fn pretty_print(value: &Value, _: Option<&Value>, _: &Context) -> Result<Filtered> {
    if has_objects(value, 0)? {
        return Ok(Filtered::Declined);
    }
    let mut out = String::new();
    push(value, 0, 0, 1, &mut out)?;
    Ok(out.into())
}

/// Tells whether there are host objects inside, whose notation is the host's.
fn has_objects(value: &Value, depth: usize) -> Result<bool> {
    if depth > DEPTH_LIMIT {
        let message = format!("pprint writes at most {DEPTH_LIMIT} levels");
        return Err(Error::new(ErrorKind::Limit, message));
    }
    let any = |items: &mut dyn Iterator<Item = &Value>| {
        for item in items {
            if has_objects(item, depth + 1)? {
                return Ok(true);
            }
        }
        Ok(false)
    };
    match value {
        Value::Object(_) => Ok(true),
        Value::List(items) | Value::Tuple(items) => any(&mut items.iter()),
        Value::Map(map) => any(&mut map.values()),
        _ => Ok(false),
    }
}

/// The entries of a mapping in the order of their keys.
fn sorted(map: &crate::value::Map) -> Vec<(&str, &Value)> {
    let mut entries: Vec<(&str, &Value)> = map.iter().map(|(key, value)| (&**key, value)).collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

/// The notation on one line.
fn one_line(value: &Value) -> Result<String> {
    let list = |items: &[Value]| -> Result<String> {
        Ok(items
            .iter()
            .map(one_line)
            .collect::<Result<Vec<_>>>()?
            .join(", "))
    };
    Ok(match value {
        Value::List(items) => format!("[{}]", list(items)?),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", list(items)?),
        Value::Tuple(items) => format!("({})", list(items)?),
        Value::Map(map) => {
            let entry = |(key, value)| Ok(format!("{}: {}", string_repr(key), one_line(value)?));
            format!(
                "{{{}}}",
                sorted(map)
                    .into_iter()
                    .map(entry)
                    .collect::<Result<Vec<_>>>()?
                    .join(", ")
            )
        }
        other => other.repr()?,
    })
}

/// Appends a value that begins in column `indent` and is followed by `allowance` characters.
fn push(
    value: &Value,
    indent: usize,
    allowance: usize,
    level: usize,
    out: &mut String,
) -> Result<()> {
    let line = one_line(value)?;
    if line.chars().count() + indent + allowance <= WIDTH {
        out.push_str(&line);
        return Ok(());
    }
    match value {
        Value::Map(map) if !map.is_empty() => {
            out.push('{');
            let entries = sorted(map);
            for (at, (key, value)) in entries.iter().enumerate() {
                if at > 0 {
                    push_break(indent + 1, out);
                }
                let key = string_repr(key);
                out.push_str(&key);
                out.push_str(": ");
                let after = if at + 1 == entries.len() {
                    allowance + 1
                } else {
                    1
                };
                push(
                    value,
                    indent + 1 + key.chars().count() + 2,
                    after,
                    level + 1,
                    out,
                )?;
            }
            out.push('}');
        }
        Value::List(items) => push_items("[", items, "]", indent, allowance, level, out)?,
        Value::Tuple(items) if items.len() == 1 => {
            push_items("(", items, ",)", indent, allowance, level, out)?;
        }
        Value::Tuple(items) => push_items("(", items, ")", indent, allowance, level, out)?,
        Value::Str(text) if !text.is_empty() => push_text(text, indent, allowance, level, out),
        _ => out.push_str(&line),
    }
    Ok(())
}

/// Appends a comma and the start of a new line.
fn push_break(indent: usize, out: &mut String) {
    out.push_str(",\n");
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Appends items, one to a line.
fn push_items(
    open: &str,
    items: &[Value],
    close: &str,
    indent: usize,
    allowance: usize,
    level: usize,
    out: &mut String,
) -> Result<()> {
    out.push_str(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            push_break(indent + 1, out);
        }
        let after = if at + 1 == items.len() {
            allowance + close.len()
        } else {
            1
        };
        push(item, indent + 1, after, level + 1, out)?;
    }
    out.push_str(close);
    Ok(())
}

/// Appends a long string as several adjacent ones.
fn push_text(text: &str, indent: usize, allowance: usize, level: usize, out: &mut String) {
    let top = level == 1;
    let (indent, allowance) = if top {
        (indent + 1, allowance + 1)
    } else {
        (indent, allowance)
    };
    let width = WIDTH.saturating_sub(indent);
    let fits = |text: &str, width: usize| string_repr(text).chars().count() <= width;
    let lines = lines_with_ends(text);
    let mut chunks = Vec::new();
    for (at, (line, _)) in lines.iter().enumerate() {
        let last_line = at + 1 == lines.len();
        let last_width = width.saturating_sub(allowance);
        if fits(line, if last_line { last_width } else { width }) {
            chunks.push(string_repr(line));
            continue;
        }
        let parts = split_parts(line);
        let mut current = String::new();
        for (part_at, part) in parts.iter().enumerate() {
            let last = last_line && part_at + 1 == parts.len();
            let candidate = [current.as_str(), part].concat();
            if fits(&candidate, if last { last_width } else { width }) {
                current = candidate;
            } else {
                if !current.is_empty() {
                    chunks.push(string_repr(&current));
                }
                (*part).clone_into(&mut current);
            }
        }
        if !current.is_empty() {
            chunks.push(string_repr(&current));
        }
    }
    let brackets = top && chunks.len() > 1;
    if brackets {
        out.push('(');
    }
    out.push_str(&chunks.join(&format!("\n{}", " ".repeat(indent))));
    if brackets {
        out.push(')');
    }
}

/// Words, each with the white space behind it.
fn split_parts(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let word = rest.find(is_space).unwrap_or(rest.len());
        let space = rest[word..]
            .find(|c| !is_space(c))
            .map_or(rest.len(), |at| word + at);
        let (part, tail) = rest.split_at(space);
        parts.push(part);
        rest = tail;
    }
    parts
}
