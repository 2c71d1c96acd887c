//! A page can give the panel its own looks, by the variables and parts that are documented.

use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::host_page::HostPage;
use huiyin_tests::hosts::{Proxy, Way};
use huiyin_tests::network::{Fault, Network};
use huiyin_tests::shadow;

const EMBEDDING: &str = include_str!("../../.github/EMBEDDING.md");

/// Each variable, a value for it, and where that is to be found.
const VARIABLES: [(&str, &str, &str, &str); 12] = [
    ("accent", "rgb(1, 10, 10)", ".send", "backgroundColor"),
    ("on-accent", "rgb(2, 10, 10)", ".send", "color"),
    ("surface", "rgb(3, 10, 10)", ".panel", "backgroundColor"),
    ("text", "rgb(4, 10, 10)", ".panel", "color"),
    ("muted", "rgb(5, 10, 10)", ".hint", "color"),
    ("border", "rgb(6, 10, 10)", ".panel", "borderTopColor"),
    ("error", "rgb(7, 10, 10)", ".error", "color"),
    ("radius", "13px", ".panel", "borderTopLeftRadius"),
    ("font", "monospace", ".panel", "fontFamily"),
    ("width", "640px", ".panel", "width"),
    ("backdrop", "rgb(8, 10, 10)", ".panel", "backgroundColor"),
    (
        "shadow",
        "rgb(9, 10, 10) 1px 2px 3px 0px",
        ".panel",
        "boxShadow",
    ),
];

/// The variables that are one for light surroundings and another for dark ones.
const COLOURS: usize = 7;

/// Sets every variable, or those of the dark.
fn rules(suffix: &str) -> String {
    let set = VARIABLES.map(|(name, value, ..)| format!("--huiyin-{name}{suffix}: {value};"));
    format!(":root {{ {} }}", set.concat())
}

/// Opens a panel with an error in it, on a page with these rules.
async fn open(browser: &Browser, network: &Network, rules: &str) {
    let page = HostPage::with_tag_from(network.origin());
    let page = page
        .beside(&format!("<style>{rules}</style>"))
        .serve()
        .await;
    network.plan(&[Fault::Refused]);
    browser.open(page.url()).await;
    browser.panel().open().await;
    browser.panel().rate(4).await;
    browser.panel().error().await;
}

/// Returns one property of something in the panel.
async fn style(browser: &Browser, css: &str, pseudo: &str, property: &str) -> String {
    let question = format!(
        "getComputedStyle({}, '{pseudo}').{property}",
        shadow::first(css)
    );
    let value = browser.value(&question).await;
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_documented_variable_has_its_effect_and_a_light_one_none_in_the_dark() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    for (name, ..) in VARIABLES {
        assert!(EMBEDDING.contains(&format!("`--huiyin-{name}`")), "{name}");
    }
    let rules = rules("");
    for dark in [false, true] {
        let browser = Browser::start(Look {
            dark,
            ..Look::default()
        })
        .await;
        open(&browser, &network, &rules).await;
        for (at, (name, value, css, property)) in VARIABLES.into_iter().enumerate() {
            let pseudo = if name == "backdrop" { "::backdrop" } else { "" };
            let found = style(&browser, css, pseudo, property).await;
            let expected = !(dark && at < COLOURS);
            assert_eq!(found == value, expected, "{name}, dark {dark}: {found}");
        }
        let button = style(&browser, "[part=button]", "", "backgroundColor").await;
        assert_eq!(button, "rgb(1, 10, 10)", "the button has one look");
    }

    let rules = self::rules("-dark");
    let browser = Browser::start(Look {
        dark: true,
        ..Look::default()
    })
    .await;
    open(&browser, &network, &rules).await;
    for (name, value, css, property) in VARIABLES.into_iter().take(COLOURS) {
        let found = style(&browser, css, "", property).await;
        assert_eq!(found, value, "{name}-dark");
    }
}

