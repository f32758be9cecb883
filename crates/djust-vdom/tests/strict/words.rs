//! What the generator chooses from.

/// Elements of the body.
pub(crate) const FLOW: &[&str] = &[
    "div", "p", "section", "ul", "ol", "dl", "blockquote", "h1", "h2", "h6", "address", "article",
    "details", "summary", "fieldset", "figure", "main", "menu", "nav", "header", "form", "pre",
    "listing", "center", "dialog", "search", "b", "i", "a", "em", "nobr", "font", "span", "code",
    "u", "strong", "small", "big", "tt", "s", "label", "ins", "x-y", "custom-element", "object",
    "button", "video", "audio", "canvas", "ruby", "rt", "rp", "li", "dd", "dt", "table", "select",
    "datalist", "option", "optgroup", "svg", "math", "script", "style", "title", "textarea",
    "iframe", "noembed", "noframes", "noscript", "xmp", "template", "br", "hr", "img", "input",
    "wbr", "embed", "area", "param", "source", "track", "link", "meta", "base", "output", "map",
];
/// Elements that close no paragraph.
pub(crate) const PHRASING: &[&str] = &[
    "b", "i", "a", "em", "nobr", "font", "span", "code", "u", "br", "img", "input", "button",
    "select", "svg", "math", "label", "object", "textarea", "script", "x-y", "ruby", "template",
];
/// Elements out of place nearly everywhere.
pub(crate) const ODD: &[&str] = &[
    "html", "head", "body", "frameset", "frame", "plaintext", "image", "isindex", "keygen",
    "applet", "marquee", "rb", "rtc", "caption", "col", "colgroup", "tbody", "thead", "tfoot", "tr",
    "td", "th", "menuitem", "selectedcontent", "basefont", "bgsound", "command", "spacer",
    "foreignobject", "annotation-xml", "mglyph", "desc",
];
pub(crate) const SVG: &[&str] = &[
    "g", "path", "circle", "text", "tspan", "a", "use", "foreignObject", "desc", "title", "style",
    "linearGradient", "clippath", "textPath", "filter", "feBlend", "image", "select", "input",
    "option", "td", "textarea", "x-y", "symbol", "marker", "switch",
];
pub(crate) const MATH: &[&str] = &[
    "mi", "mo", "mn", "ms", "mtext", "mrow", "mfrac", "msup", "semantics", "annotation", "mtable",
    "mtr", "mtd", "mstyle", "a", "title", "x-y",
];
pub(crate) const METADATA: &[&str] = &[
    "title", "meta", "link", "base", "style", "script", "noscript", "template",
];
/// Elements that may be open around a fragment, from the body inwards.
pub(crate) const PLACES: &[&[&str]] = &[
    &[], &[], &["div"], &["main", "p"], &["p", "span"], &["a", "span"], &["ul"], &["ul", "li"],
    &["ul", "li", "div", "b"], &["dl"], &["dl", "dd"], &["h1"], &["h2", "b"], &["pre"], &["form"],
    &["form", "p", "label"], &["button"], &["p", "button"], &["nobr"], &["object"],
    &["a", "object"], &["table"], &["table", "tbody"], &["table", "thead", "tr"],
    &["table", "tbody", "tr", "td"], &["form", "table", "tbody", "tr", "td", "a"],
    &["li", "table", "tbody", "tr", "th", "p"], &["table", "caption"], &["table", "colgroup"],
    &["select"], &["select", "optgroup"], &["select", "option"], &["datalist"], &["ruby"],
    &["ruby", "rt"], &["p", "ruby"], &["template"], &["a", "template"], &["table", "template"],
    &["svg"], &["p", "svg", "g"], &["math"], &["p", "svg", "foreignObject"],
    &["li", "svg", "foreignObject", "div"], &["math", "mrow"], &["math", "mi"], &["svg", "title"],
    &["a", "svg", "desc"], &["title"], &["textarea"], &["style"], &["script"], &["iframe"],
    &["dialog"], &["li", "dialog"], &["address", "x-y"], &["listing"],
];
/// Attributes of other than plain forms.
pub(crate) const ODD_ATTRIBUTES: &[&str] = &[
    "a=b=c", "=x", "a=\"1\"b", "a='", "/", "a=<", "id=1 id=2", "é=1", "a\"=1", "b=&amp;", "c=/x/",
    "shadowrootmode=open",
];
/// Plain attributes.
pub(crate) const ATTRIBUTES: &[&str] = &[
    "id=a", "class=\"x y\"", "class='y'", "hidden", "data-x=\"1 &amp; 2\"", "value=\"\"",
    "@click=go", "title=\"a<b>'c\"", "href=\"/p?a=1&b=2\"", "viewBox=\"0 0 1 1\"", "xlink:href=#a",
    "refx=1", "checked = checked", "CLASS=upper", "style=\"a:b\"", "definitionurl=x", "color=red",
    "encoding=text/html", "x-on:click.prevent='a && b'", "data-long-name-of-attribute=\"é😀\"",
    "data-other-name-attribute=''", "charset=utf-8", "xmlns=x", "title='&quot;&#39;&nbsp;\n'",
];
/// Text that is not certain.
pub(crate) const ODD_TEXT: &[&str] = &[
    "&", "&copy", "&#0;", "&x;", "&notit;", "<", "\r\n", "\0", "&#150;", "&amp",
];
/// Plain text.
pub(crate) const TEXT: &[&str] = &[
    "a", "one two", " ", "\n", "&amp;", "&lt;b&gt;", "é😀", "a & b", "&nbsp;", "&#128512;", "]]>",
    "-->", "\n\n", "  x", "&&b ", "&CounterClockwiseContourIntegral;", "&NotEqualTilde;",
    "\u{feff}", "AT&T ",
];
/// Text inside raw text.
pub(crate) const RAW: &[&str] = &[
    "<b>", "</b>", "<", "</", "\n", "\n\n", "<!-", "&amp;", "&#10;", "-->", "<p></p>", "</styl",
    "</script ",
];
/// Data that ends a comment elsewhere.
pub(crate) const ODD_COMMENTS: &[&str] = &[
    ">", "->", "a--b", "a--!>", "x<!--", "-", "a<!",
];
/// Data of comments.
pub(crate) const COMMENTS: &[&str] = &[
    "", "a", " one - two ", "[if IE]><p><![endif]", "<b>", "&amp;", "\n", "?x?",
];

