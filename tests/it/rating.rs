//! A rating is stored once, moves the score by what it says, and can be taken back.

use huiyin_tests::collector::Installation;
use huiyin_tests::submission::Submission;
use serde_json::json;

#[tokio::test]
async fn a_rating_is_stored_and_moves_the_score() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let answer = collector.send(&Submission::new("tax-east", 4)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    collector.send(&Submission::new("tax", 2)).await;
    // Grades 4 and 2: mean 3, index 50; the branch has only its own.
    for (department, n, index) in [("tax-east", 1, 75.0), ("tax", 2, 50.0), ("gov", 2, 50.0)] {
        let score = collector.score(department).await;
        assert_eq!(
            (&score["n"], &score["index"]["value"]),
            (&json!(n), &json!(index)),
            "{department}"
        );
    }
    assert_eq!(collector.n("police").await, 0);
    installation.verify();
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_counts_nothing() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let rating = Submission::new("tax", 5);
    let first = collector.send(&rating).await;
    let again = collector.send(&rating).await;
    let as_text = collector
        .post("text/plain;charset=UTF-8", rating.body())
        .await;
    assert_eq!(
        (first.status, again.status, as_text.status),
        (201, 200, 200)
    );
    assert_eq!((&again.body, &as_text.body), (&first.body, &first.body));
    assert_eq!(collector.n("gov").await, 1);
    installation.verify();
}

#[tokio::test]
async fn a_browser_that_may_not_ask_first_can_still_rate() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let body = Submission::new("tax", 5).body();
    let answer = collector.post("text/plain;charset=UTF-8", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_revision_moves_the_score_by_the_difference() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let first = Submission::new("tax", 5);
    let second = first.revised(1).comment("排队太久");
    assert_eq!(collector.send(&first).await.status, 201);
    assert_eq!(collector.send(&second).await.status, 200);
    let score = collector.score("gov").await;
    assert_eq!(
        score["counts"],
        json!({"1": 1, "2": 0, "3": 0, "4": 0, "5": 0})
    );
    // The first version arrives once more, late.
    let late = collector.send(&first).await;
    assert_eq!((late.status, &late.json()["revision"]), (200, &json!(2)));
    assert_eq!(collector.score("gov").await, score);
    installation.verify();
}

#[tokio::test]
async fn what_was_said_within_the_hour_is_taken_after_days_without_a_network() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
    let installation = Installation::of_government();
    let collector = installation.start();
    let first = Submission::new("tax", 5);
    assert_eq!(collector.send(&first).await.status, 201);
    let file = rusqlite::Connection::open(installation.database()).expect("a file");
    let two_days_ago = "UPDATE feedback SET received_at = received_at - ?1";
    let changed = file.execute(two_days_ago, [2 * DAY_MS]).expect("writes");
    assert_eq!(changed, 1);
    let rest = first.revised(1).comment("说完");
    // Nobody keeps anything for eight days: that age is not believed.
    for sent in [rest.clone(), rest.clone().with("age_ms", 8 * DAY_MS)] {
        let refused = collector.send(&sent).await;
        assert_eq!(refused.problem(), "edit-window-closed", "{refused:?}");
    }
    assert_eq!(collector.score("tax").await["counts"]["5"], 1);
    let taken = collector.send(&rest.with("age_ms", 2 * DAY_MS)).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    assert_eq!(collector.score("tax").await["counts"]["1"], 1);
    installation.verify();
}

#[tokio::test]
async fn nobody_can_change_the_rating_of_another() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let mine = Submission::new("tax", 5).comment("很好");
    let receipt = collector.send(&mine).await.receipt();
    let before = collector.score("tax").await;
    let forged = mine
        .revised(1)
        .with("edit_key", Submission::new("tax", 1).text("edit_key"));
    let answer = collector.send(&forged).await;
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "wrong-edit-key")
    );
    assert_eq!(collector.score("tax").await, before);
    let page = collector.get(&format!("/r/{receipt}?lang=en")).await.body;
    assert!(
        page.contains("Very satisfied") && page.contains("很好"),
        "{page}"
    );
}

#[tokio::test]
async fn a_rating_stays_with_its_department() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let rating = Submission::new("tax", 5);
    collector.send(&rating).await;
    let moved = rating.revised(5).with("department", "police");
    let answer = collector.send(&moved).await;
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (409, "different-subject")
    );
    assert_eq!(collector.n("police").await, 0);
}

