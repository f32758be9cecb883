//! Elements and attributes of SVG and `MathML`
//! ([§13.2.6.5](https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign)).

use super::attributes::{self, Rest};
use super::elements::{Category, Content};
use super::parser::{Open, Parser};
use super::refusal::{Reason, Refusal};
use super::tokens::Result;
use crate::Namespace;
use crate::tree::{Attribute, ElementData, Name};

/// Names of SVG elements that are not in lower case.
#[rustfmt::skip]
const ELEMENTS: [&str; 37] = [
    "altGlyph", "altGlyphDef", "altGlyphItem", "animateColor", "animateMotion", "animateTransform",
    "clipPath", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite",
    "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow",
    "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge",
    "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight",
    "feTile", "feTurbulence", "foreignObject", "glyphRef", "linearGradient", "radialGradient",
    "textPath",
];

/// Names of SVG attributes that are not in lower case.
#[rustfmt::skip]
const ATTRIBUTES: [&str; 58] = [
    "attributeName", "attributeType", "baseFrequency", "baseProfile", "calcMode", "clipPathUnits",
    "diffuseConstant", "edgeMode", "filterUnits", "glyphRef", "gradientTransform", "gradientUnits",
    "kernelMatrix", "kernelUnitLength", "keyPoints", "keySplines", "keyTimes", "lengthAdjust",
    "limitingConeAngle", "markerHeight", "markerUnits", "markerWidth", "maskContentUnits",
    "maskUnits", "numOctaves", "pathLength", "patternContentUnits", "patternTransform",
    "patternUnits", "pointsAtX", "pointsAtY", "pointsAtZ", "preserveAlpha", "preserveAspectRatio",
    "primitiveUnits", "refX", "refY", "repeatCount", "repeatDur", "requiredExtensions",
    "requiredFeatures", "specularConstant", "specularExponent", "spreadMethod", "startOffset",
    "stdDeviation", "stitchTiles", "surfaceScale", "systemLanguage", "tableValues", "targetX",
    "targetY", "textLength", "viewBox", "viewTarget", "xChannelSelector", "yChannelSelector",
    "zoomAndPan",
];

/// An element of one of the two namespaces.
#[derive(Debug)]
pub(super) struct ForeignElement {
    pub(super) name: Name,
    pub(super) content: Content,
}

/// The element a start tag (its name in lower case) makes inside SVG or `MathML`, if it is certain
/// to make one.
pub(super) fn element(namespace: Namespace, name: &Name) -> Option<ForeignElement> {
    if ends_foreign_content(name) || is_uncertain(namespace, name) {
        return None;
    }
    let name = match namespace {
        Namespace::Svg => adjusted(&ELEMENTS, name),
        Namespace::Html | Namespace::MathMl => name.clone(),
    };
    let content = content(namespace, &name);
    Some(ForeignElement { name, content })
}

/// What an element (its name as in the tree) holds.
pub(super) fn content(namespace: Namespace, name: &str) -> Content {
    match (namespace, name) {
        (Namespace::Svg, "foreignObject" | "desc" | "title") => Content::Flow,
        (Namespace::MathMl, "mi" | "mo" | "mn" | "ms" | "mtext") => Content::Text,
        (Namespace::MathMl, _) => Content::MathMl,
        (Namespace::Html | Namespace::Svg, _) => Content::Svg,
    }
}

/// Whether the element is left alone although the standard is clear about it: scripts run in a
/// way of their own, `annotation-xml` changes its content by an attribute, and a root inside the
/// other namespace is an element of that namespace.
pub(super) fn is_uncertain(namespace: Namespace, name: &str) -> bool {
    match name {
        "script" | "annotation-xml" | "mglyph" | "malignmark" => true,
        "svg" => namespace != Namespace::Svg,
        "math" => namespace != Namespace::MathMl,
        _ => false,
    }
}

/// Gives attributes their case.
pub(super) fn adjust(namespace: Namespace, attributes: &mut [Attribute]) {
    for attribute in attributes {
        match namespace {
            Namespace::Svg => attribute.name = adjusted(&ATTRIBUTES, &attribute.name),
            Namespace::MathMl if &*attribute.name == "definitionurl" => {
                attribute.name = Name::from("definitionURL");
            }
            Namespace::Html | Namespace::MathMl => {}
        }
    }
}

/// The spelling of a lower-case name. The table is in order of the names in lower case.
fn adjusted(table: &[&str], name: &Name) -> Name {
    let order = |entry: &&str| {
        entry
            .bytes()
            .map(|byte| byte.to_ascii_lowercase())
            .cmp(name.bytes())
    };
    match table.binary_search_by(order) {
        Ok(index) => Name::from(table[index]),
        Err(_) => name.clone(),
    }
}

fn ends_foreign_content(name: &str) -> bool {
    matches!(
        name,
        "b" | "big"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "code"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "em"
            | "embed"
            | "font"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "hr"
            | "i"
            | "img"
            | "li"
            | "listing"
            | "menu"
            | "meta"
            | "nobr"
            | "ol"
            | "p"
            | "pre"
            | "ruby"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "strike"
            | "sub"
            | "sup"
            | "table"
            | "tt"
            | "u"
            | "ul"
            | "var"
    )
}

impl<'h> Parser<'h> {
    /// `svg` or `math` in HTML.
    pub(super) fn root(
        &mut self,
        at: usize,
        source: &'h str,
        namespace: Namespace,
        name: Name,
        rest: Rest,
    ) -> Result<()> {
        let content = content(namespace, &name);
        self.insert_foreign(at, source, namespace, name, content, rest)
    }

    /// A start tag in SVG or `MathML`.
    pub(super) fn foreign(
        &mut self,
        at: usize,
        source: &'h str,
        namespace: Namespace,
        name: &Name,
    ) -> Result<()> {
        let Some(element) = element(namespace, name) else {
            return Err(Refusal::new(Reason::Foreign, at));
        };
        let rest = attributes::parse(&mut self.cursor, &mut self.attributes)?;
        self.insert_foreign(at, source, namespace, element.name, element.content, rest)
    }

    fn insert_foreign(
        &mut self,
        at: usize,
        source: &'h str,
        namespace: Namespace,
        name: Name,
        content: Content,
        mut rest: Rest,
    ) -> Result<()> {
        adjust(namespace, &mut rest.attributes);
        let flags = self.current().flags;
        let element = self.insert(ElementData {
            name,
            namespace,
            attributes: rest.attributes,
            contents: None,
        });
        if rest.self_closing {
            return Ok(());
        }
        self.open(Open {
            inside: element,
            name: source,
            at,
            category: Category::Ordinary,
            content,
            flags: match content {
                Content::Flow | Content::Text => flags.inside_integration_point(),
                _ => flags,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTES, ELEMENTS, adjusted};
    use crate::tree::Name;

    #[test]
    fn every_entry_is_found_by_its_lower_case() {
        for table in [&ELEMENTS[..], &ATTRIBUTES[..]] {
            for entry in table {
                let lower = Name::from(entry.to_ascii_lowercase());
                assert_ne!(&*lower, *entry);
                assert_eq!(&*adjusted(table, &lower), *entry);
            }
            assert_eq!(&*adjusted(table, &Name::from("path")), "path");
        }
    }
}
