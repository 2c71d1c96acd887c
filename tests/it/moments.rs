//! How often a widget was seen and used is counted, without anybody's identity, beside the score.

use huiyin_tests::answer::Answer;
use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::submission::Submission;
use huiyin_tests::wait;
use serde_json::{Value, json};
use tokio::task::block_in_place;

async fn tell(collector: &Collector, body: &Value) -> Answer {
    let path = "/api/v1/moments";
    collector
        .post_to(path, "text/plain", body.to_string())
        .await
}

/// Waits until a department's moments are these.
async fn until_counted(collector: &Collector, department: &str, expected: &Value) {
    wait::until("the moments are written", async || {
        let score = collector.score(department).await;
        (score["moments"] == *expected).then_some(())
    })
    .await;
}

async fn moments_are_counted_for_a_department_and_all_above_it(kind: Kind) {
    let installation = Installation::of_government_on(kind);
    let collector = installation.start();
    for (moment, times) in [("seen", 5), ("opened", 3), ("started", 2), ("sent", 1)] {
        for number in 0..times {
            let placement = format!("p{number}");
            let body = json!({"department": "tax-east", "service": null, "placement": placement,
                              "moment": moment, "lang": "zh-CN"});
            let answer = tell(&collector, &body).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.json(), json!({"shown": true}));
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
    }
    // Whoever wants not to be counted only asks.
    for body in [
        json!({"department": "tax", "moment": null}),
        json!({"department": "tax"}),
    ] {
        assert_eq!(tell(&collector, &body).await.json(), json!({"shown": true}));
    }
    let all = json!({"seen": 5, "opened": 3, "started": 2, "sent": 1});
    for department in ["tax-east", "tax", "gov"] {
        until_counted(&collector, department, &all).await;
    }
    let printed = block_in_place(|| installation.run(&["score", "tax"])).stdout;
    let line = "\nseen 5, opened 3, started 2, sent 1, response rate 20.0%\n";
    assert!(printed.ends_with(line), "{printed}");
    let none = json!({"seen": 0, "opened": 0, "started": 0, "sent": 0});
    until_counted(&collector, "police", &none).await;
    let page = collector.get("/d/tax?lang=en").await.body;
    let line = "The rating button was seen 5 times and opened 3 times; 2 ratings were started and 1 sent \
                (about 20.0 per 100 times seen).";
    assert!(page.contains(line), "{page}");
    assert!(
        !collector
            .get("/d/police?lang=en")
            .await
            .body
            .contains("Seen ")
    );
    // What has only just been counted is written at an orderly end.
    tell(&collector, &json!({"department": "tax", "moment": "seen"})).await;
    collector.terminate();
    assert!(block_in_place(|| collector.ended()).success());
    let collector = installation.start();
    assert_eq!(collector.score("tax").await["moments"]["seen"], 6);
    assert!(
        collector
            .get("/api/v1/departments/tax/score?service=")
            .await
            .json()["moments"]
            .is_object()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_are_counted_for_a_department_and_all_above_it_in_a_file() {
    moments_are_counted_for_a_department_and_all_above_it(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_are_counted_for_a_department_and_all_above_it_on_a_server() {
    moments_are_counted_for_a_department_and_all_above_it(Kind::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_hears_of_a_pause_in_its_own_language() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let run = |arguments: &[&str]| {
        let done = block_in_place(|| installation.run(arguments));
        assert_eq!(done.code, Some(0), "{done:?}");
    };
    run(&[
        "pause",
        "tax",
        "--notice-zh",
        "维护",
        "--notice-en",
        "Closed",
    ]);
    run(&["pause", "police", "--placement", "footer"]);
    let ask = async |department: &str, placement: &str, lang: &str| {
        let body = json!({"department": department, "placement": placement, "lang": lang});
        tell(&collector, &body).await.json()
    };
    wait::until("the pause is heard of", async || {
        let answer = ask("tax-east", "", "en").await;
        (answer == json!({"shown": false, "notice": "Closed", "lang": "en"})).then_some(())
    })
    .await;
    for (lang, notice, told_in) in [
        ("zh-TW", "维护", "zh-Hans"),
        ("", "维护", "zh-Hans"),
        ("fr", "Closed", "en"),
        ("en-GB", "Closed", "en"),
    ] {
        let answer = ask("tax", "hall", lang).await;
        let expected = json!({"shown": false, "notice": notice, "lang": told_in});
        assert_eq!(answer, expected, "{lang}");
    }
    let answer = ask("police", "footer", "en").await;
    assert_eq!(
        answer,
        json!({"shown": false, "notice": null, "lang": null})
    );
    assert_eq!(ask("police", "hall", "en").await, json!({"shown": true}));
}

#[tokio::test]
async fn what_is_no_moment_is_refused_by_name() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (body, status, problem) in [
        (
            json!({"department": "nobody", "moment": "seen"}),
            404,
            "unknown-department",
        ),
        (json!({"department": "No Body"}), 422, "invalid-department"),
        (json!({}), 422, "invalid-department"),
        (
            json!({"department": "tax", "moment": "closed"}),
            422,
            "invalid-moment",
        ),
        (
            json!({"department": "tax", "moment": 1}),
            400,
            "malformed-json",
        ),
        (json!(["tax"]), 400, "malformed-json"),
        (
            json!({"department": "tax", "lang": "x".repeat(2_048)}),
            413,
            "body-too-large",
        ),
    ] {
        let answer = tell(&collector, &body).await;
        assert_eq!(
            (answer.status, answer.problem()),
            (status, problem.to_owned())
        );
    }
    let page = json!({"department": "tax", "placement": "x".repeat(99), "moment": "seen"});
    assert_eq!(tell(&collector, &page).await.status, 200);
    let image = collector
        .post_to("/api/v1/moments", "image/png", "{}")
        .await;
    assert_eq!(image.status, 415);
}

#[tokio::test]
async fn reading_many_pages_takes_nothing_of_the_right_to_rate() {
    let installation = Installation::of_government();
    let collector = installation.start_with(&["--rate-limit", "3"]);
    let seen = json!({"department": "tax", "moment": "seen"});
    let mut refused = 0;
    for _ in 0..60 {
        let answer = tell(&collector, &seen).await;
        refused += u32::from(answer.status == 429);
    }
    // Ten page views for each rating, and perhaps one more for the time it took.
    assert!((20..=30).contains(&refused), "{refused}");
    for _ in 0..3 {
        assert_eq!(collector.send(&Submission::new("tax", 5)).await.status, 201);
    }
    assert_eq!(collector.send(&Submission::new("tax", 5)).await.status, 429);
}
