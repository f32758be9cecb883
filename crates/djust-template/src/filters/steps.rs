//! Filters whose argument is known when the template is compiled, applied to plain values in place.
//!
//! A step does what the filter of its name does, or nothing: where it has no answer of its own, the filter is asked. The
//! tests hold the two together.

use super::html::ellipsis;
use super::numbers::{FloatFormat, float_format_argument, round_plain};
use super::plain::text::{Align, push_spaces, slug_in_place, title_in_place};
use super::plain::truncate::truncate_characters;
use super::room::{Held, Room};
use super::text::characters_fit;
use crate::context::Context;
use crate::format::percent::IntegerFormat;
use crate::format::unicode::capitalize_first;
use crate::format::{Letters, Moment, is_numeric, needs_default_zone, push_moment, push_numbers};
use crate::value::{Date, Lent, Value, plain_float};

/// What one filter of a chain does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Lower,
    Upper,
    Capfirst,
    Title,
    Slugify,
    Safe,
    Escape {
        force: bool,
    },
    Cut(Box<str>),
    Default {
        argument: Value,
        only_none: bool,
    },
    Length,
    Add(i64),
    DivisibleBy(i64),
    Justify {
        width: usize,
        left: bool,
    },
    TruncateCharacters(i64),
    Pluralize {
        singular: Box<str>,
        plural: Box<str>,
    },
    YesNo {
        yes: Box<str>,
        no: Box<str>,
        maybe: Box<str>,
    },
    Integer(IntegerFormat),
    Float(FloatFormat),
    Date {
        format: Box<str>,
        is_numeric: bool,
    },
}

/// Makes the step for an argument, or for none; nothing where only the filter knows.
pub(crate) type MakeStep = fn(Option<&Value>) -> Option<Step>;

