//! The interface over HTTP: which path leads where, and what holds for all of them.

mod admission;
mod assets;
mod body;
mod departments;
mod edge;
#[cfg(test)]
mod every_route;
mod extract;
mod feedback;
mod form;
mod health;
pub(crate) mod known;
mod listing;
mod moments;
pub(crate) mod problem;
mod retry;
mod routes;
mod score;
mod submission;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod whole;

use axum::Router;

use crate::pages;
use crate::state::App;
use problem::ProblemType;

pub(crate) use body::body_bytes;
pub use edge::Edge;
pub(crate) use extract::{Path, Query};
pub(crate) use listing::{ListQuery, PAGE, PeriodQuery};
pub(crate) use routes::Routes;
pub(crate) use submission::{Sent, Ticked};

/// Returns the whole interface.
pub fn edge(app: App) -> Edge {
    let metrics = app.metrics.clone();
    let router = routes()
        .into_router()
        .fallback(async || ProblemType::NotFound)
        .method_not_allowed_fallback(async || ProblemType::MethodNotAllowed);
    Edge::before(router.with_state(app), metrics)
}

/// Returns the routes that say how the process is, for a listener that is not the public's.
pub(crate) fn health() -> Router<App> {
    health::router().into_router()
}

/// Returns every route there is.
fn routes() -> Routes {
    let api = Routes::new()
        .merge(feedback::router())
        .merge(form::router())
        .merge(moments::router())
        .merge(departments::router())
        .merge(score::router());
    Routes::new()
        .merge(assets::router())
        .merge(health::router())
        .merge(pages::router())
        .nest("/api/v1", api)
}
