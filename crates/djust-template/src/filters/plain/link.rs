//! Addresses in text: quoting them for a link (Django: `django.utils.html.smart_urlquote`).

use std::borrow::Cow;
use std::net::Ipv6Addr;

use unicode_normalization::UnicodeNormalization;

use super::escape::{percent, unquote};

/// Reserved characters (RFC 3986) and the tilde, which stay as they are.
const RESERVED: &str = "!$&'()*+,;=:/?#[]@~";

/// An address with all that needs quoting quoted once, and whether all releases of Python split
/// it alike.
pub(crate) fn quote_address(address: &str) -> (String, bool) {
    match split_and_quote(address) {
        Some(quoted) => (quoted, true),
        // Django: an address that cannot be split is quoted as a whole.
        None => (
            unquote_quote(address),
            !address.contains('[') || !address.contains(']'),
        ),
    }
}

/// The address quoted part by part; `None` when it cannot be split.
fn split_and_quote(address: &str) -> Option<String> {
    // Python: urlsplit drops these wherever they are.
    let cleaned: Cow<'_, str> = if address.contains(['\t', '\n', '\r']) {
        Cow::Owned(address.replace(['\t', '\n', '\r'], ""))
    } else {
        Cow::Borrowed(address)
    };
    let (scheme, rest) = cleaned.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (place, rest) = rest.split_at(end);
    if !is_place(place) {
        return None;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut out = scheme.to_ascii_lowercase();
    out.push_str("://");
    out.push_str(&unquote_quote(place));
    out.push_str(&unquote_quote(path));
    let query = quote_query(query);
    for (mark, part) in [('?', query), ('#', unquote_quote(fragment))] {
        if !part.is_empty() {
            out.push(mark);
            out.push_str(&part);
        }
    }
    Some(out)
}

/// Quotes text that may be quoted already.
fn unquote_quote(text: &str) -> String {
    percent(&unquote(text), RESERVED)
}

/// Tells whether Python takes the text for host and port: brackets hold an address of a machine.
fn is_place(place: &str) -> bool {
    let brackets = place.matches(['[', ']']).count();
    let Some(start) = place.find('[') else {
        return brackets == 0 && is_stable(place);
    };
    let inner = place[start + 1..].split(']').next().unwrap_or_default();
    brackets == 2 && place.contains(']') && inner.parse::<Ipv6Addr>().is_ok() && is_stable(place)
}

/// Tells whether a host name stays free of separators when its characters are normalised;
/// Python refuses to split the others.
fn is_stable(place: &str) -> bool {
    if place.is_ascii() {
        return true;
    }
    let names = place
        .chars()
        .filter(|c| !matches!(c, '@' | ':' | '#' | '?'));
    let plain: String = names.clone().collect();
    let normal: String = names.nfkc().collect();
    plain == normal || !normal.contains(['/', '?', '#', '@', ':'])
}

/// Quotes names and values of a query one by one.
fn quote_query(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(&quote_query_part(name));
        out.push('=');
        out.push_str(&quote_query_part(value));
    }
    out
}

/// Decodes a part twice, as Django does, and encodes it with plus signs for spaces.
fn quote_query_part(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let once = unquote(&spaced);
    percent(&unquote(&once), " ").replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::quote_address;

    #[test]
    fn addresses_are_quoted_once() {
        for (address, expected) in [
            (
                "http://öäü.com/öäü/",
                "http://%C3%B6%C3%A4%C3%BC.com/%C3%B6%C3%A4%C3%BC/",
            ),
            (
                "http://example.com/%C3%B6/ä/",
                "http://example.com/%C3%B6/%C3%A4/",
            ),
            (
                "http://a.de/?x=http://b.de/?y=1+2&q=django",
                "http://a.de/?x=http%3A%2F%2Fb.de%2F%3Fy%3D1+2&q=django",
            ),
            ("HTTPS://a.de?a&b=#c d", "https://a.de?a=&b=#c%20d"),
            ("http://.www.f oo.bar/", "http://.www.f%20oo.bar/"),
            ("http://[::1]:80/", "http://[::1]:80/"),
            ("http://a]b/?x=1+2", "http://a]b/?x=1+2"),
        ] {
            assert_eq!(
                quote_address(address),
                (expected.to_owned(), true),
                "{address}"
            );
        }
        assert!(!quote_address("http://[x]/").1);
    }
}
