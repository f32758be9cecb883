/**
 * What the page knows of its controls until it has any: then the part `fields` takes over, and begins with the
 * edits that came before it.
 */
export function createFields() {
  /** @type {[control: any, sent: number][]} */
  const early = [];
  return {
    early,
    /** @param {any} control @param {number} sent */
    edited(control, sent) {
      early.push([control, sent]);
    },
    order: () => early.length,
    /** @type {(source: any, id: number, known: number) => void} */
    told() {},
    /** @type {(id: number) => void} */
    failed() {},
    /** @param {number} _ref @param {() => void} patch */
    during: (_ref, patch) => patch(),
    /** @type {(element: any, name: string) => void} */
    changed() {},
  };
}

/** @typedef {ReturnType<typeof createFields>} Fields */
