//! Fragments: what is put into an element.

use super::charref;
use super::elements::{Category, Content, TextKind};
use super::flags::Flags;
use super::foreign;
use super::optional::is_division;
use super::parser::{CONTEXT, Open, Parser};
use super::refusal::{Reason, Refusal};
use super::tokens::{Cursor, Result};
use crate::Namespace;
use crate::html::Context;
use crate::tree::{Kind, Tree};

/// What a context holds.
enum Inside {
    Markup(Category, Content),
    Text(Category, TextKind),
}

/// Parses what is put into an element, if it is certain.
///
/// The result equals that of [`full::parse_fragment`](crate::html::full::parse_fragment). It is
/// also what the same text becomes as part of a page, wherever the page has the context open and
/// other text does not touch it.
///
/// # Errors
///
/// The first [`Refusal`].
///
/// ```
/// use djust_vdom::html::{self, Context, strict};
///
/// let tree = strict::parse_fragment("<tr><td>1</td></tr>", &Context::new("tbody"))?;
/// let mut written = String::new();
/// html::write_children(&tree, tree.top(), &mut written);
/// assert_eq!(written, "<tr><td>1</td></tr>");
///
/// // In a `p`, a `div` is refused: the page would close the `p`.
/// assert!(strict::parse_fragment("<div></div>", &Context::new("p")).is_err());
/// # Ok::<(), strict::Refusal>(())
/// ```
pub fn parse_fragment(html: &str, context: &Context) -> Result<Tree> {
    match inside(context) {
        Some(Inside::Markup(category, content)) => {
            let parser = Parser::new(html, Kind::Fragment)?;
            parse_markup(html, parser, context, category, content)
        }
        Some(Inside::Text(category, kind)) => parse_text(html, category, kind),
        None => Err(Refusal::new(Reason::Context, 0)),
    }
}

/// As [`parse_fragment`], for markup with gaps.
pub(crate) fn parse_fragment_with_gaps(html: &str, context: &Context) -> Result<Tree> {
    match inside(context) {
        Some(Inside::Markup(category, content)) => {
            let parser = Parser::with_gaps(html, Kind::Fragment)?;
            parse_markup(html, parser, context, category, content)
        }
        _ => Err(Refusal::new(Reason::Context, 0)),
    }
}

/// Whether text other than white space is certain to stay where it is in the context.
pub(crate) fn takes_text(context: &Context) -> bool {
    match inside(context) {
        Some(Inside::Markup(_, content)) => content.takes_text(),
        Some(Inside::Text(..)) => true,
        None => false,
    }
}

fn parse_markup<'h>(
    html: &'h str,
    mut parser: Parser<'h>,
    context: &Context,
    category: Category,
    content: Content,
) -> Result<Tree> {
    if category.drops_line_feed() && html.starts_with('\n') {
        return Err(Refusal::new(Reason::LineFeed, 0));
    }
    let inside = parser.tree.top();
    parser.open(Open {
        inside,
        name: "",
        at: CONTEXT,
        category,
        content,
        flags: flags(context),
    })?;
    parser.content()?;
    Ok(parser.tree)
}

/// What is open inside the context.
pub(crate) fn flags(context: &Context) -> Flags {
    let around = context.flags();
    let around = if context.is_inside_form() {
        around.with(Flags::FORM)
    } else {
        around
    };
    match context.namespace() {
        Namespace::Html => around.inside(Category::of(context.name().as_bytes())),
        namespace => match foreign::content(namespace, context.name()) {
            Content::Flow | Content::Text => around.inside_integration_point(),
            _ => around,
        },
    }
}

fn inside(context: &Context) -> Option<Inside> {
    let name = context.name();
    if context.namespace() != Namespace::Html {
        let content = foreign::content(context.namespace(), name);
        return (!foreign::is_uncertain(context.namespace(), name))
            .then_some(Inside::Markup(Category::Ordinary, content));
    }
    let category = Category::of(name.as_bytes());
    if category == Category::NoScript && context.flags().contains(Flags::TEMPLATE) {
        return None;
    }
    if let Some(kind) = category.text() {
        return Some(Inside::Text(category, kind));
    }
    match category {
        Category::Page => match name {
            "head" => Some(Inside::Markup(category, Content::Head)),
            "body" => Some(Inside::Markup(category, Content::Flow)),
            _ => None,
        },
        // The parser makes no `svg` or `math` in the HTML namespace.
        Category::Uncertain | Category::Svg | Category::Math => None,
        _ if category.is_void() => None,
        // Whether `dialog` and `search` are `special` depends on the reader.
        Category::Division if !is_division(name) => {
            Some(Inside::Markup(Category::Ordinary, category.content()))
        }
        _ => Some(Inside::Markup(category, category.content())),
    }
}

/// All of it is text, as long as nothing could end the element.
fn parse_text(html: &str, category: Category, kind: TextKind) -> Result<Tree> {
    if category.drops_line_feed() && html.starts_with('\n') {
        return Err(Refusal::new(Reason::LineFeed, 0));
    }
    Cursor::new(html)?;
    if let Some(at) = html.find('<') {
        return Err(Refusal::new(Reason::RawText, at));
    }
    let mut tree = Tree::with_top(Kind::Fragment);
    let top = tree.top();
    tree.node_mut(top).text = match kind {
        TextKind::Escapable => {
            let text = charref::decode(html, 0, false)?;
            if category.drops_line_feed() && text.starts_with('\n') {
                return Err(Refusal::new(Reason::LineFeed, 0));
            }
            text
        }
        TextKind::Raw | TextKind::Script => html.to_owned(),
    };
    Ok(tree)
}
