//! The interface over HTTP: which path leads where, and what holds for all of them.

mod admission;
mod assets;
mod departments;
#[cfg(test)]
mod every_route;
mod extract;
mod feedback;
mod form;
mod health;
pub(crate) mod known;
mod listing;
pub(crate) mod problem;
mod retry;
mod routes;
mod score;
mod submission;
mod table;
mod whole;

use std::time::Duration;

use axum::Router;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::pages;
use crate::state::App;
use problem::ProblemType;

pub(crate) use admission::Peer;
pub(crate) use extract::{Path, Query};
pub(crate) use listing::{ListQuery, PAGE, PeriodQuery};
pub(crate) use routes::Routes;
pub(crate) use submission::{Sent, body_bytes};

/// How long a request may take from its head to its answer; a body that drips ends there.
const PATIENCE: Duration = Duration::from_secs(15);

/// Returns the whole interface.
pub fn router(app: App) -> Router {
    routes().into_router().with_state(app).layer((
        always(header::CONTENT_SECURITY_POLICY, pages::SECURITY_POLICY),
        always(header::REFERRER_POLICY, "no-referrer"),
        always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        middleware::from_fn(pages::tell_problems),
    ))
}

/// Returns every route there is.
fn routes() -> Routes {
    let api = Routes::new()
        .merge(feedback::router())
        .merge(form::router())
        .merge(departments::router())
        .merge(score::router());
    let rest = Routes::new()
        .merge(assets::router().around(|assets| assets.layer(from_any_page())))
        .merge(health::router())
        .merge(pages::router());
    let api = bounded(api).around(|api| api.layer(from_any_page()));
    bounded(rest).nest("/api/v1", api)
}

/// Answers every path and method, within limits of size and time, and survives a panic.
fn bounded(routes: Routes) -> Routes {
    routes.around(|router| {
        router
            .fallback(async || ProblemType::NotFound)
            .method_not_allowed_fallback(async || ProblemType::MethodNotAllowed)
            .layer((
                TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE),
                CatchPanicLayer::new(),
                middleware::from_fn(whole::read_whole),
            ))
    })
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
