//! The log says what happened, and never who said what.

use std::fs;
use std::net::IpAddr;
use std::time::Duration;

use huiyin_tests::collector::{Installation, ask};
use huiyin_tests::submission::Submission;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// Where the citizen of these tests is; the collector itself listens on another address.
const CITIZEN: &str = "127.0.0.77";

/// What must not be found, beside receipt codes and edit keys.
const MARKS: [&str; 12] = [
    "marked-comment",
    "marked-query",
    "marked-fragment",
    "marked-placement",
    "marked-driver",
    "marked-agent",
    "marked-referer",
    "marked-cookie",
    "marked-field",
    "marked-form",
    CITIZEN,
    "198.51.100.77",
];

struct Citizen<'a> {
    installation: &'a Installation,
    origin: String,
    client: Client,
    /// Edit keys and receipt codes.
    secrets: Vec<String>,
}

impl<'a> Citizen<'a> {
    fn of(installation: &'a Installation, origin: &str) -> Self {
        let address: IpAddr = CITIZEN.parse().expect("an address");
        let client = Client::builder()
            .no_proxy()
            .local_address(address)
            .timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none());
        Self {
            installation,
            origin: origin.to_owned(),
            client: client.build().expect("a client"),
            secrets: Vec::new(),
        }
    }

    /// Marks everything about a request that its sender may choose.
    fn marked(request: RequestBuilder) -> RequestBuilder {
        request
            .header("user-agent", "marked-agent")
            .header("referer", "https://example.org/?marked-referer")
            .header("cookie", "a=marked-cookie")
            .header("x-forwarded-for", "198.51.100.77")
            .header("forwarded", "for=198.51.100.77")
    }

    async fn get(&self, path: &str) -> u16 {
        let url = format!("{}{path}", self.origin);
        ask(Self::marked(self.client.get(url))).await.status
    }

    async fn post(&mut self, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> u16 {
        let url = format!("{}{path}?q=marked-query", self.origin);
        let request = self
            .client
            .post(url)
            .header("content-type", kind)
            .body(body);
        let answer = ask(Self::marked(request)).await;
        if let Ok(Value::Object(told)) = serde_json::from_str(&answer.body)
            && let Some(receipt) = told.get("receipt").and_then(Value::as_str)
        {
            self.secrets.push(receipt.to_owned());
        }
        answer.status
    }

    async fn send(&mut self, submission: Submission) -> u16 {
        let marked = submission
            .comment("marked-comment 我的电话")
            .with("placement", "marked-placement")
            .with("drivers", json!(["marked-driver"]))
            .with("wants_answer", true)
            .with("contact", "marked-contact")
            .with("trap", "marked-trap")
            .with(
                "page",
                "https://example.org/pay?marked-query#marked-fragment",
            )
            .with("marked-field", "marked-field");
        self.secrets.push(marked.text("edit_key").to_owned());
        self.post("/api/v1/feedback", "application/json", marked.body())
            .await
    }

    /// Rates, errs, looks and takes back in every way there is.
    async fn live(&mut self) {
        let first = Submission::new("tax", 1);
        assert_eq!(self.send(first.clone()).await, 201);
        assert_eq!(self.send(first.revised(2)).await, 200);
        assert_eq!(self.send(Submission::new("nowhere", 1)).await, 404);
        assert_eq!(self.send(Submission::new("tax", 9)).await, 422);
        let large = "marked-comment".repeat(5_000);
        for (kind, body, status) in [
            (
                "application/json",
                "{\"comment\":\"marked-comment".to_owned(),
                400,
            ),
            ("application/json", "\"marked-comment\"".to_owned(), 400),
            ("image/marked-field", "marked-comment".to_owned(), 415),
            ("text/plain", large, 413),
        ] {
            assert_eq!(self.post("/api/v1/feedback", kind, body).await, status);
        }
        let form = "rating=7&comment=marked-form&wants_answer=1&contact=marked-contact&id=marked-form&edit_key=marked-form";
        let kind = "application/x-www-form-urlencoded";
        assert_eq!(self.post("/d/tax/rate", kind, form).await, 422);
        let receipt = self.secrets[1].clone();
        assert_eq!(self.get(&format!("/r/{receipt}?marked-query")).await, 200);
        for path in [
            "/?q=marked-query",
            "/d/tax?from=marked-query",
            "/marked-query?marked-query",
        ] {
            self.get(path).await;
        }
        self.get("/api/v1/departments/tax/score?from=marked-query")
            .await;
    }

    /// Goes on with a database that was spoilt under the collector before it read anything.
    async fn live_with_a_broken_store(&mut self) {
        let file = self.installation.path("huiyin.db");
        let length = fs::metadata(&file).expect("the file of the database").len();
        let length = usize::try_from(length).expect("a small file");
        fs::write(&file, vec![0x5a; length]).expect("the file can be spoilt");
        assert_eq!(
            self.get("/api/v1/departments?q=marked-query").await / 100,
            5
        );
        let status = self.send(Submission::new("tax", 3)).await;
        assert_eq!(status / 100, 5);
    }

    fn assert_unheard(&self) {
        let log = self.installation.log();
        let secrets = self.secrets.iter().map(String::as_str);
        for mark in MARKS.into_iter().chain(secrets) {
            let found = log.lines().find(|line| line.contains(mark));
            assert!(found.is_none(), "{mark} is in the log: {found:?}");
        }
    }
}

/// Has a citizen live with a collector, and with the next one, whose database fails.
async fn a_life(installation: &Installation, flags: &[&str]) {
    let collector = installation.start_with(flags);
    let mut citizen = Citizen::of(installation, collector.origin());
    citizen.live().await;
    collector.terminate();
    assert!(collector.ended().success());
    let collector = installation.start_with(flags);
    collector.origin().clone_into(&mut citizen.origin);
    citizen.live_with_a_broken_store().await;
    citizen.assert_unheard();
}

#[tokio::test]
async fn nothing_of_a_citizen_is_in_the_log_however_much_is_logged() {
    for format in ["text", "json"] {
        let installation = Installation::of_government();
        a_life(
            &installation,
            &["--log-format", format, "--log-filter", "trace"],
        )
        .await;
        // The failure itself was logged: the log is not just empty.
        let log = installation.log();
        assert!(log.contains("ERROR"), "{log}");
    }
}

#[tokio::test]
async fn a_log_for_programs_is_one_object_a_line() {
    let installation = Installation::of_government();
    a_life(
        &installation,
        &["--log-format", "json", "--log-filter", "debug"],
    )
    .await;
    let log = installation.log();
    assert!(!log.is_empty());
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        for field in ["timestamp", "level", "target", "message"] {
            assert!(entry[field].is_string(), "no {field}: {line}");
        }
    }
}

#[test]
fn the_password_of_a_database_is_not_repeated() {
    let installation = Installation::empty();
    for address in [
        "postgres://huiyin:marked-password@127.0.0.1:1/huiyin",
        "postgres://127.0.0.1:1/huiyin?user=huiyin&password=marked-password",
        "mysql://huiyin:marked-password@127.0.0.1:1/huiyin",
    ] {
        for command in [
            &["verify"][..],
            &["serve"],
            &["backup", "f"],
            &["config", "print"],
        ] {
            let flags = [command, &["--database", address, "--log-filter", "trace"]].concat();
            let finished = installation.run(&flags);
            let said = [finished.stdout, finished.stderr].concat();
            assert!(!said.contains("marked-password"), "{command:?}: {said}");
            assert!(!said.is_empty());
        }
    }
}
