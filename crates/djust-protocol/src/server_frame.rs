//! Frames that a server sends.

use serde::Serialize;
use serde_json::Value;

use crate::client_frame::check_version;
use crate::effect::Effect;
use crate::error::{DecodeError, ErrorCode};
use crate::frame::{VERSION, server};
use crate::json;
use crate::operations::Operations;
use crate::reader::{Entries, Items, Path, array};

/// A message of a server.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFrame {
    /// Answer to the handshake.
    Connected(Connected),
    /// What changed.
    Update(Update),
    /// An event failed; the page keeps its state.
    Error(Failure),
    /// Answer to a ping.
    Pong,
    /// Answer to a resync.
    Renumbered(Renumbered),
    /// The server is about to close the connection.
    Close(Close),
}

/// Answer to the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// Highest sequence number that the server has sent.
    pub seq: u32,
    /// Id of the last event that the server has processed.
    pub last: u32,
    /// How the page goes on.
    pub resume: Resume,
    /// Most bytes that a message of the client may have.
    pub message_bytes: u32,
    /// Most events that may wait.
    pub pending_events: u32,
}

/// How a page goes on after the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// The client's numbers hold; frames that it missed follow.
    Continue,
    /// The client must send a resync.
    Resync,
}

impl Resume {
    /// The text on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "continue",
            Self::Resync => "resync",
        }
    }
}

/// What changed in the page, and what else happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Sequence number of this frame.
    pub seq: u32,
    /// Id of the event that this answers; 0 when the server speaks first.
    pub reference: u32,
    /// Changes of the page.
    pub operations: Operations,
    /// What happens after them.
    pub effects: Vec<Effect>,
}

/// Why an event was not handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Sequence number of this frame.
    pub seq: u32,
    /// Id of the event that this answers; 0 when it is not known.
    pub reference: u32,
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// One sentence for the user.
    pub message: String,
    /// What to look for in the server's log; may be empty.
    pub id: String,
}

/// Changes against a page that the client has numbered afresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumbered {
    /// Sequence number of this frame.
    pub seq: u32,
    /// Id of the last event that is part of the new page; 0 for none.
    pub reference: u32,
    /// Changes of the page.
    pub operations: Operations,
    /// The number that the next inserted node gets.
    pub base: u32,
}

/// Why the server closes the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// One sentence for the user.
    pub message: String,
    /// Whether the client should load the page again.
    pub reload: bool,
}

#[derive(Serialize)]
struct ConnectedBody<'a> {
    v: u32,
    seq: u32,
    last: u32,
    resume: &'a str,
    limits: LimitsBody,
}

#[derive(Serialize)]
struct LimitsBody {
    message: u32,
    events: u32,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    code: &'a str,
    message: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct CloseBody<'a> {
    code: &'a str,
    message: &'a str,
    reload: bool,
}

impl ServerFrame {
    /// Writes the frame.
    ///
    /// ```
    /// use djust_protocol::{Operations, ServerFrame, Update};
    ///
    /// let nothing = Update {
    ///     seq: 8,
    ///     reference: 3,
    ///     operations: Operations::default(),
    ///     effects: Vec::new(),
    /// };
    /// assert_eq!(ServerFrame::Update(nothing).encode(), "[1,8,3]");
    /// ```
    pub fn encode(&self) -> String {
        let mut buffer = Vec::new();
        match self {
            Self::Connected(connected) => connected.write(&mut buffer),
            Self::Update(update) => update.write(&mut buffer),
            Self::Error(Failure {
                seq,
                reference,
                code,
                message,
                id,
            }) => {
                let body = FailureBody {
                    code: code.as_str(),
                    message,
                    id,
                };
                json::write(&mut buffer, &(server::ERROR, seq, reference, body));
            }
            Self::Pong => json::write(&mut buffer, &(server::PONG,)),
            Self::Renumbered(renumbered) => renumbered.write(&mut buffer),
            Self::Close(Close {
                code,
                message,
                reload,
            }) => {
                let body = CloseBody {
                    code: code.as_str(),
                    message,
                    reload: *reload,
                };
                json::write(&mut buffer, &(server::CLOSE, body));
            }
        }
        String::from_utf8(buffer).expect("serde writes UTF-8")
    }

    /// Reads a frame that a server sent, for tests, tools and clients in Rust.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, not a frame of this version, larger than 64 MiB or nested deeper
    /// than 120 levels.
    ///
    /// ```
    /// use djust_protocol::ServerFrame;
    ///
    /// let ServerFrame::Update(update) = ServerFrame::decode(r#"[1,4,2,[0,3,"2"]]"#)? else {
    ///     panic!("an update was sent")
    /// };
    /// assert_eq!(update.reference, 2);
    /// assert_eq!(update.operations.patches()?.len(), 1);
    /// # Ok::<(), djust_protocol::DecodeError>(())
    /// ```
    pub fn decode(text: &str) -> Result<Self, DecodeError> {
        let path = Path::Root;
        let value = json::parse(text, json::SERVER_BOUNDS)?;
        let mut items = Items::new(array(value, "frame", &path)?, &path);
        let kind = items.integer("kind of frame")?;
        let frame = match kind {
            server::CONNECTED => Self::Connected(Connected::read(&mut items)?),
            server::UPDATE => Self::Update(Update::read(&mut items)?),
            server::ERROR => Self::Error(Failure::read(&mut items)?),
            server::PONG => Self::Pong,
            server::RENUMBERED => Self::Renumbered(Renumbered::read(&mut items)?),
            server::CLOSE => Self::Close(Close::read(&mut items)?),
            other => {
                return Err(items
                    .place()
                    .bad(format!("frame kind {other} is not known")));
            }
        };
        items.finish()?;
        Ok(frame)
    }
}

