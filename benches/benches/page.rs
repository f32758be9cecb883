//! What a whole page costs: render, parse, number, serialise.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use djust_benches::{ROWS, context, page, rows, template};
use djust_vdom::html;

fn whole_page(criterion: &mut Criterion) {
    let rows = rows(ROWS);
    let (template, text) = (template(), page(&rows));
    let mut names = context(&rows);
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Bytes(text.len() as u64));

    group.bench_function("render", |bench| {
        bench.iter(|| template.render(&mut names).expect("the page renders"));
    });
    group.bench_function("parse", |bench| {
        let parse = || {
            html::parse_document(black_box(&text))
                .into_root()
                .expect("a live root")
        };
        bench.iter_with_large_drop(parse);
    });
    let root = html::parse_document(&text)
        .into_root()
        .expect("a live root");
    let shown = root.number();
    group.bench_function("number", |bench| {
        bench.iter(|| (shown.count(), shown.checksum(), shown.fingerprint()));
    });
    group.bench_function("serialise", |bench| bench.iter(|| shown.html()));
    group.finish();
}

criterion_group!(benches, whole_page);
criterion_main!(benches);
