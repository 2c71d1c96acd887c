//! The panel can be used with a keyboard alone, on a narrow or magnified screen, with other
//! spacing, and by who hears it.

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::panel::state::{Scene, State, View};
use huiyin_tests::shadow;
use serde_json::json;
use thirtyfour::Key;

/// The states that have something to press or much to read.
const STATES: [State; 5] = [
    State::Grade,
    State::Details,
    State::Lost,
    State::Thanks,
    State::Link,
];

/// Begins a script about what is shown in the open panel.
const SHOWN: &str = "const dialog = document.querySelector('huiyin-feedback').shadowRoot
    .querySelector('dialog'); const shown = [...dialog.querySelectorAll('*')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width);
    const say = (one) => one.outerHTML.slice(0, 120);";

async fn list(browser: &Browser, expression: &str) -> Vec<String> {
    let found = browser
        .value(&format!("(() => {{ {SHOWN} return {expression} }})()"))
        .await;
    serde_json::from_value(found).expect("a list of texts")
}

/// Returns what is too wide, and what cannot be seen whole.
async fn lost(browser: &Browser) -> Vec<String> {
    let mut lost = list(
        browser,
        "shown.concat(dialog, document.documentElement).filter((one) => {
            const { overflowX, display } = getComputedStyle(one);
            const wide = one.scrollWidth > one.clientWidth + 1 && display != 'inline' && one.localName != 'input';
            return wide && (one == dialog || one == document.documentElement || overflowX != 'visible');
        }).map((one) => 'sideways: ' + say(one))",
    )
    .await;
    lost.extend(
        list(
            browser,
            "shown.filter((one) => ['BUTTON', 'SPAN', 'A', 'OUTPUT', 'LEGEND', 'H2'].includes(one.tagName)
                && getComputedStyle(one).display != 'inline'
                && (one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2))
                .map((one) => 'cut off: ' + say(one))",
        )
        .await,
    );
    lost
}

#[tokio::test]
async fn nothing_is_lost_on_a_narrow_or_magnified_screen_or_with_wide_spacing() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let mut wrong = Vec::new();
    for state in STATES {
        for view in [View::Narrow, View::Zoomed] {
            view.take(&browser).await;
            let _panel = Scene::reach(state, "en", &browser, &collector).await;
            for spaced in [false, true] {
                if spaced {
                    // The spacing that WCAG 2.2, 1.4.12 asks to allow.
                    browser
                        .value(
                            "(() => { const sheet = new CSSStyleSheet();
                            sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em \
                            !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }');
                            const root = document.querySelector('huiyin-feedback').shadowRoot;
                            root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet] })()",
                        )
                        .await;
                }
                let lost = lost(&browser).await;
                wrong.extend(
                    lost.into_iter()
                        .map(|lost| format!("{state:?} {view:?} spaced {spaced}: {lost}")),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn everything_to_press_is_big_enough_has_a_name_and_does_not_move() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let (mut wrong, mut named) = (Vec::new(), 0);
    for state in STATES {
        for view in [View::Light, View::Narrow] {
            view.take(&browser).await;
            browser.media(&[("prefers-reduced-motion", "reduce")]).await;
            let _panel = Scene::reach(state, "zh-Hans", &browser, &collector).await;
            let small = list(
                &browser,
                "shown.filter((one) => one.matches('button, a, textarea, label:has(input)')).filter((one) => {
                    const { width, height } = one.getBoundingClientRect();
                    return width < 44 || height < 44;
                }).map((one) => `small (${one.getBoundingClientRect().height}): ` + say(one))",
            );
            wrong.extend(
                small
                    .await
                    .into_iter()
                    .map(|one| format!("{state:?} {view:?} {one}")),
            );
            let moving = list(
                &browser,
                "dialog.getRootNode().getAnimations().map((one) => 'moves: ' + say(one.effect.target))",
            );
            wrong.extend(moving.await);
            for (role, name) in browser.controls().await {
                named += 1;
                if name.trim().is_empty() {
                    wrong.push(format!("{state:?} {view:?}: a {role} without a name"));
                }
            }
        }
    }
    figure("controls with a name", &named.to_string());
    assert!(named > 40, "only {named} controls were seen");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn whoever_presses_send_far_below_sees_what_is_wrong() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    View::Narrow.take(&browser).await;
    let _panel = Scene::reach(State::TooLong, "en", &browser, &collector).await;
    let outside = "shown.filter((one) => one.matches('[part=error]')).filter((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top < 0 || bottom > innerHeight;
    }).map(say)";
    assert_eq!(list(&browser, outside).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_focus_stays_in_the_panel_and_comes_back() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let _panel = Scene::reach(State::Details, "zh-Hans", &browser, &collector).await;
    // Something else that could take it.
    browser
        .value("document.body.prepend(Object.assign(document.createElement('a'), { href: '#', innerText: '别处' }))")
        .await;
    let focus = "(() => { const inner = document.activeElement.shadowRoot?.activeElement;
        return inner ? (inner.closest('dialog') ? 'panel ' : 'outside ') + (inner.part.value || inner.name)
            : document.activeElement.localName })()";
    let mut seen = Vec::new();
    for _ in 0..14 {
        browser.press(Key::Tab).await;
        let focus = browser.value(focus).await;
        seen.push(focus.as_str().unwrap_or_default().to_owned());
    }
    // Between the last and the first stands the browser's own bar.
    let strayed: Vec<_> = seen
        .iter()
        .filter(|focus| !focus.starts_with("panel ") && *focus != "body")
        .collect();
    assert!(strayed.is_empty(), "{seen:?}");
    for part in ["panel comment", "panel send", "panel close"] {
        assert!(
            seen.iter().any(|focus| focus == part),
            "no {part} in {seen:?}"
        );
    }
    browser.press(Key::Escape).await;
    assert_eq!(browser.value(focus).await, json!("outside button"));
}

