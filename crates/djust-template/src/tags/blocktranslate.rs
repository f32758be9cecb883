//! `{% blocktranslate %}`

use std::borrow::Cow;
use std::sync::Arc;

use super::output::{markup, rendered};
use super::scope::resolve_all;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::expression::FilterExpression;
use crate::lex::{TokenKind, is_space, strip};
use crate::node::TagNode;
use crate::parse::{Bit, KeywordStyle, Parser, Token, keyword_arguments};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::{Key, Value, string_repr};

struct BlockTranslateNode {
    slot: SlotId,
    tag: String,
    names: Vec<(Key, FilterExpression)>,
    singular: Message,
    plural: Option<(Key, FilterExpression, Message)>,
    message_context: Option<FilterExpression>,
    name: Option<Key>,
}

/// A message with `%(name)s` for each variable.
struct Message {
    text: String,
    names: Vec<Key>,
}

#[derive(Default)]
struct Options {
    names: Option<Vec<(String, FilterExpression)>>,
    count: Option<(String, FilterExpression)>,
    message_context: Option<FilterExpression>,
    trimmed: bool,
    name: Option<Key>,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let mut bits = token.split_contents();
    let tag = bits.remove(0).to_string();
    let options = options(parser, token, &tag, bits)?;
    let (singular, mut end) = message(parser, options.trimmed, token);
    let mut plural = None;
    if let Some((counter, count)) = options.count {
        if strip(end.contents()) != "plural" {
            let message = format!(
                "{} doesn't allow other block tags inside it",
                string_repr(&tag)
            );
            return Err(end.error(message));
        }
        let (text, last) = message(parser, options.trimmed, &end);
        plural = Some((parser.key(&counter), count, text));
        end = last;
    }
    if strip(end.contents()) != format!("end{tag}") {
        return Err(end.error(format!(
            "{} doesn't allow other block tags (seen {}) inside it",
            string_repr(&tag),
            string_repr(end.contents())
        )));
    }
    let names = options.names.unwrap_or_default();
    let names = names
        .into_iter()
        .map(|(name, value)| (parser.key(&name), value))
        .collect();
    let (slot, message_context, name) = (parser.slot(), options.message_context, options.name);
    Ok(Arc::new(BlockTranslateNode {
        slot,
        tag,
        names,
        singular,
        plural,
        message_context,
        name,
    }))
}

fn options(
    parser: &mut Parser,
    token: &Token,
    tag: &str,
    mut bits: Vec<Bit<'_>>,
) -> Result<Options> {
    let shown = string_repr(tag);
    let mut options = Options::default();
    let mut seen: Vec<Cow<'_, str>> = Vec::new();
    while !bits.is_empty() {
        let option = bits.remove(0);
        if seen.contains(&option.text) {
            let message = format!(
                "The {} option was specified more than once.",
                string_repr(&option)
            );
            return Err(token.error_at(&option, message));
        }
        match &*option.text {
            "with" => {
                let values = keyword_arguments(parser, &mut bits, KeywordStyle::Legacy)?;
                if values.is_empty() {
                    let message =
                        format!("\"with\" in {shown} tag needs at least one keyword argument.");
                    return Err(token.error_at(&option, message));
                }
                options.names = Some(values);
            }
            "count" => {
                let mut values = keyword_arguments(parser, &mut bits, KeywordStyle::Legacy)?;
                if values.len() != 1 {
                    let message =
                        format!("\"count\" in {shown} tag expected exactly one keyword argument.");
                    return Err(token.error_at(&option, message));
                }
                options.count = values.pop();
            }
            "context" => {
                let value = if bits.is_empty() {
                    None
                } else {
                    parser.compile_bit(&bits.remove(0)).ok()
                };
                if value.is_none() {
                    let message =
                        format!("\"context\" in {shown} tag expected exactly one argument.");
                    return Err(token.error_at(&option, message));
                }
                options.message_context = value;
            }
            "trimmed" => options.trimmed = true,
            "asvar" => {
                if bits.is_empty() {
                    let message =
                        format!("No argument provided to the '{tag}' tag for the asvar option.");
                    return Err(token.error_at(&option, message));
                }
                options.name = Some(parser.key(&bits.remove(0)));
            }
            _ => {
                let message = format!(
                    "Unknown argument for {shown} tag: {}.",
                    string_repr(&option)
                );
                return Err(token.error_at(&option, message));
            }
        }
        seen.push(option.text);
    }
    Ok(options)
}

/// Reads text and variables up to the next tag or comment, which is returned too (at the end: the last token).
fn message(parser: &mut Parser, trimmed: bool, token: &Token) -> (Message, Token) {
    let mut message = Message {
        text: String::new(),
        names: Vec::new(),
    };
    let mut last = token.clone();
    while let Some(token) = parser.next_token() {
        let kind = token.kind();
        match kind {
            TokenKind::Text => message.text.push_str(&token.contents().replace('%', "%%")),
            TokenKind::Variable => {
                message.text.extend(["%(", token.contents(), ")s"]);
                message.names.push(parser.key(token.contents()));
            }
            TokenKind::Block | TokenKind::Comment => {}
        }
        last = token;
        if matches!(kind, TokenKind::Block | TokenKind::Comment) {
            break;
        }
    }
    if trimmed {
        message.text = trim(&message.text);
    }
    (message, last)
}

