//! Collections of Python in a loop.

use djust_template::value::{Direction, ItemIterator, Items, Key, Plain, Value};
use djust_template::{Error, Result};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyTuple};

use crate::convert::{raised, replace, to_value};
use crate::exact::exact;
use crate::fields::FieldNames;

/// The items of a collection; one without a length is read to its end, as Django does.
pub(crate) fn iterate(object: &Bound<'_, PyAny>, direction: Direction) -> PyResult<Option<Items>> {
    let py = object.py();
    if let Some(list) = exact::<PyList>(object) {
        return Ok(Some(indexed(list.clone().unbind(), list.len(), direction)));
    }
    if let Some(tuple) = exact::<PyTuple>(object) {
        let list = tuple.to_list();
        let length = list.len();
        return Ok(Some(indexed(list.unbind(), length, direction)));
    }
    if !object.hasattr(intern!(py, "__len__"))? {
        let list = py.get_type::<PyList>().call1((object,))?;
        let list: Bound<'_, PyList> = list.cast_into()?;
        let length = list.len();
        return Ok(Some(indexed(list.unbind(), length, direction)));
    }
    let length = object.len()?;
    let iterator = match direction {
        Direction::Forward => object.try_iter()?,
        Direction::Reversed => {
            let builtins = py.import(intern!(py, "builtins"))?;
            builtins
                .call_method1(intern!(py, "reversed"), (object,))?
                .try_iter()?
        }
    };
    let iterator = Drawn {
        iterator: iterator.unbind(),
    };
    Ok(Some(Items::new(length, iterator)))
}

/// The items of an exact list or tuple, if it is one.
pub(crate) fn plain_items(object: &Bound<'_, PyAny>, direction: Direction) -> Option<Items> {
    let length = if let Some(list) = exact::<PyList>(object) {
        list.len()
    } else {
        exact::<PyTuple>(object)?.len()
    };
    if length == 0 {
        return Some(Items::new(0, std::iter::empty()));
    }
    iterate(object, direction).ok()?
}

/// A list read by position: a list that shrinks during the loop ends it.
struct Indexed {
    list: Py<PyList>,
    next: usize,
    length: usize,
    direction: Direction,
    /// The fields that are read of each item.
    names: Option<FieldNames>,
}

fn indexed(list: Py<PyList>, length: usize, direction: Direction) -> Items {
    Items {
        length,
        iterator: Box::new(Indexed {
            list,
            next: 0,
            length,
            direction,
            names: None,
        }),
    }
}

impl Indexed {
    /// Where the next item is in the list.
    fn place(&self) -> Option<usize> {
        (self.next < self.length).then(|| match self.direction {
            Direction::Forward => self.next,
            Direction::Reversed => self.length - 1 - self.next,
        })
    }
}

impl Iterator for Indexed {
    type Item = Result<Value>;

    fn next(&mut self) -> Option<Self::Item> {
        let position = self.place()?;
        self.next += 1;
        Python::attach(|py| {
            let item = self.list.bind(py).get_item(position).ok()?;
            Some(raised(to_value(&item)))
        })
    }
}

impl ItemIterator for Indexed {
    fn replace(&mut self, place: &mut Value) -> Option<Result<()>> {
        let position = self.place()?;
        self.next += 1;
        Python::attach(|py| {
            let item = self.list.bind(py).get_item(position).ok()?;
            Some(raised(replace(place, item)))
        })
    }

    fn pass(&mut self, paths: &[Box<[Key]>], work: &mut dyn FnMut(&[Option<Plain<'_>>]) -> bool) {
        if self.place().is_none() {
            return;
        }
        Python::attach(|py| {
            let names = self.names.take();
            let names = names.unwrap_or_else(|| FieldNames::new(py, paths));
            while let Some(position) = self.place()
                && let Ok(item) = self.list.bind(py).get_item(position)
                && let Ok(item) = item.cast_exact()
                && names.read(item, &mut *work)
            {
                self.next += 1;
            }
            self.names = Some(names);
        });
    }
}

/// Any other iterator of Python.
struct Drawn {
    iterator: Py<PyIterator>,
}

impl Iterator for Drawn {
    type Item = Result<Value, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        Python::attach(|py| {
            let item = self.iterator.bind(py).clone().next()?;
            Some(raised(item.and_then(|item| to_value(&item))))
        })
    }
}
