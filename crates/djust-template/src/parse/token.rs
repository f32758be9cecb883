//! Tokens as tags see them.

use std::fmt;
use std::sync::Arc;

use super::args::{Bit, split_contents};
use crate::error::{Error, ErrorKind, Result};
use crate::lex::{Lexeme, TokenKind};
use crate::span::{Source, Span};

/// A token: its kind, its contents, its place.
#[derive(Clone)]
pub struct Token {
    kind: TokenKind,
    source: Arc<Source>,
    span: Span,
    contents: Contents,
}

#[derive(Clone)]
enum Contents {
    Source(Span),
    Own(Arc<str>),
}

impl Token {
    pub(crate) fn new(lexeme: Lexeme, source: &Arc<Source>) -> Self {
        Self {
            kind: lexeme.kind,
            source: Arc::clone(source),
            span: lexeme.span,
            contents: Contents::Source(lexeme.contents),
        }
    }

    /// A token that is not in the source; errors about it point at `like`.
    #[must_use]
    pub fn synthetic(kind: TokenKind, contents: &str, like: &Self) -> Self {
        Self {
            kind,
            contents: Contents::Own(contents.into()),
            ..like.clone()
        }
    }

    /// What the token is.
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// What is between the delimiters, without white space around it; the text of a text token.
    pub fn contents(&self) -> &str {
        match &self.contents {
            Contents::Source(span) => self.source.slice(*span),
            Contents::Own(text) => text,
        }
    }

    /// The token with its delimiters, as a place in the source.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Place of the first byte of the contents, if they are in the source.
    pub(crate) fn contents_start(&self) -> Option<u32> {
        match &self.contents {
            Contents::Source(span) => Some(span.start),
            Contents::Own(_) => None,
        }
    }

    /// The token as it stands in the source, delimiters included.
    pub fn source_text(&self) -> &str {
        self.source.slice(self.span)
    }

    /// Line of the token, counted from one.
    pub fn line(&self) -> usize {
        self.source.line_column(self.span.start).0
    }

    /// First word of the contents: the name of a tag.
    pub fn command(&self) -> &str {
        crate::lex::first_word(self.contents())
    }

    /// The contents cut at white space (Python's `contents.split()`).
    pub fn words(&self) -> Vec<&str> {
        let mut rest = self.contents();
        let mut words = Vec::with_capacity(4);
        loop {
            let word = crate::lex::first_word(rest);
            if word.is_empty() {
                return words;
            }
            rest = &rest[word.as_ptr() as usize - rest.as_ptr() as usize + word.len()..];
            words.push(word);
        }
    }

    /// The contents cut at spaces outside quotes (`token.split_contents()`).
    pub fn split_contents(&self) -> Vec<Bit<'_>> {
        split_contents(self)
    }

    /// An error about this token.
    pub fn error(&self, message: impl Into<String>) -> Error {
        self.locate(Error::new(ErrorKind::Syntax, message))
    }

    /// Gives an error the place of this token, if it has none.
    pub fn locate(&self, error: Error) -> Error {
        error.at(&self.source, self.span)
    }

    /// An error about one word of this token.
    pub(crate) fn error_at(&self, bit: &Bit<'_>, message: impl Into<String>) -> Error {
        let span = bit.span.unwrap_or(self.span);
        Error::new(ErrorKind::Syntax, message).at(&self.source, span)
    }

    /// Gives an error the place of one word of this token, if it has none.
    pub(crate) fn locate_at<T>(&self, bit: &Bit<'_>, result: Result<T>) -> Result<T> {
        result.map_err(|error| error.at(&self.source, bit.span.unwrap_or(self.span)))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({:?})", self.kind, self.contents())
    }
}
