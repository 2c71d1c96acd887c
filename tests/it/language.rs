//! Whoever asks for a language gets what there is in it, then English, then Chinese.

use huiyin_tests::answer::Answer;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation, ask};
use huiyin_tests::host_page::HostPage;
use huiyin_tests::submission::Submission;
use huiyin_tests::words::Words;
use serde_json::{Value, json};

const DRIVERS: &str = "department,service,list,slug,name_zh,name_en,name_bo\n\
    ,,good,quick,办事快,Quick,མྱུར་པོ།\n\
    ,,good,place,环境好,,\n";

async fn form(collector: &Collector, department: &str, lang: &str) -> Value {
    let path = format!("/api/v1/form?department={department}&lang={lang}");
    let answer = collector.get(&path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn names_are_in_the_asked_language_or_the_nearest_there_is() {
    let installation = Installation::of_government();
    let imported = installation.import_as("driver", DRIVERS.as_bytes());
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let collector = installation.start();
    let (tax, bureau) = (("示例市税务局", "zh-Hans"), ("Tax Bureau", "en"));
    let (quick, fast) = (("办事快", "zh-Hans"), ("Quick", "en"));
    for (lang, words, name, driver) in [
        ("", "zh-Hans", tax, quick),
        ("zh-Hans", "zh-Hans", tax, quick),
        ("zh-Hant", "zh-Hans", tax, quick),
        ("en-GB", "en", bureau, fast),
        ("fr", "en", bureau, fast),
        ("bo-CN", "en", bureau, ("མྱུར་པོ།", "bo")),
    ] {
        let form = form(&collector, "tax", lang).await;
        assert_eq!(form["lang"], json!(words), "{lang}");
        let told = |of: &Value, text: &str| (of[text].clone(), of["lang"].clone());
        let named = told(&form["department"], "name");
        assert_eq!(named, (json!(name.0), json!(name.1)), "{lang}");
        let good = &form["drivers"]["good"];
        let first = told(&good[0], "word");
        assert_eq!(first, (json!(driver.0), json!(driver.1)), "{lang}");
        // Where there is no English, Chinese stands for every language, and says so.
        let second = told(&good[1], "word");
        assert_eq!(second, (json!("环境好"), json!("zh-Hans")), "{lang}");
    }
    let branch = form(&collector, "tax-east", "fr").await;
    assert_eq!(branch["department"]["lang"], json!("zh-Hans"));
}

#[tokio::test]
async fn a_page_keeps_the_language_that_was_asked_for() {
    let installation = Installation::of_government();
    let imported = installation.import_as("driver", DRIVERS.as_bytes());
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let collector = installation.start();
    let form = collector.get("/d/tax/rate?lang=bo").await;
    for words in [
        "<html lang=\"en\">",
        "Tax Bureau",
        "<bdi lang=\"bo\">མྱུར་པོ།</bdi>",
        "action=\"/d/tax/rate?lang=bo\"",
    ] {
        assert!(form.body.contains(words), "{words} is not on {}", form.body);
    }
    let said = [("rating", "5"), ("good", "quick")];
    let answer = fill(&collector, "/d/tax/rate?lang=bo", &form, &said).await;
    let receipt = collector.get(answer.header("location")).await.body;
    assert!(
        receipt.contains("<bdi lang=\"bo\">མྱུར་པོ།</bdi>"),
        "{receipt}"
    );
}

/// Sends a form as it was shown, with this said in it.
async fn fill(collector: &Collector, path: &str, form: &Answer, said: &[(&str, &str)]) -> Answer {
    let hidden = ["id", "edit_key", "revision", "drivers_version", "lang"];
    let hidden = hidden.map(|name| (name, form.hidden(name)));
    let hidden = hidden.iter().map(|(name, value)| (*name, value.as_str()));
    let fields: Vec<_> = hidden.chain(said.iter().copied()).collect();
    collector.post_form(path, &fields).await
}

#[track_caller]
fn assert_says(page: &str, language: &str, sentences: &[&str]) {
    for sentence in sentences {
        let escaped = sentence.replace('\'', "&#39;");
        assert!(page.contains(&escaped), "{language}: {sentence}: {page}");
    }
}

#[tokio::test]
async fn form_and_receipt_speak_every_language_of_the_panel() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for language in Words::languages() {
        let words = Words::of(&language);
        let is_rtl = words.say("dir") == "rtl";
        let dir = if is_rtl { " dir=\"rtl\"" } else { "" };
        let html = format!("<html lang=\"{language}\"{dir}>");
        let path = format!("/d/tax/rate?lang={language}");
        let form = collector.get(&path).await;
        let asked = [
            "question",
            "comment",
            "kind",
            "kind_praise",
            "answer",
            "send",
        ];
        assert_says(&form.body, &language, &asked.map(|name| words.say(name)));
        let grades = [1, 2, 3, 4, 5].map(|grade| words.grade(grade));
        assert_says(&form.body, &language, &grades);
        let names: Vec<_> = Words::languages()
            .iter()
            .map(|one| Words::of(one))
            .collect();
        let names: Vec<_> = names.iter().map(|words| words.page("name")).collect();
        assert_says(&form.body, &language, &names);
        assert_says(&form.body, &language, &[&html, words.page("lead")]);

        let refused = fill(
            &collector,
            &path,
            &form,
            &[("rating", "4"), ("comment", "\u{1}")],
        )
        .await;
        assert_eq!(refused.status, 422, "{language}");
        assert_says(
            &refused.body,
            &language,
            &[&html, words.page("not_sent"), words.page("kept")],
        );

        let told = fill(
            &collector,
            &path,
            &form,
            &[("rating", "4"), ("kind", "praise")],
        )
        .await;
        let address = told.header("location").to_owned();
        let receipt = collector.get(&address).await.body;
        let kept = ["stored", "received", "withdraw", "withdraw_hint"];
        assert_says(&receipt, &language, &kept.map(|name| words.page(name)));
        let said = [
            words.say("thanks"),
            words.grade(4),
            words.say("kind_praise"),
        ];
        assert_says(&receipt, &language, &said);
        assert_says(&receipt, &language, &[&html]);
        let unknown = collector
            .get(&format!("/r?code=1&lang={language}"))
            .await
            .body;
        let asked = ["code_wrong", "enter_code", "code_hint", "look_up"];
        assert_says(&unknown, &language, &asked.map(|name| words.page(name)));
        // The panel's link leads there, and the language stays until the end.
        let withdrawn = address.replace('?', "/withdraw?");
        let withdrawn = collector.post_form(&withdrawn, &[]).await;
        let left = collector.get(withdrawn.header("location")).await.body;
        assert_says(&left, &language, &[&html, words.page("withdrawn")]);
    }
}

#[tokio::test]
async fn another_language_leads_to_the_same_form() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let asked = "/d/tax/rate?placement=a%26b&lang=fr&frame=1&lang=ar";
    let form = collector.get(asked).await.body;
    let (_, links) = form.split_once("<nav class=\"in-other").expect("links");
    let links: Vec<&str> = links
        .lines()
        .filter(|line| line.starts_with("<a "))
        .collect();
    assert_eq!(links.len(), Words::languages().len(), "{form}");
    for (language, link) in Words::languages().iter().zip(links) {
        let same = "href=\"?placement=a%26b&#38;frame=1&#38;lang=";
        let same = format!("{same}{language}\" lang=\"{language}\"");
        assert!(link.contains(&same), "{same} is not {link}");
        let is_here = link.contains("aria-current");
        assert_eq!(is_here, language == "fr", "{link}");
    }
    for not_asked in ["", "../x", "z", "%00"] {
        let form = collector
            .get(&format!("/d/tax/rate?lang={not_asked}"))
            .await
            .body;
        assert!(
            form.contains("<html lang=\"zh-Hans\">"),
            "{not_asked}: {form}"
        );
        assert!(
            form.contains("action=\"/d/tax/rate\""),
            "{not_asked}: {form}"
        );
    }
}

