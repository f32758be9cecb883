//! Lists: what happens to rows, and in how few operations.

mod support;

use std::fmt::Write;

use djust_vdom::{NumberedTree, Root};
use proptest::prelude::*;
use support::{Log, check, root};

/// How the rows of a table are recognised.
#[derive(Clone, Copy, Debug)]
enum Keys {
    Keyed,
    Unkeyed,
}

/// A table of rows `(key, text)`, each on a line of its own.
fn table(rows: &[(u32, u32)], keys: Keys) -> Root {
    indented_table("", rows, keys)
}

fn indented_table(indent: &str, rows: &[(u32, u32)], keys: Keys) -> Root {
    let mut html = String::from("<!doctype html><div dj-root><h1>Rows</h1>\n<table><tbody>\n");
    for (key, text) in rows {
        let attribute = match keys {
            Keys::Keyed => format!(" dj-key={key}"),
            Keys::Unkeyed => String::new(),
        };
        let _ = writeln!(
            html,
            "{indent}<tr{attribute}><td>{key}</td><td><b>row</b> {text}</td></tr>"
        );
    }
    html.push_str("</table>\n<p>end</p></div>");
    root(&html)
}

fn rows(count: u32) -> Vec<(u32, u32)> {
    (0..count).map(|key| (key, key)).collect()
}

fn change(old: &[(u32, u32)], new: &[(u32, u32)], keys: Keys) -> (Log, NumberedTree) {
    check(&table(old, keys).number(), table(new, keys)).expect("patches apply")
}

/// Length of a longest increasing subsequence, by the quadratic definition.
fn longest_increasing(values: &[usize]) -> usize {
    let mut lengths: Vec<usize> = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let before = (0..i)
            .filter(|&j| values[j] < *value)
            .map(|j| lengths[j])
            .max();
        lengths.push(before.unwrap_or(0) + 1);
    }
    lengths.into_iter().max().unwrap_or(0)
}

#[test]
fn swap_moves_two_rows() {
    for keys in [Keys::Keyed, Keys::Unkeyed] {
        let old = rows(1000);
        let mut new = old.clone();
        new.swap(1, 998);
        let (log, _) = change(&old, &new, keys);
        assert_eq!((log.count(6), log.0.len()), (2, 2), "{keys:?}");
    }
}

#[test]
fn prepend_and_append_are_one_insertion() {
    for keys in [Keys::Keyed, Keys::Unkeyed] {
        let old = rows(100);
        let new: Vec<_> = (1000..1010)
            .map(|key| (key, key))
            .chain(old.clone())
            .collect();
        let (log, _) = change(&old, &new, keys);
        assert_eq!((log.count(4), log.0.len()), (1, 1), "{keys:?}");
        let new: Vec<_> = old
            .clone()
            .into_iter()
            .chain((1000..1010).map(|k| (k, k)))
            .collect();
        let (log, _) = change(&old, &new, keys);
        assert_eq!((log.count(4), log.0.len()), (1, 1), "{keys:?}");
    }
}

#[test]
fn consecutive_rows_go_in_one_operation() {
    for keys in [Keys::Keyed, Keys::Unkeyed] {
        let old = rows(100);
        let new: Vec<_> = old
            .iter()
            .copied()
            .filter(|row| !(20..70).contains(&row.0))
            .collect();
        let (log, live) = change(&old, &new, keys);
        assert_eq!((log.count(5), log.0.len()), (1, 1), "{keys:?}");
        assert!(log.0[0].ends_with(" 50"), "{:?}", log.0);
        assert_eq!(live.next_id(), table(&old, keys).number().next_id());
    }
}

#[test]
fn every_tenth_text_is_one_operation_each() {
    for keys in [Keys::Keyed, Keys::Unkeyed] {
        let old = rows(1000);
        let new: Vec<_> = old
            .iter()
            .map(|&(key, text)| (key, text + u32::from(key % 10 == 0) * 5000))
            .collect();
        let (log, _) = change(&old, &new, keys);
        assert_eq!((log.count(1), log.0.len()), (100, 100), "{keys:?}");
    }
}

#[test]
fn reverse_keeps_one_row_in_place() {
    let old = rows(200);
    let new: Vec<_> = old.iter().rev().copied().collect();
    for keys in [Keys::Keyed, Keys::Unkeyed] {
        let (log, _) = change(&old, &new, keys);
        assert_eq!((log.count(6), log.0.len()), (199, 199), "{keys:?}");
    }
}

#[test]
fn clear_and_create_are_one_operation_each() {
    let (log, _) = change(&rows(50), &[], Keys::Keyed);
    assert_eq!((log.count(5), log.0.len()), (1, 1));
    let (log, _) = change(&[], &rows(50), Keys::Keyed);
    assert_eq!((log.count(4), log.0.len()), (1, 1));
    let replaced: Vec<_> = (500..550).map(|key| (key, key)).collect();
    let (log, _) = change(&rows(50), &replaced, Keys::Keyed);
    assert_eq!((log.count(7), log.0.len()), (1, 1));
}

