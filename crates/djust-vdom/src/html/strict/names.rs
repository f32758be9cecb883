//! Names of elements and attributes, looked up once per page.

use super::elements::Category;
use crate::tree::Name;

const SLOTS: usize = 64;

/// Interned names seen so far, a slot for each hash; a collision is looked up again.
#[derive(Debug)]
pub(super) struct Names<T> {
    slots: Vec<Option<Slot<T>>>,
}

#[derive(Debug)]
struct Slot<T> {
    key: u64,
    name: Name,
    value: T,
}

impl<T: Copy> Names<T> {
    pub(super) fn new() -> Self {
        Self {
            slots: std::iter::repeat_with(|| None).take(SLOTS).collect(),
        }
    }

    /// The interned name in lower case, and what `describe` says about it.
    ///
    /// `source` is ASCII without NUL, so that the bytes of a short name are its key.
    pub(super) fn get(&mut self, source: &str, describe: impl Fn(&[u8]) -> T) -> (&Name, T) {
        let bytes = source.as_bytes();
        let key = key(bytes);
        let index = (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize;
        let slot = &mut self.slots[index];
        let known = slot.as_ref().is_some_and(|slot| {
            slot.key == key
                && (bytes.len() <= 8 || slot.name.as_bytes().eq_ignore_ascii_case(bytes))
        });
        if !known {
            let name = if bytes.iter().any(u8::is_ascii_uppercase) {
                Name::from(source.to_ascii_lowercase())
            } else {
                Name::from(source)
            };
            let value = describe(name.as_bytes());
            *slot = Some(Slot { key, name, value });
        }
        let slot = slot.as_ref().expect("the slot was filled above");
        (&slot.name, slot.value)
    }
}

/// The first eight bytes in lower case, mixed with the last eight of a longer name.
fn key(name: &[u8]) -> u64 {
    let pack = |bytes: &[u8]| {
        bytes.iter().fold(0, |key, byte| {
            key << 8 | u64::from(byte.to_ascii_lowercase())
        })
    };
    if name.len() <= 8 {
        return pack(name);
    }
    // Short names are ASCII, so their highest bit is free.
    let last = pack(&name[name.len() - 8..]).rotate_left(29) ^ name.len() as u64;
    (pack(&name[..8]) ^ last.wrapping_mul(0xd1b5_4a32_d192_ed03)) | 1 << 63
}

pub(super) type ElementNames = Names<Category>;
pub(super) type AttributeNames = Names<()>;

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_told_apart_in_any_order() {
        let words = [
            "div",
            "DIV",
            "data-id-one",
            "data-id-two",
            "x",
            "onclick1",
            "onclick2",
        ];
        let mut names = Names::new();
        for round in 0..3 {
            for number in 0..2000 {
                let source = format!("{}{}", words[number % words.len()], number / 7 * round);
                let (name, length) = names.get(&source, <[u8]>::len);
                assert_eq!(
                    (&**name, length),
                    (&*source.to_ascii_lowercase(), source.len())
                );
            }
        }
    }
}
