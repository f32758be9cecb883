/** Events on their way to the server: first through the parts that have a say, then until they are answered. */

import { EVENT, MESSAGE_BYTES, PENDING_EVENTS } from "./constants.js";
import { encode } from "./socket.js";

/** @typedef {import("./types.js").Call} Call */

/** @param {any[]} frame @param {number} bytes */
export const fits = (frame, bytes) => new Blob([encode(frame)]).size <= bytes;

/**
 * @param {((...args: any[]) => void)[]} hooks
 * @param {...unknown} args
 */
export const run = (hooks, ...args) => {
  for (const hook of hooks) hook(...args);
};

/**
 * @param {import("./controls.js").Fields} fields
 * @param {import("./types.js").Hooks} hooks
 * @param {object} on
 * @param {() => any} on.awaited must events wait for a part?
 * @param {() => number} on.applied the last frame applied
 * @param {(frame: any[]) => void} on.write sends a frame if there is a connection
 * @param {(call: Call) => void} on.refused
 * @param {(failure: import("./types.js").Failure) => void} on.fail
 */
export function createOutbox(fields, hooks, on) {
  /** Events that wait for a part of the client. @type {Call[]} */
  const waiting = [];
  /** Events that the server has not answered, in the order of their ids. @type {any[]} */
  const sent = [];

  /** @param {Call} call */
  const frameOf = ({ id, handler, params, fields }) => {
    const rest = fields ? [params, fields] : JSON.stringify(params) === "{}" ? [] : [params];
    return [EVENT, id, on.applied(), handler, ...rest];
  };

  /** Sends an event, now or when the connection is back, or says in the page that it cannot. @param {any} call */
  const dispatch = (call) => {
    if (sent.length >= outbox.limits.events) return on.refused(call);
    call.id = outbox.last + 1;
    if (!fits(frameOf(call), outbox.limits.message)) {
      return on.fail({ code: "too-large", message: "too large" });
    }
    outbox.last++;
    sent.push(call);
    fields.told(call.source, call.id, call.order);
    on.write(frameOf(call));
    run(hooks.sent, call);
  };

  /** @param {Call} call */
  const send = (call) => {
    call.order ??= fields.order();
    if (on.awaited()) waiting.push(call);
    // holes in the array are passed over
    else hooks.before.reduceRight((/** @type {() => void} */ next, hook) => () => hook(call, next), () => dispatch(call))();
  };

  const outbox = {
    /** No event is taken after the client has given up. */
    limits: { message: MESSAGE_BYTES, events: PENDING_EVENTS },
    send,
    pending: () => waiting.length + sent.length,
    /** Id of the last event. */
    last: 0,

    /** No part is awaited any more. */
    release() {
      for (const call of waiting.splice(0)) send(call);
    },

    /**
     * Sends again what the server, which has processed events up to `id`, has not seen.
     *
     * @param {number} id
     * @param {boolean} first on the page's first connection: another page with the same token was here before,
     *   and has taken these ids
     */
    resume(id, first) {
      if (first) {
        outbox.last += id;
        for (const call of sent) call.id += id;
      }
      // what is processed is answered by the frames that the server owes
      for (const call of sent) if (call.id > id) on.write(frameOf(call));
    },

    /**
     * Events up to `ref` are answered, `ref` itself perhaps by a failure.
     *
     * @param {number} ref
     * @param {import("./types.js").Failure | false} failure
     */
    answer(ref, failure) {
      while (sent[0]?.id <= ref) {
        const call = sent.shift();
        run(hooks.answered, call, call.id === ref && failure);
      }
    },
  };
  return outbox;
}
