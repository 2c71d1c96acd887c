//! What tag and elements say beside whom they are about, and whether it means anything.

use huiyin_shared::text::Placement;

use super::check::Findings;
use super::page::Element;
use crate::releases;

/// An attribute, whether a value means something, and what does.
type Setting = (&'static str, fn(&str) -> bool, &'static str);

const SETTINGS: [Setting; 7] = [
    (
        "data-theme",
        |value| matches!(value, "light" | "dark"),
        "light or dark",
    ),
    ("data-position", |value| value == "start", "start"),
    ("data-lang", is_spoken, "a language that the panel speaks"),
    (
        "data-placement",
        |value| Placement::parse(value).is_ok(),
        "1 to 64 characters",
    ),
    (
        "data-invite",
        |value| is_from_0_to(f64::MAX, value.strip_suffix('%').unwrap_or(value)),
        "seconds such as 20, or a part such as 60%",
    ),
    (
        "data-invite-sample",
        |value| is_from_0_to(1.0, value),
        "a number from 0 to 1",
    ),
    ("mode", |value| value == "inline", "inline"),
];

/// Says of each attribute of an element whether it means nothing; `is_tag` where it is the script.
pub(super) fn judge(findings: &mut Findings, element: &Element, is_tag: bool) {
    for (name, means_something, what) in SETTINGS {
        let value = element.get(name).filter(|value| !value.is_empty());
        match value {
            Some(_) if is_tag && name == "mode" => {
                findings.advice("mode means nothing on the tag: it is for <huiyin-feedback>");
            }
            Some(value) if !means_something(value) => {
                findings.advice(&format!("{name}={value:?} means nothing; it takes {what}"));
            }
            _ => {}
        }
    }
    if element.get("data-test").is_some() {
        findings.advice("with data-test no rating counts: take it away to go live");
    }
}

fn is_spoken(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let base = tag.split('-').next().unwrap_or_default();
    let known = releases::languages();
    (known.iter()).any(|language| language.split('-').next() == Some(base))
}

fn is_from_0_to(most: f64, text: &str) -> bool {
    (text.parse()).is_ok_and(|number: f64| (0.0..=most).contains(&number))
}
