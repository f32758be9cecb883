//! The reviewed list of what is refused.

use djust_vdom::html::strict;

use crate::generate::context;

const LIST: &str = include_str!("refusals.txt");

/// Undoes the escapes of the list.
fn unescape(text: &str) -> String {
    let escapes = [
        ("\\n", "\n"),
        ("\\r", "\r"),
        ("\\0", "\0"),
        ("\\u{feff}", "\u{feff}"),
    ];
    escapes
        .iter()
        .fold(text.to_owned(), |text, (escape, character)| {
            text.replace(escape, character)
        })
}

/// Lines of `place: input → reason at offset`, `page` for whole pages.
#[test]
fn the_list_of_refusals_is_exact() {
    let mut wrong = String::new();
    let lines = LIST
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let (case, expected) = line.rsplit_once(" → ").expect("a line has an arrow");
        let (place, input) = case.split_once(": ").expect("a line begins with a place");
        let input = unescape(input);
        let refusal = if place == "page" {
            strict::parse_document(&input).err()
        } else {
            let place: Vec<_> = place.split_whitespace().skip(1).collect();
            strict::parse_fragment(&input, &context(&place)).err()
        };
        let found = refusal.map_or("accepted".to_owned(), |refusal| refusal.to_string());
        if found != expected {
            wrong.extend([case, " → ", &found, "\n"]);
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count > 150, "only {count} cases");
}
