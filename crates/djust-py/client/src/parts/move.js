/** The operations that move nodes. */

import { MOVE, MOVE_ALL } from "../constants.js";
import { keep } from "../keep.js";

/** @param {import("../types.js").Page} page */
export function start({ root, applier }) {
  const { kinds, ends, expect, find, position, skipText } = applier;
  let kept = false;

  kinds[MOVE] = (next) => {
    const parent = find(next());
    const before = position(parent, next());
    /** @type {ChildNode | null} */
    let node = find(next());
    expect(node?.parentNode === parent);
    if (node === before) return;
    const end = skipText(/** @type {ChildNode} */ (node).nextSibling);
    if (!kept) {
      kept = true;
      const restore = keep(root);
      ends.push(() => {
        kept = false;
        restore();
      });
    }
    // moveBefore keeps focus, scroll, animations and loaded frames, but moves connected nodes only
    const how = parent.moveBefore && root.isConnected ? "moveBefore" : "insertBefore";
    while (node && node !== end) {
      const following = /** @type {ChildNode | null} */ (node.nextSibling);
      parent[how](node, before);
      node = following;
    }
  };

  kinds[MOVE_ALL] = (next) => {
    const parent = next();
    let after = next();
    for (const id of next()) {
      const rest = [parent, after, id];
      kinds[MOVE](() => rest.shift());
      after = id;
    }
  };
}
