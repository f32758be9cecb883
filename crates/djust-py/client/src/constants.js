/**
 * Numbers of the wire protocol, as docs/protocol.md lists them. A test compares this module with the
 * constants that the djust-protocol crate writes.
 */

export const VERSION = 2;

/** Kinds of frames that the client sends. */
export const CONNECT = 0;
export const EVENT = 1;
export const ACK = 2;
export const PING = 3;
export const RESYNC = 4;

/** Kinds of frames that the server sends. */
export const CONNECTED = 0;
export const UPDATE = 1;
export const ERROR = 2;
export const PONG = 3;
export const RENUMBERED = 4;
export const CLOSE = 5;

/** Patch operations. */
export const SET_TEXT = 0;
export const SET_TAIL = 1;
export const SET_ATTRIBUTE = 2;
export const REMOVE_ATTRIBUTE = 3;
export const INSERT_HTML = 4;
export const REMOVE = 5;
export const MOVE = 6;
export const REPLACE_CHILDREN = 7;
export const INSERT_TREE = 8;
export const MERGE = 9;
export const MOVE_ALL = 10;

/** How many elements of the list each operation takes, itself included; beyond these there is none. */
export const LENGTHS = [3, 3, 4, 3, 5, 3, 4, 4, 5, 3, 4];

/** Limits; for messages and events until the server's CONNECTED frame names its own. */
export const MESSAGE_BYTES = 2 * 1024 * 1024;
export const RESYNC_BYTES = 8 * 1024 * 1024;
export const PENDING_EVENTS = 256;

/** In place of an event's id: the frame answers none, and the server's view of the page may be a fresh one. */
export const FRESH = -1;
