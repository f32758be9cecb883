//! Names that templates write, each kept once.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::value::Key;

/// Keys, and lists of keys, by what templates write.
#[derive(Default)]
pub(super) struct Names {
    keys: HashMap<Box<str>, Key, FixedState>,
    paths: HashMap<Box<str>, Arc<[Key]>, FixedState>,
}

/// Paths that are shared at most; a program that makes ever new ones begins again.
const PATHS: usize = 10_000;

impl Names {
    pub(super) fn key(&mut self, text: &str) -> Key {
        if let Some(key) = self.keys.get(text) {
            return key.clone();
        }
        let key = Key::new(text);
        self.keys.insert(text.into(), key.clone());
        key
    }

    pub(super) fn path(&mut self, text: &str) -> Arc<[Key]> {
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
