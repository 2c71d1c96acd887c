//! Pages whose style sheets, layers and keys reach for everything.

use super::{FallbackLevel, Host, PLAIN};

/// The pages.
pub(super) const PAGES: &[Host] = &[
    Host {
        name: "all-unset",
        why: "a reset that no other rule can undo",
        head: "<style>* { all: unset !important }</style>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "all-big",
        why: "every element is told how to look, with emphasis",
        head: "<style>* { font: 40px serif !important; padding: 30px !important; float: left !important;
            color: red !important; text-transform: uppercase !important }</style>",
        ..PLAIN
    },
    Host {
        name: "everything-hidden",
        why: "the page shows nothing whatever",
        head: "<style>* { display: none }</style>",
        level: FallbackLevel::Nothing,
        ..PLAIN
    },
    Host {
        name: "others-hidden",
        why: "the page shows only what it knows",
        head: "<style>body > :not(h1, p) { display: none }</style>",
        level: FallbackLevel::Nothing,
        ..PLAIN
    },
    Host {
        name: "small-root",
        why: "the root's letters are made small, so that a rem is ten pixels",
        head: "<style>html { font-size: 62.5% }</style>",
        ..PLAIN
    },
    Host {
        name: "zoomed",
        why: "an old trick to make a page bigger",
        head: "<style>html { zoom: 1.5 }</style>",
        ..PLAIN
    },
    Host {
        name: "transformed",
        why: "in a body that is transformed, fixed means something else",
        head: "<style>body { transform: scale(.9) rotate(2deg); filter: grayscale(1); min-height: 90vh }</style>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "covered",
        why: "a transparent layer with the highest number lies over the whole page",
        body: "<h1>办事指南</h1>TAG<div style=\"position:fixed;inset:0;z-index:2147483647\"></div>",
        sampled: true,
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "no-scrolling",
        why: "the page cannot be scrolled",
        head: "<style>html, body { overflow: hidden; height: 100% }</style>",
        ..PLAIN
    },
    Host {
        name: "untouchable",
        why: "nothing may be selected or pointed at",
        head: "<style>* { user-select: none !important; pointer-events: none !important;
            touch-action: none !important; cursor: none !important }</style>",
        ..PLAIN
    },
    Host {
        name: "keys-swallowed",
        why: "the page keeps Tab, Enter, Space and arrows to itself",
        head: "<script>for (const kind of ['keydown', 'keypress', 'keyup']) {
            addEventListener(kind, (event) => {
                event.preventDefault(); event.stopImmediatePropagation();
            }, true);
        }</script>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "clicks-watched",
        why: "the page forbids what a click does unless it was on something of its own",
        head: "<script>document.addEventListener('click', (event) => {
            if (!event.target.closest('a, button')) event.preventDefault();
        })</script>",
        ..PLAIN
    },
    Host {
        name: "right-to-left",
        why: "a page in Arabic, whose lines run the other way",
        start: "<!doctype html>\n<html lang=\"ar\" dir=\"rtl\">",
        body: "<h1>دليل الخدمة</h1>TAG",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "vertical",
        why: "a page in traditional vertical lines",
        head: "<style>html { writing-mode: vertical-rl }</style>",
        ..PLAIN
    },
    Host {
        name: "long-transition",
        why: "everything on the page moves slowly",
        head: "<style>*, *::before { transition: all 3s !important; animation: none !important }</style>",
        ..PLAIN
    },
];
