//! The built-in filters (Django: `django/template/defaultfilters.py`).
//!
//! One family per file. A filter that meets an object it does not understand declines it, and
//! the host runs its own filter of that name.

mod convert;
mod dates;
mod html;
mod humanize;
mod json;
mod lists;
mod logic;
mod numbers;
mod plain;
mod pretty;
mod room;
mod sequences;
mod steps;
mod stringformat;
mod text;
mod urls;

pub use self::humanize::humanize;
pub(crate) use self::room::{Held, Room};
pub(crate) use self::steps::{MakeStep, Step};
pub(crate) use crate::format::date;
use crate::library::{Filter, Library};

/// Those that depend on nothing but what they are given: no language, no time, no chance.
const PLAIN: [&str; 25] = [
    "add",
    "addslashes",
    "capfirst",
    "center",
    "cut",
    "default",
    "default_if_none",
    "divisibleby",
    "escape",
    "escapejs",
    "force_escape",
    "iriencode",
    "length",
    "linebreaks",
    "linebreaksbr",
    "ljust",
    "lower",
    "pluralize",
    "rjust",
    "safe",
    "slugify",
    "title",
    "upper",
    "urlencode",
    "wordcount",
];

/// All built-in filters.
pub(crate) fn library() -> Library {
    let families: [fn() -> Vec<Filter>; 8] = [
        dates::filters,
        html::filters,
        lists::filters,
        logic::filters,
        numbers::filters,
        sequences::filters,
        text::filters,
        urls::filters,
    ];
    families
        .into_iter()
        .flat_map(|filters| filters())
        .map(|filter| {
            let make = steps::step_of(filter.name());
            filter.steps(make)
        })
        .map(|filter| {
            if PLAIN.contains(&filter.name()) {
                filter.plain()
            } else {
                filter
            }
        })
        .fold(Library::new(), Library::with_filter)
}
