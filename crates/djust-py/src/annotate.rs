//! Where in a template an error happened, as Django's debug page shows it.

use djust_template::Error;
use pyo3::prelude::*;

use crate::django;
use crate::errors::to_python;
use crate::template_host::TemplateHost;

/// The exception for an error, with `template_debug` where the engine is in debug mode.
pub(crate) fn annotate(py: Python<'_>, error: Error, is_debug: bool) -> PyErr {
    let place = place(py, &error);
    let exception = to_python(py, error);
    if is_debug && let Some((template, start, end)) = place {
        let arguments = (exception.value(py), template, start, end);
        let annotated =
            django::support(py).and_then(|support| support.call_method1("annotate", arguments));
        if let Err(failure) = annotated {
            return failure;
        }
    }
    exception
}

/// The Python template in which an error happened, and the characters that it is about.
fn place<'py>(py: Python<'py>, error: &Error) -> Option<(Bound<'py, PyAny>, usize, usize)> {
    let span = error.span()?;
    let source = error.source_text()?;
    let template = TemplateHost::of(source)?.template(py)?;
    let text = source.text();
    let start = text.get(..span.start as usize)?.chars().count();
    let length = source.slice(span).chars().count();
    Some((template, start, start + length))
}
