//! The real collector: its installation, and its process.

mod installation;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use reqwest::header;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::answer::Answer;
use crate::process::Running;
use crate::submission::Submission;
use crate::wait::PATIENCE;

pub use installation::{Begun, Finished, GOVERNMENT, Installation, Kind, binary};

/// Returns a client that talks to this machine only and follows nothing by itself.
pub fn client() -> Client {
    let builder = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(PATIENCE);
    builder.build().expect("a client without special settings")
}

/// A running collector.
#[derive(Debug)]
pub struct Collector {
    child: Running,
    origin: String,
    log: PathBuf,
    client: Client,
}

impl Collector {
    /// Returns where it listens, such as `http://127.0.0.1:4711`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the address and port where it listens.
    pub fn address(&self) -> SocketAddr {
        let address = self.origin.trim_start_matches("http://");
        address.parse().expect("an address and a port")
    }

    /// Returns the address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Returns the client that asks it.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> Answer {
        ask(self.client.get(self.url(path))).await
    }

    /// Sends a rating as a widget does.
    pub async fn send(&self, submission: &Submission) -> Answer {
        self.post("application/json", submission.body()).await
    }

    /// Sends a body to where ratings go.
    pub async fn post(&self, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.post_to("/api/v1/feedback", content_type, body).await
    }

    /// Sends a form.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("pairs of text");
        self.post_to(path, "application/x-www-form-urlencoded", body)
            .await
    }

    /// Sends a body of this type to a path.
    pub async fn post_to(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.client.post(self.url(path));
        ask(request
            .header(header::CONTENT_TYPE, content_type)
            .body(body))
        .await
    }

    /// Returns the published score of a department.
    pub async fn score(&self, department: &str) -> Value {
        let path = format!("/api/v1/departments/{department}/score");
        let answer = self.get(&path).await;
        assert_eq!(answer.status, 200, "no score: {answer:?}");
        answer.json()
    }

    /// Returns how many ratings a department has.
    pub async fn n(&self, department: &str) -> u64 {
        let score = self.score(department).await;
        score["n"].as_u64().expect("a score says its n")
    }

    /// Kills it without a warning, as a power cut would.
    pub fn kill(mut self) {
        self.child.0.kill().expect("the collector is still running");
        self.child.0.wait().expect("the collector has ended");
    }

    /// Asks it to stop; [`ended`](Self::ended) waits for it.
    pub fn terminate(&self) {
        // A process that has ended already is no fault.
        _ = kill_process(Pid::from_child(&self.child.0), Signal::TERM);
    }

    /// Returns the number of its process.
    pub fn process(&self) -> u32 {
        self.child.0.id()
    }

    /// Returns what it has written into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// Waits for its end, and returns how it ended.
    pub fn ended(mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.0.try_wait().expect("the collector is ours") {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the collector did not stop");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Sends a request and reads the answer; panics where there is none.
pub async fn ask(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("the collector answers");
    Answer::read(response)
        .await
        .expect("the answer comes to its end")
}
