//! The tags of the language, one family per file: how each is compiled and rendered.

mod autoescape;
mod block;
mod blocktranslate;
mod cache;
mod condition;
mod cycle;
mod debug;
mod extends;
mod for_loop;
mod ifchanged;
mod include;
mod language;
mod load;
mod localize;
mod loop_variable;
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
mod translate;
mod url;
mod widthratio;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::block::BlockNode;
pub(crate) use self::condition::{Choice, IfNode};
pub(crate) use self::extends::ExtendsNode;
pub(crate) use self::load::load_node;
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

const I18N_TAGS: &[(&str, Compile)] = &[
    ("blocktrans", blocktranslate::compile),
    ("blocktranslate", blocktranslate::compile),
    ("get_available_languages", language::available),
    ("get_current_language", language::current),
    ("get_current_language_bidi", language::current_bidi),
    ("get_language_info", language::info),
    ("get_language_info_list", language::info_list),
    ("language", language::language),
    ("trans", translate::compile),
    ("translate", translate::compile),
];

const L10N_TAGS: &[(&str, Compile)] = &[("localize", localize::localize)];

const TZ_TAGS: &[(&str, Compile)] = &[
    ("get_current_timezone", localize::current_time_zone),
    ("localtime", localize::local_time),
    ("timezone", localize::time_zone),
];

const CACHE_TAGS: &[(&str, Compile)] = &[("cache", cache::compile)];

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

/// Libraries for `{% load %}` that every engine has.
pub(crate) fn libraries() -> HashMap<String, Arc<Library>> {
    HashMap::from([("static".to_owned(), Arc::new(library(STATIC_TAGS)))])
}

/// The library `i18n`, for an engine whose [`Host`](crate::Host) knows languages and translations.
///
/// ```
/// use djust_template::{Context, Engine};
/// let engine = Engine::builder().library("i18n", djust_template::i18n()).build();
/// let template = engine.template_from_str("{% load i18n %}{% translate 'Yes' %}")?;
/// assert_eq!(template.render(&mut Context::new())?, "Yes");
/// # Ok::<(), djust_template::Error>(())
/// ```
pub fn i18n() -> Library {
    language::filters()
        .into_iter()
        .fold(library(I18N_TAGS), Library::with_filter)
}

/// The library `l10n`.
///
/// ```
/// use djust_template::{Context, Engine};
/// let engine = Engine::builder().library("l10n", djust_template::l10n()).build();
/// let template = engine.template_from_str("{% load l10n %}{{ x|unlocalize }}")?;
/// assert_eq!(template.render(&mut Context::from_iter([("x", 1.5)]))?, "1.5");
/// # Ok::<(), djust_template::Error>(())
/// ```
pub fn l10n() -> Library {
    localize::filters()
        .into_iter()
        .fold(library(L10N_TAGS), Library::with_filter)
}

/// The tags of the library `tz`, for an engine whose [`Host`](crate::Host) knows time zones.
///
/// ```
/// use djust_template::{Context, Engine};
/// let engine = Engine::builder().library("tz", djust_template::tz()).build();
/// let template = engine.template_from_str("{% load tz %}{% get_current_timezone as zone %}{{ zone }}")?;
/// assert_eq!(template.render(&mut Context::new())?, "UTC");
/// # Ok::<(), djust_template::Error>(())
/// ```
pub fn tz() -> Library {
    library(TZ_TAGS)
}

/// The library `cache`, for an engine whose [`Host`](crate::Host) keeps pieces of output.
///
/// ```
/// use djust_template::{Context, Engine};
/// let engine = Engine::builder().library("cache", djust_template::cache()).build();
/// let template = engine.template_from_str("{% load cache %}{% cache 60 menu user %}{{ x }}{% endcache %}")?;
/// assert_eq!(template.render(&mut Context::from_iter([("x", 1)]))?, "1");
/// # Ok::<(), djust_template::Error>(())
/// ```
pub fn cache() -> Library {
    library(CACHE_TAGS)
}
