//! What an event costs, by pattern: the comparison, the writing, and the whole way from a context to
//! the text of the operations.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use djust_benches::{Pattern, context, mounted, page};
use djust_live::Adapter;
use djust_protocol::{Encoder, decode_operations};
use djust_vdom::{Root, diff, html};

fn root(page: &str) -> Root {
    html::parse_document(page).into_root().expect("a live root")
}

/// Tree against tree, operations written.
fn compare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("diff");
    for pattern in Pattern::ALL {
        let before = pattern.before();
        let shown = root(&page(&before)).number();
        let next = root(&page(&pattern.apply(&before)));
        let mut encoder = Encoder::new();
        group.bench_function(BenchmarkId::from_parameter(pattern.name()), |bench| {
            let run = |next: Root| {
                encoder.clear();
                diff(&shown, next, &mut Adapter::new(&mut encoder)).expect("the root stays")
            };
            bench.iter_batched(|| next.clone(), run, BatchSize::PerIteration);
        });
    }
    group.finish();
}

/// Operations to text.
fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    for pattern in Pattern::ALL {
        let before = pattern.before();
        let mut session = mounted(&before);
        let operations = session
            .update(&mut context(&pattern.apply(&before)))
            .expect("the page renders");
        if operations.is_empty() {
            continue;
        }
        let patches = decode_operations(operations.as_str()).expect("operations");
        let mut encoder = Encoder::new();
        group.bench_function(BenchmarkId::from_parameter(pattern.name()), |bench| {
            bench.iter(|| {
                encoder.clear();
                for patch in &patches {
                    encoder.patch(black_box(patch));
                }
                encoder.as_str().len()
            });
        });
    }
    group.finish();
}

/// Context to operations: render, parse, compare, write. Prints what goes over the wire.
fn event(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("event");
    eprintln!("{:<14} {:>10} {:>10}", "pattern", "operations", "bytes");
    for pattern in Pattern::ALL {
        let before = pattern.before();
        let session = mounted(&before);
        let mut names = context(&pattern.apply(&before));
        let operations = session
            .clone()
            .update(&mut names)
            .expect("the page renders");
        let count = operations.patches().expect("operations").len();
        eprintln!(
            "{:<14} {count:>10} {:>10}",
            pattern.name(),
            operations.as_str().len()
        );
        group.bench_function(BenchmarkId::from_parameter(pattern.name()), |bench| {
            bench.iter_batched(
                || session.clone(),
                |mut session| {
                    let operations = session.update(&mut names).expect("the page renders");
                    (session, operations)
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, compare, encode, event);
criterion_main!(benches);
