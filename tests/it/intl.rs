//! Numbers, plurals, lists and times stand in the panel as each language writes them.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::host_page::{HostPage, Served};
use huiyin_tests::shadow;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// A comment with every kind of personal data that is noticed.
const ALL_KINDS: &str = "11010519491231002X 13812345678 010-51236699 6222020200000000006 \
    zhang@example.com 京A12345";

/// How long a comment is, and what is said of its length, which is to be 2,000 at most: languages differ in
/// how many forms a number has, and how it is written.
const NUMBERS: &[(&str, &[(usize, &str)])] = &[
    (
        "ru",
        &[
            (1_999, "ещё 1 символ."),
            (1_998, "ещё 2 символа."),
            (1_995, "ещё 5 символов."),
            (1_979, "ещё 21 символ."),
            (2_003, "на 3 символа."),
            (0, "ещё 2\u{a0}000 символов."),
        ],
    ),
    (
        "en",
        &[
            (1_999, "1 character "),
            (1_998, "2 characters "),
            (0, "2,000 characters "),
        ],
    ),
    ("fr", &[(0, "2\u{202f}000 caractères")]),
    ("es", &[(0, "2000 caracteres")]),
    ("zh-CN", &[(0, "2,000 个字")]),
];

/// How each language writes a time.
const HOURS: &[(&str, &str)] = &[
    ("ru", "%H:%M"),
    ("fr", "%H:%M"),
    ("zh-CN", "%H:%M"),
    ("en", "%-I:%M %p"),
];

async fn open(collector: &Collector, browser: &Browser, language: &str) -> Served {
    let page = HostPage::with_tag_of(collector).language(language);
    let page = page.serve().await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(4).await;
    browser.panel().comment().await;
    page
}

/// Returns the time by the browser's clock.
async fn now(browser: &Browser) -> Timestamp {
    let time = browser.value("Date.now()").await.as_i64();
    Timestamp::from_millisecond(time.expect("milliseconds")).expect("a time")
}

/// Waits until an element of the panel says something with these words in it.
async fn says(browser: &Browser, css: &str, words: &str) {
    let words = json!(words);
    browser
        .until(&format!(
            "{}.textContent.includes({words})",
            shadow::first(css)
        ))
        .await;
}

#[tokio::test]
async fn a_number_has_the_form_and_the_digits_of_its_language() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (language, numbers) in NUMBERS {
        let _page = open(&collector, &browser, language).await;
        for (written, words) in *numbers {
            browser.panel().paste(&"a".repeat(*written)).await;
            says(&browser, "[aria-live]", words).await;
        }
    }
}

#[tokio::test]
async fn all_that_is_personal_in_a_comment_is_named_in_one_sentence() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (language, list) in [
        (
            "en",
            "an ID number, a mobile number, a telephone number, a bank card number, an e-mail address, and a \
             number plate",
        ),
        (
            "zh-CN",
            "身份证号、手机号、电话号码、银行卡号、电子邮箱和车牌号",
        ),
    ] {
        let _page = open(&collector, &browser, language).await;
        browser.panel().paste(ALL_KINDS).await;
        says(&browser, "textarea ~ [role=status]", list).await;
    }
}

#[tokio::test]
async fn until_when_a_rating_can_be_changed_is_told_by_the_citizens_clock() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (language, written) in HOURS {
        for zone in ["Asia/Shanghai", "America/New_York"] {
            let clock = json!({"timezoneId": zone});
            browser.tell("Emulation.setTimezoneOverride", clock).await;
            let zone = TimeZone::get(zone).expect("a zone");
            let before = now(&browser).await;
            let _page = open(&collector, &browser, language).await;
            browser.panel().send().await;
            browser.panel().receipt().await;
            // An hour from the first tap, which was between these two.
            let hour = SignedDuration::from_hours(1);
            let (first, last) = (before + hour, now(&browser).await + hour);
            let minutes = (0..).map(|more| first + SignedDuration::from_mins(more));
            let between = minutes.take_while(|time| *time < last).chain([last]);
            let may_be: Vec<String> = between
                .map(|time| time.to_zoned(zone.clone()).strftime(written).to_string())
                .collect();
            let said = browser.words().await.replace('\u{202f}', " ");
            assert!(
                may_be.iter().any(|time| said.contains(time.as_str())),
                "{language}: none of {may_be:?} in {said}"
            );
        }
    }
}
