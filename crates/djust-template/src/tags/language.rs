//! Tags and filters of the library `i18n` that ask about languages or switch them.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::library::{Filter, Filtered};
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::Sink;
use crate::value::{Direction, Key, Value, string_repr};

struct LanguageNode {
    language: FilterExpression,
    body: NodeList,
}

pub(super) fn language(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, language] = bits.as_slice() else {
        return Err(token.error(format!(
            "'{}' takes one argument (language)",
            token.command()
        )));
    };
    let language = parser.compile_bit(language)?;
    let body = parser.parse(&["endlanguage"])?;
    parser.delete_first_token();
    Ok(Arc::new(LanguageNode { language, body }))
}

impl TagNode for LanguageNode {
    fn class_name(&self) -> &'static str {
        "LanguageNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.language);
        reader.list(&self.body);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let language = self.language.resolve(context)?;
        let Some(engine) = context.engine().cloned() else {
            return self.body.render(context, out);
        };
        let language = Some(&language).filter(|language| !matches!(language, Value::None));
        let previous = engine.host().activate_language(language)?;
        context.language_changed();
        let result = self.body.render(context, out);
        engine.host().restore(previous);
        context.language_changed();
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}

/// Asks the host for something and sets it under a name.
pub(super) struct AskNode {
    pub(super) class: &'static str,
    pub(super) name: Key,
    pub(super) ask: fn(&Context) -> Result<Value>,
}

impl TagNode for AskNode {
    fn class_name(&self) -> &'static str {
        self.class
    }

    fn reads(&self, _: &mut Reader) {}

    fn render(&self, context: &mut Context, _: &mut dyn Sink) -> Result<()> {
        let value = (self.ask)(context)?;
        context.set(self.name.clone(), value);
        Ok(())
    }
}

/// Compiles `tag as name`.
pub(super) fn ask(
    parser: &mut Parser,
    token: &Token,
    class: &'static str,
    ask: fn(&Context) -> Result<Value>,
) -> Result<Arc<dyn TagNode>> {
    let words = token.words();
    let &[_, "as", name] = words.as_slice() else {
        let words: Vec<Value> = words.iter().map(|word| Value::from(*word)).collect();
        return Err(token.error(format!(
            "'{}' requires 'as variable' (got {})",
            token.command(),
            Value::from(words).repr()?
        )));
    };
    Ok(Arc::new(AskNode {
        class,
        name: parser.key(name),
        ask,
    }))
}

pub(super) fn available(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    ask(parser, token, "GetAvailableLanguagesNode", |context| {
        let languages = context.host().languages()?;
        let pair = |(code, name): (String, String)| Value::Tuple([code.into(), name.into()].into());
        Ok(Value::List(languages.into_iter().map(pair).collect()))
    })
}

pub(super) fn current(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    ask(parser, token, "GetCurrentLanguageNode", |context| {
        Ok(context.host().language().into())
    })
}

pub(super) fn current_bidi(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    ask(parser, token, "GetCurrentLanguageBidiNode", |context| {
        Ok(context.host().language_is_bidi().into())
    })
}

struct InfoNode {
    class: &'static str,
    languages: FilterExpression,
    name: Key,
    /// Whether a sequence of languages is asked for.
    many: bool,
}

fn info_of(
    parser: &mut Parser,
    token: &Token,
    class: &'static str,
    what: &str,
) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    match bits.as_slice() {
        [_, word, languages, as_word, name] if *word == "for" && *as_word == "as" => {
            let languages = parser.compile_bit(languages)?;
            Ok(Arc::new(InfoNode {
                class,
                languages,
                name: parser.key(name),
                many: what == "sequence",
            }))
        }
        _ => {
            let words: Vec<String> = bits[1..].iter().map(|bit| string_repr(bit)).collect();
            Err(token.error(format!(
                "'{}' requires 'for {what} as variable' (got [{}])",
                token.command(),
                words.join(", ")
            )))
        }
    }
}

pub(super) fn info(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    info_of(parser, token, "GetLanguageInfoNode", "string")
}

pub(super) fn info_list(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    info_of(parser, token, "GetLanguageInfoListNode", "sequence")
}

impl TagNode for InfoNode {
    fn class_name(&self) -> &'static str {
        self.class
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.languages);
    }

    fn render(&self, context: &mut Context, _: &mut dyn Sink) -> Result<()> {
        let languages = self.languages.resolve(context)?;
        let value = if self.many {
            let mut infos = Vec::new();
            for language in languages.iterate(Direction::Forward)?.iterator {
                let language = language?;
                // Django: an item is a code, or a pair of code and name.
                let mut items = language
                    .iterate(Direction::Forward)
                    .map_err(|error| not_subscriptable(&language, error))?;
                let first = items.iterator.next().transpose()?;
                let code = match first {
                    Some(first) if first.length()?.is_some_and(|length| length > 1) => first,
                    _ => language,
                };
                let code = Value::Str(code.text()?);
                infos.push(context.host().language_info(&code)?);
            }
            Value::from(infos)
        } else {
            context.host().language_info(&languages)?
        };
        context.set(self.name.clone(), value);
        Ok(())
    }
}

/// Python looks for the first item of a language by its number, and says so of what has none.
fn not_subscriptable(language: &Value, error: Error) -> Error {
    let name = language.type_name();
    if error.message() == format!("'{name}' object is not iterable") {
        Error::new(
            ErrorKind::Type,
            format!("'{name}' object is not subscriptable"),
        )
    } else {
        error
    }
}

/// One entry of what the host knows of a language, whose code must be a string.
fn entry(value: &Value, name: &str, context: &Context) -> Result<Option<Value>> {
    let code = value.native()?;
    if code.as_str().is_none() {
        return Ok(None);
    }
    let info = context.host().language_info(&code)?;
    match info.native()? {
        Value::Map(map) => Ok(Some(map.get(name).cloned().unwrap_or_default())),
        Value::Object(info) => Ok(Some(info.attribute(&Key::new(name))?.unwrap_or_default())),
        _ => Err(Error::new(
            ErrorKind::Type,
            "the host's language info is no dict",
        )),
    }
}

fn entry_filter(filter: &'static str, name: &'static str) -> Filter {
    Filter::new(filter, move |value, _, context| {
        Ok(match entry(value, name, context)? {
            Some(value) => value.into(),
            None => Filtered::Declined,
        })
    })
}

/// The filters of the library `i18n`.
pub(super) fn filters() -> Vec<Filter> {
    vec![
        entry_filter("language_name", "name"),
        entry_filter("language_name_local", "name_local"),
        entry_filter("language_bidi", "bidi"),
        Filter::new("language_name_translated", |value, _, context| {
            let Some(name) = entry(value, "name", context)? else {
                return Ok(Filtered::Declined);
            };
            Ok(context.host().gettext(&name.text()?).into())
        }),
    ]
}