#[tokio::test]
async fn names_are_in_what_else_a_browser_likes() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (accepted, name, product) in [
        ("ko, zh-CN;q=0.9", "示例市税务局", "回音"),
        ("ko, en;q=0.9, zh;q=0.1", "Tax Bureau", "Huiyin"),
        ("ko", "Tax Bureau", "Huiyin"),
    ] {
        let request = collector.client().get(collector.url("/d/tax/rate"));
        let page = ask(request.header("accept-language", accepted)).await.body;
        let title = format!("{name} · {product}</title>");
        assert!(page.contains("<html lang=\"ko\">"), "{accepted}: {page}");
        assert!(page.contains(&title), "{accepted}: {page}");
    }
}

#[tokio::test]
async fn a_browser_is_answered_in_its_language_where_the_page_is_the_citizens() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (accepted, path, lang) in [
        ("fr-CH, fr;q=0.9, en;q=0.8", "/d/tax/rate", "fr"),
        ("zh-TW,zh;q=0.9", "/r", "zh-Hant"),
        ("tlh, ja;q=0.5", "/r/0000", "ja"),
        ("tlh", "/r", "zh-Hans"),
        // What managers and supervisors read is in two languages.
        ("fr, en;q=0.1", "/d/tax", "en"),
    ] {
        let request = collector.client().get(collector.url(path));
        let page = ask(request.header("accept-language", accepted)).await;
        assert_eq!(page.header("vary"), "accept-language", "{path}");
        let html = format!("<html lang=\"{lang}\">");
        assert!(page.body.contains(&html), "{accepted}: {}", page.body);
    }
}

