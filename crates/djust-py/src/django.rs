//! Classes and functions of Django and of the standard library that the binding refers to, imported once.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyType};

macro_rules! imported {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $module:literal $attribute:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(py: Python<'_>) -> PyResult<&Bound<'_, $kind>> {
            static CELL: PyOnceLock<Py<$kind>> = PyOnceLock::new();
            CELL.import(py, $module, $attribute)
        }
    )*};
}

imported! {
    /// `django.utils.safestring.SafeString`
    safe_string_class: PyType = "django.utils.safestring" "SafeString";
    /// `django.utils.safestring.mark_safe`
    mark_safe: PyAny = "django.utils.safestring" "mark_safe";
    /// `django.template.context.BaseContext`
    base_context_class: PyType = "django.template.context" "BaseContext";
    /// `django.template.context.ContextDict`
    context_dict_class: PyType = "django.template.context" "ContextDict";
    /// `django.template.TemplateSyntaxError`
    template_syntax_error: PyType = "django.template.exceptions" "TemplateSyntaxError";
    /// `django.template.TemplateDoesNotExist`
    template_does_not_exist: PyType = "django.template.exceptions" "TemplateDoesNotExist";
    /// `django.template.VariableDoesNotExist`
    variable_does_not_exist: PyType = "django.template.base" "VariableDoesNotExist";
    /// `django.urls.NoReverseMatch`
    no_reverse_match: PyType = "django.urls.exceptions" "NoReverseMatch";
    /// `django.core.exceptions.ImproperlyConfigured`
    improperly_configured: PyType = "django.core.exceptions" "ImproperlyConfigured";
    /// `django.core.cache.InvalidCacheBackendError`
    invalid_cache_backend: PyType = "django.core.cache.backends.base" "InvalidCacheBackendError";
    /// `djust.exceptions.EngineError`
    engine_error: PyType = "djust.exceptions" "EngineError";
    /// `datetime.date`
    date_class: PyType = "datetime" "date";
    /// `decimal.Decimal`
    decimal_class: PyType = "decimal" "Decimal";
    /// `django.utils.functional.Promise`
    promise_class: PyType = "django.utils.functional" "Promise";
    /// `django.template.library.Library`
    library_class: PyType = "django.template.library" "Library";
    /// `django.template.library.SimpleNode`
    simple_node_class: PyType = "django.template.library" "SimpleNode";
    /// `django.template.library.InclusionNode`
    inclusion_node_class: PyType = "django.template.library" "InclusionNode";
    /// `django.utils.safestring.SafeData`
    safe_data_class: PyType = "django.utils.safestring" "SafeData";
    /// `django.utils.timezone.template_localtime`
    template_localtime: PyAny = "django.utils.timezone" "template_localtime";
    /// `djust.template.parser.Parser`
    parser_class: PyType = "djust.template.parser" "Parser";
    /// `djust.template.nodes.ChildNodeList`
    child_node_list_class: PyType = "djust.template.nodes" "ChildNodeList";
    /// `djust.template.libraries.native_functions`
    native_functions: PyAny = "djust.template.libraries" "native_functions";
    /// `django.template.base.Template`
    template_class: PyType = "django.template.base" "Template";
    /// `django.template.base.Template._render`, if nothing had taken its place when djust was imported.
    original_render: PyAny = "djust.template.observation" "original_render";
    /// `contextvars.copy_context`
    copy_context: PyAny = "contextvars" "copy_context";
    /// `djust.template.ambient.is_tracked`
    is_ambient_tracked: PyAny = "djust.template.ambient" "is_tracked";
    /// `djust.template.ambient.sources`
    ambient_sources: PyAny = "djust.template.ambient" "sources";
    /// `djust.template.ambient.read`
    read_ambient: PyAny = "djust.template.ambient" "read";
    /// The logger `django.template`.
    template_logger: PyAny = "djust.template.support" "logger";
    /// `djust.template.locales.locale`
    read_locale: PyAny = "djust.template.locales" "locale";
    /// `django.conf.settings`
    settings: PyAny = "django.conf" "settings";
    /// `djust.template.ambient.is_plain`
    is_plain_resolver: PyAny = "djust.template.ambient" "is_plain";
    /// `django.urls.get_resolver`
    get_resolver: PyAny = "django.urls" "get_resolver";
    /// `djust.template.support`: the parts of Django's behaviour that are said best in Python.
    support: PyAny = "djust.template" "support";
}

/// The value of a setting, or `None` where there is none.
///
/// Django's settings keep what was asked for in their `__dict__` and forget it there when it changes. Asking them runs
/// Python code each time, reading the dictionary does not.
///
/// # Errors
///
/// What Django raises when the settings cannot be loaded.
pub(crate) fn setting<'py>(
    py: Python<'py>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    static KEPT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let kept = KEPT.get_or_try_init(py, || {
        let kept = settings(py)?.getattr(intern!(py, "__dict__"))?;
        Ok::<_, PyErr>(kept.unbind())
    })?;
    if let Ok(kept) = kept.bind(py).cast_exact::<PyDict>()
        && let Some(value) = kept.get_item(name)?
    {
        return Ok(Some(value));
    }
    settings(py)?.getattr_opt(name)
}

/// Whether Django's test environment, or a tool like it, wants to hear of every template that is rendered.
///
/// # Errors
///
/// Those of the first import.
pub(crate) fn is_observed(py: Python<'_>) -> PyResult<bool> {
    let render = template_class(py)?.getattr(intern!(py, "_render"))?;
    Ok(!render.is(original_render(py)?))
}

/// `SafeString(text)`
pub(crate) fn safe_string<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    safe_string_class(py)?.call1((PyString::new(py, text),))
}

/// Whether a value is exactly a `SafeString`.
pub(crate) fn is_safe_string(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.get_type_ptr() == safe_string_class(value.py())?.as_type_ptr())
}

/// Whether a value is exactly a `datetime.date`.
pub(crate) fn is_date(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.get_type_ptr() == date_class(value.py())?.as_type_ptr())
}
