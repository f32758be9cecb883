//! Strings that know whether they are safe to put into HTML.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use smol_str::SmolStr;

/// A string with Django's mark of safety (`SafeString`). Short texts lie in it, long ones are shared: cloning never
/// copies more than 24 bytes.
///
/// ```
/// use djust_template::value::Str;
/// let text = Str::safe("<b>");
/// assert!(text.is_safe());
/// assert_eq!(&*text, "<b>");
/// ```
#[derive(Clone)]
pub struct Str {
    text: SmolStr,
    safe: bool,
}

impl Str {
    /// An ordinary string: it is escaped when it is rendered.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self {
            text: SmolStr::new(text),
            safe: false,
        }
    }

    /// A string that is HTML already.
    pub fn safe(text: impl AsRef<str>) -> Self {
        Self {
            text: SmolStr::new(text),
            safe: true,
        }
    }

    /// A text that is stored as this crate stores it.
    pub(crate) fn stored(text: SmolStr, safe: bool) -> Self {
        Self { text, safe }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the string is marked as safe.
    pub fn is_safe(&self) -> bool {
        self.safe
    }

    /// The same text, marked as safe.
    #[must_use]
    pub fn mark_safe(self) -> Self {
        Self { safe: true, ..self }
    }

    /// The same text without the mark.
    #[must_use]
    pub fn mark_unsafe(self) -> Self {
        Self {
            safe: false,
            ..self
        }
    }

    /// The text as a shared one.
    pub fn into_shared(self) -> Arc<str> {
        self.text.into()
    }
}

impl Deref for Str {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Str {}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Arc<str>> for Str {
    fn from(text: Arc<str>) -> Self {
        Self {
            text: text.into(),
            safe: false,
        }
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}
