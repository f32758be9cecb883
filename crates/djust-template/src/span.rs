//! Byte ranges in a template's source, and the way from an offset to a line.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A half-open byte range in the source of one template.
///
/// Offsets are 32 bits wide: a template longer than 4 GiB is refused by the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// First byte after the end.
    pub end: u32,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// The range as `usize`, for slicing the source.
    ///
    /// ```
    /// use djust_template::Span;
    /// assert_eq!(&"a {{ b }}"[Span::new(5, 6).range()], "b");
    /// ```
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Where a template came from.
///
/// Two origins are equal when their name and loader are: that is how `{% extends %}` finds out that a
/// template extends itself (Django: `django.template.base.Origin`).
#[derive(Clone)]
pub struct Origin {
    /// Usually a path; `<unknown source>` for a template made from a string.
    pub name: std::sync::Arc<str>,
    /// Name of the loader that found it.
    pub loader: std::sync::Arc<str>,
    /// The host's own origin object, if it has one.
    pub host: Option<std::sync::Arc<dyn std::any::Any + Send + Sync>>,
}

impl Origin {
    /// An origin without a host object.
    pub fn new(name: &str, loader: &str) -> Self {
        Self {
            name: name.into(),
            loader: loader.into(),
            host: None,
        }
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.loader == other.loader
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Origin")
            .field("name", &self.name)
            .field("loader", &self.loader)
            .finish_non_exhaustive()
    }
}

/// The text of one template together with its name, shared by its nodes and its errors.
pub struct Source {
    text: Text,
    name: Option<Box<str>>,
    origin: Option<Origin>,
    lines: OnceLock<Vec<u32>>,
    /// The number of the template that was compiled from it, and whether that is noted.
    number: AtomicU32,
    is_noted: AtomicBool,
}

/// Where the text is.
enum Text {
    Own(Box<str>),
    Shared(Box<dyn AsRef<str> + Send + Sync>),
}

impl Source {
    /// Takes the text of a template over.
    pub fn new(text: impl Into<Box<str>>, name: Option<&str>, origin: Option<Origin>) -> Self {
        Self::of(Text::Own(text.into()), name, origin)
    }

    /// A text that somebody else has as well, so that it need not be copied. It has to stay the same.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use djust_template::{Context, Engine, Source};
    /// let text: Arc<str> = "Hello {{ name }}".into();
    /// let template = Engine::default().compile(Source::shared(Arc::clone(&text), None, None))?;
    /// assert_eq!(template.render(&mut Context::from_iter([("name", "Ann")]))?, "Hello Ann");
    /// assert_eq!(template.source().text().as_ptr(), text.as_ptr());
    /// # Ok::<(), djust_template::Error>(())
    /// ```
    pub fn shared(
        text: impl AsRef<str> + Send + Sync + 'static,
        name: Option<&str>,
        origin: Option<Origin>,
    ) -> Self {
        Self::of(Text::Shared(Box::new(text)), name, origin)
    }

    fn of(text: Text, name: Option<&str>, origin: Option<Origin>) -> Self {
        Self {
            text,
            name: name.map(Into::into),
            origin,
            lines: OnceLock::new(),
            number: AtomicU32::new(0),
            is_noted: AtomicBool::new(false),
        }
    }

    /// Keeps the number of the template that is compiled from it.
    pub(crate) fn set_number(&self, number: u32) {
        self.number.store(number, Ordering::Relaxed);
    }

    /// The number of the template, if it is not noted by it yet: it is from then on.
    pub(crate) fn number_to_note(&self) -> Option<u32> {
        let is_noted =
            self.is_noted.load(Ordering::Relaxed) || self.is_noted.swap(true, Ordering::Relaxed);
        (!is_noted).then(|| self.number.load(Ordering::Relaxed))
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        match &self.text {
            Text::Own(text) => text,
            Text::Shared(text) => (**text).as_ref(),
        }
    }

    /// The name under which the template was asked for, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where the text was found, if a loader found it.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The text in `span`, or nothing if the span does not lie in this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset, both counted from one; columns count characters.
    ///
    /// ```
    /// use djust_template::Source;
    /// let source = Source::new("one\ntwo", None, None);
    /// assert_eq!(source.line_column(5), (2, 2));
    /// ```
    pub fn line_column(&self, offset: u32) -> (usize, usize) {
        let starts = self.lines();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts[line - 1] as usize;
        let column = self
            .text()
            .get(start..offset as usize)
            .map_or(0, |text| text.chars().count());
        (line, column + 1)
    }

    /// The text of a line (counted from one) without its line break.
    pub fn line(&self, line: usize) -> Option<&str> {
        let starts = self.lines();
        let start = *starts.get(line.checked_sub(1)?)? as usize;
        let end = starts
            .get(line)
            .map_or(self.text().len(), |&end| end as usize);
        Some(self.text()[start..end].trim_end_matches(['\n', '\r']))
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text().as_bytes());
            std::iter::once(0)
                .chain(breaks.map(|at| at as u32 + 1))
                .collect()
        })
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
