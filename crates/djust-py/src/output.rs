//! The text of a render on its way into one Python string.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use djust_template::{LiteralId, Output, Sink};
use foldhash::fast::FixedState;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::django;

/// Literals of at least this many bytes are not copied by the render: Python joins them.
const LARGE: usize = 4096;

/// Large literals that are kept as Python strings at most.
const KEPT: usize = 256;

/// The large literals that renders of one template met, as Python strings.
#[derive(Default)]
pub(crate) struct Literals(Mutex<HashMap<LiteralId, Py<PyString>, FixedState>>);

impl Literals {
    fn get<'py>(&self, py: Python<'py>, id: LiteralId, text: &str) -> Bound<'py, PyString> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&id) {
            return known.bind(py).clone();
        }
        // A template that includes ever new ones must not keep the literals of all of them.
        if kept.len() >= KEPT {
            kept.clear();
        }
        let made = PyString::new(py, text);
        kept.insert(id, made.clone().unbind());
        made
    }
}

/// Collects a render. Small pieces are gathered in `text`; a large literal ends it and stands by itself.
pub(crate) struct Pieces<'a, 'py> {
    py: Python<'py>,
    literals: &'a Literals,
    done: Vec<Bound<'py, PyString>>,
    text: String,
}

impl<'a, 'py> Pieces<'a, 'py> {
    /// Begins a text in memory used before.
    pub(crate) fn new(py: Python<'py>, literals: &'a Literals, mut memory: String) -> Self {
        memory.clear();
        Self {
            py,
            literals,
            done: Vec::new(),
            text: memory,
        }
    }

    #[cold]
    #[inline(never)]
    fn large(&mut self, id: LiteralId, text: &str) {
        self.end_text();
        let literal = self.literals.get(self.py, id, text);
        self.done.push(literal);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            self.done.push(PyString::new(self.py, &self.text));
            self.text.clear();
        }
    }

    /// The whole text as a `SafeString`, and the memory for the next render.
    ///
    /// # Errors
    ///
    /// Memory that is exhausted.
    pub(crate) fn finish(mut self) -> PyResult<(Bound<'py, PyAny>, String)> {
        let py = self.py;
        if self.done.is_empty() {
            let safe = django::safe_string(py, &self.text)?;
            return Ok((safe, self.text));
        }
        self.end_text();
        let pieces = PyList::new(py, &self.done)?;
        let joined = intern!(py, "").call_method1(intern!(py, "join"), (pieces,))?;
        let safe = django::safe_string_class(py)?.call1((joined,))?;
        Ok((safe, self.text))
    }
}

impl Sink for Pieces<'_, '_> {
    fn knows_places(&self) -> bool {
        false
    }

    fn literal(&mut self, id: LiteralId, text: &str) {
        if text.len() < LARGE {
            self.text.push_str(text);
        } else {
            self.large(id, text);
        }
    }

    fn value(&mut self, slot: djust_template::SlotId, output: Output<'_>) {
        self.text.value(slot, output);
    }

    fn clean(&mut self, _: djust_template::SlotId, text: &str) {
        self.text.push_str(text);
    }
}
