//! What counts as a mail address (Django: `django.core.validators.EmailValidator`).

use std::net::Ipv4Addr;

/// Longest address.
const LENGTH_LIMIT: usize = 320;

/// Tells whether the text is a mail address without a quoted local part.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.chars().count() <= LENGTH_LIMIT
        && is_user(user)
        && (is_domain(domain) || is_literal(domain))
}

/// Atoms separated by points.
fn is_user(text: &str) -> bool {
    let in_atom = |b: u8| b.is_ascii_alphanumeric() || b"-!#$%&'*+/=?^_`{}|~".contains(&b);
    text.split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(in_atom))
}

/// Letters and digits of a domain's labels.
pub(crate) fn is_label_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || ('\u{a1}'..='\u{ffff}').contains(&c)
}

/// A label of up to 63 characters that neither begins nor ends with a hyphen.
pub(crate) fn is_label(text: &str) -> bool {
    let length = text.chars().count();
    (1..=63).contains(&length)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.chars().all(|c| c == '-' || is_label_character(c))
}

/// Two labels at least, the last one without digits or in the form of an encoded name.
fn is_domain(text: &str) -> bool {
    let Some((rest, top)) = text.rsplit_once('.') else {
        return false;
    };
    let letters = top.chars().count() >= 2 && !top.bytes().any(|b| b.is_ascii_digit());
    let encoded = top
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
        && (1..=59).contains(&(top.len() - 4))
        && top[4..].bytes().all(|b| b.is_ascii_alphanumeric());
    rest.split('.').all(is_label) && is_label(top) && (letters || encoded)
}

/// An address of a machine in brackets.
fn is_literal(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|text| text.parse::<Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn addresses_are_recognised() {
        for text in [
            "a@b.co",
            "a.b+c@d-e.f.org",
            "a@xn--80ak6aa92e.xn--p1ai",
            "ü@x.de",
            "a@[127.0.0.1]",
            "a@münchen.de",
        ] {
            assert_eq!(is_email(text), !text.starts_with('ü'), "{text}");
        }
        for text in [
            "a@b",
            "@b.co",
            "a@",
            "a@b.c",
            "a@-b.co",
            "a..b@c.de",
            "a@b.c1",
            "a@localhost",
            "a b@c.de",
        ] {
            assert!(!is_email(text), "{text}");
        }
    }
}
