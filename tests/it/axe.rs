//! Nothing in the widget or on our pages shuts anybody out, as far as a machine can tell.

use std::{env, fs};

use huiyin_tests::artifact::figure;
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::effort::cycles;
use huiyin_tests::panel::state::{Scene, State, View};
use huiyin_tests::shadow;
use huiyin_tests::submission::Submission;
use huiyin_tests::wait;
use serde::Deserialize;
use tokio::task::block_in_place;

/// What the machine leaves to people to judge, and how they judged.
struct Judged {
    rule: &'static str,
    /// A part of what it was found in.
    part: &'static str,
    /// A part of what the machine says.
    says: &'static str,
    /// The one view in which that counts, if it is one.
    only: Option<View>,
    why: &'static str,
}

const JUDGED: &[Judged] = &[
    Judged {
        rule: "color-contrast",
        part: "class=\"number\"",
        says: "too short to determine",
        only: None,
        why: "one digit has the colours of all other cells, which are measured",
    },
    Judged {
        rule: "color-contrast",
        part: "<text class=",
        says: "contains an image node",
        only: None,
        why: "letters of the chart lie on its empty ground and have the page's own colours",
    },
    Judged {
        rule: "color-contrast",
        part: "<text class=",
        says: "too short to determine",
        only: None,
        why: "the same, for one digit",
    },
    Judged {
        rule: "color-contrast",
        part: "",
        says: "partially obscured by another element",
        only: None,
        why: "it is partly scrolled out of sight; where it is in sight it is measured",
    },
    Judged {
        rule: "color-contrast",
        part: "part=\"button\"",
        says: "overlapped by another element",
        only: None,
        why: "the panel lies over the button, which is measured before",
    },
    Judged {
        rule: "color-contrast",
        part: "<button",
        says: "1:1 contrast ratio",
        only: Some(View::Forced),
        why: "with forced colours the browser paints buttons, and tells scripts what the sheet said",
    },
    Judged {
        rule: "color-contrast",
        part: "part=\"link\"",
        says: "1:1 contrast ratio",
        only: Some(View::Forced),
        why: "the same, for a link",
    },
    Judged {
        rule: "frame-tested",
        part: "part=\"frame\"",
        says: "has to be tested",
        only: None,
        why: "the page in the frame is of another origin, and is looked at by itself",
    },
];

/// A form that comes back with what is wrong.
const REFUSED: &str = "/d/tax/rate#refused";

/// A form in a frame, the first fallback.
const FRAMED: &str = "/d/tax/rate?frame=1";

/// The form from right to left.
const ARABIC: &str = "/d/tax/rate?lang=ar";

/// What is the same as another page but for a few words.
const NEARLY_THE_SAME: [&str; 5] = [FRAMED, REFUSED, PAUSED, ARABIC, "/problems"];

/// What stands in the place of a form during a pause.
const PAUSED: &str = "/d/police/rate";

#[derive(Deserialize)]
struct Found {
    violations: Vec<Rule>,
    incomplete: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary", default)]
    summary: String,
}

/// Looks at a part of the page; returns what is wrong with it.
async fn look(browser: &Browser, part: &str, view: View) -> Vec<String> {
    let source = env::var_os("HUIYIN_AXE").expect("run `cargo xtask test`, which fetches axe-core");
    let source = fs::read_to_string(source).expect("axe-core can be read");
    browser.value(&format!("{source}; null")).await;
    // A frame of another origin cannot be looked into from here; its page is looked at by itself.
    let found = browser
        .value(&format!(
            "axe.run({part}, {{ iframes: false, rules: {{ 'target-size': {{ enabled: true }} }},
                resultTypes: ['violations', 'incomplete'] }})
            .then(({{ violations, incomplete }}) => ({{ violations, incomplete }}))"
        ))
        .await;
    let found: Found = serde_json::from_value(found).expect("what axe-core says is understood");
    let unjudged = found.incomplete.iter().flat_map(|rule| {
        let open = rule
            .nodes
            .iter()
            .filter(|node| !is_judged(rule, node, view));
        open.map(|node| line("to be judged", rule, node))
    });
    let mut wrong: Vec<_> = found
        .violations
        .iter()
        .flat_map(|rule| rule.nodes.iter().map(|node| line("violation", rule, node)))
        .collect();
    wrong.extend(unjudged);
    wrong
}

fn is_judged(rule: &Rule, node: &Node, view: View) -> bool {
    JUDGED.iter().any(|judged| {
        let fits = rule.id == judged.rule
            && judged.only.is_none_or(|only| only == view)
            && node.html.contains(judged.part)
            && node.summary.contains(judged.says);
        // Said where it counts, so that whoever looks at a run sees what was left to people.
        if fits {
            println!("{}: {}", judged.rule, judged.why);
        }
        fits
    })
}

