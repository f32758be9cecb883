/**
 * Optional parts of the client: one ES module each, imported when the page first needs it.
 *
 * A part is asked for by a word: that of an attribute (`dj-WORD`) or a tag (`<WORD`), or one that the server or
 * the client names.
 * While a part is on its way, events and frames wait.
 */

import { PATIENCE } from "./timing.js";

/**
 * The file of each word's part; under "" what all addresses begin with.
 *
 * @typedef {Record<string, string>} Files
 */

/**
 * @param {Files} files
 * @param {(module: any) => void} start called with each module that has arrived
 * @param {() => void} ready called when no part is on its way any more
 */
export function createParts({ "": base, ...files }, start, ready) {
  // an attribute, a tag, or a name in a frame
  const pattern = RegExp(`(?:dj-|[<"])(${Object.keys(files).join("|")})`, "g");
  let awaited = 0;

  /** @param {string} word a part is imported once; a word without a part asks for nothing */
  const need = (word) => {
    const file = files[word];
    if (!file) return;
    for (const other in files) if (files[other] === file) delete files[other];
    awaited++;
    // a page that waited for ever would be worse than one that lacks the part
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    Promise.race([import(base + file).then(start), patience])
      .catch((error) => {
        console.error(error);
        // the next time that the page needs it, it is tried again
        files[word] = file;
      })
      .then(() => --awaited || ready());
  };

  return {
    need,
    /** Imports the parts that `text`, markup or a frame, needs. @param {string} text */
    seek(text) {
      for (const [, word] of text.matchAll(pattern)) need(word);
    },
    awaited: () => awaited,
  };
}
