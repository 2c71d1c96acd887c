// The loader: the only thing a host page fetches before a citizen shows an interest.
//
// It draws a plain button; whatever comes after an interest is in page.js, which it brings then. It
// touches nothing outside its own element but `window.Huiyin`, keeps nothing, and makes no markup
// from text, so that the strictest policy can stay on. Its size has a budget, and names of the page's
// interface cannot be shortened, so they are few.
(() => {
  // A module, a script that a bundler moved, and one beside a picture of the name `currentScript` do
  // not know themselves: the page does.
  const own = document.currentScript;
  const script = own?.matches("script[src]") ? own : document.querySelector('script[src$="/huiyin.js"]');
  // Copied into the page instead of included, the loader would not know its collector.
  if (!script) return;

  const origin = new URL(script.src).origin;
  const assets = origin + "__ASSETS__";
  const words = __BUTTONS__;

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

  // Returns the language of ours that a tag asks for. By hand, because asking `Intl` for the first
  // time costs more than all the rest of this file: `zh-TW` is written as `zh-Hant` is.
  const speak = (tag) => {
    const [, base, hant] = /^(\w*)((?!.*-hans).*-(hant|tw|hk|mo))?/.exec(`${tag}`.toLowerCase());
    tag = base != "zh" ? base : hant ? "zh-Hant" : "zh-Hans";
    return words[tag] && tag;
  };

  // Brings a module. Where the browser knows this kind of link, only what matches its hash is used: a
  // preloaded module is the one that import() then takes.
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
      // Whoever takes a request and never answers is not waited for.
      setTimeout(onerror, 20_000);
      (script.isConnected ? script : document.head).append(link);
    });
    return import(assets + file);
  };

  // A failure must not trouble the page. The next sign of interest tries again: the network may be
  // back.
  let page;
  const more = async (what, ...rest) => {
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
      // The first language that is spoken here: of the element, of the page, of the browser.
      const asked = [data.lang, document.documentElement.lang, ...navigator.languages, "zh"];
      const lang = asked.map(speak).find(Boolean);
      const textContent = words[lang];
      const href = origin + `/d/${data.department}/rate?` + new URLSearchParams({ ...data, lang });

      // Counts a moment without a word about who it was; who asks not to be counted is not.
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
      const act = (what, ...rest) => more(what, place, ...rest).catch(() => {});
      const button = make("button", { part: "button", lang, textContent, ariaHasPopup: "dialog" });
      button.onfocus = button.onpointerenter = () => act("load");
      this.open = button.onclick = () =>
        more("open", place).catch(() => {
          if (signal.aborted) return;
          // Nothing else can come: a plain link to the form always can.
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
        if (answer.shown == false) act("pause", answer);
        else if (this.matches("[mode=inline]")) button.onclick();
      }).observe(this);
      this.dispatchEvent(new Event("huiyin-ready", { bubbles: true }));
      try {
        // The last, where something could not be sent at an earlier page.
        if (data.openOn || data.invite || localStorage.huiyin) act("attend");
      } catch {}
    }
  }

  // A second tag finds the element defined, and only adds a button of its own.
  try {
    customElements.define("huiyin-feedback", Feedback);
  } catch {}

  // What the page asked for before; what an earlier tag has put here has no list.
  const early = window.Huiyin?.q;
  const call = (method, ...rest) => more("call", method, ...rest).catch(() => {});
  window.Huiyin = new Proxy({}, { get: (_, method) => call.bind(null, method) });

  const place = () => {
    const { dataset: data } = script;
    if (data.department) {
      const element = make("huiyin-feedback");
      Object.assign(element.dataset, data);
      // A modal dialog leaves nothing outside of it to press.
      (script.closest("dialog,body") ?? document.body).append(element);
    }
    early?.map?.((asked) => call(...asked));
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
