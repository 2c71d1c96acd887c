// The loader: the only file a host page fetches before a citizen hovers over the button or focuses it.
//
// It draws a plain button, and imports page.js for everything else. It touches nothing outside its own
// element but `window.Huiyin`, stores nothing, and parses no text as markup, so that the strictest
// content policy can stay on. Its size has a budget. Its syntax is that of ES2018 and `import()`, which the build
// checks: an old browser, which cannot run the panel, reads this far and gets the link.
(() => {
  // `currentScript` is null in a module and in a bundled script, and an image of that name hides it. Then
  // the script is found in the page.
  const tags = [...document.querySelectorAll('script[src*="/huiyin.js"]')];
  const script = tags.find((tag) => tag == document.currentScript) || tags[0];
  // A loader that was copied into the page does not know its collector.
  if (!script) return;

  const { origin, searchParams } = new URL(script.src);
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
:host{display:inline-block}
:host([mode=floating]){position:fixed;z-index:999999999;bottom:16px;inset-inline-end:16px}
:host([data-position=start]){inset-inline:16px auto}
:host([mode=inline]){display:block;min-height:280px}
:host([hidden]){display:none}
button,a{all:initial;display:flex;align-items:center;gap:8px;padding:10px 16px;border:1px solid;border-radius:var(--huiyin-radius,4px);background:var(--huiyin-accent,#0b4a8f);color:var(--huiyin-on-accent,#fff);font:16px/1.5 var(--huiyin-font,system-ui,sans-serif);cursor:pointer}
:host>button:before,:host>a:before{content:"";padding:1px;border:8px double;border-radius:50%}
:focus-visible{outline:4px solid #000;box-shadow:0 0 0 8px #fff}
@media print{:host{display:none!important}}`);
  } catch (_) {}

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
      setTimeout(onerror, 20000);
      (script.isConnected ? script : document.head).append(link);
    });
    return import(assets + file);
  };

  // Calls a function of page.js. After a failed import the next call tries again.
  let page;
  const callPage = async (what, ...rest) => {
    page = page || bring("page.js", "__PAGE_INTEGRITY__");
    page.catch(() => {
      page = null;
    });
    return (await page)[what](...rest);
  };

  const stop = (event) => event.stopPropagation();

  class Feedback extends HTMLElement {
    connectedCallback() {
      if (!this._root) {
        this._root = this;
        try {
          // What citizens do in the element is not the page's: its shortcuts, locks and guards would take
          // the element for something that is no field. A violated policy is told to page.js.
          for (const name in this) if (/^on(?!sec)/.test(name)) this.addEventListener(name.slice(2), stop, { passive: true });
          this._root = this.attachShadow({ mode: "open" });
        } catch (_) {}
      }
      // Moved, not new.
      if (!this._life) this._draw();
    }

    async disconnectedCallback() {
      await 0;
      this.isConnected || this._draw();
    }

    attributeChangedCallback(_, before, now) {
      if (this._root && before != now) this._draw();
    }

    _draw() {
      const { dataset: data, _root: root } = this;
      this._life = this._life && this._life.abort();
      root.textContent = "";
      if (!this.isConnected || !data.department) return;
      // A browser without it has no panel that would have to go.
      this._life = window.AbortController ? new AbortController() : { signal: {}, abort() {} };
      const { signal } = this._life;
      root.adoptedStyleSheets = sheet;
      // The first supported language of the element, the page and the browser.
      const wanted = [data.lang, document.documentElement.lang, ...navigator.languages, "zh"];
      const lang = wanted.map(supported).find(Boolean);
      const textContent = labels[lang];
      // Other scripts keep attributes of their own on an element.
      const sent = { lang };
      for (const name of ["department", "service", "placement", "test"]) if (name in data) sent[name] = data[name];
      const href = origin + `/d/${data.department}/rate?` + new URLSearchParams(sent);

      // Counts an event anonymously, unless the browser asks not to be tracked. The answer tells of a
      // pause.
      const count = async (moment) => {
        const answer = await fetch(origin + "/api/v1/moments", {
          method: "POST",
          body: JSON.stringify({
            ...sent,
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
          root.textContent = "";
          root.append(link);
          if (pressed) link.focus();
        });
      if (!data.openOn) root.append(button);
      this.dispatchEvent(new Event("huiyin-ready", { bubbles: true }));
      try {
        new IntersectionObserver(async (entries, observer) => {
          // Turbo shows a copy of the page until the page is there, which is another view.
          const isPreview = /turbo.*preview/.test(document.documentElement.getAttributeNames());
          if (isPreview || !entries.pop().isIntersecting) return;
          observer.disconnect();
          if (signal.aborted) return;
          const answer = await (place.asked = count("seen").catch(() => 0));
          // Whoever rated an unknown department would be refused at the end.
          if (answer.detail) console.warn("[huiyin]", answer.detail, this);
          if (answer.shown == false || /department/.test(answer.type)) tryPage("pause", answer);
          else if (this.matches("[mode=inline]")) button.onclick();
        }).observe(this);
        // `huiyin` marks that an earlier page could not send something.
        if (data.openOn || data.invite || localStorage.huiyin) tryPage("attend");
      } catch (_) {}
    }
  }

  Feedback.observedAttributes = ["data-department", "data-service", "data-lang"];

  // Throws for a second tag, because the element is defined; its button is added all the same.
  try {
    customElements.define("huiyin-feedback", Feedback);
  } catch (_) {}

  // The calls that the page queued before the loader ran; the proxy of an earlier tag has none.
  const queued = window.Huiyin && window.Huiyin.q;
  const call = (method, ...rest) => callPage("call", method, ...rest).catch(() => {});
  window.Huiyin = new Proxy({}, { get: (_, method) => call.bind(null, method) });

  const place = () => {
    const element = make("huiyin-feedback");
    element.setAttribute("mode", "floating");
    // jQuery and tag managers make a script of their own, without the attributes: then the address
    // has them, or the script in the page that was not run.
    searchParams.forEach((value, name) => element.setAttribute("data-" + name, value));
    const tag = [script, ...tags].find((tag) => tag.dataset.department && tag.src.startsWith(origin));
    Object.assign(element.dataset, tag && tag.dataset);
    if (element.dataset.department) {
      // A modal dialog leaves nothing outside of it to press.
      // Turbo brings back a copy of what an earlier run of this tag made.
      const isThere = [...document.querySelectorAll("huiyin-feedback")].some((one) => one.isEqualNode(element));
      if (!isThere) (script.closest("dialog,body") || document.body).append(element);
    } else if (!document.querySelector("huiyin-feedback[data-department]")) {
      console.warn("[huiyin]", "no data-department", script);
    }
    if (queued && queued.map) queued.map((args) => call(...args));
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
