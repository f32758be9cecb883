//! What the rows of a structure have in common.

use super::{Pool, Row, Rows, UNKNOWN};

/// How many rows of a structure are looked at to find out what they have in common.
const SAMPLES: usize = 3;

/// After how many rows that came one by one it is looked what they have in common.
const LATE: u32 = 8;

/// What rows that come together have in common.
#[derive(Default)]
pub(super) struct Samples(Vec<Sample>);

struct Sample {
    structure: u16,
    /// Each with its place in the order.
    rows: Vec<(usize, Row)>,
}

impl Samples {
    /// Adds a row of a structure whose rows are not known to have anything in common. Once there are enough of them, all
    /// of them.
    pub(super) fn add(
        &mut self,
        structure: u16,
        index: usize,
        row: Row,
    ) -> Option<Vec<(usize, Row)>> {
        let at = self.0.iter().position(|one| one.structure == structure)?;
        let sample = &mut self.0[at];
        sample.rows.push((index, row));
        (sample.rows.len() == SAMPLES).then(|| self.0.swap_remove(at).rows)
    }

    /// Whether rows of a structure are looked at.
    pub(super) fn has(&self, structure: u16) -> bool {
        self.0.iter().any(|one| one.structure == structure)
    }

    pub(super) fn begin(&mut self, structure: u16) {
        self.0.push(Sample {
            structure,
            rows: Vec::with_capacity(SAMPLES),
        });
    }
}

/// The hashes of a closed row, one after the other, as far as they are known.
pub(super) struct Words<'p> {
    common: std::slice::Iter<'p, u64>,
    kept: std::slice::Iter<'p, u64>,
    differs: u64,
    is_kept: u64,
    are_key: u64,
    key: u64,
}

impl<'p> Words<'p> {
    /// These hashes.
    pub(super) fn all(words: &'p [u64]) -> Self {
        Self {
            common: words.iter(),
            kept: [].iter(),
            differs: 0,
            is_kept: 0,
            are_key: 0,
            key: 0,
        }
    }
}

impl Iterator for Words<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        let mut word = *self.common.next()?;
        if self.differs & 1 == 1 {
            let is_kept = self.is_kept & 1 == 1;
            let kept = is_kept.then(|| self.kept.next()).flatten();
            word = kept.copied().unwrap_or(UNKNOWN);
        }
        if self.are_key & 1 == 1 {
            word ^= self.key;
        }
        self.differs >>= 1;
        self.is_kept >>= 1;
        self.are_key >>= 1;
        Some(word)
    }
}

impl Pool {
    pub(super) fn words(&self, row: Row) -> Words<'_> {
        let (kind, structure) = self.kind(row);
        Words {
            common: structure.common.iter(),
            kept: self.kept(row).iter(),
            differs: kind.differs,
            is_kept: kind.kept(structure),
            are_key: structure.are_key,
            key: row.key,
        }
    }

    /// Finds out what rows of a structure have in common, which are all that there are, and keeps them accordingly.
    pub(super) fn learn(&mut self, structure: u16, rows: &mut [(usize, Row)], is_coarse: bool) {
        let fine = rows.iter().filter(|(_, row)| !self.is_coarse(*row));
        let some = fine.map(|(_, row)| (row.key, self.words(*row).collect()));
        let some: Vec<(u64, Vec<u64>)> = some.take(SAMPLES).collect();
        let most = some.len().div_ceil(2);
        let info = &mut self.structures[structure as usize];
        info.is_learned = true;
        for (place, common) in info.common.iter_mut().enumerate() {
            let bit = 1 << place;
            let keys = some.iter().filter(|(key, words)| words[place] == *key);
            if info.soft & bit == 0 && keys.filter(|(key, _)| *key != 0).count() >= most {
                info.has_common |= bit;
                info.are_key |= bit;
                continue;
            }
            let mut all = some.iter().map(|(_, words)| words[place]);
            let is_common = |word: &u64| {
                let same = some.iter().filter(|(_, words)| words[place] == *word);
                same.count() >= most
            };
            if let Some(word) = all.find(is_common) {
                *common = word;
                info.has_common |= bit;
            }
        }
        for (_, row) in rows {
            // None of its hashes were in common so far, so that they are kept as they are.
            let words = Words {
                are_key: 0,
                ..self.words(*row)
            };
            let mut words: Vec<u64> = words.collect();
            let room = Some((row.place, self.kept(*row).len() as u8));
            let is_coarse = is_coarse || self.is_coarse(*row);
            let hashes = (row.hash, row.key);
            *row = self.close((&mut words, row.base), structure, is_coarse, hashes, room);
        }
    }

    fn is_coarse(&self, row: Row) -> bool {
        self.kind(row).0.is_coarse
    }
}

impl Rows {
    /// Finds out what rows have in common that came one by one, once there are many of them.
    pub(super) fn learn_late(&mut self) {
        if self.pool.late >= LATE {
            self.learn_rest(SAMPLES);
        }
    }

    /// Finds out what rows have in common of which that is not known, of structures that have as many rows.
    pub(super) fn learn_rest(&mut self, least: usize) {
        self.pool.late = 0;
        if self.pool.structures.iter().all(|one| one.is_learned) {
            return;
        }
        let mut found: Vec<Vec<(usize, Row)>> = vec![Vec::new(); self.pool.structures.len()];
        for index in 0..self.order.len() {
            let row = self.order.row(index);
            if !row.is_open() {
                let (kind, structure) = self.pool.kind(row);
                if !structure.is_learned {
                    found[kind.structure as usize].push((index, row));
                }
            }
        }
        for (structure, mut rows) in found.into_iter().enumerate() {
            let fine = rows.iter().filter(|(_, row)| !self.pool.is_coarse(*row));
            if fine.count() >= least {
                self.pool.learn(structure as u16, &mut rows, false);
                for (index, row) in rows {
                    self.order.set(index, row);
                }
            }
        }
    }
}
