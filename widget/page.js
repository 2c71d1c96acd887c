// The second stage of the loader: opens the panel or its fallbacks, and holds the features few pages use.
//
// The loader imports this file on the first hover or focus of a button, or when the page asks for more
// than a button. `place` describes one element: the element (`host`) and its `root`, the language, the
// address of the form, the functions that import a module (`bring`) and count an event (`count`), a
// `signal` that is aborted once the element has left the page or its department has changed, and, once
// the collector was asked, a promise of its answer about a pause (`asked`).
//
// The fallback levels, from the best: panel (WebAssembly), frame (the collector's form), link (the same
// form in a new tab), nothing.

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Caches a promise and drops it when it fails, so that the next hover or click tries again.
const page = {};
const once = (of, key, begin) => {
  const begun = (of[key] ??= begin());
  begun.catch(() => delete of[key]);
  return begun;
};

const { origin } = new URL(import.meta.url);

// How long a file may take, even on a slow network; then the next fallback level is used.
const TIMEOUT_MS = 20_000;

// Fetches a file from the folder of this one.
const fetchFile = (file, integrity = "") =>
  fetch(new URL(file, import.meta.url), { integrity, credentials: "omit", signal: AbortSignal.timeout?.(TIMEOUT_MS) });

// The phrases of a language, fetched once.
const loadPhrases = ({ lang }) =>
  once(page, lang, async () => {
    const file = await fetchFile(`locales/${lang}.json`);
    // The error body of a gateway is sometimes JSON.
    if (!file.ok) throw 0;
    return file.json();
  });

// The panel's code, loaded once for the whole page. A file that does not match its hash is refused.
const loadPanel = ({ bring }) =>
  once(page, "panel", async () => {
    const [panel, binary] = await Promise.all([
      once(page, "glue", () => bring("panel.js", "__GLUE_INTEGRITY__")),
      fetchFile("panel.wasm", "__WASM_INTEGRITY__"),
    ]);
    await panel.default({ module_or_path: binary });
    return panel;
  });

// Dispatches an event to the page, and counts it anonymously at the collector.
const moments = { open: "opened", start: "started", sent: "sent" };
const emit = ({ host, count }, what) => {
  host.dispatchEvent(new CustomEvent("huiyin-" + what, { bubbles: true }));
  if (moments[what]) count(moments[what]).catch(() => {});
};

/** Loads and creates the panel, so that it can open at once. */
export const load = (place) =>
  once(place, "panel", async () => {
    const { host, root, lang, signal } = place;
    // On a page that broke these functions, the panel would fail later, where nothing catches it.
    addEventListener("x", null);
    setTimeout(String);
    await new Promise(queueMicrotask);
    const [panel, words] = await Promise.all([loadPanel(place), loadPhrases(place)]);
    if (isOver(place)) return;
    const inline = host.matches("[mode=inline]");
    signal.onabort = () => {
      root.querySelector("dialog.panel")?.destroy();
    };
    await new Promise((ready) => {
      const onEvent = (what) => (what == "ready" ? ready() : emit(place, what));
      panel.prepare(host, root, origin, lang, words, inline, onEvent);
    });
  });

/** Opens the panel; where WebAssembly cannot run, the frame and the link. */
export const open = async (place) => {
  const { host, root } = place;
  // During a pause, the focus makes screen readers read the notice.
  const focusNotice = () => root.querySelector("[part=notice]")?.focus();
  if (isOver(place)) return focusNotice();
  const button = root.querySelector("[part=button]") ?? {};
  button.ariaBusy = true;
  const checked = checkPause(place);
  let dialog;
  try {
    await load(place);
    dialog = root.querySelector("dialog.panel");
  } catch {
    const phrases = await loadPhrases(place).catch(() => ({}));
    if (!isOver(place)) dialog = createFallback(place, phrases);
  }
  await checked;
  if (place.told?.shown == false) pause(place, place.told);
  button.ariaBusy = null;
  if (isOver(place)) return focusNotice();
  if (dialog.open) return;
  // A form in the flow of the page must not take the focus.
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
  emit(place, "open");
};

// Whether the element must not open anything any more.
const isOver = ({ paused, signal }) => paused || signal.aborted;

// Waits for the collector's answer about a pause (`told`), but not for long: a slow collector must not
// keep a citizen from rating.
const PAUSE_MS = 1000;
const checkPause = (place) =>
  new Promise((done) => {
    place.asked ??= place.count().catch(() => 0);
    place.asked.then((answer) => done((place.told = answer)));
    setTimeout(done, PAUSE_MS);
  });

