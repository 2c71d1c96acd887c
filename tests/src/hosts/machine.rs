//! Pages as some machines and some networks show them.

use super::{FallbackLevel, Host, PLAIN, Way};

/// The pages.
pub(super) const PAGES: &[Host] = &[
    Host {
        name: "zoom-400",
        why: "four times as big, which leaves 320 by 200 pixels",
        size: Some((320, 200, 4)),
        ..PLAIN
    },
    Host {
        name: "forced-colours",
        why: "the owner of the machine chooses the colours",
        media: &[
            ("forced-colors", "active"),
            ("prefers-color-scheme", "dark"),
        ],
        ..PLAIN
    },
    Host {
        name: "reduced-motion",
        why: "the owner of the machine wants nothing to move",
        media: &[("prefers-reduced-motion", "reduce")],
        ..PLAIN
    },
    Host {
        name: "save-data",
        why: "the owner of the machine pays by the byte",
        head: "<script>Object.defineProperty(Navigator.prototype, 'connection', {
            get: () => ({ saveData: true, effectiveType: '2g' }), configurable: true,
        })</script>",
        media: &[("prefers-reduced-data", "reduce")],
        ..PLAIN
    },
    Host {
        name: "wasm-as-text",
        why: "a proxy does not know WebAssembly and calls it plain text",
        way: Way::WrongType,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "portal",
        why: "the network of a hotel answers requests for code with its own page",
        way: Way::Portal,
        level: FallbackLevel::Frame,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "silent",
        why: "something on the way takes the question for the widget's code and never answers",
        way: Way::Silent,
        level: FallbackLevel::Link,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "wasm-changed",
        why: "a proxy has changed the WebAssembly, which must not run then",
        way: Way::Changed("/panel.wasm"),
        level: FallbackLevel::Frame,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "glue-changed",
        why: "a proxy has changed the script around the WebAssembly, which must not run then",
        way: Way::Changed("/panel.js"),
        level: FallbackLevel::Frame,
        ..PLAIN
    },
    Host {
        name: "page-changed",
        why: "a proxy has changed the script that follows the loader, which must not run then",
        way: Way::Changed("/page.js"),
        level: FallbackLevel::Link,
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "down",
        why: "the collector does not answer when the button is pressed; it is back for the link",
        way: Way::DownAtFirst,
        level: FallbackLevel::Link,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "no-plain-text",
        why: "a firewall refuses what is sent as text/plain, and a script may not read why",
        way: Way::NoPlainText,
        sampled: true,
        ..PLAIN
    },
];
