//! Whoever asks for a language gets what there is in it, then English, then Chinese.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::host_page::HostPage;
use huiyin_tests::submission::Submission;
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
        "<span lang=\"bo\">མྱུར་པོ།</span>",
        "action=\"/d/tax/rate?lang=bo\"",
    ] {
        assert!(form.body.contains(words), "{words} is not on {}", form.body);
    }
    let hidden = ["id", "edit_key", "revision", "drivers_version"];
    let hidden = hidden.map(|name| (name, form.hidden(name)));
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(n, v)| (*n, v.as_str())).collect();
    fields.extend([("rating", "5"), ("good", "quick")]);
    let answer = collector.post_form("/d/tax/rate?lang=bo", &fields).await;
    let receipt = collector.get(answer.header("location")).await.body;
    assert!(
        receipt.contains("<span lang=\"bo\">མྱུར་པོ།</span>"),
        "{receipt}"
    );
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
    browser.shown("[part=button]").await;
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
