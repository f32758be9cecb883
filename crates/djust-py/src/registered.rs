//! What a tag library had registered when it was read.
//!
//! Django's parser asks a library for its tags at every template. Libraries do register later: from a configuration file
//! when their application is ready, or in the middle of a test.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

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

fn tables<'py>(library: &Bound<'py, PyAny>) -> PyResult<[Bound<'py, PyDict>; 2]> {
    let py = library.py();
    let tags = library.getattr(intern!(py, "tags"))?;
    let filters = library.getattr(intern!(py, "filters"))?;
    Ok([tags.cast_into()?, filters.cast_into()?])
}
