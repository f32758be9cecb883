//! Elements that keep what they hold (`dj-update` append and prepend): what is added to them, and which of them stay.

use std::sync::Arc;

use djust_live::{Error, LivePage, Recorder, TemplatePage};
use djust_protocol::{Operations, Patch};
use djust_template::Template;
use djust_vdom::NumberedTree;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::states::{State, state};
use crate::support::apply_wire;
use crate::{cases, engine, failure, parse};

const MERGED: &[&str] = &[
    "<ul dj-update=append>{% for row in rows %}<li id=\"{{ row.id }}\">{{ row.text }}</li>\n{% endfor %}</ul>",
    "<pre dj-update=\"prepend\">\n{{ word }}<b>{{ word }}</b>{{ word }}</pre>{{ word }}",
    "{{ word }}<div class=\"{{ word }}\" dj-update=append>\n<i>static</i> {% if flag %}<b>{{ word }}</b>{% endif %}</div>",
    "<table><tbody dj-update=prepend>{% for row in rows %}<tr><td>{{ row.text }}</td></tr>{% endfor %}</tbody></table>",
    "<p>{{ word }}</p><ol dj-update=append>{{ word }}{% for row in rows %}{{ row.text }}<li>{{ row.id }}{% endfor %}</ol>",
];

proptest! {
    #![proptest_config(cases(800))]

    /// What is sent into elements that keep what they hold is what a comparison of trees sends.
    #[test]
    fn merges_are_those_of_trees(
        parts in vec(select(MERGED), 1..3), states in vec((state(), any::<bool>()), 2..7),
    ) {
        let source = format!("<!DOCTYPE html><body><main dj-root>{}</main>", parts.concat());
        let template = engine().template_from_str(&source).expect("the template compiles");
        let render = |state: &State| template.render(&mut state.context()).expect("renders");
        let mut page = TemplatePage::new(&template);
        let record = |page: &TemplatePage, state: &State| {
            let mut recorder = page.update_recorder();
            template.render_to(&mut state.context(), &mut recorder).expect("renders");
            recorder
        };
        let mut tree = LivePage::new();
        page.mount(record(&page, &states[0].0)).map_err(failure)?;
        tree.mount(&render(&states[0].0)).map_err(failure)?;
        for (state, forgets) in &states[1..] {
            if !page.is_shaped() {
                return Ok(());
            }
            if *forgets {
                page.forget_merged();
                tree.forget_merged();
            }
            let Some(operations) = page.try_update(record(&page, state)).map_err(failure)? else {
                return Ok(());
            };
            let expected = tree.update(&render(state)).map_err(failure)?;
            prop_assert_eq!(merges(&operations), merges(&expected));
        }
    }
}

fn merges(operations: &Operations) -> Vec<(u32, String)> {
    let patches = operations.patches().expect("the text of an encoder");
    let merges = patches.iter().filter_map(|patch| match patch {
        Patch::Merge { id, html } => Some((id.0, html.to_string())),
        _ => None,
    });
    merges.collect()
}

/// In branches, loops and included templates. Those in loops have keys, or are no shapes.
const NESTED: &[&str] = &[
    "{% if flag %}<ul dj-update=append>{% for row in rows %}<li id=\"{{ row.id }}\">{{ row.text }}</li>{% endfor %}</ul>{% endif %}",
    "{{ word }}{% if flag %}{{ word }}<pre dj-update=prepend>\n{{ word }}</pre>{{ word }}{% else %}<ol dj-update=append><li>{{ word }}</ol>{% endif %}",
    "{% if flag %}<h2>{{ word }}</h2><ul id=one dj-update=append><li>{{ word }}</li></ul>{% else %}<ul id=one dj-update=append><li>{{ word }}</li></ul>{% endif %}",
    "{% for row in rows %}<div dj-key=\"{{ row.id }}\"><h2>{{ row.text }}</h2><pre dj-update=append>{{ row.text }}<b>{{ word }}</b></pre></div>{% endfor %}",
    "{% for row in rows %}<ol id=\"l{{ row.id }}\" dj-update=prepend>{% if row.on %}<li>{{ row.text }}</li>{% endif %}</ol>{{ row.text }}{% endfor %}",
    "{% for row in rows %}<p dj-key=\"{{ row.id }}\">{{ row.text }}</p>{% if row.on %}<ul id=\"u{{ row.id }}\" dj-update=append><li>{{ row.text }}</li></ul>{% endif %}{% endfor %}",
    "{% for row in rows %}<div data-key=\"{{ row.id }}\">{% if row.on %}{% for other in rows %}{% if other.on %}<i id=\"i{{ other.id }}\" dj-update=append>{{ row.text }}{{ other.text }}</i>{% endif %}{% endfor %}{% endif %}</div>{% endfor %}",
    "{% if flag %}<div>{% endif %}<ul dj-update=append><li>{{ word }}</li></ul>{{ word }}{% if flag %}</div>{% endif %}",
    "<div class=\"{{ word }}\">{% if flag %}<ul id=\"room-{{ word }}\" dj-update=append><li>{{ word }}</li></ul><input value=\"{{ word }}\">{% endif %}</div>",
    "<div id=\"{{ word }}\"><p>{{ word }}</p>{% if flag %}<ul dj-update=append><li>{{ word }}</li></ul>{% endif %}</div>",
    "<div {% if flag %}id=on{% endif %}><p>{{ word }}</p><ul dj-update=append><li>{{ word }}</li></ul></div>",
    "<ul id=\"room-{{ word }}\" dj-update=append><li>{{ word }}</li></ul>",
    "<table>{% for row in rows %}<tr dj-key=\"{{ row.id }}\"><td>{{ row.text }}</td><td dj-update=append>{{ row.text }}<br></td></tr>{% endfor %}</table>",
    "{% for row in rows %}<ul dj-update=append><li>{{ row.text }}</li></ul>{% endfor %}",
    "{% include 'kept.html' %}<div>{% if flag %}{% include 'kept.html' %}{% endif %}</div>",
    "{% if flag %}<template dj-update=append>{{ word }}</template><ul dj-update=append>{{ markup|safe }}</ul>{% endif %}",
];

