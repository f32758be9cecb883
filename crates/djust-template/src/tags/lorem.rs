//! `{% lorem %}`

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use super::output::markup;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::expression::FilterExpression;
use crate::node::TagNode;
use crate::parse::{Parser, Token};
use crate::reads::Reader;
use crate::render::{Sink, SlotId};
use crate::value::string_repr;

/// The passage that every printer knows.
const PASSAGE: &str = "Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut \
labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex \
ea commodo consequat. Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla \
pariatur. Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est \
laborum.";

/// Words that the common text begins with.
const COMMON: usize = 19;

/// Words for random text, each once.
const WORDS: &str = "accusantium accusamus adipisci aliquam animi aperiam architecto asperiores aspernatur assumenda \
atque aut autem beatae blanditiis commodi consequatur consequuntur corporis corrupti cum cumque cupiditate debitis \
delectus deleniti deserunt dicta dignissimos distinctio dolorem doloribus dolorum ducimus eaque earum eius eligendi \
enim eos error esse est eveniet ex excepturi exercitationem expedita explicabo facere facilis fuga fugiat fugit \
harum hic illo illum impedit incidunt inventore ipsa ipsam ipsum iste itaque iure iusto labore laboriosam laborum \
laudantium libero magnam magni maiores maxime minima minus modi molestiae molestias mollitia nam natus necessitatibus \
nemo neque nesciunt nihil nisi nobis non nostrum nulla numquam obcaecati odio odit officia officiis omnis optio \
pariatur perferendis perspiciatis placeat porro possimus praesentium provident quae quaerat quam quas quasi qui quia \
quibusdam quidem quis quisquam quo quod quos ratione recusandae reiciendis rem repellat repellendus reprehenderit \
repudiandae rerum saepe sapiente sed sequi similique sint sit soluta sunt suscipit tempora tempore temporibus tenetur \
totam ullam unde vel velit veniam veritatis vero vitae voluptas voluptate voluptatem voluptates voluptatibus \
voluptatum";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Words,
    Paragraphs,
    Blocks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Common,
    Random,
}

struct LoremNode {
    slot: SlotId,
    count: FilterExpression,
    method: Method,
    beginning: Beginning,
}

pub(super) fn compile(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let mut bits = token.split_contents();
    let mut beginning = Beginning::Common;
    if bits.last().is_some_and(|bit| *bit == "random") {
        beginning = Beginning::Random;
        bits.pop();
    }
    let method = match bits.last().map(|bit| &*bit.text) {
        Some("w") => Some(Method::Words),
        Some("p") => Some(Method::Paragraphs),
        Some("b") => Some(Method::Blocks),
        _ => None,
    };
    if method.is_some() {
        bits.pop();
    }
    let count = match bits.pop() {
        Some(count) if !bits.is_empty() => parser.compile_bit(&count)?,
        Some(tag) => {
            bits.push(tag);
            parser.compile_filter("1")?
        }
        None => parser.compile_filter("1")?,
    };
    if bits.len() != 1 {
        return Err(token.error(format!(
            "Incorrect format for {} tag",
            string_repr(token.command())
        )));
    }
    let method = method.unwrap_or(Method::Blocks);
    Ok(Arc::new(LoremNode {
        slot: parser.slot(),
        count,
        method,
        beginning,
    }))
}

/// A small generator of random numbers (xorshift); the text needs no better one.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Self(RandomState::new().build_hasher().finish() | 1)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// Distinct words.
    fn sample(&mut self, count: usize) -> Vec<&'static str> {
        let mut words: Vec<&str> = WORDS.split(' ').collect();
        let count = count.min(words.len());
        for index in 0..count {
            let other = index + self.below(words.len() - index);
            words.swap(index, other);
        }
        words.truncate(count);
        words
    }

    fn sentence(&mut self) -> String {
        let sections: Vec<String> = (0..=self.below(5))
            .map(|_| {
                let length = 3 + self.below(10);
                self.sample(length).join(" ")
            })
            .collect();
        let text = sections.join(", ");
        let mark = if self.below(2) == 0 { '?' } else { '.' };
        format!("{}{}{mark}", text[..1].to_uppercase(), &text[1..])
    }

    fn paragraph(&mut self) -> String {
        let sentences: Vec<String> = (0..=self.below(4)).map(|_| self.sentence()).collect();
        sentences.join(" ")
    }
}

/// The first words of the common text.
fn common_words() -> Vec<String> {
    PASSAGE
        .split(' ')
        .take(COMMON)
        .map(|word| word.trim_end_matches([',', '.']).to_lowercase())
        .collect()
}

fn words(count: i64, beginning: Beginning, random: &mut Random) -> String {
    let mut words: Vec<String> = match beginning {
        Beginning::Common => common_words(),
        Beginning::Random => Vec::new(),
    };
    let known = words.len() as i64;
    if count <= known {
        // Django: a negative count leaves words out at the end.
        let kept = if count < 0 {
            (known + count).max(0)
        } else {
            count
        };
        words.truncate(kept as usize);
    } else {
        let mut missing = (count - known) as usize;
        while missing > 0 {
            let sample = random.sample(missing);
            missing -= sample.len();
            words.extend(sample.into_iter().map(str::to_owned));
        }
    }
    words.join(" ")
}

fn paragraphs(count: i64, beginning: Beginning, random: &mut Random) -> Vec<String> {
    (0..count)
        .map(|index| match (index, beginning) {
            (0, Beginning::Common) => PASSAGE.to_owned(),
            _ => random.paragraph(),
        })
        .collect()
}

impl TagNode for LoremNode {
    fn class_name(&self) -> &'static str {
        "LoremNode"
    }

    fn reads(&self, reader: &mut Reader) {
        reader.value(&self.count);
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let count = self.count.resolve(context)?.to_int()?.unwrap_or(1);
        let limit = context
            .engine()
            .map_or(usize::MAX, |engine| engine.limits().output);
        // A word takes at least three bytes, a paragraph at least ten.
        if usize::try_from(count).is_ok_and(|count| count > limit / 10) {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("output is longer than {limit} bytes"),
            ));
        }
        let mut random = Random::new();
        let text = match self.method {
            Method::Words => words(count, self.beginning, &mut random),
            Method::Blocks => paragraphs(count, self.beginning, &mut random).join("\n\n"),
            Method::Paragraphs => {
                let paragraphs = paragraphs(count, self.beginning, &mut random);
                let paragraphs: Vec<String> = paragraphs
                    .iter()
                    .map(|text| format!("<p>{text}</p>"))
                    .collect();
                paragraphs.join("\n\n")
            }
        };
        markup(&text, self.slot, context, out)
    }
}
