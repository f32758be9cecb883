//! Relative template names (`django.template.loader_tags.construct_relative_path`).

use crate::error::{Error, Result};

/// Whether a name that leads to the template itself is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Recursion {
    Allowed,
    Refused,
}

/// The full name that `name` means in the template `current`: names that begin with `./` or `../` are relative to it.
/// `name` may be quoted, and is quoted again in the answer.
pub(super) fn absolute(current: Option<&str>, name: &str, recursion: Recursion) -> Result<String> {
    let bare = name.trim_matches(['\'', '"']);
    if !bare.starts_with("./") && !bare.starts_with("../") {
        return Ok(name.to_owned());
    }
    let Some(current) = current else {
        return Err(Error::syntax(format!(
            "The relative path {name} cannot be evaluated due to an unknown template origin."
        )));
    };
    let own = current.trim_start_matches('/');
    let directory = own.rfind('/').map_or("", |at| &own[..at]);
    let joined = normalize(&format!("{directory}/{bare}"));
    if joined.starts_with("../") {
        return Err(Error::syntax(format!(
            "The relative path '{name}' points outside the file hierarchy that template '{current}' is in."
        )));
    }
    if recursion == Recursion::Refused && own == joined {
        return Err(Error::syntax(format!(
            "The relative path '{name}' was translated to template name '{current}', the same template in which the tag appears."
        )));
    }
    let quoted = name.starts_with(['\'', '"']) && name.chars().next() == name.chars().last();
    Ok(if quoted {
        format!("\"{joined}\"")
    } else {
        joined
    })
}

/// Python's `posixpath.normpath` of a relative path.
fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_to_the_template() {
        let name = |current, name| absolute(Some(current), name, Recursion::Allowed);
        assert_eq!(name("a/b.html", "'./c.html'").unwrap(), "\"a/c.html\"");
        assert_eq!(name("a/b.html", "../c.html").unwrap(), "c.html");
        assert_eq!(name("b.html", "c.html").unwrap(), "c.html");
        assert!(name("a/b.html", "../../c.html").is_err());
        assert!(absolute(Some("a/b.html"), "./b.html", Recursion::Refused).is_err());
        assert!(absolute(None, "./b.html", Recursion::Allowed).is_err());
    }
}
