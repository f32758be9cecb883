//! Options, loaders, libraries and the cache of compiled templates.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use foldhash::fast::FixedState;

use crate::error::{Error, ErrorKind, Result};
use crate::host::{Host, NoHost};
use crate::library::{Builtin, Builtins, Library};
use crate::loader::{Loader, NoLoader};
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

/// Keys, and lists of keys, by what templates write.
#[derive(Default)]
struct Names {
    keys: HashMap<Box<str>, Key, FixedState>,
    paths: HashMap<Box<str>, Arc<[Key]>, FixedState>,
}

/// Paths that are shared at most; a program that makes ever new ones begins again.
const PATHS: usize = 10_000;

impl Names {
    fn key(&mut self, text: &str) -> Key {
        if let Some(key) = self.keys.get(text) {
            return key.clone();
        }
        let key = Key::new(text);
        self.keys.insert(text.into(), key.clone());
        key
    }

    fn path(&mut self, text: &str) -> Arc<[Key]> {
        if let Some(path) = self.paths.get(text) {
            return Arc::clone(path);
        }
        let path: Arc<[Key]> = text.split('.').map(|name| self.key(name)).collect();
        if self.paths.len() >= PATHS {
            self.paths.clear();
        }
        self.paths.insert(text.into(), Arc::clone(&path));
        path
    }
}

/// Keys that tags look up whatever they are given.
pub(crate) struct CommonKeys {
    pub(crate) forloop: Key,
    pub(crate) block: Key,
}

impl Default for CommonKeys {
    fn default() -> Self {
        Self {
            forloop: Key::new("forloop"),
            block: Key::new("block"),
        }
    }
}

/// Collects the options of an [`Engine`].
pub struct EngineBuilder(Inner);

impl Default for EngineBuilder {
    fn default() -> Self {
        Self(Inner {
            loader: Box::new(NoLoader),
            host: Box::new(NoHost),
            builtins: crate::tags::builtins(),
            numbered: Builtins::default(),
            libraries: crate::tags::libraries(),
            autoescape: true,
            string_if_invalid: String::new(),
            debug: false,
            cache: true,
            dialect: Dialect::default(),
            limits: Limits::default(),
            names: Mutex::default(),
            common: CommonKeys::default(),
        })
    }
}

impl EngineBuilder {
    /// Where templates come from. The default has none.
    #[must_use]
    pub fn loader(mut self, loader: impl Loader + 'static) -> Self {
        self.0.loader = Box::new(loader);
        self
    }

    /// The framework around the engine.
    #[must_use]
    pub fn host(mut self, host: impl Host + 'static) -> Self {
        self.0.host = Box::new(host);
        self
    }

    /// Adds tags and filters that every template has without `{% load %}`; later ones win.
    #[must_use]
    pub fn builtins(mut self, library: impl AsRef<Library>) -> Self {
        self.0.builtins.extend(library.as_ref());
        self
    }

    /// Adds a library for `{% load %}`.
    #[must_use]
    pub fn library(mut self, name: &str, library: impl Into<Arc<Library>>) -> Self {
        self.0.libraries.insert(name.into(), library.into());
        self
    }

    /// Drops the libraries that the engine has by itself: the host says what `{% load %}` finds.
    #[must_use]
    pub fn without_libraries(mut self) -> Self {
        self.0.libraries.clear();
        self
    }

    /// Whether values are escaped (default: yes).
    #[must_use]
    pub fn autoescape(mut self, on: bool) -> Self {
        self.0.autoescape = on;
        self
    }

    /// Text shown for a variable that cannot be resolved; `%s` in it stands for the variable.
    #[must_use]
    pub fn string_if_invalid(mut self, text: &str) -> Self {
        self.0.string_if_invalid = text.into();
        self
    }

    /// Debug mode: `{% debug %}` shows something.
    #[must_use]
    pub fn debug(mut self, on: bool) -> Self {
        self.0.debug = on;
        self
    }

    /// Whether compiled templates of the loader are kept (default: yes).
    #[must_use]
    pub fn cache(mut self, on: bool) -> Self {
        self.0.cache = on;
        self
    }

    /// The version of the language.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.0.dialect = dialect;
        self
    }

    /// Bounds on nesting, recursion and output.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.0.limits = limits;
        self
    }

    /// The engine.
    pub fn build(mut self) -> Engine {
        self.0.numbered = Builtins::of(&self.0.builtins);
        let names = self.0.names.get_mut();
        let names = names.unwrap_or_else(PoisonError::into_inner);
        self.0.common = CommonKeys {
            forloop: names.key("forloop"),
            block: names.key("block"),
        };
        Engine {
            inner: Arc::new(self.0),
            templates: Templates::Kept(Arc::default()),
        }
    }
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