#[tokio::test]
async fn the_form_without_a_script_lands_in_the_same_place() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let form = collector.get("/d/tax/rate?lang=en&placement=poster").await;
    let (id, key) = (form.hidden("id"), form.hidden("edit_key"));
    let fields = [
        ("id", id.as_str()),
        ("edit_key", key.as_str()),
        ("revision", "1"),
        ("rating", "2"),
        ("comment", "Two windows were closed.\r\nNobody said why."),
        ("kind", "complaint"),
        ("lang", "en"),
    ];
    let answer = collector.post_form("/d/tax/rate?lang=en", &fields).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let receipt = answer.header("location").to_owned();
    assert!(receipt.starts_with("/r/"), "{receipt}");
    let page = collector.get(&receipt).await.body;
    for stored in [
        "Two windows were closed.",
        "Dissatisfied",
        "Complaint",
        "Tax Bureau",
    ] {
        assert!(page.contains(stored), "{stored} is not on {page}");
    }
    // A press on the button twice is one rating.
    collector.post_form("/d/tax/rate?lang=en", &fields).await;
    assert_eq!(collector.n("tax").await, 1);
}

#[tokio::test]
async fn a_form_without_a_grade_comes_back_with_what_was_written() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let form = collector.get("/d/tax/rate?lang=en").await;
    let (id, key) = (form.hidden("id"), form.hidden("edit_key"));
    let fields = [
        ("id", id.as_str()),
        ("edit_key", key.as_str()),
        ("revision", "1"),
        ("comment", "Not <b>lost</b>"),
    ];
    let answer = collector.post_form("/d/tax/rate?lang=en", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("role=\"alert\""), "{}", answer.body);
    let kept = ["&lt;b&gt;lost", "&#60;b&#62;lost"];
    assert!(
        kept.iter().any(|kept| answer.body.contains(kept)),
        "{}",
        answer.body
    );
    assert_eq!(collector.n("tax").await, 0);
}

#[tokio::test]
async fn a_rating_that_is_withdrawn_leaves_no_words_and_no_figure() {
    const WORDS: &str = "窗口工作人员态度恶劣";
    const CONTACT: &str = "zhang.weimin@example.cn";
    let installation = Installation::of_government();
    let collector = installation.start();
    collector.send(&Submission::new("tax", 5)).await;
    let rating = Submission::new("tax", 1)
        .comment(WORDS)
        .with("wants_answer", true)
        .with("contact", CONTACT);
    let receipt = collector.send(&rating).await.receipt();
    assert_eq!(collector.n("gov").await, 2);
    let page = format!("/r/{receipt}");
    let shown = collector.get(&page).await.body;
    for words in [WORDS, CONTACT] {
        assert!(shown.contains(words), "{words} is not on {shown}");
        assert!(installation.holds(words), "{words}");
    }

    let answer = collector.post_form(&format!("{page}/withdraw"), &[]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(collector.n("gov").await, 1);
    for path in [
        &page,
        "/",
        "/d/tax",
        "/api/v1/departments?parent=gov",
        "/api/v1/departments/tax/score",
    ] {
        let answer = collector.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        for words in [WORDS, CONTACT] {
            assert!(!answer.body.contains(words), "{path} still has {words}");
        }
    }
    let answer = collector.send(&rating.revised(5)).await;
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (409, "withdrawn")
    );
    assert!(installation.verify().contains("left out 1 that"));
    for words in [WORDS, CONTACT] {
        assert!(!installation.holds(words), "{words} is still in the files");
    }
}

