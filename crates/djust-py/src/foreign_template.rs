//! Templates that render themselves: of other classes, or compiled by another library.

use djust_template::{Context, Output, Result, Sink, SlotId, TagNode};
use pyo3::prelude::*;

use crate::convert::raised;
use crate::host::support;
use crate::lend::lend;

/// The only node of a compiled template that stands for such a one.
pub(crate) struct ForeignTemplate(Py<PyAny>);

impl ForeignTemplate {
    /// For an object with a `render` method.
    pub(crate) fn new(template: Bound<'_, PyAny>) -> Self {
        Self(template.unbind())
    }
}

impl TagNode for ForeignTemplate {
    fn class_name(&self) -> &'static str {
        "Template"
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        Python::attach(|py| render(self.0.bind(py), context, out))
    }
}

/// Renders one, with a Django context that is in step with ours.
///
/// # Errors
///
/// What it raises.
pub(crate) fn render(
    template: &Bound<'_, PyAny>,
    context: &mut Context,
    out: &mut dyn Sink,
) -> Result<()> {
    let py = template.py();
    let rendered: String = raised(lend(context, py, |python| {
        support(py, "include", (template, python))?.str()?.extract()
    }))?;
    // Its text belongs to no place of ours.
    let slot = SlotId {
        template: 0,
        index: 0,
    };
    out.value(slot, Output::Markup(&rendered));
    Ok(())
}
