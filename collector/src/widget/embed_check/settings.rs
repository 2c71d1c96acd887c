//! What tag and elements say beside whom they are about, and whether it means anything.

use std::ops::RangeInclusive;

use huiyin_shared::text::Placement;

use super::findings::Findings;
use super::page::Element;
use super::subject::Subject;
use crate::text::citizen::Sentences;

/// An attribute, whether a value means something, and what does.
type Setting = (&'static str, fn(&str) -> bool, &'static str);

const SETTINGS: [Setting; 6] = [
    (
        "data-theme",
        |value| matches!(value, "light" | "dark"),
        "light or dark",
    ),
    ("data-position", |value| value == "start", "start"),
    (
        "data-lang",
        |value| Sentences::spoken(value).is_some(),
        "a language that the panel speaks",
    ),
    (
        "data-placement",
        |value| Placement::parse(value).is_ok(),
        "1 to 64 characters",
    ),
    (
        "data-invite",
        is_time,
        "seconds such as 20, or a part of the page such as 60%",
    ),
    (
        "data-invite-sample",
        |value| is_within(0.0..=1.0, value),
        "a number from 0 to 1",
    ),
];

/// The longest time after which a browser still calls, in seconds (HTML, timers: 31 bits of milliseconds).
const LONGEST_S: f64 = 2_147_483.0;

/// Says of the attributes of a tag and of the elements on its page whether they mean anything.
pub(super) fn judge(findings: &mut Findings, tag: &Element, placed: &[Element]) {
    if tag.get("mode").is_some() {
        findings.advice("mode means nothing on the tag: it is for <huiyin-feedback>");
    }
    // A tag that names nobody makes no element to hand anything on to.
    let made = Subject::of(tag).map(|_| tag);
    if made.is_none() {
        let names = SETTINGS.map(|(name, ..)| name).into_iter();
        for name in names.chain(["data-test", "data-service"]) {
            if tag.get(name).is_some() {
                findings.advice(&format!(
                    "{name} means nothing on a tag without a department: put it on the element"
                ));
            }
        }
    }
    for element in made.into_iter().chain(placed) {
        for (name, means_something, what) in SETTINGS {
            let wrong = element.get(name).filter(|value| !means_something(value));
            if let Some(value) = wrong {
                findings.advice(&format!("{name}={value:?} means nothing; it takes {what}"));
            }
        }
        if element.get("data-test").is_some() {
            findings.advice("with data-test no rating counts: take it away to go live");
        }
    }
    let modes = placed.iter().filter_map(|element| element.get("mode"));
    for mode in modes.filter(|mode| *mode != "inline") {
        findings.advice(&format!("mode={mode:?} means nothing; it takes inline"));
    }
}

fn is_time(text: &str) -> bool {
    match text.strip_suffix('%') {
        Some(part) => is_within(0.0..=100.0, part),
        None => is_within(0.0..=LONGEST_S, text),
    }
}

/// Reads a number as browsers do: from its beginning, without the blanks before it.
fn is_within(range: RangeInclusive<f64>, text: &str) -> bool {
    let text = text.trim_start();
    let ends = |one: char| !matches!(one, '0'..='9' | '.' | '+' | '-');
    let number = text.split(ends).next().unwrap_or_default();
    number.parse().is_ok_and(|number| range.contains(&number))
}
