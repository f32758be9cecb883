//! Plain values of Python, read without running any code of the view.

use djust_template::value::{Fields, Key, Plain, Str, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};

use crate::exact::exact;
use crate::lookup;

/// A plain value for the engine, without a rule or an error in between: a short text, a number, a truth value, `None`.
#[inline]
pub(crate) fn plain(value: &Bound<'_, PyAny>) -> Option<Value> {
    if let Some(text) = exact::<PyString>(value) {
        return text.to_str().ok().map(|text| Value::Str(Str::new(text)));
    }
    if let Some(number) = exact::<PyInt>(value) {
        return number.extract::<i64>().ok().map(Value::Int);
    }
    if let Some(flag) = exact::<PyBool>(value) {
        return Some(Value::Bool(flag.is_true()));
    }
    value.is_none().then_some(Value::None)
}

/// The names of the fields that are read of each of many plain `dict`s.
pub(crate) struct FieldNames(Box<[Option<Py<PyString>>]>);

/// So many fields are read without asking for memory.
const FEW: usize = 8;

impl FieldNames {
    /// The last names of paths; what is further away than that has none.
    pub(crate) fn new(py: Python<'_>, paths: &[Box<[Key]>]) -> Self {
        let names = paths.iter().map(|path| match &**path {
            [key] => Some((*lookup::name(py, key)).clone().unbind()),
            _ => None,
        });
        Self(names.collect())
    }

    /// Calls `work` with the plain values of a `dict`.
    #[inline]
    pub(crate) fn read<R>(
        &self,
        dict: &Bound<'_, PyDict>,
        work: impl FnOnce(&[Option<Plain<'_>>]) -> R,
    ) -> R {
        let count = self.0.len();
        if count > FEW {
            let (mut found, mut plain) = (vec![None; count], vec![None; count]);
            self.read_into(dict, &mut found, &mut plain);
            return work(&plain);
        }
        let (mut found, mut plain) = ([const { None }; FEW], [None; FEW]);
        self.read_into(dict, &mut found[..count], &mut plain[..count]);
        work(&plain[..count])
    }

    /// Looks the values up, and puts those that are plain where they are read next.
    #[inline]
    fn read_into<'a, 'py>(
        &self,
        dict: &Bound<'py, PyDict>,
        found: &'a mut [Option<Bound<'py, PyAny>>],
        plain: &mut [Option<Plain<'a>>],
    ) {
        let places = found.iter_mut().zip(plain);
        for (name, (found, plain)) in self.0.iter().zip(places) {
            if let Some(name) = name
                && let Ok(Some(value)) = dict.get_item(name.bind(dict.py()))
            {
                put(found.insert(value), plain);
            }
        }
    }
}

/// Puts a plain value in a place: part by part, since what is copied as a whole right afterwards has to wait for its parts.
#[inline]
fn put<'a>(value: &'a Bound<'_, PyAny>, place: &mut Option<Plain<'a>>) {
    if let Some(text) = exact::<PyString>(value) {
        if let Ok(text) = text.to_str() {
            *place = Some(Plain::Text(if text.is_empty() { "" } else { text }));
        }
    } else if let Some(number) = exact::<PyInt>(value) {
        if let Ok(number) = number.extract() {
            *place = Some(Plain::Int(number));
        }
    } else if let Some(truth) = exact::<PyBool>(value) {
        *place = Some(Plain::Bool(truth.is_true()));
    } else if value.is_none() {
        *place = Some(Plain::None);
    }
}

/// The plain values of a plain `dict`.
pub(crate) struct DictFields<'a, 'py>(pub(crate) &'a Bound<'py, PyDict>);

impl<'py> DictFields<'_, 'py> {
    #[inline]
    fn get(&self, path: &[Key]) -> Option<Bound<'py, PyAny>> {
        let [key] = path else {
            return None;
        };
        let name = lookup::name(self.0.py(), key);
        self.0.get_item(&*name).ok()?
    }
}

impl Fields for DictFields<'_, '_> {
    fn plain(&self, path: &[Key]) -> Option<Value> {
        plain(&self.get(path)?)
    }

    fn truth(&self, path: &[Key]) -> Option<bool> {
        let value = self.get(path)?;
        if let Some(flag) = exact::<PyBool>(&value) {
            return Some(flag.is_true());
        }
        // No code of the view decides about values of these classes.
        if lookup::is_plain(&value) {
            return value.is_truthy().ok();
        }
        None
    }

    fn equals(&self, path: &[Key], other: &Value) -> Option<bool> {
        let value = self.get(path)?;
        match other {
            Value::Int(other) if value.is_exact_instance_of::<PyInt>() => {
                // A number that is too large is no other.
                Some(value.extract::<i64>().is_ok_and(|number| number == *other))
            }
            Value::Str(other) => match value.cast_exact::<PyString>() {
                Ok(text) => Some(text.to_str().ok()? == other.as_str()),
                Err(_) => plain(&value)?.equals(&Value::Str(other.clone())).ok(),
            },
            other => plain(&value)?.equals(other).ok(),
        }
    }
}
