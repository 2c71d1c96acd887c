//! The interface over HTTP: which path leads where, and what holds for every request.
//!
//! Every handler file, in `api` and in `pages`, has the same order: types of requests and responses,
//! `router()` with the descriptions of the routes, the handlers in the order of the routes, helpers,
//! tests.

mod admission;
mod api;
mod assets;
mod description;
mod edge;
mod extract;
mod json;
mod ledger;
mod list_query;
mod lookup;
mod openapi;
pub(crate) mod operator;
mod pages;
pub(crate) mod problem;
mod read_body;
mod retry_after;
pub(crate) mod routes;
#[cfg(test)]
mod statements;
mod submission;
mod tagged;
#[cfg(test)]
pub(crate) mod testing;

use crate::app::App;
use crate::metrics::Metrics;
use problem::ProblemType;
use routes::Routes;

pub use edge::Edge;
#[cfg(test)]
pub(crate) use read_body::{BODY_LIMIT, QUERY_LIMIT};

/// Returns the whole interface.
pub fn edge(app: App) -> Edge {
    let table = routes();
    let index = table.index();
    let metrics = app.metrics.clone();
    let router = table
        .into_router()
        .fallback(async || ProblemType::NotFound)
        .method_not_allowed_fallback(async || ProblemType::MethodNotAllowed);
    Edge::new(router.with_state(app), index, metrics)
}

/// Returns all figures for operators, each at nothing; refusals are counted by problem type.
pub fn metrics() -> Metrics {
    Metrics::new(ProblemType::all().map(ProblemType::name))
}

/// Returns every route there is.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .merge(assets::router())
        .merge(operator::router())
        .merge(pages::router())
        .nest("/api/v1", api::router())
}
