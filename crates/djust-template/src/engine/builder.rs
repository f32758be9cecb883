//! The options of an engine.

use std::sync::{Arc, Mutex, PoisonError};

use super::{CommonKeys, Dialect, Engine, Inner, Limits, Templates};
use crate::host::{Host, NoHost};
use crate::library::{Builtins, Library};
use crate::loader::{Loader, NoLoader};

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
