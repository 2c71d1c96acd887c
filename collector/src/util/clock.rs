//! The only place that reads the clock: the time now, and which day that is here.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Says the time; passed in wherever time matters, so that a test can choose it.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    zone: TimeZone,
}

impl Clock {
    /// Returns the machine's clock, with days of this time zone.
    pub fn system(zone: TimeZone) -> Self {
        Self::new(Timestamp::now, zone)
    }

    /// Returns a clock that asks `source` for the time.
    pub fn new(source: impl Fn() -> Timestamp + Send + Sync + 'static, zone: TimeZone) -> Self {
        Self {
            source: Arc::new(source),
            zone,
        }
    }

    /// Returns the time as Unix milliseconds.
    pub fn now(&self) -> i64 {
        (self.source)().as_millisecond()
    }

    /// Returns the day it is, in the instance's time zone.
    pub fn today(&self) -> Date {
        (self.source)().to_zoned(self.zone.clone()).date()
    }

    /// Returns when a day begins in the instance's time zone, in Unix milliseconds.
    pub fn start_of(&self, day: Date) -> i64 {
        let start = day.to_zoned(self.zone.clone());
        start.map_or(i64::MAX, |time| time.timestamp().as_millisecond())
    }

    /// Returns how a time in Unix milliseconds is written here, to the minute.
    pub fn written(&self, milliseconds: i64) -> String {
        Timestamp::from_duration(SignedDuration::from_millis(milliseconds)).map_or_else(
            |_| String::new(),
            |time| {
                time.to_zoned(self.zone.clone())
                    .strftime("%Y-%m-%d %H:%M")
                    .to_string()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_the_zone() {
        let at = |time: &str, zone: &str| {
            let time: Timestamp = time.parse().expect("a time");
            Clock::new(move || time, TimeZone::get(zone).expect("a zone")).today()
        };
        for (time, zone, day) in [
            ("2026-03-01T15:59:59Z", "Asia/Shanghai", "2026-03-01"),
            ("2026-03-01T16:00:00Z", "Asia/Shanghai", "2026-03-02"),
            ("2026-07-01T21:59:59Z", "Europe/Paris", "2026-07-01"),
            ("2026-07-01T22:00:00Z", "Europe/Paris", "2026-07-02"),
            ("2026-12-01T22:00:00Z", "Europe/Paris", "2026-12-01"),
        ] {
            assert_eq!(at(time, zone).to_string(), day, "{time} {zone}");
        }
    }
}
