//! What lists and dicts hold at one moment, so that they can be given it back.

use foldhash::{HashSet, HashSetExt};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyModule, PyString, PyTuple,
};

use crate::errors::guarded;
use crate::exact::exact;

/// The contents of lists and dicts that can be reached from some values, through lists, dicts and
/// tuples and through whatever `other` says of another value.
///
/// Only references are kept, in two blocks: no object is made for a container, so that remembering
/// ten thousand rows neither copies them nor sets the garbage collector going.
///
/// Invariant: `items` holds the items of the containers one after the other, as many as `lengths`
/// says; of a dict each key before its value.
#[pyclass(frozen, module = "djust._djust")]
pub(crate) struct Contents {
    containers: Vec<Py<PyAny>>,
    lengths: Vec<usize>,
    items: Vec<Py<PyAny>>,
}

#[pymethods]
impl Contents {
    /// `leaves` are types whose values neither change nor lead to others. `other` is called with each
    /// value of a type that is none of them and neither list, dict nor tuple; it returns the values
    /// inside as a list, or None.
    #[new]
    fn new(
        values: &Bound<'_, PyList>,
        leaves: &Bound<'_, PyFrozenSet>,
        other: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        guarded(values.py(), || {
            let contents = Self {
                containers: Vec::new(),
                lengths: Vec::new(),
                items: Vec::new(),
            };
            Walk::through(contents, values, leaves, other)
        })
    }

    /// Gives every list and dict its former contents.
    fn restore(&self, py: Python<'_>) -> PyResult<()> {
        guarded(py, || {
            let mut rest = self.items.as_slice();
            for (container, &length) in self.containers.iter().zip(&self.lengths) {
                let container = container.bind(py);
                if let Ok(list) = container.cast::<PyList>() {
                    let (items, after) = rest.split_at(length);
                    list.set_slice(0, list.len(), PyList::new(py, items)?.as_any())?;
                    rest = after;
                } else if let Ok(dict) = container.cast::<PyDict>() {
                    let (items, after) = rest.split_at(2 * length);
                    dict.clear();
                    for pair in items.chunks_exact(2) {
                        dict.set_item(&pair[0], &pair[1])?;
                    }
                    rest = after;
                }
            }
            Ok(())
        })
    }

    /// Number of lists and dicts.
    fn __len__(&self) -> usize {
        self.containers.len()
    }
}

/// About how many bytes values take, with all that [`Contents`] would remember of them: shared objects count as often as
/// they are met, and objects of other types as a little.
#[pyfunction]
fn contents_memory(
    values: &Bound<'_, PyList>,
    leaves: &Bound<'_, PyFrozenSet>,
    other: &Bound<'_, PyAny>,
) -> PyResult<usize> {
    guarded(values.py(), || {
        Ok(Walk::through(Memory(0), values, leaves, other)?.0)
    })
}

