//! What every request goes through, in this order, and every answer on its way back.
//!
//! One function instead of a stack of layers: it reads like the list that it is, and a rating does
//! not pay for ten boxes around its handler.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::timeout;
use tower_service::Service;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::admission::Peer;
use super::ledger::Arrived;
use super::pages::problems::render_problem;
use super::pages::render::SECURITY_POLICY;
use super::problem::ProblemType;
use super::read_body;
use super::routes::{Route, RouteIndex};
use crate::limits::class::Class;
use crate::metrics::Metrics;

/// How long a request may take from its head to its answer; a body that drips ends there.
const PATIENCE: Duration = Duration::from_secs(15);

/// The whole interface, ready to be served; clones are handles on the same one.
#[derive(Clone)]
pub struct Edge {
    router: Router,
    index: Arc<RouteIndex>,
    metrics: Metrics,
}

impl Edge {
    /// Makes the edge of a router with the table of its routes.
    pub(super) fn new(router: Router, index: RouteIndex, metrics: Metrics) -> Self {
        Self {
            router,
            index: Arc::new(index),
            metrics,
        }
    }

    /// Answers a request of this peer; never fails, and survives a panic of a handler.
    pub(crate) async fn answer<B>(
        self,
        peer: SocketAddr,
        request: axum::http::Request<B>,
    ) -> Response
    where
        B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Send + 'static,
    {
        let (mut parts, body) = request.into_parts();
        let open = is_open(parts.uri.path());
        let reader = ProblemReader::of(&parts);
        let Self {
            router,
            index,
            metrics,
        } = self;
        let route = index.find(&parts.method, parts.uri.path());
        let class = Route::class_of(route);
        let span = span(route);
        // Before anything can refuse it.
        let arrived = Arrived::new(&metrics, class);
        parts.extensions.insert(Peer(peer));
        parts.extensions.insert(arrived.pending());
        let handled = handled(router, class, parts, Body::new(body)).instrument(span.clone());
        let answer = AssertUnwindSafe(handled).catch_unwind();
        let mut response = match timeout(PATIENCE, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => ProblemType::Internal.into_response(),
            Err(_) => ProblemType::Timeout.into_response(),
        };
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response = render_problem(response, &reader.uri, reader.languages.as_ref());
        }
        arrived.answered(&metrics, &response);
        span.record("status", response.status().as_u16());
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_SECURITY_POLICY, SECURITY_POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            if !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        if open {
            open_to_scripts(headers);
        }
        response
    }
}

/// Makes the span of a request, with the pattern of its path: the path itself may hold a receipt code.
fn span(route: Option<&Route>) -> Span {
    tracing::debug_span!(
        "request",
        method = route.map(|route| route.method.as_str()),
        route = route.map(|route| route.path.as_str()),
        class = Route::class_of(route).name(),
        status = Empty,
    )
}

async fn handled(mut router: Router, class: Class, parts: Parts, body: Body) -> Response {
    if is_open(parts.uri.path()) && is_preflight(&parts) {
        return preflight(&parts.headers);
    }
    match read_body::read(&parts, body, class.body_limit()).await {
        Err(refused) => refused.into_response(),
        Ok(body) => {
            let request = Request::from_parts(parts, Body::from(body));
            match router.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    }
}

/// What of a request decides the words of a refusal.
struct ProblemReader {
    uri: Uri,
    languages: Option<HeaderValue>,
}

impl ProblemReader {
    fn of(parts: &Parts) -> Self {
        Self {
            uri: parts.uri.clone(),
            languages: parts.headers.get(header::ACCEPT_LANGUAGE).cloned(),
        }
    }
}

/// Returns whether scripts of any page may ask for this path. The public interface knows no cookie
/// and no login, so a foreign page can do no more than its visitor could.
fn is_open(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/assets/") || path == "/huiyin.js"
}

fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Tells a browser what a script may send (Fetch standard, CORS-preflight fetch): every header that it
/// asks for. Monitors and guards of a page add their own to all requests, and without cookies nothing is
/// at stake.
fn preflight(asked: &HeaderMap) -> Response {
    let told: [(HeaderName, &str); 2] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET,POST"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    let mut response = (StatusCode::OK, told).into_response();
    let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let wanted = wanted.unwrap_or(HeaderValue::from_static("content-type"));
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    let varies = HeaderValue::from_static("access-control-request-headers");
    headers.insert(header::VARY, varies);
    response
}

fn open_to_scripts(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
