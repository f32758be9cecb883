//! Attributes of a start tag
//! ([§13.2.5.32](https://html.spec.whatwg.org/multipage/parsing.html#before-attribute-name-state)).

use memchr::memchr;

use super::charref;
use super::names::AttributeNames;
use super::refusal::{Reason, Refusal};
use super::tokens::{Cursor, GAP, Result, is_space};
use crate::tree::{Attribute, Name};

/// Each attribute of a tag is compared with those before it, so their number is bounded.
const MOST: usize = 64;

/// What follows the name of a start tag.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) attributes: Vec<Attribute>,
    /// Whether the tag ends in `/>`.
    pub(super) self_closing: bool,
}

/// Name of the attribute that stands for a tag with gaps between its attributes: its value is all
/// that follows the name of the element.
pub(crate) const TAG: &str = "\0";

/// Reads all that stands between the name of an element and the end of its start tag.
pub(crate) fn parse_rest(rest: &str) -> Result<(Vec<Attribute>, bool)> {
    let source = format!("{rest}>");
    let mut cursor = Cursor::new(&source)?;
    let rest = parse(&mut cursor, &mut AttributeNames::new())?;
    if cursor.is_at_end() {
        Ok((rest.attributes, rest.self_closing))
    } else {
        cursor.refuse(Reason::Attribute)
    }
}

impl Rest {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let attribute = self.attributes.iter().find(|one| &*one.name == name)?;
        Some(&attribute.value)
    }
}

/// Reads up to and including the `>`.
pub(super) fn parse(cursor: &mut Cursor<'_>, names: &mut AttributeNames) -> Result<Rest> {
    let mut attributes = Vec::new();
    let (begin, mut has_gap) = (cursor.at, false);
    loop {
        let spaced = cursor.skip_space();
        match cursor.peek() {
            Some(b'>') => {
                if has_gap {
                    attributes.push(tag(cursor.slice(begin, cursor.at)));
                }
                cursor.at += 1;
                return Ok(Rest {
                    attributes,
                    self_closing: false,
                });
            }
            Some(b'/') if cursor.peek_at(1) == Some(b'>') => {
                if has_gap {
                    attributes.push(tag(cursor.slice(begin, cursor.at)));
                }
                cursor.at += 2;
                return Ok(Rest {
                    attributes,
                    self_closing: true,
                });
            }
            Some(GAP) => {
                has_gap = true;
                cursor.at += 1;
                continue;
            }
            Some(_) if spaced || cursor.follows_gap() => {}
            _ => return cursor.refuse(Reason::Attribute),
        }
        if attributes.is_empty() {
            attributes.reserve_exact(2);
        }
        let start = cursor.at;
        let name = name(cursor, names)?;
        if attributes.iter().any(|one: &Attribute| one.name == name) {
            return Err(Refusal::new(Reason::DuplicateAttribute, start));
        }
        if attributes.len() == MOST {
            return Err(Refusal::new(Reason::TooManyAttributes, start));
        }
        let quoted = cursor.at;
        let value = value(cursor)?;
        // Without quotes what is written there decides where the value ends.
        has_gap |= value.as_bytes().contains(&GAP)
            && !cursor.slice(quoted, cursor.at).ends_with(['"', '\'']);
        attributes.push(Attribute { name, value });
    }
}

fn tag(rest: &str) -> Attribute {
    Attribute {
        name: Name::from(TAG),
        value: rest.to_owned(),
    }
}

fn name(cursor: &mut Cursor<'_>, names: &mut AttributeNames) -> Result<Name> {
    let start = cursor.at;
    while cursor.peek().is_some_and(is_name) {
        cursor.at += 1;
    }
    if cursor.at == start {
        return cursor.refuse(Reason::Attribute);
    }
    let source = cursor.slice(start, cursor.at);
    Ok(names.get(source, |_| ()).0.clone())
}

fn is_name(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && !matches!(byte, b'"' | b'\'' | b'<' | b'=' | b'>' | b'/' | b'`')
}

/// The value after the name, empty if there is none.
fn value(cursor: &mut Cursor<'_>) -> Result<String> {
    let mut ahead = *cursor;
    ahead.skip_space();
    if ahead.peek() != Some(b'=') {
        return Ok(String::new());
    }
    ahead.at += 1;
    ahead.skip_space();
    *cursor = ahead;
    match cursor.peek() {
        Some(quote @ (b'"' | b'\'')) => {
            let start = cursor.at + 1;
            let Some(length) = memchr(quote, &cursor.bytes()[start..]) else {
                return cursor.refuse(Reason::Attribute);
            };
            cursor.at = start + length + 1;
            charref::decode(cursor.slice(start, start + length), start, true)
        }
        _ => unquoted(cursor),
    }
}

fn unquoted(cursor: &mut Cursor<'_>) -> Result<String> {
    let start = cursor.at;
    while let Some(byte) = cursor.peek() {
        match byte {
            b'>' => break,
            b'"' | b'\'' | b'<' | b'=' | b'`' | b'&' => {
                return cursor.refuse(Reason::Attribute);
            }
            _ if is_space(byte) => break,
            _ => cursor.at += 1,
        }
    }
    let value = cursor.slice(start, cursor.at);
    if value.is_empty() || cursor.is_at_end() || value.ends_with('/') {
        return Err(Refusal::new(Reason::Attribute, start));
    }
    Ok(value.to_owned())
}
