//! Values of an exact class.

use pyo3::PyTypeInfo;
use pyo3::prelude::*;

/// The value, if its class is just this one.
///
/// What most values are is found out by asking for one class after the other, and `cast_exact` has an error to make where
/// the answer is no, which holds a reference to the class that was asked for.
#[inline]
pub(crate) fn exact<'a, 'py, T: PyTypeInfo>(
    value: &'a Bound<'py, PyAny>,
) -> Option<&'a Bound<'py, T>> {
    if value.is_exact_instance_of::<T>() {
        value.cast_exact().ok()
    } else {
        None
    }
}