fn line(kind: &str, rule: &Rule, node: &Node) -> String {
    format!(
        "{kind} {}: {} in {} ({})",
        rule.id,
        rule.help,
        node.html,
        node.summary.replace('\n', " ")
    )
}

/// What is looked at: everything in the long run, else every state once and every view once.
fn visits() -> Vec<(State, View, &'static str)> {
    let long = cycles(0, 1) == 1;
    let mut visits = Vec::new();
    for state in State::ALL {
        for view in View::ALL {
            if long || view == View::Light || state == State::Details {
                visits.push((state, view, "zh-Hans"));
            }
        }
        if long || state == State::Details {
            visits.push((state, View::Light, "ar"));
        }
    }
    visits
}

#[tokio::test]
async fn no_state_of_the_panel_shuts_anybody_out() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let mut wrong = Vec::new();
    let visits = visits();
    for &(state, view, language) in &visits {
        view.take(&browser).await;
        let _panel = Scene::reach(state, language, &browser, &collector).await;
        // What stays in sight lies over what is scrolled under it, where no machine can tell colours.
        let dialog = shadow::first("dialog");
        browser
            .value(&format!("void {dialog}?.scrollTo(0, 0)"))
            .await;
        let found = look(&browser, "'huiyin-feedback'", view).await;
        wrong.extend(
            found
                .into_iter()
                .map(|found| format!("{state:?} {view:?} {language}: {found}")),
        );
    }
    figure(
        "axe, states of the panel",
        &format!("{} seen, {} findings", visits.len(), wrong.len()),
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_ours_shuts_anybody_out() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let receipt = receipt(&collector).await;
    let browser = Browser::start(Look::default()).await;
    let mut wrong = Vec::new();
    let paused = block_in_place(|| installation.run(&["pause", "police", "--notice-zh", "维护"]));
    assert_eq!(paused.code, Some(0), "{paused:?}");
    let pages = [
        "/",
        "/d/tax",
        "/d/tax/rate",
        FRAMED,
        REFUSED,
        PAUSED,
        ARABIC,
        "/r",
        &receipt,
        &format!("{receipt}?lang=ar"),
        "/demo?department=tax",
        "/problems",
    ];
    let mut visits = 0;
    for view in View::ALL {
        view.take(&browser).await;
        for page in pages {
            // Where there is little time, a page that is nearly the same is looked at in one view.
            if cycles(0, 1) == 0 && view != View::Light && NEARLY_THE_SAME.contains(&page) {
                continue;
            }
            visits += 1;
            visit(&browser, &collector, page).await;
            let found = look(&browser, "document", view).await;
            wrong.extend(
                found
                    .into_iter()
                    .map(|found| format!("{page} {view:?}: {found}")),
            );
        }
    }
    figure(
        "axe, pages",
        &format!("{visits} seen, {} findings", wrong.len()),
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Opens a page of ours, and waits until it is as its readers see it.
async fn visit(browser: &Browser, collector: &Collector, page: &str) {
    browser.open(&collector.url(page)).await;
    match page {
        REFUSED => {
            browser.element("form.rate").await;
            browser
                .value("document.querySelector('form.rate').noValidate = true")
                .await;
            let send = browser.element("form.rate button[type=submit]").await;
            send.click().await.expect("the form can be sent");
            browser.element(".problem").await;
        }
        PAUSED => {
            wait::until("the pause is heard of", async || {
                browser.open(&collector.url(page)).await;
                let asked = browser.value("!!document.querySelector('form.rate')").await;
                (asked == false).then_some(())
            })
            .await;
        }
        _ if page.starts_with("/demo") => {
            browser
                .until(
                    "[...document.querySelectorAll('huiyin-feedback:not([data-open-on], [mode])')]
                        .every((host) => host.shadowRoot?.querySelector('[part=button]'))",
                )
                .await;
        }
        _ => {}
    }
}

async fn receipt(collector: &Collector) -> String {
    let answer = collector.send(&Submission::new("tax", 4)).await.json();
    format!("/r/{}", answer["receipt"].as_str().expect("a receipt code"))
}

/// A page that a machine can tell to be wrong is told to be wrong.
#[tokio::test]
async fn a_label_that_is_missing_would_be_found() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    let _panel = Scene::reach(State::Details, "zh-Hans", &browser, &collector).await;
    browser
        .value(&format!("{}.remove()", shadow::first(".ask")))
        .await;
    let found = look(&browser, "'huiyin-feedback'", View::Light)
        .await
        .join("\n");
    assert!(found.contains("violation label"), "not found: {found}");
}
