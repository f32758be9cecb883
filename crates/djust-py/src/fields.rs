//! Plain values of Python, read without running any code of the view.

use djust_template::value::{Fields, Key, Plain, Str, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};

use crate::lookup;

/// A plain value for the engine, without a rule or an error in between: a short text, a number, a truth value, `None`.
#[inline]
pub(crate) fn plain(value: &Bound<'_, PyAny>) -> Option<Value> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        return text.to_str().ok().map(|text| Value::Str(Str::new(text)));
    }
    if let Ok(number) = value.cast_exact::<PyInt>() {
        return number.extract::<i64>().ok().map(Value::Int);
    }
    if let Ok(flag) = value.cast_exact::<PyBool>() {
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
    pub(crate) fn read<R>(
        &self,
        dict: &Bound<'_, PyDict>,
        work: impl FnOnce(&[Option<Plain<'_>>]) -> R,
    ) -> R {
        let count = self.0.len();
        if count > FEW {
            let found: Vec<_> = self
                .0
                .iter()
                .map(|name| field(dict, name.as_ref()))
                .collect();
            let plain: Vec<_> = found
                .iter()
                .map(|value| value.as_ref().and_then(in_place))
                .collect();
            return work(&plain);
        }
        let mut found = [const { None }; FEW];
        for (name, value) in self.0.iter().zip(&mut found) {
            *value = field(dict, name.as_ref());
        }
        let mut plain = [None; FEW];
        for (value, plain) in found[..count].iter().zip(&mut plain) {
            *plain = value.as_ref().and_then(in_place);
        }
        work(&plain[..count])
    }
}

#[inline]
fn field<'py>(dict: &Bound<'py, PyDict>, name: Option<&Py<PyString>>) -> Option<Bound<'py, PyAny>> {
    dict.get_item(name?.bind(dict.py())).ok()?
}

/// A plain value where it is.
#[inline]
fn in_place<'a>(value: &'a Bound<'_, PyAny>) -> Option<Plain<'a>> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        return text.to_str().ok().map(Plain::Text);
    }
    if let Ok(number) = value.cast_exact::<PyInt>() {
        return number.extract().ok().map(Plain::Int);
    }
    if let Ok(truth) = value.cast_exact::<PyBool>() {
        return Some(Plain::Bool(truth.is_true()));
    }
    value.is_none().then_some(Plain::None)
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
        if let Ok(flag) = value.cast_exact::<PyBool>() {
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
