//! Links in plain text (Django: `django.utils.html.Urlizer`).

use std::borrow::Cow;

use super::email::{is_email, is_label};
use super::entities::unescape;
use super::escape::percent;
use super::link::quote_address;
use crate::format::unicode::{is_space, is_word};

/// Longest text that is taken for an address.
const LENGTH_LIMIT: usize = 2048;

/// Marks that end a sentence rather than an address.
const TRAILING: [char; 5] = ['.', ',', ':', ';', '!'];

/// Endings of names that are addresses without a scheme.
const DOMAINS: [&str; 7] = ["com", "edu", "gov", "int", "mil", "net", "org"];

/// How names without a scheme are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Any text before the ending (up to Django 5.2).
    Loose,
    /// Labels of a domain (Django 6.0 and later).
    Domain,
}

/// Settings of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Urlizer {
    /// Longest text of a link.
    pub(crate) limit: Option<i64>,
    /// Whether text is escaped.
    pub(crate) escape: bool,
    /// Whether the input is HTML already.
    pub(crate) safe: bool,
    /// How names without a scheme are recognised.
    pub(crate) names: Names,
}

impl Urlizer {
    /// The text with links, and whether all releases of Python make the same ones.
    pub(crate) fn run(&self, text: &str) -> (String, bool) {
        let mut out = String::with_capacity(text.len() + 64);
        let mut certain = true;
        let separates = |c: char| is_space(c) || matches!(c, '<' | '>' | '"' | '\'');
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(separates).unwrap_or(rest.len());
            certain &= self.push_word(&rest[..word], &mut out);
            rest = &rest[word..];
            let gap = rest.find(|c| !separates(c)).unwrap_or(rest.len());
            self.push_text(&rest[..gap], &mut out);
            rest = &rest[gap..];
        }
        (out, certain)
    }

    /// Appends text that is no link.
    fn push_text(&self, text: &str, out: &mut String) {
        if self.escape && !self.safe {
            crate::escape_into(text, out);
        } else {
            out.push_str(text);
        }
    }

    /// Appends a word, as a link if it is an address; `false` when the release of Python decides
    /// how that is quoted.
    fn push_word(&self, word: &str, out: &mut String) -> bool {
        if !word.contains(['.', '@', ':']) {
            self.push_text(word, out);
            return true;
        }
        let (lead, middle, trail) = trim_punctuation(word);
        let short = middle.len() <= LENGTH_LIMIT || middle.chars().count() <= LENGTH_LIMIT;
        let follow = " rel=\"nofollow\"";
        let ((address, certain), follow) = if short && has_scheme(middle) {
            (quote_address(&unescape(middle)), follow)
        } else if short && self.is_name(middle) {
            (
                quote_address(&["http://", &unescape(middle)].concat()),
                follow,
            )
        } else if !middle.contains(':') && is_email(middle) {
            let (user, domain) = middle.rsplit_once('@').unwrap_or((middle, ""));
            let address = format!("mailto:{}@{}", percent(user, ""), percent(domain, ""));
            ((address, true), "")
        } else {
            self.push_text(word, out);
            return true;
        };
        self.push_text(lead, out);
        out.push_str("<a href=\"");
        crate::escape_into(&address, out);
        out.push('"');
        out.push_str(follow);
        out.push('>');
        self.push_text(&shorten(middle, self.limit), out);
        out.push_str("</a>");
        self.push_text(trail, out);
        certain
    }

    /// Tells whether the text is an address without a scheme.
    pub(crate) fn is_name(&self, text: &str) -> bool {
        if starts_with(text, "www.") {
            return true;
        }
        if starts_with(text, "http") {
            return false;
        }
        match self.names {
            Names::Loose => is_loose_name(text),
            Names::Domain => {
                let host = text.split('/').next().unwrap_or(text);
                host.rsplit_once('.').is_some_and(|(labels, top)| {
                    is_known_domain(top) && labels.split('.').all(is_label)
                })
            }
        }
    }
}

/// Tells whether the text contains words that would become links to names without a scheme.
pub(crate) fn has_bare_name(text: &str, urlizer: &Urlizer) -> bool {
    let separates = |c: char| is_space(c) || matches!(c, '<' | '>' | '"' | '\'');
    text.split(separates).any(|word| {
        let middle = trim_punctuation(word).1;
        word.contains('.') && !has_scheme(middle) && urlizer.is_name(middle)
    })
}

