//! Whole pages
//! ([§13.2.6.4.1](https://html.spec.whatwg.org/multipage/parsing.html#the-initial-insertion-mode)
//! and following): `html`, `head` and `body` in order, white space and comments beside them.

use super::attributes;
use super::elements::{Category, Content};
use super::flags::Flags;
use super::names::AttributeNames;
use super::parser::{CONTEXT, Open, Parser};
use super::refusal::{Reason, Refusal};
use super::tokens::{Markup, Result};
use crate::Namespace;
use crate::html::{Doctype, Document, How, Quirks};
use crate::tree::{Attribute, ElementData, Handle, Kind, Name};

/// Parses a whole page, if it is certain.
///
/// The tags of `html`, `head` and `body` may be missing when that of a later one or of an element of
/// the head or the body follows, the end tags of `body` and `html` at the end. The result equals that of
/// [`full::parse_document`](crate::html::full::parse_document).
///
/// # Errors
///
/// The first [`Refusal`].
///
/// ```
/// use djust_vdom::html::strict::{self, Reason};
///
/// let page = strict::parse_document("<!doctype html><body><main dj-root>1</main></body>")?;
/// assert_eq!(page.tree().name(page.live_root().unwrap()), Some("main"));
///
/// let refusal = strict::parse_document("no body tag").unwrap_err();
/// assert_eq!((refusal.reason, refusal.at), (Reason::Page, 0));
/// # Ok::<(), strict::Refusal>(())
/// ```
pub fn parse_document(html: &str) -> Result<Document> {
    parse_page(html, Parser::new(html, Kind::Document)?)
}

/// As [`parse_document`], for a page with gaps.
pub(crate) fn parse_document_with_gaps(html: &str) -> Result<Document> {
    parse_page(html, Parser::with_gaps(html, Kind::Document)?)
}

fn parse_page(html: &str, parser: Parser<'_>) -> Result<Document> {
    let mut page = Page {
        parser,
        attributes: AttributeNames::new(),
    };
    if html.starts_with('\u{feff}') {
        return page.parser.cursor.refuse(Reason::ByteOrderMark);
    }
    let top = page.parser.tree.top();
    page.beside(top)?;
    let doctype = page.doctype()?;
    page.beside(top)?;
    let attributes = page
        .tag("html")?
        .map_or_else(Vec::new, |(_, attributes)| attributes);
    let root = page.insert(top, "html", attributes);
    page.beside(root)?;
    page.head(root)?;
    let (name, at, attributes) = match page.tag("body")? {
        Some((at, attributes)) => ("body", at, attributes),
        None => ("", CONTEXT, Vec::new()),
    };
    let body = page.insert(root, "body", attributes);
    page.open(body, name, Content::Flow, at)?;
    let closed = page.parser.content()?;
    if closed {
        page.after_body(top, root, body)?;
    }
    Ok(Document {
        tree: page.parser.tree,
        quirks: if doctype.is_some() {
            Quirks::No
        } else {
            Quirks::Full
        },
        doctype,
        how: How::Strict,
    })
}

struct Page<'h> {
    parser: Parser<'h>,
    attributes: AttributeNames,
}

