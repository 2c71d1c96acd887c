//! A page's guards, shortcuts and locks see an element of ours as something that is no field. What
//! happens in it must not reach them.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::wait;
use serde_json::json;

/// A page that lets nobody press, type, touch, scroll or copy but in its own fields, and notes whatever
/// reaches it from an element of ours.
const GUARDS: &str = "<script>
    window.__seen = [];
    const own = (event) => /^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(event.target.tagName);
    for (const kind of ['click', 'mousedown', 'keydown', 'keypress', 'keyup', 'touchstart', 'touchmove',
        'wheel', 'contextmenu', 'selectstart', 'copy', 'paste', 'dragstart', 'drop', 'pointerdown', 'beforeinput'])
        document.body.addEventListener(kind, (event) => own(event) || event.preventDefault(), { passive: false });
    for (const name in document.body) if (name.startsWith('on'))
        document.addEventListener(name.slice(2), (event) => {
            if (event.target.localName == 'huiyin-feedback') __seen.push(event.type);
        });
</script>";

/// Sends an event of every kind that a citizen can cause out of a part, and returns those that were
/// seen or stopped by the page.
const EVERY_KIND: &str = "((from) => {
    const kinds = `click dblclick auxclick contextmenu mousedown mouseup mousemove mouseover mouseout
        pointerdown pointerup pointermove pointerover pointerout pointercancel wheel keydown keypress keyup
        copy cut paste beforeinput input selectstart dragstart drag dragend dragenter dragover dragleave
        drop ${'ontouchstart' in window ? 'touchstart touchmove touchend touchcancel' : ''}`;
    __seen.length = 0;
    const stopped = kinds.trim().split(/\\s+/).filter((kind) =>
        !from.dispatchEvent(new Event(kind, { bubbles: true, composed: true, cancelable: true })));
    return [__seen, stopped];
})";

const ROOT: &str = "document.querySelector('huiyin-feedback').shadowRoot";

#[tokio::test]
async fn what_a_citizen_does_does_not_reach_the_guards_of_the_page() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let floating = HostPage::with_tag_of(&collector).beside(GUARDS);
    let floating = floating.serve().await;
    let inline = format!(
        "{GUARDS}<script async src=\"COLLECTOR/huiyin.js\"></script>\
         <huiyin-feedback mode=\"inline\" data-department=\"police\"></huiyin-feedback>"
    );
    let inline = HostPage::with_tag_of(&collector)
        .without_tag()
        .beside(&inline);
    let inline = inline.serve().await;
    let browser = Browser::start(Look::default()).await;
    for (page, department, is_floating) in [(&floating, "tax", true), (&inline, "police", false)] {
        let before = collector.n(department).await;
        browser.open(page.url()).await;
        if is_floating {
            // From the first moment of the element on, before anything else was loaded.
            browser.panel().button().await;
            let told = format!("{EVERY_KIND}({ROOT}.querySelector('[part=button]'))");
            assert_eq!(browser.value(&told).await, json!([[], []]), "{department}");
            browser.open(page.url()).await;
            browser.panel().open().await;
        }
        browser.panel().question().await;
        browser.panel().rate(2).await;
        // A press of the mouse leaves a caret, and no key is swallowed.
        browser.panel().comment().await;
        browser.tap("textarea").await;
        browser.press("ask is/").await;
        let typed = format!("{ROOT}.querySelector('textarea').value == 'ask is/'");
        browser.until(&typed).await;
        assert_eq!(browser.value("__seen").await, json!([]), "{department}");
        let told = format!("{EVERY_KIND}({ROOT}.querySelector('textarea'))");
        assert_eq!(browser.value(&told).await, json!([[], []]), "{department}");
        wait::until("the rating arrives", async || {
            (collector.n(department).await == before + 1).then_some(())
        })
        .await;
    }
}
