//! Django's rules for one step of a path (`django.template.base.Variable._resolve_lookup`).

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use djust_template::Context;
use djust_template::value::Key;
use foldhash::fast::FixedState;
use pyo3::exceptions::{PyAttributeError, PyIndexError, PyKeyError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};

use crate::django;
use crate::exact::exact;
use crate::scope::Scope;

/// What the rules ask about a class. Asked once per class and render.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClassFacts {
    /// Instances take part in `object[key]`.
    pub(crate) subscriptable: bool,
    /// Instances are template contexts, whose own attributes are hidden.
    pub(crate) context: bool,
}

/// Facts about the classes met in one render.
///
/// Entries hold their class, so that an address cannot come to mean another class.
#[derive(Default)]
pub(crate) struct Classes {
    known: Mutex<HashMap<usize, (Py<PyType>, ClassFacts), FixedState>>,
    /// The address of the class asked about last, with its facts in the bits that an address leaves free.
    last: AtomicUsize,
}

impl Classes {
    /// The facts about the class of `value`.
    pub(crate) fn of(&self, value: &Bound<'_, PyAny>) -> PyResult<ClassFacts> {
        match self.met_last(value) {
            Some(facts) => Ok(facts),
            None => self.looked_up(value, value.get_type_ptr() as usize),
        }
    }

    /// The same, if it was asked last.
    #[inline]
    fn met_last(&self, value: &Bound<'_, PyAny>) -> Option<ClassFacts> {
        let address = value.get_type_ptr() as usize;
        let last = self.last.load(Ordering::Relaxed);
        (last & !ClassFacts::BITS == address).then(|| ClassFacts::unpacked(last))
    }

    fn looked_up(&self, value: &Bound<'_, PyAny>, address: usize) -> PyResult<ClassFacts> {
        let known = self.known.lock().ok().and_then(|known| {
            let (_, facts) = known.get(&address)?;
            Some(*facts)
        });
        let facts = if let Some(facts) = known {
            facts
        } else {
            let class = value.get_type();
            let facts = ClassFacts::of(&class)?;
            let Ok(mut known) = self.known.lock() else {
                return Ok(facts);
            };
            known.insert(address, (class.unbind(), facts));
            facts
        };
        self.last.store(address | facts.packed(), Ordering::Relaxed);
        Ok(facts)
    }
}

impl ClassFacts {
    /// The bits that hold facts.
    const BITS: usize = 0b11;

    fn packed(self) -> usize {
        usize::from(self.subscriptable) | usize::from(self.context) << 1
    }

    fn unpacked(bits: usize) -> Self {
        Self {
            subscriptable: bits & 1 != 0,
            context: bits & 2 != 0,
        }
    }

    fn of(class: &Bound<'_, PyType>) -> PyResult<Self> {
        let py = class.py();
        Ok(Self {
            subscriptable: class.hasattr(intern!(py, "__getitem__"))?,
            context: class.is_subclass(django::base_context_class(py)?)?,
        })
    }

    /// The facts about the class of `value`, kept for the render under way if there is one.
    fn in_render(value: &Bound<'_, PyAny>, context: Option<&Context>) -> PyResult<Self> {
        match context.and_then(Scope::of) {
            Some(scope) => scope.classes().of(value),
            None => Self::of(&value.get_type()),
        }
    }
}

/// Whether a plain `dict` has an attribute of that name. No dictionary has attributes of its own, and asking for one
/// that is not there costs an exception.
fn is_attribute_of_dict(py: Python<'_>, name: &str) -> PyResult<bool> {
    static NAMES: OnceLock<HashSet<String>> = OnceLock::new();
    if let Some(names) = NAMES.get() {
        return Ok(names.contains(name));
    }
    let names: Vec<String> = py.get_type::<PyDict>().dir()?.extract()?;
    let names = NAMES.get_or_init(|| names.into_iter().collect());
    Ok(names.contains(name))
}

/// The text of a key as a Python string, made and interned once.
#[inline]
pub(crate) fn name<'a, 'py>(py: Python<'py>, key: &'a Key) -> Name<'a, 'py> {
    match key.host(|text| PyString::intern(py, text).unbind()) {
        Some(kept) => Name::Kept(kept.bind(py)),
        None => Name::Made(PyString::intern(py, key.as_str())),
    }
}

/// A Python string that is kept in its key, or was made because the key holds something else.
pub(crate) enum Name<'a, 'py> {
    Kept(&'a Bound<'py, PyString>),
    Made(Bound<'py, PyString>),
}

impl<'py> std::ops::Deref for Name<'_, 'py> {
    type Target = Bound<'py, PyString>;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Kept(name) => name,
            Self::Made(name) => name,
        }
    }
}

