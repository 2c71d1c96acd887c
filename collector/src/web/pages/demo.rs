//! `/demo`: every way in which a page can ask for ratings, each live and with the lines to paste.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use huiyin_shared::slug::Slug;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reader::Reader;
use super::render::page;
use crate::app::App;
use crate::limits::class::Class;
use crate::model::{Department, Localized, Refusal};
use crate::text::demo::{self, Phrases};
use crate::web::description::Description;
use crate::web::extract::Query;
use crate::web::lookup;
use crate::web::problem::ProblemType;
use crate::web::routes::Routes;
use crate::widget::releases;
use crate::widget::tag::Tag;

/// The strictest policy under which the widget works; the demonstration lives under it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     connect-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

#[derive(Template)]
#[template(path = "demo.html")]
struct DemoPage {
    reader: Reader,
    words: &'static Phrases,
    contents: [(&'static str, &'static str); 12],
    name: Localized,
    slug: Slug,
    /// Two departments: this one and one above it, where there is one.
    several: Vec<(Slug, Localized)>,
    /// The tags of the panel's languages.
    languages: Vec<String>,
    origin: String,
    /// The tag with its department, and the link under it for those without scripts.
    script: String,
    link: String,
    /// The tag that only brings the element.
    bare: String,
    score_href: String,
    rate_href: String,
}

#[derive(Deserialize, ToSchema)]
struct Wanted {
    /// The slug of the department that is shown; one without others below it where there is none.
    #[serde(default)]
    department: String,
}

/// Returns the route.
pub(super) fn router() -> Routes {
    let described = Description::page("Every way in which a page can ask for ratings")
        .refuses(&[Refusal::UnknownDepartment.into()]);
    Routes::new().route(Class::Read, "/demo", show, described)
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ProblemType> {
    let name = match wanted.department {
        name if !name.is_empty() => name,
        _ => {
            let leaf = app.store.any_leaf().await?;
            leaf.ok_or(Refusal::UnknownDepartment)?.slug.to_string()
        }
    };
    let place = lookup::department(&app, &name).await?;
    let Department { slug, names, .. } = place.department.clone();
    let origin = origin(&headers);
    let tag = |department| {
        let tag = Tag {
            origin: origin.clone(),
            department,
            service: None,
            placement: None,
            pin: false,
        };
        let html = tag.html();
        let (script, link) = html.split_once('\n').unwrap_or_default();
        (script.to_owned(), link.trim_end().to_owned())
    };
    let (script, link) = tag(Some(slug.clone()));
    let several = place.above.iter().rev().take(1).chain([&place.department]);
    let several = several.map(|one| (one.slug.clone(), one.names.shown(reader.language)));
    let words = demo::of(reader.language);
    let template = DemoPage {
        words,
        contents: contents(words),
        several: several.collect(),
        languages: releases::languages(),
        name: names.shown(reader.language),
        script,
        link,
        bare: tag(None).0,
        origin,
        rate_href: reader.link(&format!("/d/{slug}/rate")),
        score_href: reader.link(&format!("/d/{slug}")),
        slug,
        reader,
    };
    page(&template, POLICY)
}

/// Names the sections in their order.
const fn contents(words: &Phrases) -> [(&'static str, &'static str); 12] {
    [
        ("button", words.button),
        ("inline", words.inline),
        ("own", words.own),
        ("several", words.several),
        ("theme", words.theme),
        ("language", words.language),
        ("test", words.test),
        ("invite", words.invite),
        ("script", words.script),
        ("events", words.events),
        ("fallback", words.fallback),
        ("policy", words.policy),
    ]
}

/// Returns where this page was asked for, for the tag to copy; plain HTTP only on this machine.
fn origin(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let host = host.unwrap_or("localhost");
    let local = ["127.", "localhost", "[::1]"]
        .iter()
        .any(|start| host.starts_with(start));
    let scheme = if local { "http" } else { "https" };
    format!("{scheme}://{host}")
}
