//! The tags of the language, one family per file: how each is compiled and rendered.

mod autoescape;
mod block;
mod condition;
mod cycle;
mod debug;
mod extends;
mod for_loop;
mod ifchanged;
mod include;
mod load;
mod lorem;
mod now;
mod output;
mod partial;
mod paths;
mod querystring;
mod regroup;
mod scope;
mod spaceless;
mod static_files;
mod text;
mod url;
mod widthratio;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::block::BlockNode;
pub(crate) use self::extends::ExtendsNode;
use crate::error::Result;
use crate::library::Library;
use crate::node::TagNode;
use crate::parse::{Parser, Token};

type Compile = fn(&mut Parser, &Token) -> Result<Arc<dyn TagNode>>;

const TAGS: &[(&str, Compile)] = &[
    ("autoescape", autoescape::compile),
    ("block", block::compile),
    ("comment", text::comment),
    ("csrf_token", output::csrf_token),
    ("cycle", cycle::cycle),
    ("debug", debug::compile),
    ("extends", extends::compile),
    ("filter", output::filter),
    ("firstof", output::first_of),
    ("for", for_loop::compile),
    ("if", condition::compile),
    ("ifchanged", ifchanged::compile),
    ("include", include::compile),
    ("load", load::compile),
    ("lorem", lorem::compile),
    ("now", now::compile),
    ("partial", partial::partial),
    ("partialdef", partial::definition),
    ("querystring", querystring::compile),
    ("regroup", regroup::compile),
    ("resetcycle", cycle::reset),
    ("spaceless", spaceless::compile),
    ("templatetag", text::template_tag),
    ("url", url::compile),
    ("verbatim", text::verbatim),
    ("widthratio", widthratio::compile),
    ("with", scope::with),
];

const STATIC_TAGS: &[(&str, Compile)] = &[
    ("get_media_prefix", static_files::media_prefix),
    ("get_static_prefix", static_files::static_prefix),
    ("static", static_files::compile),
];

fn library(tags: &[(&str, Compile)]) -> Library {
    let mut library = Library::new();
    for (name, compile) in tags {
        library.add_tag(name, Arc::new(*compile));
    }
    library
}

/// Tags and filters that every template has.
pub(crate) fn builtins() -> Library {
    let mut builtins = library(TAGS);
    builtins.extend(&crate::filters::library());
    builtins
}

/// Libraries for `{% load %}`.
pub(crate) fn libraries() -> HashMap<String, Arc<Library>> {
    HashMap::from([("static".to_owned(), Arc::new(library(STATIC_TAGS)))])
}
