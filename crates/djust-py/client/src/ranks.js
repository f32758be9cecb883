/** Who has a say first before an event is sent; docs/client.md says why. */

/** Fills in what the page shares. */
export const SHARE = 10;
/** Waits for a control to become quiet, or for the time to come. */
export const DEBOUNCE = 20;
export const THROTTLE = 30;
/** Answers from what is known. */
export const CACHE = 40;
/** Tells what bound controls hold: after all that waits, so that what passes knows the newest values. */
export const MODEL = 50;
