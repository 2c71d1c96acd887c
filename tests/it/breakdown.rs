//! A department and all below it are counted by placement, language, kind and ticked reasons.

use huiyin_tests::collector::{Installation, Kind};
use huiyin_tests::submission::Submission;
use serde_json::{Value, json};

const TAX: &str = "/api/v1/departments/tax/score";

async fn parts_are_told(installation: Installation) {
    let collector = installation.start_with(&["--public-minimum", "2"]);
    let from = |placement: &str, rating| {
        let rating = Submission::new("tax", rating).with("lang", "zh-Hans");
        rating.with("placement", placement)
    };
    let with = |rating: Submission, kind: &str, drivers: &[&str]| {
        rating.with("kind", kind).with("drivers", json!(drivers))
    };
    for rating in [
        with(from("一楼大厅", 5), "praise", &["attitude"]),
        with(from("一楼大厅", 3), "praise", &[]),
        with(from("footer", 1), "complaint", &["wait", "wait"]),
        from("一楼大厅", 4),
    ] {
        assert_eq!(collector.send(&rating).await.status, 201);
    }
    let get = async |query: &str| collector.get(&format!("{TAX}?{query}")).await.json();
    let score = get("placement=%E4%B8%80%E6%A5%BC%E5%A4%A7%E5%8E%85").await;
    assert_eq!(
        (&score["n"], &score["placement"]),
        (&json!(3), &json!("一楼大厅"))
    );
    assert_eq!(score["index"]["value"], json!(75.0));
    let few = get("placement=footer").await;
    assert_eq!(
        few["status"],
        json!("not_enough"),
        "the minimum holds for a part"
    );
    for (query, n) in [
        ("language=zh-Hans", 4),
        ("kind=praise", 2),
        ("kind=question", 0),
        ("driver=wait", 1),
    ] {
        assert_eq!(get(query).await["n"], json!(n), "{query}");
    }
    let values = |body: &Value| -> Vec<(String, u64)> {
        let values = body["values"].as_array().expect("values");
        let value = |row: &Value| {
            let value = row["value"].as_str().expect("a value");
            (value.to_owned(), row["n"].as_u64().expect("a number"))
        };
        values.iter().map(value).collect()
    };
    let placements = get("by=placement").await;
    // A text that anybody can make up is published from the minimum on.
    assert_eq!(values(&placements), [("一楼大厅".to_owned(), 3)]);
    assert_eq!(placements["others"]["n"], json!(1));
    let whole = get("").await;
    let wait = &whole["drivers"][0];
    assert_eq!(
        (&wait["driver"], &wait["poor_n"]),
        (&json!("wait"), &json!(1))
    );
    assert_eq!(
        (&wait["poor"]["value"], &wait["good_n"]),
        (&json!(1.0), &json!(0))
    );
    let attitude = &get("by=driver").await["drivers"][1];
    assert_eq!(attitude["good"]["value"], json!(0.3333));
    let csv = collector
        .get(&format!("{TAX}?by=driver&format=csv"))
        .await
        .body;
    let lines: Vec<&str> = csv.lines().collect();
    assert!(
        lines[0].ends_with("driver,poor_n,poor,poor_low,poor_high,good_n,good,good_low,good_high")
    );
    assert!(lines[1].contains(",wait,1,1,0.2065,1,0,0,"), "{csv}");
    let csv = collector
        .get(&format!("{TAX}?by=placement&format=csv"))
        .await
        .body;
    assert!(
        csv.contains(",一楼大厅,") && !csv.contains("footer"),
        "{csv}"
    );
    for (query, name) in [
        ("placement=footer&language=en", "one-part"),
        ("placement=footer&service=refund", "one-part"),
        ("by=kind&kind=praise", "one-part"),
        ("language=1", "invalid-language"),
        ("placement=footer&format=csv", "invalid-query"),
        ("by=grade", "invalid-query"),
        ("driver=A%20B", "invalid-query"),
    ] {
        let refused = collector.get(&format!("{TAX}?{query}")).await;
        let kind = refused.json()["type"].as_str().map(ToOwned::to_owned);
        assert!(
            kind.is_some_and(|kind| kind.ends_with(name)),
            "{query}: {refused:?}"
        );
    }
    let told = ["score", "tax", "--by", "placement"];
    let table = installation.run(&told).stdout;
    let rows: Vec<Vec<&str>> = (table.lines().skip(2))
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    assert_eq!(rows, [["一楼大厅", "3"], ["footer", "1"]], "{table}");
    installation.verify();
}

#[tokio::test]
async fn parts_of_a_department_are_told_from_a_file() {
    parts_are_told(Installation::of_government()).await;
}

#[tokio::test]
async fn parts_of_a_department_are_told_from_a_server() {
    parts_are_told(Installation::of_government_on(Kind::Postgres)).await;
}

#[tokio::test]
async fn a_page_tells_which_reasons_were_ticked_from_the_minimum_on() {
    let installation = Installation::of_government();
    let collector = installation.start_with(&["--public-minimum", "2"]);
    let rating = || Submission::new("tax", 1).with("drivers", json!(["slow", "junk"]));
    collector.send(&rating()).await;
    let page = async |lang: &str| collector.get(&format!("/d/tax?lang={lang}")).await.body;
    assert!(!page("en").await.contains("Ticked reasons"));
    collector.send(&rating()).await;
    let english = page("en").await;
    assert!(english.contains("Ticked reasons"), "{english}");
    assert!(!english.contains("junk"), "only what is offered has words");
    assert!(page("zh").await.contains("勾选的原因"));
}
