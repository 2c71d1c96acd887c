//! One visit to a host page: what a citizen does there, and what the page looks like afterwards.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use huiyin_tests::browser::Browser;
use huiyin_tests::collector::Collector;
use huiyin_tests::hosts::{FallbackLevel, Host, Proxy};
use huiyin_tests::wait::{self, PATIENCE};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

/// How long to wait for what may also not come.
const A_WHILE: Duration = Duration::from_secs(5);

/// What is compared: names of the window and of the built-ins, the length of the functions behind
/// them, how far the page moved, and what has the focus. Written without what a page may replace.
const TRACES: &str = "(() => {
    const page = window.frames[0] ?? window, found = [];
    const list = (of, label, deep) => {
        const names = Object.getOwnPropertyNames(of);
        for (let at = 0; at < names.length; at++) {
            const value = deep && Object.getOwnPropertyDescriptor(of, names[at]).value;
            const length = typeof value == 'function' ? ` of ${('' + value).length}` : '';
            found[found.length] = label + names[at] + length;
        }
    };
    list(page, 'window.', false);
    const names = ['Object', 'Array', 'Function', 'String', 'Number', 'Promise', 'Date', 'RegExp',
        'Error', 'Map', 'Set', 'Node', 'Element', 'HTMLElement', 'Document', 'EventTarget',
        'Event', 'ShadowRoot', 'Window', 'Response', 'Headers'];
    for (let at = 0; at < names.length; at++) {
        const one = page[names[at]];
        if (typeof one != 'function' || !one.prototype) continue;
        list(one, names[at] + '.', true);
        list(one.prototype, names[at] + '.prototype.', true);
    }
    return { found, shift: page.__witness?.shift ?? 0, focus: page.document.activeElement?.localName };
})()";

/// Begins a script that looks at everything that Huiyin has on a page.
const OURS: &str = "const ours = (css) => [...document.querySelectorAll('huiyin-feedback')]
    .flatMap((one) => [...(one.shadowRoot ?? one).querySelectorAll(css)])
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width);";

/// Goes to the page without the tag, and returns what it looks like.
pub(super) async fn bare(browser: &Browser, address: &str) -> Value {
    browser.open(address).await;
    settled(browser).await;
    let traces = browser.value(TRACES).await;
    drop(browser.uncaught().await);
    traces
}

/// Goes to the page and rates; returns the level on which that went well, and what the page looked
/// like before and after somebody came near the button.
pub(super) async fn rate(
    browser: &mut Browser,
    page: &Host,
    address: &str,
    proxy: Option<&Proxy>,
) -> Result<(FallbackLevel, [Value; 2]), String> {
    browser.open(address).await;
    if page.framed {
        browser.enter().await;
    }
    settled(browser).await;
    let long = if page.level == FallbackLevel::Nothing {
        A_WHILE
    } else {
        PATIENCE
    };
    let button = wait_for(long, async || place(browser, "[part=button]").await).await;
    let untouched = browser.value(TRACES).await;
    if button.is_none() {
        return Ok((FallbackLevel::Nothing, [untouched.clone(), untouched]));
    }
    press(browser, "[part=button]").await?;
    let shown = format!(
        "(() => {{ {OURS} return ours('[name=rating]')[0] ? 'panel' : ours('iframe')[0] ? 'frame' \
         : ours('[part=link]')[0] ? 'link' : null }})()"
    );
    let shown = wait_for(PATIENCE, async || {
        browser.beside(&shown).await.as_str().map(str::to_owned)
    });
    let shown = shown.await.ok_or("nothing opens")?;
    let traces = browser.value(TRACES).await;
    let level = match shown.as_str() {
        "panel" => {
            press(browser, "[name=rating][value='4']").await?;
            press(browser, ".send").await?;
            FallbackLevel::Panel
        }
        "frame" if rate_in_frame(browser).await => FallbackLevel::Frame,
        _ => {
            if let Some(proxy) = proxy {
                proxy.up();
            }
            rate_behind_link(browser).await?;
            FallbackLevel::Link
        }
    };
    let after = browser.value(TRACES).await;
    // Looking for the frame leaves names of the driver's own.
    let after = if level == FallbackLevel::Panel {
        after
    } else {
        traces
    };
    Ok((level, [untouched, after]))
}

/// Waits until the page is there, and has done what it does by itself.
async fn settled(browser: &Browser) {
    let question =
        "document.readyState == 'complete' && !document.querySelector('html[data-later]')";
    wait::until("the page has settled", async || {
        (browser.beside(question).await == json!(true)).then_some(())
    })
    .await;
}

