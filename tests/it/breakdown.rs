//! A department is counted by placement and language where an operator asks for it.

use huiyin_tests::collector::{Installation, Kind};
use huiyin_tests::submission::Submission;
use serde_json::json;

const TAX: &str = "/api/v1/departments/tax/score";

async fn an_operator_asks(installation: Installation) {
    let collector = installation.start_with(&["--public-minimum", "2"]);
    let from = |placement: &str, rating| {
        let rating = Submission::new("tax", rating).with("lang", "zh-Hans");
        rating.with("placement", placement)
    };
    for rating in [from("一楼大厅", 5), from("一楼大厅", 3), from("footer", 1)] {
        assert_eq!(collector.send(&rating).await.status, 201);
    }
    let hall = format!("{TAX}?placement=%E4%B8%80%E6%A5%BC%E5%A4%A7%E5%8E%85");
    let refused = collector.get(&format!("{hall}&lang=en")).await;
    assert_eq!(refused.status, 404, "{refused:?}");
    assert!(refused.body.contains("huiyin department breakdown"));
    let told = ["score", "tax", "--by", "placement"];
    assert_eq!(installation.run(&told).code, Some(1));

    let ask = [
        "department",
        "breakdown",
        "tax",
        "--by",
        "placement",
        "--by",
        "language",
    ];
    let asked = installation.run(&ask);
    assert_eq!(asked.code, Some(0), "{asked:?}");
    // The collector goes on, and counts what comes from now on together with the past.
    collector.send(&from("一楼大厅", 4)).await;
    let score = collector.get(&hall).await.json();
    assert_eq!(
        (&score["n"], &score["placement"]),
        (&json!(3), &json!("一楼大厅"))
    );
    assert_eq!(score["index"]["value"], json!(75.0));
    let few = collector
        .get(&format!("{TAX}?placement=footer"))
        .await
        .json();
    assert_eq!(
        few["status"],
        json!("not_enough"),
        "the minimum holds for a part"
    );
    let all = collector
        .get(&format!("{TAX}?language=zh-Hans"))
        .await
        .json();
    assert_eq!(all["n"], json!(4));
    for (query, name) in [
        ("placement=footer&language=en", "one-part"),
        ("placement=footer&service=refund", "one-part"),
        ("language=1", "invalid-language"),
        ("placement=footer&format=csv", "invalid-query"),
    ] {
        let refused = collector.get(&format!("{TAX}?{query}")).await;
        let kind = refused.json()["type"].as_str().map(ToOwned::to_owned);
        assert!(
            kind.is_some_and(|kind| kind.ends_with(name)),
            "{query}: {refused:?}"
        );
    }
    let table = installation.run(&told).stdout;
    let rows: Vec<Vec<&str>> = (table.lines().skip(2))
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    assert_eq!(rows, [["一楼大厅", "3"], ["footer", "1"]], "{table}");
    installation.verify();

    let stopped = installation.run(&[
        "department",
        "breakdown",
        "tax",
        "--by",
        "placement",
        "--stop",
    ]);
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    collector.send(&from("footer", 4)).await;
    assert_eq!(collector.get(&hall).await.status, 404);
    assert_eq!(collector.n("tax").await, 5);
    installation.verify();
}

#[tokio::test]
async fn an_operator_sees_a_file_by_placement_and_language() {
    an_operator_asks(Installation::of_government()).await;
}

#[tokio::test]
async fn an_operator_sees_a_server_by_placement_and_language() {
    an_operator_asks(Installation::of_government_on(Kind::Postgres)).await;
}
