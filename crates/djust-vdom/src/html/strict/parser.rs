//! Tree construction: a stack of open elements, and nothing that looks further than it.

use super::attributes;
use super::charref;
use super::elements::{self, Category, Content, TextKind};
use super::flags::Flags;
use super::implied::implied;
use super::names::{AttributeNames, ElementNames};
use super::refusal::{Reason, Refusal};
use super::tokens::{Cursor, Markup, Result, is_blank};
use crate::Namespace;
use crate::tree::{ElementData, Handle, Kind, Tree};

/// How many elements may be open at once; browsers flatten what is nested deeper than 512.
pub(super) const DEPTH: usize = 500;

/// An open element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open<'h> {
    /// What children are appended to: the element, or the content of a template.
    pub(super) inside: Handle,
    /// Its name as the start tag spells it; empty for what no end tag closes.
    pub(super) name: &'h str,
    /// Offset of its start tag.
    pub(super) at: usize,
    pub(super) category: Category,
    pub(super) content: Content,
    pub(super) flags: Flags,
}

#[derive(Debug)]
pub(super) struct Parser<'h> {
    pub(super) cursor: Cursor<'h>,
    pub(super) tree: Tree,
    pub(super) stack: Vec<Open<'h>>,
    /// What was closed with a paragraph, by where and name: its own end tag may follow.
    pub(super) taken: Vec<(Handle, &'h str)>,
    elements: ElementNames,
    pub(super) attributes: AttributeNames,
}

impl<'h> Parser<'h> {
    pub(super) fn new(html: &'h str, top: Kind) -> Result<Self> {
        Ok(Self::at(Cursor::new(html)?, html, top))
    }

    /// Reads markup with gaps.
    pub(super) fn with_gaps(html: &'h str, top: Kind) -> Result<Self> {
        Ok(Self::at(Cursor::with_gaps(html)?, html, top))
    }

    fn at(cursor: Cursor<'h>, html: &str, top: Kind) -> Self {
        // Most elements have two tags.
        let tags = memchr::memchr_iter(b'<', html.as_bytes()).count();
        Self {
            cursor,
            tree: Tree::with_capacity(top, 4 + tags / 2),
            stack: Vec::with_capacity(32),
            taken: Vec::new(),
            elements: ElementNames::new(),
            attributes: AttributeNames::new(),
        }
    }

    /// Reads until the end tag of the element that is open now, or the end of the input.
    ///
    /// Returns whether there was the end tag; if not, nothing else is open.
    pub(super) fn content(&mut self) -> Result<bool> {
        let base = self.stack.len();
        loop {
            match self.cursor.peek() {
                Some(b'<') => {}
                Some(_) => {
                    self.text()?;
                    continue;
                }
                None if self.stack.len() == base => return Ok(false),
                None => {
                    let open = self.stack.last().expect("more than the base is open");
                    return Err(Refusal::new(Reason::LeftOpen, open.at));
                }
            }
            match self.cursor.markup()? {
                Markup::StartTag => self.start_tag()?,
                Markup::EndTag => {
                    self.end_tag()?;
                    if self.stack.len() < base {
                        return Ok(true);
                    }
                }
                Markup::Comment => {
                    let data = self.cursor.comment()?;
                    let parent = self.current().inside;
                    self.comment(parent, data);
                }
            }
        }
    }

