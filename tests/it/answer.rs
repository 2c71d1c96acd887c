//! Whoever wants an answer says where to, and that is kept for the answer and nothing else.

use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::rows::{self, Row};
use huiyin_tests::submission::Submission;
use serde_json::{Value, json};

const CONTACT: &str = "138 0000 0000 (after six)";

/// Sends the form of the tax bureau without a script, and returns where the receipt is.
async fn send_form(collector: &Collector, fields: &[(&str, &str)]) -> String {
    let form = collector.get("/d/tax/rate?lang=en").await;
    let hidden = ["id", "edit_key", "revision", "drivers_version"];
    let hidden = hidden.map(|name| (name, form.hidden(name)));
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (*n, v.as_str())).collect();
    all.extend(fields);
    let answer = collector.post_form("/d/tax/rate?lang=en", &all).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").to_owned()
}

async fn send_json(collector: &Collector, fields: &[(&str, Value)]) -> String {
    let mut rating = Submission::new("tax", 2);
    for (name, value) in fields {
        rating = rating.with(name, value.clone());
    }
    let answer = collector.send(&rating).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    format!("/r/{}?lang=en", answer.receipt())
}

/// The columns of `huiyin answer list`.
const COLUMNS: &[&str] = &[
    "id",
    "department",
    "received",
    "rating",
    "kind",
    "contact",
    "comment",
];

/// Returns the rows that `huiyin answer list` prints.
fn listed(installation: &Installation, department: Option<&str>) -> Vec<Row> {
    let mut arguments = vec!["answer", "list"];
    arguments.extend(department.map_or_else(Vec::new, |slug| vec!["--department", slug]));
    let finished = installation.run(&arguments);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(finished.stderr, "");
    rows::read(&finished.stdout, COLUMNS)
}

#[tokio::test]
async fn reasons_and_a_contact_arrive_from_a_form_as_from_json() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::of_government_on(kind);
        let collector = installation.start();
        let form = [
            ("rating", "2"),
            ("poor", "slow"),
            ("poor", "system"),
            ("wants_answer", "1"),
            ("contact", CONTACT),
        ];
        let json = [
            ("drivers", json!(["slow", "system"])),
            ("drivers_version", json!(0)),
            ("wants_answer", json!(true)),
            ("contact", json!(CONTACT)),
        ];
        let receipts = [
            send_form(&collector, &form).await,
            send_json(&collector, &json).await,
        ];
        for receipt in receipts {
            let page = collector.get(&receipt).await.body;
            for words in [
                "Long wait</bdi>, <bdi lang=\"en\">Website hard to use",
                "<dd>Wanted</dd>",
                CONTACT,
                "for the answer and for nothing else",
            ] {
                assert!(page.contains(words), "{words} is not on {page}");
            }
        }
        assert_eq!(collector.n("tax").await, 2);
    }
}

#[tokio::test]
async fn a_contact_without_a_wish_for_an_answer_is_not_kept() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let form = [("rating", "2"), ("contact", CONTACT)];
    let json = [("contact", json!(CONTACT)), ("wants_answer", json!("yes"))];
    let receipts = [
        send_form(&collector, &form).await,
        send_json(&collector, &json).await,
        send_json(&collector, &[]).await,
    ];
    for receipt in receipts {
        let page = collector.get(&receipt).await.body;
        assert!(page.contains("<dd>Not wanted</dd>"), "{page}");
    }
    assert!(!installation.holds(CONTACT));
}

#[tokio::test]
async fn a_contact_that_is_too_long_is_refused_by_name_and_can_be_mended() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let form = collector.get("/api/v1/form?department=tax").await.json();
    assert_eq!(form["contact_max"], json!(100));
    let long = "1".repeat(101);
    let rating = Submission::new("tax", 2)
        .with("wants_answer", true)
        .with("contact", long.as_str());
    let answer = collector.send(&rating).await;
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (422, "invalid-contact")
    );
    let form = collector.get("/d/tax/rate").await;
    let (id, key) = (form.hidden("id"), form.hidden("edit_key"));
    let fields = [
        ("id", id.as_str()),
        ("edit_key", key.as_str()),
        ("revision", "1"),
        ("rating", "2"),
        ("wants_answer", "1"),
        ("contact", long.as_str()),
    ];
    let again = collector.post_form("/d/tax/rate", &fields).await;
    assert_eq!(again.status, 422);
    let ticked = "name=\"wants_answer\" value=\"1\" checked";
    assert!(again.body.contains(ticked), "{}", again.body);
    assert!(again.body.contains(&long), "{}", again.body);
    assert_eq!(collector.n("tax").await, 0);
}

