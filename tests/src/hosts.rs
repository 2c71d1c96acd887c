//! The catalogue of host pages that break things: what departments really have, and worse.
//!
//! Each page stands as data, in one file for each family, with the reason why it is here and the
//! fallback level that a citizen is to find on it.

mod machine;
mod markup;
mod policy;
mod proxy;
mod script;
mod style;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, header};
use axum::routing::get;

use crate::host_page::Served;

pub(crate) use proxy::pass_on;
pub use proxy::{Proxy, Way};

/// What a citizen finds on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FallbackLevel {
    /// The panel.
    Panel,
    /// The collector's form in a frame.
    Frame,
    /// A link to the form.
    Link,
    /// Nothing: the page lets no script of others run, or shows nothing that it does not know.
    Nothing,
}

/// A page of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// Its name, which is also its department's.
    pub name: &'static str,
    /// Why it is in the catalogue.
    pub why: &'static str,
    /// What is sent with it; `COLLECTOR` stands for the collector's origin, everywhere.
    headers: &'static [(&'static str, &'static str)],
    /// Everything before its head.
    start: &'static str,
    /// What its head holds.
    head: &'static str,
    /// What its body holds: `TAG` stands for the usual tag, `DEPARTMENT` for its department.
    body: &'static str,
    /// What the tag says beside the department.
    attributes: &'static str,
    /// Whether it is shown in a small frame of another page.
    pub framed: bool,
    /// What lies between it and the collector.
    pub way: Way,
    /// What the owner of the browser prefers.
    pub media: &'static [(&'static str, &'static str)],
    /// Width, height, and pixels for each pixel.
    pub size: Option<(u32, u32, u32)>,
    /// What a citizen is to find.
    pub level: FallbackLevel,
    /// Whether Firefox is to see it as well.
    pub firefox: bool,
    /// Whether it is looked at where there is little time.
    pub sampled: bool,
}

/// A page that asks for nothing; all others say what they have beside it.
const PLAIN: Host = Host {
    name: "plain",
    why: "a page without any peculiarity, to compare with",
    headers: &[],
    start: "<!doctype html>\n<html lang=\"zh-CN\">",
    head: "",
    body: "<h1>办事指南</h1><p>申请人可在线提交材料，窗口在五个工作日内办结。</p>TAG",
    attributes: "async",
    framed: false,
    way: Way::Open,
    media: &[],
    size: None,
    level: FallbackLevel::Panel,
    firefox: false,
    sampled: false,
};

/// What a bad guest would do to a page, to see whether the test would notice.
pub const BAD_GUEST: Host = Host {
    name: "bad-guest",
    why: "where the tag stands, names are added, a prototype is changed, and an error is left alone",
    body: "<h1>办事指南</h1>TAG<script>if ('DEPARTMENT') {
        window.one = window.two = 1; Array.prototype.three = 1; document.querySelector('h1').remove();
        setTimeout(() => { throw new Error('left alone') });
    }</script>",
    level: FallbackLevel::Frame,
    ..PLAIN
};

/// Returns every page.
pub fn all() -> Vec<Host> {
    let families = [
        policy::PAGES,
        markup::PAGES,
        script::PAGES,
        style::PAGES,
        machine::PAGES,
    ];
    let plain = Host {
        firefox: true,
        ..PLAIN
    };
    let mut pages = vec![plain];
    pages.extend(families.concat());
    pages
}

/// Returns a list of departments in which each page has its own.
pub fn departments(pages: &[Host]) -> String {
    let rows = pages.iter().map(|page| {
        let name = page.name;
        format!("{name},,{name},{name}\n")
    });
    "slug,parent,name_zh,name_en\n".to_owned() + rows.collect::<String>().as_str()
}

impl Host {
    /// Serves the page at `/` and, to compare with, without the tag at `/bare`.
    pub async fn serve(&self, collector: &str) -> Served {
        let mut router = Router::new();
        for (path, tag) in [("/", true), ("/bare", false)] {
            let (outer, inner) = if self.framed {
                // A frame's page has its own address, next to the one that was asked for.
                let inner = format!("{path}inner");
                let frame = format!(
                    "<!doctype html><title>外页</title><h1>外页</h1>\
                     <iframe src=\"{inner}\" width=\"200\" height=\"80\" title=\"内页\"></iframe>"
                );
                router = router.route(path, get(async move || axum::response::Html(frame)));
                (None, inner)
            } else {
                (Some(path), path.to_owned())
            };
            let html = self.html(collector, tag);
            let headers: Vec<_> = self
                .headers
                .iter()
                .map(|(name, value)| (*name, value.replace("COLLECTOR", collector)))
                .collect();
            let page = get(async move || {
                let mut response = Response::builder();
                if !headers.iter().any(|(name, _)| *name == "content-type") {
                    response = response.header(header::CONTENT_TYPE, "text/html; charset=utf-8");
                }
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                response
                    .body(Body::from(html))
                    .expect("the headers are plain values")
            });
            router = router.route(outer.unwrap_or(&inner), page);
        }
        Served::at("localhost", router).await
    }

    fn html(&self, collector: &str, tag: bool) -> String {
        let Self {
            name, attributes, ..
        } = self;
        let usual = format!(
            "<script {attributes} src=\"COLLECTOR/huiyin.js\" data-department=\"DEPARTMENT\" \
             data-placement=\"footer\"></script>"
        );
        let page = format!(
            "{}<head><meta charset=\"utf-8\"/><title>{name}</title>{}</head>\n<body>{}</body></html>",
            self.start, self.head, self.body,
        );
        let page = page.replace("TAG", if tag { &usual } else { "" });
        // Pages that write the tag in their own way lose its address instead.
        let (collector, department) = if tag {
            (collector, *name)
        } else {
            ("about:blank#", "")
        };
        page.replace("COLLECTOR", collector)
            .replace("DEPARTMENT", department)
    }
}
