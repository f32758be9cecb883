//! The parser that tag functions of libraries drive.
//!
//! Python sees a subclass of Django's `Parser` with Django's tokens (`djust.template.parser.Parser`). Its token list and
//! the tokens of the engine's parser are brought into step whenever control passes from one side to the other.
//!
//! Invariants: `order` has the Python and the engine's form of the same tokens at the same positions, in reverse order of
//! the source as in Django's list; while Python code runs, the engine's parser is in `lent`.

use std::sync::{Arc, Mutex, PoisonError};

use djust_template::{Library, Parser, Token, TokenKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyWeakrefReference};

use crate::errors::{from_python, guarded, to_python};
use crate::library::Libraries;
use crate::nodes::CompiledNodes;
use crate::template_host::TemplateHost;
use crate::{django, engine};

/// Both sides of the parser of one template.
pub(crate) struct Driver {
    facade: Py<PyAny>,
    libraries: Libraries,
    order: Mutex<Order>,
    lent: Mutex<Option<Parser>>,
}

#[derive(Default)]
struct Order {
    python: Vec<Py<PyAny>>,
    engine: Vec<Token>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Driver {
    /// The driver of the template that is being compiled, made when its first Python tag is met.
    ///
    /// # Errors
    ///
    /// What making the Python parser raises.
    pub(crate) fn of(
        py: Python<'_>,
        parser: &mut Parser,
        current: &Token,
        libraries: &Libraries,
    ) -> PyResult<Arc<Self>> {
        let source = Arc::clone(parser.source());
        let Some(host) = TemplateHost::of(&source) else {
            return Err(PyRuntimeError::new_err(
                "tags of Python need a template of Python",
            ));
        };
        if let Some(driver) = host.driver() {
            return Ok(driver);
        }
        libraries.check_names(py, host)?;
        let mut tokens = vec![current.clone()];
        tokens.extend(parser.pending_tokens());
        let facade = make_facade(py, source.text(), &tokens, host, libraries)?;
        tokens.reverse();
        let listed = facade
            .getattr(intern!(py, "tokens"))?
            .cast_into::<PyList>()?;
        let python = listed.iter().map(Bound::unbind).collect();
        let driver = Arc::new(Self {
            facade: facade.clone().unbind(),
            libraries: libraries.clone_ref(py),
            order: Mutex::new(Order {
                python,
                engine: tokens,
            }),
            lent: Mutex::default(),
        });
        for contents in host.loads() {
            apply_load(&facade, &contents)?;
        }
        let handle = ParserDriver {
            driver: Arc::clone(&driver),
        };
        facade.setattr(intern!(py, "driver"), handle)?;
        host.set_driver(Arc::clone(&driver));
        Ok(driver)
    }

    /// Tells the Python parser of a template about `{% load %}`; one made later learns of it then.
    ///
    /// # Errors
    ///
    /// What Django's own `load` raises.
    pub(crate) fn loaded(py: Python<'_>, parser: &Parser, token: &Token) -> PyResult<()> {
        let source = Arc::clone(parser.source());
        let Some(host) = TemplateHost::of(&source) else {
            return Ok(());
        };
        if let Some(driver) = host.driver() {
            return apply_load(driver.facade(py), token.contents());
        }
        host.remember_load(token.contents());
        Ok(())
    }

    /// The Python parser.
    pub(crate) fn facade<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.facade.bind(py)
    }

