//! The window of days a score is of.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Whole days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
}

/// A period in whole months and single days, so that a long one is read from few roll-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The first day of each whole month.
    pub months: Vec<Date>,
    /// The days before and after them: at most 60, for a period without a whole month has no more.
    pub days: Vec<Date>,
}

/// Why two texts are no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period has two days as YYYY-MM-DD, the first not after the last, at most ten years")]
pub struct InvalidPeriod;

impl Period {
    /// Makes a period of at most ten years, or refuses it.
    pub fn new(from: Date, to: Date) -> Result<Self, InvalidPeriod> {
        // Where the calendar ends within ten years, no day is too late.
        let short = from.checked_add(10.years()).map_or(true, |end| to < end);
        if from <= to && short {
            Ok(Self { from, to })
        } else {
            Err(InvalidPeriod)
        }
    }

    /// Reads a period; what is missing is the year up to `today`, or up to the last day given.
    pub fn parse(from: Option<&str>, to: Option<&str>, today: Date) -> Result<Self, InvalidPeriod> {
        let day = |text: &str| text.parse::<Date>().map_err(|_| InvalidPeriod);
        // Jiff reads other forms of ISO 8601 too; one spelling is enough.
        let plain = |text: &&str| text.len() == 10;
        let given = |text: Option<&str>| match text.filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => Some(text)
                .filter(plain)
                .ok_or(InvalidPeriod)
                .and_then(day)
                .map(Some),
        };
        let to = given(to)?.unwrap_or(today);
        match given(from)? {
            Some(from) => Self::new(from, to),
            None => Ok(Self::ending(to, 1.year())),
        }
    }

    /// Returns the period of this length that ends on `to`.
    pub fn ending(to: Date, length: Span) -> Self {
        let from = to.saturating_sub(length).saturating_add(1.day());
        Self {
            from: from.min(to),
            to,
        }
    }

    /// Returns the year of `to` up to that day.
    pub fn year_to(to: Date) -> Self {
        Self {
            from: to.first_of_year(),
            to,
        }
    }

    /// Returns the first day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// Returns the last day.
    pub fn to(&self) -> Date {
        self.to
    }

    /// Returns whether a day is one of them.
    pub fn contains(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// Returns the window as long as this one that ends the day before it begins: of as many whole
    /// months where this one is of whole months, else of as many days.
    #[must_use]
    pub fn before(&self) -> Self {
        let Parts { months, days } = self.parts();
        if days.is_empty() {
            let months = i32::try_from(months.len()).unwrap_or(i32::MAX);
            let to = self.from.saturating_sub(1.day());
            let from = self.from.saturating_sub(months.months());
            return Self { from, to };
        }
        let days = (self.to - self.from).get_days();
        let to = self.from.saturating_sub(1.day());
        let from = to.saturating_sub(days.days());
        Self { from, to }
    }

    /// Returns the same days as whole months and what is left over before and after them.
    pub fn parts(&self) -> Parts {
        let first = if self.from == self.from.first_of_month() {
            Some(self.from)
        } else {
            self.from.last_of_month().tomorrow().ok()
        };
        let last = if self.to == self.to.last_of_month() {
            Some(self.to)
        } else {
            self.to.first_of_month().yesterday().ok()
        };
        let whole = first.zip(last).filter(|(first, last)| first <= last);
        let Some((first, last)) = whole else {
            return Parts {
                months: Vec::new(),
                days: series(self.from, self.to, 1.day()),
            };
        };
        let before = first.yesterday().map(|day| series(self.from, day, 1.day()));
        let after = last.tomorrow().map(|day| series(day, self.to, 1.day()));
        Parts {
            months: series(first, last, 1.month()),
            days: [before, after].into_iter().flatten().flatten().collect(),
        }
    }

    /// Returns the same days, and single days also for up to three whole months: then what belongs to
    /// its first quarter is known.
    pub fn parts_by_quarter(&self) -> Parts {
        let parts = self.parts();
        if parts.months.len() > 3 {
            return parts;
        }
        Parts {
            months: Vec::new(),
            days: series(self.from, self.to, 1.day()),
        }
    }

    /// Returns the last day of its first quarter.
    pub fn first_quarter_end(&self) -> Date {
        let quarter = (self.to - self.from).get_days() / 4;
        self.from.saturating_add(quarter.days())
    }

    /// Returns the months the period touches, in order, as `YYYY-MM`.
    pub fn months(&self) -> Vec<String> {
        let mut months = Vec::new();
        let mut month = self.from.first_of_month();
        while month <= self.to {
            months.push(month.strftime("%Y-%m").to_string());
            match month.checked_add(1.month()) {
                Ok(next) => month = next,
                Err(_) => break,
            }
        }
        months
    }
}