#[tokio::test]
async fn a_refusal_that_has_no_words_in_a_language_is_told_in_two() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let words = Words::of("fr");
    let path = "/d/tax/rate?lang=fr";
    let form = collector.get(path).await;
    let long = "x".repeat(2_001);
    let refused = fill(
        &collector,
        path,
        &form,
        &[("rating", "2"), ("comment", &long)],
    )
    .await;
    assert_says(&refused.body, "fr", &[words.say("too_long")]);
    assert!(!refused.body.contains("<p lang="), "{refused:?}");
    let refused = fill(&collector, path, &form, &[("rating", "9")]).await;
    assert_says(
        &refused.body,
        "fr",
        &[words.page("not_sent"), "<p lang=\"en\" dir=\"ltr\">"],
    );
    // It would be refused later too.
    assert!(!refused.body.contains(words.say("refused")), "{refused:?}");
}

#[tokio::test]
async fn refusals_are_in_english_for_every_language_but_chinese() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (lang, title) in [
        ("fr", "rating"),
        ("en", "rating"),
        ("zh-Hant", "满意度"),
        ("../etc", "满意度"),
    ] {
        let rating = Submission::new("tax", 9).with("lang", lang);
        let told = collector.send(&rating).await.json();
        let told = told["title"].as_str().unwrap_or_default().to_lowercase();
        assert!(told.contains(title), "{lang}: {told}");
    }
    for (lang, chinese) in [("fr", false), ("zh-TW", true), ("", true)] {
        for path in ["/api/v1/form?department=nobody", "/d/nobody/rate?x="] {
            let told = collector.get(&format!("{path}&lang={lang}")).await.body;
            assert_eq!(
                told.contains("没有这个部门"),
                chinese,
                "{path} {lang}: {told}"
            );
        }
    }
}

#[tokio::test]
async fn the_button_speaks_as_the_page_asks() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().button().await;
    for (asked, spoken) in [
        ("zh", "zh-Hans"),
        ("ZH-tw", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-cmn-Hans-CN", "zh-Hans"),
        ("zh-cmn-Hant-TW", "zh-Hant"),
        ("zh-CN-u-nu-hanidec", "zh-Hans"),
        ("pt-BR", "pt"),
        ("en", "en"),
        // Not one of ours, so the page is asked next.
        ("tlh", "zh-Hans"),
    ] {
        let lang = format!(
            "(() => {{ const ours = document.querySelector('huiyin-feedback'); ours.dataset.lang = \
             '{asked}'; return ours.shadowRoot.querySelector('[part=button]').lang }})()"
        );
        assert_eq!(browser.value(&lang).await, json!(spoken), "{asked}");
    }
}
