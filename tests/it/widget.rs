//! A citizen rates on a department's page in two taps, whatever the page forbids.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::shadow::ROOT;
use huiyin_tests::wait;
use serde_json::json;
use tokio::task::block_in_place;

/// The first tap counts, the rest follows as a revision, and the code leads to both.
async fn rate_in_two_taps(name: &str, language: &'static str, look: Look) {
    let (comment, words) = if language == "en" {
        (
            "Quick and friendly.",
            ["Thank you", "Suggestion", "Satisfied"],
        )
    } else {
        ("态度很好，就是排队久了点。", ["谢谢", "建议", "满意"])
    };
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector)
        .language(language)
        .serve()
        .await;
    let browser = Browser::start(look).await;
    browser.open(page.url()).await;
    browser.panel().button().await;
    browser.picture(&format!("{name}-1-button")).await;

    browser.panel().open().await;
    browser.panel().question().await;
    let bureau = if language == "en" {
        "Tax Bureau"
    } else {
        "示例市税务局"
    };
    wait::until("the bureau's name", async || {
        browser.words().await.contains(bureau).then_some(())
    })
    .await;
    browser.picture(&format!("{name}-2-panel")).await;
    assert_eq!(collector.n("tax").await, 0, "counted before a tap");

    browser.panel().rate(4).await;
    wait::until("the first tap counts", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
    browser.shown("[part=send]").await;
    browser.panel().status().await;
    browser.picture(&format!("{name}-3-first-tap")).await;

    let text = browser.panel().comment().await;
    text.send_keys(comment)
        .await
        .expect("a comment can be typed");
    browser
        .tap("label:has([name=kind][value='suggestion'])")
        .await;
    browser.panel().send().await;
    let receipt = browser.panel().receipt().await;
    let receipt = receipt.text().await.expect("a code");
    assert!(browser.words().await.contains(words[0]));
    browser.picture(&format!("{name}-4-thanks")).await;

    let stored = collector
        .get(&format!("/r/{receipt}?lang={language}"))
        .await
        .body;
    for part in [comment, words[1], words[2]] {
        assert!(stored.contains(part), "{part} is not on {stored}");
    }
    let score = collector.score("tax").await;
    assert_eq!(
        (&score["n"], &score["index"]["value"]),
        (&json!(1), &json!(75.0))
    );
    assert_eq!(browser.value("__witness.errors").await, json!([]));
    installation.verify();
}

#[tokio::test]
async fn two_taps_in_chinese() {
    rate_in_two_taps("widget-zh", "zh-CN", Look::default()).await;
}

#[tokio::test]
async fn two_taps_in_english() {
    let look = Look {
        language: "en",
        ..Look::default()
    };
    rate_in_two_taps("widget-en", "en", look).await;
}

#[tokio::test]
async fn two_taps_in_the_dark() {
    let look = Look {
        dark: true,
        ..Look::default()
    };
    rate_in_two_taps("widget-dark", "zh-CN", look).await;
}

#[tokio::test]
async fn two_taps_on_a_narrow_telephone() {
    let look = Look {
        width: 320,
        ..Look::default()
    };
    rate_in_two_taps("widget-narrow-zh", "zh-CN", look).await;
    let look = Look {
        language: "en",
        width: 320,
        dark: true,
        ..Look::default()
    };
    rate_in_two_taps("widget-narrow-en", "en", look).await;
}

#[tokio::test]
async fn a_grade_can_be_changed_and_counts_once() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    for grade in [5, 1, 2] {
        browser
            .tap(&format!("label:has([name=rating][value='{grade}'])"))
            .await;
    }
    wait::until("the last grade is stored", async || {
        (collector.score("tax").await["counts"]["2"] == json!(1)).then_some(())
    })
    .await;
    assert_eq!(collector.n("tax").await, 1);
}

#[tokio::test]
async fn personal_data_is_noticed_while_it_is_typed_and_keeps_nobody_from_sending() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(2).await;
    let text = browser.panel().comment().await;
    let typed = async |more: &str| text.send_keys(more).await.expect("can be typed");
    typed("我的手机是1381234567").await;
    let words = browser.words().await;
    assert!(!words.contains("好像有"), "{words}");
    typed("8，请回电").await;
    wait::until("the note", async || {
        let words = browser.words().await;
        words.contains("您写的内容里好像有手机号。").then_some(())
    })
    .await;
    browser.picture("widget-zh-6-personal").await;
    browser.panel().send().await;
    let receipt = browser.panel().receipt().await;
    let receipt = receipt.text().await.expect("a code");
    let stored = collector.get(&format!("/r/{receipt}")).await.body;
    assert!(stored.contains("我的手机是13812345678，请回电"), "{stored}");
}

#[tokio::test]
async fn a_collector_that_is_down_is_told_and_a_retry_arrives() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let address = collector.address().to_string();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().question().await;
    collector.kill();
    browser.panel().rate(5).await;
    browser.panel().error().await;
    browser.picture("widget-zh-5-no-network").await;
    let collector = installation.start_with(&["--public-minimum", "1", "--listen", &address]);
    wait::until("the retry arrives", async || {
        browser.press_if_there("[part=retry]").await;
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
    assert_eq!(installation.stored(), 1);
}

#[tokio::test]
async fn what_was_sent_is_changed_in_the_panel_and_withdrawn_by_its_link() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(1).await;
    browser.panel().send().await;
    browser.panel().change().await;
    let chosen = format!("{ROOT}.activeElement?.value");
    browser.until(&format!("{chosen} == '1'")).await;
    browser.panel().rate(5).await;
    wait::until("the change is stored", async || {
        (collector.score("tax").await["counts"]["5"] == json!(1)).then_some(())
    })
    .await;
    assert_eq!(collector.n("tax").await, 1);
    browser.panel().send().await;
    browser.panel().receipt().await;

    browser.tap(".thanks a").await;
    browser.follow().await;
    let withdraw = browser.element("form.withdraw button").await;
    withdraw.click().await.expect("it can be pressed");
    wait::until("it is withdrawn", async || {
        (collector.n("tax").await == 0).then_some(())
    })
    .await;
    installation.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_fills_every_field_is_held_and_counted() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(5).await;
    browser.panel().comment().await;
    let fill = format!(
        "(() => {{ for (const field of {ROOT}
        .querySelectorAll('input:not([type=radio], [type=checkbox]), textarea')) {{
            field.value = 'Cheap watches';
            field.dispatchEvent(new InputEvent('input', {{ bubbles: true, composed: true }}));
        }} return true }})()"
    );
    browser.until(&fill).await;
    browser.panel().send().await;
    browser.panel().receipt().await;
    assert_eq!(collector.n("tax").await, 1);
    let held = block_in_place(|| installation.run(&["held", "list"])).stdout;
    assert!(
        held.contains("trap") && held.contains("Cheap watches"),
        "{held}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_after_the_hour_is_refused_and_the_citizen_is_told() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).language("en");
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(1).await;
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;
    // An hour and a minute pass.
    let file = rusqlite::Connection::open(installation.database()).expect("a file");
    let passed = "UPDATE feedback SET received_at = received_at - 3660000";
    assert_eq!(file.execute(passed, []), Ok(1));
    browser.panel().rate(5).await;
    let told = browser.panel().error().await.text().await;
    let told = told.expect("a sentence");
    assert!(told.contains("hour"), "{told}");
    assert_eq!(collector.score("tax").await["counts"]["1"], json!(1));
}
