//! Reading a body whole, and holding it against what it is declared to be.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;

use super::description::Reads;
use super::problem::{Problem, ProblemType};

/// How deep lists and objects may be nested.
const MAX_DEPTH: usize = 16;

/// A body that is declared to be JSON.
pub(crate) struct Json(pub(super) Bytes);

impl Json {
    /// Reads an object; what it is made of may borrow the texts that stand in the body.
    ///
    /// # Errors
    ///
    /// [`ProblemType::InvalidUtf8`], [`ProblemType::InvalidUnicode`] for half a surrogate pair, and
    /// [`ProblemType::MalformedJson`] for all else that is no object of this kind, or is too deep.
    pub(crate) fn object<'body, T: Deserialize<'body>>(&'body self) -> Result<T, ProblemType> {
        let text = std::str::from_utf8(&self.0).map_err(|_| ProblemType::InvalidUtf8)?;
        // The reader would also take a list, field by field in the order they are declared.
        if !text.trim_start().starts_with('{') || is_too_deep(&self.0) {
            return Err(ProblemType::MalformedJson);
        }
        serde_json::from_str(text).map_err(|error| {
            // serde_json has no kind of its own for a surrogate without its other half.
            let half = error.to_string().contains("hex escape");
            if half {
                ProblemType::InvalidUnicode
            } else {
                ProblemType::MalformedJson
            }
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    /// Takes `application/json`, or the same as `text/plain`, which a browser sends to another
    /// origin without asking first.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_readable(request.headers()) {
            return Err(ProblemType::UnsupportedContentType.into());
        }
        Ok(Self(body_bytes(request, state).await?))
    }
}

impl Reads for Json {}

/// Reads a body up to the limit.
pub(crate) async fn body_bytes<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, ProblemType> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| ProblemType::of_status(rejection.status()))
}

/// Returns whether lists and objects are nested deeper than a submission ever needs.
fn is_too_deep(json: &[u8]) -> bool {
    let opens = |byte: &u8| matches!(byte, b'[' | b'{');
    // Nearly always: there are not that many in all.
    if json.iter().filter(|byte| opens(byte)).count() <= MAX_DEPTH {
        return false;
    }
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// Returns whether the declared type is JSON or plain text in UTF-8, and not packed.
fn is_readable(headers: &HeaderMap) -> bool {
    let plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return false;
    }
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let Some(declared) = declared else {
        return false;
    };
    let lower = declared.to_ascii_lowercase();
    let mut parts = lower.split(';').map(str::trim);
    let known = matches!(parts.next(), Some("application/json" | "text/plain"));
    known
        && parts
            .all(|part| !part.starts_with("charset=") || part.trim_matches('"').ends_with("utf-8"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(body: &str) -> Result<Value, ProblemType> {
        Json(Bytes::from(body.to_owned())).object()
    }

    #[test]
    fn half_a_surrogate_pair_is_told_from_other_mistakes() {
        assert_eq!(read(r#"{"a":"\ud83d"}"#), Err(ProblemType::InvalidUnicode));
        assert_eq!(read(r#"{"a":"\ud83dx"}"#), Err(ProblemType::InvalidUnicode));
        assert_eq!(read(r#"{"a":"\u12"}"#), Err(ProblemType::MalformedJson));
        assert!(read(r#"{"a":"\ud83d\ude00"}"#).is_ok());
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(nested(16).as_bytes()));
        assert!(is_too_deep(nested(17).as_bytes()));
        assert!(!is_too_deep([nested(9), nested(9)].join(",").as_bytes()));
        assert!(!is_too_deep(
            format!(r#""\"{}""#, "[".repeat(99)).as_bytes()
        ));
        assert!(!is_too_deep(
            format!(r#"["{}\\\"["]"#, "[".repeat(99)).as_bytes()
        ));
    }
}