#[tokio::test]
async fn what_stands_beside_the_panel_is_big_enough_too() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let (mut seen, mut small) = (0, Vec::new());
    for state in [
        State::Button,
        State::Invitation,
        State::Inline,
        State::Contact,
        State::Frame,
        State::Link,
    ] {
        for view in [View::Light, View::Narrow] {
            view.take(&browser).await;
            let _panel = Scene::reach(state, "zh-Hans", &browser, &collector).await;
            let sizes = browser
                .value(
                    "[...document.querySelector('huiyin-feedback').shadowRoot.querySelectorAll(
                        'button, a, textarea, input:not([type=radio], [type=checkbox]), label:has(input)')]
                    .filter((one) => one.checkVisibility()).map((one) => {
                        const { width, height } = one.getBoundingClientRect();
                        return [one.outerHTML.slice(0, 80), Math.min(width, height)];
                    })",
                )
                .await;
            let sizes: Vec<(String, f64)> = serde_json::from_value(sizes).expect("sizes");
            seen += sizes.len();
            let too_small = sizes.into_iter().filter(|(_, size)| *size < 44.0);
            small.extend(too_small.map(|one| format!("{state:?} {view:?} {one:?}")));
        }
    }
    assert!(seen > 30, "only {seen} were seen");
    assert!(small.is_empty(), "\n{}", small.join("\n"));
}

#[tokio::test]
async fn what_is_told_is_told_where_a_screen_reader_listens_already() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (state, region) in [(State::Grade, "status"), (State::Details, "alert")] {
        let _panel = Scene::reach(state, "zh-Hans", &browser, &collector).await;
        let region = format!("dialog > [role={region}]");
        let note = format!(
            "(() => {{ window.region = {}; return region.textContent }})()",
            shadow::first(&region)
        );
        assert_eq!(browser.value(&note).await, json!(""), "{state:?}");
        if state == State::Grade {
            browser.panel().rate(4).await;
        } else {
            browser.panel().paste(&"长".repeat(2_001)).await;
            browser.panel().send().await;
        }
        browser
            .until("region.isConnected && region.textContent.length > 4")
            .await;
    }
}
