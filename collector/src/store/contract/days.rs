//! Every edge of a day, in zones with and without summer time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::util::clock::Clock;

contract! {
    a_rating_counts_on_the_day_of_the_instance
    a_period_counts_its_first_and_last_day_and_no_other
}

async fn a_rating_counts_on_the_day_of_the_instance(world: World) {
    let zones = [
        (
            "Asia/Shanghai",
            &[
                ("2026-03-01T15:59:59.999Z", date(2026, 3, 1)),
                ("2026-03-01T16:00:00Z", date(2026, 3, 2)),
                ("2026-12-31T15:59:59.999Z", date(2026, 12, 31)),
                ("2026-12-31T16:00:00Z", date(2027, 1, 1)),
            ][..],
        ),
        (
            "Europe/Paris",
            &[
                // The day on which the clock goes forward begins in winter time and ends in
                // summer time.
                ("2026-03-28T22:59:59.999Z", date(2026, 3, 28)),
                ("2026-03-28T23:00:00Z", date(2026, 3, 29)),
                ("2026-03-29T21:59:59.999Z", date(2026, 3, 29)),
                ("2026-03-29T22:00:00Z", date(2026, 3, 30)),
                // The day on which it goes back has 25 hours.
                ("2026-10-24T22:00:00Z", date(2026, 10, 25)),
                ("2026-10-25T22:59:59.999Z", date(2026, 10, 25)),
                ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
            ],
        ),
        (
            // Here the hour that is left out is the first of the day.
            "Africa/Cairo",
            &[
                ("2026-04-23T21:59:59.999Z", date(2026, 4, 23)),
                ("2026-04-23T22:00:00Z", date(2026, 4, 24)),
            ],
        ),
    ];
    let cases = zones
        .iter()
        .flat_map(|(zone, times)| times.iter().map(move |case| (*zone, *case)));
    for (number, (zone, (time, day))) in (1..).zip(cases) {
        let time: Timestamp = time.parse().expect("a time");
        let clock = Clock::new(move || time, TimeZone::get(zone).expect("a zone"));
        let sent = Sent {
            at: clock.now(),
            day: clock.today(),
            ..Sent::new(number, 5)
        };
        let only = Period::new(day, day).expect("a day");
        let before = world.figures("tax", Dimension::Kind, only).await.now;
        world.send(&sent).await.expect("taken");
        let after = world.figures("tax", Dimension::Kind, only).await.now;
        assert_eq!(after.n(), before.n() + 1, "{zone} {time}");
    }
    world.assert_verified().await;
}

async fn a_period_counts_its_first_and_last_day_and_no_other(world: World) {
    let days = [
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 1, 31),
        date(2026, 2, 1),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ];
    for (number, day) in (1..).zip(days) {
        let sent = Sent {
            day,
            ..Sent::new(number, 5)
        };
        world.send(&sent).await.expect("taken");
    }
    for (first, from) in days.iter().enumerate() {
        for (last, to) in days.iter().enumerate().skip(first) {
            let period = Period::new(*from, *to).expect("a period");
            let figures = world.figures("province", Dimension::Kind, period).await;
            let expected = (last - first + 1) as u64;
            assert_eq!(figures.now.n(), expected, "{from} to {to}");
            let figures = world.figures("tax", Dimension::Kind, period).await;
            let in_months: u64 = figures.months.iter().map(|(_, counts)| counts.n()).sum();
            assert_eq!(in_months, expected, "{from} to {to} by month");
        }
    }
}
