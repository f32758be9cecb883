//! A live page together with its template.

use std::sync::Arc;

use djust_protocol::{Numbering, Operations};
use djust_template::{Context, Template};

use crate::error::{Error, Result};
use crate::page::Renumbering;
use crate::recorder::Recorder;
use crate::template_page::TemplatePage;

/// One live page: a template, and what the client shows of it.
///
/// Every method renders the template with the context it is given. When anything fails, the session
/// stays as it was, so that the next event works. Where the live root is gone, the client has to load
/// the page again.
///
/// ```
/// use djust_live::Session;
/// use djust_live::djust_template::{Context, Engine};
///
/// let template = Engine::default().template_from_str("<p dj-root>{{ count }}</p>")?;
/// let mut session = Session::new(template);
///
/// let html = session.mount(&mut Context::from_iter([("count", 1)]))?;
/// assert_eq!(html, "<p dj-root>1</p>");
///
/// let operations = session.update(&mut Context::from_iter([("count", 2)]))?;
/// assert_eq!(operations.as_str(), r#"[0,0,"2"]"#);
/// # Ok::<(), djust_live::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    template: Arc<Template>,
    page: TemplatePage,
}

impl Session {
    /// A session that shows nothing yet.
    pub fn new(template: Arc<Template>) -> Self {
        Self {
            page: TemplatePage::new(&template),
            template,
        }
    }

    /// The template.
    pub fn template(&self) -> &Arc<Template> {
        &self.template
    }

    /// What the client shows.
    pub fn page(&self) -> &TemplatePage {
        &self.page
    }

    /// Keeps as little as it can of what is shown: see [`TemplatePage::hibernate`].
    pub fn hibernate(&mut self) {
        self.page.hibernate();
    }

    fn render(&self, context: &mut Context) -> Result<Recorder> {
        self.render_into(self.page.recorder(), context)
    }

    fn render_into(&self, mut recorder: Recorder, context: &mut Context) -> Result<Recorder> {
        self.template.render_to(context, &mut recorder)?;
        Ok(recorder)
    }

    /// Renders the whole page for a client that has nothing yet, and keeps its live root.
    ///
    /// # Errors
    ///
    /// When the template fails or the page has no live root.
    pub fn mount(&mut self, context: &mut Context) -> Result<String> {
        let render = self.render(context)?;
        self.page.mount(render)
    }

    /// The operations that bring the client to what the template gives now.
    ///
    /// # Errors
    ///
    /// When the template fails, the session is not mounted, or the live root has gone or is another
    /// element.
    pub fn update(&mut self, context: &mut Context) -> Result<Operations> {
        let render = self.render_into(self.page.update_recorder(), context)?;
        match self.page.update(render) {
            Err(Error::Incomplete) => {
                let render = self.render(context)?;
                self.page.update(render)
            }
            operations => operations,
        }
    }

    /// The answer to a client that has numbered its page afresh: see
    /// [`LivePage::resync`](crate::LivePage::resync).
    ///
    /// # Errors
    ///
    /// As [`Session::update`]; also when `client` is not the live root.
    pub fn resync(
        &mut self,
        client: &str,
        numbering: Option<Numbering>,
        context: &mut Context,
    ) -> Result<Renumbering> {
        let render = self.render(context)?;
        self.page.resync(client, numbering, render)
    }
}
