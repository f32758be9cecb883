//! Branches that open and close elements apart: exact operations while the same branches are taken and when
//! others are.

use djust_live::Session;
use djust_template::{Context, Engine, Value};

fn session(source: &str) -> Session {
    Session::new(
        Engine::default()
            .template_from_str(source)
            .expect("the template compiles"),
    )
}

fn context<const N: usize>(values: [(&'static str, Value); N]) -> Context {
    Context::from_iter(values)
}

fn update<const N: usize>(session: &mut Session, values: [(&'static str, Value); N]) -> String {
    let operations = session.update(&mut context(values));
    operations.expect("the root stays").as_str().to_owned()
}

const FIELD: &str = "<form dj-root>{% if error %}<div class=\"field error\"><p>{{ error }}</p>{% else %}\
                     <div class=\"field\">{% endif %}<label>{{ label }}</label><input name=a></div>{{ rest }}</form>";

#[test]
fn places_inside_are_compared_by_themselves() {
    let mut session = session(FIELD);
    let values = |error: &str, label: &str, rest: &str| {
        [
            ("error", Value::from(error)),
            ("label", label.into()),
            ("rest", rest.into()),
        ]
    };
    let first = session.mount(&mut context(values("", "Name", "-")));
    first.expect("a live root");
    let changed = update(&mut session, values("", "Your name", "-"));
    assert_eq!(changed, r#"[0,2,"Your name"]"#);
    assert_eq!(session.page().coverage().typed, 2);

    // Another branch: the label and the control stay, and so does what was typed.
    let changed = update(&mut session, values("too long", "Name", "-"));
    assert_eq!(
        changed,
        r#"[2,1,"class","field error",4,1,0,4,"<p>too long</p>",0,2,"Name"]"#
    );
    assert!(session.page().is_shaped());

    // Numbers that are not in order are no obstacle.
    let changed = update(&mut session, values("too short", "Name", "."));
    assert_eq!(changed, r#"[0,4,"too short",1,1,"."]"#);
    let changed = update(&mut session, values("", "Name", "."));
    assert_eq!(changed, r#"[2,1,"class","field",5,4,1]"#);
    assert_eq!(update(&mut session, values("", "Name", ".")), "");
    assert!(session.page().report().is_empty());
}

#[test]
fn a_name_of_a_tag_may_be_a_value() {
    let mut session =
        session("<main dj-root>a<h{{ level }} id=x>{{ title }}</h{{ level }}>{{ rest }}</main>");
    let values = |level: i32, title: &str| {
        [
            ("level", Value::from(level)),
            ("title", title.into()),
            ("rest", "z".into()),
        ]
    };
    session
        .mount(&mut context(values(2, "One")))
        .expect("a live root");
    assert_eq!(update(&mut session, values(2, "Two")), r#"[0,1,"Two"]"#);
    assert_eq!(
        update(&mut session, values(3, "Two")),
        r#"[5,1,1,4,0,0,2,"<h3 id=\"x\">Two</h3>",1,2,"z"]"#
    );
    assert_eq!(update(&mut session, values(3, "Three")), r#"[0,2,"Three"]"#);
    let coverage = session.page().coverage();
    assert_eq!((coverage.typed, coverage.opaque), (2, 2));
}

#[test]
fn too_many_combinations_are_compared_as_trees() {
    let mut session = session(
        "<main dj-root>{% for n in all %}<div>{% endfor %}{{ text }}{% for n in all %}</div>{% endfor %}</main>",
    );
    let values = |depth: usize, text: &str| {
        [
            ("all", Value::from(vec![Value::from(1); depth])),
            ("text", text.into()),
        ]
    };
    session
        .mount(&mut context(values(1, "a")))
        .expect("a live root");
    for depth in 2..40 {
        update(&mut session, values(depth, "a"));
        assert!(session.page().is_shaped());
    }
    assert_eq!(update(&mut session, values(39, "b")), r#"[0,39,"b"]"#);
    let report = session.page().report();
    assert_eq!(report.len(), 1, "{report:?}");
    assert!(
        report[0].contains("more combinations than are kept"),
        "{report:?}"
    );
    assert_eq!(session.page().coverage().typed, 1);
    assert!(session.page().coverage().opaque > 2);

    // The first ones are still compared place by place.
    update(&mut session, values(2, "b"));
    assert!(session.page().is_shaped());
    assert!(update(&mut session, values(2, "c")).starts_with("[0,"));
}

#[test]
fn long_parts_are_replaced_and_not_kept() {
    let mut session = session(
        "<main dj-root>{% if open %}<div>{% endif %}<p>{{ long }}</p><i>{{ short }}</i>{% if open %}</div>{% endif %}</main>",
    );
    let long = "x".repeat(40_000);
    let values = |open: bool, short: &str| {
        [
            ("open", Value::from(open)),
            ("long", long.as_str().into()),
            ("short", short.into()),
        ]
    };
    session
        .mount(&mut context(values(true, "a")))
        .expect("a live root");
    assert!(session.page().memory() < 2_000);
    assert_eq!(update(&mut session, values(true, "b")), r#"[0,3,"b"]"#);
    update(&mut session, values(false, "b"));
    assert!(session.page().is_shaped() && session.page().memory() < 2_000);
    let changed = update(&mut session, values(false, "c"));
    assert!(changed.starts_with("[0,") && changed.ends_with(r#","c"]"#));
}

/// What a developer may be told is explained in the guide, with what to change.
#[test]
fn the_guide_explains_every_refusal() {
    let guide = include_str!("../../../docs/guides/performance.md");
    let list = include_str!("../../djust-vdom/tests/strict/refusals.txt");
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let reasons = lines.filter_map(|line| {
        let (_, found) = line.split_once(" → ")?;
        found.split_once(" at ").map(|(reason, _)| reason)
    });
    let mut known = 0;
    for reason in reasons {
        assert!(guide.contains(&format!("`{reason}`")), "{reason}");
        known += 1;
    }
    assert!(known > 100);
    let kinds = [
        "value", "leaf", "root", "key", "control", "variants", "size", "replaced",
    ];
    for kind in kinds {
        assert!(guide.contains(&format!("| `{kind}` |")), "{kind}");
    }
}
