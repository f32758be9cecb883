//! What the pages show, and what their handlers do.

use djust_live::djust_protocol::Event;
use djust_live::djust_protocol::serde_json::Value as Json;
use djust_live::djust_template::value::Map;
use djust_live::djust_template::{Context, Value};

/// The state of one page.
pub trait View: Send {
    /// The names that the template reads.
    fn context(&self) -> Context;

    /// Runs a handler; `false` if there is none of this name.
    fn handle(&mut self, event: &Event) -> bool;
}

#[derive(Default)]
pub struct Counter {
    count: i64,
}

impl View for Counter {
    fn context(&self) -> Context {
        Context::from_iter([("count", self.count)])
    }

    fn handle(&mut self, event: &Event) -> bool {
        match event.handler.as_str() {
            "increment" => self.count += 1,
            "decrement" => self.count -= 1,
            _ => return false,
        }
        true
    }
}

#[derive(Clone)]
struct Row {
    id: i64,
    label: String,
}

#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
    next: i64,
    selected: i64,
}

impl Table {
    fn add(&mut self, count: i64) -> Vec<Row> {
        let first = self.next + 1;
        self.next += count;
        let label = |id| format!("Row number {id}");
        (first..first + count)
            .map(|id| Row {
                id,
                label: label(id),
            })
            .collect()
    }
}

/// A parameter from an attribute: `data-row-id="7"`.
fn number(event: &Event, name: &str) -> i64 {
    let text = event.parameters.get(name).and_then(Json::as_str);
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

impl View for Table {
    fn context(&self) -> Context {
        let row = |row: &Row| -> Value {
            let fields = [
                ("id", Value::from(row.id)),
                ("label", row.label.as_str().into()),
            ];
            Map::from_iter(fields.map(|(name, value)| (name.into(), value))).into()
        };
        let rows: Vec<Value> = self.rows.iter().map(row).collect();
        Context::from_iter([
            ("rows", rows.into()),
            ("selected", Value::from(self.selected)),
        ])
    }

    fn handle(&mut self, event: &Event) -> bool {
        match event.handler.as_str() {
            "create" => self.rows = self.add(1000),
            "prepend" => {
                let row = self.add(1);
                self.rows.splice(0..0, row);
            }
            "update" => {
                for row in self.rows.iter_mut().step_by(10) {
                    row.label += " !";
                }
            }
            "swap" if self.rows.len() > 2 => {
                let last = self.rows.len() - 2;
                self.rows.swap(1, last);
            }
            "swap" => {}
            "reverse" => self.rows.reverse(),
            "clear" => self.rows.clear(),
            "select" => self.selected = number(event, "row_id"),
            "remove" => {
                let id = number(event, "row_id");
                self.rows.retain(|row| row.id != id);
            }
            _ => return false,
        }
        true
    }
}
