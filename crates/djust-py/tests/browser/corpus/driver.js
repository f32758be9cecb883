// Starts the client in frames, one for each sequence, and compares what it shows with a fresh load.
(() => {
  const KEYS = ["dj-key", "data-key"];
  let frame, blank, socket;
  // Controls that were typed into, each with what the markup said then; the last has the focus.
  let typed = [];
  let touched = false;

  const makeFrame = () => {
    const made = document.createElement("iframe");
    document.body.append(made);
    return made;
  };

  const write = (into, html) => {
    const page = into.contentDocument;
    page.open();
    page.write(html);
    page.close();
    return page;
  };

  const root = (page) => page.querySelector("[dj-root]");
  const controls = (page) => [...root(page).querySelectorAll("input:not([type]), textarea")];
  const given = (control) => (control.localName === "textarea" ? control.textContent : control.getAttribute("value"));

  // Keyed elements by parent, name and key, where that is unique.
  const keyed = (page, names) => {
    const found = new Map();
    const twice = new Set();
    for (const element of names.length ? root(page).querySelectorAll(names) : []) {
      const key = KEYS.find((name) => element.getAttribute(name));
      if (!key) continue;
      const name = JSON.stringify([element.localName, key, element.getAttribute(key)]);
      if (found.has(name)) twice.add(name);
      found.set(name, { element, parent: element.parentElement });
    }
    for (const name of twice) found.delete(name);
    return found;
  };

  window.start = (html, numbering, connected) => {
    frame?.remove();
    blank ??= makeFrame();
    frame = makeFrame();
    typed = [];
    touched = false;
    const page = write(frame, html);
    const inside = frame.contentWindow;
    inside.WebSocket = class {
      constructor() {
        socket = this;
        this.sent = [];
        this.readyState = 1;
        inside.setTimeout(() => this.onopen?.(), 0);
      }
      send(text) {
        const sent = JSON.parse(text);
        this.sent.push(sent);
        if (sent[0] === 0) this.onmessage({ data: connected });
      }
      close() {}
    };
    const block = page.createElement("script");
    block.type = "application/json";
    block.id = "djust-config";
    const config = { ...window.config, handlers: {}, ...numbering };
    delete config.model;
    block.textContent = JSON.stringify(config);
    page.head.append(block);
    inside.eval(window.client);
  };

  const later = () => new Promise((done) => setTimeout(done, 0));

  const until = async (test) => {
    for (const end = Date.now() + 1500; Date.now() < end; ) {
      if (test()) return true;
      await later();
    }
    return false;
  };

  const connected = () => until(() => frame.contentDocument.documentElement.dataset.djustStatus === "connected");

  // Sends a frame after which the client asks what it may show, and returns what it sent.
  window.asked = async (data) => {
    await connected();
    const page = frame.contentDocument;
    touch(page);
    const asks = () => socket.sent.find(([kind]) => kind === 4);
    socket.onmessage({ data });
    await until(asks);
    const found = asks();
    socket.sent = [];
    return found;
  };

  // Types into a control before a change, once for each step.
  const touch = (page) => {
    if (touched) return;
    touched = true;
    typed = typed.filter(({ control }) => control.isConnected);
    const all = controls(page).filter((control) => !control.closest("[dj-update]"));
    const control = all[typed.length % all.length];
    if (!control) return;
    control.focus();
    control.value = "typed";
    control.dispatchEvent(new frame.contentWindow.Event("input", { bubbles: true }));
    typed = typed.filter((one) => one.control !== control);
    typed.push({ control, said: given(control) });
  };

  const shows = (page, fresh) => {
    const [all, twins] = [controls(page), controls(fresh)];
    for (const twin of twins) twin.value = twin.defaultValue;
    for (const { control } of typed) {
      const twin = twins[all.indexOf(control)];
      if (control.isConnected && twin) twin.value = control.value;
    }
    return window.tree(root(page)) === window.tree(root(fresh));
  };

  window.go = async (data, html, names) => {
    await connected();
    const page = frame.contentDocument;
    touch(page);
    const before = keyed(page, names);
    const fresh = write(blank, html);
    socket.onmessage({ data });
    const same = await until(() => shows(page, fresh));
    if (!same) return `shows ${root(page).outerHTML} and not ${root(fresh).outerHTML}`;
    if (root(page) && page.documentElement.dataset.djustError) return page.documentElement.dataset.djustError;
    for (const [name, { element, parent }] of keyed(page, names)) {
      const old = before.get(name);
      // In another parent it is another element.
      if (old && old.element !== element && old.parent === parent) return `another ${name}`;
    }
    const last = typed.at(-1);
    if (last?.control.isConnected && page.activeElement !== last.control) return "the focus is lost";
    for (const one of typed) {
      // Where the markup says something else than then, the client decides.
      if (given(one.control) !== one.said) one.said = undefined;
      if (one.control.isConnected && one.said !== undefined && one.control.value !== "typed") {
        return `typed text is lost: ${one.control.value}`;
      }
    }
    touched = false;
    return "";
  };
})();
