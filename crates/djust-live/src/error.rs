//! What can go wrong between a context and the bytes of an update.

/// Why a page could not be mounted or updated. The session is as it was before.
///
/// ```
/// use djust_live::{Error, LivePage};
///
/// let mut page = LivePage::new();
/// assert!(matches!(page.update("<p dj-root></p>"), Err(Error::NotMounted)));
/// assert!(matches!(page.mount("<p>no root</p>"), Err(Error::Page(_))));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The template could not be rendered.
    #[error(transparent)]
    Render(#[from] djust_template::Error),
    /// The rendered page has no live root, or another one than before.
    #[error(transparent)]
    Page(#[from] djust_vdom::Error),
    /// The render left out what the page shows already, and all of it is needed: render again, into a
    /// [`recorder`](crate::TemplatePage::recorder) that takes everything.
    #[error("the render is not complete")]
    Incomplete,
    /// The session was not mounted yet.
    #[error("the page is not mounted yet")]
    NotMounted,
}

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
