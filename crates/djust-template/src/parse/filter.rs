//! Filter expressions: a term and a chain of filters (`django.template.base.FilterExpression`).

use std::ops::Range;

use nom::IResult;
use nom::Parser as _;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::combinator::opt;
use nom::sequence::preceded;

use super::Parser;
use super::expr::{self, is_word};
use crate::engine::Dialect;
use crate::error::{Error, Result};
use crate::expression::{FilterCall, FilterExpression, Operand};
use crate::lex::is_space;
use crate::library::Filter;
use crate::suggest;
use crate::value::Value;

/// An error and the part of the expression that it is about.
type Fault = (Error, Range<usize>);

/// `| name` and, if there is one, `:term`.
fn filter(dialect: Dialect, input: &str) -> IResult<&str, (&str, Option<&str>)> {
    if let Some(found) = plain_filter(dialect, input) {
        return Ok(found);
    }
    let bar = (take_while(is_space), tag("|"), take_while(is_space));
    let argument = opt(preceded(tag(":"), |input| expr::term(dialect, input)));
    preceded(bar, (take_while1(is_word), argument)).parse(input)
}

/// What most filters look like: no white space, and a name of ASCII letters. `None`: it has to be looked at by the rules.
fn plain_filter(dialect: Dialect, input: &str) -> Option<(&str, (&str, Option<&str>))> {
    let rest = input.strip_prefix('|')?;
    let is_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let end = rest.bytes().position(|byte| !is_name(byte));
    let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
    if name.is_empty() {
        return None;
    }
    match rest.as_bytes().first() {
        None | Some(b'|') => Some((rest, (name, None))),
        Some(b':') => {
            let (rest, argument) = expr::term(dialect, &rest[1..]).ok()?;
            Some((rest, (name, Some(argument))))
        }
        Some(_) => None,
    }
}

/// Compiles the text of a filter expression. `base`: where it begins in the source, if it stands there.
pub(super) fn compile(parser: &Parser, text: &str) -> Result<FilterExpression, Fault> {
    let dialect = parser.engine().dialect();
    let range_of = |part: &str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        start..start + part.len()
    };
    let operand = |term| expr::operand(parser, term).map_err(|error| (error, range_of(term)));
    if text.is_empty() {
        return Ok(FilterExpression::new(
            text,
            Operand::Constant(Value::None),
            Vec::new(),
        ));
    }
    let (mut rest, first) = if let Some(end) = expr::plain_path(text) {
        let path = parser.engine().path(&text[..end]);
        (&text[end..], Operand::path(path))
    } else {
        let Ok((rest, first)) = expr::term(dialect, text) else {
            return Err((start_error(dialect, text), 0..text.len()));
        };
        (rest, operand(first)?)
    };
    if rest.is_empty() {
        return Ok(FilterExpression::new(text, first, Vec::new()));
    }
    // As many as there are bars, but for those in literals.
    let bars = memchr::memchr_iter(b'|', rest.as_bytes()).count();
    let mut filters = Vec::with_capacity(bars);
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let Ok((after, (name, argument))) = filter(dialect, rest) else {
            return Err((gap_error(dialect, text, at), at..text.len()));
        };
        let argument = argument.map(operand).transpose()?;
        let Some(filter) = parser.find_filter(name) else {
            return Err((unknown_filter(parser, name), range_of(name)));
        };
        check_arguments(&filter, name, argument.is_some())
            .map_err(|error| (error, range_of(name)))?;
        filters.push(FilterCall::new(filter, argument));
        rest = after;
    }
    Ok(FilterExpression::new(text, first, filters))
}

/// The expression does not begin with a term.
fn start_error(dialect: Dialect, text: &str) -> Error {
    if filter(dialect, text).is_ok() {
        return Error::syntax(format!("Could not find variable at start of {text}."));
    }
    gap_error(dialect, text, 0)
}

/// From `at` on the expression is not understood, up to the next filter or to its end.
fn gap_error(dialect: Dialect, text: &str, at: usize) -> Error {
    let mut after_space = false;
    for (offset, character) in text[at..].char_indices() {
        let start = at + offset;
        let is_start = !(after_space && is_space(character));
        if is_start && filter(dialect, &text[start..]).is_ok() {
            return Error::syntax(format!(
                "Could not parse some characters: {}|{}|{}",
                &text[..at],
                &text[at..start],
                &text[start..]
            ));
        }
        after_space = is_space(character);
    }
    Error::syntax(format!(
        "Could not parse the remainder: '{}' from '{text}'",
        &text[at..]
    ))
}

fn unknown_filter(parser: &Parser, name: &str) -> Error {
    let error = Error::syntax(format!("Invalid filter: '{name}'"));
    let engine = parser.engine();
    let known = engine.builtins().filter_names().chain(
        parser
            .loaded()
            .iter()
            .flat_map(|library| library.filter_names()),
    );
    match suggest::closest(name, known) {
        Some(known) => error.suggest(format!("did you mean '{known}'?")),
        None => match suggest::library_of_filter(engine, name) {
            Some(library) => error.suggest(format!("it needs '{{% load {library} %}}'")),
            None => error,
        },
    }
}

fn check_arguments(filter: &Filter, name: &str, given: bool) -> Result<()> {
    let (least, most) = filter.arity();
    let given = u8::from(given);
    if given < least || given > most {
        return Err(Error::syntax(format!(
            "{name} requires {} arguments, {} provided",
            least + 1,
            given + 1
        )));
    }
    Ok(())
}
