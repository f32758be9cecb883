//! Tags that `simple_tag` and `inclusion_tag` made, compiled as Django's function for them does it.
//!
//! Only what is right is compiled here. Whatever else a tag says is left to Django's function, which has the words for it.

use std::sync::Arc;

use djust_template::{Bit, Parser, TagNode, Token};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::django;
use crate::function_tags::{Argument, Call, InclusionNode, SimpleNode};

/// A function with the parameters that `parse_bits` looks at.
pub(crate) struct FunctionTag {
    function: Py<PyAny>,
    takes_context: bool,
    /// A node of Django's for a tag that includes a template.
    node: Option<Py<PyAny>>,
    /// Names that are given by place, or by name.
    params: Vec<String>,
    /// How many of these, the last ones, need not be given.
    defaults: usize,
    /// Names that are given by name only, and whether they must be.
    kwonly: Vec<(String, bool)>,
    takes_more: bool,
    takes_more_names: bool,
}

/// Arguments by place and by name.
type Arguments = (Vec<Argument>, Vec<(Py<PyString>, Argument)>);

impl FunctionTag {
    /// What Django's `simple_tag` or `inclusion_tag` keeps, if they made the tag function.
    ///
    /// # Errors
    ///
    /// What reading it raises.
    pub(crate) fn of(tag: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let py = tag.py();
        let kept = django::support(py)?.call_method1(intern!(py, "function_tag"), (tag,))?;
        if kept.is_none() {
            return Ok(None);
        }
        let read = |name: &str| kept.get_item(name);
        let takes_context = read("takes_context")?.is_truthy()?;
        let mut params: Vec<String> = read("params")?.extract()?;
        if takes_context {
            if params.first().is_none_or(|first| first != "context") {
                return Ok(None);
            }
            params.remove(0);
        }
        let names: Vec<String> = read("kwonly")?.extract()?;
        let defaults = read("kwonly_defaults")?;
        let mut kwonly = Vec::with_capacity(names.len());
        for name in names {
            let is_required = defaults.is_none() || !defaults.contains(&name)?;
            kwonly.push((name, is_required));
        }
        let defaults = read("defaults")?;
        let node = read("node")?;
        Ok(Some(Self {
            function: read("func")?.unbind(),
            takes_context,
            node: (!node.is_none()).then(|| node.unbind()),
            params,
            defaults: if defaults.is_none() {
                0
            } else {
                defaults.len()?
            },
            kwonly,
            takes_more: !read("varargs")?.is_none(),
            takes_more_names: !read("varkw")?.is_none(),
        }))
    }

    /// The node of a tag; nothing if Django's function is to say what becomes of it.
    ///
    /// # Errors
    ///
    /// What reading the names of templates raises.
    pub(crate) fn compile(
        &self,
        py: Python<'_>,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Option<Arc<dyn TagNode>>> {
        let bits = token.split_contents();
        let mut bits = bits.get(1..).unwrap_or_default();
        let mut target = None;
        if self.node.is_none()
            && let [before @ .., word, name] = bits
            && word == "as"
        {
            (bits, target) = (before, Some(name));
        }
        let Some((arguments, keywords)) = self.arguments(py, parser, bits) else {
            return Ok(None);
        };
        let function = self.function.clone_ref(py);
        let call = Call::of(function, self.takes_context, arguments, keywords);
        Ok(match &self.node {
            None => {
                let target = target.map(|name| parser.key(name));
                Some(Arc::new(SimpleNode::of_call(call, target, parser)))
            }
            Some(node) => InclusionNode::of_call(call, node.bind(py), parser)?
                .map(|node| Arc::new(node) as Arc<dyn TagNode>),
        })
    }

    /// The arguments that the words of a tag say (`django.template.library.parse_bits`).
    fn arguments(
        &self,
        py: Python<'_>,
        parser: &mut Parser,
        bits: &[Bit<'_>],
    ) -> Option<Arguments> {
        let mut arguments = Vec::new();
        let mut keywords: Vec<(Py<PyString>, Argument)> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for bit in bits {
            if bit.starts_with("_(") {
                // Django may read past the end of such a word, and fail.
                return None;
            }
            let (name, value) = match bit.keyword() {
                Some((name, value)) => (Some(name), value),
                None => (None, bit.clone()),
            };
            let value = parser.compile_bit(&value).ok()?;
            let value = Argument::new(py, value).ok()?;
            match name {
                Some(name) => {
                    if names.contains(&name) || !self.takes(name) {
                        return None;
                    }
                    names.push(name);
                    keywords.push((PyString::intern(py, name).unbind(), value));
                }
                None if names.is_empty() => arguments.push(value),
                None => return None,
            }
        }
        // Names and places that are used up in the order of the words.
        let mut open: Vec<&str> = self.params.iter().map(String::as_str).collect();
        if arguments.len() > open.len() && !self.takes_more {
            return None;
        }
        open.drain(..arguments.len().min(open.len()));
        open.retain(|name| !names.contains(name));
        let needed = open.len().saturating_sub(self.defaults);
        let is_missing =
            |(name, is_required): &(String, bool)| *is_required && !names.contains(&name.as_str());
        if needed > 0 || self.kwonly.iter().any(is_missing) {
            return None;
        }
        Some((arguments, keywords))
    }

    /// Whether a name may be given.
    fn takes(&self, name: &str) -> bool {
        self.takes_more_names
            || self.params.iter().any(|param| param == name)
            || self.kwonly.iter().any(|(param, _)| param == name)
    }
}
