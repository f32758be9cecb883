//! Draws the part of the source that an error is about.

use std::fmt;

use crate::span::{Source, Span};

/// Lines shown before and after the faulty one.
const AROUND: usize = 3;
/// Longest piece of a line that is shown.
const WIDTH: usize = 160;

/// Writes up to seven numbered lines around `span`, `>` at the faulty line and `^` below the range.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, source: &Source, span: Span) -> fmt::Result {
    let (line, column) = source.line_column(span.start);
    let last = line + AROUND;
    let digits = last.to_string().len();
    for number in line.saturating_sub(AROUND).max(1)..=last {
        let Some(text) = source.line(number) else {
            break;
        };
        // A very long line is shown from a little before the fault on.
        let skip = if number == line && column > WIDTH / 2 {
            column - WIDTH / 2
        } else {
            0
        };
        let marker = if number == line { '>' } else { ' ' };
        write!(f, "\n{marker} {number:>digits$} | ")?;
        for character in text.chars().skip(skip).take(WIDTH) {
            write!(
                f,
                "{}",
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            )?;
        }
        if number == line {
            let rest = text.chars().count().saturating_sub(column - 1).max(1);
            let width = source
                .slice(span)
                .chars()
                .take_while(|&c| c != '\n')
                .count();
            let carets = width.clamp(1, rest).min(WIDTH);
            write!(
                f,
                "\n  {:>digits$} | {:indent$}{:^<carets$}",
                "",
                "",
                "",
                indent = column - 1 - skip
            )?;
        }
    }
    Ok(())
}
