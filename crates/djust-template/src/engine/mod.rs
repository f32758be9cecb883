//! Options, loaders, libraries and the cache of compiled templates.

mod builder;
mod names;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

pub use self::builder::EngineBuilder;
pub(crate) use self::names::CommonKeys;
use self::names::Names;
use crate::error::{Error, ErrorKind, Result};
use crate::host::Host;
use crate::library::{Builtin, Builtins, Library};
use crate::loader::Loader;
use crate::span::{Origin, Source};
use crate::template::Template;
use crate::value::Key;

/// Which versions of Django a template is written for, where they read it differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// Django 4.2 to 5.0: as 5.2, but for how texts are truncated, which is left to the host where it matters.
    Django4,
    /// Django 5.1 and 5.2.
    Django5,
    /// Django 6.0 and later.
    #[default]
    Django6,
}

/// Bounds on what a template may do. Reaching one is an error of kind [`ErrorKind::Limit`], except nesting, which is a
/// syntax error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Block tags inside one another in one template.
    pub nesting: usize,
    /// Node lists inside one another while rendering, includes and parents counted.
    pub render_depth: usize,
    /// Bytes of output of one render, before escaping.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nesting: 200,
            render_depth: 400,
            output: 256 << 20,
        }
    }
}

/// Compiles templates and keeps them. Cloning copies a pointer; all clones are one engine.
///
/// ```
/// use djust_template::{Context, Engine};
/// let engine = Engine::default();
/// let template = engine.template_from_str("{% if n > 2 %}many{% else %}few{% endif %}")?;
/// let mut context = Context::from_iter([("n", 3)]);
/// assert_eq!(template.render(&mut context)?, "many");
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    templates: Templates,
}

/// Compiled templates by name.
type Compiled = RwLock<HashMap<String, Arc<Template>>>;

/// The compiled templates of an engine. A template refers to its engine but must not keep the templates alive, itself
/// among them: it holds them weakly, and once the engine is gone its includes are compiled for each render.
#[derive(Clone)]
enum Templates {
    Kept(Arc<Compiled>),
    Seen(Weak<Compiled>),
}

impl Templates {
    fn get(&self) -> Option<Arc<Compiled>> {
        match self {
            Self::Kept(templates) => Some(Arc::clone(templates)),
            Self::Seen(templates) => templates.upgrade(),
        }
    }
}

struct Inner {
    loader: Box<dyn Loader>,
    host: Box<dyn Host>,
    builtins: Library,
    /// The same with numbers, made when the options are complete.
    numbered: Builtins,
    libraries: HashMap<String, Arc<Library>>,
    autoescape: bool,
    string_if_invalid: String,
    debug: bool,
    cache: bool,
    dialect: Dialect,
    limits: Limits,
    names: Mutex<Names>,
    /// Keys of which nearly every template needs one.
    common: CommonKeys,
}

impl Default for Engine {
    fn default() -> Self {
        EngineBuilder::default().build()
    }
}

impl Engine {
    /// Starts an engine with options.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// The template of that name, compiled at most once. `name#partial` gives a partial of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TemplateDoesNotExist`]; syntax errors; what the loader raises.
    pub fn get_template(&self, name: &str) -> Result<Arc<Template>> {
        let missing = |name: &str| Error::new(ErrorKind::TemplateDoesNotExist, name);
        // Django 6.0: `template#partial` is a partial of the template.
        let (file, partial) = name.split_once('#').unwrap_or((name, ""));
        if self.inner.dialect == Dialect::Django5 || file.len() == name.len() {
            return self.get_whole(name);
        }
        if file.is_empty() {
            return Err(missing(name));
        }
        let template = self.get_whole(file)?;
        if partial.is_empty() {
            return Ok(template);
        }
        template.partial(partial).map(Arc::new).ok_or_else(|| {
            missing(partial).with_tried(vec![(
                Origin::new(file, "partial"),
                "Partial does not exist".into(),
            )])
        })
    }

    fn get_whole(&self, name: &str) -> Result<Arc<Template>> {
        let Some(compiled) = self.compiled() else {
            return self.find_template(name, &[]);
        };
        if let Ok(templates) = compiled.read()
            && let Some(template) = templates.get(name)
        {
            return Ok(Arc::clone(template));
        }
        let template = self.find_template(name, &[])?;
        Ok(match compiled.write() {
            Ok(mut templates) => Arc::clone(templates.entry(name.into()).or_insert(template)),
            Err(_) => template,
        })
    }

    /// The compiled templates, unless none are kept.
    fn compiled(&self) -> Option<Arc<Compiled>> {
        if self.inner.cache {
            self.templates.get()
        } else {
            None
        }
    }

