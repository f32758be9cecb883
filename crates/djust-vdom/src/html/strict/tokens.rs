//! Reading the input: names, tags, comments, the ends of raw text.

use memchr::{memchr, memchr_iter, memmem};

use super::refusal::{Reason, Refusal};

pub(super) type Result<T> = std::result::Result<T, Refusal>;

/// What can begin at a `<`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    StartTag,
    EndTag,
    Comment,
}

/// A place in the input.
///
/// `at` is at a character boundary whenever a method returns: everything it stops at is ASCII.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'h> {
    html: &'h str,
    pub(super) at: usize,
}

impl<'h> Cursor<'h> {
    /// Refuses characters that the input stream changes.
    pub(super) fn new(html: &'h str) -> Result<Self> {
        match memchr::memchr2(b'\r', b'\0', html.as_bytes()) {
            Some(at) if html.as_bytes()[at] == 0 => Err(Refusal::new(Reason::Null, at)),
            Some(at) => Err(Refusal::new(Reason::CarriageReturn, at)),
            None => Ok(Self { html, at: 0 }),
        }
    }

    /// Takes U+0000 as the place of something unknown.
    pub(super) fn with_gaps(html: &'h str) -> Result<Self> {
        match memchr(b'\r', html.as_bytes()) {
            Some(at) => Err(Refusal::new(Reason::CarriageReturn, at)),
            None => Ok(Self { html, at: 0 }),
        }
    }

    pub(super) fn bytes(&self) -> &'h [u8] {
        self.html.as_bytes()
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'h str {
        &self.html[from..to]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes().get(self.at + ahead).copied()
    }

    pub(super) fn follows_gap(&self) -> bool {
        self.at > 0 && self.bytes()[self.at - 1] == GAP
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.html.len()
    }

    pub(super) fn rest(&self) -> &'h str {
        &self.html[self.at..]
    }

    pub(super) fn refuse<T>(&self, reason: Reason) -> Result<T> {
        Err(Refusal::new(reason, self.at))
    }

    /// Text up to the next `<` or the end.
    pub(super) fn text(&mut self) -> &'h str {
        let rest = self.rest();
        let length = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    pub(super) fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.at > start
    }

    /// What the `<` here begins.
    pub(super) fn markup(&self) -> Result<Markup> {
        match self.peek_at(1) {
            Some(byte) if byte.is_ascii_alphabetic() => Ok(Markup::StartTag),
            Some(b'/')
                if self
                    .peek_at(2)
                    .is_some_and(|byte| byte.is_ascii_alphabetic()) =>
            {
                Ok(Markup::EndTag)
            }
            Some(b'!') if self.rest().starts_with("<!--") => Ok(Markup::Comment),
            Some(b'!' | b'?') => self.refuse(Reason::Declaration),
            _ => self.refuse(Reason::LessThan),
        }
    }

    /// The name of a tag, up to a space, `/` or `>`.
    pub(super) fn tag_name(&mut self) -> Result<&'h str> {
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b':' => self.at += 1,
                b' ' | b'\n' | b'\t' | b'\x0c' | b'/' | b'>' | GAP => {
                    return Ok(self.slice(start, self.at));
                }
                _ => break,
            }
        }
        Err(Refusal::new(Reason::TagName, start))
    }

    /// The end tag here, if it is one of this name; without attributes.
    pub(super) fn end_tag(&mut self, name: &str) -> Result<()> {
        let start = self.at;
        let end = start + 2 + name.len();
        let refusal = Refusal::new(Reason::EndTag, start);
        let found = self.bytes().get(start + 2..end).ok_or(refusal)?;
        if !found.eq_ignore_ascii_case(name.as_bytes()) {
            return Err(refusal);
        }
        self.at = end;
        self.skip_space();
        if self.peek() != Some(b'>') {
            return Err(refusal);
        }
        self.at += 1;
        Ok(())
    }

    /// The data of the comment here.
    pub(super) fn comment(&mut self) -> Result<&'h str> {
        let start = self.at + 4;
        let bytes = self.bytes();
        let refusal = Refusal::new(Reason::Comment, self.at);
        let length = memmem::find(&bytes[start..], b"--").ok_or(refusal)?;
        let data = self.slice(start, start + length);
        let early = data.starts_with('>') || data.starts_with("->") || data.ends_with("<!");
        if early || bytes.get(start + length + 2) != Some(&b'>') {
            return Err(refusal);
        }
        self.at = start + length + 3;
        Ok(data)
    }

    /// The text of an element that ends at the first `</` with its name.
    pub(super) fn raw_text(&mut self, name: &str) -> Result<&'h str> {
        let (start, rest) = (self.at, self.rest());
        for less_than in memchr_iter(b'<', rest.as_bytes()) {
            let after = &rest.as_bytes()[less_than + 1..];
            let Some(after) = after.strip_prefix(b"/") else {
                continue;
            };
            if !after
                .get(..name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            {
                continue;
            }
            if after.get(name.len()) != Some(&b'>') {
                return Err(Refusal::new(Reason::RawText, start + less_than));
            }
            self.at += less_than + 2 + name.len() + 1;
            return Ok(&rest[..less_than]);
        }
        Err(Refusal::new(Reason::RawText, start))
    }
}

/// White space of the standard, apart from the carriage return, which is refused.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\x0c')
}

/// A gap counts as blank: whoever fills it has to keep to that.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| is_space(byte) || byte == GAP)
}

/// Stands for something unknown in markup that is read for its structure. Other markup with this
/// character is refused.
pub(super) const GAP: u8 = 0;