#[tokio::test]
async fn a_form_that_is_sent_again_with_a_change_says_the_change() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let form = collector.get("/d/tax/rate?lang=en").await;
    let (id, key) = (form.hidden("id"), form.hidden("edit_key"));
    let fields = |revision: &str, rating: &str| {
        [
            ("id", id.clone()),
            ("edit_key", key.clone()),
            ("revision", revision.to_owned()),
            ("rating", rating.to_owned()),
            // A slip of the page's author.
            ("placement", "x".repeat(65)),
        ]
    };
    let send = async |revision: &str, rating: &str| {
        let fields = fields(revision, rating);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        collector.post_form("/d/tax/rate?lang=en", &fields).await
    };
    let refused = send("1", "7").await;
    assert_eq!(
        (refused.status, refused.hidden("revision").as_str()),
        (422, "2")
    );
    assert_eq!(send("2", "5").await.status, 303);
    assert_eq!(send("3", "1").await.status, 303);
    let score = collector.score("tax").await;
    assert_eq!((&score["n"], &score["counts"]["1"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_refusal_in_the_frame_can_be_seen_there() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (path, status) in [
        ("/d/nowhere/rate?frame=1", 404),
        // A slip of the page's author, which silences nobody.
        ("/d/tax/rate?frame=1&service=none", 200),
    ] {
        let answer = collector.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors *"), "{path}: {policy}");
    }
    let bare = collector.get("/d/nowhere/rate").await;
    assert!(
        bare.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
}

#[tokio::test]
async fn under_the_public_minimum_only_n_is_said() {
    let installation = Installation::of_government();
    let collector = installation.start_with(&["--public-minimum", "3"]);
    for grade in [5, 4] {
        collector.send(&Submission::new("tax", grade)).await;
    }
    let score = collector.score("tax").await;
    assert_eq!(
        (&score["status"], &score["n"], &score["minimum"]),
        (&json!("not_enough"), &json!(2), &json!(3))
    );
    let told = score.as_object().expect("an object");
    assert!(
        !told.contains_key("index") && !told.contains_key("counts"),
        "{score}"
    );
    collector.send(&Submission::new("tax", 3)).await;
    let score = collector.score("tax").await;
    assert_eq!(score["index"]["value"], json!(75.0), "{score}");
}

#[tokio::test]
async fn feedback_on_a_service_is_counted_there_and_with_its_department() {
    let installation = Installation::of_government();
    let services = "department,slug,name_zh,name_en\ntax,refund,退税,\ntax,invoice,发票,Invoices\n";
    let imported = installation.import_as("service", services.as_bytes());
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let collector = installation.start();
    let rating = Submission::new("tax", 4).with("service", "refund");
    assert_eq!(collector.send(&rating).await.status, 201);
    let path = "/api/v1/departments/tax/score?service=";
    for (service, n) in [("refund", 1), ("invoice", 0)] {
        let score = collector.get(&format!("{path}{service}")).await.json();
        assert_eq!(score["n"], json!(n), "{service}");
    }
    assert_eq!(collector.n("gov").await, 1);
    installation.verify();
}

#[tokio::test]
async fn a_test_is_stored_with_a_receipt_and_counted_nowhere() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let test = Submission::new("tax", 1)
        .with("test", true)
        .comment("试一试");
    let answer = collector.send(&test).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(collector.send(&test.revised(2)).await.status, 200);
    let form = collector.get("/d/tax/rate?lang=en&test=1").await;
    let fields = ["id", "edit_key", "revision", "test"].map(|name| (name, form.hidden(name)));
    let mut fields: Vec<_> = (fields.iter())
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    fields.push(("rating", "5"));
    let from_form = collector.post_form("/d/tax/rate?lang=en", &fields).await;
    for receipt in [
        &format!("/r/{}?lang=en", answer.receipt()),
        from_form.header("location"),
    ] {
        let page = collector.get(receipt).await.body;
        let told = "This is a test: the rating is stored as usual and counted nowhere.";
        assert!(page.contains(told), "{page}");
        assert!(!page.contains("has been counted"), "{page}");
    }
    assert_eq!(collector.n("gov").await, 0);
    assert_eq!(installation.stored(), 0);
    // A word that is no `true` is a rating like any other.
    let rating = Submission::new("tax", 5).with("test", "true");
    assert_eq!(collector.send(&rating).await.status, 201);
    assert_eq!(collector.n("gov").await, 1);
}

#[tokio::test]
async fn the_demonstration_can_be_rated_at_once() {
    let installation = Installation::empty();
    let collector = installation.start_with(&["--demo", "--public-minimum", "1"]);
    let demo = collector.get("/demo").await.body;
    let (_, rest) = demo.split_once("data-department=\"").expect("a tag");
    let department = rest.split('"').next().expect("a department");
    let answer = collector.send(&Submission::new(department, 5)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(collector.n(department).await, 1);
}
