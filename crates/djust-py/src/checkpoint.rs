//! What lists and dicts hold at one moment, so that they can be given it back.

use foldhash::{HashSet, HashSetExt};
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PyModule, PyString, PyTuple,
};

use crate::errors::guarded;

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
            let mut walk = Walk::new(leaves);
            walk.queue(values.iter());
            while let Some(value) = walk.waiting.pop() {
                walk.remember(&value, other)?;
            }
            Ok(walk.contents)
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

    /// About how many bytes all that takes: shared objects count as often as they are met, and objects
    /// of other types as a little.
    #[getter]
    fn memory(&self, py: Python<'_>) -> usize {
        const CONTAINER: usize = 64;
        const ITEM: usize = 16;
        let items = self.items.iter().map(|item| ITEM + weight(item.bind(py)));
        CONTAINER * self.containers.len() + items.sum::<usize>()
    }

    /// Number of lists and dicts.
    fn __len__(&self) -> usize {
        self.containers.len()
    }
}

/// About how many bytes a value takes that is no container.
fn weight(value: &Bound<'_, PyAny>) -> usize {
    const HEADER: usize = 32;
    if let Ok(text) = value.cast_exact::<PyString>() {
        HEADER + text.len().unwrap_or(0)
    } else if let Ok(bytes) = value.cast_exact::<PyBytes>() {
        HEADER + bytes.len().unwrap_or(0)
    } else {
        HEADER
    }
}

struct Walk<'py> {
    leaves: Vec<usize>,
    seen: HashSet<usize>,
    waiting: Vec<Bound<'py, PyAny>>,
    contents: Contents,
}

/// A dict of so many leaves at most is remembered again wherever it is met: that costs less than
/// knowing it.
const SMALL: usize = 16;

impl<'py> Walk<'py> {
    fn new(leaves: &Bound<'py, PyFrozenSet>) -> Self {
        // Asked for each value: the types that states are mostly made of come first.
        let py = leaves.py();
        let mut types = vec![
            py.get_type::<PyString>().as_ptr() as usize,
            py.get_type::<PyInt>().as_ptr() as usize,
            py.get_type::<PyBool>().as_ptr() as usize,
            py.get_type::<PyFloat>().as_ptr() as usize,
        ];
        types.extend(leaves.iter().map(|class| class.as_ptr() as usize));
        Self {
            leaves: types,
            seen: HashSet::new(),
            waiting: Vec::new(),
            contents: Contents {
                containers: Vec::new(),
                lengths: Vec::new(),
                items: Vec::new(),
            },
        }
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

    fn remember(&mut self, value: &Bound<'py, PyAny>, other: &Bound<'py, PyAny>) -> PyResult<()> {
        if let Ok(dict) = value.cast_exact::<PyDict>() {
            self.dict(dict);
        } else if self.is_new(value) {
            if let Ok(list) = value.cast_exact::<PyList>() {
                self.list(list);
            } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
                self.queue(tuple.iter());
            } else if let Ok(values) = other.call1((value,))?.cast::<PyList>() {
                self.queue(values.iter());
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &Bound<'py, PyList>) {
        self.keep(list.as_any(), list.len());
        let start = self.contents.items.len();
        for item in list.iter() {
            self.contents.items.push(item.unbind());
        }
        // The rows of a table are in one piece then, and do not have to wait.
        for index in start..self.contents.items.len() {
            let item = self.contents.items[index].bind(list.py());
            if let Ok(dict) = item.cast_exact::<PyDict>() {
                let dict = dict.clone();
                self.dict(&dict);
            } else if !self.is_leaf(item) {
                let item = item.clone();
                self.waiting.push(item);
            }
        }
    }

    fn dict(&mut self, dict: &Bound<'py, PyDict>) {
        let (length, waiting) = (dict.len(), self.waiting.len());
        if length > SMALL && !self.is_new(dict.as_any()) {
            return;
        }
        self.keep(dict.as_any(), length);
        self.contents.items.reserve(2 * length);
        for (key, item) in dict.iter() {
            if !self.is_leaf(&item) {
                self.waiting.push(item.clone());
            }
            self.contents.items.push(key.unbind());
            self.contents.items.push(item.unbind());
        }
        // What is inside is looked at once.
        if length <= SMALL && self.waiting.len() > waiting && !self.is_new(dict.as_any()) {
            self.waiting.truncate(waiting);
        }
    }

    fn keep(&mut self, container: &Bound<'py, PyAny>, length: usize) {
        self.contents.containers.push(container.clone().unbind());
        self.contents.lengths.push(length);
    }
}

/// Adds the class to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Contents>()
}
