// What comes after an interest: the panel, the ladder down to it, and what few pages ask for.
//
// The loader brings this file when somebody comes near a button, or when the page asks for more than
// a button. `place` is what the loader says of one element: the element (`host`) and its `root`, the
// language, the address of the form, how to bring a module and to count, a `signal` that is aborted
// once the element has left the page or speaks of somebody else, and, once the collector was asked, a
// promise of what it says of a pause (`asked`).

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// A failure must not trouble the page. The next sign of interest tries again: the network may be
// back.
const page = {};
const once = (of, key, begin) => {
  const begun = (of[key] ??= begin());
  begun.catch(() => delete of[key]);
  return begun;
};

const { origin } = new URL(import.meta.url);

// How long a file may take, on the slowest of networks too; then the next rung is taken.
const PATIENCE_MS = 20_000;

// Brings what stands beside this file.
const get = (file, integrity = "") =>
  fetch(new URL(file, import.meta.url), { integrity, credentials: "omit", signal: AbortSignal.timeout?.(PATIENCE_MS) });

// The sentences of a language.
const say = ({ lang }) =>
  once(page, lang, async () => {
    const file = await get(`locales/${lang}.json`);
    // What a gateway says of its trouble is JSON now and then.
    if (!file.ok) throw 0;
    return file.json();
  });

// The panel's code, once for the whole page; only what matches its hash is used.
const start = ({ bring }) =>
  once(page, "panel", async () => {
    const [panel, binary] = await Promise.all([
      once(page, "glue", () => bring("panel.js", "__GLUE_INTEGRITY__")),
      get("panel.wasm", "__WASM_INTEGRITY__"),
    ]);
    await panel.default({ module_or_path: binary });
    return panel;
  });

// Says what happened, to the page and, without a word about who it was, to the collector.
const moments = { open: "opened", start: "started", sent: "sent" };
const tell = ({ host, count }, what) => {
  host.dispatchEvent(new CustomEvent("huiyin-" + what, { bubbles: true }));
  if (moments[what]) count(moments[what]).catch(() => {});
};

/** Brings all that a panel needs and makes it, so that it can open at once. */
export const load = (place) =>
  once(place, "panel", async () => {
    const { host, root, lang, signal } = place;
    // Where nobody can listen or wait, a panel would stop halfway, where nobody catches it.
    addEventListener("x", null);
    setTimeout(String);
    await new Promise(queueMicrotask);
    const [panel, words] = await Promise.all([start(place), say(place)]);
    if (isOver(place)) return;
    const inline = host.matches("[mode=inline]");
    signal.onabort = () => {
      root.querySelector("dialog.panel")?.destroy();
    };
    await new Promise((ready) => {
      const hear = (what) => (what == "ready" ? ready() : tell(place, what));
      panel.prepare(host, root, origin, lang, words, inline, hear);
    });
  });

/** Opens the panel; where WebAssembly cannot start, the collector's own form. */
export const open = async (place) => {
  const { host, root } = place;
  // Whoever asks for a form during a pause hears why there is none.
  const tellWhy = () => root.querySelector("[part=notice]")?.focus();
  if (isOver(place)) return tellWhy();
  const button = root.querySelector("[part=button]") ?? {};
  button.ariaBusy = true;
  // What is pressed here is no business of the page's shortcuts, nor of who forbids clicks.
  host.onclick = host.onkeydown = (event) => event.stopPropagation();
  const heard = askOfPause(place);
  let dialog;
  try {
    await load(place);
    dialog = root.querySelector("dialog.panel");
  } catch {
    const phrases = await say(place).catch(() => ({}));
    if (!isOver(place)) dialog = descend(place, phrases);
  }
  await heard;
  if (place.told?.shown == false) pause(place, place.told);
  button.ariaBusy = null;
  if (isOver(place)) return tellWhy();
  if (dialog.open) return;
  // Nobody has asked for a form that stands in the page to take the focus.
  if (host.matches("[mode=inline]")) {
    dialog.open = true;
    const pressed = root.activeElement == button;
    button.remove?.();
    if (pressed) dialog.querySelector("input,iframe").focus();
  } else {
    dialog.showModal();
  }
  place.opened = true;
  root.querySelector("[part=invite]")?.answered();
  tell(place, "open");
};

