//! What a host can do: objects read in place, services, tags and filters of its own, errors that pass through.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use djust_template::value::{Key, Names, Object, Rendered, Resolved, Str};
use djust_template::{
    Context, Engine, Error, ErrorKind, Filter, Filtered, Host, Library, Loader, Node, NodeList,
    Origin, Output, Parser, Result, Sink, Slot, SlotId, Source, TagNode, Token, Value,
};

/// An object with an attribute that exists, one that raises and one that answers with `string_if_invalid`.
struct Page;

#[derive(Debug, PartialEq)]
struct Exception(&'static str);

impl Object for Page {
    fn type_name(&self) -> &'static str {
        "Page"
    }

    fn resolve(&self, path: &[Key], context: &Context) -> Result<Resolved> {
        let Some((first, rest)) = path.split_first() else {
            return Ok(Resolved::Itself);
        };
        match first.as_str() {
            "title" => {
                let title = Value::from("<T>");
                match title.resolve(rest, context)? {
                    Resolved::Itself => Ok(Resolved::Value(title)),
                    other => Ok(other),
                }
            }
            "delete" => Ok(Resolved::Invalid),
            "fail" => Err(Error::host("boom", Box::new(Exception("boom")))),
            _ => Ok(Resolved::Missing {
                step: 0,
                object: None,
            }),
        }
    }

    fn text(&self) -> Result<Str> {
        Ok(Str::safe("<page>"))
    }
}

fn render(engine: &Engine, source: &str) -> Result<String> {
    let mut context = Context::new();
    context.set("page", Value::object(Page));
    engine.template_from_str(source)?.render(&mut context)
}

#[test]
fn objects_answer_for_their_paths() {
    let engine = Engine::builder().string_if_invalid("?").build();
    assert_eq!(
        render(&engine, "{{ page.title }}|{{ page.title.0 }}").unwrap(),
        "&lt;T&gt;|&lt;"
    );
    assert_eq!(render(&engine, "{{ page }}").unwrap(), "<page>");
    assert_eq!(
        render(
            &engine,
            "{{ page.delete }}{{ page.delete|upper }}{{ page.none }}"
        )
        .unwrap(),
        "???"
    );
    assert_eq!(
        render(&engine, "{% if page.none %}a{% else %}b{% endif %}").unwrap(),
        "b"
    );
}

#[test]
fn an_exception_of_the_host_comes_out_unchanged() {
    let error = render(&Engine::default(), "one\n{{ page.fail }}").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Host);
    assert_eq!(error.line(), Some(2));
    assert_eq!(
        error.into_payload().unwrap().downcast_ref::<Exception>(),
        Some(&Exception("boom"))
    );
}

#[test]
fn operators_take_an_exception_for_false() {
    assert_eq!(
        render(
            &Engine::default(),
            "{% if page.fail == 1 %}a{% else %}b{% endif %}"
        )
        .unwrap(),
        "b"
    );
    assert!(render(&Engine::default(), "{% if page.fail %}a{% endif %}").is_err());
}

/// Names that count how often they are asked for.
struct Counting(AtomicUsize);

impl Names for Counting {
    fn get(&self, key: &Key) -> Result<Option<Value>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok((key.as_str() == "n").then(|| Value::from(7)))
    }

    fn render_path(
        &self,
        path: &[Key],
        context: &Context,
        slot: &mut Slot<'_>,
    ) -> Result<Option<Rendered>> {
        if path.len() == 1 && path[0].as_str() == "direct" {
            slot.text("<written>");
            return Ok(Some(Rendered::Written));
        }
        match self.resolve(path, context)? {
            Some(Resolved::Value(value)) => value
                .render(context, slot)
                .map(|()| Some(Rendered::Written)),
            other => Ok(other.map(|_| Rendered::Missing)),
        }
    }

    fn entries(&self) -> Result<Vec<(Key, Value)>> {
        Ok(vec![(Key::new("n"), 7.into())])
    }
}

#[test]
fn base_names_are_read_only_when_needed() {
    let names = Arc::new(Counting(AtomicUsize::new(0)));
    let mut context = Context::from_names(Arc::clone(&names) as Arc<dyn Names>);
    let template = Engine::default()
        .template_from_str("{{ n }}{% with n=1 %}{{ n }}{% endwith %}{{ direct }}{{ other }}")
        .unwrap();
    assert_eq!(template.render(&mut context).unwrap(), "71&lt;written&gt;");
    assert_eq!(names.0.load(Ordering::Relaxed), 2, "n and other");
}

struct Routes;

impl Host for Routes {
    fn reverse(
        &self,
        view: &Value,
        arguments: &[Value],
        keywords: &[(Key, Value)],
        _: &Context,
    ) -> Result<Str> {
        let mut url = format!("/{}/", view.text()?);
        for value in arguments
            .iter()
            .chain(keywords.iter().map(|(_, value)| value))
        {
            url.extend([value.text()?.as_str(), "/&"]);
        }
        Ok(Str::from(url))
    }

    fn filter(
        &self,
        name: &str,
        value: &Value,
        _: Option<&Value>,
        _: &Context,
    ) -> Result<Option<Value>> {
        Ok((name == "odd").then(|| Value::from(value.type_name())))
    }
}

#[test]
fn the_host_answers_for_routes_and_declined_filters() {
    let odd = Filter::new("odd", |_, _, _| Ok(Filtered::Declined));
    let engine = Engine::builder()
        .host(Routes)
        .builtins(Library::new().with_filter(odd))
        .build();
    assert_eq!(
        render(&engine, "{% url 'a' 1 x=2 %}").unwrap(),
        "/a/1/&amp;2/&amp;"
    );
    assert_eq!(render(&engine, "{% url 'a' as u %}{{ u }}").unwrap(), "/a/");
    assert_eq!(render(&engine, "{{ page|odd }}").unwrap(), "Page");
}

