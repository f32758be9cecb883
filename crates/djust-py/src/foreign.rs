//! Values of the engine's own (`forloop`, `block`, a group of `{% regroup %}`) as Python objects.

use djust_template::value::{Direction, Key, Value};
use pyo3::exceptions::{PyAttributeError, PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyString};

use crate::convert;
use crate::errors::to_python as exception;

/// The entries of Django's `forloop` dictionary.
const LOOP: [&str; 8] = [
    "counter0",
    "counter",
    "revcounter",
    "revcounter0",
    "first",
    "last",
    "length",
    "parentloop",
];

/// A value of the engine that Python code may look into.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct EngineValue {
    value: Value,
}

impl EngineValue {
    /// The value itself.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    fn find(&self, py: Python<'_>, name: &str) -> PyResult<Option<Py<PyAny>>> {
        let Value::Object(object) = &self.value else {
            return Ok(None);
        };
        let found = object
            .attribute(&Key::new(name))
            .map_err(|error| exception(py, error))?;
        found
            .map(|value| convert::to_python(py, &value).map(Bound::unbind))
            .transpose()
    }
}

#[pymethods]
impl EngineValue {
    fn __getattr__(&self, py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
        self.find(py, name)?
            .ok_or_else(|| PyAttributeError::new_err(name.to_owned()))
    }

    fn __getitem__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let name = key.str()?;
        self.find(py, name.to_str()?)?
            .ok_or_else(|| PyKeyError::new_err(key.clone().unbind()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let items = self
            .value
            .iterate(Direction::Forward)
            .map_err(|error| exception(py, error))?;
        let list = PyList::empty(py);
        for item in items.iterator {
            let item = item.map_err(|error| exception(py, error))?;
            list.append(convert::to_python(py, &item)?)?;
        }
        list.try_iter()
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let length = self.value.length().map_err(|error| exception(py, error))?;
        length.ok_or_else(|| {
            PyTypeError::new_err(format!(
                "object of type '{}' has no len()",
                self.value.type_name()
            ))
        })
    }

    fn __bool__(&self, py: Python<'_>) -> PyResult<bool> {
        self.value.truth().map_err(|error| exception(py, error))
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let text = self.value.text().map_err(|error| exception(py, error))?;
        if text.is_safe() {
            return crate::django::safe_string(py, &text).map(Bound::unbind);
        }
        Ok(PyString::new(py, &text).into_any().unbind())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.value.repr().map_err(|error| exception(py, error))
    }
}

/// The Python form of a value that is not Python's: a loop as the dictionary that Django has, the rest wrapped.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    if value.type_name() == "dict"
        && let Value::Object(forloop) = value
    {
        let dict = PyDict::new(py);
        for name in LOOP {
            let entry = forloop
                .attribute(&Key::new(name))
                .map_err(|error| exception(py, error))?;
            if let Some(entry) = entry {
                dict.set_item(name, convert::to_python(py, &entry)?)?;
            }
        }
        return Ok(dict.into_any());
    }
    Ok(Bound::new(
        py,
        EngineValue {
            value: value.clone(),
        },
    )?
    .into_any())
}
