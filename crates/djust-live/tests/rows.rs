//! Rows of a long list that change where they are: what is sent, and that the page is then what the template renders.

mod support;

use djust_live::Session;
use djust_template::value::Map;
use djust_template::{Context, Engine, Value};
use djust_vdom::{NumberedTree, html};

const TABLE: &str = "<table dj-root><tbody>{% for row in rows %}\
    <tr dj-key=\"{{ row.id }}\" title=\"{{ row.a }}-{{ row.b }}\"><td>{{ row.a }}</td>\
    <td><b>{{ row.b }}</b>{{ row.c }}{{ row.a }}</td>\
    <td>{% if row.d %}<i>{{ row.d }}</i>{% endif %}</td></tr>{% endfor %}</tbody></table>";

type Row = (u32, [String; 4]);

fn rows(count: u32) -> Vec<Row> {
    let texts = |row| {
        ["a", "b", "c", ""].map(|text| {
            if text.is_empty() {
                String::new()
            } else {
                format!("{text}{row}")
            }
        })
    };
    (0..count).map(|row| (row, texts(row))).collect()
}

fn context(rows: &[Row]) -> Context {
    let row = |(id, [a, b, c, d]): &Row| {
        let fields = [
            ("id", Value::from(i64::from(*id))),
            ("a", a.as_str().into()),
            ("b", b.as_str().into()),
            ("c", c.as_str().into()),
            ("d", d.as_str().into()),
        ];
        let fields = fields.map(|(name, value)| (name.into(), value));
        Value::from(Map::from_iter(fields))
    };
    Context::from_iter([("rows", rows.iter().map(row).collect::<Vec<_>>())])
}

/// A page beside what its client shows.
struct Page {
    session: Session,
    shown: NumberedTree,
    rows: Vec<Row>,
}

fn tree(html: &str) -> NumberedTree {
    html::parse_document(html)
        .into_root()
        .expect("a root")
        .number()
}

impl Page {
    fn new(count: u32) -> Self {
        Self::of(TABLE, count)
    }

    fn of(template: &str, count: u32) -> Self {
        let template = Engine::default().template_from_str(template);
        let mut session = Session::new(template.expect("the template compiles"));
        let rows = rows(count);
        let html = session.mount(&mut context(&rows)).expect("a live root");
        Self {
            session,
            shown: tree(&html),
            rows,
        }
    }

    /// What is sent after a change, once the client shows what the template renders.
    fn change(&mut self, change: impl FnOnce(&mut Vec<Row>)) -> String {
        change(&mut self.rows);
        let operations = self
            .session
            .update(&mut context(&self.rows))
            .expect("the root stays");
        let applied = support::apply_wire(&self.shown, &operations).expect("no tree is sent");
        self.shown = applied.expect("the operations fit");
        let fresh = self
            .session
            .template()
            .render(&mut context(&self.rows))
            .expect("it renders");
        assert_eq!(self.shown.html(), tree(&fresh).html());
        assert!(self.session.page().is_shaped());
        operations.as_str().to_owned()
    }
}

#[test]
fn what_changed_in_rows_is_sent_in_the_order_of_the_page() {
    let mut page = Page::new(100);
    let memory = page.session.page().memory();
    // A row has five nodes: itself, three cells and the bold text; before the rows are table and body.
    let sent = page.change(|rows| {
        rows[50].1[0] = "new".to_owned();
        rows[51].1[1] = "<b>".to_owned();
        rows[98].1[2] = "tail".to_owned();
    });
    let [first, second, third] = [50, 51, 98].map(|row| 2 + row * 5);
    let expected = format!(
        r#"[2,{first},"title","new-b50",0,{},"new",1,{},"c50new",2,{second},"title","a51-<b>",0,{},"<b>",1,{},"taila98"]"#,
        first + 1,
        first + 3,
        second + 3,
        third + 3,
    );
    assert_eq!(sent, expected);
    assert!(page.session.page().memory() < memory + 100);
    assert_eq!(page.change(|_| {}), "");
}

#[test]
fn rows_change_in_every_way() {
    let mut page = Page::new(40);
    // A branch, the first and the last, all at once, with what the browser does not read as it is.
    page.change(|rows| rows[5].1[3] = "more".to_owned());
    page.change(|rows| rows[5].1[0] = "beside a branch".to_owned());
    page.change(|rows| rows[5].1[3] = String::new());
    page.change(|rows| {
        rows[0].1[0] = "first".to_owned();
        rows[1].1[0] = "second".to_owned();
        rows[38].1[0] = "before the last".to_owned();
        rows[39].1[0] = "last".to_owned();
    });
    page.change(|rows| rows.iter_mut().for_each(|row| row.1[1].push('!')));
    page.change(|rows| rows[7].1[2] = "a\r\nb & \"c\"".to_owned());
    page.change(|rows| {
        rows[7].1[2] = String::new();
        rows[7].1[0] = String::new();
        rows[8].1[1] = String::new();
    });
    page.session.hibernate();
    page.change(|rows| rows[20].1[1] = "after a rest".to_owned());
    page.change(|rows| rows[20].1[1] = "again".to_owned());
    page.change(|rows| rows[21].0 = 1000);
    page.change(|rows| rows.swap(3, 30));
    page.change(|rows| rows[3].1[1] = "moved".to_owned());
}

#[test]
fn rows_without_keys_change_where_they_are_unless_they_have_traded_places() {
    let mut page = Page::of(&TABLE.replace("dj-key=\"{{ row.id }}\"", ""), 60);
    let sent = page.change(|rows| {
        rows[20].1[1] = "one".to_owned();
        rows[21].1[1] = "other".to_owned();
    });
    let [first, second] = [20, 21].map(|row| 2 + row * 5);
    let expected = format!(
        r#"[2,{first},"title","a20-one",0,{},"one",2,{second},"title","a21-other",0,{},"other"]"#,
        first + 3,
        second + 3,
    );
    assert_eq!(sent, expected);
    let moved = page.change(|rows| rows.swap(4, 50));
    assert!(moved.starts_with("[6,") && !moved.contains('"'), "{moved}");
    page.change(|rows| rows.rotate_left(7));
    page.change(|rows| rows[9].1[3] = "more".to_owned());
    page.change(|rows| rows.iter_mut().for_each(|row| row.1[0] = "same".to_owned()));
}

#[test]
fn an_id_changes_alone_where_nothing_that_the_page_alone_knows_is_inside() {
    let table = TABLE
        .replace("title=\"{{ row.a }}-{{ row.b }}\"", "id=\"{{ row.a }}\"")
        .replace("<i>{{ row.d }}</i>", "<i dj-update=append>{{ row.d }}</i>");
    let mut page = Page::of(&table, 40);
    let sent = page.change(|rows| rows[20].1[0] = "other".to_owned());
    let row = 2 + 20 * 5;
    let expected = format!(
        r#"[2,{row},"id","other",0,{},"other",1,{},"c20other"]"#,
        row + 1,
        row + 3,
    );
    assert_eq!(sent, expected);
    page.change(|rows| rows[20].1[3] = "kept".to_owned());
    // A row with such an element is another one then: what the page has of it is not to be kept.
    let replaced = page.change(|rows| rows[20].1[0] = "third".to_owned());
    assert!(replaced.starts_with("[7,0,"), "{replaced}");
}
