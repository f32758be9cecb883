//! `{% regroup %}`

use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::Sink;
use crate::value::{Direction, Items, Key, Object, Str, Value};

struct RegroupNode {
    target: FilterExpression,
    grouper: FilterExpression,
    name: Key,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, target, by, grouper, word, name] = bits.as_slice() else {
        return Err(token.error("'regroup' tag takes five arguments"));
    };
    let target = parser.compile_bit(target)?;
    if *by != "by" {
        return Err(token.error_at(by, "second argument to 'regroup' tag must be 'by'"));
    }
    if *word != "as" {
        return Err(token.error_at(word, "next-to-last argument to 'regroup' tag must be 'as'"));
    }
    let grouper = parser.compile_filter(&format!("{}.{}", name.text, grouper.text))?;
    Ok(Arc::new(RegroupNode {
        target,
        grouper,
        name: parser.key(name),
    }))
}

impl TagNode for RegroupNode {
    fn class_name(&self) -> &'static str {
        "RegroupNode"
    }

    fn reads(&self, reader: &mut Reader) {
        let list = reader.trace(&self.target);
        let item = reader.items(list);
        let mut grouper = None;
        reader.scope(vec![(self.name.clone(), item)], |reader| {
            grouper = reader.trace(&self.grouper);
        });
        reader.whole(grouper);
        let groups = reader.groups(list, grouper);
        reader.set(self.name.as_str(), Some(groups));
    }

    fn render(&self, context: &mut Context, _: &mut dyn Sink) -> Result<()> {
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        let target = self.target.resolve_or_none(context)?;
        if !matches!(target, Value::None) {
            for item in target.iterate(Direction::Forward)?.iterator {
                let item = item?;
                // Django: the expression is resolved with the item under the name of the result.
                context.set(self.name.clone(), item.clone());
                let grouper = self.grouper.resolve_or_none(context)?;
                match groups.last_mut() {
                    Some((last, items)) if last.is_same(&grouper) || last.equals(&grouper)? => {
                        items.push(item);
                    }
                    _ => groups.push((grouper, vec![item])),
                }
            }
        }
        let groups: Vec<Value> = groups
            .into_iter()
            .map(|(grouper, list)| {
                Value::object(Group {
                    grouper,
                    list: Value::from(list),
                })
            })
            .collect();
        context.set(self.name.clone(), Value::from(groups));
        Ok(())
    }
}

/// One group, a named pair.
struct Group {
    grouper: Value,
    list: Value,
}

impl Object for Group {
    fn type_name(&self) -> &'static str {
        "GroupedResult"
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Ok(match key.as_str() {
            "grouper" | "0" => Some(self.grouper.clone()),
            "list" | "1" => Some(self.list.clone()),
            _ => None,
        })
    }

    fn text(&self) -> Result<Str> {
        self.repr().map(Str::from)
    }

    fn repr(&self) -> Result<String> {
        Ok(format!(
            "GroupedResult(grouper={}, list={})",
            self.grouper.repr()?,
            self.list.repr()?
        ))
    }

    fn length(&self) -> Result<Option<usize>> {
        Ok(Some(2))
    }

    fn iterate(&self, direction: Direction) -> Result<Option<Items>> {
        self.pair().iterate(direction).map(Some)
    }

    fn native(&self) -> Result<Option<Value>> {
        Ok(Some(self.pair()))
    }
}

impl Group {
    fn pair(&self) -> Value {
        Value::Tuple([self.grouper.clone(), self.list.clone()].into())
    }
}
