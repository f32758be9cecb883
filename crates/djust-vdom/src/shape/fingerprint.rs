//! A hash of all that a render wrote.

use super::hash::Sequence;
use super::program::Shape;
use super::recording::{Event, Recording};
use super::refused::Result;
use super::source::StretchKind;
use super::walk::gaps;

/// Hash of what a render wrote inside the live root.
pub(super) fn fingerprint(recording: &Recording, shape: &Shape) -> Result<u64> {
    let hasher = recording.hasher();
    let gaps = gaps(recording, recording.top().events, shape)?;
    let mut hash = shape.spine;
    let merged = shape
        .covered
        .iter()
        .map(|one| (one.stretch.kind, &one.gaps));
    let merged: Vec<_> = merged
        .filter_map(|(kind, gaps)| (kind == StretchKind::Merged).then_some(gaps))
        .collect();
    for gap in shape.inside.clone() {
        // What an element keeps is not what was rendered into it last.
        if merged.iter().any(|gaps| gaps.contains(&gap)) {
            continue;
        }
        let events = gaps[gap as usize];
        let mut written = hasher.then(Sequence::EMPTY, 3);
        let mut at = events.start;
        while at < events.end {
            let one = match recording.event(at) {
                Event::Literal(number) => recording.literal_hash(number),
                Event::Text(span) => hasher.text(recording.value(span)),
                Event::Markup(span) => hasher.text(recording.value(span)) ^ 1,
                Event::Enter(number) => {
                    let region = recording.region(number);
                    at = region.events.end;
                    region.hash
                }
                Event::Kept(number) => {
                    let kept = recording.kept(number);
                    written = hasher.then_all(written, kept.hashes, kept.count);
                    at += 1;
                    continue;
                }
                Event::Leave => 0,
            };
            written = hasher.then(written, one);
            at += 1;
        }
        hash = hasher.with(hash, written.hash());
    }
    Ok(hash)
}
