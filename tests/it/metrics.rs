//! The figures for operators: nothing is lost without a count, and nothing that is sent is a label.

use std::io::Write;
use std::process::{Command, Stdio};

use huiyin_tests::artifact::not_tested;
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::figures::{Figures, SERVED, operators_get};
use huiyin_tests::submission::Submission;
use huiyin_tests::wait;

const FORM: &str = "application/x-www-form-urlencoded";

/// Waits until nothing is on its way any more, and returns the figures of then.
async fn settled(installation: &Installation, received: u64) -> Figures {
    let what = format!("{received} submissions are settled, each once");
    wait::until(&what, async || {
        let figures = Figures::ask(installation).await;
        let arrived = figures.of("submissions_received_total");
        // Shown where the test fails.
        println!("{arrived} received, difference {}", figures.difference());
        let all = arrived == received;
        (all && figures.difference() == 0).then_some(figures)
    })
    .await
}

fn form<'a>(submission: &'a Submission, rating: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("id", submission.text("id")),
        ("edit_key", submission.text("edit_key")),
        ("revision", "1"),
        ("rating", rating),
    ]
}

/// Sends what each reason refuses, through both doors; returns the reasons with their numbers.
async fn refused(collector: &Collector) -> [(&'static str, u64); 10] {
    let new = |department| Submission::new(department, 3);
    let stored = new("tax");
    assert_eq!(collector.send(&stored).await.status, 201);
    let foreign = new("tax").text("edit_key").to_owned();
    let large = new("tax").comment(&"长".repeat(20_000));
    for (answer, status) in [
        (collector.send(&new("nowhere")).await, 404),
        (collector.send(&new("tax").with("rating", 9)).await, 422),
        (collector.send(&new("tax").without("id")).await, 422),
        (
            collector
                .send(&stored.revised(4).with("edit_key", foreign))
                .await,
            403,
        ),
        (
            collector
                .send(&stored.revised(4).with("department", "police"))
                .await,
            409,
        ),
        (collector.send(&large).await, 413),
        (
            collector.post("application/json", "{\"rating\":").await,
            400,
        ),
        (
            collector.post("text/plain", vec![b'"', 0xff, b'"']).await,
            400,
        ),
        (collector.post("image/png", "x").await, 415),
        (
            collector
                .post_form("/d/tax/rate", &form(&new("tax"), "6"))
                .await,
            422,
        ),
        (
            collector
                .post_form("/d/nowhere/rate", &form(&new("tax"), "5"))
                .await,
            404,
        ),
        (
            collector.post_to("/d/tax/rate", "text/plain", "x").await,
            415,
        ),
        (
            collector.post_to("/d/tax/rate", FORM, "rating=%FF").await,
            400,
        ),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
    }
    [
        ("unknown-department", 2),
        ("invalid-rating", 2),
        ("invalid-id", 1),
        ("wrong-edit-key", 1),
        ("different-subject", 1),
        ("body-too-large", 1),
        ("malformed-json", 1),
        ("invalid-utf8", 2),
        ("unsupported-content-type", 2),
        ("internal", 0),
    ]
}

#[tokio::test]
async fn every_submission_is_received_once_and_settled_once() {
    let installation = Installation::of_government();
    let collector = installation.start_with(&SERVED);
    let reasons = refused(&collector).await;
    let mut received = 1 + reasons.iter().map(|(_, count)| count).sum::<u64>();
    for number in 0..20 {
        let first = Submission::new("tax", 4);
        assert_eq!(collector.send(&first).await.status, 201);
        assert_eq!(collector.send(&first).await.status, 200);
        assert_eq!(collector.send(&first.revised(2)).await.status, 200);
        let by_form = Submission::new("police", 5);
        for _ in 0..2 {
            let answer = collector
                .post_form("/d/police/rate", &form(&by_form, "5"))
                .await;
            assert_eq!(answer.status, 303, "{number}");
        }
        received += 5;
    }
    for number in 0..10 {
        // The first half goes away before it has said all, the other before it is answered.
        let body = Submission::new("tax-east", 1).body();
        let sent = if number < 5 { &body[..40] } else { &body };
        let head = format!(
            "POST /api/v1/feedback HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}",
            body.len()
        );
        collector.abandon(&head, sent);
        received += 1;
    }
    // What is no submission is not in the ledger.
    assert_eq!(collector.get("/d/tax/rate").await.status, 200);
    assert_eq!(collector.get("/api/v1/feedback").await.status, 405);
    let figures = settled(&installation, received).await;
    for (reason, count) in reasons {
        assert_eq!(figures.refused(reason), count, "{reason}");
    }
    let verified = installation.verify();
    let stored = figures.of("submissions_stored_total");
    assert!(
        verified.starts_with(&format!("Counted {stored} ratings,")),
        "{stored}: {verified}"
    );
    assert_eq!(figures.of("submissions_repeated_total"), 40);
    assert_eq!(figures.of("submissions_revised_total"), 20);
    let given_up = figures.refused("abandoned") + figures.refused("incomplete-body");
    assert!((5..=10).contains(&given_up), "{}", figures.text);
    assert_eq!(stored + given_up, 1 + 40 + 10);
}

#[tokio::test]
async fn the_public_sees_no_figures_and_nobody_does_by_default() {
    let installation = Installation::of_government();
    let collector = installation.start_with(&SERVED);
    assert_eq!(collector.get("/metrics").await.status, 404);
    assert_eq!(Figures::ask(&installation).await.of("store_up"), 1);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(operators_get(&installation, path).await.status, 200);
    }
    assert_eq!(operators_get(&installation, "/d/tax").await.status, 404);
    let quiet = Installation::of_government();
    let collector = quiet.start();
    assert_eq!(collector.get("/metrics").await.status, 404);
    assert!(!quiet.log().contains("/metrics is served"));
}

