//! The live page of a template: a render in, operations out.
//!
//! Invariant: what is kept is what the client shows once it has applied every operation handed out so
//! far. A page whose shape is certain is kept as hashes ([`ShapedPage`]); any other as a tree.

use std::sync::Arc;

use djust_protocol::{Encoder, Numbering, Operations};
use djust_template::Template;
use djust_vdom::{Binding, Coverage, NumberedTree, Refused, ShapedPage, html, replace};

use crate::adapter::Adapter;
use crate::error::{Error, Result};
use crate::page::{LivePage, Renumbering};
use crate::recorder::Recorder;
use crate::report;
use crate::shared::Shared;

/// One live page of a template that is rendered by whoever uses it, into a [`Recorder`].
///
/// [`Session`](crate::Session) does both; this type is for hosts whose templates are rendered with
/// values of another language.
///
/// ```
/// use djust_live::TemplatePage;
/// use djust_live::djust_template::{Context, Engine};
///
/// let template = Engine::default().template_from_str("<p dj-root>{{ count }}</p>")?;
/// let mut page = TemplatePage::new(&template);
///
/// let mut recorder = page.recorder();
/// template.render_to(&mut Context::from_iter([("count", 1)]), &mut recorder)?;
/// assert_eq!(page.mount(recorder)?, "<p dj-root>1</p>");
///
/// let mut recorder = page.recorder();
/// template.render_to(&mut Context::from_iter([("count", 2)]), &mut recorder)?;
/// assert_eq!(page.update(recorder)?.as_str(), r#"[0,0,"2"]"#);
/// # Ok::<(), djust_live::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TemplatePage {
    shared: Arc<Shared>,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    /// Nothing is shown yet.
    New,
    Shaped(Box<ShapedPage>),
    /// A comparison was refused half way: nothing but the root itself is known, until the client says
    /// what it shows.
    Lost(Box<Lost>),
    /// What was rendered has no certain shape; it is compared as a tree from then on.
    Tree(Box<LivePage>),
}

#[derive(Clone, Debug)]
struct Lost {
    page: ShapedPage,
    /// The controls that the client will show.
    bindings: Vec<Binding>,
}

impl TemplatePage {
    /// A page that shows nothing yet.
    pub fn new(template: &Arc<Template>) -> Self {
        Self {
            shared: Shared::of(template),
            state: State::New,
        }
    }

    /// What the template is to be rendered into. Dropped when the render fails.
    pub fn recorder(&self) -> Recorder {
        Recorder::new(&self.shared)
    }

    /// What the template is to be rendered into for the next [`update`](Self::update): items of loops that
    /// write what the page shows already are left out, and cost no more than reading their values.
    ///
    /// ```
    /// use djust_live::{Error, TemplatePage};
    /// use djust_live::djust_template::{Context, Engine};
    ///
    /// let source = "<ul dj-root>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>";
    /// let template = Engine::default().template_from_str(source)?;
    /// let mut page = TemplatePage::new(&template);
    /// let names = |list: Vec<&str>| Context::from_iter([("names", list)]);
    /// let mut recorder = page.recorder();
    /// template.render_to(&mut names(vec!["Ada"]), &mut recorder)?;
    /// page.mount(recorder)?;
    ///
    /// let mut recorder = page.update_recorder();
    /// template.render_to(&mut names(vec!["Ada", "Grace"]), &mut recorder)?;
    /// match page.update(recorder) {
    ///     // Not certain, and not all is there to replace the content: render again.
    ///     Err(Error::Incomplete) => {
    ///         let mut recorder = page.recorder();
    ///         template.render_to(&mut names(vec!["Ada", "Grace"]), &mut recorder)?;
    ///         page.update(recorder)?;
    ///     }
    ///     operations => assert_eq!(operations?.as_str(), r#"[4,0,1,2,"<li>Grace</li>"]"#),
    /// }
    /// # Ok::<(), djust_live::Error>(())
    /// ```
    pub fn update_recorder(&self) -> Recorder {
        let mut recorder = self.recorder();
        let recording = recorder.for_update();
        if let State::Shaped(page) = &self.state {
            page.tell(&self.shared.shapes, recording);
        }
        recorder
    }

    /// Takes a render as what the client shows, and returns it as HTML.
    ///
    /// # Errors
    ///
    /// When the page has no live root.
    pub fn mount(&mut self, mut render: Recorder) -> Result<String> {
        let html = render.complete()?.html();
        render.find_root()?;
        let shaped = ShapedPage::mount(&self.shared.shapes, render.recording());
        self.state = if let Ok(page) = shaped {
            State::Shaped(Box::new(page))
        } else {
            let mut page = LivePage::new();
            page.mount(&html)?;
            State::Tree(Box::new(page))
        };
        Ok(html)
    }

