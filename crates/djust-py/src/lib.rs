//! The Python module `djust._djust`.
use pyo3::prelude::*;

/// Rust core of djust.
#[pymodule(gil_used = false)]
mod _djust {}
