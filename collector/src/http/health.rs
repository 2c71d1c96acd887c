//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::problem::ProblemType;
use super::routes::Routes;
use crate::state::App;

/// Returns the routes.
pub(super) fn router() -> Routes {
    Routes::new()
        .health("/healthz", alive)
        .health("/readyz", ready)
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
