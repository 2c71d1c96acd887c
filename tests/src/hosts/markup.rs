//! Pages that put the tag, or themselves, in an unusual place.

use super::{FallbackLevel, Host, PLAIN};

/// The start of a page that does something later by itself, and then takes this mark away.
const LATER: &str = "<!doctype html>\n<html lang=\"zh-CN\" data-later=\"\">";

/// The pages.
pub(super) const PAGES: &[Host] = &[
    Host {
        name: "quirks",
        why: "no doctype, tables, and a font element: a page from 1999",
        start: "<html>",
        body: "<table width=100%><tr><td><font size=2>办事指南</font></td></tr></table>TAG",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "xhtml",
        why: "a page that is parsed as XML, where elements have a namespace and markup no mercy",
        headers: &[("content-type", "application/xhtml+xml; charset=utf-8")],
        start: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n\
                <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"zh-CN\" lang=\"zh-CN\">",
        attributes: "async=\"async\"",
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "head",
        why: "the tag stands in the head and runs before there is a body",
        head: "TAG",
        body: "<h1>办事指南</h1>",
        attributes: "",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "head-async",
        why: "the tag stands in the head and runs when it pleases",
        head: "TAG",
        body: "<h1>办事指南</h1>",
        ..PLAIN
    },
    Host {
        name: "defer",
        why: "the tag runs once the page is parsed",
        head: "TAG",
        body: "<h1>办事指南</h1>",
        attributes: "defer",
        ..PLAIN
    },
    Host {
        name: "blocking",
        why: "the tag holds the parser up in the middle of a sentence",
        body: "<p>窗口在TAG五个工作日内办结。</p>",
        attributes: "",
        ..PLAIN
    },
    Host {
        name: "module",
        why: "somebody wrote type=module, under which a script does not know itself",
        attributes: "type=\"module\"",
        ..PLAIN
    },
    Host {
        name: "late",
        why: "a tag manager adds the tag long after the page has loaded",
        start: LATER,
        body: "<h1>办事指南</h1><script>addEventListener('load', () => setTimeout(() => {
            const tag = document.createElement('script');
            tag.src = 'COLLECTOR/huiyin.js';
            tag.dataset.department = 'DEPARTMENT';
            document.head.append(tag);
            delete document.documentElement.dataset.later;
        }, 300))</script>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "removed",
        why: "a tag manager takes its script away as soon as it has added it",
        body: "<h1>办事指南</h1><script>
            const tag = document.createElement('script');
            tag.src = 'COLLECTOR/huiyin.js';
            tag.dataset.department = 'DEPARTMENT';
            document.body.append(tag);
            tag.remove();
        </script>",
        ..PLAIN
    },
    Host {
        name: "twice",
        why: "header and footer both include the tag",
        body: "TAG<h1>办事指南</h1>TAG",
        firefox: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "in-form",
        why: "the tag stands in a form, which none of its buttons may send",
        body: "<form action=\"/elsewhere\" onsubmit=\"document.title = 'sent'\">\
               <input name=\"q\"/>TAG<button>搜索</button></form>",
        ..PLAIN
    },
    Host {
        name: "in-label",
        why: "a click on what a label holds also clicks what it is for",
        body: "<label>关键词 <input name=\"q\"/>TAG</label>",
        ..PLAIN
    },
    Host {
        name: "in-link",
        why: "the tag stands in a link, which a click on the button must not follow",
        body: "<a href=\"#elsewhere\">办事指南 TAG</a>",
        ..PLAIN
    },
    Host {
        name: "in-hidden-tab",
        why: "the tag stands in a part of the page that is shown later",
        start: LATER,
        body: "<div id=\"tab\" style=\"display:none\"><h1>办事指南</h1>TAG</div><script>\
               setTimeout(() => { document.getElementById('tab').style.display = 'block';
               delete document.documentElement.dataset.later }, 300)\
               </script>",
        ..PLAIN
    },
    Host {
        name: "in-dialog",
        why: "the tag stands in a modal dialog of the page",
        body: "<dialog id=\"own\"><h1>办事指南</h1>TAG</dialog>\
               <script>document.getElementById('own').showModal()</script>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "in-small-frame",
        why: "the page is shown in a frame of 200 by 80 pixels",
        framed: true,
        sampled: true,
        ..PLAIN
    },
    Host {
        name: "swapped",
        why: "Turbo and its like put a new body in the place of the old one",
        start: LATER,
        body: "<h1>办事指南</h1>TAG<script>addEventListener('load', () => setTimeout(() => {
            if (window.swapped) return;
            window.swapped = true;
            const fresh = document.body.cloneNode(true);
            for (const old of fresh.querySelectorAll('huiyin-feedback')) old.remove();
            for (const old of fresh.querySelectorAll('script[src]')) {
                const again = document.createElement('script');
                for (const { name, value } of old.attributes) again.setAttribute(name, value);
                old.replaceWith(again);
            }
            document.body.replaceWith(fresh);
            delete document.documentElement.dataset.later;
        }, 200))</script>",
        firefox: true,
        ..PLAIN
    },
    Host {
        name: "written",
        why: "the tag is written by document.write",
        body: "<h1>办事指南</h1><script>document.write('<scr' + 'ipt src=\"COLLECTOR/huiyin.js\" \
               data-department=\"DEPARTMENT\"></scr' + 'ipt>')</script>",
        ..PLAIN
    },
    Host {
        name: "written-anew",
        why: "the whole page is written again after it has loaded",
        start: LATER,
        body: "<h1>办事指南</h1>TAG<script>addEventListener('load', () => setTimeout(() => {
            document.open();
            document.write('<h1>新的一页</h1><scr' + 'ipt src=\"COLLECTOR/huiyin.js\" \
            data-department=\"DEPARTMENT\"></scr' + 'ipt>');
            document.close();
        }, 100))</script>",
        ..PLAIN
    },
    Host {
        name: "clobbered",
        why: "names of the page's own elements stand where scripts look for the document's parts",
        body: "<form name=\"body\"><input name=\"append\"/><input name=\"dataset\"/></form>\
               <img name=\"currentScript\" src=\"data:,\" alt=\"\"/><a id=\"customElements\" href=\"#x\">x</a>\
               <form id=\"origin\"><input name=\"nodeName\"/></form>TAG",
        attributes: "",
        ..PLAIN
    },
    Host {
        name: "cleaned",
        why: "a blocker or a script that cleans up removes every element it does not know",
        body: "<h1>办事指南</h1><script>new MutationObserver(() => {
            for (const one of document.querySelectorAll('*')) {
                if (one.localName.includes('-')) one.remove();
            }
        }).observe(document, { childList: true, subtree: true })</script>TAG",
        level: FallbackLevel::Nothing,
        ..PLAIN
    },
];
