//! Answers of Django that are kept: translated messages and addresses of views.
//!
//! Each belongs to an object of Django's, a catalog or a resolver. Django makes a new one when catalogs are loaded again or
//! the caches of URLs are cleared, so that answers of the old one are never given again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use djust_template::value::{Key, Str, Value};
use pyo3::prelude::*;

/// Objects of Django's with answers at most.
const OBJECTS: usize = 64;

/// Answers for one object at most.
const ANSWERS: usize = 10_000;

/// An object, kept alive so that its address stays its own, and its answers.
type Answers<K> = (Py<PyAny>, HashMap<K, Str>);

/// Answers by object and question.
pub(crate) struct Memo<K>(Mutex<HashMap<usize, Answers<K>>>);

impl<K> Default for Memo<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Memo<K> {
    /// The answer to a question given before.
    pub(crate) fn get<Q>(&self, object: &Bound<'_, PyAny>, question: &Q) -> Option<Str>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, answers) = kept.get(&(object.as_ptr() as usize))?;
        answers.get(question).cloned()
    }

    /// Keeps an answer.
    pub(crate) fn keep(&self, object: &Bound<'_, PyAny>, question: K, answer: Str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = object.as_ptr() as usize;
        let mut forgotten = None;
        if kept.len() >= OBJECTS && !kept.contains_key(&address) {
            forgotten = Some(std::mem::take(&mut *kept));
        }
        let (_, answers) = kept
            .entry(address)
            .or_insert_with(|| (object.clone().unbind(), HashMap::new()));
        if answers.len() >= ANSWERS {
            answers.clear();
        }
        answers.insert(question, answer);
        drop(kept);
        // Finalisers run here may ask again.
        drop(forgotten);
    }
}

/// A view with arguments, as `{% url %}` asks for it, in a language and below a prefix.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Route {
    view: Box<str>,
    arguments: Vec<Argument>,
    keywords: Vec<(Key, Argument)>,
    current_app: Option<String>,
    prefix: String,
    language: Option<String>,
}

/// A value whose text is all that an address can depend on.
#[derive(PartialEq, Eq, Hash)]
enum Argument {
    Text(Box<str>),
    Number(i64),
}

impl Route {
    /// The question, if its answer may be kept.
    pub(crate) fn new(
        view: &Value,
        arguments: &[Value],
        keywords: &[(Key, Value)],
        current_app: Option<String>,
        ambient: &crate::ambient::Ambient,
    ) -> Option<Self> {
        let argument = |value: &Value| match value {
            Value::Str(text) if !text.is_safe() => Some(Argument::Text(text.as_str().into())),
            Value::Int(number) => Some(Argument::Number(*number)),
            _ => None,
        };
        let Value::Str(view) = view else {
            return None;
        };
        Some(Self {
            view: view.as_str().into(),
            arguments: arguments.iter().map(argument).collect::<Option<_>>()?,
            keywords: keywords
                .iter()
                .map(|(name, value)| Some((name.clone(), argument(value)?)))
                .collect::<Option<_>>()?,
            current_app,
            prefix: ambient.prefix.clone(),
            language: ambient.language.clone(),
        })
    }

    /// Whether the view is asked for without arguments.
    pub(crate) fn is_bare(&self) -> bool {
        self.arguments.is_empty() && self.keywords.is_empty()
    }
}
