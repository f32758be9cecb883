//! Tags that have something to do with Python: `{% load %}`, `{% partialdef %}` and those of Python functions.

use std::sync::Arc;

use djust_template::{CompileTag, Library, NodeList, Parser, Span, TagNode, Token};
use pyo3::prelude::*;

use super::Libraries;
use crate::convert::raised;
use crate::nodes;
use crate::parser::{Driver, compile_with};
use crate::signature::FunctionTag;
use crate::template_host::{Partial, TemplateHost};

/// `{% load %}`: the engine's own, which also tells the Python parser of the template, if it has one.
struct LoadTag {
    native: Arc<dyn CompileTag>,
    libraries: Libraries,
}

impl LoadTag {
    /// The libraries that a tag names, if all of them are known.
    fn known(&self, py: Python<'_>, token: &Token) -> PyResult<Option<Vec<Arc<Library>>>> {
        let names = token.words();
        if names.contains(&"from") {
            return Ok(None);
        }
        let names = names.iter().skip(1);
        names
            .map(|name| self.libraries.find_known(py, name))
            .collect()
    }

    fn load(
        &self,
        py: Python<'_>,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        if let Some(libraries) = raised(self.known(py, token))? {
            return Ok(parser.load(libraries));
        }
        if let Some(host) = TemplateHost::of(&Arc::clone(parser.source())) {
            raised(self.libraries.check_names(py, host))?;
        }
        self.native.compile(parser, token)
    }
}

impl Libraries {
    pub(super) fn load_tag(
        &self,
        py: Python<'_>,
        native: &Arc<dyn CompileTag>,
    ) -> Arc<dyn CompileTag> {
        Arc::new(LoadTag {
            native: Arc::clone(native),
            libraries: self.clone_ref(py),
        })
    }
}

impl CompileTag for LoadTag {
    fn compile(
        &self,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        Python::attach(|py| {
            let node = self.load(py, parser, token)?;
            raised(Driver::loaded(py, parser, token))?;
            Ok(node)
        })
    }
}

/// `{% partialdef %}`: the engine's own, which also notes the partial for `template.extra_data`.
struct PartialTag {
    native: Arc<dyn CompileTag>,
}

pub(super) fn partial_tag(native: &Arc<dyn CompileTag>) -> Arc<dyn CompileTag> {
    Arc::new(PartialTag {
        native: Arc::clone(native),
    })
}

impl CompileTag for PartialTag {
    fn compile(
        &self,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        let node = self.native.compile(parser, token)?;
        let source = Arc::clone(parser.source());
        let end = match parser.next_token() {
            Some(next) => {
                let start = next.span().start;
                parser.prepend_token(next);
                start
            }
            None => source.text().len() as u32,
        };
        if let (Some(host), Some((_, body)), Some(name)) = (
            TemplateHost::of(&source),
            node.children().first(),
            token.split_contents().get(1),
        ) {
            host.remember_partial(Partial {
                name: name.to_string(),
                body: NodeList::clone(body),
                span: Span {
                    start: token.span().start,
                    end,
                },
            });
        }
        Ok(node)
    }
}

/// A tag whose compile function is Python's.
pub(super) struct PyTag {
    /// What `simple_tag` or `inclusion_tag` made it of.
    pub(super) made_of: Option<FunctionTag>,
    pub(super) function: Py<PyAny>,
    pub(super) libraries: Libraries,
}

impl CompileTag for PyTag {
    fn compile(
        &self,
        parser: &mut Parser,
        token: &Token,
    ) -> djust_template::Result<Arc<dyn TagNode>> {
        Python::attach(|py| {
            if let Some(made_of) = &self.made_of
                && let Some(node) = made_of.compile(py, parser, token)?
            {
                return Ok(node);
            }
            let node = compile_with(self.function.bind(py), parser, token, &self.libraries)?;
            nodes::adopt(node.bind(py), parser)
        })
    }
}