    /// The engine as its templates refer to it.
    pub(crate) fn for_template(&self) -> Self {
        let templates = match &self.templates {
            Templates::Kept(templates) => Arc::downgrade(templates),
            Templates::Seen(templates) => Weak::clone(templates),
        };
        Self {
            inner: Arc::clone(&self.inner),
            templates: Templates::Seen(templates),
        }
    }

    /// Loads and compiles a template, passing over the origins in `skip`; nothing is kept.
    ///
    /// # Errors
    ///
    /// As [`Engine::get_template`].
    pub fn find_template(&self, name: &str, skip: &[Origin]) -> Result<Arc<Template>> {
        self.inner.loader.template(self, name, skip)
    }

    /// The first template of a list that exists.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TemplateDoesNotExist`] with all names and the errors in its chain; any other error of a template that
    /// does exist.
    pub fn select_template<S: AsRef<str>>(&self, names: &[S]) -> Result<Arc<Template>> {
        let mut chain = Vec::new();
        for name in names {
            match self.get_template(name.as_ref()) {
                Err(error) if error.kind() == ErrorKind::TemplateDoesNotExist => chain.push(error),
                result => return result,
            }
        }
        let mut missing: Vec<&str> = Vec::new();
        for name in chain.iter().map(Error::message) {
            if !missing.contains(&name) {
                missing.push(name);
            }
        }
        let message = if names.is_empty() {
            "No template names provided".to_owned()
        } else {
            missing.join(", ")
        };
        Err(Error::new(ErrorKind::TemplateDoesNotExist, message).with_chain(chain))
    }

    /// Compiles a template from a string.
    ///
    /// # Errors
    ///
    /// Syntax errors.
    pub fn template_from_str(&self, source: &str) -> Result<Arc<Template>> {
        self.compile(Source::new(source, None, None))
    }

    /// Compiles a template from a source with a name and an origin.
    ///
    /// # Errors
    ///
    /// Syntax errors.
    pub fn compile(&self, source: Source) -> Result<Arc<Template>> {
        Template::compile(self, Arc::new(source)).map(Arc::new)
    }

    /// Forgets all compiled templates.
    pub fn reset(&self) {
        if let Some(compiled) = self.templates.get()
            && let Ok(mut templates) = compiled.write()
        {
            templates.clear();
        }
    }

    /// The key for a text; equal texts share one key.
    pub fn key(&self, text: &str) -> Key {
        self.names().key(text)
    }

    /// The keys of a path such as `a.b.c`; equal paths share one list.
    pub(crate) fn path(&self, text: &str) -> Arc<[Key]> {
        self.names().path(text)
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        let names = self.inner.names.lock();
        names.unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn common_keys(&self) -> &CommonKeys {
        &self.inner.common
    }

    /// The library that `{% load name %}` means: of this engine, or else of the host.
    ///
    /// # Errors
    ///
    /// Exceptions of the host.
    pub fn find_library(&self, name: &str) -> Result<Option<Arc<Library>>> {
        match self.inner.libraries.get(name) {
            Some(library) => Ok(Some(Arc::clone(library))),
            None => self.inner.host.library(name),
        }
    }

    /// Names of all libraries, sorted.
    pub fn library_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.inner.libraries.keys().cloned().collect();
        names.extend(self.inner.host.library_names());
        names.sort();
        names.dedup();
        names
    }

    /// Tags and filters that need no `{% load %}`.
    pub fn builtins(&self) -> &Library {
        &self.inner.builtins
    }

    /// The same with their places.
    pub(crate) fn numbered_builtins(&self) -> &Builtins {
        &self.inner.numbered
    }

    /// Names of the tags and filters that need no `{% load %}`, each once, in an order that stays.
    pub fn builtin_names(&self) -> &[Builtin] {
        self.inner.numbered.names()
    }

    /// The framework around the engine.
    pub fn host(&self) -> &dyn Host {
        &*self.inner.host
    }

    /// Whether values are escaped unless a template says otherwise.
    pub fn autoescape(&self) -> bool {
        self.inner.autoescape
    }

    /// See [`EngineBuilder::string_if_invalid`].
    pub fn string_if_invalid(&self) -> &str {
        &self.inner.string_if_invalid
    }

    /// Whether the engine is in debug mode.
    pub fn is_debug(&self) -> bool {
        self.inner.debug
    }

    /// Whether compiled templates are kept.
    pub(crate) fn keeps_templates(&self) -> bool {
        self.compiled().is_some()
    }

    /// The version of the language.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    pub(crate) fn own_library(&self, name: &str) -> Option<&Arc<Library>> {
        self.inner.libraries.get(name)
    }

    pub(crate) fn own_library_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.inner.libraries.keys().cloned().collect();
        names.sort();
        names
    }

    /// Bounds on nesting, recursion and output.
    pub fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// Whether two handles are the same engine.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("debug", &self.inner.debug)
            .finish_non_exhaustive()
    }
}
