//! The protocol as data: for documents, and for clients in other languages.
//!
//! ```
//! use djust_protocol::describe;
//!
//! let swap = describe::OPERATIONS.iter().find(|entry| entry.name == "move").unwrap();
//! assert_eq!((swap.number, swap.layout), (6, "parent, after, id"));
//! ```

use crate::frame::{client, server};
use crate::limits;
use crate::patch::operation;

/// A frame or operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number on the wire.
    pub number: u32,
    /// Name in documents and constants.
    pub name: &'static str,
    /// What follows the number; `?` marks what may be left out.
    pub layout: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Name in documents and constants.
    pub name: &'static str,
    /// The most that is allowed.
    pub value: u64,
    /// What is counted.
    pub meaning: &'static str,
}

const fn entry(
    number: u32,
    name: &'static str,
    layout: &'static str,
    meaning: &'static str,
) -> Entry {
    Entry {
        number,
        name,
        layout,
        meaning,
    }
}

const fn bound(name: &'static str, value: usize, meaning: &'static str) -> Bound {
    Bound {
        name,
        value: value as u64,
        meaning,
    }
}

/// Frames of a client.
pub const CLIENT_FRAMES: [Entry; 5] = [
    entry(
        client::CONNECT,
        "connect",
        "{v, token, csrf, seq, count, sum, url, sent?}",
        "First frame of every connection: version, the page's signed token, the CSRF token, the \
         highest sequence number applied, count and checksum of the numbered nodes, path and query, \
         and the highest id of an event that was ever put on a connection.",
    ),
    entry(
        client::EVENT,
        "event",
        "id, ack, handler, parameters?, fields?",
        "The user did something. Ids grow by one from 1; fields are a form's [name, value] pairs in \
         document order.",
    ),
    entry(
        client::ACK,
        "ack",
        "seq",
        "Every frame up to seq is applied.",
    ),
    entry(client::PING, "ping", "", "Asks for a sign of life."),
    entry(
        client::RESYNC,
        "resync",
        "ack, html, (count, sum)?",
        "Outer HTML of the live root, which the client has numbered afresh at that moment; count \
         and checksum of these numbers show whether parsing the HTML gives the same nodes.",
    ),
];

/// Frames of a server.
pub const SERVER_FRAMES: [Entry; 6] = [
    entry(
        server::CONNECTED,
        "connected",
        "{v, seq, last, resume, limits: {message, events}}",
        "Answer to connect: version, highest sequence number sent, id of the last event processed, \
         \"continue\" or \"resync\", most bytes of a message and most waiting events.",
    ),
    entry(
        server::UPDATE,
        "update",
        "seq, ref, operations?, effects?",
        "What changed. ref is the id of the event that is answered, 0 when the server speaks first.",
    ),
    entry(
        server::ERROR,
        "error",
        "seq, ref, {code, message, id}",
        "The event was not handled; the page keeps its state. The id is also in the server's log.",
    ),
    entry(server::PONG, "pong", "", "Answer to ping."),
    entry(
        server::RENUMBERED,
        "renumbered",
        "seq, ref, operations, base",
        "Answer to resync: changes against the client's fresh numbers, and the next free number.",
    ),
    entry(
        server::CLOSE,
        "close",
        "{code, message, reload}",
        "The server is about to close the connection; reload says whether to load the page again.",
    ),
];

