//! Runs every file below `tests/fixtures/language`: a template and what it renders to, or the error it ends in.
//!
//! A file is a sequence of sections, each begun by a line `=== name`. `options` holds JSON: `context`, `dialect` (5 or 6),
//! `string_if_invalid`, `autoescape`. `main` is the template rendered; any other name is a template for the loader. The
//! last section is `output`, compared byte for byte, or `error`, compared with `{:#}` of the error. The line break before a
//! section's line belongs to that line. Outputs and messages are those of Django 5.2 (`"dialect": 5`) and 6.0.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use djust_template::{Context, Dialect, Engine, MapLoader};

fn sections(text: &str) -> BTreeMap<&str, &str> {
    let mut sections = BTreeMap::new();
    for section in text
        .strip_prefix("=== ")
        .expect("a section")
        .split("\n=== ")
    {
        let (name, body) = section.split_once('\n').unwrap_or((section, ""));
        sections.insert(name.trim(), body);
    }
    sections
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn run(text: &str) -> Result<(), String> {
    let mut sections = sections(text);
    let options: serde_json::Value =
        serde_json::from_str(sections.remove("options").unwrap_or("{}")).expect("options are JSON");
    let expected = (sections.remove("output"), sections.remove("error"));
    let loader = MapLoader::new();
    for (name, source) in &sections {
        loader.insert(*name, *source);
    }
    let dialect = if options["dialect"] == 5 {
        Dialect::Django5
    } else {
        Dialect::Django6
    };
    let engine = Engine::builder()
        .loader(loader)
        .dialect(dialect)
        .string_if_invalid(options["string_if_invalid"].as_str().unwrap_or(""))
        .autoescape(options["autoescape"] != false)
        .build();
    let mut context = match &options["context"] {
        serde_json::Value::Null => Context::new(),
        json => Context::from(support::map(json)),
    };
    let outcome = engine
        .get_template("main")
        .and_then(|template| template.render(&mut context));
    let (found, expected) = match (outcome, expected) {
        (Ok(output), (Some(expected), None)) => (output, expected),
        (Err(error), (None, Some(expected))) => (format!("{error:#}"), expected),
        (Ok(output), _) => return Err(format!("rendered {output:?}")),
        (Err(error), _) => return Err(format!("failed: {error:#}")),
    };
    if found == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}\n   found {found:?}"))
    }
}

#[test]
fn every_fixture_gives_what_it_says() {
    let mut found = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/language"),
        &mut found,
    );
    found.sort();
    assert!(found.len() >= 250, "only {} fixtures", found.len());
    let failures: Vec<String> = found
        .iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(path).expect("a readable file");
            run(&text)
                .err()
                .map(|reason| format!("{}: {reason}", path.display()))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        found.len(),
        failures.join("\n")
    );
}
