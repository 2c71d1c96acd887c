//! What operators and their tools ask: `/healthz`, `/readyz`, and `/metrics` on a listener of its own.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use super::description::Description;
use super::problem::ProblemType;
use super::routes::Routes;
use crate::app::App;
use crate::limits::class::Class;
use crate::metrics::TEXT_FORMAT;

/// Returns the routes that the public has too.
pub(super) fn router() -> Routes {
    let described = |summary| Description::new(summary).file("text/plain", "Yes");
    Routes::new()
        .route(
            Class::Health,
            "/healthz",
            alive,
            described("Whether the process runs"),
        )
        .route(
            Class::Health,
            "/readyz",
            ready,
            described("Whether it can write and read").refuses(&[ProblemType::Unavailable]),
        )
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

/// Serves metrics and health until it is dropped. The public sees no metrics, and health is told
/// here where nobody waits behind a rush of citizens.
pub(crate) async fn serve(listener: TcpListener, app: App) -> std::io::Result<()> {
    let router = router()
        .into_router()
        .route("/metrics", get(metrics))
        .with_state(app);
    axum::serve(listener, router).await
}

async fn metrics(State(app): State<App>) -> Response {
    let up = app.readiness.now(app.store.as_ref()).await;
    match app.metrics.text(up) {
        Ok(text) => {
            let about = [
                (header::CONTENT_TYPE, TEXT_FORMAT),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (about, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