/// Operations on the page.
pub const OPERATIONS: [Entry; 11] = [
    entry(
        operation::SET_TEXT as u32,
        "setText",
        "id, text",
        "Sets the text of an element before its first numbered child, or the data of a comment.",
    ),
    entry(
        operation::SET_TAIL as u32,
        "setTail",
        "id, text",
        "Sets the text after a node, up to its next numbered sibling.",
    ),
    entry(
        operation::SET_ATTRIBUTE as u32,
        "setAttribute",
        "id, name, value",
        "Sets an attribute.",
    ),
    entry(
        operation::REMOVE_ATTRIBUTE as u32,
        "removeAttribute",
        "id, name",
        "Removes an attribute.",
    ),
    entry(
        operation::INSERT_HTML as u32,
        "insertHtml",
        "parent, after, base, html",
        "Inserts HTML after a sibling and its tail, or first (after = 0), numbered from base.",
    ),
    entry(
        operation::REMOVE as u32,
        "remove",
        "id, count",
        "Removes a node and the count - 1 numbered siblings that follow, each with its tail.",
    ),
    entry(
        operation::MOVE as u32,
        "move",
        "parent, after, id",
        "Moves a node with its tail, inside its parent, after a sibling and its tail, or first.",
    ),
    entry(
        operation::REPLACE_CHILDREN as u32,
        "replaceChildren",
        "id, base, html",
        "Replaces the text and all children of an element, numbered from base.",
    ),
    entry(
        operation::INSERT_TREE as u32,
        "insertTree",
        "parent, after, base, tree",
        "Inserts a node tree, for content that serialising and parsing would change.",
    ),
    entry(
        operation::MERGE as u32,
        "merge",
        "id, html",
        "Adds to what an element with dj-update append or prepend holds.",
    ),
    entry(
        operation::MOVE_ALL as u32,
        "moveAll",
        "parent, after, ids",
        "Moves nodes as move does, at least two: the first after a sibling, each other after the one before.",
    ),
];

/// Events that are the protocol's own: handler name, parameters and meaning.
pub const OWN_EVENTS: [(&str, &str, &str); 2] = [
    (
        "_model",
        "{name: value}",
        "A control with dj-model has a new value: text, true or false, or a list of texts.",
    ),
    (
        "_patch",
        "{url}",
        "The page shows another address of the same view: path and query.",
    ),
];

/// Kinds of effects: name and arguments.
pub const EFFECTS: [(&str, &str, &str); 8] = [
    ("title", "text", "Sets the document's title."),
    (
        "url",
        "url, \"push\" or \"replace\"",
        "Changes the address shown, without loading it.",
    ),
    ("redirect", "url", "Loads another page."),
    (
        "navigate",
        "url, \"push\" or \"replace\"",
        "Shows another live page without loading the document anew, where that can be done.",
    ),
    ("flash", "level, text", "Shows a message."),
    ("push", "event, detail", "Dispatches an event in the page."),
    ("focus", "selector", "Moves the focus."),
    ("scroll", "selector", "Scrolls an element into view."),
];

/// Limits of the protocol.
pub const LIMITS: [Bound; 13] = [
    bound(
        "messageBytes",
        limits::MESSAGE_BYTES,
        "bytes of a message of a client",
    ),
    bound(
        "resyncBytes",
        limits::RESYNC_BYTES,
        "bytes of a resync, which carries the live root",
    ),
    bound(
        "depth",
        limits::DEPTH,
        "levels of nesting, the frame being level 1",
    ),
    bound(
        "values",
        limits::VALUES,
        "JSON values in a message of a client",
    ),
    bound("parameters", limits::PARAMETERS, "parameters of an event"),
    bound("fields", limits::FIELDS, "form fields of an event"),
    bound(
        "handlerName",
        limits::HANDLER_NAME,
        "characters of a handler's name",
    ),
    bound(
        "handshakeText",
        limits::HANDSHAKE_TEXT,
        "bytes of each text in the handshake",
    ),
    bound("number", limits::NUMBER as usize, "magnitude of a number"),
    bound(
        "pendingEvents",
        limits::PENDING_EVENTS,
        "events of a page that wait for their turn",
    ),
    bound(
        "unacknowledgedFrames",
        limits::UNACKNOWLEDGED_FRAMES,
        "frames sent and not acknowledged; then updates coalesce",
    ),
    bound(
        "acknowledgeFrames",
        limits::ACKNOWLEDGE_FRAMES,
        "frames after which a client acknowledges",
    ),
    bound(
        "acknowledgeMilliseconds",
        limits::ACKNOWLEDGE_MILLISECONDS,
        "milliseconds after which a client acknowledges",
    ),
];
