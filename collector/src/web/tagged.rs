//! JSON with an entity tag: a client that has the content already gets 304.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::util::etag;

/// A content with its tag.
pub(super) struct Tagged {
    tag: String,
    json: Bytes,
}

impl Tagged {
    /// Writes a content as JSON and computes its tag.
    pub(super) fn new(content: &impl Serialize) -> Self {
        let json = serde_json::to_vec(content).unwrap_or_default();
        Self {
            tag: etag::of_content(&json),
            json: json.into(),
        }
    }

    /// Answers with the content, or with 304.
    pub(super) fn answer(&self, headers: &HeaderMap, cache: &'static str) -> Response {
        let kept = headers.get(header::IF_NONE_MATCH);
        let about = [
            (header::ETAG, self.tag.as_str()),
            (header::CACHE_CONTROL, cache),
        ];
        if kept.is_some_and(|kept| kept == self.tag.as_str()) {
            return (StatusCode::NOT_MODIFIED, about).into_response();
        }
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (about, kind, self.json.clone()).into_response()
    }
}
