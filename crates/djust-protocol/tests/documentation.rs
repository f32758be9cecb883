//! `tests/constants.json` and the generated parts of `docs/protocol.md` are what the code says.
//!
//! `UPDATE_DOCUMENTS=1 cargo test -p djust-protocol --test documentation` writes them.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use djust_protocol::describe::{
    CLIENT_FRAMES, EFFECTS, Entry, LIMITS, OPERATIONS, OWN_EVENTS, SERVER_FRAMES,
};
use djust_protocol::{ClientFrame, ErrorCode, Limits, Operations, ServerFrame, VERSION};
use serde_json::{Map, Value, json};

const EXAMPLES: &str = include_str!("examples.json");

fn crate_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a file with what it must be, or writes it when asked to.
fn check(path: &str, expected: &str) {
    let path = crate_file(path);
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        std::fs::write(&path, expected).expect("the file is writable");
    }
    let found = std::fs::read_to_string(&path).expect("the file exists");
    assert_eq!(found, expected, "{} is not current", path.display());
}

struct Example {
    name: String,
    direction: String,
    frame: String,
    meaning: String,
}

fn examples() -> Vec<Example> {
    let list: Vec<Map<String, Value>> = serde_json::from_str(EXAMPLES).expect("a list of objects");
    let text = |map: &Map<String, Value>, key: &str| map[key].as_str().expect("a text").to_owned();
    let example = |map: &Map<String, Value>| Example {
        name: text(map, "name"),
        direction: text(map, "direction"),
        frame: text(map, "frame"),
        meaning: text(map, "meaning"),
    };
    list.iter().map(example).collect()
}

#[test]
fn every_example_decodes_and_encodes_to_the_same_text() {
    let examples = examples();
    for Example {
        name,
        direction,
        frame,
        ..
    } in &examples
    {
        let again = match direction.as_str() {
            "client" => ClientFrame::decode(frame, &Limits::default()).map(|frame| frame.encode()),
            "server" => ServerFrame::decode(frame).map(|frame| frame.encode()),
            "operations" => Operations::decode(frame).map(Operations::into_string),
            other => panic!("unknown direction {other}"),
        };
        assert_eq!(again.as_ref(), Ok(frame), "{name}");
    }
}

#[test]
fn every_kind_operation_and_effect_has_an_example() {
    let examples = examples();
    let numbered = |direction: &str, entries: &[Entry]| {
        for entry in entries {
            let found = examples.iter().any(|example| {
                let frame: Value = serde_json::from_str(&example.frame).expect("JSON");
                example.direction == direction && frame[0] == entry.number
            });
            assert!(found, "{direction} {}", entry.name);
        }
    };
    numbered("client", &CLIENT_FRAMES);
    numbered("server", &SERVER_FRAMES);
    numbered("operations", &OPERATIONS);
    for (effect, ..) in EFFECTS {
        let found = examples.iter().any(|example| {
            example.direction == "server" && example.frame.contains(&format!("[\"{effect}\","))
        });
        assert!(found, "effect {effect}");
    }
    for (event, ..) in OWN_EVENTS {
        let found = examples.iter().any(|example| {
            example.direction == "client" && example.frame.contains(&format!(",\"{event}\","))
        });
        assert!(found, "event {event}");
    }
}

#[test]
fn constants_are_current() {
    let numbers = |entries: &[Entry]| -> Map<String, Value> {
        entries
            .iter()
            .map(|entry| (entry.name.to_owned(), entry.number.into()))
            .collect()
    };
    let limits: Map<String, Value> = LIMITS
        .iter()
        .map(|bound| (bound.name.to_owned(), bound.value.into()))
        .collect();
    let constants = json!({
        "version": VERSION,
        "client": numbers(&CLIENT_FRAMES),
        "server": numbers(&SERVER_FRAMES),
        "operations": numbers(&OPERATIONS),
        "events": OWN_EVENTS.map(|(name, ..)| name),
        "effects": EFFECTS.map(|(name, ..)| name),
        "limits": limits,
        "errors": ErrorCode::ALL.map(ErrorCode::as_str),
    });
    let text = serde_json::to_string_pretty(&constants).expect("JSON") + "\n";
    check("tests/constants.json", &text);
}

#[test]
fn the_document_has_the_tables_and_every_example() {
    let path = crate_file("../../docs/protocol.md");
    let document = std::fs::read_to_string(path).expect("docs/protocol.md exists");
    let mut expected = document.clone();
    for (part, text) in [
        ("version", format!("The version is **{VERSION}**.\n")),
        ("client frames", entries("kind", &CLIENT_FRAMES)),
        ("server frames", entries("kind", &SERVER_FRAMES)),
        ("operations", entries("op", &OPERATIONS)),
        ("own events", named("handler", &OWN_EVENTS, "")),
        ("effects", named("kind", &EFFECTS, "\"")),
        ("limits", limits()),
        ("error codes", codes()),
        ("operation examples", shown("operations")),
        ("client examples", shown("client")),
        ("server examples", shown("server")),
    ] {
        expected = with_part(&expected, part, &text);
    }
    check("../../docs/protocol.md", &expected);
}

/// The document with the text between the two marks of `part` replaced.
fn with_part(document: &str, part: &str, text: &str) -> String {
    let begin = format!("<!-- generated: {part} -->\n");
    let end = "<!-- end -->";
    let (head, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no mark {begin}"));
    let (_, tail) = rest
        .split_once(end)
        .unwrap_or_else(|| panic!("no end of {part}"));
    format!("{head}{begin}\n{text}\n{end}{tail}")
}

fn entries(number: &str, entries: &[Entry]) -> String {
    let mut table = format!("| {number} | name | what follows | meaning |\n|---|---|---|---|\n");
    for Entry {
        number,
        name,
        layout,
        meaning,
    } in entries
    {
        let layout = if layout.is_empty() {
            String::new()
        } else {
            format!("`{layout}`")
        };
        line(
            &mut table,
            format_args!("| {number} | `{name}` | {layout} | {meaning} |"),
        );
    }
    table
}

fn named(title: &str, rows: &[(&str, &str, &str)], quote: &str) -> String {
    let mut table = format!("| {title} | what follows | meaning |\n|---|---|---|\n");
    for (name, layout, meaning) in rows {
        line(
            &mut table,
            format_args!("| `{quote}{name}{quote}` | `{layout}` | {meaning} |"),
        );
    }
    table
}

fn limits() -> String {
    let mut table = "| name | at most | what |\n|---|---|---|\n".to_owned();
    for bound in LIMITS {
        line(
            &mut table,
            format_args!("| `{}` | {} | {} |", bound.name, bound.value, bound.meaning),
        );
    }
    table
}

fn codes() -> String {
    let mut table = "| code | meaning |\n|---|---|\n".to_owned();
    for code in ErrorCode::ALL {
        line(
            &mut table,
            format_args!("| `{code}` | {} |", code.meaning()),
        );
    }
    table
}

fn shown(direction: &str) -> String {
    let mut text = String::new();
    for example in examples()
        .iter()
        .filter(|example| example.direction == direction)
    {
        let Example {
            name,
            frame,
            meaning,
            ..
        } = example;
        line(
            &mut text,
            format_args!("{name}: {meaning}\n\n```json\n{frame}\n```\n"),
        );
    }
    text.trim_end().to_owned() + "\n"
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("text is written to memory");
}
