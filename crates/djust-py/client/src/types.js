/** Types that several modules and the parts share. No code. */

/**
 * The page's configuration block; docs/client.md describes it.
 *
 * @typedef {object} Config
 * @property {string} token
 * @property {string} csrf
 * @property {string} socket
 * @property {number} count
 * @property {number} sum
 * @property {import("./parts.js").Files} parts
 * @property {Record<string, any>} [model] what bound controls hold at the start, by name
 * @property {string[]} [hosts] other hosts to which the server may redirect
 * @property {Record<string, Record<string, any>>} [handlers] options of handlers, by name; each option is the
 *   word of a part
 */

/**
 * An event on its way to the server.
 *
 * @typedef {object} Call
 * @property {string} handler
 * @property {Record<string, any>} params
 * @property {Element} source the control or form whose contents the event tells
 * @property {unknown} [fields] the fields of a form
 * @property {Element} [element] the one with the attribute
 * @property {string} [type] of the DOM event
 * @property {number} [order] how many edits it knows of
 * @property {number} [id] once it is sent
 */

/** @typedef {{ code: string, message: string, id?: string }} Failure */

/**
 * What parts do at certain times.
 *
 * @typedef {object} Hooks
 * @property {((call: Call, next: () => void) => void)[]} before before an event is sent, by rank (docs/client.md
 *   lists them): `next` lets it pass, now or later; without it the event goes no further
 * @property {((call: Call) => void)[]} sent an event was taken into the outbox
 * @property {((call: Call, failure?: Failure | false) => void)[]} answered an event was answered; the patches of
 *   the answer follow
 * @property {(() => (() => void))[]} around before and after anything that changes the page or reads it whole: to
 *   take off what a part has put on, and to put it on again
 * @property {(() => void)[]} undo how to take off what parts have put on, in the order in which they did: it is
 *   undone from the end, whoever has put what on top of whose
 * @property {(() => void)[]} leaving the page is being left: the last moment to send anything
 * @property {Record<string, (...args: any[]) => void>} effects side effects of frames by their kind
 */

/** @typedef {{ send: (frame: any[]) => void, stop: () => void }} Transport */
/** @typedef {Parameters<typeof import("./socket.js").createSocket>[1]} Receiver */
/** @typedef {ReturnType<typeof import("./page.js").createPage>} Page what a part is started with */

export {};
