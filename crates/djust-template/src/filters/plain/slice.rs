//! Python's slices.

use crate::format::integer::Integer;

/// A slice as written between brackets, without the brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

impl Slice {
    /// Reads a slice; `None` where Python raises `ValueError` or `TypeError`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = [None; 3];
        let mut count = 0;
        for part in text.split(':') {
            if count == 3 {
                return None;
            }
            if !part.is_empty() {
                let number = Integer::parse(part)?;
                let bound = if number.is_negative() {
                    i64::MIN
                } else {
                    i64::MAX
                };
                parts[count] = Some(number.to_i64().unwrap_or(bound));
            }
            count += 1;
        }
        let [start, stop, step] = parts;
        let (start, stop) = if count == 1 {
            (None, start)
        } else {
            (start, stop)
        };
        let step = step.unwrap_or(1);
        (step != 0).then_some(Self { start, stop, step })
    }

    /// The positions that the slice takes from a sequence of `length` items, in order.
    pub(crate) fn positions(self, length: usize) -> impl Iterator<Item = usize> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        // CPython: PySlice_AdjustIndices.
        let (lowest, highest) = if self.step < 0 {
            (-1, length - 1)
        } else {
            (0, length)
        };
        let clamp = |bound: Option<i64>, default: i64| match bound {
            None => default,
            Some(bound) if bound < 0 => bound.saturating_add(length).max(lowest),
            Some(bound) => bound.min(highest),
        };
        let (first, last) = if self.step < 0 {
            (highest, lowest)
        } else {
            (lowest, highest)
        };
        let start = clamp(self.start, first);
        let stop = clamp(self.stop, last);
        let step = self.step;
        let inside = move |at: &i64| if step < 0 { *at > stop } else { *at < stop };
        std::iter::successors(Some(start), move |at| at.checked_add(step))
            .take_while(inside)
            .map(|at| at as usize)
    }

    /// The characters of a string that the slice takes.
    pub(crate) fn of_text(self, text: &str) -> String {
        if self.step == 1 && text.is_ascii() {
            let mut positions = self.positions(text.len());
            let Some(first) = positions.next() else {
                return String::new();
            };
            let last = positions.last().unwrap_or(first);
            return text[first..=last].to_owned();
        }
        let characters: Vec<char> = text.chars().collect();
        self.positions(characters.len())
            .map(|at| characters[at])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sliced(text: &str, slice: &str) -> Option<String> {
        Slice::parse(slice).map(|slice| slice.of_text(text))
    }

    #[test]
    fn slices_are_pythons() {
        for (slice, expected) in [
            ("2", "ab"),
            ("", "abcde"),
            (":", "abcde"),
            ("1:", "bcde"),
            ("-2:", "de"),
            (":-1", "abcd"),
            ("::2", "ace"),
            ("::-1", "edcba"),
            ("3:1:-1", "dc"),
            ("-99:99", "abcde"),
            ("99:", ""),
            (" 1 : 3 ", "bc"),
            ("99999999999999999999:", ""),
        ] {
            assert_eq!(sliced("abcde", slice).as_deref(), Some(expected), "{slice}");
        }
        assert_eq!(sliced("äöü", "1:").as_deref(), Some("öü"));
        for slice in ["a", "::0", "1:2:3:4", "1.0"] {
            assert_eq!(Slice::parse(slice), None, "{slice}");
        }
    }
}