/// Returns every date from the first to the last at this distance.
fn series(first: Date, last: Date, step: Span) -> Vec<Date> {
    first
        .series(step)
        .take_while(|date| *date <= last)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn without_days_it_is_the_last_year() {
        let period = Period::parse(None, None, TODAY).expect("a period");
        assert_eq!((period.from(), period.to()), (date(2025, 11, 24), TODAY));
    }

    #[test]
    fn the_window_before_has_as_many_months_or_days() {
        for (from, to, before) in [
            (
                date(2026, 3, 1),
                date(2026, 3, 31),
                (date(2026, 2, 1), date(2026, 2, 28)),
            ),
            (
                date(2026, 1, 1),
                date(2026, 12, 31),
                (date(2025, 1, 1), date(2025, 12, 31)),
            ),
            (
                date(2026, 3, 2),
                date(2026, 3, 31),
                (date(2026, 1, 31), date(2026, 3, 1)),
            ),
        ] {
            let found = Period::new(from, to).expect("a period").before();
            assert_eq!((found.from(), found.to()), before, "{from}");
        }
    }

    #[test]
    fn months_are_those_it_touches() {
        let period = Period::new(date(2025, 11, 30), date(2026, 2, 1)).expect("a period");
        assert_eq!(
            period.months(),
            ["2025-11", "2025-12", "2026-01", "2026-02"]
        );
    }

    #[test]
    fn a_period_is_whole_months_and_the_days_around_them() {
        let parts = |from, to| Period::new(from, to).expect("a period").parts();
        assert_eq!(
            parts(date(2025, 11, 29), date(2026, 2, 1)),
            Parts {
                months: vec![date(2025, 12, 1), date(2026, 1, 1)],
                days: vec![date(2025, 11, 29), date(2025, 11, 30), date(2026, 2, 1)],
            }
        );
        let february = parts(date(2024, 2, 1), date(2024, 2, 29));
        assert_eq!(february.months, [date(2024, 2, 1)]);
        assert!(february.days.is_empty());
        for (from, to, length) in [
            (date(2026, 3, 2), date(2026, 3, 31), 30),
            (date(2026, 3, 1), date(2026, 3, 30), 30),
            (date(2026, 3, 31), date(2026, 4, 1), 2),
            (date(2026, 3, 2), date(2026, 4, 29), 59),
        ] {
            let parts = parts(from, to);
            assert_eq!((parts.months.len(), parts.days.len()), (0, length));
        }
        let last = parts(date(9999, 11, 30), date(9999, 12, 31));
        assert_eq!(last.months, [date(9999, 12, 1)]);
        assert_eq!(last.days, [date(9999, 11, 30)]);
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for (from, to) in [
            ("2026-02-30", "2026-03-01"),
            ("0000-00-00", "2026-03-01"),
            ("2026-03-02", "2026-03-01"),
            ("1926-03-02", "2026-03-01"),
            ("20260302", "2026-03-10"),
            ("yesterday", "2026-03-10"),
            ("2026-03-02T00:00:00", "2026-03-10"),
        ] {
            let period = Period::parse(Some(from), Some(to), TODAY);
            assert_eq!(period, Err(InvalidPeriod), "{from} {to}");
        }
    }

    #[test]
    fn the_end_of_time_does_not_hang_or_panic() {
        let last = Period::parse(Some("9999-12-01"), Some("9999-12-31"), TODAY).expect("days");
        assert_eq!(last.months(), ["9999-12"]);
        let first = Period::parse(Some("-009999-01-01"), None, TODAY);
        assert_eq!(first, Err(InvalidPeriod));
    }
}
