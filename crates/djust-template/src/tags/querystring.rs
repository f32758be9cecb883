//! `{% querystring %}`

use std::fmt::Write as _;
use std::sync::Arc;

use super::output::show;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token, split_keyword};
use crate::render::{Sink, SlotId};
use crate::value::{Direction, Key, Resolved, Value};

struct QueryStringNode {
    slot: SlotId,
    mappings: Vec<FilterExpression>,
    parameters: Vec<(Key, FilterExpression)>,
    name: Option<Key>,
    /// `request.GET`
    current: [Key; 2],
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let (bits, name) = match &bits[1..] {
        [bits @ .., word, name] if *word == "as" => (bits, Some(parser.key(name))),
        bits => (bits, None),
    };
    let mut mappings = Vec::new();
    let mut parameters: Vec<(Key, FilterExpression)> = Vec::new();
    for bit in bits {
        if let Some((parameter, value)) = split_keyword(bit) {
            if parameters
                .iter()
                .any(|(known, _)| known.as_str() == parameter)
            {
                return Err(token.error(format!(
                    "'querystring' received multiple values for keyword argument '{parameter}'"
                )));
            }
            parameters.push((parser.key(parameter), parser.compile_bit(&value)?));
        } else if parameters.is_empty() {
            mappings.push(parser.compile_bit(bit)?);
        } else {
            return Err(token.error(
                "'querystring' received some positional argument(s) after some keyword argument(s)",
            ));
        }
    }
    let current = [parser.key("request"), parser.key("GET")];
    Ok(Arc::new(QueryStringNode {
        slot: parser.slot(),
        mappings,
        parameters,
        name,
        current,
    }))
}

/// Parameters in order, each with its values.
type Parameters = Vec<(String, Vec<Value>)>;

/// Sets a parameter; `None` removes it.
fn set(parameters: &mut Parameters, name: &str, value: &Value) -> Result<()> {
    let values = match value {
        Value::None => {
            parameters.retain(|(known, _)| known != name);
            return Ok(());
        }
        Value::List(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_) => {
            match value.iterate(Direction::Forward) {
                Ok(items) => {
                    let values: Vec<Value> = items.iterator.collect::<Result<_>>()?;
                    values
                        .into_iter()
                        .filter(|value| !matches!(value, Value::None))
                        .collect()
                }
                Err(error) if error.kind() == ErrorKind::Type => vec![value.clone()],
                Err(error) => return Err(error),
            }
        }
        _ => vec![value.clone()],
    };
    match parameters.iter_mut().find(|(known, _)| known == name) {
        Some(entry) => entry.1 = values,
        None => parameters.push((name.to_owned(), values)),
    }
    Ok(())
}

/// Adds all entries of a mapping.
fn add(parameters: &mut Parameters, mapping: &Value) -> Result<()> {
    let Value::Map(map) = mapping.native()? else {
        return Err(Error::syntax(format!(
            "querystring requires mappings for positional arguments (got {} instead).",
            mapping.repr()?
        )));
    };
    map.iter()
        .try_for_each(|(name, value)| set(parameters, name, value))
}

/// Python's `quote_plus`.
fn quote(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

fn encode(parameters: &Parameters) -> Result<String> {
    let mut out = String::from("?");
    for (name, values) in parameters {
        for value in values {
            if out.len() > 1 {
                out.push('&');
            }
            quote(name, &mut out);
            out.push('=');
            quote(&value.text()?, &mut out);
        }
    }
    Ok(out)
}

impl QueryStringNode {
    fn text(&self, context: &mut Context) -> Result<String> {
        let mappings: Vec<Value> = self
            .mappings
            .iter()
            .map(|value| value.resolve(context))
            .collect::<Result<_>>()?;
        let given: Vec<(Key, Value)> = self
            .parameters
            .iter()
            .map(|(name, value)| Ok((name.clone(), value.resolve(context)?)))
            .collect::<Result<_>>()?;
        if let Some(text) = context.host().query_string(&mappings, &given, context)? {
            return Ok(text);
        }
        let mut parameters = Parameters::new();
        if mappings.is_empty() {
            match context.resolve(&self.current)? {
                Resolved::Value(current) => add(&mut parameters, &current)?,
                _ => {
                    return Err(Error::new(
                        ErrorKind::VariableDoesNotExist,
                        "'Context' object has no attribute 'request'",
                    ));
                }
            }
        }
        for mapping in &mappings {
            add(&mut parameters, mapping)?;
        }
        for (name, value) in &given {
            set(&mut parameters, name.as_str(), value)?;
        }
        encode(&parameters)
    }
}

impl TagNode for QueryStringNode {
    fn class_name(&self) -> &'static str {
        "SimpleNode"
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let text = Value::from(self.text(context)?);
        match &self.name {
            Some(name) => {
                context.set(name.clone(), text);
                Ok(())
            }
            None => show(&text, self.slot, context, out),
        }
    }
}
