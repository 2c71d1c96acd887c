//! Holds answers of a test against the document: every answer that a test of the API gets.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use boon::{Compiler, Schemas};
use serde_json::Value;

use super::{address, document};
use crate::web::routes;
use crate::web::routes::RouteIndex;

/// Where the document stands for the validator.
const DOCUMENT: &str = "http://huiyin.test/openapi.json";

static ROUTES: LazyLock<(RouteIndex, Value)> = LazyLock::new(|| {
    let routes = routes();
    let document = serde_json::to_value(document(&routes)).expect("the document is JSON");
    (routes.index(), document)
});

/// Fails unless the document has the status, the media type and, for JSON, the schema of an answer.
pub(crate) fn assert_described(
    method: &Method,
    path: &str,
    (status, headers, body): (StatusCode, &HeaderMap, &Bytes),
) {
    let (index, document) = &*ROUTES;
    let Some(route) = index.find(method, path) else {
        return;
    };
    let operation = [
        "paths",
        &address(&route.path),
        &route.method.as_str().to_lowercase(),
    ];
    let answer = [&operation[..], &["responses", status.as_str()]].concat();
    let answer = pointer(&answer);
    let about = format!("{method} {path} {status}");
    assert!(
        document.pointer(&answer).is_some(),
        "{about}: no such status"
    );
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str());
    let Some(Ok(kind)) = kind.filter(|_| !body.is_empty()) else {
        return;
    };
    let kind = kind.split(';').next().unwrap_or_default();
    let content = format!("{answer}{}", pointer(&["content", kind]));
    let found = document.pointer(&content);
    let found = found.unwrap_or_else(|| panic!("{about}: no {kind}"));
    if found.get("schema").is_some() {
        let body = serde_json::from_slice(body).expect("JSON");
        let valid = validate(&format!("{content}/schema"), &body);
        assert!(valid.is_ok(), "{about}: {valid:?} {body}");
    }
}

/// Holds a value against the schema at a place of the document.
pub(super) fn validate(schema: &str, value: &Value) -> Result<(), String> {
    let mut resources = Compiler::new();
    let added = resources.add_resource(DOCUMENT, ROUTES.1.clone());
    added.expect("a new resource");
    let mut schemas = Schemas::new();
    // The pointer stands in a fragment of an address.
    let schema = schema.replace('{', "%7B").replace('}', "%7D");
    let found = resources.compile(&format!("{DOCUMENT}#{schema}"), &mut schemas);
    let index = found.map_err(|error| format!("{error:#}"))?;
    let valid = schemas.validate(value, index);
    valid.map_err(|error| format!("{error:#}"))
}

/// Returns a JSON pointer (RFC 6901).
pub(super) fn pointer(parts: &[&str]) -> String {
    let escaped = |part: &&str| format!("/{}", part.replace('~', "~0").replace('/', "~1"));
    parts.iter().map(escaped).collect()
}