/// Joins the lines with one space each (`django.utils.translation.trim_whitespace`).
fn trim(text: &str) -> String {
    let lines: Vec<&str> = strip(text).split('\n').map(strip).collect();
    let mut joined = String::with_capacity(text.len());
    for (index, line) in lines.iter().enumerate() {
        if index > 0 && !line.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    debug_assert!(!joined.ends_with(is_space));
    joined
}

/// Python's `text % data` for `%(name)s` and `%%`; `None` where Python raises.
fn format(text: &str, data: &[(Key, Value)]) -> Result<Option<String>> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let Some((name, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'))
        else {
            return Ok(None);
        };
        let value = data.iter().find(|(key, _)| key.as_str() == name);
        let (Some((_, value)), Some(after)) = (value, after.strip_prefix('s')) else {
            return Ok(None);
        };
        out.push_str(&value.text()?);
        rest = after;
    }
    out.push_str(rest);
    Ok(Some(out))
}

impl BlockTranslateNode {
    /// The translation and the values for it, with the names of the tag set on the context.
    fn translate(&self, context: &mut Context) -> Result<(String, Vec<(Key, Value)>)> {
        let message_context = match &self.message_context {
            Some(expression) => Some(expression.resolve(context)?.text()?),
            None => None,
        };
        for (name, value) in resolve_all(&self.names, context)? {
            context.set(name, value);
        }
        let mut names: Vec<&Key> = self.singular.names.iter().collect();
        let text = match &self.plural {
            Some((counter, count, plural)) => {
                let value = count.resolve(context)?;
                let number = match value.native()? {
                    Value::Int(_)
                    | Value::BigInt(_)
                    | Value::Float(_)
                    | Value::Decimal(_)
                    | Value::Bool(_) => count_of(&value)?,
                    _ => {
                        return Err(Error::syntax(format!(
                            "{} argument to {} tag must be a number.",
                            string_repr(counter.as_str()),
                            string_repr(&self.tag)
                        )));
                    }
                };
                context.set(counter.clone(), value);
                names.extend(&plural.names);
                let host = context.host();
                match &message_context {
                    Some(about) => host.npgettext(about, &self.singular.text, &plural.text, number),
                    None => host.ngettext(&self.singular.text, &plural.text, number),
                }
            }
            None if self.singular.text.is_empty() => String::new(),
            None => match &message_context {
                Some(about) => context.host().pgettext(about, &self.singular.text),
                None => context.host().gettext(&self.singular.text),
            },
        };
        let mut data = Vec::with_capacity(names.len());
        for name in names {
            let value = context.get(name)?.unwrap_or_else(|| {
                let invalid = context
                    .engine()
                    .map_or("", |engine| engine.string_if_invalid());
                Value::from(invalid.replacen("%s", name.as_str(), 1))
            });
            data.push((name.clone(), rendered(&value, self.slot, context)?));
        }
        Ok((text, data))
    }

    fn translate_in_scope(&self, context: &mut Context) -> Result<(String, Vec<(Key, Value)>)> {
        context.push();
        let result = self.translate(context);
        context.pop();
        result
    }

    fn text(&self, context: &mut Context) -> Result<String> {
        let (text, data) = self.translate_in_scope(context)?;
        if let Some(text) = format(&text, &data)? {
            return Ok(text);
        }
        // The translation does not fit the message: the message itself is shown.
        let Some(engine) = context.engine().cloned() else {
            return Ok(text);
        };
        let previous = engine.host().activate_language(None)?;
        context.language_changed();
        let result = self.translate_in_scope(context);
        engine.host().restore(previous);
        context.language_changed();
        let (text, data) = result?;
        format(&text, &data)?.ok_or_else(|| {
            let map: Value = data
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            Error::syntax(format!(
                "{} is unable to format string returned by gettext: {} using {}",
                string_repr(&self.tag),
                string_repr(&text),
                map.repr().unwrap_or_default()
            ))
        })
    }
}

/// A count as a whole number; a fraction counts as more than one.
fn count_of(value: &Value) -> Result<i64> {
    let number = value.to_float()?.unwrap_or(0.0);
    Ok(value.to_int()?.map_or(i64::MAX, |whole| {
        if number.fract() == 0.0 {
            whole
        } else {
            whole.max(1) + 1
        }
    }))
}

impl TagNode for BlockTranslateNode {
    fn class_name(&self) -> &'static str {
        "BlockTranslateNode"
    }

    fn reads(&self, reader: &mut Reader) {
        let mut names = reader.assigned(&self.names);
        reader.values(&self.message_context);
        if let Some((name, count, _)) = &self.plural {
            let count = reader.trace(count);
            reader.whole(count);
            names.push((name.clone(), count));
        }
        let plural = self.plural.as_ref().map(|(_, _, message)| message);
        reader.scope(names, |reader| {
            for message in [Some(&self.singular), plural].into_iter().flatten() {
                reader.names(&message.names);
            }
        });
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let text = self.text(context)?;
        match &self.name {
            Some(name) => {
                context.set(name.clone(), Value::safe(text));
                Ok(())
            }
            None => markup(&text, self.slot, context, out),
        }
    }
}
