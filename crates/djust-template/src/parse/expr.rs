//! Variables and literals (`django.template.base.Variable`).

use std::borrow::Cow;

use nom::IResult;
use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::one_of;
use nom::combinator::{opt, recognize};
use nom::sequence::delimited;

use super::Parser;
use super::args::end_of_quoted;
use crate::engine::Dialect;
use crate::error::{Error, Result};
use crate::expression::Operand;
use crate::lex::Class;
use crate::value::{Str, Value};

/// Python's `\w`.
pub(super) fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn quoted(input: &str) -> IResult<&str, &str> {
    match end_of_quoted(input, 0) {
        Some(end) => Ok((&input[end..], &input[..end])),
        None => Err(nom::Err::Error(nom::error::make_error(
            input,
            nom::error::ErrorKind::Char,
        ))),
    }
}

fn constant(input: &str) -> IResult<&str, &str> {
    let translated = recognize(delimited(tag("_("), quoted, tag(")")));
    alt((translated, quoted)).parse(input)
}

/// `[-+.]?\d[\d.e]*`
fn number(input: &str) -> IResult<&str, &str> {
    let digit = take_while1(char::is_numeric);
    let rest = take_while(|c: char| c.is_numeric() || c == '.' || c == 'e');
    recognize((opt(one_of("-+.")), digit, rest)).parse(input)
}

/// What begins a filter expression or follows the colon of a filter: a string, a name, a path or a number.
///
/// Django 6 also takes signs inside names, to refuse them later with a clearer message, and so reads `1e-5`.
pub(super) fn term(dialect: Dialect, input: &str) -> IResult<&str, &str> {
    let first = input.bytes().next();
    if let (Some(b'"' | b'\''), Some(end)) = (first, end_of_quoted(input, 0)) {
        return Ok((&input[end..], &input[..end]));
    }
    if first.is_some_and(|first| first.is_ascii_alphanumeric()) {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let end = input.bytes().position(|byte| !is_name(&byte));
        match end.map(|end| (end, input.as_bytes()[end])) {
            None => return Ok(("", input)),
            // What may go on is left to the rules.
            Some((_, byte)) if !byte.is_ascii() || matches!(byte, b'+' | b'-') => {}
            Some((end, _)) => return Ok((&input[end..], &input[..end])),
        }
    }
    let path = take_while1(|c| is_word(c) || c == '.');
    match dialect {
        Dialect::Django4 | Dialect::Django5 => alt((constant, path, number)).parse(input),
        Dialect::Django6 => {
            let signed = take_while1(|c| is_word(c) || matches!(c, '.' | '+' | '-'));
            alt((constant, signed)).parse(input)
        }
    }
}

/// The value of a quoted string without its quotes (`django.utils.text.unescape_string_literal`).
fn unescape(literal: &str) -> Option<Cow<'_, str>> {
    let quote = literal.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    if literal.len() < 2 || !literal.ends_with(quote) {
        return None;
    }
    let inner = &literal[1..literal.len() - 1];
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    Some(Cow::Owned(
        inner
            .replace(&format!("\\{quote}"), &quote.to_string())
            .replace("\\\\", "\\"),
    ))
}

/// Compiles a term: number first, then string, then path, as Django tries them.
pub(super) fn operand(parser: &Parser, text: &str) -> Result<Operand> {
    if plain_path(text) == Some(text.len()) {
        return Ok(Operand::path(parser.engine().path(text)));
    }
    if let Some(value) = number_literal(text) {
        return Ok(Operand::Constant(value));
    }
    if let Some(inner) = text
        .strip_prefix("_(")
        .and_then(|rest| rest.strip_suffix(')'))
        && let Some(message) = unescape(inner)
    {
        return Ok(Operand::Translated(message.as_ref().into()));
    }
    if let Some(string) = unescape(text) {
        return Ok(Operand::Constant(Value::Str(Str::safe(string))));
    }
    if text.contains("._") || text.starts_with('_') {
        return Err(Error::syntax(format!(
            "Variables and attributes may not begin with underscores: '{text}'"
        )));
    }
    if let Some(sign) = text.chars().find(|c| matches!(c, '+' | '-')) {
        return Err(Error::syntax(format!(
            "Invalid character ('{sign}') in variable name: '{text}'"
        )));
    }
    Ok(Operand::path(parser.engine().path(text)))
}

/// How long the path at the beginning of a text is: names of ASCII letters, digits and underscores with points between
/// them. `None`: it is none for certain, or may go on.
pub(super) fn plain_path(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_alphabetic() {
        return None;
    }
    let mut before = Class::Word;
    for (at, &byte) in bytes.iter().enumerate() {
        let class = Class::of(byte);
        match class {
            Class::Word | Class::Point => {}
            Class::Underscore if before != Class::Point => {}
            Class::Sign | Class::Space | Class::Quote if !matches!(byte, b'+' | b'-') => {
                return Some(at);
            }
            _ => return None,
        }
        before = class;
    }
    Some(bytes.len())
}

/// A number as Python reads it; `2.` is not one.
fn number_literal(text: &str) -> Option<Value> {
    // Names are the most frequent: `inf` and its like, which Python reads, have neither point nor `e` here.
    if text.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '"' | '\'')) {
        return None;
    }
    if text.contains('.') || text.contains(['e', 'E']) {
        if text.ends_with('.') {
            return None;
        }
        return crate::value::parse_float(text).map(Value::Float);
    }
    crate::value::parse_int(text)
}
