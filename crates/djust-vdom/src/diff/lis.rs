//! Longest increasing subsequence: the siblings that need not move.

/// Which entries form a longest strictly increasing subsequence of those that are `Some`.
///
/// Time O(n log n). Entries must be distinct for the choice to be a placement.
pub(crate) fn longest_increasing(sequence: &[Option<usize>]) -> Vec<bool> {
    let mut keep = vec![false; sequence.len()];
    // `ends[k]` is the smallest value that ends a subsequence of length k + 1, and where it stands.
    let mut ends: Vec<(usize, usize)> = Vec::new();
    let mut before: Vec<usize> = vec![usize::MAX; sequence.len()];
    for (position, value) in sequence.iter().enumerate() {
        let Some(value) = value else { continue };
        // Mostly a sequence goes on.
        let length = match ends.last() {
            Some((last, _)) if last >= value => ends.partition_point(|(end, _)| end < value),
            _ => ends.len(),
        };
        if let Some(last) = length.checked_sub(1) {
            before[position] = ends[last].1;
        }
        if length == ends.len() {
            ends.push((*value, position));
        } else {
            ends[length] = (*value, position);
        }
    }
    let mut position = ends.last().map_or(usize::MAX, |(_, position)| *position);
    while let Some(kept) = keep.get_mut(position) {
        *kept = true;
        position = before[position];
    }
    keep
}

#[cfg(test)]
mod tests {
    use super::longest_increasing;

    fn kept(values: &[usize]) -> Vec<usize> {
        let sequence: Vec<_> = values.iter().copied().map(Some).collect();
        let keep = longest_increasing(&sequence);
        values
            .iter()
            .zip(keep)
            .filter_map(|(&value, keep)| keep.then_some(value))
            .collect()
    }

    /// The definition, by trying every subsequence.
    fn longest_by_force(values: &[usize]) -> usize {
        (0_u32..1 << values.len())
            .filter_map(|mask| {
                let chosen: Vec<_> = (0..values.len())
                    .filter(|i| mask >> i & 1 == 1)
                    .map(|i| values[i])
                    .collect();
                chosen.is_sorted_by(|a, b| a < b).then_some(chosen.len())
            })
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn sorted_stays_and_reversed_keeps_one() {
        assert_eq!(kept(&[0, 1, 2, 3]), [0, 1, 2, 3]);
        assert_eq!(kept(&[3, 2, 1, 0]).len(), 1);
        assert_eq!(kept(&[]), [0; 0]);
    }

    #[test]
    fn new_entries_are_never_kept() {
        assert_eq!(
            longest_increasing(&[None, Some(1), None, Some(0), Some(2)]),
            [false, false, false, true, true]
        );
    }

    proptest::proptest! {
        #[test]
        fn as_long_as_any_and_increasing(values in proptest::sample::subsequence((0..12).collect::<Vec<usize>>(), 0..=12), seed: u64) {
            let mut values = values;
            let mut state = seed | 1;
            for i in (1..values.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                values.swap(i, (state >> 33) as usize % (i + 1));
            }
            let kept = kept(&values);
            proptest::prop_assert!(kept.is_sorted_by(|a, b| a < b));
            proptest::prop_assert_eq!(kept.len(), longest_by_force(&values));
        }
    }
}
