//! A body that is too large is read and thrown away before it is refused.
//!
//! Whoever is still sending does not listen: an answer on top of unread bytes ends in a reset
//! connection, and the sender would never see why.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::BODY_LIMIT;
use super::problem::ProblemType;

/// How much is thrown away for one request; whoever sends more is cut off.
const MOST: usize = 4 * 1024 * 1024;

/// Refuses what is declared to be too large, once it has been sent.
pub(super) async fn refuse_what_is_too_large(request: Request, next: Next) -> Response {
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    match declared {
        Some(length) if length > BODY_LIMIT => {
            if length <= MOST {
                throw_away(request.into_body()).await;
            }
            ProblemType::BodyTooLarge.into_response()
        }
        _ => next.run(request).await,
    }
}

async fn throw_away(mut body: Body) {
    // A declared length is never exceeded, and the time limit of all requests ends a slow one.
    while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
}
