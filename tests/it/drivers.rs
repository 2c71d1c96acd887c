//! Reasons are offered with a grade, in the words of whoever is rated, and arrive with it.

use huiyin_tests::answer::Answer;
use huiyin_tests::collector::{Collector, Installation, Kind};
use huiyin_tests::submission::Submission;
use serde_json::{Value, json};

const HEADER: &str = "department,service,list,slug,name_zh,name_en,name_bo\n";

fn import(installation: &Installation, rows: &str) -> String {
    let file = format!("{HEADER}{rows}");
    let finished = installation.import_as("driver", file.as_bytes());
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout
}

async fn drivers(collector: &Collector, query: &str) -> Value {
    let answer = collector.get(&format!("/api/v1/form?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["drivers"].clone()
}

/// Sends the form of the tax bureau with what is ticked in both lists.
async fn send_form(collector: &Collector, rating: &str, ticked: &[(&str, &str)]) -> Answer {
    let form = collector.get("/d/tax/rate?lang=en").await;
    let hidden = ["id", "edit_key", "revision", "drivers_version"];
    let hidden = hidden.map(|name| (name, form.hidden(name)));
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.push(("rating", rating));
    fields.extend(ticked);
    collector.post_form("/d/tax/rate?lang=en", &fields).await
}

#[tokio::test]
async fn what_is_built_in_is_offered_until_somebody_says_otherwise() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let installation = Installation::of_government_on(kind);
        let collector = installation.start();
        let built_in = drivers(&collector, "department=tax").await;
        assert_eq!(built_in["version"], json!(0));
        let first = json!({"value": "quick", "word": "办事快", "lang": "zh-Hans"});
        assert_eq!(built_in["good"][0], first);
        assert_eq!(built_in["poor"].as_array().map(Vec::len), Some(8));
        let before = collector.get("/api/v1/form?department=tax-east").await;
        let printed = import(
            &installation,
            "tax,,good,kind,热心,Kind,\ntax,,poor,slow,慢,Slow,དལ་པོ།\n",
        );
        assert!(printed.contains(": 1 new, 0 as they were"), "{printed}");
        // A branch takes the set of the department above it.
        let after = collector.get("/api/v1/form?department=tax-east").await;
        assert_ne!(before.header("etag"), after.header("etag"));
        let set = drivers(&collector, "department=tax-east&lang=en").await;
        assert_eq!(
            set,
            json!({
                "version": 1,
                "good": [{"value": "kind", "word": "Kind", "lang": "en"}],
                "poor": [{"value": "slow", "word": "Slow", "lang": "en"}],
            })
        );
        let others = drivers(&collector, "department=police").await;
        assert_eq!(others, built_in);
        let listed = installation.run(&["driver", "list", "--department", "tax-east"]);
        let expected = "version 1, of the department tax\ngood\tkind\t热心\tKind\n\
            poor\tslow\t慢\tSlow\tbo: དལ་པོ།\n";
        assert_eq!(listed.stdout, expected);
        let printed = import(
            &installation,
            "tax,,good,kind,热心,Kind,\ntax,,poor,slow,慢,Slow,དལ་པོ།\n",
        );
        assert!(printed.contains(": 0 new, 1 as they were"), "{printed}");
    }
}

#[tokio::test]
async fn what_is_built_in_has_words_in_every_language_of_the_panel() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for language in [
        "zh-Hans", "zh-Hant", "en", "fr", "es", "pt", "ar", "ru", "ja", "ko",
    ] {
        let set = drivers(&collector, &format!("department=tax&lang={language}")).await;
        for list in ["good", "poor"] {
            for driver in set[list].as_array().expect("a list") {
                assert_eq!(driver["lang"], json!(language), "{driver}");
            }
        }
    }
}

#[test]
fn a_file_with_a_mistake_is_refused_whole_with_its_line() {
    let installation = Installation::of_government();
    let good = format!("{HEADER}tax,,good,kind,热心,,\n");
    for (row, line, reason) in [
        ("nobody,,good,a,甲,,", "line 3", "nobody"),
        ("tax,nothing,good,a,甲,,", "line 3", "nothing"),
        ("tax,,good,kind,热心,,", "line 3", "twice"),
        ("tax,,best,a,甲,,", "line 3", "best"),
        ("tax,,good,a,,,", "line 3", "name_zh"),
    ] {
        let finished = installation.import_as("driver", format!("{good}{row}\n").as_bytes());
        assert_eq!(finished.code, Some(1), "{row}: {finished:?}");
        for part in [line, reason] {
            assert!(finished.stderr.contains(part), "{row}: {}", finished.stderr);
        }
        let listed = installation.run(&["driver", "list", "--department", "tax"]);
        assert!(
            listed.stdout.starts_with("version 0, built in"),
            "{listed:?}"
        );
    }
    let unknown = installation.run(&["driver", "list", "--department", "nobody"]);
    assert!(
        unknown.stderr.contains("no department is called nobody"),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn what_is_ticked_on_the_form_arrives_and_the_other_list_does_not() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let ticked = [("good", "quick"), ("good", "online"), ("poor", "slow")];
    for (rating, kept, left) in [
        ("4", ["Quick", "Can be done online"].as_slice(), "Long wait"),
        ("2", &["Long wait"], "Quick"),
    ] {
        let answer = send_form(&collector, rating, &ticked).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let page = collector.get(answer.header("location")).await.body;
        for word in kept {
            assert!(page.contains(word), "{word} is not on {page}");
        }
        assert!(!page.contains(left), "{left} is on {page}");
    }
    // Without a grade it comes back, with all that was ticked.
    let answer = send_form(&collector, "", &ticked).await;
    assert_eq!(answer.status, 422);
    for (list, slug) in ticked {
        let box_ = format!("name=\"{list}\" value=\"{slug}\" checked");
        assert!(answer.body.contains(&box_), "{box_}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_receipt_has_the_words_that_were_offered() {
    let installation = Installation::of_government();
    let collector = installation.start();
    import(&installation, ",,poor,slow,等得久,Slow then,\n");
    let rating = Submission::new("tax", 1)
        .with("drivers", json!(["slow", "never-offered"]))
        .with("drivers_version", 1);
    let receipt = collector.send(&rating).await.receipt();
    import(&installation, ",,poor,slow,太慢,Slow now,\n");
    let page = collector.get(&format!("/r/{receipt}?lang=en")).await.body;
    for words in ["Slow then", "never-offered"] {
        assert!(page.contains(words), "{words} is not on {page}");
    }
    assert!(!page.contains("Slow now"), "{page}");
    // An odd version is dropped, and the rating is not.
    for version in [json!(-1), json!(4_294_967_296_u64), json!("1"), json!(1.5)] {
        let rating = Submission::new("tax", 1)
            .with("drivers", json!(["slow"]))
            .with("drivers_version", version.clone());
        let answer = collector.send(&rating).await;
        assert_eq!(answer.status, 201, "{version}: {answer:?}");
        let path = format!("/r/{}?lang=en", answer.receipt());
        let page = collector.get(&path).await.body;
        assert!(page.contains(">slow<"), "{version}: {page}");
    }
}
