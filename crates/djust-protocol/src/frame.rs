//! What both directions share: the version and the kinds.

/// Version of the protocol, sent in both first frames.
///
/// Within one version every array has exactly the elements that are documented. Only the objects of
/// the two handshake frames may hold keys that a peer does not know; it ignores them, so that peers
/// of different versions can tell each other so.
pub const VERSION: u32 = 2;

/// Kinds of frames that a client sends.
pub(crate) mod client {
    pub(crate) const CONNECT: u32 = 0;
    pub(crate) const EVENT: u32 = 1;
    pub(crate) const ACK: u32 = 2;
    pub(crate) const PING: u32 = 3;
    pub(crate) const RESYNC: u32 = 4;
}

/// Kinds of frames that a server sends.
pub(crate) mod server {
    pub(crate) const CONNECTED: u32 = 0;
    pub(crate) const UPDATE: u32 = 1;
    pub(crate) const ERROR: u32 = 2;
    pub(crate) const PONG: u32 = 3;
    pub(crate) const RENUMBERED: u32 = 4;
    pub(crate) const CLOSE: u32 = 5;
}
