//! Names that an author probably meant.

use crate::engine::Engine;

/// The known name closest to `name`, if it is close enough to be a slip.
pub(crate) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match name.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|&(distance, candidate)| {
            distance <= allowed && distance < candidate.chars().count()
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// The library that has the tag, among those of the engine itself.
pub(crate) fn library_of_tag(engine: &Engine, tag: &str) -> Option<String> {
    engine.own_library_names().into_iter().find(|name| {
        engine
            .own_library(name)
            .is_some_and(|library| library.tag(tag).is_some())
    })
}

/// The library that has the filter, among those of the engine itself.
pub(crate) fn library_of_filter(engine: &Engine, filter: &str) -> Option<String> {
    engine.own_library_names().into_iter().find(|name| {
        engine
            .own_library(name)
            .is_some_and(|library| library.filter(filter).is_some())
    })
}

/// A list in words: `a`, `a or b`, `a, b or c` (`django.utils.text.get_text_list`, which translates the comma).
pub(crate) fn one_of(items: &[String], comma: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(comma)),
    }
}

/// Edits between two names: insertions, deletions, replacements, exchanges of neighbours.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let width = right.len() + 1;
    let mut table = vec![0; (left.len() + 1) * width];
    for row in 0..=left.len() {
        for column in 0..=right.len() {
            table[row * width + column] = if row == 0 || column == 0 {
                row + column
            } else {
                let differs = usize::from(left[row - 1] != right[column - 1]);
                let mut best = (table[(row - 1) * width + column] + 1)
                    .min(table[row * width + column - 1] + 1)
                    .min(table[(row - 1) * width + column - 1] + differs);
                if row > 1
                    && column > 1
                    && left[row - 1] == right[column - 2]
                    && left[row - 2] == right[column - 1]
                {
                    best = best.min(table[(row - 2) * width + column - 2] + 1);
                }
                best
            };
        }
    }
    table[left.len() * width + right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        let known = ["upper", "lower", "if", "ifchanged", "include"];
        assert_eq!(closest("uper", known.into_iter()), Some("upper"));
        assert_eq!(closest("iff", known.into_iter()), Some("if"));
        assert_eq!(closest("inculde", known.into_iter()), Some("include"));
        assert_eq!(closest("something", known.into_iter()), None);
    }
}
