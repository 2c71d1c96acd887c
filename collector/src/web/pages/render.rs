//! Answering with a page: its policy, its headers.

use askama::Template;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use crate::web::problem::ProblemType;

/// What a page may load: our style sheet, and nothing from anywhere else.
pub(crate) const SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same for what the loader shows in a frame where WebAssembly cannot start. Nobody is logged
/// in here, so there is nothing that a framing page could make a visitor click unknowingly.
pub(super) const FRAMED_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors *";

/// Answers with a page that is asked for again each time it is looked at.
pub(super) fn page(
    template: &impl Template,
    policy: &'static str,
) -> Result<Response, ProblemType> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be rendered");
        ProblemType::Internal
    })?;
    let about = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::VARY, "accept-language"),
    ];
    Ok((about, Html(html)).into_response())
}
