//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::problem::ProblemType;
use crate::state::App;

/// Returns the routes.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
}

async fn alive() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "ok\n")
}

/// Answers 503 where the store cannot write or read.
async fn ready(State(app): State<App>) -> Result<impl IntoResponse, ProblemType> {
    if app.readiness.now(app.store.as_ref()).await {
        Ok(([(header::CACHE_CONTROL, "no-store")], "ready\n"))
    } else {
        Err(ProblemType::Unavailable)
    }
}
