//! What a tag library had registered when it was read.
//!
//! Django's parser asks a library for its tags at every template. Libraries do register later: from a configuration file
//! when their application is ready, or in the middle of a test.

use std::collections::HashMap;

use djust_template::Builtin;
use foldhash::fast::FixedState;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use smallvec::SmallVec;

use crate::django;

/// The tags and filters of libraries at one moment.
///
/// Names and functions are kept alive, so that another object is never taken for one of them.
#[derive(Default)]
pub(crate) struct Registered(Vec<(Py<PyAny>, Py<PyAny>)>);

impl Registered {
    /// Adds what a `django.template.Library` has now.
    ///
    /// # Errors
    ///
    /// When the object has no `tags` or `filters`.
    pub(crate) fn add(&mut self, library: &Bound<'_, PyAny>) -> PyResult<()> {
        for table in tables(library)? {
            self.0.extend(
                table
                    .iter()
                    .map(|(name, function)| (name.unbind(), function.unbind())),
            );
        }
        Ok(())
    }

    /// Whether the libraries have just these tags and filters, in this order.
    ///
    /// # Errors
    ///
    /// When an object has no `tags` or `filters`.
    pub(crate) fn is_all_of<'py>(
        &self,
        libraries: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> PyResult<bool> {
        let mut kept = self.0.iter();
        for library in libraries {
            for table in tables(&library?)? {
                for (name, function) in table.iter() {
                    let is_same = kept.next().is_some_and(|(kept_name, kept_function)| {
                        kept_name.is(&name) && kept_function.is(&function)
                    });
                    if !is_same {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(kept.next().is_none())
    }
}

/// The functions that the names of tags and filters stand for where several libraries have them: that of the last one.
#[derive(Default)]
pub(crate) struct Functions {
    libraries: Vec<Known>,
    tags: Table,
    filters: Table,
    /// What the names stand for, by their places in the engine's list.
    numbered: Vec<Entry>,
}

/// Functions by name, with the name as Python has it.
type Table = HashMap<String, (Py<PyString>, Py<PyAny>), FixedState>;

/// A library that needs no `{% load %}`.
struct Known {
    library: Py<PyAny>,
    /// Where its `tags` and `filters` are, if nothing else can have them: its class is Django's.
    attributes: Option<Py<PyDict>>,
}

struct Entry {
    kind: Kind,
    name: Py<PyString>,
    /// None, if only the engine knows the name: Django's is an older one.
    function: Option<Py<PyAny>>,
}

#[derive(Clone, Copy)]
enum Kind {
    Tag,
    Filter,
}

/// The tables of one kind that are not empty, that of the last library first.
type Tables<'py> = SmallVec<[Bound<'py, PyDict>; 6]>;

impl Functions {
    /// Adds what a `django.template.Library` has now.
    ///
    /// # Errors
    ///
    /// When the object has no `tags` or `filters`, or a name is no text.
    pub(crate) fn add(&mut self, library: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = library.py();
        let [tags, filters] = tables(library)?;
        for (table, entries) in [(&mut self.tags, tags), (&mut self.filters, filters)] {
            for (name, function) in entries.iter() {
                let name = name.cast_into::<PyString>()?;
                let text = name.to_str()?.to_owned();
                table.insert(text, (name.unbind(), function.unbind()));
            }
        }
        let attributes = if library.get_type().is(django::library_class(py)?) {
            let attributes = library.getattr(intern!(py, "__dict__"))?;
            Some(attributes.cast_into()?.unbind())
        } else {
            None
        };
        self.libraries.push(Known {
            library: library.clone().unbind(),
            attributes,
        });
        Ok(())
    }

    /// Puts what was added in the order of an engine's [`names`](djust_template::Engine::builtin_names).
    pub(crate) fn number(&mut self, py: Python<'_>, names: &[Builtin]) {
        let entry = |name: &Builtin| {
            let (kind, table, text) = match name {
                Builtin::Tag(name) => (Kind::Tag, &mut self.tags, name),
                Builtin::Filter(name) => (Kind::Filter, &mut self.filters, name),
            };
            match table.remove(text.as_str()) {
                Some((name, function)) => Entry {
                    kind,
                    name,
                    function: Some(function),
                },
                None => Entry {
                    kind,
                    name: PyString::new(py, text).unbind(),
                    function: None,
                },
            }
        };
        self.numbered = names.iter().map(entry).collect();
    }

    /// Whether in the libraries as they are now the names at these places stand for the same functions.
    ///
    /// # Errors
    ///
    /// When an object has no `tags` or `filters`.
    pub(crate) fn are_current(
        &self,
        places: impl Iterator<Item = usize>,
        libraries: &Bound<'_, PyList>,
    ) -> PyResult<bool> {
        let py = libraries.py();
        if libraries.len() != self.libraries.len() {
            return Ok(false);
        }
        for (known, library) in self.libraries.iter().zip(libraries.iter()) {
            if !known.library.is(&library) {
                return Ok(false);
            }
        }
        let (mut tags, mut filters) = (None, None);
        for place in places {
            let Some(entry) = self.numbered.get(place) else {
                return Ok(false);
            };
            let (kept, attribute) = match entry.kind {
                Kind::Tag => (&mut tags, intern!(py, "tags")),
                Kind::Filter => (&mut filters, intern!(py, "filters")),
            };
            let tables = match kept {
                Some(tables) => tables,
                None => kept.insert(self.tables(attribute)?),
            };
            let mut now = None;
            for table in tables {
                now = table.get_item(&entry.name)?;
                if now.is_some() {
                    break;
                }
            }
            let is_same = match (&now, &entry.function) {
                (Some(now), Some(function)) => now.is(function),
                (None, None) => true,
                _ => false,
            };
            if !is_same {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn tables<'py>(&self, attribute: &Bound<'py, PyString>) -> PyResult<Tables<'py>> {
        let py = attribute.py();
        let mut tables = Tables::new();
        for known in self.libraries.iter().rev() {
            let table = match &known.attributes {
                Some(attributes) => attributes.bind(py).get_item(attribute)?,
                None => None,
            };
            let table = match table {
                Some(table) => table,
                None => known.library.bind(py).getattr(attribute)?,
            };
            let table = table.cast_into::<PyDict>()?;
            if !table.is_empty() {
                tables.push(table);
            }
        }
        Ok(tables)
    }
}

fn tables<'py>(library: &Bound<'py, PyAny>) -> PyResult<[Bound<'py, PyDict>; 2]> {
    let py = library.py();
    let tags = library.getattr(intern!(py, "tags"))?;
    let filters = library.getattr(intern!(py, "filters"))?;
    Ok([tags.cast_into()?, filters.cast_into()?])
}
