//! A filter, a block tag and an object of one's own.
//!
//! Run with `cargo run -p djust-template --example custom`.

use std::io::Write as _;
use std::sync::Arc;

use djust_template::value::{Key, Object};
use djust_template::{
    Context, Engine, Filter, Library, NodeList, Output, Parser, Result, Sink, SlotId, TagNode,
    Token, Value,
};

/// `{% box "title" %}…{% endbox %}` puts a frame around its body.
struct Box {
    slot: SlotId,
    title: djust_template::FilterExpression,
    body: NodeList,
}

fn compile_box(parser: &mut Parser, token: &Token) -> Result<Arc<dyn TagNode>> {
    let bits = token.split_contents();
    let [_, title] = bits.as_slice() else {
        return Err(token.error("'box' takes one argument, the title"));
    };
    let title = parser.compile_bit(title)?;
    let body = parser.parse(&["endbox"])?;
    parser.delete_first_token();
    Ok(Arc::new(Box {
        slot: parser.slot(),
        title,
        body,
    }))
}

impl TagNode for Box {
    fn class_name(&self) -> &'static str {
        "BoxNode"
    }

    fn render(&self, context: &mut Context, out: &mut dyn Sink) -> Result<()> {
        let title = self.title.resolve(context)?.text()?;
        out.value(self.slot, Output::Markup("<fieldset><legend>"));
        out.value(self.slot, Output::Text(&title));
        out.value(self.slot, Output::Markup("</legend>"));
        self.body.render(context, out)?;
        out.value(self.slot, Output::Markup("</fieldset>"));
        Ok(())
    }

    fn children(&self) -> Vec<(&str, &NodeList)> {
        vec![("nodelist", &self.body)]
    }
}

/// A value that computes its attributes when a template asks for them.
struct Circle(f64);

impl Object for Circle {
    fn type_name(&self) -> &'static str {
        "Circle"
    }

    fn attribute(&self, key: &Key) -> Result<Option<Value>> {
        Ok(match key.as_str() {
            "radius" => Some(self.0.into()),
            "area" => Some((self.0 * self.0 * std::f64::consts::PI).into()),
            _ => None,
        })
    }
}

fn main() -> std::result::Result<(), std::boxed::Box<dyn std::error::Error>> {
    let shout = Filter::new("shout", |value, _, _| {
        Ok(format!("{}!", value.text()?).into())
    });
    let library = Library::new()
        .with_filter(shout.string())
        .with_tag("box", compile_box);
    let engine = Engine::builder().library("shapes", library).build();
    let template = engine.template_from_str(
        "{% load shapes %}{% box 'circle'|shout %}{{ c.radius }}: {{ c.area|floatformat:2 }}{% endbox %}",
    )?;
    let mut context = Context::from_iter([("c", Value::object(Circle(2.0)))]);
    let html = template.render(&mut context)?;
    assert_eq!(
        html,
        "<fieldset><legend>circle!</legend>2.0: 12.57</fieldset>"
    );
    writeln!(std::io::stdout(), "{html}")?;

    // A mistake is shown where it is.
    if let Err(error) = engine.template_from_str("{% load shapes %}\n{% box %}{% endbox %}") {
        writeln!(std::io::stdout(), "{error:#}")?;
    }
    Ok(())
}
