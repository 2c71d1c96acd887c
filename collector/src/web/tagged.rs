//! Contents with an entity tag: a client that has one already gets 304.

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
        let about = [
            (header::ETAG, self.tag.as_str()),
            (header::CACHE_CONTROL, cache),
        ];
        if is_known(headers, &self.tag) {
            return (StatusCode::NOT_MODIFIED, about).into_response();
        }
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (about, kind, self.json.clone()).into_response()
    }
}

/// Returns whether `If-None-Match` names this tag: in a list, as a weak tag, or as `*` (RFC 9110
/// §13.1.2).
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut lists = lists.filter_map(|list| list.to_str().ok());
    lists.any(|list| {
        // A comma within another tag cannot make one of ours: no tag has a quote inside.
        let mut tags = list.split(',').map(str::trim);
        list.trim() == "*" || tags.any(|one| one.strip_prefix("W/").unwrap_or(one) == tag)
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;

    use super::*;
    use crate::store::testing::World;
    use crate::web::testing::{collector, respond};

    #[test]
    fn a_tag_is_found_wherever_the_header_names_it() {
        for (lists, known) in [
            (&[][..], false),
            (&["\"a\""], true),
            (&["W/\"a\""], true),
            (&["*"], true),
            (&["\"x, *, y\""], false),
            (&["\"b\", W/\"c\",\"a\""], true),
            (&["\"b\"", "\"a\""], true),
            (&["\"b\""], false),
            (&["\"A\""], false),
            (&["a"], false),
            (&["w/\"a\""], false),
            (&["\"b,a\", \"a,b\", \"*\""], false),
            (&[""], false),
        ] {
            let mut headers = HeaderMap::new();
            for list in lists {
                headers.append(header::IF_NONE_MATCH, list.parse().expect("a header"));
            }
            assert_eq!(is_known(&headers, "\"a\""), known, "{lists:?}");
        }
    }

    #[tokio::test]
    async fn every_content_with_a_tag_is_sent_only_to_those_who_do_not_have_it() {
        let world = World::sqlite().await;
        let app = collector(world.store.clone());
        for path in [
            "/api/v1/form?department=tax",
            "/api/v1/openapi.json",
            "/assets/site.css",
            "/huiyin.js",
        ] {
            let ask = async |known: &str| {
                let request = Request::get(path).header(header::IF_NONE_MATCH, known);
                respond(&app, request.body(Body::empty()).expect("a request")).await
            };
            let (_, headers, content) = ask("\"other\"").await;
            let tag = headers[header::ETAG].to_str().expect("a tag");
            assert!(!content.is_empty(), "{path}");
            for (known, status) in [
                ("\"other\"", StatusCode::OK),
                (tag, StatusCode::NOT_MODIFIED),
                (&format!("\"other\", W/{tag}"), StatusCode::NOT_MODIFIED),
                ("*", StatusCode::NOT_MODIFIED),
            ] {
                let (told, headers, content) = ask(known).await;
                assert_eq!(told, status, "{path} {known}");
                assert_eq!(headers[header::ETAG], tag, "{path} {known}");
                assert_eq!(content.is_empty(), status == StatusCode::NOT_MODIFIED);
            }
        }
    }
}
