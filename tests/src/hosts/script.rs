//! Pages whose scripts have changed the language or the browser under everybody's feet.

use super::{FallbackLevel, Host, PLAIN};

/// The pages.
pub(super) const PAGES: &[Host] = &[
    Host {
        name: "fetch-throws",
        why: "a guard against leaks has put a function that throws in the place of fetch",
        head: "<script>window.fetch = () => { throw new Error('fetch is forbidden') }</script>",
        level: FallbackLevel::Frame,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "fetch-wrapped",
        why: "a monitor hands requests on, and answers with an object of its own",
        head: "<script>const real = window.fetch;
            window.fetch = function () {
                return real.apply(this, arguments).then((answer) => answer.clone());
            }</script>",
        ..PLAIN
    },
    Host {
        name: "headers-added",
        why: "a monitor or a guard against forged requests adds a header to all that is sent",
        head: "<script>(() => {
            const real = window.fetch;
            window.fetch = (address, options = {}) => real(address, options.method
                ? { ...options, headers: { 'X-Requested-With': 'XMLHttpRequest' } } : options);
        })()</script>",
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "xhr-throws",
        why: "XMLHttpRequest is replaced by what throws",
        head: "<script>window.XMLHttpRequest = function () { throw new Error('no') }</script>",
        ..PLAIN
    },
    Host {
        name: "promise-throws",
        why: "Promise is replaced by what throws",
        head: "<script>window.Promise = function () { throw new Error('no promises') }</script>",
        level: FallbackLevel::Link,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "promise-polyfilled",
        why: "an old library has put its own Promise in the place of the browser's",
        head: "<script>(() => {
            const Real = window.Promise;
            function Old(run) { this.inner = new Real(run) }
            Old.prototype.then = function (good, bad) {
                const next = this.inner.then(good, bad);
                return new Old((resolve, reject) => next.then(resolve, reject));
            };
            Old.prototype['catch'] = function (bad) { return this.then(undefined, bad) };
            Old.resolve = (value) => new Old((resolve) => resolve(value));
            Old.reject = (value) => new Old((_, reject) => reject(value));
            Old.all = (values) => new Old((resolve, reject) => Real.all(values).then(resolve, reject));
            window.Promise = Old;
        })()</script>",
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "json-throws",
        why: "JSON is replaced by what throws",
        head: "<script>window.JSON = {
            parse() { throw new Error('no') }, stringify() { throw new Error('no') },
        }</script>",
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "timers-throw",
        why: "setTimeout and its like are replaced by what throws",
        head: "<script>window.setTimeout = window.setInterval = window.requestAnimationFrame = () => { throw new Error('no timers') }</script>",
        // The loader could not stop waiting for what follows it.
        level: FallbackLevel::Link,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "microtasks-throw",
        why: "queueMicrotask is replaced by what throws",
        head: "<script>window.queueMicrotask = () => { throw new Error('no') }</script>",
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "listeners-throw",
        why: "addEventListener is replaced by what throws",
        head: "<script>EventTarget.prototype.addEventListener = () => { throw new Error('no') }</script>",
        level: FallbackLevel::Link,
        ..PLAIN
    },
    Host {
        name: "shadow-throws",
        why: "attachShadow is replaced by what throws",
        head: "<script>Element.prototype.attachShadow = () => { throw new Error('no') }</script>",
        ..PLAIN
    },
    Host {
        name: "object-prototype",
        why: "every object has a property that it did not ask for",
        head: "<script>Object.prototype.x = 1; Object.prototype.each = function () {}</script>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "array-prototype",
        why: "every list has properties, which a for-in loop finds",
        head: "<script>Array.prototype.contains = function (one) { return this.indexOf(one) >= 0 };
            Array.prototype.last = 1; Array.prototype.each = function (run) { this.forEach(run) };
            String.prototype.contains = function (part) { return this.indexOf(part) >= 0 };
            Array.from = (list) => [list]</script>",
        ..PLAIN
    },
    Host {
        name: "frozen",
        why: "prototypes are frozen, so whoever assigns what they inherit fails",
        head: "<script>for (const one of [Object, Array, Function, Promise, String, Error]) {
            Object.freeze(one.prototype); Object.freeze(one);
        }</script>",
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "modules-of-old",
        why: "define, require and module are there, and code that sees them goes another way",
        head: "<script>window.define = function () {}; window.define.amd = {};
            window.require = function () { throw new Error('no such module') };
            window.exports = {}; window.module = { exports: window.exports };
            window.process = { env: {}, versions: { node: '4.0.0' } }; window.global = window;
        </script>",
        ..PLAIN
    },
    Host {
        name: "prototype-js",
        why: "Prototype.js: every list writes itself as JSON in a text, elements have other methods",
        head: "<script>Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']' };
            String.prototype.toJSON = function () { return this.valueOf() };
            Function.prototype.bind = function (self) {
                const bound = this; return function () { return bound.apply(self, arguments) };
            };
            Element.prototype.remove = function () { this.parentNode.removeChild(this); return this };
            Element.prototype.update = function () { return this };
            Array.from = function (list) { return list ? [].slice.call(list) : [] };
            window.$ = (id) => document.getElementById(id);
            document.getElementsByClassName = () => [];
        </script>",
        firefox: true,
        sampled: true,
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "zone",
        why: "promises and listeners are wrapped, as Angular does it",
        head: "<script>(() => {
            const then = Promise.prototype.then;
            Promise.prototype.then = function (good, bad) {
                const wrap = (run) => run && function () { return run.apply(this, arguments) };
                return then.call(this, wrap(good), wrap(bad));
            };
            const add = EventTarget.prototype.addEventListener;
            EventTarget.prototype.addEventListener = function (kind, run, options) {
                const wrapped = typeof run == 'function'
                    ? function () { return run.apply(this, arguments) } : run;
                return add.call(this, kind, wrapped, options);
            };
            const timeout = window.setTimeout;
            window.setTimeout = (run, after, ...more) => timeout(() => run(...more), after);
        })()</script>",
        ..PLAIN
    },
    Host {
        name: "storage-throws",
        why: "whoever touches what browsers store gets an error, as with cookies forbidden",
        head: "<script>for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
            Object.defineProperty(window, name, { get() { throw new Error('denied') } });
        }
        Object.defineProperty(document, 'cookie', { get() { throw new Error('denied') } });
        </script>",
        ..PLAIN
    },
    Host {
        name: "clock-ahead",
        why: "the machine believes that it is the year 2999",
        head: "<script>(() => { const now = Date.now; Date.now = () => now() + 3.07e13 })()</script>",
        ..PLAIN
    },
    Host {
        name: "clock-behind",
        why: "the machine believes that it is 1971",
        head: "<script>(() => { const now = Date.now; Date.now = () => now() % 3.15e10 })()</script>",
        ..PLAIN
    },
    Host {
        name: "no-webassembly",
        why: "WebAssembly is not there, as in a telephone's lockdown mode",
        head: "<script>delete window.WebAssembly</script>",
        level: FallbackLevel::Frame,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "no-stream",
        why: "WebAssembly of an old browser, which cannot compile what it is still fetching",
        head: "<script>delete WebAssembly.instantiateStreaming; delete WebAssembly.compileStreaming</script>",
        ..PLAIN
    },
    Host {
        name: "no-sheets",
        why: "style sheets cannot be made by scripts, as in browsers before 2023",
        head: "<script>delete window.CSSStyleSheet</script>",
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "busy",
        why: "the page's own scripts take most of the time there is",
        head: "<script>setInterval(() => {
            const end = performance.now() + 80; while (performance.now() < end);
        }, 100)</script>",
        ..PLAIN
    },
];
