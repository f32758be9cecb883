//! The live page: HTML in, operations out.
//!
//! Invariant: `shown` is what the client shows once it has applied every operation handed out so
//! far. It is replaced only after everything that can fail has succeeded.

use djust_protocol::{Encoder, Numbering, Operations};
use djust_vdom::{Binding, NumberedTree, Root, diff, html, replace};

use crate::adapter::Adapter;
use crate::error::{Error, Result};

/// One live page whose HTML is rendered elsewhere.
///
/// It keeps the numbered tree of what the client shows, and turns each new HTML into the operations
/// that lead there.
///
/// ```
/// use djust_live::LivePage;
///
/// let mut page = LivePage::new();
/// page.mount("<main dj-root><p>one</p></main>")?;
/// assert_eq!(page.numbering().unwrap().count, 2);
///
/// let operations = page.update("<main dj-root><p>two</p></main>")?;
/// assert_eq!(operations.as_str(), r#"[0,1,"two"]"#);
/// assert!(page.update("<main dj-root><p>two</p></main>")?.is_empty());
/// # Ok::<(), djust_live::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct LivePage {
    shown: Option<NumberedTree>,
}

/// Answer to a client that has numbered its page afresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumbering {
    /// Operations against the client's fresh numbers.
    pub operations: Operations,
    /// The number that the next inserted node gets.
    pub base: u32,
}

impl LivePage {
    /// A page that shows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page that shows this.
    pub(crate) fn showing(shown: NumberedTree) -> Self {
        Self { shown: Some(shown) }
    }

    /// Takes the HTML of a whole page as what the client shows.
    ///
    /// # Errors
    ///
    /// When the page has no live root.
    pub fn mount(&mut self, page: &str) -> Result<()> {
        self.shown = Some(parse(page)?.number());
        Ok(())
    }

    /// The operations that turn what the client shows into the live root of `page`.
    ///
    /// # Errors
    ///
    /// When the page is not mounted, has no live root, or its root is another element than before:
    /// then the client has to load the page again. What is shown stays.
    pub fn update(&mut self, page: &str) -> Result<Operations> {
        let shown = self.shown.as_ref().ok_or(Error::NotMounted)?;
        let mut encoder = Encoder::new();
        let next = diff(shown, parse(page)?, &mut Adapter::new(&mut encoder))?;
        self.shown = Some(next);
        Ok(encoder.finish())
    }

    /// The operations that turn what a client says it shows into the live root of `page`.
    ///
    /// `client` is the outer HTML of the client's live root, which it has numbered afresh, and
    /// `numbering` what these numbers come to. When parsing the HTML gives other nodes, as it does
    /// when a script has nested elements that HTML cannot nest, all content is replaced.
    ///
    /// # Errors
    ///
    /// As [`LivePage::update`]; also when `client` is not the live root.
    ///
    /// ```
    /// use djust_live::LivePage;
    ///
    /// let mut page = LivePage::new();
    /// page.mount("<main dj-root><p>one</p></main>")?;
    /// let answer = page.resync(
    ///     r#"<main dj-root=""><i>foreign</i><p>one</p></main>"#,
    ///     None,
    ///     "<main dj-root><p>two</p></main>",
    /// )?;
    /// assert_eq!(answer.operations.patches()?.len(), 2);
    /// assert_eq!(answer.base, 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resync(
        &mut self,
        client: &str,
        numbering: Option<Numbering>,
        page: &str,
    ) -> Result<Renumbering> {
        let shown = self.shown.as_ref().ok_or(Error::NotMounted)?;
        let client = shown.parse_client(client)?;
        let trusted = numbering.is_none_or(|numbering| numbering == numbering_of(&client));
        let next = parse(page)?;
        let mut encoder = Encoder::new();
        let mut adapter = Adapter::new(&mut encoder);
        let next = if trusted {
            diff(&client, next, &mut adapter)?
        } else {
            replace(&client, next, &mut adapter)?
        };
        let base = next.next_id().0;
        self.shown = Some(next);
        Ok(Renumbering {
            operations: encoder.finish(),
            base,
        })
    }

    /// Forgets what was rendered inside elements with `dj-update` append or prepend: the next update
    /// sends all that is rendered there then. For pages that render only what is to be added.
    ///
    /// ```
    /// use djust_live::LivePage;
    ///
    /// let page = |line| format!("<pre dj-root dj-update=append>{line}</pre>");
    /// let mut live = LivePage::new();
    /// live.mount(&page("tick "))?;
    /// assert!(live.update(&page("tick "))?.is_empty());
    /// live.forget_merged();
    /// assert_eq!(live.update(&page("tick "))?.as_str(), r#"[9,0,"tick "]"#);
    /// # Ok::<(), djust_live::Error>(())
    /// ```
    pub fn forget_merged(&mut self) {
        if let Some(shown) = &mut self.shown {
            shown.forget_merged();
        }
    }

    /// Count and checksum of the numbered nodes, for the client to compare; `None` before the mount.
    pub fn numbering(&self) -> Option<Numbering> {
        self.shown.as_ref().map(numbering_of)
    }

    /// A hash of what is shown, the same in every process; `None` before the mount.
    pub fn fingerprint(&self) -> Option<u64> {
        self.shown.as_ref().map(NumberedTree::fingerprint)
    }

    /// The controls that are bound to state with `dj-model`, in document order.
    ///
    /// ```
    /// use djust_live::LivePage;
    ///
    /// let mut page = LivePage::new();
    /// page.mount("<form dj-root><input dj-model=name><input dj-model.lazy=age value=7></form>")?;
    /// let names: Vec<_> = page.bindings().into_iter().map(|bound| (bound.name, bound.says_value)).collect();
    /// assert_eq!(names, [("name".to_owned(), false), ("age".to_owned(), true)]);
    /// # Ok::<(), djust_live::Error>(())
    /// ```
    pub fn bindings(&self) -> Vec<Binding> {
        self.shown
            .as_ref()
            .map_or_else(Vec::new, NumberedTree::bindings)
    }

    /// What is shown; `None` before the mount.
    pub fn shown(&self) -> Option<&NumberedTree> {
        self.shown.as_ref()
    }
}

fn parse(page: &str) -> Result<Root> {
    Ok(html::parse_document(page).into_root()?)
}

fn numbering_of(tree: &NumberedTree) -> Numbering {
    Numbering {
        count: tree.count(),
        sum: tree.checksum(),
    }
}
