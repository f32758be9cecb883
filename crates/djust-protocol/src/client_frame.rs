//! Frames that a client sends.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{DecodeError, ErrorCode};
use crate::frame::{VERSION, client};
use crate::json::{self, Bounds};
use crate::limits::Limits;
use crate::reader::{Entries, Items, Path, array, text};

/// A message of a client.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientFrame {
    /// First frame of every connection.
    Connect(Connect),
    /// The user did something.
    Event(Event),
    /// The client has applied every frame up to `seq`.
    Ack {
        /// Highest sequence number applied.
        seq: u32,
    },
    /// Asks for a sign of life.
    Ping,
    /// The client's page is not what the server thinks; here is what it is.
    Resync(Resync),
}

/// What a client says first: which page it is and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connect {
    /// Signed token of the page's session.
    pub token: String,
    /// Token against forged requests.
    pub csrf: String,
    /// Highest sequence number applied; 0 on a fresh page.
    pub seq: u32,
    /// Number of numbered nodes in the client's page.
    pub count: u32,
    /// Checksum of their names.
    pub sum: u32,
    /// Path and query that the browser shows.
    pub url: String,
    /// Highest id of an event that was ever put on a connection; 0, and not written, when there was
    /// none.
    #[serde(skip_serializing_if = "is_zero")]
    pub sent: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Something that the user did, to be handled once.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Number of the event in its page: 1, 2, 3, ...
    pub id: u32,
    /// Highest sequence number applied.
    pub ack: u32,
    /// Name of the handler, an identifier.
    pub handler: String,
    /// Named parameters in the order of the message.
    pub parameters: Map<String, Value>,
    /// For a form: names and values in document order, as a native submission would send them.
    pub fields: Option<Vec<(String, String)>>,
}

/// What the client shows, all of it, numbered afresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resync {
    /// Highest sequence number applied.
    pub ack: u32,
    /// Outer HTML of the live root.
    pub html: String,
    /// What the client's numbering comes to, so that the server sees when parsing the HTML gives
    /// another tree than the one that the client has.
    pub numbering: Option<Numbering>,
}

/// Count and checksum of the numbered nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// How many nodes are numbered.
    pub count: u32,
    /// Checksum of their names.
    pub sum: u32,
}

/// The handshake with its version first.
#[derive(Serialize)]
struct Versioned<'a> {
    v: u32,
    #[serde(flatten)]
    connect: &'a Connect,
}

impl ClientFrame {
    /// Writes the frame.
    ///
    /// ```
    /// use djust_protocol::ClientFrame;
    ///
    /// assert_eq!(ClientFrame::Ack { seq: 12 }.encode(), "[2,12]");
    /// ```
    pub fn encode(&self) -> String {
        let mut buffer = Vec::new();
        match self {
            Self::Connect(connect) => {
                json::write(
                    &mut buffer,
                    &(
                        client::CONNECT,
                        Versioned {
                            v: VERSION,
                            connect,
                        },
                    ),
                );
            }
            Self::Event(event) => event.write(&mut buffer),
            Self::Ack { seq } => json::write(&mut buffer, &(client::ACK, seq)),
            Self::Ping => json::write(&mut buffer, &(client::PING,)),
            Self::Resync(Resync {
                ack,
                html,
                numbering: None,
            }) => {
                json::write(&mut buffer, &(client::RESYNC, ack, html));
            }
            Self::Resync(Resync {
                ack,
                html,
                numbering: Some(Numbering { count, sum }),
            }) => {
                json::write(&mut buffer, &(client::RESYNC, ack, html, count, sum));
            }
        }
        String::from_utf8(buffer).expect("serde writes UTF-8")
    }

    /// Reads a frame that a client sent.
    ///
    /// # Errors
    ///
    /// When the text passes a limit, is not JSON, or is not a frame of this version. The error holds
    /// the code to answer with, the place, and the id of the event if there was one.
    ///
    /// ```
    /// use djust_protocol::{ClientFrame, ErrorCode, Limits};
    ///
    /// let limits = Limits::default();
    /// assert_eq!(ClientFrame::decode("[3]", &limits)?, ClientFrame::Ping);
    ///
    /// let error = ClientFrame::decode(r#"[0,{"v":3}]"#, &limits).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::UnsupportedVersion);
    /// assert_eq!(error.message(), "protocol version 3 is not supported, only version 2 is");
    /// # Ok::<(), djust_protocol::DecodeError>(())
    /// ```
    pub fn decode(text: &str, limits: &Limits) -> Result<Self, DecodeError> {
        Self::read(text, limits).map_err(|error| error.with_event(leading_event_id(text)))
    }