    /// Ends the parser's connection to the engine: compilation is over.
    ///
    /// # Errors
    ///
    /// None in practice.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.facade
            .bind(py)
            .setattr(intern!(py, "driver"), py.None())?;
        *lock(&self.order) = Order::default();
        Ok(())
    }

    /// What tags stored in `parser.extra_data`.
    ///
    /// # Errors
    ///
    /// It is no dictionary any more.
    pub(crate) fn extra_data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        // Django before 5.1 has no such attribute.
        match self
            .facade
            .bind(py)
            .getattr_opt(intern!(py, "extra_data"))?
        {
            Some(data) => Ok(data.cast_into::<PyDict>()?),
            None => Ok(PyDict::new(py)),
        }
    }

    /// Runs Python code that may drive the parser.
    ///
    /// # Errors
    ///
    /// What the code raises.
    pub(crate) fn lend<'py, R>(
        &self,
        py: Python<'py>,
        parser: &mut Parser,
        work: impl FnOnce(&Bound<'py, PyAny>, Option<Bound<'py, PyAny>>) -> PyResult<R>,
    ) -> PyResult<R> {
        let remaining = parser.remaining_tokens();
        let current = lock(&self.order)
            .python
            .get(remaining)
            .map(|token| token.bind(py).clone());
        self.show_facade(py, remaining)?;
        *lock(&self.lent) = Some(std::mem::take(parser));
        let result = work(self.facade.bind(py), current);
        *parser = lock(&self.lent).take().unwrap_or_default();
        self.take_over(py, parser)?;
        result
    }

    fn tokens<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self
            .facade
            .bind(py)
            .getattr(intern!(py, "tokens"))?
            .cast_into::<PyList>()?)
    }

    /// Drops from Python's list what the engine has read.
    fn show_facade(&self, py: Python<'_>, remaining: usize) -> PyResult<()> {
        let tokens = self.tokens(py)?;
        let length = tokens.len();
        if length > remaining {
            tokens.del_slice(remaining, length)
        } else {
            Ok(())
        }
    }

    /// Drops from the engine's tokens what Python has read, and takes tokens over that Python put back.
    fn take_over(&self, py: Python<'_>, parser: &mut Parser) -> PyResult<()> {
        self.take_over_names(py, parser)?;
        let tokens = self.tokens(py)?;
        let length = tokens.len();
        let mut order = lock(&self.order);
        let is_known = |position: usize, token: &Bound<'_, PyAny>| {
            order
                .python
                .get(position)
                .is_some_and(|known| known.is(token))
        };
        let is_plain = length <= parser.remaining_tokens()
            && (length == 0 || is_known(length - 1, &tokens.get_item(length - 1)?));
        if is_plain {
            while parser.remaining_tokens() > length {
                parser.delete_first_token();
            }
            return Ok(());
        }
        let mut engine = Vec::with_capacity(length);
        for (position, token) in tokens.iter().enumerate() {
            engine.push(
                match (is_known(position, &token), order.engine.get(position)) {
                    (true, Some(known)) => known.clone(),
                    _ => foreign_token(&token, parser, order.engine.last())?,
                },
            );
        }
        *order = Order {
            python: tokens.iter().map(Bound::unbind).collect(),
            engine,
        };
        parser.set_pending_tokens(order.engine.iter().rev().cloned().collect());
        Ok(())
    }

    /// Takes over what Python code assigned to `parser.tags` and `parser.filters`.
    fn take_over_names(&self, py: Python<'_>, parser: &mut Parser) -> PyResult<()> {
        let changes = self
            .facade
            .bind(py)
            .call_method0(intern!(py, "take_changes"))?;
        if changes.is_none() {
            return Ok(());
        }
        let (library, tags, filters): (Bound<'_, PyAny>, Vec<String>, Vec<String>) =
            changes.extract()?;
        parser.remove(&tags, &filters);
        parser.add_library(&self.libraries.convert(&library)?);
        Ok(())
    }

    /// The Python tokens between two positions, in the order of the source.
    fn slice<'py>(&self, py: Python<'py>, from: usize, to: usize) -> PyResult<Bound<'py, PyList>> {
        let order = lock(&self.order);
        let tokens = order.python.get(to..from).unwrap_or_default();
        PyList::new(py, tokens.iter().rev().map(|token| token.bind(py)))
    }
}

/// Runs Django's own `{% load %}` on the Python parser.
fn apply_load(facade: &Bound<'_, PyAny>, contents: &str) -> PyResult<()> {
    let py = facade.py();
    django::support(py)?.call_method1(intern!(py, "apply_load"), (facade, contents))?;
    Ok(())
}

/// Makes the Python parser for the tokens from the current one to the end.
fn make_facade<'py>(
    py: Python<'py>,
    text: &str,
    tokens: &[Token],
    host: &TemplateHost,
    libraries: &Libraries,
) -> PyResult<Bound<'py, PyAny>> {
    let is_ascii = text.is_ascii();
    let (mut byte, mut character) = (0, 0);
    let mut place = |offset: u32| {
        let offset = offset as usize;
        if is_ascii {
            return offset;
        }
        if offset < byte {
            (byte, character) = (0, 0);
        }
        character += text
            .get(byte..offset)
            .map_or(0, |skipped| skipped.chars().count());
        byte = offset;
        character
    };
    let mut raw = Vec::with_capacity(tokens.len());
    for token in tokens {
        let span = token.span();
        let (start, end) = (place(span.start), place(span.end));
        raw.push((
            kind_number(token.kind()),
            token.contents(),
            start,
            end,
            token.line(),
        ));
    }
    let engine = engine::alive(libraries.engine(py))?;
    let arguments = (
        raw,
        engine.getattr(intern!(py, "template_libraries"))?,
        engine.getattr(intern!(py, "template_builtins"))?,
        host.origin(py)?,
    );
    django::parser_class(py)?.call1(arguments)
}

