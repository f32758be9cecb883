//! What a developer is told about the parts of a template that are not compared place by place.

use djust_template::LiteralId;
use djust_vdom::html::strict::Reason;
use djust_vdom::{Note, Refused};

/// One line: template and line, the part, the reason, and what to change.
pub(crate) fn line(note: &Note) -> String {
    let place = note.literal.and_then(|((template, index), byte)| {
        let (source, offset) = LiteralId { template, index }.origin()?;
        let (line, _) = source.line_column(offset + byte);
        Some(format!("{}:{line}", source.name().unwrap_or("a template")))
    });
    let place = place.map_or_else(String::new, |place| format!("{place}: "));
    let part = match &note.part {
        Some(part) => format!("the part from {part:?} on is compared as a whole"),
        None => "the page is compared as a whole".to_owned(),
    };
    format!("{place}{part}: {}; {}", note.reason, advice(&note.reason))
}

/// What makes it certain.
fn advice(refused: &Refused) -> &'static str {
    match refused {
        Refused::Literals { reason, .. } | Refused::Markup(reason) => match reason {
            Reason::LeftOpen | Reason::EndTag => {
                "open and close each element in the same block or value"
            }
            Reason::ClosesOpen => "close the element before, and put no block into a p or a",
            Reason::TablePart | Reason::Table => {
                "put rows into a tbody, and nothing but rows and cells into a table"
            }
            Reason::Attribute | Reason::DuplicateAttribute | Reason::TooManyAttributes => {
                "write each attribute once, its value in quotes"
            }
            Reason::CharacterReference => "write an ampersand as &amp;",
            Reason::SelfClosing => "give the element an end tag",
            Reason::Page | Reason::Doctype | Reason::Head => {
                "begin with <!DOCTYPE html> and write head and body"
            }
            Reason::RawText | Reason::LineFeed => "begin and end the text on lines of its own",
            Reason::Select => "put nothing but options and optgroups into a select",
            _ => "write this part in plain HTML",
        },
        Refused::Value(_) => "put the value where any text may stand",
        Refused::Leaf => "move what changes out of it",
        Refused::Root => "write dj-root once, outside of loops and values",
        Refused::Variants => "open and close each element in the same branch or iteration",
        Refused::Key => "put the key on the first element of a loop",
        Refused::Kept => {
            "give the items of a loop keys, and an element with dj-update an id of its own that stays"
        }
        Refused::Control => "give the control a fixed dj-model and type",
        _ => "make the page smaller, or extend and include by a fixed name",
    }
}
