//! The partials of one template.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::node::NodeList;

/// What `{% partialdef %}` defines in one template.
#[derive(Default)]
pub(crate) struct Partials(Mutex<HashMap<String, NodeList>>);

impl Partials {
    pub(crate) fn get(&self, name: &str) -> Option<NodeList> {
        self.0.lock().ok()?.get(name).cloned()
    }

    /// Adds a partial; `false` if the name is taken.
    pub(crate) fn insert(&self, name: &str, body: NodeList) -> bool {
        self.0
            .lock()
            .is_ok_and(|mut partials| partials.insert(name.to_owned(), body).is_none())
    }
}
