//! The library `humanize` (Django: `django/contrib/humanize/templatetags/humanize.py`).

mod dates;
mod numbers;

use crate::library::{Filter, Library};

/// All filters of the library.
pub(crate) fn library() -> Library {
    [
        Filter::new("apnumber", |value, _, context| {
            numbers::ap_number(value, context)
        })
        .keeps_safe(),
        Filter::new("intcomma", numbers::int_comma)
            .optional_argument()
            .keeps_safe(),
        Filter::new("intword", |value, _, context| {
            numbers::int_word(value, context)
        }),
        Filter::new("ordinal", |value, _, context| {
            numbers::ordinal(value, context)
        })
        .keeps_safe(),
        Filter::new("naturalday", dates::natural_day)
            .optional_argument()
            .local_time(),
        Filter::new("naturaltime", |value, _, context| {
            dates::natural_time(value, context)
        }),
    ]
    .into_iter()
    .fold(Library::new(), Library::with_filter)
}
