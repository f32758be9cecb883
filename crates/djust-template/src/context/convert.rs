//! Contexts made from plain Rust values.

use std::sync::Arc;

use super::Context;
use crate::error::Result;
use crate::value::{Key, Map, Names, Value};

/// Names held by this crate.
struct MapNames(Arc<Map>);

impl Names for MapNames {
    fn get(&self, key: &Key) -> Result<Option<Value>> {
        Ok(self.0.get(key.as_str()).cloned())
    }

    fn entries(&self) -> Result<Vec<(Key, Value)>> {
        Ok(self
            .0
            .iter()
            .map(|(name, value)| (Key::new(name), value.clone()))
            .collect())
    }
}

impl From<Map> for Context {
    fn from(map: Map) -> Self {
        Self::from_names(Arc::new(MapNames(Arc::new(map))))
    }
}

impl From<Arc<Map>> for Context {
    fn from(map: Arc<Map>) -> Self {
        Self::from_names(Arc::new(MapNames(map)))
    }
}

impl<K: Into<Key>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(names: I) -> Self {
        let mut context = Self::new();
        for (name, value) in names {
            context.set(name, value);
        }
        context
    }
}