/// `object[key]`, else the attribute, else the item at that index; nothing if there is none of the three.
///
/// # Errors
///
/// What Django lets through: exceptions that do not say "no such thing".
pub(crate) fn step<'py>(
    object: &Bound<'py, PyAny>,
    key: &Key,
    context: Option<&Context>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = object.py();
    let name = name(py, key);
    if let Some(dict) = exact::<PyDict>(object) {
        if let Some(value) = dict.get_item(&*name)? {
            return Ok(Some(value));
        }
        if is_attribute_of_dict(py, key.as_str())?
            && let Some(value) = object.getattr_opt(&*name)?
        {
            return Ok(Some(value));
        }
        return match key.index() {
            Some(position) => dict.get_item(position),
            None => Ok(None),
        };
    }
    if object.is_exact_instance_of::<PyList>() || object.is_exact_instance_of::<PyTuple>() {
        // A name is no index, and neither class has attributes that are digits.
        return match key.index() {
            Some(_) => index(object, key),
            None => object.getattr_opt(&*name),
        };
    }
    let facts = ClassFacts::in_render(object, context)?;
    let is_context = facts.context;
    if facts.subscriptable {
        match object.get_item(&*name) {
            Ok(value) => return Ok(Some(value)),
            Err(error) if says_no_item(py, &error) => {}
            Err(error) => return Err(error),
        }
    }
    match attribute(object, &name, is_context) {
        Ok(value) => Ok(Some(value)),
        Err(error) => without_attribute(object, key, error, is_context),
    }
}

/// The attribute of an object where nothing else can be meant by the name: its class was met before in this render, has no
/// items, and its instances are no contexts and are not called. `None`: the rules have to be asked.
#[inline]
pub(crate) fn plain_attribute<'py>(
    object: &Bound<'py, PyAny>,
    key: &Key,
    context: &Context,
) -> Option<PyResult<Bound<'py, PyAny>>> {
    let facts = Scope::of(context)?.classes().met_last(object)?;
    if facts.subscriptable || facts.context || object.is_callable() {
        return None;
    }
    Some(object.getattr(&*name(object.py(), key)))
}

/// What an object has under a name that is no attribute: the item at that index, or nothing.
///
/// # Errors
///
/// The exception of looking for the attribute, if it does not say that there is none.
pub(crate) fn without_attribute<'py>(
    object: &Bound<'py, PyAny>,
    key: &Key,
    error: PyErr,
    is_context: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = object.py();
    let says_so =
        error.is_instance_of::<PyAttributeError>(py) || error.is_instance_of::<PyTypeError>(py);
    // Django: an error of a property is not taken for a missing attribute.
    if !says_so || (!is_context && object.dir()?.contains(&*name(py, key))?) {
        return Err(error);
    }
    index(object, key)
}

fn says_no_item(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyKeyError>(py)
        || error.is_instance_of::<PyTypeError>(py)
        || error.is_instance_of::<PyAttributeError>(py)
        || error.is_instance_of::<PyValueError>(py)
        || error.is_instance_of::<PyIndexError>(py)
}

fn attribute<'py>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    is_context: bool,
) -> PyResult<Bound<'py, PyAny>> {
    if is_context && object.get_type().getattr(name)?.is_truthy()? {
        return Err(PyAttributeError::new_err(()));
    }
    object.getattr(name)
}

/// `object[int(key)]`
fn index<'py>(object: &Bound<'py, PyAny>, key: &Key) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = object.py();
    let Some(position) = key.index() else {
        return Ok(None);
    };
    match object.get_item(position) {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if error.is_instance_of::<PyIndexError>(py)
                || error.is_instance_of::<PyValueError>(py)
                || error.is_instance_of::<PyKeyError>(py)
                || error.is_instance_of::<PyTypeError>(py) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What became of a value that may have to be called.
pub(crate) enum Called<'py> {
    /// Not to be called.
    No,
    /// The result.
    Result(Bound<'py, PyAny>),
    /// Shown as `string_if_invalid`.
    Invalid,
}

/// Whether a value is of an exact built-in class whose instances are never called and have no attributes of their own.
#[inline]
pub(crate) fn is_plain(value: &Bound<'_, PyAny>) -> bool {
    value.is_exact_instance_of::<PyString>()
        || value.is_exact_instance_of::<PyDict>()
        || value.is_exact_instance_of::<PyInt>()
        || value.is_exact_instance_of::<PyBool>()
        || value.is_exact_instance_of::<PyList>()
        || value.is_none()
        || value.is_exact_instance_of::<PyFloat>()
        || value.is_exact_instance_of::<PyTuple>()
}

/// Calls a callable without arguments, unless it or Django's rules forbid it.
///
/// # Errors
///
/// What the callable raises.
pub(crate) fn call<'py>(value: &Bound<'py, PyAny>) -> PyResult<Called<'py>> {
    if is_plain(value) || !value.is_callable() {
        return Ok(Called::No);
    }
    let py = value.py();
    if is_marked(value, intern!(py, "do_not_call_in_templates"))? {
        return Ok(Called::No);
    }
    if is_marked(value, intern!(py, "alters_data"))? {
        return Ok(Called::Invalid);
    }
    match value.call0() {
        Ok(result) => Ok(Called::Result(result)),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            let needs_arguments =
                django::support(py)?.call_method1(intern!(py, "needs_arguments"), (value,))?;
            if needs_arguments.is_truthy()? {
                Ok(Called::Invalid)
            } else {
                Err(error)
            }
        }
        Err(error) => Err(error),
    }
}

fn is_marked(value: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> PyResult<bool> {
    match value.getattr_opt(name)? {
        Some(mark) => mark.is_truthy(),
        None => Ok(false),
    }
}

/// Whether an exception asks to be shown as `string_if_invalid`.
pub(crate) fn is_silent(py: Python<'_>, error: &PyErr) -> bool {
    let exception = error.value(py);
    exception
        .getattr_opt(intern!(py, "silent_variable_failure"))
        .ok()
        .flatten()
        .is_some_and(|mark| mark.is_truthy().unwrap_or(false))
}
