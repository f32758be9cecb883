//! The one error type of the crate.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::excerpt;
use crate::span::{Origin, Source, Span};

/// Short for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the terms of the exception that Django raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The template is not well formed (`TemplateSyntaxError`).
    #[error("template syntax error")]
    Syntax,
    /// No loader has the template (`TemplateDoesNotExist`).
    #[error("template does not exist")]
    TemplateDoesNotExist,
    /// A name has no value where one is required (`VariableDoesNotExist`).
    #[error("variable does not exist")]
    VariableDoesNotExist,
    /// `{% url %}` found no route (`NoReverseMatch`).
    #[error("no reverse match")]
    NoReverseMatch,
    /// An operation on a value of the wrong type (`TypeError`).
    #[error("type error")]
    Type,
    /// A value without an attribute that it must have (`AttributeError`).
    #[error("attribute error")]
    Attribute,
    /// A value of the right type that cannot be used (`ValueError`).
    #[error("value error")]
    Value,
    /// A number too large (`OverflowError`).
    #[error("overflow")]
    Overflow,
    /// Something is missing in the host's configuration (`ImproperlyConfigured`).
    #[error("improperly configured")]
    Configuration,
    /// A limit on nesting, recursion or output was reached (`RecursionError`, or `MemoryError` for output).
    #[error("limit reached")]
    Limit,
    /// A loader could not read a template that exists (`OSError`, `UnicodeDecodeError`).
    #[error("template could not be read")]
    Load,
    /// The host was asked to stop (`KeyboardInterrupt`, `SystemExit`): goes through where an exception would be
    /// taken for "no".
    #[error("interrupted")]
    Interrupt,
    /// The host raised an exception of its own: see [`Error::payload`].
    #[error("error of the host")]
    Host,
}

/// An error with the place in the template where it happened.
///
/// `{}` prints one line, `{:#}` adds an excerpt of the source with a caret. One word wide.
///
/// ```
/// use djust_template::{Engine, ErrorKind};
/// let error = Engine::default().template_from_str("a\n{% iff x %}").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Syntax);
/// assert_eq!(error.line(), Some(2));
/// assert!(error.suggestion().unwrap().contains("did you mean 'if'?"));
/// assert!(format!("{error:#}").contains("^^^"));
/// ```
pub struct Error(Box<Repr>);

struct Repr {
    kind: ErrorKind,
    message: String,
    suggestion: Option<String>,
    location: Option<(Arc<Source>, Span)>,
    payload: Option<Box<dyn Any + Send + Sync>>,
    tried: Vec<(Origin, String)>,
    chain: Vec<Error>,
}

impl Error {
    /// An error of `kind` with a message in Django's wording.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Repr {
            kind,
            message: message.into(),
            suggestion: None,
            location: None,
            payload: None,
            tried: Vec::new(),
            chain: Vec::new(),
        }))
    }

    /// A syntax error.
    pub fn syntax(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Syntax, message)
    }

    /// An exception of the host, kept as it is, to be raised again by the host.
    pub fn host(message: impl Into<String>, payload: Box<dyn Any + Send + Sync>) -> Self {
        let mut error = Self::new(ErrorKind::Host, message);
        error.0.payload = Some(payload);
        error
    }

    /// Says where the error happened, unless that is known already (the innermost place wins).
    #[must_use]
    pub fn at(mut self, source: &Arc<Source>, span: Span) -> Self {
        if self.0.location.is_none() {
            self.0.location = Some((Arc::clone(source), span));
        }
        self
    }

    /// Adds what the author probably meant.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.0.suggestion = Some(suggestion.into());
        self
    }

    /// Adds the places that were searched, each with the reason why it did not serve.
    #[must_use]
    pub fn with_tried(mut self, tried: Vec<(Origin, String)>) -> Self {
        self.0.tried = tried;
        self
    }

    /// Adds the errors of the alternatives that were tried before.
    #[must_use]
    pub fn with_chain(mut self, chain: Vec<Error>) -> Self {
        self.0.chain = chain;
        self
    }

    /// Attaches a value of the host to an error of any kind.
    #[must_use]
    pub fn with_payload(mut self, payload: Box<dyn Any + Send + Sync>) -> Self {
        self.0.payload = Some(payload);
        self
    }

    /// The kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Django's message, without place and suggestion.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the author probably meant, as a sentence fragment.
    pub fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }

    /// Name of the template, if the place is known and the template has a name.
    pub fn template_name(&self) -> Option<&str> {
        self.0
            .location
            .as_ref()
            .and_then(|(source, _)| source.name())
    }

    /// The faulty range.
    pub fn span(&self) -> Option<Span> {
        self.0.location.as_ref().map(|(_, span)| *span)
    }

    /// The source that [`Error::span`] refers to.
    pub fn source_text(&self) -> Option<&Arc<Source>> {
        self.0.location.as_ref().map(|(source, _)| source)
    }

    /// Line of the faulty range, counted from one.
    pub fn line(&self) -> Option<usize> {
        self.0
            .location
            .as_ref()
            .map(|(source, span)| source.line_column(span.start).0)
    }

    /// Places where a missing template was searched.
    pub fn tried(&self) -> &[(Origin, String)] {
        &self.0.tried
    }

    /// Errors of the alternatives that were tried before this one.
    pub fn chain(&self) -> &[Error] {
        &self.0.chain
    }

    /// The host's exception, if there is one.
    pub fn payload(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.0.payload.as_deref()
    }

    /// Takes the host's exception out.
    pub fn into_payload(self) -> Option<Box<dyn Any + Send + Sync>> {
        self.0.payload
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(suggestion) = &self.0.suggestion {
            write!(f, " ({suggestion})")?;
        }
        if let Some((source, span)) = &self.0.location {
            let (line, column) = source.line_column(span.start);
            write!(
                f,
                " (in {}:{line}:{column})",
                source.name().unwrap_or("<template>")
            )?;
            if f.alternate() {
                excerpt::write(f, source, *span)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self:#}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.chain.first().map(|error| error as _)
    }
}
