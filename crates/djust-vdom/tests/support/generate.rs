//! Makes HTML: mostly sensible, often not.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const BLOCKS: &[&str] = &[
    "div",
    "p",
    "section",
    "ul",
    "ol",
    "blockquote",
    "h1",
    "center",
    "form",
];
const INLINE: &[&str] = &["b", "i", "a", "em", "nobr", "font", "span", "code", "u"];
const ITEMS: &[&str] = &["li", "dd", "dt", "option", "optgroup", "rt", "rp"];
const TABLE: &[&str] = &[
    "table", "tbody", "thead", "tr", "td", "th", "caption", "colgroup", "col",
];
const RAW: &[&str] = &[
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noscript",
    "noembed",
    "plaintext",
];
const VOID: &[&str] = &[
    "br", "hr", "img", "input", "wbr", "embed", "keygen", "link", "meta",
];
const ODD: &[&str] = &[
    "pre",
    "listing",
    "select",
    "template",
    "button",
    "marquee",
    "object",
    "details",
    "ruby",
    "head",
    "body",
    "html",
    "frameset",
    "x-y",
    "image",
    "isindex",
    "selectedcontent",
];
const FOREIGN: &[&str] = &[
    "svg",
    "math",
    "g",
    "path",
    "foreignObject",
    "desc",
    "title",
    "mi",
    "mtext",
    "mglyph",
    "annotation-xml",
    "malignmark",
    "use",
    "linearGradient",
];

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        5 => select(BLOCKS), 5 => select(INLINE), 3 => select(ITEMS), 5 => select(TABLE),
        2 => select(RAW), 2 => select(VOID), 2 => select(ODD), 3 => select(FOREIGN),
    ]
}

fn attribute() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&["id=a", "id=b", "id=c", "dj-key=1", "dj-key=2", "data-key=k", "id=''"][..])
            .prop_map(str::to_owned),
        1 => select(&["dj-update=ignore", "dj-update=append", "dj-update=prepend"][..])
            .prop_map(str::to_owned),
        2 => select(&["class=x", "class='y z'", "value=\"1 &amp; 2\"", "hidden", "xlink:href=#a",
            "viewBox='0 0 1 1'", "encoding=text/html", "xml:lang=en", "xmlns=x", "selected",
            "data-&#13;=x", "title='&quot;\u{a0}<>'", "type=hidden", "definitionurl=u",
            "shadowrootmode=open", "style=\"a:b\"", "o\"d=1"][..]).prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&["a", "b", "one two", " ", "\n", "\n\n", "  \n", "&amp;", "&lt;b&gt;", "&#13;",
            "&nbsp;", "&notit;", "&", "<", "x\0y", "\r\n", "é😀", "&#0;", "]]>", "-->", "\u{feff}"][..])
            .prop_map(str::to_owned),
        1 => "[a-c]{1,3}",
    ]
}

/// One start tag with its attributes.
fn start(name: &str, attributes: &[String]) -> String {
    let attributes = attributes
        .iter()
        .fold(String::new(), |all, one| all + " " + one);
    format!("<{name}{attributes}>")
}

/// A piece of HTML: text, a comment, an element with pieces inside, a stray tag.
fn piece() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => text(),
        1 => text().prop_map(|text| format!("<!--{text}-->")),
        1 => (name(), vec(attribute(), 0..2)).prop_map(|(name, list)| start(name, &list)),
        1 => name().prop_map(|name| format!("</{name}>")),
        1 => select(&["<![CDATA[x]]>", "<?pi?>", "<!doctype html>", "</>", "<table><tr><td>1",
            "<svg><path/></svg>", "<template><td>1</td></template>", "<br/>", "<p><b>x</p>y</b>",
            "<select><option>1<option selected>2</select>", "<pre>\n\nx</pre>", "<!--><", "</p>",
            "<form><div></form><form>", "<a><a>", "<li>x", "<textarea>\n\n&lt;</textarea>"][..])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        (name(), vec(attribute(), 0..3), vec(inner, 0..6), 0..10_u8).prop_map(
            |(name, attributes, inside, close)| {
                let end = if close == 0 {
                    String::new()
                } else {
                    format!("</{name}>")
                };
                format!("{}{}{end}", start(name, &attributes), inside.concat())
            },
        )
    })
}

/// HTML of a few pieces.
pub(crate) fn html() -> impl Strategy<Value = String> {
    vec(piece(), 0..9).prop_map(|pieces| pieces.concat())
}

/// HTML and a variation of it: pieces removed, added, repeated, moved.
pub(crate) fn html_and_variation() -> impl Strategy<Value = (String, String)> {
    (
        vec(piece(), 1..8),
        vec((any::<prop::sample::Index>(), 0..5_u8, piece()), 0..4),
    )
        .prop_map(|(pieces, edits)| {
            let mut varied = pieces.clone();
            for (index, edit, new) in edits {
                let at = index.index(varied.len() + 1);
                match edit {
                    0 => varied.insert(at, new),
                    _ if varied.is_empty() => varied.push(new),
                    1 => drop(varied.remove(at % varied.len())),
                    2 => {
                        let piece = varied.remove(at % varied.len());
                        varied.insert(index.index(varied.len() + 1) / 2, piece);
                    }
                    3 => {
                        let at = at % varied.len();
                        varied[at] = new;
                    }
                    _ => {
                        let again = varied[at % varied.len()].clone();
                        varied.push(again);
                    }
                }
            }
            (pieces.concat(), varied.concat())
        })
}

/// The frame a page has around its live part: doctype and root.
pub(crate) fn frame() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(
        &[
            ("<!doctype html><body><div dj-root>", ""),
            ("<div dj-root>", "</div>"),
            ("<!doctype html><html><body dj-root>", "</body></html>"),
            ("<!doctype html><html dj-view=x>", ""),
            ("<!doctype html><table><tbody dj-root>", "</table>"),
            (
                "<!doctype html><form><section dj-view=x>",
                "</section></form>",
            ),
            ("<!doctype html><svg><g dj-root>", "</g></svg>"),
            ("<!doctype html><select dj-root>", "</select>"),
            ("<!doctype html><ul dj-root>", "</ul>"),
            ("<!doctype html><math><mi dj-root>", "</mi></math>"),
        ][..],
    )
}
