//! Plain values of Python, read without running any code of the view.

use djust_template::Digest;
use djust_template::value::{Fields, Key, Str, Value};
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
    fn truth(&self, path: &[Key]) -> Option<bool> {
        let value = self.get(path)?;
        if let Ok(flag) = value.cast_exact::<PyBool>() {
            return Some(flag.is_true());
        }
        plain(&value)?.truth().ok()
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

    fn plain(&self, path: &[Key]) -> Option<Value> {
        plain(&self.get(path)?)
    }

    fn digest(&self, path: &[Key], digest: &mut Digest) -> bool {
        let Some(value) = self.get(path) else {
            return false;
        };
        if let Ok(text) = value.cast_exact::<PyString>() {
            let Ok(text) = text.to_str() else {
                return false;
            };
            digest.text(text);
        } else if let Ok(number) = value.cast_exact::<PyInt>() {
            let Ok(number) = number.extract() else {
                return false;
            };
            digest.number(number);
        } else if let Ok(flag) = value.cast_exact::<PyBool>() {
            digest.truth(flag.is_true());
        } else if value.is_none() {
            digest.none();
        } else {
            return false;
        }
        true
    }
}