// Whether the time to open anything has passed.
const isOver = ({ paused, signal }) => paused || signal.aborted;

// Hears what the collector says of a pause (`told`). Whoever is quicker than its first answer waits for it,
// though not for long: nobody is asked during a pause, and nobody kept from rating by a slow collector.
const PAUSE_MS = 1000;
const askOfPause = (place) =>
  new Promise((done) => {
    place.asked ??= place.count().catch(() => 0);
    place.asked.then((answer) => done((place.told = answer)));
    setTimeout(done, PAUSE_MS);
  });

// The ladder down: the collector's form in a frame, and under it always a plain link, for where the
// frame is not allowed either.
const descend = (place, phrases) => {
  const { host, root, lang, signal } = place;
  const href = place.href + "&page=" + encodeURIComponent(location.origin + location.pathname);
  const title = phrases.title ?? root.querySelector("button")?.textContent ?? "Huiyin";
  let dialog = root.querySelector("dialog");
  if (!dialog) {
    // The form has no script. It keeps its origin, without which a browser may send no form home.
    const frame = make("iframe", {
      part: "frame",
      title,
      sandbox: "allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox",
      src: href + "&frame=1",
    });
    const blocked = "securitypolicyviolation";
    const refused = ({ effectiveDirective, blockedURI }) => {
      if (effectiveDirective == "frame-src" && blockedURI.startsWith(origin)) frame.remove();
    };
    document.addEventListener(blocked, refused, { signal });
    const link = { part: "link", href, target: "_blank", rel: "noopener" };
    const close = { part: "close", onclick: () => dialog.close() };
    dialog = make(
      "dialog",
      { part: "panel", lang, dir: phrases.dir ?? "", ariaLabel: title, onclose: () => tell(place, "close") },
      frame,
      make("a", link, phrases.elsewhere ?? title),
      make("button", close, phrases.close ?? "×"),
    );
    dress(root);
    root.append(dialog);
  }
  return dialog;
};

