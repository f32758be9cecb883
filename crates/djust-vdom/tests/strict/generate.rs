//! Markup that is nearly always valid, with what is hard about HTML in it more often than in pages.

use djust_vdom::Namespace;
use djust_vdom::html::Context;

use crate::random::Random;
use crate::words::{
    ATTRIBUTES, COMMENTS, FLOW, MATH, ODD, ODD_ATTRIBUTES, ODD_COMMENTS, ODD_TEXT, PHRASING, RAW,
    SVG, TEXT, inside, is_raw, is_void,
};

/// Writes markup.
pub(crate) struct Generator {
    pub(crate) random: Random,
    out: String,
    /// Elements left to write.
    budget: usize,
    open: Vec<&'static str>,
    /// One in how many choices is a wrong one.
    wrong: usize,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            out: String::new(),
            budget: 0,
            open: Vec::new(),
            wrong: 1,
        }
    }

    /// A fragment for the innermost of some open elements.
    pub(crate) fn fragment(&mut self, open: &[&'static str]) -> String {
        self.begin();
        self.open.extend(open);
        self.children();
        self.finish()
    }

    /// A whole page.
    pub(crate) fn page(&mut self) -> String {
        self.begin();
        if !self.random.once_in(12) {
            self.out +=
                self.random
                    .pick(&["<!doctype html>", "<!DOCTYPE html>", "<!Doctype HTML >"]);
        }
        self.beside();
        let html = !self.random.once_in(6);
        if html {
            self.start("html");
            self.out.push('>');
            self.beside();
        }
        if !self.random.once_in(5) {
            self.start("head");
            self.out.push('>');
            self.open.push("head");
            self.children();
            self.open.pop();
            self.out += "</head>";
            self.beside();
        } else if self.random.once_in(2) {
            self.open.push("head");
            self.children();
            self.open.pop();
        }
        if !self.wrong() {
            self.start("body");
            self.out.push('>');
        }
        self.budget += 8;
        self.open.push("body");
        self.children();
        if !self.random.once_in(6) {
            self.out += "</body>";
            self.beside();
            if !self.random.once_in(6) {
                self.out += "</html>";
                self.beside();
            }
        }
        self.finish()
    }

    fn begin(&mut self) {
        self.wrong = self.random.pick(&[25, 80, 160, 400]);
        self.budget = 1 + self.random.below(3) * self.random.below(14);
        self.out.clear();
        self.open.clear();
    }

    fn finish(&mut self) -> String {
        let mut out = std::mem::take(&mut self.out);
        if self.random.once_in(40) && !out.is_empty() {
            self.damage(&mut out);
        }
        out
    }

    /// Removes, repeats or inserts something at any place.
    fn damage(&mut self, out: &mut String) {
        let at = (0..=self.random.below(out.len()))
            .rev()
            .find(|&at| out.is_char_boundary(at));
        let at = at.unwrap_or(0);
        match self.random.below(4) {
            0 => drop(out.remove(at)),
            1 => out.insert(
                at,
                self.random.pick(&[
                    '<', '>', '&', '"', '/', ' ', '\n', '=', '\0', '\r', ';', '-', 'a',
                ]),
            ),
            2 => out.truncate(at),
            _ => out.insert_str(
                at,
                self.random.pick(&[
                    "</",
                    "<!--",
                    "-->",
                    "&amp",
                    "<p>",
                    "</p>",
                    "<![CDATA[",
                    "<?x?>",
                    "</br>",
                ]),
            ),
        }
    }

    fn wrong(&mut self) -> bool {
        self.random.once_in(self.wrong)
    }

    /// White space and comments.
    fn beside(&mut self) {
        while self.random.once_in(2) {
            if self.random.once_in(3) {
                self.comment();
            } else {
                self.out += self.random.pick(&[" ", "\n", "\n  ", "\t", "\x0c"]);
            }
        }
    }

    fn children(&mut self) {
        let parent = self.open.last().copied().unwrap_or("div");
        if is_raw(parent)
            && self
                .open
                .iter()
                .all(|&name| !matches!(name, "svg" | "math"))
        {
            return self.text();
        }
        let (names, text) = inside(parent);
        let pieces = self.random.below(6);
        for _ in 0..pieces {
            match self.random.below(12) {
                0..=3 if text || self.wrong() => self.text(),
                0..=3 => self.out += self.random.pick(&["", " ", "\n", "\n  "]),
                4 if self.random.once_in(2) => self.comment(),
                _ if self.budget > 0 && (!names.is_empty() || self.wrong()) => {
                    self.budget -= 1;
                    let name = self.name(names);
                    self.element(name);
                }
                _ => {}
            }
        }
    }

    fn name(&mut self, names: &'static [&'static str]) -> &'static str {
        if names.is_empty() || self.wrong() {
            let names = self.random.pick(&[FLOW, PHRASING, ODD, SVG, MATH]);
            return self.random.pick(names);
        }
        let name = self.random.pick(names);
        // What must not be nested is left out mostly, so that most of it is accepted.
        let nested = matches!(
            name,
            "a" | "nobr"
                | "button"
                | "form"
                | "p"
                | "li"
                | "dd"
                | "dt"
                | "h1"
                | "h2"
                | "h6"
                | "option"
                | "svg"
                | "math"
        );
        if nested && self.open.contains(&name) && !self.random.once_in(5) {
            return if self.open.contains(&"svg") {
                "g"
            } else {
                "x-y"
            };
        }
        if self.open.contains(&"p") && names.len() == FLOW.len() && !self.random.once_in(8) {
            return self.random.pick(PHRASING);
        }
        name
    }

    fn start(&mut self, name: &str) {
        self.out.push('<');
        if self.random.once_in(30) {
            self.out += &name.to_uppercase();
        } else {
            self.out += name;
        }
        while self.random.once_in(3) {
            self.attribute();
        }
        if self.random.once_in(12) {
            self.out += self.random.pick(&[" ", "\n", "  "]);
        }
    }

    fn element(&mut self, name: &'static str) {
        let foreign = self.in_foreign() || matches!(name, "svg" | "math");
        self.start(name);
        if name == "input" && !self.random.once_in(3) {
            self.out += self
                .random
                .pick(&[" type=hidden", " type=\"Hidden\"", " type=text"]);
        }
        if !foreign && is_void(name) {
            self.out += self.random.pick(&[">", ">", "/>", " />"]);
            return;
        }
        if (foreign && self.random.once_in(3)) || self.random.below(self.wrong * 2) == 0 {
            self.out += "/>";
            return;
        }
        self.out.push('>');
        if !foreign && is_raw(name) {
            self.raw(name);
        } else {
            if matches!(name, "pre" | "listing") && self.random.once_in(3) {
                self.out += self.random.pick(&["\n", "\n\n", "&#10;", " \n"]);
            }
            self.open.push(name);
            self.children();
            self.open.pop();
        }
        let is_optional = matches!(
            name,
            "p" | "li"
                | "dt"
                | "dd"
                | "option"
                | "optgroup"
                | "td"
                | "th"
                | "tr"
                | "tbody"
                | "thead"
                | "tfoot"
        );
        if is_optional && !foreign && self.random.once_in(3) {
            return;
        }
        if !self.wrong() {
            self.out += "</";
            if self.random.once_in(30) {
                self.out += &name.to_uppercase();
            } else {
                self.out += name;
            }
            self.out += if self.random.once_in(20) { " >" } else { ">" };
        }
    }

    fn in_foreign(&self) -> bool {
        let innermost = self.open.iter().rev().find(|&&name| {
            matches!(
                name,
                "svg" | "math" | "foreignObject" | "desc" | "title" | "td" | "div"
            )
        });
        matches!(innermost, Some(&("svg" | "math")))
    }

    fn raw(&mut self, name: &str) {
        for _ in 0..self.random.below(3) {
            match self.random.below(8) {
                0 => self.out += self.random.pick(RAW),
                1 if self.random.once_in(8) => {
                    self.out += self.random.pick(&["<!--", "<script>", "</", "&copy"]);
                    self.out += name;
                }
                _ => self.text(),
            }
        }
    }

    fn attribute(&mut self) {
        self.out += self.random.pick(&[" ", " ", " ", "\n", "  "]);
        if self.wrong() {
            self.out += self.random.pick(ODD_ATTRIBUTES);
            return;
        }
        self.out += self.random.pick(ATTRIBUTES);
    }

    fn text(&mut self) {
        for _ in 0..=self.random.below(2) {
            if self.wrong() {
                self.out += self.random.pick(ODD_TEXT);
            } else {
                self.out += self.random.pick(TEXT);
            }
        }
    }

    fn comment(&mut self) {
        self.out += "<!--";
        if self.wrong() {
            self.out += self.random.pick(ODD_COMMENTS);
        } else {
            self.out += self.random.pick(COMMENTS);
        }
        self.out += "-->";
    }
}

/// The context of a place.
pub(crate) fn context(place: &[&str]) -> Context {
    let (mut context, mut namespace) = (Context::new("body"), Namespace::Html);
    for &name in place {
        namespace = match (namespace, name) {
            (Namespace::Html, "svg") => Namespace::Svg,
            (Namespace::Html, "math") => Namespace::MathMl,
            _ => namespace,
        };
        context = context.inside(name).with_namespace(namespace);
        if matches!(name, "foreignObject" | "desc") {
            namespace = Namespace::Html;
        }
    }
    context
}