/// A page kept as a shape, one kept as a tree, and what a browser shows that gets the operations of each.
struct Both {
    template: Arc<Template>,
    page: TemplatePage,
    tree: LivePage,
    shown: [NumberedTree; 2],
}

impl Both {
    fn mount(template: &Arc<Template>, state: &State) -> Result<Self, TestCaseError> {
        let html = template.render(&mut state.context()).expect("renders");
        let shown = parse(&html).expect("a live root").number();
        let mut both = Self {
            template: Arc::clone(template),
            page: TemplatePage::new(template),
            tree: LivePage::new(),
            shown: [shown.clone(), shown],
        };
        let render = both.record(state);
        both.page.mount(render).map_err(failure)?;
        both.tree.mount(&html).map_err(failure)?;
        Ok(both)
    }

    /// A render without what the page shows already.
    fn record(&self, state: &State) -> Recorder {
        self.written(self.page.update_recorder(), state)
    }

    fn record_all(&self, page: &TemplatePage, state: &State) -> Recorder {
        self.written(page.recorder(), state)
    }

    fn written(&self, mut recorder: Recorder, state: &State) -> Recorder {
        let context = &mut state.context();
        self.template
            .render_to(context, &mut recorder)
            .expect("renders");
        recorder
    }

    /// Another render; whether it was compared. What both show is the same then, and what elements keep as well.
    fn update(&mut self, state: &State) -> Result<bool, TestCaseError> {
        let html = self.template.render(&mut state.context()).expect("renders");
        let operations = match self.page.try_update(self.record(state)) {
            Err(Error::Incomplete) => {
                let again = self.record_all(&self.page, state);
                self.page.try_update(again)
            }
            operations => operations,
        };
        let operations = operations.map_err(failure)?;
        let is_certain = operations.is_some();
        let both = if let Some(operations) = operations {
            [operations, self.tree.update(&html).map_err(failure)?]
        } else {
            let client = self.shown[0].html();
            self.shown = self
                .shown
                .each_ref()
                .map(|shown| shown.parse_client(&client).expect("the root"));
            let render = self.record_all(&self.page, state);
            let answer = self.page.resync(&client, None, render).map_err(failure)?;
            let tree = self.tree.resync(&client, None, &html).map_err(failure)?;
            [answer.operations, tree.operations]
        };
        for (shown, operations) in self.shown.iter_mut().zip(&both) {
            let Some(applied) = apply_wire(shown, operations) else {
                // The oracle does not read trees from text.
                return Err(TestCaseError::reject("a node tree"));
            };
            *shown =
                applied.map_err(|error| failure(format!("{error}: {}", operations.as_str())))?;
        }
        let [shape, tree] = &self.shown;
        prop_assert_eq!(shape.html(), tree.html(), "{:?}", both);
        if let (true, Some(kept)) = (self.page.is_shaped(), self.page.fingerprint()) {
            let mut fresh = TemplatePage::new(&self.template);
            let render = self.record_all(&fresh, state);
            fresh.mount(render).map_err(failure)?;
            // In another process it may be a tree.
            if fresh.is_shaped() {
                prop_assert_eq!(Some(kept), fresh.fingerprint());
            }
        }
        Ok(is_certain)
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    /// A page compared as a shape keeps in its elements what one compared as a tree does.
    #[test]
    fn elements_in_branches_and_loops_keep_what_they_hold(
        parts in vec(select(NESTED), 1..4), states in vec((state(), any::<u8>()), 2..8),
    ) {
        let part = |(number, part): (usize, &&str)| format!("<section id=s{number}>{part}</section>");
        let parts: String = parts.iter().enumerate().map(part).collect();
        let source = format!("<!DOCTYPE html><body><main dj-root>{parts}</main>");
        let template = engine().template_from_str(&source).expect("the template compiles");
        let distinct = |state: &State| {
            let mut state = state.clone();
            let mut seen = Vec::new();
            state.rows.retain(|row| !seen.contains(&row.0) && { seen.push(row.0); true });
            state
        };
        let mut both = Both::mount(&template, &distinct(&states[0].0))?;
        for (state, event) in &states[1..] {
            if event % 3 == 0 {
                both.page.forget_merged();
                both.tree.forget_merged();
            }
            if event % 5 == 0 {
                both.page.hibernate();
            }
            both.update(&distinct(state))?;
        }
    }
}
