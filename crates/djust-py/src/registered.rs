//! What a tag library had registered when it was read.
//!
//! Django's parser asks a library for its tags at every template. Libraries do register later: from a configuration file
//! when their application is ready, or in the middle of a test.

use std::collections::HashMap;

use djust_template::Builtin;
use foldhash::fast::FixedState;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

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
    tags: Table,
    filters: Table,
}

/// Functions by name, with the name as Python has it.
type Table = HashMap<String, (Py<PyString>, Py<PyAny>), FixedState>;

impl Functions {
    /// Adds what a `django.template.Library` has now.
    ///
    /// # Errors
    ///
    /// When the object has no `tags` or `filters`, or a name is no text.
    pub(crate) fn add(&mut self, library: &Bound<'_, PyAny>) -> PyResult<()> {
        let [tags, filters] = tables(library)?;
        for (table, entries) in [(&mut self.tags, tags), (&mut self.filters, filters)] {
            for (name, function) in entries.iter() {
                let name = name.cast_into::<PyString>()?;
                let text = name.to_str()?.to_owned();
                table.insert(text, (name.unbind(), function.unbind()));
            }
        }
        Ok(())
    }

    /// Whether in the libraries as they are now the names stand for the same functions.
    ///
    /// # Errors
    ///
    /// When an object has no `tags` or `filters`.
    pub(crate) fn are_current<'py>(
        &self,
        names: &[Builtin],
        libraries: impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> PyResult<bool> {
        if names.is_empty() {
            return Ok(true);
        }
        let libraries: Vec<_> = libraries
            .map(|library| tables(&library?))
            .collect::<PyResult<_>>()?;
        for name in names {
            let (table, name, place) = match name {
                Builtin::Tag(name) => (&self.tags, name, 0),
                Builtin::Filter(name) => (&self.filters, name, 1),
            };
            let Some((name, function)) = table.get(name.as_str()) else {
                return Ok(false);
            };
            let mut now = None;
            for library in libraries.iter().rev() {
                now = library[place].get_item(name)?;
                if now.is_some() {
                    break;
                }
            }
            if !now.is_some_and(|now| now.is(function)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn tables<'py>(library: &Bound<'py, PyAny>) -> PyResult<[Bound<'py, PyDict>; 2]> {
    let py = library.py();
    let tags = library.getattr(intern!(py, "tags"))?;
    let filters = library.getattr(intern!(py, "filters"))?;
    Ok([tags.cast_into()?, filters.cast_into()?])
}
