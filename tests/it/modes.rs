//! Every way in which a page can ask for ratings, as the demonstration shows them.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::network::{Fault, Network};
use huiyin_tests::wait;
use huiyin_tests::words::Words;
use serde_json::json;

const INLINE: &str = "<script async src=\"COLLECTOR/huiyin.js\"></script>\
    <huiyin-feedback mode=\"inline\" data-department=\"tax\"></huiyin-feedback>";

/// Begins an expression about what an element of ours has in its shadow root.
fn within(element: &str, rest: &str) -> String {
    format!("document.querySelector('{element}')?.shadowRoot?.{rest}")
}

async fn see(browser: &Browser, element: &str) {
    let script = format!("document.querySelector('{element}').scrollIntoView()");
    browser.value(&script).await;
}

async fn click(browser: &Browser, element: &str) {
    let script = format!("document.querySelector('{element}').click()");
    browser.value(&script).await;
}

#[tokio::test]
async fn the_demonstration_shows_every_mode_alive() {
    let installation = Installation::empty();
    let collector = installation.start_with(&["--demo", "--public-minimum", "1"]);
    let browser = Browser::start(Look {
        language: "en",
        ..Look::default()
    })
    .await;
    let page = collector.url("/demo?department=tax");
    browser.open(&page).await;

    see(&browser, "#inside").await;
    let grade = within("#inside", "querySelector('[name=rating]')");
    browser.until(&format!("!!{grade}")).await;
    let place = format!("getComputedStyle({grade}.closest('dialog')).position");
    assert_eq!(browser.value(&place).await, "static");
    browser.value(&format!("{grade}.click()")).await;
    wait::until("the rating arrives", async || {
        (collector.n("tax").await == 1).then_some(())
    })
    .await;

    click(&browser, ".rate-us").await;
    let own = within("#own huiyin-feedback", "querySelector(':modal')");
    browser.until(&format!("!!{own}")).await;
    browser.value(&format!("{own}.close()")).await;
    assert_eq!(browser.value("location.href").await, page.as_str());

    let themed = within(".themed", "querySelector");
    browser.value(&format!("{themed}('button').click()")).await;
    browser.until(&format!("!!{themed}(':modal')")).await;
    let colour = format!("getComputedStyle({themed}('dialog')).backgroundColor");
    assert_eq!(browser.value(&colour).await, "rgb(42, 26, 26)");
    browser.value(&format!("{themed}('dialog').close()")).await;

    let scripted = within("#scripted", "querySelector('button').textContent");
    click(&browser, "[data-call=set]").await;
    browser.until(&format!("{scripted} == 'Votre avis'")).await;
    click(&browser, "[data-call=close]").await;
    browser
        .until(&format!("!{grade}.closest('dialog').open"))
        .await;
    click(&browser, "[data-call=destroy]").await;
    browser.until("!document.querySelector('#scripted')").await;

    let spoken = "[...document.querySelectorAll('.languages huiyin-feedback')]\
        .map((host) => host.shadowRoot.querySelector('[part=button]').textContent)";
    let languages = Words::languages();
    let buttons = languages
        .iter()
        .map(|one| Words::of(one).say("button").to_owned());
    assert_eq!(
        browser.value(spoken).await,
        json!(buttons.collect::<Vec<_>>())
    );

    let told = "[...document.querySelectorAll('.events li')]\
        .map((one) => one.textContent.split(' ').slice(-2).join(' '))";
    for event in ["open", "start", "sent", "close"] {
        let told = format!("{told}.includes('huiyin-{event} demo-inline')");
        browser.until(&told).await;
    }
    assert_eq!(browser.uncaught().await, Vec::<String>::new());
    assert_eq!(browser.violations().await, Vec::<String>::new());
    browser.long_picture("demo").await;
}

#[tokio::test]
async fn a_test_on_the_demonstration_counts_nowhere() {
    let installation = Installation::empty();
    let collector = installation.start_with(&["--demo", "--public-minimum", "1"]);
    let browser = Browser::start(Look::default()).await;
    browser.open(&collector.url("/demo?department=tax")).await;
    let within = within("#test huiyin-feedback", "querySelector");
    browser.until("!!window.Huiyin").await;
    browser.until(&format!("!!{within}('button')")).await;
    browser.value(&format!("{within}('button').click()")).await;
    let grade = format!("{within}('[name=rating]')");
    browser.until(&format!("!!{grade}")).await;
    browser.value(&format!("{grade}.click()")).await;
    let received = format!("!!{within}('b')");
    browser.until(&received).await;
    assert_eq!(collector.n("tax").await, 0);
}

#[tokio::test]
async fn a_form_in_the_page_takes_no_focus_also_where_wasm_is_refused() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for policy in [
        "",
        "script-src COLLECTOR; connect-src COLLECTOR; frame-src COLLECTOR",
        "script-src COLLECTOR; connect-src COLLECTOR; frame-src 'none'",
    ] {
        let page = HostPage::with_tag_of(&collector).without_tag();
        let page = page.beside(INLINE).policy(policy).serve().await;
        browser.open(page.url()).await;
        let dialog = within("huiyin-feedback", "querySelector('dialog[open]')");
        browser.until(&format!("!!{dialog}")).await;
        let seen = format!(
            "[{dialog}.matches(':modal'), getComputedStyle({dialog}).position, \
             document.activeElement.localName]"
        );
        let expected = json!([false, "static", "body"]);
        assert_eq!(browser.value(&seen).await, expected, "{policy}");
    }
}

