//! Django's loaders as the engine's.

use std::sync::Arc;

use djust_template::{Engine, Error, Loader, Origin, Source, Template};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyWeakrefReference};

use crate::convert::raised;
use crate::engine::alive;
use crate::foreign_template::ForeignTemplate;
use crate::template::compiled_template;
use crate::template_host::TemplateHost;

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
        engine: &Engine,
        name: &str,
        skip: &[Origin],
    ) -> djust_template::Result<Arc<Template>> {
        Python::attach(|py| {
            let template = raised(self.find(py, name, skip))?;
            if let Some(compiled) = compiled_template(&template) {
                return Ok(compiled);
            }
            // Another class, or one that another library compiled: it is shown, but has no blocks to be replaced.
            if skip.is_empty() {
                let source = Source::new("", Some(name), None);
                let node = Arc::new(ForeignTemplate::new(template));
                return Ok(Arc::new(Template::of_node(engine, source, node)));
            }
            let message =
                format!("the loader's template '{name}' is of a class that cannot be extended");
            raised(Err(pyo3::exceptions::PyTypeError::new_err(message)))
        })
    }
}

impl DjangoLoader {
    fn find<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        skip: &[Origin],
    ) -> PyResult<Bound<'py, PyAny>> {
        let engine = alive(self.engine.bind(py))?;
        if skip.is_empty() {
            engine.call_method1(intern!(py, "get_template"), (name,))
        } else {
            let skipped = PyList::empty(py);
            for origin in skip {
                let host = origin
                    .host
                    .as_ref()
                    .and_then(|host| host.downcast_ref::<TemplateHost>());
                if let Some(host) = host
                    && let Some(origin) = host.origin(py)?
                {
                    skipped.append(origin)?;
                }
            }
            let keywords = PyDict::new(py);
            keywords.set_item("skip", skipped)?;
            let found =
                engine.call_method(intern!(py, "find_template"), (name,), Some(&keywords))?;
            found.get_item(0)
        }
    }
}
