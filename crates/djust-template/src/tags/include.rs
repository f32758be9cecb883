//! `{% include %}`

use std::collections::HashMap;
use std::sync::Arc;

use super::paths::{self, Recursion};
use super::scope::resolve_all;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{KeywordStyle, Parser, Token, keyword_arguments};
use crate::reads::Reader;
use crate::render::{BlockId, Branch, Sink, SlotId};
use crate::template::Template;
use crate::value::{Direction, Key, Value, string_repr};

/// Templates that one tag has included in the render under way by names from the context (Django keeps them, too).
#[derive(Default)]
struct Compiled(HashMap<Vec<String>, Arc<Template>>);

struct IncludeNode {
    id: BlockId,
    slot: SlotId,
    template: FilterExpression,
    /// Name of the template that the tag stands in.
    current: Option<Box<str>>,
    names: Vec<(Key, FilterExpression)>,
    only: bool,
}

/// What an include leads to.
enum Target {
    Template(Arc<Template>),
    /// A template of another engine.
    Host(Value),
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [tag, name, rest @ ..] = bits.as_slice() else {
        return Err(token.error(format!(
            "{} tag takes at least one argument: the name of the template to be included.",
            string_repr(token.command())
        )));
    };
    let mut rest = rest.to_vec();
    let mut names = None;
    let mut only = false;
    while !rest.is_empty() {
        let option = rest.remove(0);
        let shown = string_repr(&option);
        if (option == "with" && names.is_some()) || (option == "only" && only) {
            return Err(token.error_at(
                &option,
                format!("The {shown} option was specified more than once."),
            ));
        }
        match &*option {
            "only" => only = true,
            "with" => {
                let values = keyword_arguments(parser, &mut rest, KeywordStyle::Modern)?;
                if values.is_empty() {
                    let tag = string_repr(tag);
                    let message =
                        format!("\"with\" in {tag} tag needs at least one keyword argument.");
                    return Err(token.error_at(&option, message));
                }
                names = Some(values);
            }
            _ => {
                let message = format!("Unknown argument for {} tag: {shown}.", string_repr(tag));
                return Err(token.error_at(&option, message));
            }
        }
    }
    let current = parser.source().name().map(Box::from);
    let full = paths::absolute(current.as_deref(), name, Recursion::Allowed)?;
    let template = if full == name.text {
        parser.compile_bit(name)
    } else {
        parser.compile_filter(&full)
    };
    let template = token.locate_at(name, template)?;
    let names = names.unwrap_or_default();
    let names = names
        .into_iter()
        .map(|(name, value)| (parser.key(&name), value))
        .collect();
    Ok(Arc::new(IncludeNode {
        id: parser.block(),
        slot: parser.slot(),
        template,
        current,
        names,
        only,
    }))
}

impl IncludeNode {
    /// What the tag includes now. A literal is looked up once per render.
    fn find(&self, context: &mut Context) -> Result<Target> {
        if self.template.constant().is_none() {
            let value = self.template.resolve(context)?;
            return self.target(value, context);
        }
        if let Some(template) = context.state_mut().included(self.slot) {
            return Ok(Target::Template(template));
        }
        let value = self.template.resolve(context)?;
        let target = self.target(value, context)?;
        if let Target::Template(template) = &target {
            context.state_mut().keep_included(self.slot, template);
        }
        Ok(target)
    }

    fn target(&self, value: Value, context: &mut Context) -> Result<Target> {
        if let Value::Str(name) = &value
            && !name.is_empty()
        {
            let name = paths::absolute(self.current.as_deref(), name, Recursion::Refused)?;
            return self.select(vec![name], context).map(Target::Template);
        }
        if let Value::Object(object) = &value {
            if let Some(template) = object.as_template() {
                return Ok(Target::Template(template));
            }
            if context.host().is_template(&value)? {
                return Ok(Target::Host(value));
            }
            if let Value::Str(name) = value.native()? {
                return self.target(Value::Str(name), context);
            }
        }
        if !value.truth()? {
            return self.select(Vec::new(), context).map(Target::Template);
        }
        let mut names = Vec::new();
        for name in value.iterate(Direction::Forward)?.iterator {
            let name = name?;
            if let Value::Object(object) = &name
                && let Some(template) = object.as_template()
            {
                return Ok(Target::Template(template));
            }
            names.push(name.text()?.as_str().to_owned());
        }
        self.select(names, context).map(Target::Template)
    }

    /// The first template that exists. An engine that keeps no templates still compiles each once per tag and render.
    fn select(&self, names: Vec<String>, context: &mut Context) -> Result<Arc<Template>> {
        let engine = context
            .engine()
            .cloned()
            .ok_or_else(|| Error::syntax("'include' outside a render"))?;
        if engine.keeps_templates() {
            return engine.select_template(&names);
        }
        if let Some(template) = context
            .state_mut()
            .get_shared::<Compiled>(self.slot)
            .0
            .get(&names)
        {
            return Ok(Arc::clone(template));
        }
        let template = engine.select_template(&names)?;
        let compiled = context.state_mut().get_shared::<Compiled>(self.slot);
        compiled.0.insert(names, Arc::clone(&template));
        Ok(template)
    }

    fn show(target: &Target, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        match target {
            Target::Template(template) => template.render_to(context, out),
            Target::Host(object) => {
                let engine = context.engine().cloned();
                engine.map_or(Ok(()), |engine| engine.host().include(object, context, out))
            }
        }
    }
}

impl TagNode for IncludeNode {
    fn class_name(&self) -> &'static str {
        "IncludeNode"
    }

    fn reads(&self, reader: &mut Reader) {
        let names = reader.assigned(&self.names);
        let only = self.only;
        reader.template(&self.template, |reader, template| {
            if only {
                reader.isolate(names, |reader| reader.included(template));
            } else {
                reader.scope(names, |reader| reader.included(template));
            }
        });
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let target = self.find(context)?;
        let values = if self.names.is_empty() {
            Vec::new()
        } else {
            resolve_all(&self.names, context)?
        };
        let outer = if self.only {
            Some(context.isolate())
        } else {
            None
        };
        context.push();
        for (name, value) in values {
            context.set(name, value);
        }
        out.enter(self.id, Branch::Body);
        let result = Self::show(&target, context, out);
        out.leave(self.id);
        context.pop();
        if let Some(outer) = outer {
            context.restore(outer);
        }
        result
    }
}