    fn read(text: &str, limits: &Limits) -> Result<Self, DecodeError> {
        let bytes = match leading_number(text) {
            Some((client::RESYNC, _)) => limits.resync_bytes,
            _ => limits.message_bytes,
        };
        let bounds = Bounds {
            bytes,
            depth: limits.depth,
            values: limits.values,
        };
        let path = Path::Root;
        let mut items = Items::new(array(json::parse(text, bounds)?, "frame", &path)?, &path);
        let kind = items.integer("kind of frame")?;
        let frame = match kind {
            client::CONNECT => Self::Connect(Connect::read(&mut items, limits)?),
            client::EVENT => Self::Event(Event::read(&mut items, limits)?),
            client::ACK => Self::Ack {
                seq: items.integer("seq")?,
            },
            client::PING => Self::Ping,
            client::RESYNC => Self::Resync(Resync::read(&mut items)?),
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

impl Connect {
    fn read(items: &mut Items<'_>, limits: &Limits) -> Result<Self, DecodeError> {
        let map = items.object("handshake")?;
        let path = items.place();
        let mut entries = Entries::new(map, &path);
        check_version(entries.integer("v")?, &path)?;
        let mut bounded = |key: &str| -> Result<String, DecodeError> {
            let text = entries.text(key)?;
            let (found, most) = (text.len(), limits.handshake_text);
            if found > most {
                let message = format!("{key} of {found} bytes, at most {most} are allowed");
                return Err(DecodeError::new(
                    ErrorCode::TooLarge,
                    Path::Key(&path, key),
                    message,
                ));
            }
            Ok(text)
        };
        let (token, csrf, url) = (bounded("token")?, bounded("csrf")?, bounded("url")?);
        Ok(Self {
            token,
            csrf,
            seq: entries.integer("seq")?,
            count: entries.integer("count")?,
            sum: entries.integer("sum")?,
            url,
            sent: entries.optional_integer("sent")?.unwrap_or(0),
        })
    }
}

impl Resync {
    fn read(items: &mut Items<'_>) -> Result<Self, DecodeError> {
        let (ack, html) = (items.integer("ack")?, items.text("html")?);
        let mut numbering = None;
        if !items.is_empty() {
            numbering = Some(Numbering {
                count: items.integer("count")?,
                sum: items.integer("sum")?,
            });
        }
        Ok(Self {
            ack,
            html,
            numbering,
        })
    }
}

pub(crate) fn check_version(version: u32, path: &Path<'_>) -> Result<(), DecodeError> {
    if version == VERSION {
        return Ok(());
    }
    let message = format!("protocol version {version} is not supported, only version {VERSION} is");
    Err(DecodeError::new(
        ErrorCode::UnsupportedVersion,
        Path::Key(path, "v"),
        message,
    ))
}

impl Event {
    fn write(&self, buffer: &mut Vec<u8>) {
        let Self {
            id,
            ack,
            handler,
            parameters,
            fields,
        } = self;
        match fields {
            Some(fields) => {
                json::write(
                    buffer,
                    &(client::EVENT, id, ack, handler, parameters, fields),
                );
            }
            None if parameters.is_empty() => {
                json::write(buffer, &(client::EVENT, id, ack, handler));
            }
            None => json::write(buffer, &(client::EVENT, id, ack, handler, parameters)),
        }
    }

    fn read(items: &mut Items<'_>, limits: &Limits) -> Result<Self, DecodeError> {
        let id = items.integer("event id")?;
        if id == 0 {
            return Err(items.place().bad("event id must be at least 1"));
        }
        let ack = items.integer("ack")?;
        let handler = items.text("handler")?;
        check_handler(&handler, limits, &items.place())?;
        let mut parameters = Map::new();
        if !items.is_empty() {
            parameters = items.object("parameters")?;
            check_number(
                parameters.len(),
                limits.parameters,
                "parameters",
                &items.place(),
            )?;
        }
        let mut fields = None;
        if !items.is_empty() {
            let values = items.array("fields")?;
            let path = items.place();
            check_number(values.len(), limits.fields, "fields", &path)?;
            fields = Some(read_fields(values, &path)?);
        }
        Ok(Self {
            id,
            ack,
            handler,
            parameters,
            fields,
        })
    }
}

fn read_fields(values: Vec<Value>, path: &Path<'_>) -> Result<Vec<(String, String)>, DecodeError> {
    let mut fields = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        let path = Path::Index(path, index);
        let mut pair = Items::new(array(value, "field", &path)?, &path);
        let name = pair.text("name of the field")?;
        let value = pair.next("value of the field")?;
        let value = text(value, "value of the field", &pair.place())?;
        pair.finish()?;
        fields.push((name, value));
    }
    Ok(fields)
}

/// Any identifier: letters, digits and `_` of any script, no digit first.
fn check_handler(name: &str, limits: &Limits, path: &Path<'_>) -> Result<(), DecodeError> {
    let (found, most) = (name.chars().count(), limits.handler_name);
    if found > most {
        let message = format!("handler name of {found} characters, at most {most} are allowed");
        return Err(DecodeError::new(ErrorCode::TooLarge, path, message));
    }
    let mut characters = name.chars();
    let first = characters
        .next()
        .is_some_and(|c| c == '_' || c.is_alphabetic());
    if first && characters.all(|c| c == '_' || c.is_alphanumeric()) {
        return Ok(());
    }
    Err(path.bad(format!(
        "handler name {} is not an identifier",
        json::shown(name)
    )))
}

fn check_number(found: usize, most: usize, what: &str, path: &Path<'_>) -> Result<(), DecodeError> {
    if found <= most {
        return Ok(());
    }
    let message = format!("{found} {what}, at most {most} are allowed");
    Err(DecodeError::new(ErrorCode::TooMany, path, message))
}

/// The event id at the start of a message that could not be read as a whole; 0 when there is none.
fn leading_event_id(text: &str) -> u32 {
    match leading_number(text) {
        Some((client::EVENT, rest)) => leading_digits(rest).map_or(0, |(id, _)| id),
        _ => 0,
    }
}

/// The kind of the frame that `text` begins, and what follows its comma.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let (kind, rest) = leading_digits(text.trim_start().strip_prefix('[')?)?;
    Some((kind, rest.strip_prefix(',').unwrap_or(rest)))
}

/// A number that a comma or bracket ends, and the text from there.
fn leading_digits(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let rest = rest.trim_start();
    if rest.starts_with([',', ']']) {
        Some((digits.parse().ok()?, rest))
    } else {
        None
    }
}
