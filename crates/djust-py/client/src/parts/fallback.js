/** Frames over plain HTTP, for pages whose WebSocket is blocked. */

import { backoff, encode } from "../socket.js";
import { PATIENCE, STABLE } from "../timing.js";

/** The server answers a request for frames after this time at the latest, and then some. */
const LONGEST_WAIT = 35_000;

/**
 * @param {string} path
 * @param {import("../types.js").Receiver} on
 */
function createTransport(path, on) {
  /** Ends whatever the present connection is waiting for. @type {AbortController | null} */
  let present = null;
  let id = "";
  let attempt = 0;
  let opened = 0;
  let stopped = false;
  /** Frames that wait for the request before them. @type {string[]} */
  let waiting = [];
  let posting = false;
  let leaving = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;

  const leave = () => {
    const left = present;
    present = null;
    id = "";
    waiting = [];
    posting = false;
    clearTimeout(retry);
    left?.abort();
    return left;
  };

  const drop = () => {
    if (!leave() || stopped) return;
    attempt = Date.now() - opened > STABLE ? 0 : attempt + 1;
    on.close(attempt);
    retry = setTimeout(connect, backoff(attempt));
  };

  /**
   * One request; the frames that it brings are for the page, unless another connection has begun.
   *
   * @param {string[]} lines
   * @param {Record<string, string>} headers
   * @param {number} patience
   */
  const request = async (lines, headers, patience) => {
    const mine = present;
    const timer = setTimeout(drop, patience);
    try {
      if (id) headers["x-djust-connection"] = id;
      const body = lines.join("\n");
      const response = await fetch(path, { method: "POST", body, headers, signal: mine?.signal });
      const text = await response.text();
      if (mine !== present) return false;
      if (!response.ok) throw Error(`status ${response.status}`);
      id ||= response.headers.get("x-djust-connection") ?? "";
      for (const line of text.split("\n")) if (line && mine === present) on.message(JSON.parse(line), line);
      return mine === present;
    } catch {
      if (mine === present) drop();
      return false;
    } finally {
      clearTimeout(timer);
    }
  };

  const post = async () => {
    if (posting || !waiting.length) return;
    posting = true;
    const first = !id;
    const sent = await request(waiting.splice(0), {}, PATIENCE);
    if (!sent) return;
    posting = false;
    if (first && !id) drop();
    else if (first) void listen();
    void post();
  };

  const listen = async () => {
    while (await request([], { "x-djust-wait": "1" }, LONGEST_WAIT));
  };

  const connect = () => {
    clearTimeout(retry);
    present = new AbortController();
    opened = Date.now();
    on.open();
  };

  const wake = () => {
    if (!present && !stopped && !document.hidden) connect();
  };

  for (const type of ["online", "visibilitychange", "pageshow"]) addEventListener(type, wake);
  addEventListener("pagehide", () => {
    leaving = true;
    on.leave();
    leaving = false;
    if (id && waiting.length) {
      // any other request would end with the page
      const headers = { "x-djust-connection": id };
      fetch(path, { method: "POST", body: waiting.splice(0).join("\n"), headers, keepalive: true }).catch(() => {});
    }
    if (leave()) on.close(0);
  });

  // not within the call that makes it: what is opened answers through the one who called
  retry = setTimeout(connect);

  return {
    /** @param {any[]} frame */
    send(frame) {
      if (!present) return;
      waiting.push(encode(frame));
      if (!leaving) void post();
    },
    stop() {
      stopped = true;
      leave();
    },
  };
}

/** @param {import("../types.js").Page} page */
export function start({ connect }) {
  document.documentElement.dataset.djustTransport = "http";
  connect(createTransport);
}
