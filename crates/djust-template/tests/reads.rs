//! What templates read of their context.

use djust_template::{Engine, MapLoader, Read, Reads, i18n};

/// The use of a value in writing: `*` for the whole, `[]` around that of its items.
fn written(read: Read<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(read.is_whole().then(|| "*".to_owned()));
    parts.extend(read.items().map(|items| format!("[{}]", written(items))));
    parts.extend(
        read.attributes()
            .map(|(name, inside)| format!("{name}({})", written(inside)).replace("()", "")),
    );
    parts.join(" ")
}

fn engine(templates: &[(&str, &str)]) -> Engine {
    let loader = MapLoader::new();
    for (name, source) in templates {
        loader.insert(*name, *source);
    }
    Engine::builder().loader(loader).builtins(i18n()).build()
}

fn reads_of(templates: &[(&str, &str)], source: &str) -> (String, bool) {
    let template = engine(templates)
        .template_from_str(source)
        .expect("it compiles");
    let reads = Reads::of(&template);
    (written(reads.names()), reads.is_complete())
}

/// What a template without unknown parts reads.
fn reads(source: &str) -> String {
    let (written, complete) = reads_of(&[], source);
    assert!(complete, "{source}");
    written
}

#[test]
fn names_and_what_is_looked_up_in_them() {
    assert_eq!(
        reads("text {# {{ no }} #}{% comment %}{{ no }}{% endcomment %}"),
        ""
    );
    assert_eq!(reads("{{ a }}{{ b.c.d }}{{ b.e }}"), "a(*) b(c(d(*)) e(*))");
    assert_eq!(reads("{{ a|upper }}{{ 'x'|add:b.c }}"), "a(*) b(c(*))");
    assert_eq!(reads("{{ a.0.title }}{{ a|first }}"), "a([* title(*)])");
    assert_eq!(
        reads("{% if a.b and not c == d %}{{ e }}{% elif f %}{% else %}{{ g }}{% endif %}"),
        "a(b(*)) c(*) d(*) e(*) f(*) g(*)"
    );
    assert_eq!(
        reads("{% firstof a b.c %}{% cycle d 'x' as row %}{{ row }}"),
        "a(*) b(c(*)) d(*) row(*)"
    );
    assert_eq!(
        reads("{% url 'name' a.pk b=c.pk as link %}{{ link.x }}"),
        "a(pk(*)) c(pk(*)) link(x(*))"
    );
    assert_eq!(
        reads("{% filter upper|cut:a %}{{ b }}{% endfilter %}{{ var }}"),
        "a(*) b(*) var(*)"
    );
}

#[test]
fn loops_lead_to_items() {
    let loops = "{% for book in shelf.books %}{{ book.title }}{{ forloop.counter }}\
        {% for tag in book.tags.all %}{{ tag.name }}{{ title }}{% endfor %}{% empty %}{{ book }}{% endfor %}";
    assert_eq!(
        reads(loops),
        "book(*) shelf(books([tags(all([name(*)])) title(*)])) title(*)"
    );
    assert_eq!(
        reads("{% for k, v in d.items %}{{ k.x }}{{ v }}{% endfor %}"),
        "d(items([*]))"
    );
    assert_eq!(
        reads("{% for a in list|slice:':5'|dictsort:'owner.age' %}{{ a.name }}{% endfor %}"),
        "list([name(*) owner(age(*))])"
    );
}

#[test]
fn other_names_for_the_same_value() {
    assert_eq!(
        reads("{% with b=a.x c=list.0 %}{{ b.y }}{{ c.z }}{% endwith %}{{ b }}"),
        "a(x(y(*))) b(*) list([z(*)])"
    );
    assert_eq!(
        reads(
            "{% regroup books by author.name as groups %}{% for group in groups %}{{ group.grouper }}\
            {% for book in group.list %}{{ book.title }}{% endfor %}{% endfor %}"
        ),
        "books([author(name(*)) title(*)])"
    );
    assert_eq!(
        reads(
            "{% blocktranslate with t=a.title count n=b|length %}{{ t }} {{ c }}{% plural %}{{ n }}{% endblocktranslate %}"
        ),
        "a(title(*)) b c(*)"
    );
}

#[test]
fn included_templates_count() {
    let parts = [
        ("row.html", "{{ book.title }}{{ extra.x }}{{ outside }}"),
        ("endless.html", "{{ a }}{% include 'endless.html' %}"),
    ];
    let inside =
        "{% for book in books %}{% include 'row.html' with extra=book.author %}{% endfor %}";
    assert_eq!(
        reads_of(&parts, inside),
        ("books([author(x(*)) title(*)]) outside(*)".to_owned(), true)
    );
    let alone = "{% for book in books %}{% include 'row.html' with book=book only %}{% endfor %}";
    assert_eq!(
        reads_of(&parts, alone),
        ("books([title(*)])".to_owned(), true)
    );
    assert_eq!(
        reads_of(&parts, "{% include name %}"),
        ("name(*)".to_owned(), false)
    );
    assert!(!reads_of(&parts, "{% include 'none.html' %}").1);
    assert_eq!(
        reads_of(&parts, "{% include 'endless.html' %}"),
        ("a(*)".to_owned(), false)
    );
}

#[test]
fn every_version_of_a_block_counts() {
    let parts = [
        (
            "base.html",
            "{{ title }}{% block main %}{{ a }}{% endblock %}{% block foot %}{{ b }}{% endblock %}",
        ),
        (
            "middle.html",
            "{% extends 'base.html' %}{% block main %}{% for x in xs %}{{ x.y }}{% endfor %}{% endblock %}",
        ),
    ];
    let source = "{% extends 'middle.html' %}{{ ignored }}{% block main %}{{ block.super }}{{ c }}{% endblock %}";
    assert_eq!(
        reads_of(&parts, source),
        ("a(*) b(*) c(*) title(*) xs([y(*)])".to_owned(), true)
    );
    let (_, complete) = reads_of(
        &parts,
        "{% extends parent %}{% block main %}{{ c }}{% endblock %}",
    );
    assert!(!complete);
}

#[test]
fn long_paths_and_deep_templates_end() {
    let path = vec!["a"; 5000].join(".");
    assert!(reads(&format!("{{{{ {path} }}}}")).len() < 200);
    let deep = "{% if a %}".repeat(150) + &"{% endif %}".repeat(150);
    assert_eq!(reads(&deep), "a(*)");
}
