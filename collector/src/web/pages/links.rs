//! Links that several pages have: to what is above, and to common periods.

use jiff::ToSpan;
use jiff::civil::Date;

use super::reader::{Reader, address};
use crate::model::period::Period;
use crate::model::{Department, Localized};
use crate::web::list_query::PeriodQuery;

/// A link with its words.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: Localized,
    /// Whether it leads to what is shown already.
    pub(super) current: bool,
}

/// Returns links to everything above, from the top down.
pub(super) fn trail(above: &[Department], reader: &Reader, dates: &PeriodQuery) -> Vec<Link> {
    above
        .iter()
        .map(|department| Link {
            href: address(&format!("/d/{}", department.slug), dates),
            text: department.names.shown(reader.language),
            current: false,
        })
        .collect()
}

/// Returns links to common periods that end today.
pub(super) fn presets(
    today: Date,
    shown: Period,
    reader: &Reader,
    address: impl Fn(Period) -> String,
) -> Vec<Link> {
    let words = reader.words();
    [
        (words.last_30_days, Period::ending(today, 30.days())),
        (words.last_90_days, Period::ending(today, 90.days())),
        (words.last_year, Period::ending(today, 1.year())),
        (words.this_year, Period::year_to(today)),
    ]
    .map(|(text, period)| Link {
        href: address(period),
        text: Localized::new(text, reader.language.tag()),
        current: period == shown,
    })
    .into()
}