#[test]
fn a_row_keeps_its_number_wherever_it_goes() {
    let (old, keys) = (rows(30), Keys::Keyed);
    let start = table(&old, keys).number();
    let number = |page: &NumberedTree, key: &str| {
        let mut nodes = vec![page.tree().top()];
        while let Some(node) = nodes.pop() {
            if page.tree().attribute(node, "dj-key") == Some(key) {
                return page.id(node);
            }
            nodes.extend(page.tree().children(node));
        }
        None
    };
    let mut new = old.clone();
    new.reverse();
    new.insert(3, (90, 90));
    new.remove(12);
    let (_, live) = change(&old, &new, keys);
    for (key, _) in &new[..3] {
        let key = key.to_string();
        assert_eq!(number(&start, &key), number(&live, &key));
    }
}

#[test]
fn indentation_costs_at_most_three_runs_of_text() {
    let old = rows(100);
    let mut orders = vec![old.clone(); 4];
    orders[0].reverse();
    orders[1].rotate_left(40);
    orders[2].push((900, 900));
    orders[3].truncate(60);
    for new in orders {
        let start = indented_table("    ", &old, Keys::Keyed).number();
        let (log, _) =
            check(&start, indented_table("    ", &new, Keys::Keyed)).expect("patches apply");
        let (flat, _) = change(&old, &new, Keys::Keyed);
        assert!(log.0.len() <= flat.0.len() + 3, "{:?}", log.0);
        assert_eq!(log.count(0) + log.count(1), log.0.len() - flat.0.len());
    }
}

/// What a user does to a list.
#[derive(Clone, Debug)]
enum Step {
    Swap(usize, usize),
    Reverse,
    Remove(usize, usize),
    Insert(usize, usize),
    Shuffle(u64),
    EveryTenth,
    Rotate(usize),
    Duplicate(usize),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..60_usize, 0..60_usize).prop_map(|(a, b)| Step::Swap(a, b)),
        1 => Just(Step::Reverse),
        3 => (0..60_usize, 1..8_usize).prop_map(|(at, count)| Step::Remove(at, count)),
        4 => (0..60_usize, 1..8_usize).prop_map(|(at, count)| Step::Insert(at, count)),
        2 => any::<u64>().prop_map(Step::Shuffle),
        2 => Just(Step::EveryTenth),
        2 => (0..60_usize).prop_map(Step::Rotate),
        1 => (0..60_usize).prop_map(Step::Duplicate),
        1 => Just(Step::Clear),
    ]
}

fn apply(rows: &mut Vec<(u32, u32)>, step: &Step, fresh: &mut u32) {
    let length = rows.len();
    let mut new_row = || {
        *fresh += 1;
        (*fresh, *fresh)
    };
    match *step {
        Step::Insert(at, count) => {
            let new: Vec<_> = (0..count).map(|_| new_row()).collect();
            let at = at.min(length);
            rows.splice(at..at, new);
        }
        Step::Clear => rows.clear(),
        _ if rows.is_empty() => rows.push(new_row()),
        Step::Swap(a, b) => rows.swap(a % length, b % length),
        Step::Reverse => rows.reverse(),
        Step::Remove(at, count) => {
            let at = at % length;
            rows.drain(at..(at + count).min(length));
        }
        Step::Shuffle(seed) => {
            rows.sort_by_key(|row| {
                (seed ^ u64::from(row.0)).wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20
            });
        }
        Step::EveryTenth => {
            for row in rows.iter_mut().step_by(10) {
                row.1 += 1000;
            }
        }
        Step::Rotate(by) => rows.rotate_left(by % length),
        Step::Duplicate(at) => {
            let row = rows[at % length];
            rows.insert(at % length, row);
        }
    }
}

proptest! {
    #![proptest_config(support::cases(300))]

    /// Sequences of steps on one page, and its numbers, as a session sees them.
    #[test]
    fn steps_on_a_list_stay_exact(
        keyed: bool,
        start in 0..40_u32,
        steps in prop::collection::vec(step(), 1..20),
    ) {
        let keys = if keyed { Keys::Keyed } else { Keys::Unkeyed };
        let mut state = rows(start);
        let mut fresh = 10_000;
        let mut live = table(&state, keys).number();
        for step in &steps {
            apply(&mut state, step, &mut fresh);
            let (_, next) = check(&live, table(&state, keys))
                .map_err(|error| TestCaseError::fail(format!("{step:?}: {error}")))?;
            live = next;
        }
    }

    /// Keyed rows: moves are what a longest increasing subsequence leaves, insertions and
    /// removals one for each run.
    #[test]
    fn operations_are_the_fewest(
        order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
        kept in 0..40_usize,
    ) {
        let old = rows(40);
        let new: Vec<_> = order[..kept].iter().map(|&i| old[i]).collect();
        let (log, _) = change(&old, &new, Keys::Keyed);
        prop_assert_eq!(log.count(6), kept - longest_increasing(&order[..kept]));
        let gone: Vec<bool> = (0..40).map(|i| !order[..kept].contains(&i)).collect();
        let runs = gone.chunk_by(|a, b| a == b).filter(|run| run[0]).count();
        prop_assert_eq!(log.count(5), runs);
        prop_assert_eq!(log.0.len(), log.count(6) + runs);
    }
}