    /// The operations that turn what the client shows into the render.
    ///
    /// Where the change is not certain, all content is replaced, and the client loses focus, what was typed,
    /// and what elements with `dj-update` keep. A host that can ask its client for a resync uses [`try_update`](Self::try_update).
    ///
    /// # Errors
    ///
    /// When the page is not mounted, has no live root, or its root is another element than before:
    /// then the client has to load the page again. [`Error::Incomplete`] when the render is to be
    /// repeated, all of it.
    pub fn update(&mut self, mut render: Recorder) -> Result<Operations> {
        if let Some(operations) = self.compare(&mut render)? {
            return Ok(operations);
        }
        let (shown, operations) = self.replaced(&render)?;
        render.find_root()?;
        self.state = match ShapedPage::adopt(&self.shared.shapes, render.recording(), &shown) {
            Ok(page) => State::Shaped(Box::new(page)),
            Err(_) => State::Tree(Box::new(LivePage::showing(shown))),
        };
        Ok(operations)
    }

    /// As [`update`](Self::update), but nothing where the change is not certain: what the client shows
    /// is then known as hashes only, and only the client can say it. Until its [`resync`](Self::resync)
    /// every update gives nothing.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    ///
    /// ```
    /// use djust_live::TemplatePage;
    /// use djust_live::djust_template::{Context, Engine};
    ///
    /// let template = Engine::default().template_from_str("<div dj-root>{{ text|safe }}</div>")?;
    /// let mut page = TemplatePage::new(&template);
    /// let render = |page: &TemplatePage, text: &str| {
    ///     let mut recorder = page.recorder();
    ///     template.render_to(&mut Context::from_iter([("text", text)]), &mut recorder)?;
    ///     Ok::<_, djust_live::Error>(recorder)
    /// };
    /// page.mount(render(&page, "one")?)?;
    /// assert_eq!(page.try_update(render(&page, "<p>not<p>closed")?)?, None);
    ///
    /// let answer = page.resync("<div dj-root>one</div>", None, render(&page, "<p>a<p>b")?)?;
    /// assert_eq!(answer.operations.as_str(), r#"[7,0,1,"<p>a</p><p>b</p>"]"#);
    /// # Ok::<(), djust_live::Error>(())
    /// ```
    pub fn try_update(&mut self, mut render: Recorder) -> Result<Option<Operations>> {
        let operations = self.compare(&mut render)?;
        if operations.is_none() {
            // What cannot be replaced, either, is an error here as well.
            let (next, _) = self.replaced(&render)?;
            let bindings = LivePage::showing(next).bindings();
            self.state = match std::mem::replace(&mut self.state, State::New) {
                State::Shaped(page) => State::Lost(Box::new(Lost {
                    page: *page,
                    bindings,
                })),
                State::Lost(lost) => State::Lost(Box::new(Lost { bindings, ..*lost })),
                other => other,
            };
        }
        Ok(operations)
    }

    fn compare(&mut self, render: &mut Recorder) -> Result<Option<Operations>> {
        match &mut self.state {
            State::New => Err(Error::NotMounted),
            State::Lost(_) => Ok(None),
            State::Tree(page) => page.update(&render.complete()?.html()).map(Some),
            State::Shaped(page) => {
                render.find_root()?;
                let mut encoder = Encoder::new();
                let (recording, literals) = render.parts();
                let mut adapter = Adapter::with_literals(&mut encoder, literals);
                let compared = page.update(&self.shared.shapes, recording, &mut adapter);
                Ok(compared.is_ok().then(|| encoder.finish()))
            }
        }
    }

    /// What is known of a page that is no tree.
    fn shaped(&self) -> Option<&ShapedPage> {
        match &self.state {
            State::Shaped(page) => Some(page),
            State::Lost(lost) => Some(&lost.page),
            State::New | State::Tree(_) => None,
        }
    }

    /// The render as a tree, and the operations that put it in place of all that is shown.
    fn replaced(&self, render: &Recorder) -> Result<(NumberedTree, Operations)> {
        let page = self.shaped().ok_or(Error::NotMounted)?;
        let next = html::parse_document(&render.complete()?.html()).into_root()?;
        let mut encoder = Encoder::new();
        let shown = page.root(&self.shared.shapes)?;
        let shown = replace(&shown, next, &mut Adapter::new(&mut encoder))?;
        Ok((shown, encoder.finish()))
    }

