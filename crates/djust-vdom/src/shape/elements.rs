//! The start tags of a region's elements: holes in attributes, keys, and controls bound to state.

use super::compile::Compiler;
use super::holes::split;
use super::program::{Bound, Id, Part, Says, ValueKind};
use super::refused::{Refused, Result};
use super::source::GAP;
use crate::Namespace;
use crate::bindings::{attribute_says_value, is_model};
use crate::html::Context;
use crate::html::strict::{self, Category, TAG};
use crate::tree::{Attribute, Handle, Name};

/// What makes an element itself, the strongest first.
const KEYS: [&str; 3] = ["dj-key", "data-key", "id"];

impl Compiler<'_> {
    /// Makes cells of the attributes that hold gaps, and returns their parts.
    pub(super) fn attributes(
        &mut self,
        node: Handle,
        number: u32,
        attributes: &[Attribute],
    ) -> Result<Vec<(Name, Vec<Part>)>> {
        if let Some((tag, known)) = attributes.split_last()
            && &*tag.name == TAG
        {
            return self.tag(node, number, &tag.value, known);
        }
        let mut found = Vec::new();
        for attribute in attributes.iter().filter(|one| one.value.contains(GAP)) {
            if matches!(&*attribute.name, "dj-update" | "shadowrootmode") {
                return Err(Refused::Leaf);
            }
            let parts = self.parts(&attribute.value)?;
            let kind = ValueKind::Attribute {
                name: attribute.name.clone(),
                is_key: matches!(&*attribute.name, "dj-key" | "data-key"),
            };
            found.push((attribute.name.clone(), parts.clone()));
            self.value(number, kind, parts);
        }
        Ok(found)
    }

    /// A start tag with gaps between its attributes.
    fn tag(
        &mut self,
        node: Handle,
        number: u32,
        rest: &str,
        known: &[Attribute],
    ) -> Result<Vec<(Name, Vec<Part>)>> {
        let element = self.tree.element(node).expect("an element");
        let category = Category::of(element.name.as_bytes());
        let depends = element.namespace != Namespace::Html
            || category == Category::Template
            || (category == Category::Input && self.is_in_table(node));
        if depends || known.iter().any(|one| &*one.name == "dj-update") {
            return Err(Refused::Value(
                "attributes change what the element is or holds",
            ));
        }
        let parts = self.parts(rest)?;
        let mut found = Vec::new();
        for attribute in known.iter().filter(|one| one.value.contains(GAP)) {
            let Some(before) = gaps_before(rest, attribute) else {
                continue;
            };
            let all = parts.iter().filter_map(|part| match part {
                Part::Gap(gap) => Some(*gap),
                Part::Text(_) => None,
            });
            found.push((
                attribute.name.clone(),
                split(&attribute.value, all.skip(before)),
            ));
        }
        let kind = ValueKind::Tag {
            known: known.to_vec(),
            self_closing: rest.ends_with('/'),
        };
        self.value(number, kind, parts);
        Ok(found)
    }

    /// Whether an `input` would have to be hidden here.
    fn is_in_table(&self, node: Handle) -> bool {
        let parent = self
            .tree
            .parent(node)
            .filter(|&parent| self.tree.element(parent).is_some())
            .map(|parent| Context::of(&self.tree, parent, self.quirks));
        !parent
            .as_ref()
            .or(self.place)
            .is_some_and(strict::takes_text)
    }

    /// Notes an element whose `id` may change; its cells begin with this one.
    pub(super) fn id(
        &mut self,
        node: Handle,
        first: u32,
        attributes: &[Attribute],
        found: &[(Name, Vec<Part>)],
    ) {
        let is_tag = attributes.last().is_some_and(|one| &*one.name == TAG);
        let place = found.iter().position(|(name, _)| &**name == "id");
        let cell = match place {
            _ if is_tag => first,
            Some(place) => first + place as u32,
            None => return,
        };
        self.open_ids.push((node, self.shape.ids.len()));
        let (values, gaps) = (self.shape.values.len(), self.shape.gaps.len());
        self.shape.ids.push(Id {
            cell,
            values: values as u32..values as u32,
            gaps: gaps as u32..gaps as u32,
        });
    }

    /// All that is inside such an element is known.
    pub(super) fn leave_id(&mut self, node: Handle) {
        if let Some((_, place)) = self.open_ids.pop_if(|(open, _)| *open == node) {
            let id = &mut self.shape.ids[place];
            id.values.end = self.shape.values.len() as u32;
            id.gaps.end = self.shape.gaps.len() as u32;
        }
    }

    /// Takes the key of the region's first element, and keys that change further inside, as its key.
    pub(super) fn key(
        &mut self,
        is_first: bool,
        attributes: &[Attribute],
        found: Vec<(Name, Vec<Part>)>,
    ) {
        let key = KEYS.iter().find_map(|key| {
            attributes
                .iter()
                .find(|one| &*one.name == *key && !one.value.is_empty())
        });
        if is_first && let Some(key) = key.filter(|key| !key.value.contains(GAP)) {
            self.shape.key.push(Part::Text(key.value.as_str().into()));
        }
        for (name, parts) in found {
            let is_own = is_first && key.is_some_and(|key| key.name == name);
            if is_own || matches!(&*name, "dj-key" | "data-key") {
                self.shape.key.extend(parts);
            }
        }
    }

    /// Notes a control that is bound to state.
    pub(super) fn bound(
        &mut self,
        node: Handle,
        number: u32,
        attributes: &[Attribute],
    ) -> Result<()> {
        let Some(model) = attributes.iter().find(|one| is_model(&one.name)) else {
            return Ok(());
        };
        let kind = attributes.iter().find(|one| &*one.name == "type");
        let depends = |one: &Attribute| one.value.contains(GAP);
        let name = self.tree.name(node).unwrap_or_default();
        if !self.is_inside || depends(model) || kind.is_some_and(depends) || name == "select" {
            return Err(Refused::Control);
        }
        let is_html = self.tree.namespace(node) == Namespace::Html;
        let is_tag = attributes.last().is_some_and(|one| &*one.name == TAG);
        let says = match (is_html, name, self.shape.values.last()) {
            (false, ..) => Says::Fixed(false),
            (true, "textarea", _) => Says::Fixed(!self.tree.text(node).is_empty()),
            (true, _, Some(tag)) if is_tag => Says::Tag { cell: tag.cell },
            _ => {
                let names: Vec<&str> = attributes.iter().map(|one| &*one.name).collect();
                Says::Fixed(attribute_says_value(
                    kind.map(|kind| kind.value.as_str()),
                    &names,
                ))
            }
        };
        self.shape.bound.push(Bound {
            node: number,
            name: model.value.as_str().into(),
            says,
            gaps: self.shape.gaps.len() as u32,
        });
        Ok(())
    }

    /// The text of a bound `textarea` depends on values: the first cell made since then.
    pub(super) fn bound_text(&mut self, since: usize) {
        let Some(text) = self.shape.values.get(since) else {
            return;
        };
        let has_text = text.parts.iter().any(|part| matches!(part, Part::Text(_)));
        if let Some(bound) = self.shape.bound.last_mut()
            && bound.node == text.node
            && !has_text
        {
            bound.says = Says::Text { cell: text.cell };
        }
    }
}

/// The attributes that may be an element's key, the strongest first.
pub(super) fn keys(attributes: &[Attribute], found: &[(Name, Vec<Part>)]) -> Vec<Vec<Part>> {
    let parts = |key: &&str| {
        let open = found.iter().find(|(name, _)| &**name == *key);
        let fixed = attributes.iter().find(|one| &*one.name == *key);
        match (open, fixed) {
            (Some((_, parts)), _) => Some(parts.clone()),
            (None, Some(fixed)) => Some(vec![Part::Text(fixed.value.as_str().into())]),
            (None, None) => None,
        }
    };
    KEYS.iter().filter_map(parts).collect()
}

/// How many gaps of a start tag stand before the value of one of its attributes.
fn gaps_before(rest: &str, attribute: &Attribute) -> Option<usize> {
    let value = ["\"", "'", ""].iter().find_map(|quote| {
        let begin = format!("{}={quote}", &*attribute.name);
        rest.match_indices(&begin)
            .map(|(at, _)| at)
            .find(|&at| at == 0 || rest[..at].ends_with([' ', '\n', '\t', GAP]))
            .map(|at| at + begin.len())
    })?;
    rest[value..]
        .starts_with(attribute.value.as_str())
        .then(|| rest[..value].matches(GAP).count())
}
