// What a page's own script may do with the panel: the buttons and the list of events on /demo.
"use strict";

window.Huiyin ??= new Proxy({ q: [] }, {
  get: ({ q }, name) => (name == "q" ? q : (...rest) => q.push([name, ...rest])),
});

// Without this file they could do nothing, so it is this file that shows them.
for (const shown of document.querySelectorAll(".calls, .events")) shown.hidden = false;

for (const button of document.querySelectorAll("[data-call]")) {
  const { call, name, value, which } = button.dataset;
  const rest = name ? [name, value, which] : [which];
  button.onclick = () => Huiyin[call](...rest);
}

const list = document.querySelector(".events ol");
for (const name of ["open", "start", "sent", "error", "close"]) {
  document.addEventListener("huiyin-" + name, ({ target, type }) => {
    const item = document.createElement("li");
    const time = new Date().toLocaleTimeString(document.documentElement.lang);
    item.textContent = `${time} ${type} ${target.dataset.placement}`;
    list.append(item);
  });
}