#[tokio::test]
async fn a_form_in_the_page_takes_the_focus_from_nobody_when_it_is_sent_late() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let page = HostPage::with_tag_from(network.origin()).without_tag();
    let page = page.beside(&format!("<input id=\"search\">{INLINE}"));
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.shown(".grades label").await;
    network.connect(false);
    browser.panel().rate(4).await;
    browser.panel().send().await;
    browser.panel().error().await;
    let field = browser.element("#search").await;
    field.send_keys("办").await.expect("can be typed");
    network.connect(true);
    browser.panel().receipt().await;
    assert_eq!(browser.value("document.activeElement.id").await, "search");
}

#[tokio::test]
async fn a_second_tag_brings_a_second_button_and_no_error() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector);
    let page =
        page.beside("<script src=\"COLLECTOR/huiyin.js\" data-department=\"police\"></script>");
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser
        .until(
            "[...document.querySelectorAll('huiyin-feedback')]
                .filter((host) => host.shadowRoot.querySelector('[part=button]')).length == 2",
        )
        .await;
    assert_eq!(browser.uncaught().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_called_before_the_loader_has_arrived_is_done_once_it_has() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let demo = collector.get("/demo?department=tax").await.body;
    let (_, stub) = demo.split_once("window.Huiyin").expect("the stub");
    let (stub, _) = stub.split_once("\n\n").expect("its end");
    let stub = stub.replace("&gt;", ">");
    let page = HostPage::with_tag_of(&collector).beside(&format!(
        "<huiyin-feedback id=\"gone\" data-department=\"police\"></huiyin-feedback>
        <huiyin-feedback id=\"set\" data-department=\"police\"></huiyin-feedback>
        <script>window.Huiyin{stub};
        window.heard = [];
        for (const what of ['open', 'close']) {{
            Huiyin.on(what, (event) => heard.push([what, event.target.id]));
        }}
        Huiyin.destroy('#gone');
        Huiyin.set('lang', 'fr', '#set');
        Huiyin.open('#set');</script>"
    ));
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.until("heard.length == 1").await;
    assert_eq!(
        browser.value("document.querySelector('#gone')").await,
        json!(null)
    );
    let lang = "document.querySelector('#set').shadowRoot.querySelector('dialog[open]').lang";
    assert_eq!(browser.value(lang).await, "fr");
    browser.value("Huiyin.close('#set')").await;
    browser.until("heard.length == 2").await;
    assert_eq!(
        browser.value("heard").await,
        json!([["open", "set"], ["close", "set"]])
    );
}

#[tokio::test]
async fn the_page_hears_of_the_frame_that_it_was_opened_and_closed() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector)
        .policy("script-src COLLECTOR 'unsafe-inline'; frame-src COLLECTOR")
        .beside(
            "<script>window.heard = [];
            for (const name of ['ready', 'open', 'close']) {
                document.addEventListener('huiyin-' + name, () => heard.push(name));
            }</script>",
        );
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().frame().await;
    browser.panel().close().await;
    browser.until("heard.length == 3").await;
    assert_eq!(
        browser.value("heard").await,
        json!(["ready", "open", "close"])
    );
}

#[tokio::test]
async fn two_elements_of_one_page_are_rated_each_for_itself() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let page = HostPage::with_tag_of(&collector).without_tag().beside(
        "<style>huiyin-feedback { position: static }</style>\
         <script async src=\"COLLECTOR/huiyin.js\"></script>\
         <huiyin-feedback id=\"one\" data-department=\"tax\"></huiyin-feedback>\
         <huiyin-feedback id=\"two\" data-department=\"police\"></huiyin-feedback>",
    );
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    for (element, grade) in [("#one", 1), ("#two", 5), ("#one", 2)] {
        let within = within(element, "querySelector");
        browser.until(&format!("!!{within}('button')")).await;
        browser.value(&format!("{within}('button').click()")).await;
        browser
            .until(&format!("!!{within}('dialog[open] [name=rating]')"))
            .await;
        browser
            .value(&format!("{within}('[value=\"{grade}\"]').click()"))
            .await;
        browser.value(&format!("{within}('dialog').close()")).await;
    }
    for (department, grade) in [("tax", "2"), ("police", "5")] {
        wait::until(department, async || {
            let score = collector.score(department).await;
            (score["n"] == json!(1) && score["counts"][grade] == json!(1)).then_some(())
        })
        .await;
    }
    assert_eq!(installation.stored(), 2);
}

#[tokio::test]
async fn the_page_hears_what_happens_and_nothing_of_what_was_said() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    network.plan(&[Fault::Refused]);
    let page = HostPage::with_tag_from(network.origin()).beside(
        "<script>window.heard = [];
        for (const name of ['ready', 'open', 'start', 'sent', 'error', 'close']) {
            document.addEventListener('huiyin-' + name, (event) =>
                heard.push([name, event.target.localName, event.detail ?? null]));
        }</script>",
    );
    let page = page.serve().await;
    let browser = Browser::start(Look::default()).await;
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(5).await;
    browser
        .until("heard.some(([name]) => name == 'error')")
        .await;
    browser.panel().rate(4).await;
    browser
        .until("heard.some(([name]) => name == 'sent')")
        .await;
    browser.panel().rate(3).await;
    browser.panel().send().await;
    browser.panel().receipt().await;
    browser.panel().close().await;
    browser
        .until("heard.some(([name]) => name == 'close')")
        .await;
    let expected = ["ready", "open", "start", "error", "sent", "close"];
    let expected = expected.map(|name| json!([name, "huiyin-feedback", null]));
    assert_eq!(browser.value("heard").await, json!(expected));
}
