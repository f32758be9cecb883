//! The tokens that a parser has before it.

use std::sync::Arc;

use super::{Parser, Token};
use crate::error::Result;
use crate::lex::{Lexeme, TokenKind};
use crate::span::{Source, Span};

/// A token that was read before, or one that stands in the source, which needs less to be kept.
#[derive(Clone)]
pub(super) enum Pending {
    Lexeme(Lexeme),
    Token(Token),
}

impl Pending {
    pub(super) fn kind(&self) -> TokenKind {
        match self {
            Self::Lexeme(lexeme) => lexeme.kind,
            Self::Token(token) => token.kind(),
        }
    }

    pub(super) fn span(&self) -> Span {
        match self {
            Self::Lexeme(lexeme) => lexeme.span,
            Self::Token(token) => token.span(),
        }
    }

    pub(super) fn contents<'a>(&'a self, source: &'a Source) -> &'a str {
        match self {
            Self::Lexeme(lexeme) => source.slice(lexeme.contents),
            Self::Token(token) => token.contents(),
        }
    }

    pub(super) fn into_token(self, source: &Arc<Source>) -> Token {
        match self {
            Self::Lexeme(lexeme) => Token::new(lexeme, source),
            Self::Token(token) => token,
        }
    }
}

impl Parser {
    pub(super) fn next_pending(&mut self, source: &Source) -> Option<Pending> {
        match self.tokens.pop() {
            Some(pending) => Some(pending),
            None => self.lexer.next(source.text()).map(Pending::Lexeme),
        }
    }

    /// Has the lexer read all of the source, so that the tokens are in one list.
    fn read_all(&mut self) {
        let source = Arc::clone(self.source());
        let mut rest = Vec::new();
        while let Some(lexeme) = self.lexer.next(source.text()) {
            rest.push(Pending::Lexeme(lexeme));
        }
        if !rest.is_empty() {
            rest.reverse();
            rest.append(&mut self.tokens);
            self.tokens = rest;
        }
    }

    /// Takes the next token.
    pub fn next_token(&mut self) -> Option<Token> {
        let source = Arc::clone(self.source());
        self.next_pending(&source)
            .map(|pending| pending.into_token(&source))
    }

    /// Puts a token back, to be the next one.
    pub fn prepend_token(&mut self, token: Token) {
        self.tokens.push(Pending::Token(token));
    }

    /// Drops the next token, usually the end tag that [`Parser::parse`] stopped at.
    pub fn delete_first_token(&mut self) {
        if self.tokens.pop().is_none() {
            let source = Arc::clone(self.source());
            self.lexer.next(source.text());
        }
    }

    /// Number of tokens not yet read.
    pub fn remaining_tokens(&mut self) -> usize {
        self.read_all();
        self.tokens.len()
    }

    /// The tokens not yet read, the next one first.
    pub fn pending_tokens(&mut self) -> Vec<Token> {
        self.read_all();
        let source = self.source();
        let pending = self.tokens.iter().rev().cloned();
        pending.map(|pending| pending.into_token(source)).collect()
    }

    /// Replaces the tokens not yet read, the next one first.
    pub fn set_pending_tokens(&mut self, tokens: Vec<Token>) {
        self.read_all();
        self.tokens = tokens.into_iter().rev().map(Pending::Token).collect();
    }

    /// Drops tokens up to and including a tag whose whole contents are `end`.
    ///
    /// # Errors
    ///
    /// The tag is never found.
    pub fn skip_past(&mut self, end: &str) -> Result<()> {
        while let Some(token) = self.next_token() {
            if token.kind() == TokenKind::Block && token.contents() == end {
                return Ok(());
            }
        }
        Err(self.unclosed(&[end]))
    }
}
