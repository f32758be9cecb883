//! How often each kind of refusal occurred in this process.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::refused::Refused;

static TOTALS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// How often something was refused in this process, over all templates, by kind: a part that is compared as a whole
/// from then on, or a page that is compared as a tree.
///
/// ```
/// use djust_vdom::{Recording, ShapedPage, Shapes, refusals};
///
/// let mut recording = Recording::new();
/// recording.literal((0, 0), "<p dj-root><i></p>");
/// ShapedPage::mount(&Shapes::new(), &recording).expect_err("an i is left open");
/// assert!(refusals().iter().any(|(kind, count)| kind == "template: EndTag" && *count > 0));
/// ```
pub fn refusals() -> Vec<(String, u64)> {
    let totals = TOTALS.lock().unwrap_or_else(PoisonError::into_inner);
    totals
        .iter()
        .map(|(kind, count)| (kind.clone(), *count))
        .collect()
}

/// Counts a refusal.
pub(super) fn count(refused: &Refused) {
    let mut totals = TOTALS.lock().unwrap_or_else(PoisonError::into_inner);
    let total = totals.entry(refused.kind()).or_default();
    *total = total.saturating_add(1);
}
