//! The tags and filters that a template sees.

use std::sync::Arc;

use super::Parser;
use crate::library::{Builtin, CompileTag, Filter, Library};

impl Parser {
    /// The filter of that name that this template sees.
    pub fn find_filter(&self, name: &str) -> Option<Arc<Filter>> {
        self.library
            .filter(name)
            .or_else(|| {
                let builtin = self.engine().builtins().filter(name);
                let found = builtin.filter(|_| !self.removed.filters.contains(name))?;
                self.used(Builtin::Filter(name.into()));
                Some(found)
            })
            .cloned()
    }

    /// The tag of that name that this template sees.
    pub fn find_tag(&self, name: &str) -> Option<Arc<dyn CompileTag>> {
        self.library
            .tag(name)
            .or_else(|| {
                let builtin = self.engine().builtins().tag(name);
                let found = builtin.filter(|_| !self.removed.tags.contains(name))?;
                self.used(Builtin::Tag(name.into()));
                Some(found)
            })
            .cloned()
    }

    fn used(&self, builtin: Builtin) {
        let mut builtins = self.builtins.borrow_mut();
        if !builtins.contains(&builtin) {
            builtins.push(builtin);
        }
    }

    pub(crate) fn take_builtins(&mut self) -> Vec<Builtin> {
        self.builtins.take()
    }

    /// Adds tags and filters for the rest of this template; they win over what was there.
    pub fn add_library(&mut self, library: &Library) {
        self.library.extend(library);
    }

    /// Takes tags and filters of these names, built-in ones included, away for the rest of this template.
    pub fn remove(&mut self, tags: &[String], filters: &[String]) {
        self.library.remove(tags, filters);
        self.removed.tags.extend(tags.iter().cloned());
        self.removed.filters.extend(filters.iter().cloned());
    }

    /// What this template loaded so far.
    pub fn loaded(&self) -> &Library {
        &self.library
    }
}