#[tokio::test]
async fn whoever_answers_sees_who_has_waited_longest_and_where_to_write() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::of_government_on(kind);
        let collector = installation.start();
        // Those of one millisecond are listed by id, so ids are in the order of the sends.
        let wish = |number, department, rating| {
            Submission::numbered(number, department, rating).with("wants_answer", true)
        };
        let east = wish(1, "tax-east", 1)
            .with("kind", "complaint")
            .with("contact", "13812345678")
            .comment("打13812345678\n找我");
        let police = wish(2, "police", 4);
        let program = wish(3, "tax", 2).with("trap", "x").comment("buy here");
        let silent = Submission::new("tax", 2).comment("no answer, please");
        let test = wish(4, "tax", 2).with("test", true);
        let withdrawn = wish(5, "tax", 2).with("contact", CONTACT);
        for sent in [&east, &police, &silent, &test, &program] {
            let answer = collector.send(sent).await;
            assert_eq!(answer.status, 201, "{answer:?}");
        }
        let receipt = collector.send(&withdrawn).await.receipt();
        assert_eq!(listed(&installation, Some("tax")).len(), 3);
        let path = format!("/r/{receipt}/withdraw");
        assert_eq!(collector.post_form(&path, &[]).await.status, 303);

        let rows = listed(&installation, None);
        let shown = ["id", "department", "rating", "kind", "contact", "comment"];
        let told: Vec<_> = rows.iter().map(|row| row.pick(shown)).collect();
        // What was left for the answer is told as it is; what was written, as everywhere.
        let first = [
            east.text("id"),
            "tax-east",
            "1",
            "complaint",
            "13812345678",
            "打［手机号］ 找我",
        ];
        let second = [police.text("id"), "police", "4", "", "", ""];
        let third = [program.text("id"), "tax", "2", "", "", "［held］"];
        assert_eq!(told, [first, second, third]);
        let ids = |department| -> Vec<String> {
            let rows = listed(&installation, Some(department));
            rows.iter().map(|row| row.get("id").to_owned()).collect()
        };
        assert_eq!(ids("tax"), [east.text("id"), program.text("id")]);
        assert_eq!(ids("tax-east"), [east.text("id")]);
        let released = installation.run(&["held", "release", program.text("id")]);
        assert_eq!(released.code, Some(0), "{released:?}");
        let rows = listed(&installation, Some("tax"));
        assert_eq!(rows[1].get("comment"), "buy here");

        let merged = installation.run(&["department", "merge", "tax-east", "police"]);
        assert_eq!(merged.code, Some(0), "{merged:?}");
        assert_eq!(ids("tax"), [program.text("id")]);
        for name in ["tax-east", "police"] {
            assert_eq!(ids(name), [east.text("id"), police.text("id")], "{name}");
        }
        let rows = listed(&installation, None);
        assert_eq!(rows[0].get("department"), "police");
        let unknown = installation.run(&["answer", "list", "--department", "nowhere"]);
        assert_eq!(unknown.code, Some(1), "{unknown:?}");
        let said = "no department is called nowhere";
        assert!(unknown.stderr.contains(said), "{unknown:?}");
    }
}

#[tokio::test]
async fn where_more_than_a_thousand_wait_it_is_said() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let more_wait =
        "huiyin: more wait than these 1000; --since the day of the last of them shows the next\n";
    for (more, said) in [(1_000, ""), (1, more_wait)] {
        for _ in 0..more {
            let wish = Submission::new("tax", 2).with("wants_answer", true);
            assert_eq!(collector.send(&wish).await.status, 201);
        }
        let finished = installation.run(&["answer", "list"]);
        assert_eq!((finished.code, finished.stderr.as_str()), (Some(0), said));
        assert_eq!(finished.stdout.lines().count(), 1_000);
    }
    for (since, count) in [("2020-01-01", 1_000), ("2999-01-01", 0)] {
        let finished = installation.run(&["answer", "list", "--since", since]);
        assert_eq!(finished.stdout.lines().count(), count, "{since}");
    }
}
