/**
 * The client's side of one page session: handshake, outbox, order of frames, resynchronisation, and what
 * the page shows of it.
 */

import {
  ACK,
  CLOSE,
  CONNECT,
  CONNECTED,
  ERROR,
  EVENT,
  MESSAGE_BYTES,
  PENDING_EVENTS,
  PONG,
  RENUMBERED,
  RESYNC,
  RESYNC_BYTES,
  VERSION,
} from "./constants.js";
import { createApplier } from "./apply.js";
import { notify, runEffects } from "./effects.js";
import { createFields, FRESH } from "./fields.js";
import { createIds, measure } from "./ids.js";
import { parse } from "./markup.js";
import { createSocket, encode } from "./socket.js";
import { ACK_DELAY, ACK_FRAMES, RELOAD_PAUSE } from "./timing.js";

/** @typedef {{ token: string, csrf: string, socket: string, count: number, sum: number }} Config */
/** @typedef {[id: number, handler: string, params?: object, fields?: unknown]} PendingEvent */

/** CLOSE codes after which another connection can succeed without a reload. */
const PASSING = /^(internal|rate-limited)$/;

/**
 * @param {Element} root the live root, as the server sent it
 * @param {Config} config
 */
export function createPage(root, config) {
  const [count, sum] = measure(root);
  const { dataset } = document.documentElement;
  const fields = createFields();
  const ids = createIds(root);
  const apply = createApplier(root, ids, fields.changed);

  /** Events that the server has not answered. @type {PendingEvent[]} */
  let outbox = [];
  let lastEvent = 0;
  let limits = { message: MESSAGE_BYTES, events: PENDING_EVENTS };

  /** Highest server sequence number applied, and how many of them no ACK or EVENT has told yet. */
  let applied = 0;
  let untold = 0;
  /** Highest event id answered. */
  let answered = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let acknowledgement;

  let connected = false;
  let greeted = false;
  let stopped = false;
  let busy = false;
  /** @type {Element | null} the control in which text is being composed */
  let composing = null;
  /** Frames that wait for the end of composition. @type {any[][]} */
  let held = [];

  /** Until RENUMBERED, the server's numbers are not those of the page. */
  let outOfStep = count !== config.count || sum !== config.sum;
  /** The frames that a resumed connection still owes end with this one. */
  let owed = 0;
  /** The server may have lost state: nothing that the user typed may go. */
  let fresh = false;
  let failures = 0;
  /** Effects of frames whose patches come with RENUMBERED. @type {any[]} */
  const postponed = [];

  /** @param {{ code: string, message: string, id?: string }} failure */
  const fail = (failure) => {
    dataset.djustError = failure.code;
    notify(root, "djust:error", failure);
  };

  const stop = () => {
    stopped = true;
    socket.stop();
    dataset.djustStatus = "failed";
  };

  const reload = () => {
    stop();
    try {
      const now = Date.now();
      if (now - sessionStorage.djustReload < RELOAD_PAUSE) return;
      sessionStorage.djustReload = now;
      location.reload();
    } catch {
      // without storage nothing would guard against a loop: the user reloads
    }
  };

  /** @param {any[]} frame @param {number} bytes */
  const fits = (frame, bytes) => new Blob([encode(frame)]).size <= bytes;

  const told = () => {
    clearTimeout(acknowledgement);
    acknowledgement = undefined;
    untold = 0;
  };

  const acknowledge = () => {
    told();
    socket.send([ACK, applied]);
  };

  /** @param {PendingEvent} event */
  const frameOf = ([id, ...rest]) => [EVENT, id, applied, ...rest];

  const resync = () => {
    outOfStep = true;
    owed = 0;
    ids.renumber();
    const [count, sum, outline] = measure(root);
    // a tree that its own HTML does not give back has no count that the server could find
    const same = measure(parse(root, root.innerHTML))[2] === outline;
    const frame = [RESYNC, applied, root.outerHTML, same ? count : 0, sum];
    if (fits(frame, RESYNC_BYTES)) socket.send(frame);
    else reload();
  };

  /**
   * Applies operations that answer event `ref`; false when they do not fit the page.
   *
   * @param {number} ref
   * @param {any[]} operations
   */
  const patch = (ref, operations) => {
    let fits = true;
    busy = true;
    fields.during(ref, () => {
      try {
        apply(operations);
      } catch (error) {
        console.warn(error);
        fits = false;
      }
    });
    busy = false;
    return fits;
  };

  /** @param {any[]} frame UPDATE, ERROR or RENUMBERED */
  const process = ([kind, seq, ref, content = [], extra]) => {
    if (seq <= applied) return;
    const gap = seq !== applied + 1;
    applied = seq;
    answered = Math.max(answered, ref);
    outbox = outbox.filter(([id]) => id > ref);
    if (kind === ERROR) {
      fields.failed(ref);
      fail(content);
      // it may be the resync that failed: then the next frame asks again
      if (!ref) owed = seq + 1;
    } else {
      if (ref) delete dataset.djustError;
      if (kind === RENUMBERED) {
        // an answer to a resync of an earlier connection may have come before; this one is to an older page
        outOfStep = !outOfStep || !patch(fresh ? FRESH : answered, content);
        fresh = false;
        if (!outOfStep) failures = 0;
        else if (failures++) reload();
        else resync();
      } else {
        postponed.push(...(extra ?? []));
        if (!outOfStep && (gap || !patch(ref, content))) resync();
      }
      if (!outOfStep) runEffects(root, postponed.splice(0));
    }
    if (owed && owed <= applied && outOfStep) resync();
    if (++untold >= ACK_FRAMES) acknowledge();
    else acknowledgement ??= setTimeout(acknowledge, ACK_DELAY);
  };

  const processHeld = () => {
    while (held.length && !composing?.isConnected) process(/** @type {any[]} */ (held.shift()));
  };

  /** @param {{ seq: number, last: number, resume: string, limits: typeof limits }} greeting */
  const greet = (greeting) => {
    const { seq, last } = greeting;
    limits = greeting.limits;
    connected = true;
    if (!greeted) {
      // another page with the same token was here before: its numbers are taken
      greeted = true;
      lastEvent += last;
      for (const event of outbox) event[0] += last;
    }
    outbox = outbox.filter(([id]) => id > last);
    dataset.djustStatus = "connected";
    if (greeting.resume === "resync") {
      applied = seq;
      fresh = true;
      resync();
    } else if (outOfStep) {
      if (applied < seq) owed = seq;
      else resync();
    }
    for (const event of outbox) socket.send(frameOf(event));
    notify(root, "djust:connected");
  };

  const socket = createSocket(config.socket, {
    open() {
      const [count, sum] = measure(root);
      const { token, csrf } = config;
      const url = location.pathname + location.search;
      socket.send([CONNECT, { v: VERSION, token, csrf, seq: applied, count, sum, url }]);
    },
    message(frame) {
      const [kind, content] = frame;
      if (kind === CONNECTED) greet(content);
      else if (kind === CLOSE) {
        fail(content);
        if (content.reload) reload();
        else if (!PASSING.test(content.code)) stop();
      } else if (kind !== PONG) {
        held.push(frame);
        processHeld();
      }
    },
    close() {
      // the server sends again what was not acknowledged
      held = [];
      owed = 0;
      told();
      dataset.djustStatus = "disconnected";
      if (connected) notify(root, "djust:disconnected");
      connected = false;
    },
  });

  dataset.djustStatus = "connecting";

  return {
    /** Events without an answer. */
    pending: () => outbox.length,
    busy: () => busy,

    /**
     * Sends an event, now or when the connection is back, or says in the page that it cannot.
     *
     * @param {string} handler
     * @param {object} params
     * @param {Element} source the control or form whose contents the event tells
     * @param {unknown} [pairs] the fields of a form
     */
    send(handler, params, source, pairs) {
      if (stopped || outbox.length >= limits.events) {
        notify(root, "djust:refused", { handler });
        return;
      }
      /** @type {PendingEvent} */
      const event = [lastEvent + 1, handler];
      if (pairs) event.push(params, pairs);
      else if (JSON.stringify(params) !== "{}") event.push(params);
      if (!fits(frameOf(event), limits.message)) {
        fail({ code: "too-large", message: "too large to send" });
        return;
      }
      lastEvent++;
      outbox.push(event);
      fields.told(source, lastEvent);
      if (connected) {
        socket.send(frameOf(event));
        told();
      }
    },

    /** The user edited a control. @param {Element} control */
    edited: (control) => fields.edited(control, lastEvent),

    /** Text is being composed in `control`, or composition ended. @param {Element | null} control */
    composing(control) {
      composing = control;
      processHeld();
    },
  };
}