/// What makes the steps of the built-in filter of that name.
pub(super) fn step_of(name: &str) -> Option<MakeStep> {
    Some(match name {
        "lower" => |_| Some(Step::Lower),
        "upper" => |_| Some(Step::Upper),
        "capfirst" => |_| Some(Step::Capfirst),
        "title" => |_| Some(Step::Title),
        "slugify" => |_| Some(Step::Slugify),
        "safe" => |_| Some(Step::Safe),
        "escape" => |_| Some(Step::Escape { force: false }),
        "force_escape" => |_| Some(Step::Escape { force: true }),
        "length" => |_| Some(Step::Length),
        "cut" => |argument| Some(Step::Cut(argument?.as_str()?.into())),
        "default" => |argument| default(argument?, false),
        "default_if_none" => |argument| default(argument?, true),
        "add" => |argument| integer(argument?).map(Step::Add),
        "divisibleby" => |argument| {
            let divisor = integer(argument?)?;
            (divisor != 0).then_some(Step::DivisibleBy(divisor))
        },
        "ljust" => |argument| justify(argument?, true),
        "rjust" => |argument| justify(argument?, false),
        "truncatechars" => |argument| {
            let length = integer(argument?).filter(|&length| length > 0);
            length.map(Step::TruncateCharacters)
        },
        "pluralize" => pluralize,
        "yesno" => |argument| yes_no(argument?.as_str()?),
        "stringformat" => |argument| IntegerFormat::parse(argument?.as_str()?).map(Step::Integer),
        "floatformat" => |argument| {
            float_format_argument(argument)
                .ok()?
                .known()
                .map(Step::Float)
        },
        "date" => |argument| date(argument?.as_str()?),
        _ => return None,
    })
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn default(argument: &Value, only_none: bool) -> Option<Step> {
    Lent::of(argument)?;
    Some(Step::Default {
        argument: argument.clone(),
        only_none,
    })
}

fn justify(argument: &Value, left: bool) -> Option<Step> {
    let width = usize::try_from(integer(argument)?).unwrap_or(0);
    Some(Step::Justify { width, left })
}

fn pluralize(argument: Option<&Value>) -> Option<Step> {
    let suffixes = match argument {
        None => "s",
        Some(argument) => argument.as_str()?,
    };
    let (singular, plural) = suffixes.split_once(',').unwrap_or(("", suffixes));
    (!plural.contains(',')).then(|| Step::Pluralize {
        singular: singular.into(),
        plural: plural.into(),
    })
}

fn yes_no(choices: &str) -> Option<Step> {
    let mut choices = choices.split(',');
    let (yes, no) = (choices.next()?, choices.next()?);
    // A third choice counts only when there is no fourth.
    let maybe = match (choices.next(), choices.next()) {
        (Some(maybe), None) => maybe,
        _ => no,
    };
    Some(Step::YesNo {
        yes: yes.into(),
        no: no.into(),
        maybe: maybe.into(),
    })
}

fn date(format: &str) -> Option<Step> {
    let any = Moment::Date(Date {
        year: 1,
        month: 1,
        day: 1,
    });
    let is_written = !format.is_empty() && !format.ends_with("_FORMAT");
    (is_written && !needs_default_zone(any, format)).then(|| Step::Date {
        format: format.into(),
        is_numeric: is_numeric(format),
    })
}

impl Step {
    /// What the filter makes of the value; nothing, and nothing changed, where it has to be asked itself.
    #[inline]
    pub(crate) fn apply<'a>(
        &'a self,
        held: Held<'a>,
        room: &mut Room,
        context: &Context,
    ) -> Option<Held<'a>> {
        Some(match self {
            Self::Lower => {
                let safe = held.enter(room)?;
                let text = room.text();
                if text.is_ascii() {
                    text.make_ascii_lowercase();
                } else {
                    *text = text.to_lowercase();
                }
                Held::Own { safe }
            }
            Self::Upper => {
                held.enter(room)?;
                let text = room.text();
                if text.is_ascii() {
                    text.make_ascii_uppercase();
                } else {
                    *text = text.to_uppercase();
                }
                Held::Own { safe: false }
            }
            Self::Default {
                argument,
                only_none,
            } => {
                let is_kept = match held {
                    Held::Own { .. } if *only_none => true,
                    Held::Own { .. } => !room.text().is_empty(),
                    Held::Lent(lent) if *only_none => !matches!(lent, Lent::None),
                    Held::Lent(lent) => lent.is_true(),
                };
                if is_kept {
                    held
                } else {
                    Held::Lent(Lent::of(argument)?)
                }
            }
            Self::Add(number) => match held {
                Held::Lent(Lent::Int(value)) => Held::Lent(Lent::Int(value.checked_add(*number)?)),
                _ => return None,
            },
            Self::DivisibleBy(divisor) => match held {
                Held::Lent(Lent::Int(value)) => {
                    Held::Lent(Lent::Bool(value.wrapping_rem(*divisor) == 0))
                }
                _ => return None,
            },
            Self::Pluralize { singular, plural } => match held {
                Held::Lent(Lent::Int(1)) => Held::Lent(Lent::Text(singular)),
                Held::Lent(Lent::Int(_)) => Held::Lent(Lent::Text(plural)),
                _ => return None,
            },
            Self::YesNo { yes, no, maybe } => Held::Lent(Lent::Text(match held {
                Held::Lent(Lent::None) => maybe,
                Held::Lent(lent) if lent.is_true() => yes,
                Held::Own { .. } if !room.text().is_empty() => yes,
                _ => no,
            })),
            Self::Integer(format) => match held {
                Held::Lent(Lent::Int(number)) => {
                    format.push(number, room.emptied());
                    Held::Own { safe: false }
                }
                _ => return None,
            },
            Self::Float(format) => float(format, held, room, context)?,
            Self::Date { format, is_numeric } => match held {
                Held::Lent(Lent::Date(date)) if *is_numeric => {
                    push_numbers(date, format, room.emptied());
                    Held::Own { safe: false }
                }
                Held::Lent(Lent::Date(date)) => {
                    let moment = Some(Moment::Date(date));
                    let out = room.emptied();
                    push_moment(moment, format, Letters::Date, context.host(), out).ok()?;
                    Held::Own { safe: false }
                }
                _ => return None,
            },
            _ => return self.apply_to_text(held, room, context),
        })
    }

    /// The steps that depend on nothing but the text.
    fn apply_to_text<'a>(
        &'a self,
        held: Held<'a>,
        room: &mut Room,
        context: &Context,
    ) -> Option<Held<'a>> {
        Some(match self {
            Self::Capfirst => {
                let first = held.text(room).and_then(|(text, _)| text.chars().next());
                if first.is_some_and(|first| first.is_ascii() && !first.is_ascii_lowercase()) {
                    return Some(held);
                }
                let safe = held.enter(room)?;
                let text = room.text();
                match text.get_mut(..1) {
                    Some(first) => first.make_ascii_uppercase(),
                    None => *text = capitalize_first(text),
                }
                Held::Own { safe }
            }
            Self::Title => {
                let safe = held.enter(room)?;
                let text = room.text();
                if text.is_ascii() {
                    room.edit(|bytes| title_in_place(bytes));
                } else {
                    *text = super::plain::text::title_words(text).into();
                }
                Held::Own { safe }
            }
            Self::Slugify => {
                let safe = held.enter(room)?;
                let text = room.text();
                if text.is_ascii() {
                    room.edit(slug_in_place);
                } else {
                    *text = super::plain::text::slugify(text).into();
                }
                Held::Own { safe }
            }
            Self::Safe => {
                if let Held::Lent(Lent::Text(text) | Lent::Safe(text)) = held {
                    return Some(Held::Lent(Lent::Safe(text)));
                }
                held.enter(room)?;
                Held::Own { safe: true }
            }
            Self::Escape { force } => {
                if let Held::Lent(Lent::Text(text)) = held {
                    crate::escape_into(text, room.emptied());
                } else if !held.enter(room)? || *force {
                    let text = room.text();
                    *text = crate::escape(text);
                }
                Held::Own { safe: true }
            }
            Self::Cut(unwanted) => cut(unwanted, held, room)?,
            Self::Length => {
                let length = match held.text(room) {
                    Some((text, _)) => text.chars().count(),
                    // What has no length has none to show.
                    None => 0,
                };
                Held::Lent(Lent::Int(i64::try_from(length).ok()?))
            }
            Self::Justify { width, left } => {
                super::convert::check_length(*width, context).ok()?;
                if let Some((text, _)) = held.text(room)
                    && text.is_ascii()
                    && text.len() >= *width
                {
                    return Some(held);
                }
                let safe = held.enter(room)?;
                let text = room.text();
                let missing = width.saturating_sub(text.chars().count());
                if *left {
                    push_spaces(missing, text);
                } else if missing > 0 {
                    *text = super::plain::text::pad(text, *width, Align::Right).into_owned();
                }
                Held::Own { safe }
            }
            Self::TruncateCharacters(length) => {
                if let Some((text, _)) = held.text(room)
                    && characters_fit(text, *length)
                {
                    return Some(held);
                }
                let safe = held.enter(room)?;
                let text = room.text();
                *text = truncate_characters(text, *length, &ellipsis(context));
                Held::Own { safe }
            }
            _ => return None,
        })
    }
}

