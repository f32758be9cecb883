//! Where the additions of a live page go. Python's own search takes longer than rendering a large page.

use memchr::{memchr_iter, memrchr, memrchr_iter};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyModule};

/// Whether a page has the client's script, an element `script` with the attribute `data-djust`, and
/// the number of bytes before its last `</body>`, or all of them.
#[pyfunction]
fn page_marks(html: &str) -> (bool, usize) {
    let bytes = html.as_bytes();
    let has_script = memchr_iter(b'-', bytes).any(|dash| is_client_script(bytes, dash));
    let end = memrchr_iter(b'<', bytes)
        .find(|&start| is_body_end(&bytes[start..]))
        .unwrap_or(bytes.len());
    (has_script, end)
}

/// A page in UTF-8 with something added behind so many bytes: one copy, where Python would make four.
#[pyfunction]
fn insert_at<'py>(
    py: Python<'py>,
    html: &str,
    at: usize,
    addition: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let Some((before, behind)) = html.split_at_checked(at) else {
        return Err(PyIndexError::new_err("not between two characters"));
    };
    PyBytes::new_with(py, html.len() + addition.len(), |bytes| {
        let (first, rest) = bytes.split_at_mut(before.len());
        let (second, third) = rest.split_at_mut(addition.len());
        first.copy_from_slice(before.as_bytes());
        second.copy_from_slice(addition.as_bytes());
        third.copy_from_slice(behind.as_bytes());
        Ok(())
    })
}

/// Whether a text contains a word.
#[pyfunction]
fn mentions(text: &str, word: &str) -> bool {
    text.contains(word)
}

/// Whether `dash` is the one of `data-djust` in the tag of a script.
fn is_client_script(bytes: &[u8], dash: usize) -> bool {
    let (before, after) = (&bytes[..dash], &bytes[dash + 1..]);
    let Some(before) = strip_word_end(before, b"data") else {
        return false;
    };
    if !begins_with_word(after, b"djust") {
        return false;
    }
    let tag = &before[memrchr(b'>', before).map_or(0, |end| end + 1)..];
    memchr_iter(b'<', tag).any(|start| begins_with_word(&tag[start + 1..], b"script"))
}

/// What is before a word at the end, in any case.
fn strip_word_end<'a>(bytes: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (before, end) = bytes.split_at_checked(bytes.len().checked_sub(word.len())?)?;
    let ends = end.eq_ignore_ascii_case(word) && !before.last().copied().is_some_and(is_of_word);
    ends.then_some(before)
}

fn begins_with_word(bytes: &[u8], word: &[u8]) -> bool {
    bytes
        .split_at_checked(word.len())
        .is_some_and(|(start, rest)| {
            start.eq_ignore_ascii_case(word) && !rest.first().copied().is_some_and(is_of_word)
        })
}

/// Whether a byte goes on a word: letters beyond ASCII do.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn is_body_end(bytes: &[u8]) -> bool {
    bytes.split_at_checked(6).is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(b"</body") && rest.trim_ascii_start().first() == Some(&b'>')
    })
}

/// Adds the functions to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(page_marks, module)?)?;
    module.add_function(wrap_pyfunction!(insert_at, module)?)?;
    module.add_function(wrap_pyfunction!(mentions, module)?)
}
