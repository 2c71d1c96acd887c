//! `/metrics` on a listener of its own: the public sees none of it. Health is told there too, where
//! nobody waits behind a rush of citizens.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::http;
use crate::state::App;

/// Serves the figures until it is dropped.
pub async fn serve(listener: TcpListener, app: App) -> std::io::Result<()> {
    let router = http::health()
        .route("/metrics", get(figures))
        .with_state(app);
    axum::serve(listener, router).await
}

async fn figures(State(app): State<App>) -> Response {
    let up = app.readiness.now(app.store.as_ref()).await;
    match app.metrics.text(up) {
        Ok(text) => {
            let about = [
                (header::CONTENT_TYPE, prometheus::TEXT_FORMAT),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (about, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the figures could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
