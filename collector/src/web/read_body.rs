//! Every request is read whole, within limits of size and time, before anything looks at it.
//!
//! Whoever is still sending does not listen: an answer on top of unread bytes ends in a reset
//! connection, and the sender would never see why. So a body that is too large is read and thrown
//! away before it is refused, whether its length was declared or not. And no permit of any class
//! is held by somebody who is still sending.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::request::Parts;
use tokio::time::timeout;

use super::problem::ProblemType;
#[cfg(test)]
use crate::limits::class::Class;

/// The largest body of any class.
#[cfg(test)]
pub(crate) const BODY_LIMIT: usize = Class::Ingest.body_limit();

/// The longest query. The head as a whole has its own limit.
pub(crate) const QUERY_LIMIT: usize = 4 * 1024;

/// How much is thrown away for one request; whoever sends more is cut off.
const MOST: usize = 4 * 1024 * 1024;

/// How long a sender may be silent in the middle of a body.
const SILENCE: Duration = Duration::from_secs(10);

/// Returns the body that has arrived whole and is no larger than the limit in bytes, or why the
/// request is refused.
pub(super) async fn read(parts: &Parts, body: Body, limit: usize) -> Result<Bytes, ProblemType> {
    let body = read_body(body, limit).await?;
    let query = parts.uri.query().unwrap_or_default();
    if query.len() > QUERY_LIMIT {
        return Err(ProblemType::QueryTooLong);
    }
    Ok(body)
}

async fn read_body(mut body: Body, limit: usize) -> Result<Bytes, ProblemType> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    // Declared to be more than is ever thrown away: there is no use in listening.
    if body.size_hint().lower() > MOST as u64 {
        return Err(ProblemType::BodyTooLarge);
    }
    let Some(first) = chunk(&mut body).await? else {
        return Ok(Bytes::new());
    };
    // Nearly always all of it; then nothing is copied.
    if body.is_end_stream() && first.len() <= limit {
        return Ok(first);
    }
    let mut size = first.len();
    let mut whole = Vec::from(first);
    while let Some(chunk) = chunk(&mut body).await? {
        size += chunk.len();
        if size <= limit {
            whole.extend_from_slice(&chunk);
        } else if size > MOST {
            break;
        }
    }
    if size > limit {
        return Err(ProblemType::BodyTooLarge);
    }
    Ok(whole.into())
}

/// Returns what arrives next, or none at the end.
async fn chunk(body: &mut Body) -> Result<Option<Bytes>, ProblemType> {
    loop {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
        let frame = timeout(SILENCE, frame).await;
        match frame.map_err(|_| ProblemType::Timeout)? {
            None => return Ok(None),
            Some(Err(_)) => return Err(ProblemType::IncompleteBody),
            Some(Ok(frame)) => {
                // What is no data is a trailer, which nobody here reads.
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
        }
    }
}
