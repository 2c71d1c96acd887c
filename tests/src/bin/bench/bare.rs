//! The measure: the least that a service of the same kind can do.
//!
//! Parses the same JSON and answers 201 with as much as the collector answers, and does nothing in
//! between. It runs as a process of its own, as the collector does.

use std::io::Write;

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// A submission, as far as its parts have to be told apart.
#[derive(Deserialize)]
struct Sent {
    id: String,
    #[serde(rename = "edit_key")]
    _edit_key: String,
    revision: u32,
    #[serde(rename = "department")]
    _department: String,
    #[serde(rename = "rating")]
    _rating: u8,
    #[serde(rename = "placement")]
    _placement: Option<String>,
    #[serde(rename = "comment")]
    _comment: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "page")]
    _page: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    id: String,
    revision: u32,
    receipt: &'static str,
}

/// Serves until the process is ended.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let router = Router::new().route("/api/v1/feedback", post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn answer(Json(sent): Json<Sent>) -> (StatusCode, Json<Answer>) {
    let answer = Answer {
        id: sent.id,
        revision: sent.revision,
        receipt: "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AA",
    };
    (StatusCode::CREATED, Json(answer))
}