#[tokio::test]
async fn every_documented_part_can_be_reached() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let network = Network::before(collector.origin()).await;
    let browser = Browser::start(Look::default()).await;
    let (_, parts) = EMBEDDING.split_once("`::part()` knows ").expect("a list");
    let (parts, _) = parts.split_once("Contrast").expect("its end");
    let parts: Vec<&str> = parts.split('`').skip(1).step_by(2).collect();
    let rules = parts.iter().fold(String::new(), |rules, part| {
        rules + "huiyin-feedback::part(" + *part + ") { outline: 7px solid red }"
    });
    let mut missing = parts.clone();
    let mut look = async || {
        for part in missing.clone() {
            let css = format!("[part={part}]");
            let there = browser.ours(&css).await.is_some();
            if there && style(&browser, &css, "", "outlineWidth").await == "7px" {
                missing.retain(|one| *one != part);
            }
        }
    };
    open(&browser, &network, &rules).await;
    look().await;
    network.connect(false);
    browser.panel().rate(2).await;
    browser.shown("[part=retry]").await;
    look().await;
    network.connect(true);
    browser.panel().send().await;
    browser.panel().receipt().await;
    look().await;
    // What is left belongs to the invitation, a pause and the fallback levels.
    let bare = format!("<style>{rules}</style>");
    let proxy = Proxy::before(collector.origin(), Way::Paused).await;
    let usual = HostPage::with_tag_of(&collector).beside(&bare);
    let invites = format!(
        "{bare}<script src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-invite=\"0.1\"></script>"
    );
    for (page, click, shown) in [
        (
            usual.clone().without_tag().beside(&invites),
            false,
            "[part=invite]",
        ),
        (
            HostPage::with_tag_from(proxy.origin()).beside(&bare),
            false,
            "[part=notice]",
        ),
        (usual.policy("script-src COLLECTOR"), true, "[part=frame]"),
    ] {
        let page = page.serve().await;
        browser.open(page.url()).await;
        if click {
            browser.panel().open().await;
        }
        browser.shown(shown).await;
        look().await;
    }
    assert_eq!(missing, Vec::<&str>::new());
}

#[tokio::test]
async fn a_page_holds_the_panel_to_the_light_or_the_dark() {
    let installation = Installation::of_government();
    let collector = installation.start();
    for (dark, theme, colour) in [
        (true, "light", "rgb(255, 255, 255)"),
        (false, "dark", "rgb(27, 31, 36)"),
    ] {
        let page = HostPage::with_tag_of(&collector).without_tag().beside(&format!(
            "<script src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-theme=\"{theme}\"></script>"
        ));
        let page = page.serve().await;
        let browser = Browser::start(Look {
            dark,
            ..Look::default()
        })
        .await;
        browser.open(page.url()).await;
        browser.panel().open().await;
        browser.panel().question().await;
        let found = style(&browser, ".panel", "", "backgroundColor").await;
        assert_eq!(found, colour, "{theme}");
        let scheme = style(&browser, ".panel", "", "colorScheme").await;
        assert_eq!(scheme, theme);
    }
}

#[tokio::test]
async fn the_button_stands_at_the_side_that_was_asked_for() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    for (language, position, left) in [
        ("en", "", false),
        ("en", "start", true),
        ("ar", "", true),
        ("ar", "start", false),
    ] {
        let page = HostPage::with_tag_of(&collector)
            .language(language)
            .without_tag();
        let page = page.beside(&format!(
            "<script src=\"COLLECTOR/huiyin.js\" data-department=\"tax\" data-position=\"{position}\"></script>"
        ));
        let page = page.serve().await;
        browser.open(page.url()).await;
        let place = browser
            .panel()
            .button()
            .await
            .rect()
            .await
            .expect("a place");
        let edge = if left {
            place.x
        } else {
            1_280.0 - place.x - place.width
        };
        assert!(
            (edge - 16.0).abs() < 1.0,
            "{language} {position}: {place:?}"
        );
    }
}