#[tokio::test]
async fn whatever_is_sent_makes_no_new_figure() {
    let installation = Installation::of_government();
    let collector = installation.start_with(&SERVED);
    let before = Figures::ask(&installation).await;
    for number in 0..200 {
        let strange = format!("s{number}");
        let request = collector
            .client()
            .get(collector.url(&format!("/{strange}?q={strange}")));
        let request = request
            .header("user-agent", &strange)
            .header("referer", &strange);
        assert_eq!(huiyin_tests::collector::ask(request).await.status, 404);
        let sent = Submission::new(&strange, 5).with("placement", strange.as_str());
        assert_eq!(collector.send(&sent).await.status, 404);
    }
    let after = Figures::ask(&installation).await;
    assert_eq!(before.names(), after.names());
    assert!(after.names().len() < 2_000, "{}", after.names().len());
}

#[tokio::test]
async fn promtool_finds_nothing_to_say_about_names_and_labels() {
    // The task runner installs it; without the runner there may be none.
    let Some(promtool) = std::env::var_os("HUIYIN_PROMTOOL") else {
        not_tested(
            "HUIYIN_PROMTOOL does not name promtool, so nobody has checked the format of /metrics",
        );
        return;
    };
    let installation = Installation::of_government();
    let collector = installation.start_with(&SERVED);
    assert_eq!(collector.send(&Submission::new("tax", 5)).await.status, 201);
    let text = Figures::ask(&installation).await.text;
    let mut check = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool can be started");
    let mut stdin = check.stdin.take().expect("it reads");
    stdin
        .write_all(text.as_bytes())
        .expect("it takes all of it");
    drop(stdin);
    let said = check.wait_with_output().expect("it ends");
    let remarks = [said.stdout, said.stderr].concat();
    let remarks = String::from_utf8_lossy(&remarks);
    assert!(
        said.status.success() && remarks.is_empty(),
        "{remarks}\n{text}"
    );
}
