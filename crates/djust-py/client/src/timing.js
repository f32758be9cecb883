/** What the client decides by time, in milliseconds. */

/** An ACK is sent after so many frames without an event, or after this delay. */
export const ACK_FRAMES = 4;
export const ACK_DELAY = 1000;

/** Bounds of the random delay before another connection: the first, and the longest. */
export const FIRST_DELAY = 500;
export const LONGEST_DELAY = 30_000;

/** A connection that lasted so long counts as a good one: the next delay starts small again. */
export const STABLE = 10_000;

/** A ping is sent this often. */
export const HEARTBEAT = 25_000;

/** The server has so long to answer a ping, or to accept a connection. */
export const PATIENCE = 10_000;

/** A page that reloaded itself this recently does not do it again. */
export const RELOAD_PAUSE = 10_000;