/// Returns where the middle of something of ours is, and whether nothing lies over it.
async fn place(browser: &Browser, css: &str) -> Option<(i64, i64, bool)> {
    let question = format!(
        "(() => {{ {OURS}
            const one = ours({css:?})[0];
            if (!one) return null;
            one.scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }});
            const box = one.getBoundingClientRect();
            const left = Math.floor(box.left + box.width / 2), top = Math.floor(box.top + box.height / 2);
            const host = one.getRootNode().host ?? one;
            return [left, top, host.contains(document.elementFromPoint(left, top))];
        }})()"
    );
    serde_json::from_value(browser.beside(&question).await).ok()
}

/// Clicks on something of ours; with the keyboard where another thing lies over it.
async fn press(browser: &Browser, css: &str) -> Result<(), String> {
    let place = wait_for(PATIENCE, async || place(browser, css).await).await;
    let (left, top, free) = place.ok_or_else(|| format!("no {css}"))?;
    if free {
        browser.click_at(left, top).await;
    } else {
        let focus = format!("(() => {{ {OURS} ours({css:?})[0].focus() }})()");
        browser.beside(&focus).await;
        browser.press(Key::Enter).await;
    }
    Ok(())
}

/// Rates with the form in the frame; returns whether there is one that works.
async fn rate_in_frame(browser: &mut Browser) -> bool {
    let frame = wait_a_while(async || browser.ours("[part=frame]").await);
    let Some(frame) = frame.await else {
        return false;
    };
    if frame.enter_frame().await.is_err() {
        return false;
    }
    let filled = fill(browser, A_WHILE).await;
    browser.leave().await;
    filled.is_some()
}

/// Follows the link to the form, rates there, and comes back.
async fn rate_behind_link(browser: &Browser) -> Result<(), String> {
    let driver = browser.driver();
    let here = driver.window().await.expect("a window");
    let before = driver.windows().await.expect("the windows");
    press(browser, "[part=link]").await?;
    let there = wait_for(PATIENCE, async || {
        let windows = driver.windows().await.ok()?;
        windows.into_iter().find(|one| !before.contains(one))
    });
    let there = there.await.ok_or("the link opens nothing")?;
    let switched = driver.switch_to_window(there).await;
    switched.expect("the second tab");
    let filled = fill(browser, PATIENCE).await;
    driver.close_window().await.expect("the tab can be closed");
    driver.switch_to_window(here).await.expect("the first tab");
    filled.ok_or_else(|| "the link leads to no form".to_owned())
}

/// Fills the collector's form in and sends it, where it comes in that time.
///
/// Firefox drops what is pressed in a tab that was opened a moment ago, and says nothing; so this
/// looks whether a click did something, and clicks again as a person would.
async fn fill(browser: &Browser, long: Duration) -> Option<()> {
    let find = async |css: &str| browser.driver().find(By::Css(css)).await.ok();
    let chosen = async || {
        let grade = find("input[name=rating][value='4']").await?;
        grade.click().await.ok()?;
        grade.is_selected().await.ok()?.then_some(())
    };
    wait_for(long, chosen).await?;
    let sent = async || {
        if let Some(send) = find("button[type=submit]").await {
            send.click().await.ok()?;
        }
        wait_a_while(async || find(".thanks").await).await.map(drop)
    };
    wait_for(PATIENCE, sent).await
}

/// Waits until this many ratings have arrived, and returns how many there are.
pub(super) async fn arrived(collector: &Collector, department: &str, expected: u64) -> u64 {
    let as_expected = wait_a_while(async || {
        let n = collector.n(department).await;
        (n == expected).then_some(n)
    });
    match as_expected.await {
        Some(n) => n,
        None => collector.n(department).await,
    }
}

/// Returns what the tag has changed in the page.
pub(super) fn changes(bare: &Value, [untouched, after]: &[Value; 2]) -> Vec<String> {
    let names = |traces: &Value| -> BTreeSet<String> {
        serde_json::from_value(traces["found"].clone()).unwrap_or_default()
    };
    let (before, since) = (names(bare), names(after));
    let mut changes: Vec<_> = before.symmetric_difference(&since).cloned().collect();
    // Left by the driver of Chromium when it looks where to click.
    changes.retain(|name| name != "window.ret_nodes");
    let added = changes.iter().filter(|name| !before.contains(*name));
    if added.clone().count() <= 1 && added.clone().all(|name| name.starts_with("window.")) {
        changes.retain(|name| before.contains(name));
    }
    for (traces, when) in [(untouched, "before"), (after, "after")] {
        if traces["shift"].as_f64() > bare["shift"].as_f64() {
            changes.push(format!("the page moved {when} the click"));
        }
    }
    if bare["focus"] != untouched["focus"] {
        changes.push(format!("the focus went to {}", untouched["focus"]));
    }
    changes
}

async fn wait_a_while<T>(ready: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    wait_for(A_WHILE, ready).await
}

async fn wait_for<T>(long: Duration, mut ready: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < long {
        if let Some(value) = ready().await {
            return Some(value);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    None
}
