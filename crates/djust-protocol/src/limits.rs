//! Bounds on what a client may send, and on what waits.

/// Largest message of a client, in bytes of UTF-8.
pub(crate) const MESSAGE_BYTES: usize = 2 * 1024 * 1024;
/// Largest resync of a client, in bytes of UTF-8: it carries the whole live root, once.
pub(crate) const RESYNC_BYTES: usize = 8 * 1024 * 1024;
/// Deepest nesting of arrays and objects in a message of a client; the frame itself is level 1.
pub(crate) const DEPTH: usize = 32;
/// Most JSON values of any kind in one message of a client.
pub(crate) const VALUES: usize = 65_536;
/// Most parameters of one event.
pub(crate) const PARAMETERS: usize = 256;
/// Most form fields of one event.
pub(crate) const FIELDS: usize = 2_000;
/// Longest name of a handler, in characters.
pub(crate) const HANDLER_NAME: usize = 128;
/// Longest token or address in the handshake, in bytes.
pub(crate) const HANDSHAKE_TEXT: usize = 8_192;
/// Most events of one page that wait for their turn.
pub(crate) const PENDING_EVENTS: usize = 256;
/// Most frames with a sequence number that wait for an acknowledgement.
pub(crate) const UNACKNOWLEDGED_FRAMES: usize = 8;
/// A client acknowledges after at most this many frames.
pub(crate) const ACKNOWLEDGE_FRAMES: usize = 4;
/// A client acknowledges after at most this many milliseconds.
pub(crate) const ACKNOWLEDGE_MILLISECONDS: usize = 1_000;
/// Largest magnitude of a number: beyond it JavaScript cannot tell neighbouring integers apart.
pub(crate) const NUMBER: i64 = 9_007_199_254_740_991;

/// Largest message of a server that this crate decodes.
pub(crate) const SERVER_BYTES: usize = 64 * 1024 * 1024;
/// Deepest nesting of a message of a server that this crate decodes. Two levels of JSON carry one
/// level of a node tree.
pub(crate) const SERVER_DEPTH: usize = 120;

/// Bounds that decoding a message of a client enforces.
///
/// [`Limits::default`] are the documented limits of the protocol; a server may be stricter or more
/// generous and tells its clients in the handshake.
///
/// ```
/// use djust_protocol::{ClientFrame, ErrorCode, Limits};
///
/// let mut limits = Limits::default();
/// limits.message_bytes = 16;
/// let error = ClientFrame::decode(r#"[1,7,0,"save",{"text":"long"}]"#, &limits).unwrap_err();
/// assert_eq!(error.code(), ErrorCode::TooLarge);
/// assert_eq!(error.event(), 7);
/// assert_eq!(error.to_string(), "message of 30 bytes, at most 16 are allowed, at $");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one message.
    pub message_bytes: usize,
    /// Bytes of one resync, which carries the whole live root.
    pub resync_bytes: usize,
    /// Levels of nesting; at most 120, whatever is set.
    pub depth: usize,
    /// JSON values in one message.
    pub values: usize,
    /// Parameters of one event.
    pub parameters: usize,
    /// Form fields of one event.
    pub fields: usize,
    /// Characters of a handler's name.
    pub handler_name: usize,
    /// Bytes of each text in the handshake.
    pub handshake_text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: MESSAGE_BYTES,
            resync_bytes: RESYNC_BYTES,
            depth: DEPTH,
            values: VALUES,
            parameters: PARAMETERS,
            fields: FIELDS,
            handler_name: HANDLER_NAME,
            handshake_text: HANDSHAKE_TEXT,
        }
    }
}
