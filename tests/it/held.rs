//! What a program may have written waits for a person, and counts and is answered like the rest.

use std::time::Duration;

use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::submission::Submission;
use serde_json::json;

fn listed(installation: &Installation) -> Vec<Vec<String>> {
    let finished = installation.run(&["held", "list"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    finished.stdout.lines().map(cells).collect()
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
        let told: Vec<_> = (rows.iter())
            .map(|row| [0, 1, 3, 4, 5].map(|cell| row[cell].as_str()))
            .collect();
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
        assert_eq!(listed(&installation), Vec::<Vec<String>>::new());
        if kind == Kind::Sqlite {
            assert!(!installation.holds("marked-trap"));
        }
        installation.verify();
    }
}

/// Sends the form as it is, after this time.
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
    let (soon, later) = (Duration::ZERO, Duration::from_millis(450));
    send_form(&collector, later, &[("comment", "person"), ("website", "")]).await;
    assert_eq!(listed(&installation).len(), 0);
    send_form(&collector, later, &[("website", "https://example.com")]).await;
    send_form(&collector, soon, &[("comment", "program")]).await;
    let rows = listed(&installation);
    assert_eq!(rows[0][3], "trap", "{rows:?}");
    // On a machine that was held up, nobody can tell.
    if let Some(row) = rows.get(1) {
        assert_eq!((row[3].as_str(), row[5].as_str()), ("quick", "program"));
    }
    assert_eq!(collector.score("tax").await["counts"]["4"], json!(3));
}
