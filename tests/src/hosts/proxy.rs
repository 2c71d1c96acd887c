//! What can lie between a page and the collector: a small proxy with a bad habit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::collector::client;
use crate::host_page::Served;

/// The habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nothing lies between.
    Open,
    /// It calls WebAssembly plain text.
    WrongType,
    /// It answers with a page of its own instead of the widget's code.
    Portal,
    /// It takes the question for what follows the loader, and never answers.
    Silent,
    /// It adds a line to the file of the widget that has this name.
    Changed(&'static str),
    /// Behind it everything but the loader is down, until it is told otherwise.
    DownAtFirst,
    /// Ratings get stuck in it.
    Stuck,
    /// Ratings get lost in it.
    Lost,
    /// Ratings are refused in it, for good.
    Refused,
    /// It says of every department that nobody is asked now.
    Paused,
    /// It refuses what is sent as plain text, in an answer that no script may read.
    NoPlainText,
}

/// A proxy that is there until this is dropped.
#[derive(Debug)]
pub struct Proxy {
    served: Served,
    down: Arc<AtomicBool>,
}

impl Proxy {
    /// Puts a proxy with this habit in front of the collector.
    pub async fn before(collector: &str, way: Way) -> Self {
        let down = Arc::new(AtomicBool::new(way == Way::DownAtFirst));
        let (collector, is_down) = (collector.to_owned(), Arc::clone(&down));
        let router = Router::new().fallback(async move |request: Request| {
            let path = request.uri().path();
            if is_down.load(Ordering::Relaxed) && path != "/huiyin.js" {
                return StatusCode::BAD_GATEWAY.into_response();
            }
            if path == "/api/v1/feedback" {
                match way {
                    Way::Stuck => std::future::pending().await,
                    Way::Lost => return StatusCode::BAD_GATEWAY.into_response(),
                    Way::Refused => return refusal(),
                    _ => {}
                }
            }
            let kind = request.headers().get(header::CONTENT_TYPE);
            let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
            if way == Way::NoPlainText && is_text {
                return StatusCode::FORBIDDEN.into_response();
            }
            if path == "/api/v1/moments" && way == Way::Paused {
                return pause();
            }
            if way == Way::Silent && path.ends_with("/page.js") {
                std::future::pending::<()>().await;
            }
            let is_code = path.contains("/panel.");
            let is_changed = matches!(way, Way::Changed(name) if path.ends_with(name));
            if is_code && way == Way::Portal {
                let open = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
                return (open, Html("<h1>请先登录</h1>")).into_response();
            }
            let (status, mut headers, mut body) = pass_on(&collector, request).await;
            if is_changed {
                body = [b"//\n".as_slice(), &body].concat().into();
            }
            if way == Way::WrongType
                && headers
                    .get(header::CONTENT_TYPE)
                    .is_some_and(|kind| kind == "application/wasm")
            {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            }
            (status, headers, body).into_response()
        });
        let served = Served::at("127.0.0.1", router).await;
        Self { served, down }
    }

    /// Returns the origin under which a page finds the collector.
    pub fn origin(&self) -> &str {
        self.served.url().trim_end_matches('/')
    }

    /// Brings back what was down.
    pub fn up(&self) {
        self.down.store(false, Ordering::Relaxed);
    }
}

/// Refuses as the collector does, in words of its own.
fn refusal() -> Response {
    let problem = r#"{"type":"/problems/edit-window-closed","status":422,"title":"拒绝",
        "detail":"这项评价今天不能提交，请明天再来。"}"#;
    let about = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CONTENT_TYPE, "application/problem+json"),
    ];
    (StatusCode::UNPROCESSABLE_ENTITY, about, problem).into_response()
}

/// Answers as the collector does of a department that is paused.
fn pause() -> Response {
    let answer = r#"{"shown":false,"notice":"系统维护，请明天再来评价。","lang":"zh-Hans"}"#;
    let about = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::CONTENT_TYPE, "application/json"),
    ];
    (about, answer).into_response()
}

/// Sends a request on to the collector; what is bound to one connection stays behind.
pub(crate) async fn pass_on(collector: &str, request: Request) -> (StatusCode, HeaderMap, Bytes) {
    const STAY: [header::HeaderName; 4] = [
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        // So that the body is there to be changed.
        header::ACCEPT_ENCODING,
    ];
    let (mut about, body) = request.into_parts();
    for name in STAY {
        about.headers.remove(name);
    }
    let body = to_bytes(body, 1 << 20).await.expect("a small body");
    let path = about.uri.path_and_query().map_or("/", |path| path.as_str());
    let answer = client()
        .request(about.method, format!("{collector}{path}"))
        .headers(about.headers)
        .body(body)
        .send();
    let answer = answer.await.expect("the collector answers");
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    for name in [header::TRANSFER_ENCODING, header::CONTENT_LENGTH] {
        headers.remove(name);
    }
    let body = answer.bytes().await;
    (status, headers, body.expect("the answer comes to its end"))
}
