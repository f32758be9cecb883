//! What can go wrong between two pages.

use thiserror::Error;

/// Why a page cannot be made live or a patch cannot be made.
///
/// ```
/// use djust_vdom::{Error, html};
/// let page = html::parse_document("<p>not live</p>");
/// assert_eq!(page.into_root().unwrap_err(), Error::NoRoot);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum Error {
    /// The page has no element with `dj-root` or `dj-view`.
    #[error("no element with the attribute dj-root or dj-view found in the page")]
    NoRoot,
    /// The live root is another element than before: another name or namespace, or `dj-update`
    /// changed on it. No patch replaces the root, the page has to be loaded again.
    #[error("the live root is another element than before, the page has to be loaded again")]
    RootReplaced,
}
