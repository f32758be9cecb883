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
  FRESH,
  PONG,
  RENUMBERED,
  RESYNC,
  RESYNC_BYTES,
  VERSION,
} from "./constants.js";
import { createApplier } from "./apply.js";
import { createFields } from "./controls.js";
import { createIds, measure } from "./ids.js";
import { parse } from "./markup.js";
import { createParts } from "./parts.js";
import { createOutbox, fits, run } from "./outbox.js";
import { createSocket } from "./socket.js";
import { ACK_DELAY, ACK_FRAMES, RELOAD_PAUSE } from "./timing.js";

/** How the CLOSE codes begin after which another connection can succeed without a reload: internal, rate-limited. */
const PASSING = /^(internal|rate)/;

/**
 * @param {Element} root the live root, as the server sent it
 * @param {import("./types.js").Config} config
 */
export function createPage(root, config) {
  const [count, sum] = measure(root);
  const { dataset } = document.documentElement;
  const fields = createFields();
  const ids = createIds(root);
  const applier = createApplier(root, ids, (element, name) => fields.changed(element, name));

  /** Highest server sequence number applied, and how many of them no ACK or EVENT has told yet. */
  let applied = 0;
  let untold = 0;
  /** Highest event id that was ever put on a connection. */
  let written = 0;
  /** Highest event id answered. */
  let answered = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let acknowledgement;

  /** @type {import("./types.js").Transport} */
  let socket;
  let connected = false;
  let greeted = false;
  let busy = false;
  let processing = false;
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

  /** What the parts do. @type {import("./types.js").Hooks} */
  const hooks = { before: [], sent: [], answered: [], around: [], undo: [], leaving: [], effects: {} };

  /**
   * Tells the page about something as a DOM event that bubbles from the root.
   *
   * @param {string} name
   * @param {unknown} [detail]
   */
  const notify = (name, detail) => root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

  /** @param {import("./types.js").Failure} failure */
  const fail = (failure) => {
    dataset.djustError = failure.code;
    notify("djust:error", failure);
  };

  const stop = () => {
    outbox.limits = { message: 0, events: 0 };
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

  const told = () => {
    clearTimeout(acknowledgement);
    acknowledgement = undefined;
    untold = 0;
  };

  const acknowledge = () => {
    told();
    socket.send([ACK, applied]);
  };

  /** Runs `change` with all marks of the parts taken off. @param {() => void} change */
  const unmarked = (change) => {
    busy = true;
    run(hooks.undo.splice(0).reverse());
    const marks = hooks.around.map((hook) => hook());
    busy = false;
    change();
    busy = true;
    run(marks);
    busy = false;
  };

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
        applier.apply(operations);
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
    outbox.answer(ref, kind === ERROR && content);
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
      if (!outOfStep) {
        for (const [effect, ...args] of postponed.splice(0)) {
          try {
            hooks.effects[effect](...args);
          } catch (error) {
            console.error(error);
          }
        }
      }
    }
    if (owed && owed <= applied && outOfStep) resync();
    if (++untold >= ACK_FRAMES) acknowledge();
    else acknowledgement ??= setTimeout(acknowledge, ACK_DELAY);
  };

  const processHeld = () => {
    // a patch or an effect may end composition by taking the focus away
    while (!processing && held.length && !composing?.isConnected && !parts.awaited()) {
      processing = true;
      const frame = /** @type {any[]} */ (held.shift());
      unmarked(() => process(frame));
      processing = false;
    }
  };

  /** @param {{ seq: number, last: number, resume: string, limits: { message: number, events: number } }} greeting */
  const greet = (greeting) => {
    const { seq, last } = greeting;
    outbox.limits = greeting.limits;
    connected = true;
    dataset.djustStatus = "connected";
    if (greeting.resume === "resync") {
      applied = seq;
      fresh = true;
      resync();
    } else if (outOfStep) {
      if (applied < seq) owed = seq;
      else resync();
    }
    outbox.resume(last, !greeted);
    greeted = true;
    notify("djust:connected");
  };

  /** @type {import("./types.js").Receiver} */
  const receiver = {
    open() {
      let count, sum;
      unmarked(() => ([count, sum] = measure(root)));
      const { token, csrf } = config;
      const url = location.pathname + location.search;
      // in quotes, so that the name is not shortened
      socket.send([CONNECT, { v: VERSION, token, csrf, seq: applied, count, sum, url, "sent": written }]);
    },
    message(frame, text) {
      const [kind, content] = frame;
      if (kind === CONNECTED) unmarked(() => greet(content));
      else if (kind === CLOSE) {
        fail(content);
        if (content.reload) reload();
        else if (!PASSING.test(content.code)) stop();
      } else if (kind !== PONG) {
        parts.seek(text);
        if (kind !== ERROR) {
          applier.check(frame[3] ?? [], parts.need);
          // a frame of another kind has a number there
          frame[4]?.map?.((/** @type {string[]} */ [kind]) => parts.need("effect-" + kind));
        }
        held.push(frame);
        processHeld();
      }
    },
    leave: () => run(hooks.leaving),
    close(attempt) {
      // the server sends again what was not acknowledged
      held = [];
      owed = 0;
      told();
      dataset.djustStatus = "disconnected";
      if (connected) notify("djust:disconnected");
      connected = false;
      if (attempt > 1 && !greeted) parts.need("fallback");
    },
  };

  dataset.djustStatus = "connecting";

  const outbox = createOutbox(fields, hooks, {
    awaited: () => parts.awaited(),
    applied: () => applied,
    write(frame) {
      if (connected) {
        socket.send(frame);
        told();
        written = frame[1];
      }
    },
    refused: ({ handler }) => notify("djust:refused", { handler }),
    fail,
  });

  const page = {
    ...hooks,
    root,
    config,
    applier,
    fields,
    /** Events without an answer. */
    pending: outbox.pending,
    /** Is the page being changed by something else than the user? */
    busy: () => busy,
    send: outbox.send,
    unmarked,
    notify,
    fail,

    /** The user edited a control. @param {Element} control */
    edited: (control) => fields.edited(control, outbox.last),

    /** Text is being composed in `control`, or composition ended. @param {Element | null} control */
    composing(control) {
      composing = control;
      processHeld();
    },

    /**
     * Replaces the transport.
     *
     * @param {(path: string, on: import("./types.js").Receiver) => import("./types.js").Transport} create
     */
    connect(create) {
      socket?.stop();
      socket = create(config.socket, receiver);
    },
  };

  const parts = createParts(
    config.parts,
    (module) => module.start(page),
    () => {
      outbox.release();
      processHeld();
    },
  );
  for (const options of Object.values(config.handlers ?? {})) Object.keys(options).forEach(parts.need);
  parts.seek(root.outerHTML);
  // links of the page's frame, which no patch changes
  if (document.querySelector("[dj-patch],[dj-navigate]")) parts.need("patch");
  page.connect(createSocket);
  return page;
}