// Styles what stands beside the button; without constructable sheets it is as browsers draw it.
const dress = (root) => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
:host{color-scheme:light dark}
dialog{padding:16px;border:1px solid #767676;border-radius:4px;font:16px/3 system-ui,sans-serif}
iframe{display:block;width:560px;max-width:100%;height:70vh;border:0}
dialog a{display:inline-block;padding:0 16px;border:0;background:0;color:inherit;font:inherit;text-decoration:underline}
[part=invite],[part=notice]{all:revert;box-sizing:border-box;background:Canvas;color:CanvasText;padding:16px;border:1px solid #767676;border-radius:4px;font:16px/1.5 system-ui,sans-serif}
[part=invite]{position:absolute;bottom:100%;inset-inline-end:0;width:20em;max-width:calc(100vw - 32px);margin-bottom:8px}
:host([data-position=start]) [part=invite]{inset-inline:0 auto}
[part=invite] *{margin:0 0 8px}
:host([mode=inline]) dialog{position:static;box-sizing:border-box;max-width:600px;margin:0}
:host([mode=inline]) [part=close]{display:none}
:host([data-theme=light]){color-scheme:light}
:host([data-theme=dark]){color-scheme:dark}`);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {}
};

/** Shows nothing, or the notice that the collector has for this department or placement. */
export const pause = (place, { notice, lang }) => {
  const { host, root, signal } = place;
  // Whoever had the panel open goes on.
  if (isOver(place) || place.opened) return;
  place.paused = true;
  signal.onabort?.();
  root.replaceChildren();
  // A form in the page has kept room for itself until now.
  host.style.minHeight = 0;
  if (!notice) return;
  dress(root);
  root.append(make("p", { part: "notice", lang, dir: "auto", tabIndex: -1 }, notice));
};

/**
 * Does what the element's attributes ask for beyond a button, and sends what could not be sent at an
 * earlier page.
 */
export const attend = async (place) => {
  const { host, signal } = place;
  const { openOn, invite } = host.dataset;
  if (openOn) {
    // What is no selector fails here, and not at every click.
    host.matches(openOn);
    // A link to the form is for those without scripts; during a pause it tells of that.
    const pressed = async (event) => {
      const { target } = event;
      const link = target.closest?.("a");
      if (!target.closest?.(openOn) || (place.paused && link)) return;
      event.preventDefault();
      await host.open();
      // Of a pause that was not known before, too.
      if (place.paused) link?.click();
    };
    document.addEventListener("click", pressed, { signal });
  }
  if (invite) ask(place);
  // Where nobody may look, nothing was kept.
  if (localStorage.huiyin) once(page, "kept", async () => (await start(place)).resume());
};

// The invitation: a line beside the button, after some seconds (`20`) or once so much of the page
// was scrolled through (`50%`). It asks once and takes no for an answer; nothing is kept before one.
const ASKED = "huiyin-asked";
const AGAIN_MS = 90 * 24 * 60 * 60 * 1000;

const wasAsked = () => {
  try {
    return Date.now() - localStorage[ASKED] < AGAIN_MS;
  } catch {
    // Whoever keeps nothing would be asked on every page.
    return true;
  }
};

const time = (when, signal) =>
  new Promise((resolve) => {
    const part = parseFloat(when);
    if (!when.endsWith("%")) return setTimeout(resolve, part * 1000);
    const look = () => {
      const seen = scrollY + innerHeight;
      if (seen < (part / 100) * document.documentElement.scrollHeight) return;
      removeEventListener("scroll", look);
      resolve();
    };
    addEventListener("scroll", look, { signal });
  });

const ask = async (place) => {
  const { host, root, lang, signal } = place;
  const { invite, inviteSample = 1 } = host.dataset;
  if (wasAsked() || Math.random() >= inviteSample || !(parseFloat(invite) >= 0)) return;
  await time(invite, signal);
  const phrases = await say(place).catch(() => null);
  // Gone, paused, opened, or asked by another element or page in the meantime.
  if (!phrases || isOver(place) || place.opened || page.asked || wasAsked()) return;
  page.asked = true;
  const answered = () => {
    try {
      localStorage[ASKED] = Date.now();
    } catch {}
    box.remove();
  };
  const answer = (part, text, then) => {
    const onclick = () => (answered(), then());
    return make("button", { part, onclick }, text);
  };
  const box = make(
    "div",
    { part: "invite", role: "region", ariaLabel: phrases.title, lang, dir: phrases.dir, answered },
    make("p", {}, phrases.invite),
    answer("accept", phrases.button, () => host.open()),
    answer("decline", phrases.later, () => root.querySelector("button")?.focus()),
  );
  dress(root);
  // Where the element stands in the page's text, the page has no corner for it but the window's.
  if (getComputedStyle(host).position == "static") box.style.cssText = "position:fixed;bottom:16px;inset-inline-end:16px";
  root.prepend(box);
};

// What `Huiyin.open()` and its like do; `which` is an element or a selector, else the first one.
const find = (which) => (which?.matches ? which : document.querySelector(which ?? "huiyin-feedback"));
const methods = {
  open: (which) => find(which)?.open(),
  close: (which) => find(which)?.shadowRoot.querySelector("dialog[open]")?.close(),
  destroy: (which) => find(which)?.remove(),
  set: (name, value, which) => {
    const host = find(which);
    if (host) host.dataset[name] = value;
  },
  on: (what, listener) => document.addEventListener("huiyin-" + what, listener),
};

/** Does what the page asks of `Huiyin`. */
export const call = (method, ...rest) => methods[method]?.(...rest);
