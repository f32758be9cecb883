/**
 * A WebSocket that comes back: full-jitter exponential backoff, a heartbeat that notices dead
 * connections, and the browser's own signals (online, wake-up, back/forward cache).
 */

import { PING } from "./constants.js";
import { FIRST_DELAY, HEARTBEAT, LONGEST_DELAY, PATIENCE, STABLE } from "./timing.js";

/**
 * A random delay below a bound that doubles with every failed attempt.
 *
 * @param {number} attempt 0 for the first
 */
export const backoff = (attempt) => Math.random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);

/**
 * A frame as JSON text. Half a character (a lone surrogate) becomes U+FFFD, as in a form submission: the
 * server's reader takes no other text.
 *
 * @param {any[]} frame
 */
export const encode = (frame) =>
  JSON.stringify(frame).replace(/\\(ud[89a-f]..|.)/g, (escape) => (escape[2] ? "\\ufffd" : escape));

/**
 * Connects, and keeps connected.
 *
 * @param {string} path where the socket is, relative to the page
 * @param {{ open: () => void, message: (frame: any[], text: string) => void, close: (attempt: number) => void, leave: () => void }} on
 *   `leave` is called while the page is being left, before the connection is closed; `close` is told how many attempts have failed since the last good connection
 */
export function createSocket(path, on) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");

  /** @type {WebSocket | null} */
  let socket = null;
  let attempt = 0;
  let opened = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let deadline;

  const expectAnswer = () => {
    deadline ??= setTimeout(drop, PATIENCE);
  };

  const answered = () => {
    clearTimeout(deadline);
    deadline = undefined;
  };

  /** Leaves the connection without waiting for the other side. */
  const leave = () => {
    const left = socket;
    socket = null;
    answered();
    clearTimeout(retry);
    left?.close();
    return left;
  };

  const drop = () => {
    if (!leave()) return;
    attempt = Date.now() - opened > STABLE ? 0 : attempt + 1;
    on.close(attempt);
    retry = setTimeout(connect, backoff(attempt));
  };

  const connect = () => {
    clearTimeout(retry);
    const mine = (socket = new WebSocket(url));
    opened = Date.now();
    expectAnswer();
    mine.onopen = () => mine === socket && on.open();
    mine.onmessage = ({ data }) => {
      if (mine !== socket) return;
      answered();
      on.message(JSON.parse(data), data);
    };
    mine.onclose = () => mine === socket && drop();
  };

  /** @param {any[]} frame */
  const send = (frame) => {
    if (socket?.readyState === 1) socket.send(encode(frame));
  };

  const beat = () => {
    if (socket?.readyState === 1) {
      send([PING]);
      expectAnswer();
    }
  };

  /** Connects now, or finds out whether the connection still lives. */
  const wake = () => {
    if (socket) beat();
    else if (!document.hidden) connect();
  };

  setInterval(beat, HEARTBEAT);
  for (const type of ["online", "offline", "visibilitychange", "pageshow"]) addEventListener(type, wake);
  // an open connection would keep the page out of the back/forward cache
  addEventListener("pagehide", () => {
    on.leave();
    if (leave()) on.close(0);
  });

  connect();

  return {
    send,
    /** Closes the connection and makes no other. */
    stop() {
      leave();
      socket = /** @type {any} */ ({});
    },
  };
}
