//! Filters that choose: defaults, yes and no.

use super::convert::required;
use crate::context::Context;
use crate::error::Result;
use crate::library::{Filter, Filtered};
use crate::value::{Str, Value};

pub(super) fn filters() -> Vec<Filter> {
    vec![
        Filter::new("default", |value, argument, _| {
            Ok(if value.truth()? {
                value
            } else {
                required(argument)
            }
            .clone()
            .into())
        })
        .argument(),
        Filter::new("default_if_none", |value, argument, _| {
            let none = matches!(value.native()?, Value::None);
            Ok(if none { required(argument) } else { value }.clone().into())
        })
        .argument(),
        Filter::new("yesno", yes_no).optional_argument(),
    ]
}

/// The filter `yesno`.
fn yes_no(value: &Value, argument: Option<&Value>, context: &Context) -> Result<Filtered> {
    let choices = match argument.map(Value::native).transpose()? {
        None | Some(Value::None) => Str::from(context.message("", "yes,no,maybe")),
        Some(Value::Str(text)) => text,
        Some(_) => return Ok(Filtered::Declined),
    };
    let mut choices = choices.split(',');
    let (Some(yes), Some(no)) = (choices.next(), choices.next()) else {
        return Ok(value.clone().into());
    };
    // A third choice counts only when there is no fourth.
    let maybe = match (choices.next(), choices.next()) {
        (Some(maybe), None) => maybe,
        _ => no,
    };
    let native = value.native()?;
    let chosen = match native {
        Value::None => maybe,
        _ if value.truth()? => yes,
        _ => no,
    };
    Ok(chosen.into())
}
