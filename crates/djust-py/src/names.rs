//! The dictionaries of a Django context, read in place.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use djust_template::value::{Direction, Items, Key, Names, Rendered, Resolved, Value};
use djust_template::{Context, Result, Slot};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::convert::{raised, to_value};
use crate::exact::exact;
use crate::fields::plain;
use crate::items::plain_items;
use crate::path::{End, follow, is_true, item as item_of, resolved, test};
use crate::writing::{write, write_plain};
use crate::{django, lookup};

/// The lowest dictionaries of `context.dicts`; the last one wins.
pub(crate) struct PyNames {
    dicts: Py<PyList>,
    length: AtomicUsize,
}

impl PyNames {
    /// Names in the first `length` dictionaries of a list.
    pub(crate) fn new(dicts: Py<PyList>, length: usize) -> Arc<Self> {
        Arc::new(Self {
            dicts,
            length: AtomicUsize::new(length),
        })
    }

    fn find<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyString>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let dicts = self.dicts.bind(py);
        for position in (0..self.length.load(Ordering::Relaxed)).rev() {
            let dict = dicts.get_item(position)?;
            if position == 0
                && dict
                    .cast_exact::<PyDict>()
                    .is_ok_and(PyDictMethods::is_empty)
            {
                // As it is while there is no Django context.
                break;
            }
            if let Some(value) = item(&dict, name)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

/// `dict[name]` if the name is there.
fn item<'py>(
    dict: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if let Some(plain) = exact::<PyDict>(dict) {
        return plain.get_item(name);
    }
    if dict.get_type_ptr() == django::context_dict_class(dict.py())?.as_type_ptr() {
        return dict.cast::<PyDict>()?.get_item(name);
    }
    if dict.contains(name)? {
        dict.get_item(name).map(Some)
    } else {
        Ok(None)
    }
}

impl Names for PyNames {
    fn get(&self, key: &Key) -> Result<Option<Value>> {
        Python::attach(|py| {
            let name = lookup::name(py, key);
            let found = raised(self.find(py, &name))?;
            found.map(|value| raised(to_value(&value))).transpose()
        })
    }

    fn resolve(&self, path: &[Key], context: &Context) -> Result<Option<Resolved>> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(None);
        };
        Python::attach(|py| {
            let name = lookup::name(py, first);
            let Some(start) = raised(self.find(py, &name))? else {
                return Ok(None);
            };
            Ok(Some(match raised(follow(start.clone(), rest, context))? {
                End::Missing { step, object } => Resolved::Missing {
                    step: step + 1,
                    object: Some(raised(to_value(&object))?),
                },
                end => match resolved(end, &start, rest)? {
                    Resolved::Itself => Resolved::Value(raised(to_value(&start))?),
                    other => other,
                },
            }))
        })
    }

    fn plain_items(&self, path: &[Key], direction: Direction) -> Option<Items> {
        let (key, rest) = path.split_first()?;
        Python::attach(|py| {
            let start = self.plain_name(&lookup::name(py, key)).ok()??;
            if rest.is_empty() {
                return plain_items(&start, direction);
            }
            plain_items(&item_of(&start, rest)?, direction)
        })
    }

    fn plain(&self, path: &[Key]) -> Option<Value> {
        let [key] = path else {
            return None;
        };
        Python::attach(|py| {
            if let Some(value) = self.plain_name(&lookup::name(py, key)).ok()? {
                return plain(&value);
            }
            match key.as_str() {
                "True" => Some(Value::Bool(true)),
                "False" => Some(Value::Bool(false)),
                "None" => Some(Value::None),
                _ => None,
            }
        })
    }

    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Option<Rendered>> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(None);
        };
        Python::attach(|py| {
            let name = lookup::name(py, first);
            let Some(start) = raised(self.find(py, &name))? else {
                return Ok(None);
            };
            if write_plain(&start, rest, context, slot)? {
                return Ok(Some(Rendered::Written));
            }
            Ok(Some(match raised(follow(start, rest, context))? {
                End::Value(value) => {
                    write(&value, context, slot)?;
                    Rendered::Written
                }
                End::Invalid => Rendered::Invalid,
                End::Missing { .. } => Rendered::Missing,
            }))
        })
    }

    fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(None);
        };
        Python::attach(|py| {
            let name = lookup::name(py, first);
            match raised(self.find(py, &name))? {
                Some(start) if rest.is_empty() && lookup::is_plain(&start) => {
                    is_true(&start).map(Some)
                }
                Some(start) => test(follow(start, rest, context), context),
                None => Ok(None),
            }
        })
    }

    fn entries(&self) -> Result<Vec<(Key, Value)>> {
        Python::attach(|py| raised(self.all(py)))
    }

    fn repr(&self) -> Option<String> {
        Python::attach(|py| {
            // The first dictionary holds the constants, which the engine shows by itself.
            let length = self.length.load(Ordering::Relaxed);
            let dicts = self.dicts.bind(py).get_slice(1, length);
            let shown: PyResult<Vec<String>> = dicts
                .iter()
                .map(|dict| Ok(dict.repr()?.to_str()?.to_owned()))
                .collect();
            shown.ok().map(|shown| shown.join(", "))
        })
    }
}

/// Other code would have to run to find a name, which must happen once.
struct Unsure;

impl PyNames {
    /// The value of a name, found in plain dictionaries.
    fn plain_name<'py>(
        &self,
        name: &Bound<'py, PyString>,
    ) -> Result<Option<Bound<'py, PyAny>>, Unsure> {
        let dicts = self.dicts.bind(name.py());
        for position in (0..self.length.load(Ordering::Relaxed)).rev() {
            let dict = dicts.get_item(position).map_err(|_| Unsure)?;
            let dict = dict.cast_exact::<PyDict>().map_err(|_| Unsure)?;
            if let Some(value) = dict.get_item(name).map_err(|_| Unsure)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn all(&self, py: Python<'_>) -> PyResult<Vec<(Key, Value)>> {
        let flat = PyDict::new(py);
        for dict in self
            .dicts
            .bind(py)
            .iter()
            .take(self.length.load(Ordering::Relaxed))
        {
            flat.as_any().call_method1("update", (dict,))?;
        }
        flat.iter()
            .map(|(name, value)| Ok((Key::new(name.str()?.to_str()?), to_value(&value)?)))
            .collect()
    }
}
