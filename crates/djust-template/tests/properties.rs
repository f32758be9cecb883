//! Properties that hold for every template and every text.

use djust_template::{Context, Engine, LiteralId, Output, Sink, SlotId, Value, escape};
use proptest::prelude::*;

/// Pieces of templates, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{%"),
        Just("%}"),
        Just("{{"),
        Just("}}"),
        Just("{#"),
        Just("#}"),
        Just(" "),
        Just("\n"),
        Just("if"),
        Just("endif"),
        Just("else"),
        Just("elif"),
        Just("for x in a"),
        Just("endfor"),
        Just("empty"),
        Just("a"),
        Just("a.b.0"),
        Just("|"),
        Just(":"),
        Just("upper"),
        Just("default"),
        Just("'x'"),
        Just("\"y"),
        Just("_('z')"),
        Just("1.5"),
        Just("-1"),
        Just("with b=a"),
        Just("endwith"),
        Just("block c"),
        Just("endblock"),
        Just("block.super"),
        Just("verbatim"),
        Just("endverbatim"),
        Just("comment"),
        Just("endcomment"),
        Just("and"),
        Just("not"),
        Just("in"),
        Just("=="),
        Just("cycle a 'x' as y"),
        Just("include a"),
        Just("extends a"),
        Just("regroup a by b as c"),
        Just("ifchanged"),
        Just("endifchanged"),
        Just("filter upper"),
        Just("endfilter"),
        Just("load static"),
        Just("partialdef p"),
        Just("endpartialdef"),
        Just("partial p"),
        Just("é😀"),
        Just("<b>"),
        Just("lorem a"),
        Just("widthratio a 1 2"),
        Just("now 'Y'"),
        Just("autoescape off"),
        Just("endautoescape"),
    ];
    let tag = prop_oneof![
        piece.clone().prop_map(str::to_owned),
        piece.clone().prop_map(|inner| format!("{{% {inner} %}}")),
        piece.prop_map(|inner| format!("{{{{ {inner} }}}}")),
    ];
    prop::collection::vec(tag, 0..30).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c]", inner), 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// Collects the text of a render without looking at what it is.
#[derive(Default)]
struct Pieces {
    text: String,
    open: i64,
}

impl Sink for Pieces {
    fn literal(&mut self, _: LiteralId, text: &str) {
        self.text.push_str(text);
    }

    fn value(&mut self, _: SlotId, output: Output<'_>) {
        match output {
            Output::Text(text) => self.text.push_str(&escape(text)),
            Output::Markup(text) => self.text.push_str(text),
        }
    }

    fn enter(&mut self, _: djust_template::BlockId, _: djust_template::Branch) {
        self.open += 1;
    }

    fn leave(&mut self, _: djust_template::BlockId) {
        self.open -= 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn text_without_tags_renders_as_itself(text in "[^{]{0,200}") {
        let template = Engine::default().template_from_str(&text).expect("text is a template");
        prop_assert_eq!(template.render(&mut Context::new()).expect("text renders"), text);
    }

    #[test]
    fn every_text_is_a_template_inside_verbatim(text in "[{}%# a-z\n]{0,80}") {
        prop_assume!(!text.contains("endverbatim"));
        let source = format!("{{% verbatim it %}}\n{text}\n{{% endverbatim it %}}");
        let template = Engine::default().template_from_str(&source).expect("verbatim takes any text");
        prop_assert_eq!(template.render(&mut Context::new()).expect("it renders"), format!("\n{text}\n"));
    }

    #[test]
    fn compiling_never_panics(source in any::<String>()) {
        let _ = Engine::default().template_from_str(&source);
    }

    #[test]
    fn rendering_never_panics_and_blocks_are_balanced(source in pieces(), a in values(), b in values()) {
        let engine = Engine::builder().string_if_invalid("%s").build();
        match engine.template_from_str(&source) {
            Ok(template) => {
                let mut context = Context::from_iter([("a", a), ("b", b)]);
                let (layers, mut pieces) = (context.layers().len(), Pieces::default());
                if let Err(error) = template.render_to(&mut context, &mut pieces) {
                    let shown = format!("{error:#}");
                    prop_assert!(shown.contains(error.message()));
                }
                prop_assert_eq!(pieces.open, 0);
                prop_assert_eq!(context.layers().len(), layers);
            }
            Err(error) => {
                let span = error.span().expect("a syntax error has a place");
                prop_assert!(source.get(span.range()).is_some(), "{:?} in {:?}", span, source);
                let shown = format!("{error:#}");
                prop_assert!(shown.contains(error.message()));
            }
        }
    }

    #[test]
    fn escaping_replaces_five_characters_and_nothing_else(
        text in prop_oneof!["[&<>\"'a-zé😀 \n]{0,1500}", "([a-zé😀]{0,90}[&<>\"']){0,40}[a-z]{0,20}"]
    ) {
        let plain = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#x27;");
        prop_assert_eq!(escape(&text), plain);
    }
}

/// What a template of one variable gives.
fn rendered(source: &str, value: &str) -> String {
    let template = Engine::default()
        .template_from_str(source)
        .expect("the template compiles");
    template
        .render(&mut Context::from_iter([("a", value)]))
        .expect("the template renders")
}

// Short ways for what most pages hold; each is compared with the long way, which one character more makes necessary.
proptest! {
    #[test]
    fn escaping_replaces_five_characters(
        text in prop_oneof!["[a-z&<>\"'é€😀 ]{0,150}", "[&'é😀]{0,400}"],
    ) {
        let expected = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#x27;");
        prop_assert_eq!(escape(&text), expected);
    }

    #[test]
    fn plain_letters_get_the_same_capitals(text in "[a-zA-Z0-9' -]{0,30}") {
        for filter in ["title", "upper", "lower", "capfirst"] {
            let source = format!("{{% autoescape off %}}{{{{ a|{filter} }}}}{{% endautoescape %}}");
            let short = rendered(&source, &format!("{text} "));
            let long = rendered(&source, &format!("{text} ß"));
            let end = long.char_indices().nth(text.chars().count() + 1).map_or(long.len(), |(at, _)| at);
            prop_assert_eq!(&short, &long[..end], "{}", filter);
        }
    }

    #[test]
    fn plain_numbers_are_rounded_alike(text in "-?(0|[1-9][0-9]{0,14})([.][0-9]{0,14})?", places in 1..16) {
        let source = format!("{{{{ a|floatformat:{places} }}}}");
        let (sign, digits) = text.strip_prefix('-').map_or(("", &*text), |digits| ("-", digits));
        prop_assert_eq!(rendered(&source, &text), rendered(&source, &format!("{sign}0{digits}")));
    }
}
