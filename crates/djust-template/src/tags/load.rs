//! `{% load %}`

use std::sync::Arc;

use super::text::nothing;
use crate::error::Result;
use crate::library::Library;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::suggest;

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let words = token.words();
    match words.as_slice() {
        [_, names @ .., "from", name] if !names.is_empty() => {
            let library = find(parser, token, name)?;
            parser.add_library(&subset(token, &library, name, names)?);
        }
        [_, names @ ..] => {
            for name in names {
                let library = find(parser, token, name)?;
                parser.load([library]);
            }
        }
        [] => {}
    }
    Ok(load_node(parser))
}

/// The node that stands for the tag.
pub(crate) fn load_node(parser: &mut Parser) -> Arc<dyn TagNode> {
    nothing(parser, "LoadNode")
}

fn find(parser: &Parser, token: &Token, name: &str) -> Result<Arc<Library>> {
    let engine = parser.engine();
    if let Some(library) = engine.find_library(name)? {
        return Ok(library);
    }
    let known = engine.library_names();
    let error = token.error(format!(
        "'{name}' is not a registered tag library. Must be one of:\n{}",
        known.join("\n")
    ));
    Err(
        match suggest::closest(name, known.iter().map(String::as_str)) {
            Some(known) => error.suggest(format!("did you mean '{known}'?")),
            None => error,
        },
    )
}

/// The named tags and filters of a library.
fn subset(token: &Token, library: &Library, label: &str, names: &[&str]) -> Result<Library> {
    let mut subset = Library::new();
    for name in names {
        let (tag, filter) = (library.tag(name), library.filter(name));
        if tag.is_none() && filter.is_none() {
            let message = format!("'{name}' is not a valid tag or filter in tag library '{label}'");
            return Err(token.error(message));
        }
        if let Some(tag) = tag {
            subset.add_tag(name, Arc::clone(tag));
        }
        if let Some(filter) = filter {
            subset.add_filter(name, Arc::clone(filter));
        }
    }
    Ok(subset)
}