/// The filter `floatformat` of a number with few plain digits.
fn float<'a>(
    format: &FloatFormat,
    held: Held<'a>,
    room: &mut Room,
    context: &Context,
) -> Option<Held<'a>> {
    let mut digits = [0; 64];
    let range = match held {
        Held::Lent(Lent::Float(number)) => {
            let mut buffer = zmij::Buffer::new();
            let text = plain_float(number, &mut buffer)?;
            round_plain(text, format, context, &mut digits)?
        }
        Held::Lent(Lent::Int(number)) => {
            let mut buffer = itoa::Buffer::new();
            round_plain(buffer.format(number), format, context, &mut digits)?
        }
        _ => return None,
    };
    room.emptied()
        .push_str(std::str::from_utf8(&digits[range]).ok()?);
    Some(Held::Own { safe: true })
}

/// The filter `cut`.
fn cut<'a>(unwanted: &str, held: Held<'a>, room: &mut Room) -> Option<Held<'a>> {
    // Django: without semicolons, the text's character references would become other text.
    let keeps_safe = unwanted != ";";
    if let Held::Lent(Lent::Text(text) | Lent::Safe(text)) = held
        && (unwanted.is_empty() || !text.contains(unwanted))
    {
        let safe = matches!(held, Held::Lent(Lent::Safe(_))) && keeps_safe;
        return Some(Held::Lent(Lent::text(text, safe)));
    }
    let safe = held.enter(room)? && keeps_safe;
    match unwanted.as_bytes() {
        [] => {}
        &[single] => room.edit(|bytes| bytes.retain(|&byte| byte != single)),
        _ => {
            let text = room.text();
            *text = text.replace(unwanted, "");
        }
    }
    Some(Held::Own { safe })
}
