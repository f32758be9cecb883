//! The library `humanize` (Django: `django/contrib/humanize/templatetags/humanize.py`).

mod dates;
mod numbers;

use crate::library::{Filter, Library};

/// The library `humanize`, for engines that offer it: `apnumber`, `intcomma`, `intword`,
/// `naturalday`, `naturaltime` and `ordinal`.
///
/// ```
/// use djust_template::{Context, Engine, humanize};
///
/// let engine = Engine::builder().library("humanize", humanize()).build();
/// let template = engine.template_from_str("{% load humanize %}{{ n|intcomma }}, {{ n|ordinal }}")?;
/// let mut context = Context::from_iter([("n", 4501)]);
/// assert_eq!(template.render(&mut context)?, "4,501, 4501st");
/// # Ok::<(), djust_template::Error>(())
/// ```
pub fn humanize() -> Library {
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
