//! The interface over HTTP: which path leads where, and what holds for all of them.

mod assets;
mod departments;
mod drain;
mod extract;
mod feedback;
mod form;
mod health;
pub(crate) mod known;
mod listing;
pub(crate) mod problem;
mod score;
mod submission;
mod table;

use std::time::Duration;

use axum::Router;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::pages;
use crate::state::App;
use problem::ProblemType;

pub(crate) use extract::{Path, Query};
pub(crate) use listing::{ListQuery, PAGE, PeriodQuery};
pub(crate) use submission::{BODY_LIMIT, Sent, body_bytes};

/// How long a request may take from its head to its answer; a slow body ends there.
const PATIENCE: Duration = Duration::from_secs(15);

/// Returns the whole interface.
pub fn router(app: App) -> Router {
    let api = Router::new()
        .merge(feedback::router())
        .merge(form::router())
        .merge(departments::router())
        .merge(score::router());
    let rest = Router::new()
        .merge(assets::router().layer(from_any_page()))
        .merge(health::router())
        .merge(pages::router());
    bounded(rest)
        .nest("/api/v1", bounded(api).layer(from_any_page()))
        .with_state(app)
        .layer(middleware::from_fn(pages::tell_problems))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "no-referrer"))
        .layer(always(
            header::CONTENT_SECURITY_POLICY,
            pages::SECURITY_POLICY,
        ))
}

/// Answers every path and method, within limits of size and time, and survives a panic.
fn bounded(routes: Router<App>) -> Router<App> {
    routes
        .fallback(async || ProblemType::NotFound)
        .method_not_allowed_fallback(async || ProblemType::MethodNotAllowed)
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(middleware::from_fn(drain::refuse_what_is_too_large))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
}

/// Lets scripts of any page call the public interface; it knows no cookie and no login, so a
/// foreign page can do no more than its visitor could.
fn from_any_page() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_hours(24))
}

/// Sets a header on every answer that does not set it itself.
fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
