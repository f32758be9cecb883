//! Accepted samples for a browser: `STRICT_SAMPLES=file` writes one JSON array a line, the names of
//! the open elements, the HTML and its tree, which a page compares with what `innerHTML` makes.

use std::fmt::Write;
use std::fs;

use djust_vdom::html::strict;

use crate::compare::{Event, events};
use crate::generate::{Generator, context};
use crate::setting;
use crate::words::PLACES;

#[test]
fn samples_for_a_browser_are_written_as_json() {
    assert_eq!(
        sample(&["p"], "<b id=a>\"1\u{1}</b>").as_deref(),
        Some(r#"[["p"],"<b id=a>\"1\u0001</b>",["<0b","id","a",">","\"1\u0001","/"]]"#,)
    );
    let Ok(file) = std::env::var("STRICT_SAMPLES") else {
        return;
    };
    let (wanted, mut seed) = (setting("STRICT_CASES", 20_000), setting("STRICT_SEED", 1));
    let mut lines = String::new();
    for _ in 0..wanted {
        let line = loop {
            seed += 1;
            let mut generator = Generator::new(seed.rotate_left(48));
            let place = generator.random.pick(PLACES);
            let html = generator.fragment(place);
            let large = html.matches('<').count() > 5;
            if let Some(line) = sample(place, &html).filter(|_| large) {
                break line;
            }
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    fs::write(file, lines).expect("the file can be written");
}

fn sample(place: &[&str], html: &str) -> Option<String> {
    let tree = strict::parse_fragment(html, &context(place)).ok()?;
    let mut found = Vec::new();
    events(&tree, tree.top(), &mut found);
    let mut steps = Vec::new();
    for event in &found {
        match event {
            Event::Open(namespace, name, attributes) => {
                steps.push(json(&format!("<{namespace}{name}")));
                for (name, value) in attributes {
                    steps.extend([json(name), json(value)]);
                }
                steps.push(json(">"));
            }
            Event::Content => steps.push(json("content")),
            Event::Comment(data) => steps.extend([json("!"), json(data)]),
            Event::Text(text) => steps.push(json(text)),
            Event::Close => steps.push(json("/")),
        }
    }
    let names: Vec<_> = place.iter().map(|name| json(name)).collect();
    Some(format!(
        "[[{}],{},[{}]]",
        names.join(","),
        json(html),
        steps.join(",")
    ))
}

fn json(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..='\x1f' => {
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}
