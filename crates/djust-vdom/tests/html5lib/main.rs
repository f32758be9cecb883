//! The html5lib tree construction cases, one named test each. Where the strict parser accepts a case,
//! its tree has to be that of the full parser.

mod case;
mod dump;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use case::Case;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html5lib");
    let expected = expected_failures(&folder.join("expected-failures.txt"));
    let cases = cases(&folder.join("tree-construction"));
    assert!(cases.len() > 1000, "only {} cases found", cases.len());
    let unknown: Vec<_> = expected
        .keys()
        .filter(|name| !cases.contains_key(*name))
        .collect();
    assert!(
        unknown.is_empty(),
        "expected failures that do not exist: {unknown:?}"
    );
    let accepted: usize = cases.values().map(|case| dump::both(case).len()).sum();
    assert!(accepted > 500, "the strict parser accepts only {accepted}");
    let trials = cases.into_iter().map(|(name, case)| {
        let reason = expected.get(&name).cloned();
        Trial::test(name, move || run(&case, reason.as_deref()))
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn run(case: &Case, reason: Option<&str>) -> Result<(), Failed> {
    let dump = dump::full(case);
    for (full, strict) in dump::both(case) {
        if full != strict {
            return Err(format!("for {:?}\nfull\n{full}\nstrict\n{strict}", case.data).into());
        }
    }
    match (dump == case.expected, reason) {
        (true, None) | (false, Some(_)) => Ok(()),
        (true, Some(reason)) => Err(format!("passes, but is expected to fail: {reason}").into()),
        (false, None) => Err(format!(
            "for {:?}\nexpected\n{}\nfound\n{dump}",
            case.data, case.expected
        )
        .into()),
    }
}

/// Lines of `name reason`; `#` begins a comment.
fn expected_failures(file: &Path) -> BTreeMap<String, String> {
    let lines = fs::read_to_string(file).expect("the list of expected failures is there");
    let entries = lines
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    entries
        .map(|line| {
            line.split_once(' ')
                .expect("every expected failure has a reason")
        })
        .map(|(name, reason)| (name.to_owned(), reason.to_owned()))
        .collect()
}

fn cases(folder: &Path) -> BTreeMap<String, Case> {
    let mut cases = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let path = entry.expect("the folder is readable").path();
        let file = path
            .file_name()
            .expect("files have names")
            .to_string_lossy()
            .into_owned();
        let content = fs::read_to_string(&path).expect("cases are UTF-8");
        for (number, case) in case::parse(&content).enumerate() {
            cases.insert(format!("{file}:{}", number + 1), case);
        }
    }
    cases
}
