//! What an update does besides patching the page.

use serde::Serialize;
use serde::ser::SerializeSeq;
use serde_json::Value;

use crate::error::DecodeError;
use crate::reader::{Items, Path, array};

/// A side effect of an update; effects follow its operations, in order.
///
/// ```
/// use djust_protocol::{Effect, Operations, ServerFrame, Update};
///
/// let update = Update {
///     seq: 4,
///     reference: 2,
///     operations: Operations::default(),
///     effects: vec![Effect::Title("Saved".into())],
/// };
/// assert_eq!(ServerFrame::Update(update).encode(), r#"[1,4,2,[],[["title","Saved"]]]"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {
    /// Sets the document's title.
    Title(String),
    /// Changes the address that the browser shows, without loading it.
    Url {
        /// Path and query.
        url: String,
        /// Whether the browser's history grows.
        mode: UrlMode,
    },
    /// Loads another page.
    Redirect(String),
    /// Shows another live page without loading the document anew, where that can be done.
    Navigate {
        /// Path and query.
        url: String,
        /// Whether the browser's history grows.
        mode: UrlMode,
    },
    /// Shows a message.
    Flash {
        /// Level, such as `info`, `success`, `warning` or `error`.
        level: String,
        /// The message as plain text.
        text: String,
    },
    /// Dispatches an event in the page.
    Push {
        /// Name of the event.
        event: String,
        /// Its detail.
        detail: Value,
    },
    /// Moves the focus to the first element that a selector matches.
    Focus(String),
    /// Scrolls the first element that a selector matches into view.
    Scroll(String),
}

/// What a change of the address or of the page does to the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlMode {
    /// Adds an entry.
    Push,
    /// Replaces the current entry.
    Replace,
}

impl UrlMode {
    fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Replace => "replace",
        }
    }
}

impl Effect {
    /// Reads one effect, an array that begins with its kind.
    ///
    /// # Errors
    ///
    /// When the kind is unknown, or an argument is missing, too many or of the wrong type.
    pub fn from_value(value: Value) -> Result<Self, DecodeError> {
        Self::read(value, &Path::Root)
    }

    pub(crate) fn read(value: Value, path: &Path<'_>) -> Result<Self, DecodeError> {
        let mut items = Items::new(array(value, "effect", path)?, path);
        let kind = items.text("kind of effect")?;
        let effect = match kind.as_str() {
            "title" => Self::Title(items.text("title")?),
            "url" => Self::Url {
                url: items.text("url")?,
                mode: mode(&mut items)?,
            },
            "redirect" => Self::Redirect(items.text("url")?),
            "navigate" => Self::Navigate {
                url: items.text("url")?,
                mode: mode(&mut items)?,
            },
            "flash" => Self::Flash {
                level: items.text("level")?,
                text: items.text("text")?,
            },
            "push" => Self::Push {
                event: items.text("event")?,
                detail: items.next("detail")?,
            },
            "focus" => Self::Focus(items.text("selector")?),
            "scroll" => Self::Scroll(items.text("selector")?),
            other => {
                let message = format!("effect {} is not known", crate::json::shown(other));
                return Err(items.place().bad(message));
            }
        };
        items.finish()?;
        Ok(effect)
    }

    pub(crate) fn read_list(values: Vec<Value>, path: &Path<'_>) -> Result<Vec<Self>, DecodeError> {
        let indexed = values.into_iter().enumerate();
        indexed
            .map(|(index, value)| Self::read(value, &Path::Index(path, index)))
            .collect()
    }
}

fn mode(items: &mut Items<'_>) -> Result<UrlMode, DecodeError> {
    match items.text("mode")?.as_str() {
        "push" => Ok(UrlMode::Push),
        "replace" => Ok(UrlMode::Replace),
        _ => Err(items.place().bad("mode must be \"push\" or \"replace\"")),
    }
}

impl Serialize for Effect {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        match self {
            Self::Title(title) => write(&mut list, &["title", title])?,
            Self::Url { url, mode } => write(&mut list, &["url", url, mode.as_str()])?,
            Self::Redirect(url) => write(&mut list, &["redirect", url])?,
            Self::Navigate { url, mode } => write(&mut list, &["navigate", url, mode.as_str()])?,
            Self::Flash { level, text } => write(&mut list, &["flash", level, text])?,
            Self::Push { event, detail } => {
                write(&mut list, &["push", event])?;
                list.serialize_element(detail)?;
            }
            Self::Focus(selector) => write(&mut list, &["focus", selector])?,
            Self::Scroll(selector) => write(&mut list, &["scroll", selector])?,
        }
        list.end()
    }
}

fn write<L: SerializeSeq>(list: &mut L, texts: &[&str]) -> Result<(), L::Error> {
    texts
        .iter()
        .try_for_each(|text| list.serialize_element(text))
}
