//! The words of a tag.

use std::borrow::Cow;
use std::ops::Deref;

use super::{Parser, Token};
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::lex::{Class, is_space};
use crate::span::Span;

/// One word of a tag with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bit<'a> {
    /// The word.
    pub text: Cow<'a, str>,
    /// Its place in the source, if it stands there.
    pub span: Option<Span>,
}

impl Deref for Bit<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq<str> for Bit<'_> {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Bit<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<'a> Bit<'a> {
    /// A part of this word.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Self {
        let span = self
            .span
            .filter(|span| span.range().len() == self.text.len())
            .map(|span| Span {
                start: span.start + range.start as u32,
                end: span.start + range.end as u32,
            });
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
            Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
        };
        Self { text, span }
    }

    /// Name and value of a word such as `name=value`.
    pub fn keyword(&self) -> Option<(&str, Self)> {
        split_keyword(self)
    }

    /// Another word at this place.
    pub(crate) fn renamed(&self, text: &'a str) -> Self {
        let text = Cow::Borrowed(text);
        Self {
            text,
            span: self.span,
        }
    }
}

/// Ranges of the words of a text, quoted phrases kept together (`django.utils.text.smart_split`).
pub(crate) fn smart_split(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && Class::of(bytes[at]) == Class::Space {
            at += 1;
        }
        let start = at;
        while at < bytes.len() {
            match Class::of(bytes[at]) {
                Class::Space => break,
                Class::Quote | Class::Wide => {
                    let (start, end) = unusual_word(text, start)?;
                    at = end;
                    return Some((start, end));
                }
                _ => at += 1,
            }
        }
        (start < at).then_some((start, at))
    })
}

/// The next word of a text from `start` on, by all the rules.
fn unusual_word(text: &str, start: usize) -> Option<(usize, usize)> {
    let start = text.len() - text[start..].trim_start_matches(is_space).len();
    if start == text.len() {
        return None;
    }
    let end = quoted_word(text, start).unwrap_or_else(|| {
        text[start..]
            .find(is_space)
            .map_or(text.len(), |length| start + length)
    });
    Some((start, end))
}

/// End of a word that contains at least one complete quoted phrase.
fn quoted_word(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    // The end of the text before the next quote, if it is all plain characters.
    let plain = |at: usize| {
        let mut end = at;
        while end < bytes.len() {
            match Class::of(bytes[end]) {
                Class::Space | Class::Quote => return end,
                Class::Wide => {
                    return text[at..]
                        .find(|c: char| is_space(c) || c == '"' || c == '\'')
                        .map_or(text.len(), |length| at + length);
                }
                _ => end += 1,
            }
        }
        end
    };
    let mut end = None;
    let mut at = plain(start);
    while let Some(close) = end_of_quoted(text, at) {
        at = plain(close);
        end = Some(at);
    }
    end
}

/// End of the quoted phrase that begins at `start`, closing quote included.
pub(crate) fn end_of_quoted(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes
        .get(start)
        .filter(|byte| matches!(byte, b'"' | b'\''))?;
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// The words of a token; a translated phrase `_("…")` is one word.
pub(crate) fn split_contents(token: &Token) -> Vec<Bit<'_>> {
    let text = token.contents();
    let offset = token.contents_start();
    let mut words = smart_split(text);
    let mut bits = Vec::with_capacity(8);
    while let Some((start, end)) = words.next() {
        let mut word = Cow::Borrowed(&text[start..end]);
        let mut last = end;
        if word.starts_with("_(\"") || word.starts_with("_('") {
            let sentinel = if word.as_bytes()[2] == b'"' {
                "\")"
            } else {
                "')"
            };
            while !word.ends_with(sentinel) {
                let Some((start, end)) = words.next() else {
                    break;
                };
                let joined = word.to_mut();
                joined.push(' ');
                joined.push_str(&text[start..end]);
                last = end;
            }
        }
        let span = offset.map(|offset| Span::new(offset as usize + start, offset as usize + last));
        bits.push(Bit { text: word, span });
    }
    bits
}

/// How keyword arguments may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeywordStyle {
    /// `name=value`
    Modern,
    /// Also `value as name and value as name`.
    Legacy,
}

/// Splits `name=value`.
pub(crate) fn split_keyword<'b, 'a>(bit: &'b Bit<'a>) -> Option<(&'b str, Bit<'a>)> {
    let length = bit
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|&length| length > 0)?;
    let value = length + 1;
    (bit.as_bytes()[length] == b'=' && value < bit.len())
        .then(|| (&bit.text[..length], bit.part(value..bit.len())))
}

/// Reads keyword arguments from the front of `bits` and leaves the rest (`django.template.base.token_kwargs`).
///
/// # Errors
///
/// A value that is not a filter expression.
pub(crate) fn keyword_arguments(
    parser: &mut Parser,
    bits: &mut Vec<Bit<'_>>,
    style: KeywordStyle,
) -> Result<Vec<(String, FilterExpression)>> {
    let mut arguments: Vec<(String, FilterExpression)> = Vec::new();
    let Some(first) = bits.first() else {
        return Ok(arguments);
    };
    let modern = split_keyword(first).is_some();
    if !modern && style == KeywordStyle::Modern {
        return Ok(arguments);
    }
    while let Some(first) = bits.first() {
        let (name, value, used) = if modern {
            let Some((name, value)) = split_keyword(first) else {
                break;
            };
            (name.to_owned(), value, 1)
        } else {
            if bits.len() < 3 || bits[1] != "as" {
                break;
            }
            (bits[2].text.clone().into_owned(), first.clone(), 3)
        };
        bits.drain(..used);
        let value = parser.compile_bit(&value)?;
        match arguments.iter_mut().find(|(known, _)| *known == name) {
            Some(entry) => entry.1 = value,
            None => arguments.push((name, value)),
        }
        if !modern {
            if bits.first().is_none_or(|bit| *bit != "and") {
                break;
            }
            bits.remove(0);
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        smart_split(text)
            .map(|(start, end)| &text[start..end])
            .collect()
    }

    #[test]
    fn quoted_phrases_stay_together() {
        assert_eq!(split(r#"a "b c" d='e f'"#), ["a", r#""b c""#, "d='e f'"]);
        assert_eq!(
            split(r"Another 'person\'s' test."),
            ["Another", r"'person\'s'", "test."]
        );
        assert_eq!(split(r#""a"b'c d"#), [r#""a"b"#, "'c", "d"]);
        assert_eq!(split(r#"x"y z"#), [r#"x"y"#, "z"]);
    }
}