/// A tag that drives the parser from outside: it takes it away and puts it back, as another language would.
struct Wrapped {
    slot: SlotId,
    body: NodeList,
}

impl TagNode for Wrapped {
    fn class_name(&self) -> &'static str {
        "WrappedNode"
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let mut taken = std::mem::take(context);
        taken.push();
        taken.set("inner", "<in>");
        let text = self.body.render_to_string(&mut taken);
        taken.pop();
        *context = taken;
        out.value(self.slot, Output::Markup(&format!("[{}]", text?)));
        Ok(())
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}

fn wrapped(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    assert_eq!(token.split_contents()[0].text, "wrapped");
    let mut taken = std::mem::take(parser);
    let body = taken.parse(&["endwrapped"]);
    taken.delete_first_token();
    *parser = taken;
    Ok(Arc::new(Wrapped {
        slot: parser.slot(),
        body: body?,
    }))
}

#[test]
fn tags_of_a_host_take_parser_and_context_and_give_them_back() {
    let library = Library::new().with_tag("wrapped", wrapped);
    let engine = Engine::builder().library("mine", library).build();
    let source = "{% load mine %}{% for x in 'ab' %}{% wrapped %}{{ x }}{{ inner }}{% endwrapped %}{{ inner }}{% endfor %}";
    assert_eq!(
        render(&engine, source).unwrap(),
        "[a&lt;in&gt;][b&lt;in&gt;]"
    );
    let error = render(&engine, "{% load mine %}{% wrapped %}{% if %}").unwrap_err();
    assert_eq!(error.message(), "Unexpected end of expression in if tag.");
    let error = render(&engine, "{% wrapped %}").unwrap_err();
    assert_eq!(error.suggestion(), Some("it needs '{% load mine %}'"));
}

#[test]
fn node_lists_can_be_walked_by_type() {
    let library = Library::new().with_tag("wrapped", wrapped);
    let engine = Engine::builder().builtins(library).build();
    let template = engine
        .template_from_str(
            "a{% if x %}{% wrapped %}{{ y }}{% endwrapped %}{% else %}{{ z }}{% endif %}",
        )
        .unwrap();
    let mut names = Vec::new();
    template
        .nodes()
        .walk(&mut |node: &Node, _| names.push(node.class_name().to_owned()));
    assert_eq!(
        names,
        [
            "TextNode",
            "IfNode",
            "WrappedNode",
            "VariableNode",
            "VariableNode"
        ]
    );
}

#[test]
fn keys_keep_what_the_host_puts_in() {
    let engine = Engine::default();
    let key = engine.key("name");
    assert_eq!(key.host(str::len), Some(&4));
    assert_eq!(
        engine.key("name").host(|_| 0_usize),
        Some(&4),
        "equal texts share a key"
    );
    assert_eq!(key.host(|_| "other type"), None);
    let _: &dyn Any = &key;
}

/// A loader that counts how often it is asked; its counter tells when it is dropped.
struct Watched(Arc<AtomicUsize>);

impl Loader for Watched {
    fn load(&self, name: &str, _: &[Origin]) -> Result<Source> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let text = if name == "a" {
            "[{% include 'b' %}]"
        } else {
            "{% extends 'c' %}"
        };
        let text = if name == "c" { "c" } else { text };
        Ok(Source::new(
            text,
            Some(name),
            Some(Origin::new(name, "watched")),
        ))
    }
}

#[test]
fn an_engine_and_its_templates_are_freed() {
    let watched = Arc::new(AtomicUsize::new(0));
    let engine = Engine::builder()
        .loader(Watched(Arc::clone(&watched)))
        .build();
    let template = engine.get_template("a").unwrap();
    assert_eq!(template.render(&mut Context::new()).unwrap(), "[c]");
    assert!(
        Arc::ptr_eq(&template, &engine.get_template("a").unwrap()),
        "compiled once"
    );
    assert_eq!(watched.load(Ordering::Relaxed), 3, "a, b and c");
    drop(engine);
    assert_eq!(
        template.render(&mut Context::new()).unwrap(),
        "[c]",
        "a template outlives the engine"
    );
    drop(template);
    assert_eq!(Arc::strong_count(&watched), 1);
}

#[test]
fn contexts_and_templates_move_between_threads() {
    let template = Engine::default().template_from_str("{{ x }}").unwrap();
    let threads: Vec<_> = (0..4)
        .map(|number| {
            let (template, mut context) =
                (Arc::clone(&template), Context::from_iter([("x", number)]));
            std::thread::spawn(move || template.render(&mut context).unwrap())
        })
        .collect();
    let texts: Vec<String> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(texts, ["0", "1", "2", "3"]);
}

/// Compiles its body, and takes an error there for an empty one.
fn attempt(parser: &mut Parser, _: &Token) -> Result<Arc<dyn TagNode>> {
    let body = match parser.parse(&["endattempt"]) {
        Ok(body) => body,
        Err(_) => parser.parse(&["endattempt"])?,
    };
    parser.delete_first_token();
    Ok(Arc::new(Wrapped {
        slot: parser.slot(),
        body,
    }))
}

#[test]
fn a_tag_that_goes_on_after_an_error_keeps_nothing_of_what_was_read_before() {
    let library = Library::new().with_tag("attempt", attempt);
    let engine = Engine::builder().builtins(library).build();
    let source = "a{% attempt %}b{{ x }}{{ !! }}c{% endattempt %}d";
    assert_eq!(render(&engine, source).unwrap(), "a[c]d");
    let source = "a{% attempt %}b{% if x %}in{{ !! }}{% endattempt %}d";
    assert_eq!(render(&engine, source).unwrap(), "a[]d");
}