fn kind_number(kind: TokenKind) -> u8 {
    match kind {
        TokenKind::Text => 0,
        TokenKind::Variable => 1,
        TokenKind::Block => 2,
        TokenKind::Comment => 3,
    }
}

/// A token that Python code made.
fn foreign_token(
    token: &Bound<'_, PyAny>,
    parser: &mut Parser,
    like: Option<&Token>,
) -> PyResult<Token> {
    let py = token.py();
    let kind = token
        .getattr(intern!(py, "token_type"))?
        .getattr(intern!(py, "value"))?;
    let kind = match kind.extract::<u8>()? {
        0 => TokenKind::Text,
        1 => TokenKind::Variable,
        2 => TokenKind::Block,
        _ => TokenKind::Comment,
    };
    let contents = token.getattr(intern!(py, "contents"))?.str()?;
    let pending = parser.pending_tokens();
    match like.or(pending.first()) {
        Some(like) => Ok(Token::synthetic(kind, contents.to_str()?, like)),
        None => Err(PyRuntimeError::new_err(
            "a token was put into an empty template",
        )),
    }
}

/// The engine's parser as the Python parser calls it.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct ParserDriver {
    driver: Arc<Driver>,
}

impl ParserDriver {
    fn with_parser<R>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut Parser) -> PyResult<R>,
    ) -> PyResult<R> {
        let Some(mut parser) = lock(&self.driver.lent).take() else {
            return Err(PyRuntimeError::new_err(
                "the template's parser is in use or has ended",
            ));
        };
        let result = self
            .driver
            .take_over(py, &mut parser)
            .and_then(|()| work(&mut parser));
        let remaining = parser.remaining_tokens();
        *lock(&self.driver.lent) = Some(parser);
        self.driver.show_facade(py, remaining)?;
        result
    }
}

#[pymethods]
impl ParserDriver {
    /// Compiles nodes up to a tag of that name, which stays the next token.
    fn parse<'py>(
        &self,
        facade: &Bound<'py, PyAny>,
        until: &Bound<'py, PyList>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = facade.py();
        guarded(py, || {
            let until: Vec<String> = until.extract()?;
            let until: Vec<&str> = until.iter().map(String::as_str).collect();
            let (nodes, tokens) = self.with_parser(py, |parser| {
                let before = parser.remaining_tokens();
                let nodes = parser.parse(&until).map_err(|error| located(py, error))?;
                let tokens = self.driver.slice(py, before, parser.remaining_tokens())?;
                Ok((CompiledNodes::new(nodes, parser.engine().clone()), tokens))
            })?;
            django::child_node_list_class(py)?.call1((nodes, facade, tokens))
        })
    }

    /// Adds the tags and filters of a library for the rest of the template.
    fn add_library(&self, library: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = library.py();
        guarded(py, || {
            let made: Library = self.driver.libraries.convert(library)?;
            self.with_parser(py, |parser| {
                parser.add_library(&made);
                Ok(())
            })
        })
    }
}

/// The exception for an error, with the token that Django's parser would have put on it.
fn located(py: Python<'_>, error: djust_template::Error) -> PyErr {
    let place = error
        .span()
        .zip(error.source_text().cloned())
        .and_then(|(span, source)| {
            let template = TemplateHost::of(&source)?.template(py)?;
            let start = source.text().get(..span.start as usize)?.chars().count();
            Some((template, start, start + source.slice(span).chars().count()))
        });
    let exception = to_python(py, error);
    if let Some((template, start, end)) = place
        && let Ok(support) = django::support(py)
    {
        let arguments = (exception.value(py), template, start, end);
        if let Err(failure) = support.call_method1(intern!(py, "mark_token"), arguments) {
            return failure;
        }
    }
    exception
}

/// Calls a tag function with the Python parser and the Python form of the current token.
///
/// # Errors
///
/// What the function raises.
pub(crate) fn compile_with(
    function: &Bound<'_, PyAny>,
    parser: &mut Parser,
    token: &Token,
    libraries: &Libraries,
) -> djust_template::Result<Py<PyAny>> {
    let py = function.py();
    let compiled = Driver::of(py, parser, token, libraries).and_then(|driver| {
        driver.lend(py, parser, |facade, current| {
            let support = django::support(py)?;
            support.call_method1(intern!(py, "compile_tag"), (function, facade, current))
        })
    });
    compiled.map(Bound::unbind).map_err(from_python)
}

/// A weak reference to the Python engine, for those who keep one.
pub(crate) type EngineReference = Py<PyWeakrefReference>;
