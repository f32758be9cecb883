//! The Python module `djust._djust`: the template engine, live pages and the frames of the protocol for Python.

mod ambient;
mod annotate;
mod checkpoint;
mod convert;
mod django;
mod engine;
mod errors;
mod exact;
mod fields;
mod foreign;
mod foreign_template;
mod frames;
mod function_tags;
mod host;
mod items;
mod lend;
mod library;
mod live;
mod loader;
mod log;
mod lookup;
mod memo;
mod names;
mod nodes;
mod object;
mod output;
mod page;
mod parser;
mod path;
mod registered;
mod scope;
mod signature;
mod state_text;
mod template;
mod template_host;
mod writing;

use pyo3::prelude::*;

/// Rust core of djust.
#[pymodule(gil_used = false)]
mod _djust {
    use super::{
        Bound, PyModule, PyResult, checkpoint, engine, frames, live, page, state_text, template,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        engine::register(module)?;
        template::register(module)?;
        live::register(module)?;
        frames::register(module)?;
        checkpoint::register(module)?;
        state_text::register(module)?;
        page::register(module)
    }
}
