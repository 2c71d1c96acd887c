// The loader: the only thing a host page fetches before a citizen shows an interest.
//
// It draws a plain button, and on a click brings the panel. It touches nothing outside its own
// element, keeps nothing, and makes no markup from text, so that the strictest policy can stay on.
// Its size has a budget and the build does not shorten names, so they are few and short.
(() => {
  "use strict";
  const script = document.currentScript;
  const name = "huiyin-feedback";
  // Copied into the page instead of included, the loader would not know its collector.
  if (!script?.src) return;

  const origin = new URL(script.src).origin;
  const glue = origin + "/__GLUE__";

  // `all:initial` keeps the page's styles out. The panel and the frame share the dialog's rules.
  // A browser without constructable sheets gets the button as it draws buttons, which works too.
  let sheet;
  try {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(`
:host{position:fixed;z-index:2147483000;bottom:16px;right:16px;color-scheme:light dark}
:host([data-position$=left]){right:auto;left:16px}
:host([data-position=inline]){position:static}
:host([hidden]){display:none}
button{all:initial;display:flex;align-items:center;gap:8px;padding:10px 16px;border:1px solid #fff;border-radius:4px;background:var(--huiyin-accent,#0b4a8f);color:#fff;font:16px/24px system-ui,sans-serif;cursor:pointer}
button:focus-visible{outline:3px solid #000}
svg{width:24px;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round}
dialog{padding:16px;border:1px solid #767676;border-radius:4px;font:16px/3 system-ui,sans-serif}
a{color:inherit}
iframe{display:block;width:560px;max-width:100%;height:70vh;border:0}
@media print{:host{display:none}}`);
  } catch {}

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const draw = (tag, key, value) => {
    const shape = document.createElementNS("http://www.w3.org/2000/svg", tag);
    shape.setAttribute(key, value);
    return shape;
  };

  // Brings the panel's code once for the whole page, as soon as somebody comes near a button.
  // Only what matches its hash is used: a preloaded module is the one that import() then takes.
  let code, binary;
  const prefetch = (root) => {
    if (code) return;
    binary = fetch(origin + "/__WASM__", { integrity: "__WASM_INTEGRITY__", credentials: "omit" });
    code = new Promise((onload, onerror) => {
      const link = make("link", {
        rel: "modulepreload",
        href: glue,
        integrity: "__GLUE_INTEGRITY__",
        crossOrigin: "",
        nonce: script.nonce,
        onload,
        onerror,
      });
      if (!link.relList.supports(link.rel)) onload();
      root.append(link);
    });
    // A failure must not trouble the page. The next sign of interest tries again: the network may
    // be back.
    Promise.all([binary, code]).catch(() => {
      code = 0;
    });
  };

  // The ladder down, for pages on which WebAssembly cannot start: the collector's own form in a
  // frame, and under it always a plain link, for where the frame is not allowed either.
  const descend = (root, data, lang, [title, leave, elsewhere]) => {
    const href = `${origin}/d/${data.department}/rate?${new URLSearchParams({ ...data, lang })}`;
    // The form has no script. It keeps its origin, without which a browser may send no form home.
    const frame = make("iframe", {
      part: "frame",
      title,
      sandbox: "allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox",
      src: href + "&frame=1",
    });
    const blocked = "securitypolicyviolation";
    document.addEventListener(blocked, function refuse(event) {
      if (event.effectiveDirective != "frame-src" || !event.blockedURI.startsWith(origin)) return;
      frame.remove();
      document.removeEventListener(blocked, refuse);
    });
    const dialog = make(
      "dialog",
      { part: "panel", lang, ariaLabel: title },
      frame,
      make("a", { part: "link", href, target: "_blank", rel: "noopener" }, elsewhere),
      make("button", { part: "close", onclick: () => dialog.close() }, leave),
    );
    root.append(dialog);
    return dialog;
  };

  // A second tag finds the element defined, and only adds a button of its own.
  customElements.get(name) || customElements.define(
    name,
    class extends HTMLElement {
      connectedCallback() {
        // Moved, not new.
        if (this.shadowRoot) return;
        const root = this.attachShadow({ mode: "open" });
        if (sheet) root.adoptedStyleSheets = [sheet];
        const data = this.dataset;
        // The first language that is spoken here: of the element, of the page, of the browser.
        const wanted = [data.lang, document.documentElement.lang, ...navigator.languages];
        const chinese = (wanted.map((tag) => `${tag}`.slice(0, 2).toLowerCase()).find((tag) => tag == "zh" || tag == "en") ?? "zh") == "zh";
        const lang = chinese ? "zh-Hans" : "en";
        const words = chinese
          ? ["评价", "关闭", "在新页面打开评价表"]
          : ["Feedback", "Close", "Open the form on its own page"];
        const face = draw("svg", "viewBox", "0 0 24 24");
        face.append(draw("path", "d", "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M9 9.5v1M15 9.5v1M8.5 14.5q3.5 2.5 7 0"));
        const button = make("button", { part: "button", lang, ariaHasPopup: "dialog" }, face, words[0]);
        root.append(button);
        button.onpointerenter = button.onfocus = () => prefetch(root);
        let form;
        button.onclick = async () => {
          // One start at a time; also said to who cannot see it.
          if (button.ariaBusy) return;
          button.ariaBusy = true;
          try {
            prefetch(root);
            await code;
            const panel = await import(glue);
            await panel.default({ module_or_path: binary });
            panel.open(this, root, origin, lang);
          } catch {
            form ||= descend(root, data, lang, words);
            form.showModal();
          }
          button.ariaBusy = null;
        };
      }
    },
  );

  if (!script.dataset.department) return;
  const element = make(name);
  Object.assign(element.dataset, script.dataset);
  const place = () => (script.closest("body") ? script.after(element) : document.body.append(element));
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
