//! Python objects as values of a template.

use std::sync::{Arc, OnceLock};

use djust_template::value::{
    Direction, Fields, Items, Key, Object, Ordering, Plain, Rendered, Resolved, Str, Value,
};
use djust_template::{Context, Pieces, Result, Slot};
use pyo3::basic::CompareOp;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{lend, raised, string, to_native, to_python, to_value};
use crate::django;
use crate::exact::exact;
use crate::fields::{DictFields, FieldNames, plain};
use crate::items::{iterate, plain_items};
use crate::lookup;
use crate::path::{End, item, lead, resolved, test};
use crate::writing::{write, write_end};

/// A Python object, read in place.
pub(crate) struct PyObjectValue {
    object: Py<PyAny>,
    is_dict: bool,
    class_name: OnceLock<Box<str>>,
}

impl PyObjectValue {
    /// Takes an object whose class is none of those that [`to_value`] copies.
    pub(crate) fn new(object: Bound<'_, PyAny>) -> Self {
        Self {
            is_dict: object.is_exact_instance_of::<PyDict>(),
            object: object.unbind(),
            class_name: OnceLock::new(),
        }
    }

    /// The object, for use with the interpreter.
    pub(crate) fn bind<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.object.bind(py)
    }
}

impl Object for PyObjectValue {
    fn type_name(&self) -> &str {
        self.class_name.get_or_init(|| {
            Python::attach(|py| match self.bind(py).get_type().name() {
                Ok(name) => name.to_string().into(),
                Err(_) => "object".into(),
            })
        })
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Python::attach(|py| {
            let found = raised(lookup::step(self.bind(py), key, None))?;
            found.map(|value| raised(to_value(&value))).transpose()
        })
    }

    fn resolve(&self, path: &[Key], context: &Context) -> Result<Resolved> {
        Python::attach(|py| {
            let start = self.bind(py);
            resolved(raised(lead(start, path, context))?, start, path)
        })
    }

    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Rendered> {
        Python::attach(|py| write_end(&raised(lead(self.bind(py), path, context))?, context, slot))
    }

    fn plain(&self, path: &[Key]) -> Option<Value> {
        Python::attach(|py| {
            let object = self.bind(py);
            let [key] = path else {
                return path.is_empty().then(|| plain(object)).flatten();
            };
            let dict = exact::<PyDict>(object)?;
            plain(&dict.get_item(&*lookup::name(py, key)).ok()??)
        })
    }

    fn plain_items(&self, path: &[Key], direction: Direction) -> Option<Items> {
        Python::attach(|py| {
            let object = self.bind(py);
            if path.is_empty() {
                return plain_items(object, direction);
            }
            plain_items(&item(object, path)?, direction)
        })
    }

    fn has_fields(&self) -> bool {
        self.is_dict
    }

    fn with_plain(&self, paths: &[Box<[Key]>], work: &mut dyn FnMut(&[Option<Plain<'_>>])) -> bool {
        Python::attach(|py| match self.bind(py).cast_exact::<PyDict>() {
            Ok(dict) => {
                FieldNames::new(py, paths).read(dict, work);
                true
            }
            Err(_) => false,
        })
    }

    fn render_pieces(&self, pieces: &mut Pieces<'_>) -> Result<()> {
        Python::attach(|py| {
            let object = self.bind(py);
            let context = pieces.context();
            let dict = exact::<PyDict>(object);
            let fields = dict.map(DictFields);
            let fields = fields.as_ref().map(|fields| fields as &dyn Fields);
            while let Some(path) = pieces.next_path(fields)? {
                // Looking into a dictionary twice runs no code of the view.
                let value = match (dict, path) {
                    (Some(dict), [key]) => dict.get_item(&*lookup::name(py, key)).ok().flatten(),
                    _ => None,
                };
                if let Some(value) = &value
                    && let Some(lent) = lend(value)
                {
                    pieces.show(lent)?;
                    continue;
                }
                let end = raised(lead(object, path, context))?;
                if let End::Value(value) = &end
                    && let Some(lent) = lend(value)
                {
                    pieces.show(lent)?;
                } else if pieces.is_filtered() {
                    pieces.show_resolved(resolved(end, object, path)?)?;
                } else {
                    pieces.write(|slot| write_end(&end, context, slot))?;
                }
            }
            Ok(())
        })
    }

    fn test_path(&self, path: &[Key], context: &Context) -> Result<Option<bool>> {
        Python::attach(|py| test(lead(self.bind(py), path, context), context))
    }

    fn render(&self, context: &Context, slot: &mut Slot<'_>) -> Result<()> {
        Python::attach(|py| write(self.bind(py), context, slot))
    }

    fn text(&self) -> Result<Str> {
        Python::attach(|py| {
            let text = raised(self.bind(py).str())?;
            raised(string(text.as_any()))
        })
    }

    fn repr(&self) -> Result<String> {
        Python::attach(|py| raised(self.bind(py).repr().map(|text| text.to_string())))
    }

    fn truth(&self) -> Result<bool> {
        Python::attach(|py| raised(self.bind(py).is_truthy()))
    }

    fn length(&self) -> Result<Option<usize>> {
        Python::attach(|py| {
            let object = self.bind(py);
            if !raised(object.hasattr(intern!(py, "__len__")))? {
                return Ok(None);
            }
            raised(object.len().map(Some))
        })
    }

    fn iterate(&self, direction: Direction) -> Result<Option<Items>> {
        Python::attach(|py| raised(iterate(self.bind(py), direction)))
    }

    fn equals(&self, other: &Value) -> Result<bool> {
        Python::attach(|py| {
            let other = raised(to_python(py, other))?;
            raised(
                self.bind(py)
                    .rich_compare(other, CompareOp::Eq)
                    .and_then(|it| it.is_truthy()),
            )
        })
    }

    fn compare(&self, ordering: Ordering, other: &Value) -> Result<Option<bool>> {
        let operator = match ordering {
            Ordering::Less => CompareOp::Lt,
            Ordering::LessEqual => CompareOp::Le,
            Ordering::Greater => CompareOp::Gt,
            Ordering::GreaterEqual => CompareOp::Ge,
        };
        Python::attach(|py| {
            let other = raised(to_python(py, other))?;
            raised(
                self.bind(py)
                    .rich_compare(other, operator)
                    .and_then(|it| it.is_truthy()),
            )
            .map(Some)
        })
    }

    fn contains(&self, item: &Value) -> Result<Option<bool>> {
        Python::attach(|py| {
            let item = raised(to_python(py, item))?;
            raised(self.bind(py).contains(item)).map(Some)
        })
    }

    fn is_same(&self, other: &Value) -> bool {
        match other {
            Value::Object(other) => other
                .downcast_ref::<Self>()
                .is_some_and(|other| self.object.as_ptr() == other.object.as_ptr()),
            _ => false,
        }
    }

    fn is_lazy(&self) -> bool {
        // What cannot be told is treated as any other object.
        Python::attach(|py| {
            let class = django::promise_class(py);
            class.is_ok_and(|class| self.bind(py).is_instance(class).unwrap_or(false))
        })
    }

    fn native(&self) -> Result<Option<Value>> {
        Python::attach(|py| raised(to_native(self.bind(py))))
    }

    fn as_template(&self) -> Option<Arc<djust_template::Template>> {
        Python::attach(|py| crate::template::compiled_template(self.bind(py)))
    }
}