    /// The answer to a client that has numbered its page afresh: see [`LivePage::resync`].
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update); also when `client` is not the live root.
    pub fn resync(
        &mut self,
        client: &str,
        numbering: Option<Numbering>,
        mut render: Recorder,
    ) -> Result<Renumbering> {
        let shapes = &self.shared.shapes;
        let html = render.complete()?.html();
        if let State::Tree(page) = &mut self.state {
            return page.resync(client, numbering, &html);
        }
        let root = self.shaped().ok_or(Error::NotMounted)?.root(shapes)?;
        let mut tree = LivePage::showing(root);
        let answer = tree.resync(client, numbering, &html)?;
        render.find_root()?;
        let shaped = tree
            .shown()
            .and_then(|shown| ShapedPage::adopt(shapes, render.recording(), shown).ok());
        self.state = match shaped {
            Some(page) => State::Shaped(Box::new(page)),
            None => State::Tree(Box::new(tree)),
        };
        Ok(answer)
    }

    /// Count and checksum of the numbered nodes, for the client to compare; `None` before the mount, and
    /// while only the client knows.
    pub fn numbering(&self) -> Option<Numbering> {
        match &self.state {
            State::New | State::Lost(_) => None,
            State::Tree(page) => page.numbering(),
            State::Shaped(page) => {
                let (count, sum) = page.count_and_checksum(&self.shared.shapes);
                Some(Numbering { count, sum })
            }
        }
    }

    /// A hash of what is shown; `None` before the mount, and while only the client knows.
    ///
    /// Equal renders have equal fingerprints in every process with the same
    /// [`seed`](djust_vdom::seed).
    pub fn fingerprint(&self) -> Option<u64> {
        match &self.state {
            State::New | State::Lost(_) => None,
            State::Tree(page) => page.fingerprint(),
            State::Shaped(page) => Some(page.fingerprint()),
        }
    }

    /// Whether the page is kept as the shape of its template, so that an update costs what changes.
    pub fn is_shaped(&self) -> bool {
        matches!(self.state, State::Shaped(_))
    }

    /// The tree of what is shown, if the page is kept as one.
    pub fn shown(&self) -> Option<&NumberedTree> {
        match &self.state {
            State::Tree(page) => page.shown(),
            _ => None,
        }
    }

    /// The lowest number that no node had yet; 0 before the mount.
    pub fn next_id(&self) -> u32 {
        match &self.state {
            State::New => 0,
            State::Tree(page) => page.shown().map_or(0, |shown| shown.next_id().0),
            State::Shaped(page) => page.next_id().0,
            State::Lost(lost) => lost.page.next_id().0,
        }
    }

    /// The controls that `dj-model` binds in what is shown, in document order.
    pub fn bindings(&self) -> Vec<Binding> {
        match &self.state {
            State::Tree(page) => page.bindings(),
            State::Shaped(page) => page.bindings(&self.shared.shapes),
            State::Lost(lost) => lost.bindings.clone(),
            State::New => Vec::new(),
        }
    }

    /// Forgets what was rendered inside elements with `dj-update` append or prepend: see
    /// [`LivePage::forget_merged`].
    pub fn forget_merged(&mut self) {
        match &mut self.state {
            State::Tree(page) => page.forget_merged(),
            State::Shaped(page) => page.forget_merged(&self.shared.shapes),
            State::New | State::Lost(_) => {}
        }
    }

    /// Keeps as little as it can of what is shown, for a page that nothing is expected to happen to soon. Every later
    /// update gives a page as if nothing had happened; the first change of a row of a long list sends all its texts.
    ///
    /// A page that is kept as a tree stays as it is.
    ///
    /// ```
    /// use djust_live::Session;
    /// use djust_live::djust_template::{Context, Engine};
    ///
    /// let source = "<ul dj-root>{% for word in words %}<li>{{ word }} <b>{{ word|upper }}</b></li>{% endfor %}</ul>";
    /// let words = |last: &str| Context::from_iter([("words", [vec!["a"; 30], vec![last]].concat())]);
    /// let mut session = Session::new(Engine::default().template_from_str(source)?);
    /// session.mount(&mut words("b"))?;
    ///
    /// let before = session.page().memory();
    /// session.hibernate();
    /// assert!(session.page().memory() < before);
    /// let operations = session.update(&mut words("c"))?;
    /// assert_eq!(operations.as_str(), r#"[0,61,"c ",0,62,"C"]"#);
    /// # Ok::<(), djust_live::Error>(())
    /// ```
    pub fn hibernate(&mut self) {
        if let State::Shaped(page) = &mut self.state {
            page.hibernate(&self.shared.shapes);
        }
    }

    /// Bytes that are kept for what is shown; 0 where it is kept as a tree.
    pub fn memory(&self) -> usize {
        match &self.state {
            State::Shaped(page) => page.memory(),
            _ => 0,
        }
    }

    /// A line for each part of the template, on any page, that is not compared place by place: where it is,
    /// why, and what to change.
    ///
    /// ```
    /// use djust_live::Session;
    /// use djust_live::djust_template::{Context, Engine};
    ///
    /// let template = Engine::default().template_from_str("<div dj-root>{{ a }}\n<template>{{ a }}</template></div>")?;
    /// let mut session = Session::new(template);
    /// session.mount(&mut Context::from_iter([("a", 1)]))?;
    /// let report = session.page().report();
    /// assert_eq!(report.len(), 1);
    /// assert!(report[0].starts_with("a template:2: the part from \"<template>…</template>\" on"), "{report:?}");
    /// # Ok::<(), djust_live::Error>(())
    /// ```
    pub fn report(&self) -> Vec<String> {
        let notes = self.shared.shapes.notes();
        notes.iter().map(report::line).collect()
    }

    /// How much of this template, on any page, is compared place by place.
    pub fn coverage(&self) -> Coverage {
        self.shared.shapes.coverage()
    }

    /// Why renders of this template, on any page, had no certain shape, and how often.
    pub fn refusals(&self) -> Vec<(Refused, u32)> {
        self.shared.shapes.refusals()
    }
}
