//! The document describes every route, and says what is really answered.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::conformance::{pointer, validate};
use super::*;
use crate::store::testing::World;
use crate::web::routes;
use crate::web::testing::{collector, look, send};

/// A feedback as API.md shows it.
fn feedback() -> Value {
    json!({"id": "01926f3a-5d2c-7e10-9b1f-3c5a8e0d4f21", "edit_key": "q83vEjRWeJCrze8SNFZ4kA",
        "revision": 1, "department": "tax", "service": null, "placement": "footer", "rating": 4,
        "drivers": [], "comment": null, "kind": null, "lang": "zh-Hans",
        "page": "https://tax.example.gov.cn/pay", "age_ms": 0})
}

fn operations(document: &Value) -> BTreeMap<(String, String), Value> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().expect("operations").iter();
        operations.map(|(method, one)| ((method.to_uppercase(), path.clone()), one.clone()))
    });
    methods.collect()
}

#[test]
fn every_route_and_nothing_else_is_described() {
    let routes = routes();
    let document = serde_json::to_value(document(&routes)).expect("JSON");
    let table = routes.table();
    let known: BTreeSet<_> = (table.iter())
        .map(|route| (route.method.to_string(), address(&route.path)))
        .collect();
    let operations = operations(&document);
    let described: BTreeSet<_> = operations.keys().cloned().collect();
    assert_eq!(described, known);
    assert_eq!(table.len(), known.len());
    for (route, operation) in operations {
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty(), "{route:?}");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(
            responses.keys().any(|status| status < &"400".to_owned()),
            "{route:?}"
        );
        for (status, response) in responses {
            let description = response["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{route:?} {status}");
        }
    }
}

#[test]
fn the_document_is_openapi_3_1() {
    let text = document(&routes()).to_json().expect("JSON");
    let read = oas3::from_json(&text).expect("an OpenAPI document");
    read.validate_version().expect("a version");
    assert!(read.openapi.starts_with("3.1."), "{}", read.openapi);
    let ids: BTreeSet<_> = (read.operations())
        .filter_map(|(_, _, operation)| operation.operation_id.clone())
        .collect();
    assert_eq!(ids.len(), read.operations().count());
}

#[test]
fn no_two_schemas_share_a_name() {
    let routes = routes();
    let components = document(&routes).components.expect("components");
    for (route, description) in routes.described() {
        for (name, schema) in &description.schemas {
            let kept = serde_json::to_value(&components.schemas[name]).expect("JSON");
            let own = serde_json::to_value(schema).expect("JSON");
            assert!(kept == own || name == "Problem", "{name} of {route:?}");
        }
    }
}

#[test]
fn every_schema_can_be_read_and_every_reference_leads_somewhere() {
    let components = document(&routes()).components.expect("components");
    assert!(components.schemas.len() > 30);
    for name in components.schemas.keys() {
        // Whether null is valid does not matter: a schema that is none says so.
        let said = validate(&pointer(&["components", "schemas", name]), &Value::Null);
        let said = said.err().unwrap_or_default();
        assert!(
            said.contains("validation failed") || said.is_empty(),
            "{said}"
        );
    }
}