impl Connected {
    fn write(&self, buffer: &mut Vec<u8>) {
        let limits = LimitsBody {
            message: self.message_bytes,
            events: self.pending_events,
        };
        let resume = self.resume.as_str();
        let body = ConnectedBody {
            v: VERSION,
            seq: self.seq,
            last: self.last,
            resume,
            limits,
        };
        json::write(buffer, &(server::CONNECTED, body));
    }

    fn read(items: &mut Items<'_>) -> Result<Self, DecodeError> {
        let map = items.object("handshake")?;
        let path = items.place();
        let mut entries = Entries::new(map, &path);
        check_version(entries.integer("v")?, &path)?;
        let resume = match entries.text("resume")?.as_str() {
            "continue" => Resume::Continue,
            "resync" => Resume::Resync,
            _ => {
                let message = "resume must be \"continue\" or \"resync\"";
                return Err(Path::Key(&path, "resume").bad(message));
            }
        };
        let (seq, last) = (entries.integer("seq")?, entries.integer("last")?);
        let limits_path = Path::Key(&path, "limits");
        let mut limits = Entries::new(entries.object("limits")?, &limits_path);
        Ok(Self {
            seq,
            last,
            resume,
            message_bytes: limits.integer("message")?,
            pending_events: limits.integer("events")?,
        })
    }
}

impl Update {
    fn write(&self, buffer: &mut Vec<u8>) {
        // The array is written as far as it goes and its bracket is closed last, because the
        // operations are JSON already.
        json::write(buffer, &(server::UPDATE, self.seq, self.reference));
        buffer.pop();
        if !self.operations.is_empty() {
            buffer.push(b',');
            buffer.extend_from_slice(self.operations.as_str().as_bytes());
        } else if !self.effects.is_empty() {
            buffer.extend_from_slice(b",[]");
        }
        if !self.effects.is_empty() {
            buffer.push(b',');
            json::write(buffer, &self.effects);
        }
        buffer.push(b']');
    }

    fn read(items: &mut Items<'_>) -> Result<Self, DecodeError> {
        let (seq, reference) = (items.integer("seq")?, items.integer("ref")?);
        let operations = if items.is_empty() {
            Operations::default()
        } else {
            operations(items)?
        };
        let effects = if items.is_empty() {
            Vec::new()
        } else {
            let values = items.array("effects")?;
            Effect::read_list(values, &items.place())?
        };
        Ok(Self {
            seq,
            reference,
            operations,
            effects,
        })
    }
}

impl Renumbered {
    fn write(&self, buffer: &mut Vec<u8>) {
        json::write(buffer, &(server::RENUMBERED, self.seq, self.reference));
        buffer.pop();
        buffer.push(b',');
        let operations = self.operations.as_str();
        buffer.extend_from_slice(
            if operations.is_empty() {
                "[]"
            } else {
                operations
            }
            .as_bytes(),
        );
        buffer.push(b',');
        json::write(buffer, &self.base);
        buffer.push(b']');
    }

    fn read(items: &mut Items<'_>) -> Result<Self, DecodeError> {
        let (seq, reference) = (items.integer("seq")?, items.integer("ref")?);
        let operations = operations(items)?;
        Ok(Self {
            seq,
            reference,
            operations,
            base: items.integer("base")?,
        })
    }
}

impl Failure {
    fn read(items: &mut Items<'_>) -> Result<Self, DecodeError> {
        let (seq, reference) = (items.integer("seq")?, items.integer("ref")?);
        let map = items.object("error")?;
        let path = items.place();
        let mut entries = Entries::new(map, &path);
        let failure = Self {
            seq,
            reference,
            code: code(&mut entries, &path)?,
            message: entries.text("message")?,
            id: entries.text("id")?,
        };
        entries.finish()?;
        Ok(failure)
    }
}

impl Close {
    fn read(items: &mut Items<'_>) -> Result<Self, DecodeError> {
        let map = items.object("reason")?;
        let path = items.place();
        let mut entries = Entries::new(map, &path);
        let close = Self {
            code: code(&mut entries, &path)?,
            message: entries.text("message")?,
            reload: entries.boolean("reload")?,
        };
        entries.finish()?;
        Ok(close)
    }
}

fn operations(items: &mut Items<'_>) -> Result<Operations, DecodeError> {
    let values: Vec<Value> = items.array("operations")?;
    Operations::from_values(values, &items.place())
}

fn code(entries: &mut Entries<'_>, path: &Path<'_>) -> Result<ErrorCode, DecodeError> {
    let text = entries.text("code")?;
    text.parse().map_err(|_| {
        let message = format!("error code {} is not known", json::shown(&text));
        Path::Key(path, "code").bad(message)
    })
}
