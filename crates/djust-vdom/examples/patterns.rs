//! Times of the named patterns on a table page of 1,000 rows: `cargo run --release --example patterns -p djust-vdom`.
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::time::{Duration, Instant};

use djust_vdom::html::{full, strict};
use djust_vdom::{Emit, NodeId, Nodes, NumberedTree, Root, diff, html};

fn main() {
    let same: Vec<u32> = (0..1000).collect();
    let start = root(&same, None).number();
    let deep = format!("<div dj-root>{}", "<div>".repeat(10_000));
    println!(
        "page: {} bytes, {} nodes",
        page(&same, None).len(),
        start.count()
    );
    let html = page(&same, None);
    rate("strict", &html, || strict::parse_document(&html).is_ok());
    rate("full", &html, || full::parse_document(&html).tree().top());
    println!("parse, cut out root   {:?}", median(|| root(&same, None)));
    println!(
        "parse 10,000 deep     {:?}",
        time(|| html::parse_document(&deep))
    );

    let mut swapped = same.clone();
    swapped.swap(1, 998);
    let prepended: Vec<u32> = std::iter::once(5000).chain(same.clone()).collect();
    let reversed: Vec<u32> = same.iter().rev().copied().collect();
    let replaced: Vec<u32> = (2000..3000).collect();
    pattern("no change", &start, &same, None);
    pattern("one text", &start, &same, Some(500));
    pattern("swap", &start, &swapped, None);
    pattern("prepend", &start, &prepended, None);
    pattern("reverse", &start, &reversed, None);
    pattern("replace all", &start, &replaced, None);
}

fn rate<T>(name: &str, html: &str, run: impl FnMut() -> T) {
    let median = median(run);
    let rate = html.len() as f64 / median.as_secs_f64() / 1e6;
    println!("parse: {name:<14} {median:?}  {rate:.0} MB/s");
}

/// Times `diff` alone: the new page is parsed beforehand.
fn pattern(name: &str, old: &NumberedTree, rows: &[u32], changed: Option<u32>) {
    let new = root(rows, changed);
    let mut count = Count::default();
    let times: Vec<Duration> = (0..31)
        .map(|_| {
            let new = new.clone();
            count = Count::default();
            let begin = Instant::now();
            let live = diff(old, new, &mut count);
            let elapsed = begin.elapsed();
            drop(live);
            elapsed
        })
        .collect();
    let median = middle(times);
    println!(
        "diff: {name:<15} {median:?}  {} operations, {} bytes",
        count.operations, count.bytes
    );
}

fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    middle((0..31).map(|_| time(&mut run)).collect())
}

fn time<T>(mut run: impl FnMut() -> T) -> Duration {
    let begin = Instant::now();
    let result = run();
    let elapsed = begin.elapsed();
    drop(result);
    elapsed
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn root(rows: &[u32], changed: Option<u32>) -> Root {
    html::parse_document(&page(rows, changed))
        .into_root()
        .expect("the page has a root")
}

/// Rows of six fields, as a shop would list them.
fn page(rows: &[u32], changed: Option<u32>) -> String {
    let mut html = String::from(
        "<!doctype html><html><head><title>Rows</title></head><body>\
         <main dj-root><h1>Rows</h1>\n<table class=\"table\"><thead><tr><th>Id</th></tr></thead><tbody>\n",
    );
    for &row in rows {
        let name = if changed == Some(row) {
            "changed".to_owned()
        } else {
            format!("Item {row}")
        };
        let class = if row % 2 == 0 { "success" } else { "danger" };
        let _ = write!(
            html,
            "<tr dj-key=\"{row}\" class=\"row {class}\">\n  <td class=\"id\">{row}</td>\n  \
             <td><a href=\"/items/{row}/\">{name}</a></td>\n  <td>{}.99</td>\n  \
             <td><span class=\"badge {class}\">{class}</span></td>\n  <td>2026-01-{:02}</td>\n  \
             <td><button type=\"button\" dj-click=\"remove\" data-id=\"{row}\">Remove</button>\
             <button type=\"button\" dj-click=\"select\" data-id=\"{row}\">Select</button></td>\n</tr>\n",
            row * 7 % 90,
            row % 28 + 1
        );
    }
    html + "</tbody></table></main></body></html>"
}

/// Counts what is emitted.
#[derive(Default)]
struct Count {
    operations: usize,
    bytes: usize,
}

impl Count {
    fn add(&mut self, bytes: usize) {
        self.operations += 1;
        self.bytes += bytes;
    }
}

impl Emit for Count {
    fn set_text(&mut self, _: NodeId, text: &str) {
        self.add(text.len());
    }
    fn set_tail(&mut self, _: NodeId, text: &str) {
        self.add(text.len());
    }
    fn set_attribute(&mut self, _: NodeId, name: &str, value: &str) {
        self.add(name.len() + value.len());
    }
    fn remove_attribute(&mut self, _: NodeId, name: &str) {
        self.add(name.len());
    }
    fn insert_html(&mut self, _: NodeId, _: NodeId, _: NodeId, html: &str) {
        self.add(html.len());
    }
    fn remove(&mut self, _: NodeId, _: u32) {
        self.add(0);
    }
    fn move_node(&mut self, _: NodeId, _: NodeId, _: NodeId) {
        self.add(0);
    }
    fn replace_children(&mut self, _: NodeId, _: NodeId, html: &str) {
        self.add(html.len());
    }
    fn insert_tree(&mut self, _: NodeId, _: NodeId, _: NodeId, nodes: Nodes<'_>) {
        self.add(nodes.steps().count());
    }
    fn merge(&mut self, _: NodeId, html: &str) {
        self.add(html.len());
    }
}
