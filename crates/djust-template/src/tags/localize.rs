//! The libraries `l10n` and `tz`: whether and how numbers, dates and times are localised.

use std::sync::Arc;

use super::language::ask;
use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::library::{Filter, Filtered};
use crate::node::{NodeList, TagNode};
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::Sink;
use crate::value::{Value, string_repr};

/// Which of the two flags a tag switches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    Localize,
    LocalTime,
}

struct FlagNode {
    flag: Flag,
    on: bool,
    body: NodeList,
}

fn compile(parser: &mut Parser, token: &Token, flag: Flag, end: &str) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let on = match bits.as_slice() {
        [_] => true,
        [_, setting] if *setting == "on" => true,
        [_, setting] if *setting == "off" => false,
        _ => {
            let tag = string_repr(token.command());
            return Err(token.error(format!("{tag} argument should be 'on' or 'off'")));
        }
    };
    let body = parser.parse(&[end])?;
    parser.delete_first_token();
    Ok(Arc::new(FlagNode { flag, on, body }))
}

pub(super) fn localize(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    compile(parser, token, Flag::Localize, "endlocalize")
}

pub(super) fn local_time(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    compile(parser, token, Flag::LocalTime, "endlocaltime")
}

impl TagNode for FlagNode {
    fn class_name(&self) -> &'static str {
        match self.flag {
            Flag::Localize => "LocalizeNode",
            Flag::LocalTime => "LocalTimeNode",
        }
    }

    fn reads(&self, reader: &mut Reader) {
        reader.list(&self.body);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let set = |context: &mut Context, on| match self.flag {
            Flag::Localize => context.set_use_l10n(on),
            Flag::LocalTime => context.set_use_tz(on),
        };
        let before = set(context, Some(self.on));
        let result = self.body.render(context, out);
        set(context, before);
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}

struct TimeZoneNode {
    zone: FilterExpression,
    body: NodeList,
}

pub(super) fn time_zone(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, zone] = bits.as_slice() else {
        return Err(token.error(format!(
            "'{}' takes one argument (timezone)",
            token.command()
        )));
    };
    let zone = parser.compile_bit(zone)?;
    let body = parser.parse(&["endtimezone"])?;
    parser.delete_first_token();
    Ok(Arc::new(TimeZoneNode { zone, body }))
}

impl TagNode for TimeZoneNode {
    fn class_name(&self) -> &'static str {
        "TimezoneNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.zone);
        reader.list(&self.body);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let zone = self.zone.resolve(context)?;
        let Some(engine) = context.engine().cloned() else {
            return self.body.render(context, out);
        };
        let previous = engine.host().activate_time_zone(&zone)?;
        let result = self.body.render(context, out);
        engine.host().restore(previous);
        result
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}

pub(super) fn current_time_zone(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    ask(parser, token, "GetCurrentTimezoneNode", |context| {
        Ok(context.host().time_zone_name().into())
    })
}

/// The filters of the library `l10n`.
pub(super) fn filters() -> Vec<Filter> {
    let show = |on: bool| {
        move |value: &Value, _: Option<&Value>, context: &Context| -> Result<Filtered> {
            Ok(match context.localize_as(value, on)? {
                Some(text) => Value::Str(text.mark_unsafe()).into(),
                None => Value::Str(value.text()?).into(),
            })
        }
    };
    vec![
        Filter::new("localize", show(true)),
        Filter::new("unlocalize", show(false)),
    ]
}
