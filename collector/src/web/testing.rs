//! A collector for tests that need no network. Every answer is held against the `OpenAPI` document.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};

use super::openapi::conformance::assert_described;
use super::read_body::BODY_LIMIT;
use crate::app::{App, Options};
use crate::store::Store;

/// Returns a collector on a store, with no limit for one client.
pub(crate) fn collector(store: Arc<dyn Store>) -> App {
    App::start(store, super::metrics(), Options::default())
}

/// Looks at a page; returns the status and the page.
pub(crate) async fn look(app: &App, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).body(Body::empty());
    answer(app, request.expect("a request")).await
}

/// Sends a body of this type; returns the status and what is answered.
pub(crate) async fn send(app: &App, path: &str, kind: &str, body: &str) -> (StatusCode, String) {
    send_with(app, path, kind, body, None).await
}

/// Sends a body of this type as a browser does whose owner has set this header to 1.
pub(crate) async fn send_with(
    app: &App,
    path: &str,
    kind: &str,
    body: &str,
    wish: Option<&str>,
) -> (StatusCode, String) {
    let mut request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT_LANGUAGE, "zh-CN,zh");
    if let Some(wish) = wish {
        request = request.header(wish, "1");
    }
    let request = request.body(Body::from(body.to_owned()));
    answer(app, request.expect("a request")).await
}

async fn answer(app: &App, request: Request<Body>) -> (StatusCode, String) {
    let (status, _, body) = respond(app, request).await;
    (status, body)
}

/// Sends a request; returns status, headers and body of the answer.
pub(crate) async fn respond(app: &App, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = super::edge(app.clone()).answer(peer, request).await;
    let (parts, body) = response.into_parts();
    let status = parts.status;
    let body = to_bytes(body, 8 * BODY_LIMIT).await.expect("a body");
    assert_described(&method, &path, (status, &parts.headers, &body));
    let body = String::from_utf8(body.to_vec());
    (status, parts.headers, body.expect("a text"))
}
