// The loader: the only file a host page fetches before a citizen hovers over the button or focuses it.
//
// It draws a plain button, and imports page.js for everything else. It touches nothing outside its own
// element but `window.Huiyin`, stores nothing, and parses no text as markup, so that the strictest
// content policy can stay on. Its size has a budget.
(() => {
  // `currentScript` is null in a module and in a bundled script, and an image of that name hides it. Then
  // the script is found in the page.
  const current = document.currentScript;
  const script = current?.matches("script[src]") ? current : document.querySelector('script[src$="/huiyin.js"]');
  // A loader that was copied into the page does not know its collector.
  if (!script) return;

  const origin = new URL(script.src).origin;
  const assets = origin + "__ASSETS__";
  const labels = __BUTTONS__;

  // `all:initial` keeps the page's styles out. The rings are an echo, drawn without a picture; the
  // link in the button's place has them too, so that nothing moves.
  // A browser without constructable sheets gets the button as it draws buttons, which works too.
  // Where it stands is the page's to say: its rules for the element go before these. It lies over what
  // pages stack, and under what has to be answered first.
  let sheet = [];
  try {
    sheet = [new CSSStyleSheet()];
    sheet[0].replaceSync(`
:host{position:fixed;z-index:999999999;bottom:16px;inset-inline-end:16px}
:host([data-position=start]){inset-inline:16px auto}
:host([mode=inline]:not([hidden])){position:static;display:block;min-height:280px}
button,a{all:initial;display:flex;align-items:center;gap:8px;padding:10px 16px;border:1px solid;border-radius:var(--huiyin-radius,4px);background:var(--huiyin-accent,#0b4a8f);color:var(--huiyin-on-accent,#fff);font:16px/1.5 var(--huiyin-font,system-ui,sans-serif);cursor:pointer}
:host>button:before,:host>a:before{content:"";padding:1px;border:8px double;border-radius:50%}
:focus-visible{outline:4px solid #000;box-shadow:0 0 0 8px #fff}
@media print{:host{display:none}}`);
  } catch {}

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  // Returns the supported language for a language tag. By hand, because asking `Intl` for the first
  // time costs more than all the rest of this file: `zh-TW` is written as `zh-Hant` is.
  const supported = (tag) => {
    const [, base, hant] = /^(\w*)((?!.*-hans).*-(hant|tw|hk|mo))?/.exec(`${tag}`.toLowerCase());
    tag = base != "zh" ? base : hant ? "zh-Hant" : "zh-Hans";
    return labels[tag] && tag;
  };

  // Imports a module. Where the browser supports `modulepreload`, a file that does not match its hash is
  // refused: import() then takes the preloaded module.
  const bring = async (file, integrity) => {
    await new Promise((onload, onerror) => {
      const link = make("link", {
        rel: "modulepreload",
        href: assets + file,
        integrity,
        nonce: script.nonce,
        onload,
        onerror,
      });
      if (!link.relList.supports(link.rel)) onload();
      // A server may accept the request and never answer.
      setTimeout(onerror, 20_000);
      (script.isConnected ? script : document.head).append(link);
    });
    return import(assets + file);
  };

  // Calls a function of page.js. After a failed import the next call tries again.
  let page;
  const callPage = async (what, ...rest) => {
    page ??= bring("page.js", "__PAGE_INTEGRITY__");
    page.catch(() => {
      page = null;
    });
    return (await page)[what](...rest);
  };

  class Feedback extends HTMLElement {
    static observedAttributes = ["data-department", "data-service", "data-lang"];
    #root;
    #life;

    connectedCallback() {
      try {
        this.#root ??= this.attachShadow({ mode: "open" });
      } catch {
        this.#root = this;
      }
      // Moved, not new.
      if (!this.#life) this.#draw();
    }

    async disconnectedCallback() {
      await 0;
      this.isConnected || this.#draw();
    }

    attributeChangedCallback(_, before, now) {
      if (this.#root && before != now) this.#draw();
    }

    #draw() {
      const { dataset: data } = this;
      const root = this.#root;
      this.#life?.abort();
      this.#life = null;
      root.replaceChildren();
      if (!this.isConnected || !data.department) return;
      const { signal } = (this.#life = new AbortController());
      root.adoptedStyleSheets = sheet;
      // The first supported language of the element, the page and the browser.
      const wanted = [data.lang, document.documentElement.lang, ...navigator.languages, "zh"];
      const lang = wanted.map(supported).find(Boolean);
      const textContent = labels[lang];
      const href = origin + `/d/${data.department}/rate?` + new URLSearchParams({ ...data, lang });

      // Counts an event anonymously, unless the browser asks not to be tracked. The answer tells of a
      // pause.
      const count = async (moment) => {
        const answer = await fetch(origin + "/api/v1/moments", {
          method: "POST",
          body: JSON.stringify({
            ...data,
            lang,
            moment: navigator.globalPrivacyControl || navigator.doNotTrack == 1 ? null : moment,
          }),
          credentials: "omit",
          keepalive: true,
        });
        return answer.json();
      };

      const place = { host: this, root, href, lang, bring, count, signal };
      const tryPage = (what, ...rest) => callPage(what, place, ...rest).catch(() => {});
      const button = make("button", { part: "button", lang, textContent, ariaHasPopup: "dialog" });
      button.onfocus = button.onpointerenter = () => tryPage("load");
      this.open = button.onclick = () =>
        callPage("open", place).catch(() => {
          if (signal.aborted) return;
          // Without page.js, the button becomes a link to the form.
          const link = make("a", { part: "link", href, textContent, target: "_blank" });
          const pressed = root.activeElement;
          root.replaceChildren(link);
          if (pressed) link.focus();
        });
      if (!data.openOn) root.append(button);
      new IntersectionObserver(async (entries, observer) => {
        if (!entries.pop().isIntersecting) return;
        observer.disconnect();
        if (signal.aborted) return;
        const answer = await (place.asked = count("seen").catch(() => 0));
        if (answer.shown == false) tryPage("pause", answer);
        else if (this.matches("[mode=inline]")) button.onclick();
      }).observe(this);
      this.dispatchEvent(new Event("huiyin-ready", { bubbles: true }));
      try {
        // `huiyin` marks that an earlier page could not send something.
        if (data.openOn || data.invite || localStorage.huiyin) tryPage("attend");
      } catch {}
    }
  }

  // Throws for a second tag, because the element is defined; its button is added all the same.
  try {
    customElements.define("huiyin-feedback", Feedback);
  } catch {}

  // The calls that the page queued before the loader ran; the proxy of an earlier tag has none.
  const queued = window.Huiyin?.q;
  const call = (method, ...rest) => callPage("call", method, ...rest).catch(() => {});
  window.Huiyin = new Proxy({}, { get: (_, method) => call.bind(null, method) });

  const place = () => {
    const { dataset: data } = script;
    if (data.department) {
      const element = make("huiyin-feedback");
      Object.assign(element.dataset, data);
      // A modal dialog leaves nothing outside of it to press.
      (script.closest("dialog,body") ?? document.body).append(element);
    }
    queued?.map?.((args) => call(...args));
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
