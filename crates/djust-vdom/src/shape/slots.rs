//! What is kept under a number until it is taken out.

/// Values under numbers. A number that is free is given away again.
#[derive(Clone, Debug)]
pub(super) struct Slots<T> {
    all: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T: Default> Slots<T> {
    /// Keeps a value; its number is never 0.
    pub(super) fn add(&mut self, value: T) -> u64 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.all.push(T::default());
            self.all.len() as u32 - 1
        });
        self.all[place as usize] = value;
        u64::from(place) + 1
    }

    pub(super) fn get(&self, kept: u64) -> Option<&T> {
        kept.checked_sub(1)
            .and_then(|place| self.all.get(place as usize))
    }

    /// Takes a value out; nothing under 0.
    pub(super) fn take(&mut self, kept: u64) -> Option<T> {
        let place = kept.checked_sub(1)?;
        let value = std::mem::take(self.all.get_mut(place as usize)?);
        self.free.push(place as u32);
        if self.free.len() == self.all.len() {
            self.free.clear();
            self.all.clear();
        }
        Some(value)
    }

    /// Moves a value to others; its number there.
    pub(super) fn move_to(&mut self, kept: u64, others: &mut Self) -> u64 {
        self.take(kept).map_or(0, |value| others.add(value))
    }

    /// How many numbers are free.
    pub(super) fn unused(&self) -> usize {
        self.free.len()
    }

    /// Gives back memory that is not used.
    pub(super) fn shrink(&mut self) {
        self.all.shrink_to_fit();
        self.free.shrink_to_fit();
    }

    /// Bytes on the heap, with what each value has there.
    pub(super) fn bytes(&self, of: impl Fn(&T) -> usize) -> usize {
        self.all.capacity() * size_of::<T>()
            + self.free.capacity() * size_of::<u32>()
            + self.all.iter().map(of).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    #[test]
    fn a_number_that_is_free_is_given_away_again() {
        let mut slots = Slots::default();
        let [a, b, c] = ["a", "b", "c"].map(|text| slots.add(text));
        assert_eq!(slots.take(b), Some("b"));
        assert_eq!((slots.unused(), slots.add("d")), (1, b));
        assert_eq!(slots.get(b), Some(&"d"));
        assert_eq!(slots.get(0), None);
        assert_eq!(slots.take(0), None);
        let mut others = Slots::default();
        let moved = [a, 0, c].map(|kept| slots.move_to(kept, &mut others));
        assert_eq!(moved, [1, 0, 2]);
        assert_eq!((others.get(1), others.get(2)), (Some(&"a"), Some(&"c")));
    }

    #[test]
    fn nothing_is_left_of_values_that_were_all_taken_out() {
        let mut slots = Slots::default();
        let all: Vec<u64> = (0..100).map(|value| slots.add(value)).collect();
        assert!(all.into_iter().all(|kept| slots.take(kept).is_some()));
        assert_eq!(slots.unused(), 0);
        slots.shrink();
        assert_eq!(slots.bytes(|_| 0), 0);
    }
}
