//! The built widget and the style of our pages, all inside the binary.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::ProblemType;
use super::routes::Routes;
use crate::secret::tag_of;

/// What the build of the widget left, with `.br` and `.gz` beside every file.
#[derive(RustEmbed)]
#[folder = "../target/widget/"]
struct Widget;

/// The files of our own pages.
#[derive(RustEmbed)]
#[folder = "assets/"]
struct Site;

/// A name with the hash of its content never means another content.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// A page that was pasted once must get a new loader within minutes.
const SHORT: &str = "public, max-age=300";

/// Returns the routes.
pub(super) fn router() -> Routes {
    Routes::new()
        .read("/huiyin.js", loader)
        .read("/assets/site.css", style)
        .read("/assets/icon.svg", icon)
        .read("/assets/{file}", asset)
}

async fn loader(headers: HeaderMap) -> Result<Response, ProblemType> {
    widget_file(&headers, "huiyin.js", SHORT)
}

async fn asset(headers: HeaderMap, Path(file): Path<String>) -> Result<Response, ProblemType> {
    widget_file(&headers, &format!("assets/{file}"), FOREVER)
}

async fn icon(headers: HeaderMap) -> Result<Response, ProblemType> {
    let file = Site::get("icon.svg").ok_or(ProblemType::NotFound)?;
    Ok(answer(&headers, file, None, "image/svg+xml", SHORT))
}

async fn style(headers: HeaderMap) -> Result<Response, ProblemType> {
    let file = Site::get("site.css").ok_or(ProblemType::NotFound)?;
    Ok(answer(
        &headers,
        file,
        None,
        "text/css; charset=utf-8",
        SHORT,
    ))
}

/// Answers with a file of the widget, in the smallest form the client takes.
fn widget_file(headers: &HeaderMap, path: &str, cache: &str) -> Result<Response, ProblemType> {
    let kind = match path.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "wasm")) => "application/wasm",
        _ => return Err(ProblemType::NotFound),
    };
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        if takes(headers, coding)
            && let Some(file) = Widget::get(&format!("{path}.{ending}"))
        {
            return Ok(answer(headers, file, Some(coding), kind, cache));
        }
    }
    let file = Widget::get(path).ok_or(ProblemType::NotFound)?;
    Ok(answer(headers, file, None, kind, cache))
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

fn answer(
    headers: &HeaderMap,
    file: EmbeddedFile,
    coding: Option<&'static str>,
    kind: &'static str,
    cache: &str,
) -> Response {
    let tag = tag_of(&file.metadata.sha256_hash());
    let kept = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|kept| kept == tag.as_str());
    let about = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, tag.as_str()),
        (header::VARY, "accept-encoding"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    if kept {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let body = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut response = (about, body).into_response();
    if let Some(coding) = coding {
        let coding = axum::http::HeaderValue::from_static(coding);
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, coding);
    }
    response
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
