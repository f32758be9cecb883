//! Error codes of the wire, and the error of a decoder.

use std::fmt;
use std::str::FromStr;

/// Why something failed, as the wire says it.
///
/// The list is closed: a peer that reads another code speaks another version.
///
/// ```
/// use djust_protocol::ErrorCode;
///
/// assert_eq!(ErrorCode::UnknownHandler.as_str(), "unknown-handler");
/// assert_eq!("too-deep".parse(), Ok(ErrorCode::TooDeep));
/// assert!("too-strange".parse::<ErrorCode>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The message is not a frame of the protocol.
    BadFrame,
    /// The message has too many bytes.
    TooLarge,
    /// Arrays and objects are nested too deeply.
    TooDeep,
    /// Too many values, parameters, fields or waiting events.
    TooMany,
    /// The page has no event handler of that name.
    UnknownHandler,
    /// A parameter has the wrong type or is not expected.
    BadParameter,
    /// A parameter is missing.
    MissingParameter,
    /// The user may not do this.
    Forbidden,
    /// Too many events in a short time.
    RateLimited,
    /// The handler raised an exception; the page keeps the state that it had before.
    HandlerFailed,
    /// The page could not be rendered; it keeps what it showed before.
    RenderFailed,
    /// The server stopped within the event, so that nobody knows whether it was done; it is not run
    /// again.
    Interrupted,
    /// A fault of the server.
    Internal,
    /// The peer speaks another version of the protocol.
    UnsupportedVersion,
    /// The page's session is over; the page must be loaded again.
    Expired,
}

impl ErrorCode {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 15] = [
        Self::BadFrame,
        Self::TooLarge,
        Self::TooDeep,
        Self::TooMany,
        Self::UnknownHandler,
        Self::BadParameter,
        Self::MissingParameter,
        Self::Forbidden,
        Self::RateLimited,
        Self::HandlerFailed,
        Self::RenderFailed,
        Self::Interrupted,
        Self::Internal,
        Self::UnsupportedVersion,
        Self::Expired,
    ];

    /// The code as it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadFrame => "bad-frame",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::TooMany => "too-many",
            Self::UnknownHandler => "unknown-handler",
            Self::BadParameter => "bad-parameter",
            Self::MissingParameter => "missing-parameter",
            Self::Forbidden => "forbidden",
            Self::RateLimited => "rate-limited",
            Self::HandlerFailed => "handler-failed",
            Self::RenderFailed => "render-failed",
            Self::Interrupted => "interrupted",
            Self::Internal => "internal",
            Self::UnsupportedVersion => "unsupported-version",
            Self::Expired => "expired",
        }
    }

    /// One sentence for the documentation.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::BadFrame => "The message is not a frame of the protocol.",
            Self::TooLarge => "The message, or a text of the handshake, has too many bytes.",
            Self::TooDeep => "Arrays and objects are nested too deeply.",
            Self::TooMany => "Too many values, parameters, fields or waiting events.",
            Self::UnknownHandler => "The page has no event handler of that name.",
            Self::BadParameter => "A parameter has the wrong type or is not expected.",
            Self::MissingParameter => "A parameter is missing.",
            Self::Forbidden => "The user may not do this.",
            Self::RateLimited => "Too many events in a short time.",
            Self::HandlerFailed => "The handler failed; the page keeps the state it had before.",
            Self::RenderFailed => "The page could not be rendered; it keeps what it showed before.",
            Self::Interrupted => {
                "The server stopped within the event: whether it was done is not known, and it is not run again."
            }
            Self::Internal => "A fault of the server.",
            Self::UnsupportedVersion => "The peer speaks another version of the protocol.",
            Self::Expired => "The page's session is over; the page must be loaded again.",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The text is not an [`ErrorCode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown error code")]
pub struct UnknownCode;

impl FromStr for ErrorCode {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|code| code.as_str() == text)
            .ok_or(UnknownCode)
    }
}

/// A message that could not be decoded: what is wrong, where, and which limit was passed.
///
/// `{}` prints one line that ends in the path of the offending value, `$` being the frame:
///
/// ```
/// use djust_protocol::{ClientFrame, ErrorCode, Limits};
///
/// let text = r#"[1,9,0,"save",{"a":1,"a":2}]"#;
/// let error = ClientFrame::decode(text, &Limits::default()).unwrap_err();
/// assert_eq!(error.code(), ErrorCode::BadFrame);
/// assert_eq!(error.to_string(), r#"key "a" is given twice, at $[4]"#);
/// assert_eq!(error.path(), "$[4]");
/// assert_eq!(error.event(), 9);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}, at {}", .0.message, .0.path)]
pub struct DecodeError(Box<Details>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    code: ErrorCode,
    message: String,
    path: String,
    event: u32,
}

impl DecodeError {
    pub(crate) fn new(
        code: ErrorCode,
        path: impl fmt::Display,
        message: impl Into<String>,
    ) -> Self {
        Self(Box::new(Details {
            code,
            message: message.into(),
            path: path.to_string(),
            event: 0,
        }))
    }

    pub(crate) fn with_event(mut self, event: u32) -> Self {
        self.0.event = event;
        self
    }

    /// The code to answer with.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it is wrong, `$` being the whole message.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The id of the event that was refused, so that the answer can carry it back; 0 when the
    /// message was no event or its id could not be read.
    pub fn event(&self) -> u32 {
        self.0.event
    }
}