#[test]
fn all_problem_types_are_listed() {
    let schema = pointer(&["components", "schemas", PROBLEM_TYPE]);
    for problem in ProblemType::all() {
        let address = json!(problem.body(Language::En).r#type);
        assert!(validate(&schema, &address).is_ok(), "{address}");
    }
    assert!(validate(&schema, &json!("/problems/nothing")).is_err());
}

/// The helpers of these tests hold each answer against the document.
#[tokio::test]
async fn answers_are_as_described() {
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    for (path, status) in [
        ("/api/v1/departments", StatusCode::OK),
        ("/api/v1/departments?format=csv", StatusCode::OK),
        ("/api/v1/departments?page=0", StatusCode::BAD_REQUEST),
        ("/api/v1/departments/tax", StatusCode::OK),
        ("/api/v1/departments/nowhere", StatusCode::NOT_FOUND),
        ("/api/v1/departments/tax/score", StatusCode::OK),
        ("/api/v1/departments/tax/score?by=driver", StatusCode::OK),
        ("/api/v1/departments/tax/score?kind=praise", StatusCode::OK),
        ("/api/v1/departments/tax/score?format=csv", StatusCode::OK),
        (
            "/api/v1/departments/tax/score?from=x",
            StatusCode::BAD_REQUEST,
        ),
        ("/api/v1/form?department=tax&lang=en", StatusCode::OK),
        ("/api/v1/form", StatusCode::BAD_REQUEST),
        ("/api/v1/openapi.json", StatusCode::OK),
        ("/", StatusCode::OK),
        ("/d/tax", StatusCode::OK),
        ("/d/tax/rate", StatusCode::OK),
        ("/r", StatusCode::OK),
        ("/r/nothing", StatusCode::UNPROCESSABLE_ENTITY),
        ("/problems", StatusCode::OK),
        ("/healthz", StatusCode::OK),
        ("/assets/site.css", StatusCode::OK),
    ] {
        assert_eq!(look(&app, path).await.0, status, "{path}");
    }
    let mut sent = feedback();
    for (rating, status) in [
        (json!(4), StatusCode::CREATED),
        (json!(4), StatusCode::OK),
        (json!(9), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        sent["rating"] = rating;
        let (told, body) = send(&app, "/api/v1/feedback", "text/plain", &sent.to_string()).await;
        assert_eq!(told, status, "{body}");
    }
    let event = r#"{"department": "tax", "moment": "seen"}"#;
    let (told, body) = send(&app, "/api/v1/moments", "text/plain", event).await;
    assert_eq!(told, StatusCode::OK, "{body}");
}

/// The parameters of a query that a route has in the document, each with whether it is required.
fn queries(operation: &Value) -> BTreeMap<&str, bool> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let queries = parameters.filter(|parameter| parameter["in"] == "query");
    let query = |parameter: &'_ Value| parameter["required"] == true;
    queries
        .map(|one| (one["name"].as_str().expect("a name"), query(one)))
        .collect()
}

#[tokio::test]
async fn every_parameter_that_is_described_is_read_and_may_be_empty() {
    let world = World::sqlite().await;
    let app = collector(world.store.clone());
    let document = serde_json::to_value(document(&routes())).expect("JSON");
    for ((method, path), operation) in operations(&document) {
        let queries = queries(&operation);
        let required = queries.iter().filter(|(_, required)| **required);
        let required: Vec<_> = required.map(|(name, _)| format!("{name}=tax&")).collect();
        let path = format!("{}?{}", path.replace("{slug}", "tax"), required.concat());
        for name in queries.keys().filter(|_| method == "GET") {
            let told = async |query: String| look(&app, &format!("{path}{query}")).await.0;
            let unknown = told(format!("{name}x=&{name}x=")).await;
            assert_ne!(unknown, StatusCode::BAD_REQUEST, "{path} {name}x");
            if !queries[name] {
                let empty = told(format!("{name}=")).await;
                assert_ne!(empty, StatusCode::BAD_REQUEST, "{path} {name}");
            }
            // Pages read these two one by one, and take the first.
            if !["lang", "frame"].contains(name) {
                let twice = told(format!("{name}=&{name}=")).await;
                assert_eq!(twice, StatusCode::BAD_REQUEST, "{path} {name}");
            }
        }
    }
}

#[test]
fn the_parameters_are_those_of_the_handlers() {
    let document = serde_json::to_value(document(&routes())).expect("JSON");
    for (path, method, expected) in [
        ("/", "get", "frame from lang page parent q sort to"),
        ("/d/{slug}", "get", "frame from lang to"),
        (
            "/d/{slug}/rate",
            "get",
            "frame lang page placement service test",
        ),
        ("/d/{slug}/rate", "post", "frame lang"),
        ("/demo", "get", "department frame lang"),
        ("/problems", "get", "frame lang"),
        ("/r", "get", "code frame lang"),
        ("/r/{receipt}", "get", "frame lang thanks"),
        ("/r/{receipt}/withdraw", "post", "frame lang"),
        (
            "/api/v1/departments",
            "get",
            "format from lang page parent q sort to",
        ),
        ("/api/v1/departments/{slug}", "get", ""),
        (
            "/api/v1/departments/{slug}/score",
            "get",
            "by driver format from kind lang language placement service to",
        ),
        ("/api/v1/form", "get", "department lang service"),
        ("/healthz", "get", ""),
    ] {
        let names = queries(&document["paths"][path][method]);
        let names: Vec<_> = names.into_keys().collect();
        assert_eq!(names.join(" "), expected, "{method} {path}");
    }
}

#[test]
fn a_feedback_without_a_rating_breaks_the_schema_of_its_body() {
    let schema = pointer(&[
        "paths",
        "/api/v1/feedback",
        "post",
        "requestBody",
        "content",
        "application/json",
        "schema",
    ]);
    let mut sent = feedback();
    assert_eq!(validate(&schema, &sent), Ok(()));
    sent.as_object_mut().expect("an object").remove("rating");
    assert!(validate(&schema, &sent).is_err());
}
