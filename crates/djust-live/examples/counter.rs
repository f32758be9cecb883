//! A counter without a browser: prints the page and the frames that a client would get.
//!
//! `cargo run -p djust-live --example counter`

use std::io::{self, Write};

use djust_live::Session;
use djust_live::djust_protocol::serde_json::Value;
use djust_live::djust_protocol::{ClientFrame, Limits, ServerFrame, Update};
use djust_live::djust_template::{Context, Engine};

const PAGE: &str = r#"<!DOCTYPE html>
<title>Counter</title>
<main dj-root>
  <button dj-click="increment">+</button>
  <p class="{% if count > 2 %}many{% else %}few{% endif %}">Clicked {{ count }} time{{ count|pluralize }}</p>
</main>"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    let mut session = Session::new(Engine::default().template_from_str(PAGE)?);
    let mut count = 0;
    let page = session.mount(&mut Context::from_iter([("count", count)]))?;
    writeln!(out, "{page}\n")?;

    for sent in [
        r#"[1,1,0,"increment"]"#,
        r#"[1,2,1,"increment"]"#,
        r#"[1,3,2,"increment",{"by":5}]"#,
    ] {
        let ClientFrame::Event(event) = ClientFrame::decode(sent, &Limits::default())? else {
            continue;
        };
        let step = event.parameters.get("by").and_then(Value::as_i64);
        count += step.unwrap_or(1);
        let operations = session.update(&mut Context::from_iter([("count", count)]))?;
        let update = Update {
            seq: event.id,
            reference: event.id,
            operations,
            effects: Vec::new(),
        };
        writeln!(
            out,
            "client: {sent}\nserver: {}",
            ServerFrame::Update(update).encode()
        )?;
    }
    Ok(())
}