impl Page<'_> {
    /// Comments for a parent and white space that is dropped.
    fn beside(&mut self, parent: Handle) -> Result<()> {
        self.parser.cursor.skip_space();
        while self.parser.cursor.rest().starts_with("<!--") {
            let data = self.parser.cursor.comment()?;
            self.parser.comment(parent, data);
            self.parser.cursor.skip_space();
        }
        Ok(())
    }

    fn doctype(&mut self) -> Result<Option<Doctype>> {
        let cursor = &mut self.parser.cursor;
        let start = cursor.at;
        let rest = cursor.rest();
        if !rest
            .get(..9)
            .is_some_and(|found| found.eq_ignore_ascii_case("<!doctype"))
        {
            return Ok(None);
        }
        let refusal = Refusal::new(Reason::Doctype, start);
        cursor.at += 9;
        let spaced = cursor.skip_space();
        let name = cursor.rest().get(..4);
        if !spaced || !name.is_some_and(|name| name.eq_ignore_ascii_case("html")) {
            return Err(refusal);
        }
        cursor.at += 4;
        cursor.skip_space();
        if cursor.peek() != Some(b'>') {
            return Err(refusal);
        }
        cursor.at += 1;
        let tree = &self.parser.tree;
        Ok(Some(Doctype {
            name: "html".to_owned(),
            public_id: String::new(),
            system_id: String::new(),
            after: tree.node(tree.top()).last_child,
        }))
    }

    /// The start tag of this name and its offset, if it is next; otherwise that of a later part of
    /// the page has to follow, or that of an element which such a part begins with.
    fn tag(&mut self, name: &str) -> Result<Option<(usize, Vec<Attribute>)>> {
        let cursor = &mut self.parser.cursor;
        let start = *cursor;
        if cursor.is_at_end() || cursor.peek() != Some(b'<') {
            return cursor.refuse(Reason::Page);
        }
        if cursor.markup()? != Markup::StartTag {
            return cursor.refuse(Reason::Page);
        }
        cursor.at += 1;
        let found = cursor.tag_name()?;
        if found.eq_ignore_ascii_case(name) {
            let rest = attributes::parse(cursor, &mut self.attributes)?;
            if rest.self_closing {
                return Err(Refusal::new(Reason::SelfClosing, start.at));
            }
            return Ok(Some((start.at, rest.attributes)));
        }
        *cursor = start;
        let later = ["head", "body"]
            .iter()
            .any(|part| found.eq_ignore_ascii_case(part));
        let category = Category::of(found.to_ascii_lowercase().as_bytes());
        let begins = category.begins_body() || (name != "body" && is_of_head(category));
        if begins || (later && name != "body") {
            return Ok(None);
        }
        cursor.refuse(Reason::Page)
    }

    fn insert(&mut self, parent: Handle, name: &str, attributes: Vec<Attribute>) -> Handle {
        let element = self.parser.tree.create_element(ElementData {
            name: Name::from(name),
            namespace: Namespace::Html,
            attributes,
            contents: None,
        });
        self.parser.tree.append(parent, element);
        element
    }

    fn open(
        &mut self,
        inside: Handle,
        name: &'static str,
        content: Content,
        at: usize,
    ) -> Result<()> {
        self.parser.open(Open {
            inside,
            name,
            at,
            category: Category::Page,
            content,
            flags: Flags::default(),
        })
    }

    /// The head with its tags or without, and what stands between it and the body.
    fn head(&mut self, root: Handle) -> Result<()> {
        let Some((at, attributes)) = self.tag("head")? else {
            let head = self.insert(root, "head", Vec::new());
            return self.implied_head(head);
        };
        let head = self.insert(root, "head", attributes);
        self.open(head, "head", Content::Head, at)?;
        if !self.parser.content()? {
            return Err(Refusal::new(Reason::LeftOpen, at));
        }
        loop {
            let start = self.parser.cursor.at;
            self.parser.cursor.skip_space();
            let space = self.parser.cursor.slice(start, self.parser.cursor.at);
            self.parser.tree.append_text(root, space);
            if !self.parser.cursor.rest().starts_with("<!--") {
                return Ok(());
            }
            let data = self.parser.cursor.comment()?;
            self.parser.comment(root, data);
        }
    }

    /// A head without tags: whole elements, and what stands between them and before the body
    /// ([§13.2.6.4.4](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inhead)).
    fn implied_head(&mut self, head: Handle) -> Result<()> {
        self.open(head, "", Content::Head, CONTEXT)?;
        let mut is_empty = true;
        loop {
            if self.parser.cursor.peek() != Some(b'<') {
                if is_empty || self.parser.cursor.is_at_end() {
                    return self.parser.cursor.refuse(Reason::Page);
                }
                self.parser.text()?;
                continue;
            }
            match self.parser.cursor.markup()? {
                Markup::Comment => {
                    let data = self.parser.cursor.comment()?;
                    self.parser.comment(head, data);
                }
                Markup::EndTag => return self.parser.cursor.refuse(Reason::Page),
                Markup::StartTag => {
                    let mut ahead = self.parser.cursor;
                    ahead.at += 1;
                    let name = ahead.tag_name()?.to_ascii_lowercase();
                    if !is_of_head(Category::of(name.as_bytes())) {
                        self.parser.stack.pop();
                        return Ok(());
                    }
                    self.parser.start_tag()?;
                    is_empty = false;
                }
            }
        }
    }

    /// White space belongs to the body, comments to the page or its `html`.
    fn after_body(&mut self, top: Handle, root: Handle, body: Handle) -> Result<()> {
        let mut parent = root;
        loop {
            let start = self.parser.cursor.at;
            self.parser.cursor.skip_space();
            let space = self.parser.cursor.slice(start, self.parser.cursor.at);
            self.parser.tree.append_text(body, space);
            if self.parser.cursor.is_at_end() {
                return Ok(());
            }
            if self.parser.cursor.rest().starts_with("<!--") {
                let data = self.parser.cursor.comment()?;
                self.parser.comment(parent, data);
            } else if parent == root && self.parser.cursor.rest().starts_with("</") {
                self.parser.cursor.end_tag("html")?;
                parent = top;
            } else {
                return self.parser.cursor.refuse(Reason::Page);
            }
        }
    }
}

/// Whether an element belongs into the head and holds no other elements.
fn is_of_head(category: Category) -> bool {
    matches!(
        category,
        Category::Metadata | Category::Title | Category::Style | Category::Script
    )
}