// The fallback levels below the panel: the collector's form in a frame, and always a link under it,
// because a policy may forbid the frame as well.
const createFallback = (place, phrases) => {
  const { host, root, lang, signal } = place;
  const href = place.href + "&page=" + encodeURIComponent(location.origin + location.pathname);
  const title = phrases.title ?? root.querySelector("button")?.textContent ?? "Huiyin";
  let dialog = root.querySelector("dialog");
  if (!dialog) {
    // The form has no script. Without its origin, a browser may not submit it to the collector.
    const frame = make("iframe", {
      part: "frame",
      title,
      sandbox: "allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox",
      src: href + "&frame=1",
    });
    const blocked = "securitypolicyviolation";
    const removeFrame = ({ effectiveDirective, blockedURI }) => {
      if (effectiveDirective == "frame-src" && blockedURI.startsWith(origin)) frame.remove();
    };
    document.addEventListener(blocked, removeFrame, { signal });
    const link = { part: "link", href, target: "_blank", rel: "noopener" };
    const close = { part: "close", onclick: () => dialog.close() };
    dialog = make(
      "dialog",
      { part: "panel", lang, dir: phrases.dir ?? "", ariaLabel: title, onclose: () => emit(place, "close") },
      frame,
      make("a", link, phrases.elsewhere ?? title),
      make("button", close, phrases.close ?? "×"),
    );
    addStyles(root);
    root.append(dialog);
  }
  return dialog;
};

// Adds the styles of all but the button and the panel. A browser without constructable style sheets
// shows its own styles.
const addStyles = (root) => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
:host{color-scheme:light dark}
dialog{padding:16px;border:1px solid #767676;border-radius:4px;font:16px/3 system-ui,sans-serif}
iframe{display:block;width:560px;max-width:100%;height:min(70vh,100vh - 130px);border:0}
dialog a,dialog [part=close]{display:inline-block;padding:0 16px;font:inherit}
dialog [part=close]{border-color:#0000;background:0;color:inherit;text-decoration:underline}
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

/** Removes the button, and shows the notice of the pause, if there is one. */
export const pause = (place, { notice, lang }) => {
  const { host, root, signal } = place;
  // A panel that is open already stays.
  if (isOver(place) || place.opened) return;
  place.paused = true;
  signal.onabort?.();
  root.replaceChildren();
  // A form in the flow of the page has reserved space until now.
  host.style.minHeight = 0;
  if (!notice) return;
  addStyles(root);
  root.append(make("p", { part: "notice", lang, dir: "auto", tabIndex: -1 }, notice));
};

/** Sets up what the attributes ask for beyond a button, and sends what an earlier page could not send. */
export const attend = async (place) => {
  const { host, signal } = place;
  const { openOn, invite } = host.dataset;
  if (openOn) {
    // An invalid selector fails here, and not at every click.
    host.matches(openOn);
    // A link to the form works without scripts; during a pause it leads to the notice.
    const onClick = async (event) => {
      const { target, ctrlKey, metaKey, shiftKey } = event;
      // A link in another tab or window, as the platform does it.
      if (ctrlKey || metaKey || shiftKey) return;
      const link = target.closest?.("a");
      if (!target.closest?.(openOn) || (place.paused && link)) return;
      event.preventDefault();
      await host.open();
      // The pause may have become known only now.
      if (place.paused) link?.click();
    };
    // In the capture phase, because a page may stop the propagation of its clicks.
    document.addEventListener("click", onClick, { signal, capture: true });
  }
  if (invite) inviteLater(place);
  // Throws where storage is blocked, and then nothing was saved.
  if (localStorage.huiyin) once(page, "kept", async () => (await loadPanel(place)).resume());
};

// The invitation: a line beside the button, after some seconds (`20`) or after scrolling through a part
// of the page (`50%`). Once answered, it does not return for 90 days; nothing is stored before.
const ASKED = "huiyin-asked";
const AGAIN_MS = 90 * 24 * 60 * 60 * 1000;

const wasAsked = () => {
  try {
    return Date.now() - localStorage[ASKED] < AGAIN_MS;
  } catch {
    // Without storage, the invitation would appear on every page.
    return true;
  }
};

const waitUntil = (when, signal) =>
  new Promise((resolve) => {
    const part = parseFloat(when);
    if (!when.endsWith("%")) return setTimeout(resolve, part * 1000);
    const onScroll = () => {
      const seen = scrollY + innerHeight;
      if (seen < (part / 100) * document.documentElement.scrollHeight) return;
      removeEventListener("scroll", onScroll);
      resolve();
    };
    addEventListener("scroll", onScroll, { signal });
  });

const inviteLater = async (place) => {
  const { host, root, lang, signal } = place;
  const { invite, inviteSample = 1 } = host.dataset;
  if (wasAsked() || Math.random() >= inviteSample || !(parseFloat(invite) >= 0)) return;
  await waitUntil(invite, signal);
  const phrases = await loadPhrases(place).catch(() => null);
  // Removed, paused, opened, or invited by another element or page in the meantime.
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
  addStyles(root);
  // For an element in the flow of the page, the invitation goes to the corner of the window.
  if (getComputedStyle(host).position == "static") box.style.cssText = "position:fixed;bottom:16px;inset-inline-end:16px";
  root.prepend(box);
};

// The methods of `Huiyin`; `which` is an element or a selector, by default the first element.
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

/** Calls a method of `Huiyin`. */
export const call = (method, ...rest) => methods[method]?.(...rest);