/// What is done with the containers that a walk meets.
trait Visit {
    /// A list or dict with so many items or pairs, before these.
    fn container(&mut self, container: &Bound<'_, PyAny>, length: usize);

    /// An item of a list, or the key or value of a dict.
    fn item(&mut self, item: &Bound<'_, PyAny>);
}

impl Visit for Contents {
    fn container(&mut self, container: &Bound<'_, PyAny>, length: usize) {
        self.containers.push(container.clone().unbind());
        self.lengths.push(length);
    }

    fn item(&mut self, item: &Bound<'_, PyAny>) {
        self.items.push(item.clone().unbind());
    }
}

/// Bytes, about.
struct Memory(usize);

impl Visit for Memory {
    fn container(&mut self, _: &Bound<'_, PyAny>, _: usize) {
        const CONTAINER: usize = 64;
        self.0 += CONTAINER;
    }

    fn item(&mut self, item: &Bound<'_, PyAny>) {
        const ITEM: usize = 16;
        self.0 += ITEM + weight(item);
    }
}

/// About how many bytes a value takes that is no container.
fn weight(value: &Bound<'_, PyAny>) -> usize {
    const HEADER: usize = 32;
    if let Some(text) = exact::<PyString>(value) {
        HEADER + text.len().unwrap_or(0)
    } else if let Some(bytes) = exact::<PyBytes>(value) {
        HEADER + bytes.len().unwrap_or(0)
    } else {
        HEADER
    }
}

struct Walk<'py, V> {
    leaves: Vec<usize>,
    seen: HashSet<usize>,
    waiting: Vec<Bound<'py, PyAny>>,
    visit: V,
}

/// A dict of so many leaves at most is visited again wherever it is met: that costs less than
/// knowing it.
const SMALL: usize = 16;

impl<'py, V: Visit> Walk<'py, V> {
    /// Visits all that can be reached from some values: see [`Contents::new`].
    fn through(
        visit: V,
        values: &Bound<'py, PyList>,
        leaves: &Bound<'py, PyFrozenSet>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<V> {
        // Asked for each value: the types that states are mostly made of come first.
        let py = leaves.py();
        let mut types = vec![
            py.get_type::<PyString>().as_ptr() as usize,
            py.get_type::<PyInt>().as_ptr() as usize,
            py.get_type::<PyBool>().as_ptr() as usize,
            py.get_type::<PyFloat>().as_ptr() as usize,
        ];
        types.extend(leaves.iter().map(|class| class.as_ptr() as usize));
        let mut walk = Self {
            leaves: types,
            seen: HashSet::new(),
            waiting: Vec::new(),
            visit,
        };
        walk.queue(values.iter());
        while let Some(value) = walk.waiting.pop() {
            walk.value(&value, other)?;
        }
        Ok(walk.visit)
    }

    fn is_leaf(&self, value: &Bound<'py, PyAny>) -> bool {
        self.leaves.contains(&(value.get_type_ptr() as usize))
    }

    fn queue(&mut self, values: impl Iterator<Item = Bound<'py, PyAny>>) {
        for value in values {
            if !self.is_leaf(&value) {
                self.waiting.push(value);
            }
        }
    }

    /// Whether a container is met for the first time.
    fn is_new(&mut self, value: &Bound<'py, PyAny>) -> bool {
        self.seen.insert(value.as_ptr() as usize)
    }

    fn value(&mut self, value: &Bound<'py, PyAny>, other: &Bound<'py, PyAny>) -> PyResult<()> {
        if let Some(dict) = exact::<PyDict>(value) {
            self.dict(dict);
        } else if self.is_new(value) {
            if let Some(list) = exact::<PyList>(value) {
                self.list(list);
            } else if let Some(tuple) = exact::<PyTuple>(value) {
                self.queue(tuple.iter());
            } else if let Ok(values) = other.call1((value,))?.cast::<PyList>() {
                self.queue(values.iter());
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &Bound<'py, PyList>) {
        self.visit.container(list.as_any(), list.len());
        for item in list.iter() {
            self.visit.item(&item);
        }
        // The rows of a table are in one piece then, and do not have to wait.
        for item in list.iter() {
            if let Some(dict) = exact::<PyDict>(&item) {
                self.dict(dict);
            } else if !self.is_leaf(&item) {
                self.waiting.push(item);
            }
        }
    }

    fn dict(&mut self, dict: &Bound<'py, PyDict>) {
        let (length, waiting) = (dict.len(), self.waiting.len());
        if length > SMALL && !self.is_new(dict.as_any()) {
            return;
        }
        self.visit.container(dict.as_any(), length);
        for (key, item) in dict.iter() {
            self.visit.item(&key);
            self.visit.item(&item);
            if !self.is_leaf(&item) {
                self.waiting.push(item);
            }
        }
        // What is inside is looked at once.
        if length <= SMALL && self.waiting.len() > waiting && !self.is_new(dict.as_any()) {
            self.waiting.truncate(waiting);
        }
    }
}

/// Adds the class and the function to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(contents_memory, module)?)?;
    module.add_class::<Contents>()
}
