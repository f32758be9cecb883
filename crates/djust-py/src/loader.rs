//! Django's loaders as the engine's.

use std::sync::Arc;

use djust_template::{Engine, Error, Loader, Origin, Source, Template};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyWeakrefReference};

use crate::convert::raised;
use crate::engine::{TemplateHost, alive, compiled_template};

/// Finds templates with Django's loaders.
pub(crate) struct DjangoLoader {
    pub(crate) engine: Py<PyWeakrefReference>,
}

impl Loader for DjangoLoader {
    fn load(&self, name: &str, _: &[Origin]) -> djust_template::Result<Source> {
        Err(Error::new(
            djust_template::ErrorKind::TemplateDoesNotExist,
            name,
        ))
    }

    fn template(
        &self,
        _: &Engine,
        name: &str,
        skip: &[Origin],
    ) -> djust_template::Result<Arc<Template>> {
        Python::attach(|py| raised(self.find(py, name, skip)))
    }
}

impl DjangoLoader {
    fn find(&self, py: Python<'_>, name: &str, skip: &[Origin]) -> PyResult<Arc<Template>> {
        let engine = alive(self.engine.bind(py))?;
        let template = if skip.is_empty() {
            engine.call_method1(intern!(py, "get_template"), (name,))?
        } else {
            let skipped = PyList::empty(py);
            for origin in skip {
                let host = origin
                    .host
                    .as_ref()
                    .and_then(|host| host.downcast_ref::<TemplateHost>());
                if let Some(host) = host {
                    skipped.append(host.origin.bind(py))?;
                }
            }
            let keywords = PyDict::new(py);
            keywords.set_item("skip", skipped)?;
            let found =
                engine.call_method(intern!(py, "find_template"), (name,), Some(&keywords))?;
            found.get_item(0)?
        };
        compiled_template(&template).ok_or_else(|| {
            let message =
                format!("the loader's template '{name}' is of a class that cannot be included");
            pyo3::exceptions::PyTypeError::new_err(message)
        })
    }
}
