//! Templates and states at random.

use djust_template::{Context, Value, value::Map};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::templates::{AROUND, MARKUP, PIECES};

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) word: String,
    pub(crate) flag: bool,
    pub(crate) markup: &'static str,
    pub(crate) rows: Vec<(u8, String, bool)>,
}

impl State {
    pub(crate) fn context(&self) -> Context {
        let row = |(id, text, on): &(u8, String, bool)| -> Value {
            let fields = [
                ("id", Value::from(i64::from(*id))),
                ("text", text.as_str().into()),
                ("on", (*on).into()),
            ];
            Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
        };
        Context::from_iter([
            ("word", Value::from(self.word.as_str())),
            ("flag", self.flag.into()),
            ("markup", self.markup.into()),
            (
                "name",
                if self.flag { "part.html" } else { "other.html" }.into(),
            ),
            ("rows", self.rows.iter().map(row).collect::<Vec<_>>().into()),
        ])
    }
}

pub(crate) fn state() -> impl Strategy<Value = State> {
    let word = prop_oneof![
        "[a-c]{0,2}",
        select(&["", " ", "\n", "<b>", "&amp;", "\"q\"", "é😀", "\0", "\r"][..])
            .prop_map(str::to_owned),
    ];
    let row = (0u8..8, "[a-b ]{0,2}", any::<bool>());
    (word, any::<bool>(), select(MARKUP), vec(row, 0..7)).prop_map(|(word, flag, markup, rows)| {
        State {
            word,
            flag,
            markup,
            rows,
        }
    })
}

pub(crate) fn source() -> impl Strategy<Value = String> {
    let frame = select(
        &[
            (
                "<!DOCTYPE html><body><main dj-root>",
                "</main><footer>{{ word }}</footer>",
            ),
            ("<div dj-view=x>", "</div>"),
            ("<!DOCTYPE html><html><body dj-root>", ""),
            (
                "{% extends 'base.html' %}{% block main %}",
                "{% endblock %}",
            ),
            (
                "<!DOCTYPE html><html><head><title>x</title></head><body>{% if flag %}<p>{{ word }}</p>{% endif %}<div dj-root>",
                "</div>{{ word }}</body></html>",
            ),
            (
                "<!DOCTYPE html><body>{% if flag or word or True %}<main dj-root>",
                "</main>{{ word }}{% endif %}",
            ),
            (
                "<!DOCTYPE html><body>{% if flag or rows %}<div>{{ word }}{% include 'part.html' %}{% if flag %}<main dj-root>",
                "</main>{% else %}\n<main dj-root class=\"{{ word }}\">{{ word }}</main>{% endif %}</div>{{ word }}{% else %}<p>{{ word }}</p>{% endif %}",
            ),
            (
                "<!DOCTYPE html>\n<body>{{ word }}\n{% for x in 'x' %}<main dj-root class=\"{{ word }}\">",
                "</main>{% endfor %}",
            ),
            (
                "<!DOCTYPE html><body>{% if flag %}<main dj-root class=a>{% else %}<main dj-root>{% endif %}",
                "</main>",
            ),
            (
                "<!DOCTYPE html><body>{% if flag %}<div>{% endif %}<main dj-root>",
                "</main>{% if flag %}</div>{% endif %}",
            ),
            (
                "<!DOCTYPE html><table><tbody dj-root class=\"{{ word }}\">",
                "</tbody></table>",
            ),
        ][..],
    );
    let pieces = vec(select(PIECES), 1..4).prop_map(|pieces| pieces.concat());
    let around = |pieces: BoxedStrategy<String>| {
        (select(AROUND), pieces).prop_map(|((begin, end), pieces)| format!("{begin}{pieces}{end}"))
    };
    let inner = around(pieces.boxed()).boxed();
    let parts = vec(prop_oneof![3 => inner.clone(), 1 => around(inner)], 1..4);
    (frame, parts, 0..8).prop_map(|((begin, end), parts, line_feeds)| {
        let source = format!("{begin}{}{end}", parts.concat());
        match line_feeds {
            0 => source.replace('\n', "\r\n"),
            1 => source.replace('\n', "\r"),
            _ => source,
        }
    })
}