/// What elements of a kind hold: names, and whether text is meant to be there.
pub(crate) fn inside(name: &str) -> (&'static [&'static str], bool) {
    match name {
        "table" => (&["tbody", "tr", "thead", "tfoot", "caption", "colgroup", "col", "script", "template", "input"], false),
        "tbody" | "thead" | "tfoot" => (&["tr", "tr", "tr", "script", "template", "style"], false),
        "tr" => (&["td", "th", "td", "script", "template"], false),
        "colgroup" => (&["col", "col", "template"], false),
        "head" => (METADATA, false),
        "ul" | "ol" | "menu" => (&["li", "li", "li", "li", "script", "div"], true),
        "dl" => (&["dt", "dd", "dd", "div"], true),
        "select" | "datalist" => (&["option", "option", "optgroup"], true),
        "optgroup" => (&["option"], true),
        "svg" | "g" | "symbol" | "clippath" | "switch" | "text" | "tspan" => (SVG, true),
        "math" | "mrow" | "mfrac" | "semantics" | "mtable" | "mtr" | "mtd" => (MATH, true),
        "option" | "mi" | "mo" | "mn" | "ms" | "mtext" => (&[], true),
        "ruby" => (&["rt", "rp", "rt", "b"], true),
        "p" | "span" | "b" | "i" | "a" | "em" | "nobr" | "font" | "code" | "u" | "label" | "h1"
        | "h2" | "h6" | "pre" | "summary" => (PHRASING, true),
        _ => (FLOW, true),
    }
}

pub(crate) fn is_void(name: &str) -> bool {
    const VOID: &str = " br hr img input wbr embed area param source track link meta base col ";
    VOID.contains(&format!(" {name} "))
}

pub(crate) fn is_raw(name: &str) -> bool {
    const RAW: &str = " script style title textarea iframe noembed noframes noscript xmp ";
    RAW.contains(&format!(" {name} "))
}
