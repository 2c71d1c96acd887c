//! The panel speaks its languages, from either side, and cuts off no word of them.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::words::Words;
use serde_json::{Value, json};

/// Languages of pages that are no name of a file, and the one in which the panel speaks there; the browser
/// asks for English.
const OTHERS: [(&str, &str); 5] = [
    ("en-GB", "en"),
    ("zh-CN", "zh-Hans"),
    ("zh-TW", "zh-Hant"),
    ("pt-BR", "pt"),
    // Not spoken here, so the next that the reader asks for.
    ("sr", "en"),
];

/// What the panel says, in which direction, on which side, and what of it cannot be read.
const LOOK: &str = "(() => {
    const host = document.querySelector('huiyin-feedback');
    const panel = host.shadowRoot.querySelector('dialog.panel');
    const texts = (css) => [...panel.querySelectorAll(css)].map((one) => one.textContent);
    const side = (one) => {
        const { left, right } = one.getBoundingClientRect();
        return left + right < innerWidth ? 'left' : 'right';
    };
    const close = panel.querySelector('.close').getBoundingClientRect();
    const title = document.createRange();
    title.selectNodeContents(panel.querySelector('h2'));
    const covered = [...title.getClientRects()].some((box) =>
        box.left < close.right && close.left < box.right && box.top < close.bottom && close.top < box.bottom);
    const cut = [panel, ...panel.querySelectorAll('span, button, legend, p, h2, .ask')]
        .filter((one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).display != 'inline')
        .map((one) => `${one.localName} ${one.textContent} ${one.scrollWidth} > ${one.clientWidth}`);
    const rows = new Set([...panel.querySelectorAll('.grades span')]
        .map((one) => Math.round(one.getBoundingClientRect().top)));
    return {
        said: [host.shadowRoot.querySelector('[part=button]').textContent, panel.lang, panel.dir,
            texts('.grades legend')[0], texts('.close')[0], ...texts('.grades span')],
        sides: [side(host), side(panel.querySelector('.close'))], covered, cut, rows: rows.size,
    };
})()";

#[tokio::test]
async fn the_panel_speaks_the_language_of_the_page_and_cuts_off_no_word() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look {
        language: "en",
        ..Look::default()
    })
    .await;
    let own = Words::languages().into_iter().map(|one| (one.clone(), one));
    let others = OTHERS.map(|(page, spoken)| (page.to_owned(), spoken.to_owned()));
    for (language, spoken) in own.chain(others) {
        let (language, spoken) = (language.as_str(), spoken.as_str());
        let words = Words::of(spoken);
        let page = HostPage::with_tag_of(&collector).language(language);
        let page = page.serve().await;
        browser.resize(1_280, 900, 1).await;
        browser.open(page.url()).await;
        browser.panel().open().await;
        browser.panel().question().await;
        let look = browser.value(LOOK).await;
        let mut said = vec![words.say("button"), spoken, words.say("dir")];
        said.extend([words.say("question"), words.say("close")]);
        said.extend([5, 4, 3, 2, 1].map(|grade| words.grade(grade)));
        assert_eq!(look["said"], json!(said), "{language}");
        let side = if words.say("dir") == "rtl" {
            "left"
        } else {
            "right"
        };
        assert_eq!(look["sides"], json!([side, side]), "{language}");
        assert_eq!(look["rows"], 1, "the scale is broken: {language}");
        assert_readable(&look, language);
        browser.picture(&format!("language-{language}-1")).await;

        // On the narrowest of telephones, with everything that can be added.
        browser.resize(320, 640, 1).await;
        browser.panel().rate(1).await;
        browser.panel().comment().await;
        let unasked = browser.panel().has("#contact").await;
        assert!(!unasked, "a contact that nobody offered: {language}");
        browser.panel().ask_for_answer().await;
        browser.shown(".line").await;
        let look = browser.value(LOOK).await;
        assert_eq!(look["rows"], 5, "{language}");
        let names = browser.controls().await;
        for part in ["comment", "contact", "answer", "send", "close"] {
            let name = words.say(part);
            let heard = names.iter().any(|(_, heard)| heard == name);
            assert!(heard, "{language}: nobody hears {name}: {names:?}");
        }
        assert_readable(&look, language);
        browser.picture(&format!("language-{language}-2")).await;
    }
}

fn assert_readable(look: &Value, language: &str) {
    assert_eq!(look["cut"], json!([]), "cut off: {language}");
    assert_eq!(look["covered"], false, "the title is covered: {language}");
}
