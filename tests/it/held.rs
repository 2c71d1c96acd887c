//! What a program may have written waits for a person, and counts and is answered like the rest.

use std::time::Duration;

use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::rows::{self, Row};
use huiyin_tests::submission::Submission;
use huiyin_tests::wait;
use serde_json::json;

/// The columns of `huiyin held list`.
const COLUMNS: &[&str] = &[
    "id",
    "department",
    "received",
    "signals",
    "rating",
    "comment",
];

fn listed(installation: &Installation) -> Vec<Row> {
    let finished = installation.run(&["held", "list"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    rows::read(&finished.stdout, COLUMNS)
}

#[tokio::test]
async fn signals_hold_the_words_and_nothing_else() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::of_government_on(kind);
        let collector = installation.start();
        let plain = Submission::new("tax", 2).comment("窗口关了");
        let slow = Submission::new("tax", 2).with("elapsed_ms", 400);
        let quick = Submission::new("tax", 2)
            .with("elapsed_ms", 399)
            .comment("打13812345678\n找我");
        let trapped = Submission::new("police", 5)
            .with("trap", "marked-trap")
            .comment("buy here");
        let answer = collector.send(&plain).await;
        for sent in [&slow, &quick, &trapped] {
            let other = collector.send(sent).await;
            assert_eq!(other.status, 201, "{other:?}");
            let fields = |of: &huiyin_tests::answer::Answer| {
                let json = of.json();
                let fields = json.as_object().expect("an object");
                fields.keys().cloned().collect::<Vec<_>>()
            };
            assert_eq!(fields(&other), fields(&answer));
        }
        assert_eq!(collector.n("gov").await, 4);
        let rows = listed(&installation);
        let shown = ["id", "department", "signals", "rating", "comment"];
        let told: Vec<_> = rows.iter().map(|row| row.pick(shown)).collect();
        assert_eq!(
            told,
            [
                [quick.text("id"), "tax", "quick", "2", "打［手机号］ 找我"],
                [trapped.text("id"), "police", "trap", "5", "buy here"],
            ]
        );
        let unknown = plain.text("id");
        let released = installation.run(&["held", "release", quick.text("id"), unknown]);
        assert_eq!(released.code, Some(1), "{released:?}");
        assert_eq!(released.stdout, "Released: 1\n");
        assert!(released.stderr.contains(unknown), "{released:?}");
        assert_eq!(listed(&installation).len(), 1);
        let released = installation.run(&["held", "release", trapped.text("id")]);
        assert_eq!(released.code, Some(0), "{released:?}");
        assert_eq!(listed(&installation), []);
        if kind == Kind::Sqlite {
            assert!(!installation.holds("marked-trap"));
        }
        installation.verify();
    }
}

/// Asks for the form and sends it after this time.
async fn send_form(collector: &Collector, after: Duration, more: &[(&str, &str)]) {
    let form = collector.get("/d/tax/rate").await;
    assert!(
        form.body
            .contains("name=\"website\" tabindex=\"-1\" autocomplete=\"off\"")
    );
    let hidden = ["id", "edit_key", "revision"].map(|name| (name, form.hidden(name)));
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("rating", "4"));
    fields.extend(more);
    // Not waiting for anything: it is time itself that is looked at.
    tokio::time::sleep(after).await;
    let answer = collector.post_form("/d/tax/rate", &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

#[tokio::test]
async fn a_form_that_a_person_fills_is_not_held() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let later = Duration::from_millis(450);
    send_form(&collector, later, &[("comment", "person"), ("website", "")]).await;
    assert_eq!(listed(&installation), []);
    send_form(&collector, later, &[("website", "https://example.com")]).await;
    let rows = listed(&installation);
    let signals: Vec<_> = rows.iter().map(|row| row.get("signals")).collect();
    assert_eq!(signals, ["trap"]);
    // On a machine that stands still a program looks like a person, so it may try again.
    let mut tries = 0;
    let comment = wait::until("a form that was sent at once is held", async || {
        tries += 1;
        send_form(&collector, Duration::ZERO, &[("comment", "program")]).await;
        let rows = listed(&installation);
        let quick = rows.iter().find(|row| row.get("signals") == "quick");
        quick.map(|row| row.get("comment").to_owned())
    })
    .await;
    assert_eq!(comment, "program");
    assert_eq!(
        collector.score("tax").await["counts"]["4"],
        json!(2 + tries)
    );
}