    pub(super) fn current(&self) -> &Open<'h> {
        self.stack.last().expect("the context is always open")
    }

    pub(super) fn comment(&mut self, parent: Handle, data: &str) {
        let comment = self.tree.create(Kind::Comment);
        data.clone_into(&mut self.tree.node_mut(comment).text);
        self.tree.append(parent, comment);
    }

    pub(super) fn text(&mut self) -> Result<()> {
        let open = *self.current();
        let start = self.cursor.at;
        let source = self.cursor.text();
        if !open.content.takes_text() && !is_blank(source) {
            let reason = match open.content {
                Content::Head => Reason::Head,
                _ => Reason::Table,
            };
            return Err(Refusal::new(reason, start));
        }
        let text = charref::decode(source, start, !self.cursor.is_at_end())?;
        let run = match self.tree.node(open.inside).last_child {
            Some(last) => &mut self.tree.node_mut(last).tail,
            None => &mut self.tree.node_mut(open.inside).text,
        };
        if run.is_empty() {
            *run = text;
        } else {
            // There was an end tag between that is ignored.
            run.push_str(&text);
        }
        Ok(())
    }

    fn end_tag(&mut self) -> Result<()> {
        let mut ahead = self.cursor;
        ahead.at += 2;
        let closed = ahead.tag_name()?;
        self.end_columns();
        if self.current().is_implied() || !self.current().name.eq_ignore_ascii_case(closed) {
            self.close_inside(closed);
        }
        let name = self.current().name;
        if closed.eq_ignore_ascii_case("p") && self.makes_paragraph() {
            self.cursor.end_tag(closed)?;
            self.insert(implied("p"));
            return Ok(());
        }
        if self.ignores_end(closed) {
            return self.cursor.end_tag(closed);
        }
        if name.is_empty() {
            return self.cursor.refuse(Reason::EndTag);
        }
        self.cursor.end_tag(name)?;
        self.stack.pop();
        Ok(())
    }

    pub(super) fn start_tag(&mut self) -> Result<()> {
        let at = self.cursor.at;
        self.cursor.at += 1;
        let source = self.cursor.tag_name()?;
        let (name, category) = self.elements.get(source, Category::of);
        let name = name.clone();
        if !matches!(category, Category::Column | Category::Template) {
            self.end_columns();
        }
        self.close_before(category, source);
        if category == Category::Column && self.current().content == Content::Table {
            self.imply_columns(at)?;
        }
        let parent = *self.current();
        let namespace = match parent.content {
            Content::Svg => Namespace::Svg,
            Content::MathMl => Namespace::MathMl,
            _ => Namespace::Html,
        };
        if namespace != Namespace::Html {
            return self.foreign(at, source, namespace, &name);
        }
        elements::check(&parent, category).map_err(|reason| Refusal::new(reason, at))?;
        let mut rest = attributes::parse(&mut self.cursor, &mut self.attributes)?;
        match category {
            Category::Svg => return self.root(at, source, Namespace::Svg, name, rest),
            Category::Math => return self.root(at, source, Namespace::MathMl, name, rest),
            Category::Row if parent.content == Content::Table => self.imply_section(at)?,
            Category::Template if rest.value("shadowrootmode").is_some() => {
                return Err(Refusal::new(Reason::ShadowRoot, at));
            }
            Category::Input if parent.content != Content::Flow => {
                let hidden = rest.value("type");
                if !hidden.is_some_and(|value| value.eq_ignore_ascii_case("hidden")) {
                    return Err(Refusal::new(Reason::Table, at));
                }
            }
            _ => {}
        }
        if rest.self_closing && !category.is_void() {
            return Err(Refusal::new(Reason::SelfClosing, at));
        }
        let attributes = std::mem::take(&mut rest.attributes);
        let element = self.insert(ElementData {
            name,
            namespace,
            attributes,
            contents: None,
        });
        if category.is_void() {
            return Ok(());
        }
        if category.drops_line_feed() {
            self.drop_line_feed()?;
        }
        if let Some(kind) = category.text() {
            self.tree.node_mut(element).text = self.raw_text(source, kind)?;
            return Ok(());
        }
        self.open(Open {
            inside: self.tree.template_contents(element).unwrap_or(element),
            name: source,
            at,
            category,
            content: category.content(),
            flags: parent.flags.inside(category),
        })
    }

    /// Inserts an element where the current one ends.
    pub(super) fn insert(&mut self, element: ElementData) -> Handle {
        let parent = self.current().inside;
        let element = self.tree.create_element(element);
        self.tree.append(parent, element);
        element
    }

    pub(super) fn open(&mut self, open: Open<'h>) -> Result<()> {
        if self.stack.len() == DEPTH {
            return Err(Refusal::new(Reason::Depth, open.at));
        }
        self.stack.push(open);
        Ok(())
    }

    /// Drops a line feed directly after a start tag.
    fn drop_line_feed(&mut self) -> Result<()> {
        match self.cursor.peek() {
            Some(b'\n') => self.cursor.at += 1,
            // A reference to a line feed would be dropped as well.
            Some(b'&') => {
                let mut ahead = self.cursor;
                let text = charref::decode(ahead.text(), self.cursor.at, true)?;
                if text.starts_with('\n') {
                    return self.cursor.refuse(Reason::LineFeed);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn raw_text(&mut self, name: &str, kind: TextKind) -> Result<String> {
        let start = self.cursor.at;
        let text = self.cursor.raw_text(name)?;
        match kind {
            TextKind::Escapable => charref::decode(text, start, true),
            TextKind::Raw => Ok(text.to_owned()),
            TextKind::Script => match text.find("<!--") {
                Some(at) => Err(Refusal::new(Reason::RawText, start + at)),
                None => Ok(text.to_owned()),
            },
        }
    }
}

impl Open<'_> {
    /// Whether this is a `tbody` without tags.
    pub(super) fn is_implied(&self) -> bool {
        self.category == Category::Section && self.name.is_empty() && self.at != CONTEXT
    }
}

/// Offset of the context of a fragment, which has no tag.
pub(super) const CONTEXT: usize = usize::MAX;
