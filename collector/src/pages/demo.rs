//! `/demo`: a page as any department might have it, with the tag on it and the tag to copy.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Deserialize;

use super::page;
use super::reader::Reader;
use crate::http::problem::ProblemType;
use crate::http::{Query, Routes, known};
use crate::model::Refusal;
use crate::state::App;

/// The strictest policy under which the widget works; the demonstration lives under it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     connect-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

#[derive(Template)]
#[template(path = "demo.html")]
struct DemoPage {
    reader: Reader,
    name: String,
    name_lang: &'static str,
    slug: String,
    origin: String,
    score_href: String,
    rate_href: String,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    department: String,
}

/// Returns the route.
pub(super) fn router() -> Routes {
    Routes::new().read("/demo", demo)
}

async fn demo(
    State(app): State<App>,
    reader: Reader,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ProblemType> {
    let department = match wanted.department.as_str() {
        "" => app
            .store
            .any_leaf()
            .await?
            .ok_or(Refusal::UnknownDepartment)?,
        name => known::department(&app, name).await?.department,
    };
    let (name, name_lang) = department.names.shown(reader.language);
    let template = DemoPage {
        name: name.to_owned(),
        name_lang: name_lang.tag(),
        slug: department.slug.to_string(),
        origin: origin(&headers),
        rate_href: reader.link(&format!("/d/{}/rate", department.slug)),
        score_href: reader.link(&format!("/d/{}", department.slug)),
        reader,
    };
    page(&template, POLICY)
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
