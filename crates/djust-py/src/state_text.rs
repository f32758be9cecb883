//! The state of a page as JSON text, written without a tree of Python objects in between.

use std::fmt::Write as _;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyModule, PyString};

use crate::errors::guarded;
use crate::exact::exact;

/// Depth at which values are left to Python code, which refuses them.
const DEPTH: usize = 100;
/// Depth of what that code may return.
const TREE_DEPTH: usize = 1_000;

/// Writes a value as text: what JSON has as itself, and of everything else what `encode(value, depth)`
/// returns, a tree of what JSON has.
///
/// Dicts with other keys than text, or with the key `$`, are not what JSON has.
#[pyfunction]
fn state_text(value: &Bound<'_, PyAny>, encode: &Bound<'_, PyAny>) -> PyResult<String> {
    guarded(value.py(), || {
        let mut writer = Writer {
            text: String::new(),
            encode,
        };
        writer.value(value, 0)?;
        Ok(writer.text)
    })
}

struct Writer<'a, 'py> {
    text: String,
    encode: &'a Bound<'py, PyAny>,
}

impl<'py> Writer<'_, 'py> {
    fn value(&mut self, value: &Bound<'py, PyAny>, depth: usize) -> PyResult<()> {
        if self.plain(value)? {
            return Ok(());
        }
        if depth <= DEPTH {
            if let Some(list) = exact::<PyList>(value) {
                return self.list(list, |writer, item| writer.value(item, depth + 1));
            }
            if let Some(dict) = exact::<PyDict>(value)
                && is_object(dict)
            {
                return self.object(dict, |writer, item| writer.value(item, depth + 1));
            }
        }
        let tree = self.encode.call1((value, depth))?;
        self.tree(&tree, 0)
    }

    /// Writes a tree that `encode` made: whatever its keys are, it is meant as it is.
    fn tree(&mut self, value: &Bound<'py, PyAny>, depth: usize) -> PyResult<()> {
        if self.plain(value)? {
            return Ok(());
        }
        if let Ok(text) = value.cast::<PyString>() {
            return self.string(text);
        }
        if depth < TREE_DEPTH {
            if let Some(list) = exact::<PyList>(value) {
                return self.list(list, |writer, item| writer.tree(item, depth + 1));
            }
            if let Some(dict) = exact::<PyDict>(value) {
                return self.object(dict, |writer, item| writer.tree(item, depth + 1));
            }
        }
        Err(PyTypeError::new_err("not a tree of what JSON has"))
    }

    fn list(
        &mut self,
        list: &Bound<'py, PyList>,
        write: impl Fn(&mut Self, &Bound<'py, PyAny>) -> PyResult<()>,
    ) -> PyResult<()> {
        self.text.push('[');
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            write(self, &item)?;
        }
        self.text.push(']');
        Ok(())
    }

    fn object(
        &mut self,
        dict: &Bound<'py, PyDict>,
        write: impl Fn(&mut Self, &Bound<'py, PyAny>) -> PyResult<()>,
    ) -> PyResult<()> {
        // Encoding an item may run any code, which may change the dict.
        let pairs: Vec<_> = dict.iter().collect();
        self.text.push('{');
        for (index, (key, item)) in pairs.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.string(key.cast::<PyString>()?)?;
            self.text.push(':');
            write(self, item)?;
        }
        self.text.push('}');
        Ok(())
    }

    /// Writes a value that is neither a list nor a dict; whether it was one that JSON has.
    fn plain(&mut self, value: &Bound<'py, PyAny>) -> PyResult<bool> {
        if let Some(text) = exact::<PyString>(value) {
            self.string(text)?;
        } else if let Some(number) = exact::<PyInt>(value) {
            match number.extract::<i64>() {
                Ok(number) => {
                    // Writing to a String does not fail.
                    let _ = write!(self.text, "{number}");
                }
                Err(_) => self.text.push_str(number.str()?.to_str()?),
            }
        } else if let Some(truth) = exact::<PyBool>(value) {
            self.text
                .push_str(if truth.is_true() { "true" } else { "false" });
        } else if value.is_none() {
            self.text.push_str("null");
        } else if let Some(number) = exact::<PyFloat>(value) {
            self.float(number.value());
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// As Python's json writes it: with the names of JavaScript for what JSON does not have.
    fn float(&mut self, number: f64) {
        if number.is_nan() {
            self.text.push_str("NaN");
        } else if number.is_infinite() {
            self.text.push_str(if number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            });
        } else {
            let _ = write!(self.text, "{number:?}");
        }
    }

    fn string(&mut self, text: &Bound<'py, PyString>) -> PyResult<()> {
        let Ok(text) = text.to_str() else {
            // Half of a surrogate pair, for which UTF-8 has no form.
            let json = text.py().import(intern!(text.py(), "json"))?;
            let escaped = json.call_method1(intern!(text.py(), "dumps"), (text,))?;
            self.text.push_str(escaped.cast::<PyString>()?.to_str()?);
            return Ok(());
        };
        self.text.push('"');
        let mut rest = text;
        while let Some(index) = rest.bytes().position(is_escaped) {
            self.text.push_str(&rest[..index]);
            match &rest[index..=index] {
                sign @ ("\"" | "\\") => {
                    self.text.push('\\');
                    self.text.push_str(sign);
                }
                control => {
                    let _ = write!(self.text, "\\u{:04x}", control.as_bytes()[0]);
                }
            }
            rest = &rest[index + 1..];
        }
        self.text.push_str(rest);
        self.text.push('"');
        Ok(())
    }
}

/// Whether JSON has a byte only as an escape.
fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn is_object(dict: &Bound<'_, PyDict>) -> bool {
    dict.iter().all(|(key, _)| {
        key.cast_exact::<PyString>()
            .is_ok_and(|key| key.to_str().map_or(true, |key| key != "$"))
    })
}

/// Adds the function to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(state_text, module)?)
}
