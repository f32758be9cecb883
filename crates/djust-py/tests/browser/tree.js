// Everything of an element that a user or a script could tell apart, as nested arrays. Adjacent text is one run, as
// after normalize(); attributes are compared without their order.
(root) => {
  const attributes = (element) =>
    [...element.attributes]
      // A token masked anew for each response: equal in meaning, never equal in text.
      .map((a) => [a.namespaceURI, a.name, element.name === "csrfmiddlewaretoken" && a.name === "value" ? "*" : a.value])
      .sort((a, b) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));

  const properties = (element) => {
    const read = {};
    for (const name of ["value", "checked", "selected", "selectedIndex", "indeterminate", "open", "disabled"]) {
      if (name in element && element.localName !== "li" && element.name !== "csrfmiddlewaretoken") read[name] = element[name];
    }
    return read;
  };

  const children = (parent) => {
    const found = [];
    for (const node of parent.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (typeof found.at(-1) === "string") found.push(found.pop() + node.data);
        else if (node.data) found.push(node.data);
      } else if (node.nodeType === Node.COMMENT_NODE) {
        found.push(["#comment", node.data]);
      } else {
        found.push(walk(node));
      }
    }
    return found;
  };

  const walk = (element) => [
    element.namespaceURI,
    element.localName,
    attributes(element),
    properties(element),
    children(element),
    element instanceof HTMLTemplateElement ? children(element.content) : null,
  ];

  return JSON.stringify(walk(root ?? document.querySelector("[dj-root]")));
}
