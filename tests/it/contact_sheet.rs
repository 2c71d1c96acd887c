//! A contact sheet: pictures of everything that a citizen can see, side by side for people to compare.
//!
//! Whether a picture looks right is for people to judge. The test fails where a state cannot be reached.

use std::fmt::Write;

use huiyin_tests::artifact::{figure, keep};
use huiyin_tests::browser::{Browser, Look};
use huiyin_tests::collector::Installation;
use huiyin_tests::effort::cycles;
use huiyin_tests::panel::state::{Scene, State, View};
use huiyin_tests::words::Words;

/// The ways in which the sheet shows every state.
const VIEWS: [View; 3] = [View::Light, View::Dark, View::Forced];

#[tokio::test]
async fn every_state_can_be_reached_and_has_its_picture() {
    let installation = Installation::of_government();
    let collector = installation.start();
    let browser = Browser::start(Look::default()).await;
    // In the nightly run all of them.
    let (languages, states) = if cycles(0, 1) == 1 {
        (Words::languages(), State::ALL.to_vec())
    } else {
        (
            vec!["zh-Hans".to_owned()],
            vec![State::Grade, State::Details],
        )
    };
    let mut sheet = String::from(
        "<!doctype html><meta charset=\"utf-8\"><title>Contact sheet</title><style>\
         body{font:14px system-ui;margin:16px}table{border-spacing:8px}img{width:240px;border:1px solid #888}\
         th{text-align:left}</style><h1>Every state, language and scheme</h1><table>",
    );
    for language in &languages {
        for view in VIEWS {
            view.take(&browser).await;
            // Writing to a string cannot fail.
            _ = write!(sheet, "<tr><th>{language}<br>{view:?}</th>");
            for state in &states {
                let _panel = Scene::reach(*state, language, &browser, &collector).await;
                let name = format!("contact-sheet/{language}-{view:?}-{state:?}").to_lowercase();
                browser.picture(&name).await;
                _ = write!(
                    sheet,
                    "<td>{state:?}<br><a href=\"{name}.png\"><img alt=\"{state:?}\" src=\"{name}.png\"></a></td>"
                );
            }
            sheet.push_str("</tr>");
        }
    }
    sheet.push_str("</table>");
    keep("contact-sheet.html", sheet.as_bytes());
    figure(
        "contact sheet",
        &format!("{} pictures", languages.len() * VIEWS.len() * states.len()),
    );
}
