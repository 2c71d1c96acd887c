//! What is wrong is refused, in words that help, and leaves no trace.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use huiyin_tests::answer::Answer;
use huiyin_tests::collector::{Collector, Installation, ask};
use huiyin_tests::effort::time_limit;
use huiyin_tests::submission::Submission;
use huiyin_tests::wait::PATIENCE;
use reqwest::Method;
use serde_json::{Value, json};

/// A body that must be refused, and how.
struct Bad {
    what: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
    status: u16,
    problem: &'static str,
}

fn json_body(
    what: &'static str,
    body: impl Into<Vec<u8>>,
    (status, problem): (u16, &'static str),
) -> Bad {
    Bad {
        what,
        content_type: "application/json",
        body: body.into(),
        status,
        problem,
    }
}

fn table() -> Vec<Bad> {
    let good = || Submission::new("tax", 5);
    let field = |what, field: &str, value: Value, problem| {
        json_body(what, good().with(field, value).body(), (422, problem))
    };
    let comment = |raw: &str| good().comment("@").body().replace("\"@\"", raw);
    let rating = "invalid-rating";
    let malformed = (400, "malformed-json");
    vec![
        json_body(
            "an unknown department",
            good().with("department", "nowhere").body(),
            (404, "unknown-department"),
        ),
        json_body(
            "an unknown service",
            good().with("service", "nothing").body(),
            (404, "unknown-service"),
        ),
        field("rating 0", "rating", json!(0), rating),
        field("rating 6", "rating", json!(6), rating),
        field("rating 3.5", "rating", json!(3.5), rating),
        field("rating \"5\"", "rating", json!("5"), rating),
        field("rating null", "rating", Value::Null, rating),
        json_body("no rating", good().without("rating").body(), (422, rating)),
        field(
            "a department that is no slug",
            "department",
            json!("../x"),
            "invalid-department",
        ),
        field(
            "an id of another version",
            "id",
            json!("01920000-0000-4fff-bfff-ffffffffffff"),
            "invalid-id",
        ),
        field(
            "a short edit key",
            "edit_key",
            json!("short"),
            "invalid-edit-key",
        ),
        field("revision 0", "revision", json!(0), "invalid-revision"),
        field("an unknown kind", "kind", json!("rant"), "invalid-kind"),
        field(
            "2,001 characters",
            "comment",
            json!("好".repeat(2_001)),
            "comment-too-long",
        ),
        json_body(
            "NUL",
            comment(r#""a\u0000b""#),
            (422, "comment-control-characters"),
        ),
        json_body(
            "half a character",
            comment(r#""\ud800""#),
            (400, "invalid-unicode"),
        ),
        json_body(
            "broken UTF-8",
            [b"{\"comment\":\"", &[0xff, 0xfe][..], b"\"}"].concat(),
            (400, "invalid-utf8"),
        ),
        json_body("no JSON", "{\"rating\":5", malformed),
        json_body("an empty body", "", malformed),
        json_body("deep nesting", "[".repeat(20_000), malformed),
        json_body(
            "17 lists in each other",
            good().body().replacen(
                '{',
                &format!("{{\"x\":{}1{},", "[".repeat(16), "]".repeat(16)),
                1,
            ),
            malformed,
        ),
        json_body("null", "null", malformed),
        json_body("a text", "\"tax\"", malformed),
        json_body("an empty list", "[]", malformed),
        json_body(
            "the fields as a list",
            format!("[{}]", values(&good().body())),
            malformed,
        ),
        json_body(
            "a byte order mark",
            format!("\u{feff}{}", good().body()),
            malformed,
        ),
        json_body(
            "a comma too many",
            good().body().replace('}', ",}"),
            malformed,
        ),
        json_body("something behind", good().body() + "{}", malformed),
        json_body("NaN", good().body().replace(":5", ":NaN"), malformed),
        json_body("1e400", good().body().replace(":5", ":1e400"), malformed),
        field("rating 5.0", "rating", json!(5.0), rating),
        field("rating -1", "rating", json!(-1), rating),
        field("rating true", "rating", json!(true), rating),
        json_body(
            "rating -0",
            good().body().replace(":5", ":-0"),
            (422, rating),
        ),
        field(
            "revision 2^53 + 1",
            "revision",
            json!(9_007_199_254_740_993_u64),
            "invalid-revision",
        ),
        field(
            "an id of 1 KiB",
            "id",
            json!("0".repeat(1_024)),
            "invalid-id",
        ),
        field(
            "a comment that is an object",
            "comment",
            json!({}),
            "comment-control-characters",
        ),
        field(
            "3,000 drivers",
            "drivers",
            json!(vec!["fast"; 3_000]),
            "invalid-drivers",
        ),
        json_body(
            "the same key twice",
            good().body().replacen('{', "{\"rating\":1,", 1),
            malformed,
        ),
        json_body(
            "1 MiB",
            comment(&format!("\"{}\"", "a".repeat(1 << 20))),
            (413, "body-too-large"),
        ),
        Bad {
            content_type: "application/json; charset=utf-16",
            ..json_body(
                "another character set",
                good().body(),
                (415, "unsupported-content-type"),
            )
        },
        Bad {
            content_type: "application/xml",
            ..json_body(
                "another content type",
                good().body(),
                (415, "unsupported-content-type"),
            )
        },
    ]
}

/// Returns the values of an object, with commas between them.
fn values(object: &str) -> String {
    let object: Value = serde_json::from_str(object).expect("JSON");
    let values = object.as_object().expect("an object").values();
    values.map(Value::to_string).collect::<Vec<_>>().join(",")
}

async fn send(collector: &Collector, bad: &Bad, language: &str) -> Answer {
    let request = collector.client().post(collector.url("/api/v1/feedback"));
    let request = request
        .header("content-type", bad.content_type)
        .header("accept-language", language);
    ask(request.body(bad.body.clone())).await
}

/// Fails unless this is a complete problem body; returns its title and detail.
#[track_caller]
fn assert_problem(answer: &Answer, what: &str, status: u16, problem: &str) -> [String; 2] {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    assert_eq!(answer.problem(), problem, "{what}");
    let json = answer.json();
    assert_eq!(json["status"], json!(status), "{what}");
    ["title", "detail"].map(|field| {
        let text = json[field].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "{what} has no {field}");
        text.to_owned()
    })
}

fn is_chinese(text: &str) -> bool {
    text.chars()
        .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

#[tokio::test]
async fn everything_bad_is_refused_in_the_readers_language_and_nothing_is_stored() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for bad in table() {
        for (language, chinese) in [("zh-CN,zh;q=0.9", true), ("en-GB,en;q=0.9", false)] {
            let answer = send(&collector, &bad, language).await;
            for text in assert_problem(&answer, bad.what, bad.status, bad.problem) {
                assert_eq!(is_chinese(&text), chinese, "{}: {text}", bad.what);
            }
        }
    }
    assert_eq!(collector.n("gov").await, 0);
    assert_eq!(installation.stored(), 0);
}

#[tokio::test]
async fn the_language_in_the_body_outweighs_the_browsers() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (lang, accepted, chinese) in [("zh-Hans", "en", true), ("en", "zh", false)] {
        let rating = Submission::new("tax", 9).with("lang", lang);
        let request = collector.client().post(collector.url("/api/v1/feedback"));
        let request = request
            .header("content-type", "application/json")
            .header("accept-language", accepted);
        let answer = ask(request.body(rating.body())).await;
        let [title, detail] = assert_problem(&answer, lang, 422, "invalid-rating");
        assert_eq!(
            (is_chinese(&title), is_chinese(&detail)),
            (chinese, chinese)
        );
    }
}

#[tokio::test]
async fn the_longest_comment_is_kept_whole() {
    let installation = Installation::of_government();
    let collector = installation.start();
    // Four bytes each: the heaviest comment there can be.
    let comment = "𠮷".repeat(2_000);
    let answer = collector
        .send(&Submission::new("tax", 5).comment(&comment))
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let page = collector
        .get(&format!("/r/{}", answer.receipt()))
        .await
        .body;
    assert!(page.contains(&comment), "the comment was shortened");
}

#[tokio::test]
async fn a_wrong_address_is_told_to_programs_and_to_people_in_their_form() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let cases = [
        (Method::GET, "/api/v1/nothing", 404, "not-found"),
        (
            Method::GET,
            "/api/v1/departments/nowhere/score",
            404,
            "unknown-department",
        ),
        (
            Method::DELETE,
            "/api/v1/feedback",
            405,
            "method-not-allowed",
        ),
        (
            Method::GET,
            "/api/v1/departments/tax/score?from=x",
            400,
            "invalid-period",
        ),
        (
            Method::GET,
            "/api/v1/departments?sort=x",
            400,
            "invalid-query",
        ),
    ];
    for (method, path, status, problem) in cases {
        let answer = ask(collector.client().request(method, collector.url(path))).await;
        assert_problem(&answer, path, status, problem);
    }
    let cases = [
        (Method::GET, "/nothing", 404),
        (Method::GET, "/d/nowhere", 404),
        (Method::GET, "/r/0000-0000-0000-0000-0000-0000", 404),
        (Method::GET, "/r/short", 422),
        (Method::POST, "/d/tax", 405),
        (Method::GET, "/?page=0", 400),
    ];
    for (method, path, status) in cases {
        let answer = ask(collector.client().request(method, collector.url(path))).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(
            answer.header("content-type").starts_with("text/html"),
            "{path}"
        );
        assert!(answer.body.contains("<h1>"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn every_problem_type_is_explained_where_it_points() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for bad in table() {
        let path = format!("/problems/{}?lang=en", bad.problem);
        let answer = collector.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.body.contains(bad.problem), "{path}");
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let address = collector.address();
    let waited = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        let head = b"POST /api/v1/feedback HTTP/1.1\r\nHost: huiyin\r\nContent-";
        stream.write_all(head).expect("half a head is sent");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a time limit");
        let started = Instant::now();
        let mut rest = Vec::new();
        // Closed or reset, both end it; only a time-out is an error to report.
        match stream.read_to_end(&mut rest) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => None,
            _ => Some(started.elapsed()),
        }
    });
    let waited = waited.await.expect("the thread ends");
    let waited = waited.expect("the connection is closed");
    let limit = time_limit(Duration::from_secs(13));
    assert!(waited < limit, "it took {waited:?}");
    assert_eq!(collector.get("/healthz").await.status, 200);
}