/// Compares the start without regard to case.
fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Tells whether the text begins with a scheme and a name.
fn has_scheme(text: &str) -> bool {
    let rest = ["http://", "https://"]
        .iter()
        .find(|scheme| starts_with(text, scheme));
    rest.is_some_and(|scheme| {
        let rest = &text[scheme.len()..];
        rest.strip_prefix('[').unwrap_or(rest).starts_with(is_word)
    })
}

/// Tells whether a label is one of the endings.
fn is_known_domain(label: &str) -> bool {
    DOMAINS
        .iter()
        .any(|domain| label.eq_ignore_ascii_case(domain))
}

/// Some text without an at sign, an ending, and perhaps a path.
fn is_loose_name(text: &str) -> bool {
    if !text.starts_with(is_word) {
        return false;
    }
    let before_at = &text[..text.find('@').unwrap_or(text.len())];
    before_at.match_indices('.').any(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.find('/').unwrap_or(rest.len());
        text[..at].chars().count() >= 2 && is_known_domain(&rest[..end])
    })
}

/// The text of a link.
fn shorten(text: &str, limit: Option<i64>) -> Cow<'_, str> {
    let Some(limit) = limit else {
        return Cow::Borrowed(text);
    };
    let count = text.chars().count();
    if i64::try_from(count).is_ok_and(|count| count <= limit) {
        return Cow::Borrowed(text);
    }
    let kept = usize::try_from(limit.saturating_sub(1)).unwrap_or(0);
    let end = text
        .char_indices()
        .nth(kept)
        .map_or(text.len(), |(at, _)| at);
    Cow::Owned([&text[..end], "…"].concat())
}

/// Cuts a word into punctuation before it, the word itself and punctuation after it.
fn trim_punctuation(word: &str) -> (&str, &str, &str) {
    let trimmed = word.trim_start_matches(['(', '[']);
    let lead = &word[..word.len() - trimmed.len()];
    let mut middle = trimmed;
    let count = |c: char| trimmed.matches(c).count();
    // Brackets still inside, opening and closing.
    let mut brackets = [(count('('), count(')'), ')'), (count('['), count(']'), ']')];
    loop {
        let before = middle.len();
        for (opening, closing, bracket) in &mut brackets {
            if *opening < *closing && middle.ends_with(*bracket) {
                // Django: as many characters go as brackets are too many, whatever they are.
                let surplus = *closing - *opening;
                let mut characters = middle.char_indices().rev();
                middle = &middle[..characters.nth(surplus - 1).map_or(0, |(at, _)| at)];
                *closing -= surplus;
            }
        }
        middle = trim_marks(middle);
        if middle.len() == before || middle.is_empty() {
            break;
        }
    }
    (lead, middle, &trimmed[middle.len()..])
}

/// Trims marks off the end, but not the semicolon of a character reference.
fn trim_marks(text: &str) -> &str {
    let reference = text.rfind('&');
    let mut middle = match reference {
        None => text.trim_end_matches(TRAILING),
        Some(_) => text.trim_end_matches(['.', ',', ':', '!']),
    };
    let Some(start) = reference.filter(|_| middle.ends_with(';')) else {
        return middle;
    };
    let candidate = &middle[start.min(middle.len())..];
    let meant = unescape(candidate);
    if meant == candidate || meant.ends_with(';') {
        let stripped = middle.trim_end_matches(TRAILING);
        let semicolons = middle.len() - middle.trim_end_matches(';').len();
        middle = if semicolons > 1 {
            // The first semicolon may end a reference.
            let first = middle[stripped.len()..].find(';').unwrap_or(0);
            &middle[..=stripped.len() + first]
        } else {
            stripped
        };
    }
    middle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_left_outside() {
        for (word, expected) in [
            ("(http://a.de)", ("(", "http://a.de", ")")),
            ("http://a.de/x_(y).", ("", "http://a.de/x_(y)", ".")),
            ("http://a.de/x&amp;.", ("", "http://a.de/x&amp;", ".")),
            ("a.com;;", ("", "a.com", ";;")),
            ("[a.com]!?,", ("[", "a.com]!?", ",")),
        ] {
            assert_eq!(trim_punctuation(word), expected, "{word}");
        }
    }
}
