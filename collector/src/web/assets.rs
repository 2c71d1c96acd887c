//! The widget in every release that was ever served here, and the few files of our pages.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::description::Description;
use super::extract::Path;
use super::problem::ProblemType;
use super::routes::Routes;
use super::tagged::is_known;
use crate::app::App;
use crate::limits::class::Class;
use crate::util::etag;
use crate::widget::releases::{File, LOADER, VERSION, bytes};

/// The files of our own pages.
#[derive(RustEmbed)]
#[folder = "assets/"]
struct Site;

/// A version never means another content.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A page that was pasted once must get a new loader within minutes.
const SHORT: &str = "public, max-age=300";

/// Where a file of our pages stands, its name, its media type, and what it is.
type SiteFile = (&'static str, &'static str, &'static str, &'static str);

const SITE: [SiteFile; 3] = [
    (
        "/assets/site.css",
        "site.css",
        "text/css; charset=utf-8",
        "The style of our pages",
    ),
    (
        "/assets/demo.js",
        "demo.js",
        "text/javascript; charset=utf-8",
        "The script of /demo",
    ),
    ("/assets/icon.svg", "icon.svg", "image/svg+xml", "The icon"),
];

/// Returns the routes.
pub(super) fn router() -> Routes {
    let described = |summary, kind| {
        Description::new(summary)
            .file(kind, "The file")
            .empty(304, "It is the same as the one with this `If-None-Match`")
    };
    let of_loader = described("The newest loader", "text/javascript");
    let of_asset = described("A file of a release of the widget", "*/*");
    let routes = Routes::new()
        .route(Class::Asset, "/huiyin.js", loader, of_loader)
        .route(Class::Asset, "/assets/{version}/{*file}", asset, of_asset);
    SITE.into_iter()
        .fold(routes, |routes, (path, name, kind, summary)| {
            let file = async move |headers: HeaderMap| site_file(&headers, name, kind);
            let essence = kind.split(';').next().unwrap_or_default();
            routes.route(Class::Asset, path, file, described(summary, essence))
        })
}

async fn loader(State(app): State<App>, headers: HeaderMap) -> Result<Response, ProblemType> {
    widget_file(&app, &headers, VERSION, LOADER, SHORT).await
}

async fn asset(
    State(app): State<App>,
    headers: HeaderMap,
    Path((version, file)): Path<(String, String)>,
) -> Result<Response, ProblemType> {
    widget_file(&app, &headers, &version, &file, FOREVER).await
}

/// Answers with a file of the widget, in the smallest form the client takes.
async fn widget_file(
    app: &App,
    headers: &HeaderMap,
    version: &str,
    name: &str,
    cache: &str,
) -> Result<Response, ProblemType> {
    let takes = |coding: &str| takes(headers, coding);
    let file = (app.releases)
        .file(app.store.as_ref(), version, name, takes)
        .await?;
    Ok(answer(headers, file.ok_or(ProblemType::NotFound)?, cache))
}

fn site_file(headers: &HeaderMap, name: &str, kind: &'static str) -> Result<Response, ProblemType> {
    let file = Site::get(name).ok_or(ProblemType::NotFound)?;
    let file = File {
        kind: HeaderValue::from_static(kind),
        coding: None,
        tag: etag::of_hash(&file.metadata.sha256_hash()),
        bytes: bytes(file),
    };
    Ok(answer(headers, file, SHORT))
}

/// Returns whether `Accept-Encoding` names a coding without refusing it.
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        named && !refused
    })
}

fn answer(headers: &HeaderMap, file: File, cache: &str) -> Response {
    let about = [
        (header::CACHE_CONTROL, cache),
        (header::ETAG, file.tag.as_str()),
        (header::VARY, "accept-encoding"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    let kind = [(header::CONTENT_TYPE, file.kind)];
    if is_known(headers, &file.tag) {
        return (StatusCode::NOT_MODIFIED, kind, about).into_response();
    }
    let coding = file
        .coding
        .map(|coding| [(header::CONTENT_ENCODING, coding)]);
    match coding {
        Some(coding) => (kind, about, coding, file.bytes).into_response(),
        None => (kind, about, file.bytes).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_only_where_it_is_named() {
        let taken = |accepted: &str, coding| {
            let mut headers = HeaderMap::new();
            let value = accepted.parse().expect("a header");
            headers.insert(header::ACCEPT_ENCODING, value);
            takes(&headers, coding)
        };
        assert!(taken("gzip, deflate, br", "br"));
        assert!(taken("BR;q=0.5", "br"));
        assert!(!taken("br;q=0", "br"));
        assert!(!taken("brotli, x-br", "br"));
        assert!(!taken("", "gzip"));
    }
}
