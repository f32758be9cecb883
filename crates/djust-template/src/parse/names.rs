//! The tags and filters that a template sees.

use std::sync::Arc;

use super::Parser;
use crate::library::{CompileTag, Filter, Library, UsedBuiltins};
use crate::node::TagNode;
use crate::tags::load_node;

impl Parser {
    /// The filter of that name that this template sees.
    pub fn find_filter(&self, name: &str) -> Option<Arc<Filter>> {
        let mut loaded = self.libraries.iter().rev();
        if let Some(filter) = loaded.find_map(|library| library.filter(name)) {
            return Some(Arc::clone(filter));
        }
        let (place, filter) = self.engine().numbered_builtins().filter(name)?;
        let removed = self.removed.as_ref();
        if removed.is_some_and(|removed| removed.filters.contains(name)) {
            return None;
        }
        self.used(*place);
        Some(Arc::clone(filter))
    }

    /// The tag of that name that this template sees.
    pub fn find_tag(&self, name: &str) -> Option<Arc<dyn CompileTag>> {
        let mut loaded = self.libraries.iter().rev();
        if let Some(tag) = loaded.find_map(|library| library.tag(name)) {
            return Some(Arc::clone(tag));
        }
        let (place, tag) = self.engine().numbered_builtins().tag(name)?;
        if self.is_tag_removed(name) {
            return None;
        }
        self.used(*place);
        Some(Arc::clone(tag))
    }

    pub(super) fn is_tag_removed(&self, name: &str) -> bool {
        let removed = self.removed.as_ref();
        removed.is_some_and(|removed| removed.tags.contains(name))
    }

    fn used(&self, builtin: u32) {
        let mut builtins = self.builtins.borrow_mut();
        if !builtins.contains(&builtin) {
            builtins.push(builtin);
        }
    }

    pub(crate) fn take_builtins(&mut self) -> UsedBuiltins {
        self.builtins.take()
    }

    /// Adds tags and filters for the rest of this template; they win over what was there.
    pub fn add_library(&mut self, library: &Library) {
        self.libraries.push(Arc::new(library.clone()));
    }

    /// Does what `{% load %}` does for these libraries, and returns the node for the tag.
    pub fn load(&mut self, libraries: impl IntoIterator<Item = Arc<Library>>) -> Arc<dyn TagNode> {
        self.libraries.extend(libraries);
        load_node(self)
    }

    /// Takes tags and filters of these names, built-in ones included, away for the rest of this template.
    pub fn remove(&mut self, tags: &[String], filters: &[String]) {
        if tags.is_empty() && filters.is_empty() {
            return;
        }
        for library in &mut self.libraries {
            Arc::make_mut(library).remove(tags, filters);
        }
        let removed = self.removed.get_or_insert_default();
        removed.tags.extend(tags.iter().cloned());
        removed.filters.extend(filters.iter().cloned());
    }

    /// What this template loaded so far, the latest last.
    pub fn loaded(&self) -> &[Arc<Library>] {
        &self.libraries
    }
}
