//! `GET /api/v1/openapi.json`: the description of every public route.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::response::Response;

use crate::limits::class::Class;
use crate::web;
use crate::web::description::Description;
use crate::web::openapi;
use crate::web::routes::Routes;
use crate::web::tagged::Tagged;

/// The document, which is the same for the life of the process.
static DOCUMENT: LazyLock<Tagged> =
    LazyLock::new(|| Tagged::new(&openapi::document(&web::routes())));

/// Returns the route.
pub(super) fn router() -> Routes {
    let described = Description::new("The description of this API, as OpenAPI 3.1")
        .file("application/json", "The document")
        .empty(304, "It is the same as the one with this `If-None-Match`");
    Routes::new().route(Class::Read, "/openapi.json", document, described)
}

async fn document(headers: HeaderMap) -> Response {
    DOCUMENT.answer(&headers, "public, max-age=300")
}
