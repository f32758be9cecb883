//! Where templates come from.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::span::{Origin, Source};
use crate::template::Template;

/// Finds the source of a template by its name.
pub trait Loader: Send + Sync {
    /// The source of the template called `name`, passing over origins in `skip` (the templates that already extend
    /// this one).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TemplateDoesNotExist`] with the places searched ([`Error::with_tried`]); [`ErrorKind::Load`] or a
    /// host's exception if the template exists but cannot be read.
    fn load(&self, name: &str, skip: &[Origin]) -> Result<Source>;

    /// The compiled template called `name`. A host whose loaders keep compiled templates answers from there; the
    /// default compiles what [`Loader::load`] finds.
    ///
    /// # Errors
    ///
    /// As [`Loader::load`], and syntax errors.
    fn template(&self, engine: &Engine, name: &str, skip: &[Origin]) -> Result<Arc<Template>> {
        engine.compile(self.load(name, skip)?)
    }
}

fn missing(name: &str, tried: Vec<(Origin, String)>) -> Error {
    Error::new(ErrorKind::TemplateDoesNotExist, name).with_tried(tried)
}

/// Templates kept in memory.
///
/// ```
/// use djust_template::{Engine, MapLoader};
/// let engine = Engine::builder().loader(MapLoader::from([("a.html", "Hello")])).build();
/// assert_eq!(engine.get_template("a.html")?.render(&mut Default::default())?, "Hello");
/// # Ok::<(), djust_template::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct MapLoader(Mutex<HashMap<String, String>>);

impl MapLoader {
    /// An empty loader.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a template.
    pub fn insert(&self, name: impl Into<String>, source: impl Into<String>) {
        if let Ok(mut templates) = self.0.lock() {
            templates.insert(name.into(), source.into());
        }
    }
}

impl<const N: usize> From<[(&str, &str); N]> for MapLoader {
    fn from(templates: [(&str, &str); N]) -> Self {
        let loader = Self::new();
        for (name, source) in templates {
            loader.insert(name, source);
        }
        loader
    }
}

impl Loader for MapLoader {
    fn load(&self, name: &str, skip: &[Origin]) -> Result<Source> {
        let origin = Origin::new(name, "map");
        if skip.contains(&origin) {
            return Err(missing(
                name,
                vec![(origin, "Skipped to avoid recursion".into())],
            ));
        }
        let text = self
            .0
            .lock()
            .ok()
            .and_then(|templates| templates.get(name).cloned());
        match text {
            Some(text) => Ok(Source::new(text, Some(name), Some(origin))),
            None => Err(missing(
                name,
                vec![(origin, "Source does not exist".into())],
            )),
        }
    }
}

/// Templates in directories, searched in order.
#[derive(Clone, Debug)]
pub struct DirectoryLoader {
    directories: Vec<PathBuf>,
}

impl DirectoryLoader {
    /// A loader for the given directories.
    pub fn new<P: Into<PathBuf>>(directories: impl IntoIterator<Item = P>) -> Self {
        Self {
            directories: directories.into_iter().map(Into::into).collect(),
        }
    }
}

/// Whether a name stays inside the directory that it is joined to.
fn is_inside(name: &str) -> bool {
    Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

impl Loader for DirectoryLoader {
    fn load(&self, name: &str, skip: &[Origin]) -> Result<Source> {
        let mut tried = Vec::new();
        for directory in self.directories.iter().filter(|_| is_inside(name)) {
            let path = directory.join(name);
            let origin = Origin::new(&path.to_string_lossy(), "directory");
            if skip.contains(&origin) {
                tried.push((origin, "Skipped to avoid recursion".into()));
                continue;
            }
            match std::fs::read_to_string(&path) {
                Ok(text) => return Ok(Source::new(text, Some(name), Some(origin))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    tried.push((origin, "Source does not exist".into()));
                }
                Err(error) => {
                    return Err(Error::new(
                        ErrorKind::Load,
                        format!("{}: {error}", path.display()),
                    ));
                }
            }
        }
        Err(missing(name, tried))
    }
}

/// A loader without templates, the default of an engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLoader;

impl Loader for NoLoader {
    fn load(&self, name: &str, _: &[Origin]) -> Result<Source> {
        Err(missing(name, Vec::new()))
    }
}
