//! A bad network between a browser and the collector: each rating that is sent meets the next fault
//! of a plan, and once the plan is through all goes well.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::hosts::pass_on;

/// How long a slow network takes in each direction.
const SLOW: Duration = Duration::from_millis(600);

/// What can befall a rating on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before the collector has the rating.
    Lost,
    /// The collector has stored it, and the connection breaks before anybody hears of it.
    Unanswered,
    /// Something on the way answers with this status, in JSON that says nothing.
    Status(u16),
    /// Something on the way answers with this status and a page of its own.
    Gateway(u16),
    /// It is to come again in a second.
    InASecond,
    /// It is to come again at a time that is given as a date.
    AtATime,
    /// It takes long.
    Slow,
    /// It is held until [`Network::let_go`].
    Held,
    /// It is refused for good, with [`Network::REASON`].
    Refused,
}

/// Something that the collector stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// When it answered, in milliseconds since 1970.
    pub at: u64,
    /// What was sent.
    pub sent: Value,
    /// The receipt code in its answer.
    pub receipt: String,
}

/// A network that is there until this is dropped.
#[derive(Debug)]
pub struct Network {
    origin: String,
    state: Arc<Mutex<State>>,
    /// Closed once nothing is held any more.
    gate: Arc<Semaphore>,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    /// Which plan this is: what an earlier one has delayed is no business of this one.
    number: usize,
    plan: VecDeque<Fault>,
    stored: Vec<Stored>,
    tries: usize,
    held: usize,
    cut: bool,
}

/// Breaks a connection.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection breaks")
    }
}

impl std::error::Error for Broken {}

impl Network {
    /// What is said of a rating that is refused.
    pub const REASON: &str = "No ratings are taken here on Sundays.";

    /// Puts a network in front of the collector at this origin.
    pub async fn before(collector: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::default();
        let gate = Arc::new(Semaphore::new(0));
        let (collector, shared) = (collector.to_owned(), Arc::clone(&state));
        let held = Arc::clone(&gate);
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let about = (collector.clone(), Arc::clone(&shared), Arc::clone(&held));
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (collector, state, gate) = about.clone();
                    async move { carry(&collector, &state, &gate, request.map(Body::new)).await }
                });
                // A browser repeats by itself what it sent over an old connection that breaks.
                let connection = http1::Builder::new()
                    .keep_alive(false)
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        let origin = format!("http://127.0.0.1:{port}");
        Self {
            origin,
            state,
            gate,
            server,
        }
    }

    /// Returns the origin under which a page finds the collector.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Sets what befalls the next ratings, and forgets what was.
    pub fn plan(&self, faults: &[Fault]) {
        let mut state = lock(&self.state);
        *state = State {
            number: state.number + 1,
            plan: faults.iter().copied().collect(),
            ..State::default()
        };
    }

    /// Cuts the network off, or connects it again; nothing of the plan happens meanwhile.
    pub fn connect(&self, connected: bool) {
        lock(&self.state).cut = !connected;
    }

    /// Lets go what is held, and holds nothing any more.
    pub fn let_go(&self) {
        self.gate.close();
    }

    /// Returns what the collector has stored since the plan was made.
    pub fn stored(&self) -> Vec<Stored> {
        lock(&self.state).stored.clone()
    }

    /// Returns how many ratings are held, and still waited for.
    pub fn held(&self) -> usize {
        lock(&self.state).held
    }

    /// Returns how many ratings were sent since the plan was made, with or without luck.
    pub fn tries(&self) -> usize {
        lock(&self.state).tries
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries a request to the collector and the answer back, or does to it what the plan says.
async fn carry(
    collector: &str,
    state: &Mutex<State>,
    gate: &Semaphore,
    request: Request<Body>,
) -> Result<Response<Body>, Broken> {
    if lock(state).cut {
        return Err(Broken);
    }
    let is_rating = request.method() == Method::POST && request.uri().path().ends_with("/feedback");
    if !is_rating {
        return Ok(pass_on(collector, request).await.into_response());
    }
    let (number, fault) = {
        let mut state = lock(state);
        state.tries += 1;
        (state.number, state.plan.pop_front())
    };
    match fault {
        Some(Fault::Lost) => return Err(Broken),
        Some(Fault::Status(status)) => return Ok(say(status, &[], &json!({}))),
        Some(Fault::Gateway(status)) => return Ok(gateway(status)),
        Some(Fault::InASecond) => return Ok(say(429, &[("retry-after", "1")], &json!({}))),
        Some(Fault::AtATime) => {
            let then = Timestamp::now() + Duration::from_secs(1);
            let then = then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            return Ok(say(429, &[("retry-after", &then)], &json!({})));
        }
        Some(Fault::Refused) => {
            let problem =
                json!({"type": "/problems/edit-window-closed", "detail": Network::REASON});
            return Ok(say(422, &[], &problem));
        }
        Some(Fault::Slow) => tokio::time::sleep(SLOW).await,
        Some(Fault::Held) => hold(state, gate).await,
        Some(Fault::Unanswered) | None => {}
    }
    let answer = note(collector, state, number, request).await;
    match fault {
        Some(Fault::Unanswered) => return Err(Broken),
        Some(Fault::Slow) => tokio::time::sleep(SLOW).await,
        _ => {}
    }
    Ok(answer.into_response())
}

/// Holds a rating as long as its sender waits and nobody lets it go.
async fn hold(state: &Mutex<State>, gate: &Semaphore) {
    /// Counts what is held, also where the sender gives up.
    struct Held<'state>(&'state Mutex<State>);

    impl Drop for Held<'_> {
        fn drop(&mut self) {
            lock(self.0).held -= 1;
        }
    }

    lock(state).held += 1;
    let _held = Held(state);
    // It has no places, and ends the waiting by being closed.
    drop(gate.acquire().await);
}

/// Passes a rating on, and notes it once the collector has stored it, unless there is another plan.
async fn note(
    collector: &str,
    state: &Mutex<State>,
    number: usize,
    request: Request<Body>,
) -> (StatusCode, HeaderMap, Bytes) {
    let (about, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a small body");
    let sent = serde_json::from_slice(&body).expect("a rating is JSON");
    let request = Request::from_parts(about, Body::from(body));
    let answer = pass_on(collector, request).await;
    if answer.0.is_success() {
        let told: Value = serde_json::from_slice(&answer.2).expect("an answer is JSON");
        let at = Timestamp::now().as_millisecond();
        let mut state = lock(state);
        if state.number == number {
            state.stored.push(Stored {
                at: at.unsigned_abs(),
                sent,
                receipt: told["receipt"].as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    answer
}

/// Answers in the place of the collector, so that a page may read it.
fn say(status: u16, headers: &[(&'static str, &str)], body: &Value) -> Response<Body> {
    let mut answer = Response::builder()
        .status(status)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(header::ACCESS_CONTROL_EXPOSE_HEADERS, "retry-after");
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    let answer = answer.body(Body::from(body.to_string()));
    answer.expect("a valid answer")
}

/// Answers with a page, as gateways, firewalls and portals before a login do; a script may read it.
fn gateway(status: u16) -> Response<Body> {
    let answer = Response::builder()
        .status(status)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8");
    let answer = answer.body(Body::from("<h1>请先登录</h1>"));
    answer.expect("a valid answer")
}
