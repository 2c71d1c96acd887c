//! Moments: how often the widget was seen, opened and used, by day and department.
//!
//! They are added by hand for each database, many at once; see [`Store::count_moments`].

use huiyin_shared::slug::Slug;

use super::sql::{from_row, sql};
use super::{Store, StoreError};
use crate::model::Moments;
use crate::model::period::Period;

from_row!(Moments {
    seen,
    opened,
    started,
    sent
});

const SUM: &str = "
    SELECT CAST(coalesce(sum(seen), 0) AS bigint) AS seen,
           CAST(coalesce(sum(opened), 0) AS bigint) AS opened,
           CAST(coalesce(sum(started), 0) AS bigint) AS started,
           CAST(coalesce(sum(sent), 0) AS bigint) AS sent
    FROM moment_day
    WHERE department_id = (SELECT coalesce(merged_into_id, id) FROM department WHERE slug = $1)
      AND day BETWEEN $2 AND $3";

impl dyn Store + '_ {
    /// Returns the moments of a department and all below it.
    pub async fn moments(&self, department: Slug, period: Period) -> Result<Moments, StoreError> {
        let sum = sql!(SUM, department, period.from(), period.to());
        Ok(self.database().query_opt(sum).await?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::model::Counted;
    use crate::store::testing::{DAY, World, contract, slug};

    contract! {
        moments_count_for_a_department_and_all_above_it
        moments_follow_a_department_that_moves_or_becomes_part_of_another
    }

    const ONE: Moments = Moments {
        seen: 10,
        opened: 4,
        started: 3,
        sent: 2,
    };

    fn counted(department: &str, day: Date) -> (Counted, Moments) {
        let department = slug(department);
        (Counted { department, day }, ONE)
    }

    /// Returns how often each of these was seen and sent from, on any day of the world.
    async fn seen(world: &World, departments: &[&str]) -> Vec<u64> {
        let years = Period::new(date(2020, 1, 1), date(2027, 12, 31)).expect("a period");
        let mut seen = Vec::new();
        for department in departments {
            let moments = world.store.moments(slug(department), years).await;
            let moments = moments.expect("reads");
            assert_eq!(moments.seen, 5 * moments.sent);
            seen.push(moments.seen);
        }
        seen
    }

    async fn moments_count_for_a_department_and_all_above_it(world: World) {
        let other = date(2026, 3, 5);
        let batch = vec![
            counted("tax", DAY),
            counted("tax", DAY),
            counted("tax", other),
            counted("hall", DAY),
            counted("nobody", DAY),
        ];
        for _ in 0..2 {
            let added = world.store.count_moments(batch.clone()).await;
            added.expect("writes");
        }
        let all = ["tax", "city", "hall", "province", "nobody"];
        assert_eq!(seen(&world, &all).await, [60, 60, 20, 80, 0]);
        let day = Period::new(other, other).expect("a period");
        let moments = world.store.moments(slug("province"), day).await;
        assert_eq!(moments.expect("reads").opened, 8);
        world
            .store
            .count_moments(Vec::new())
            .await
            .expect("nothing");
    }

    async fn moments_follow_a_department_that_moves_or_becomes_part_of_another(world: World) {
        let add = async |batch| world.store.count_moments(batch).await.expect("writes");
        add(vec![counted("tax", DAY), counted("hall", DAY)]).await;
        world.import(&[("tax", "hall")]).await.expect("moves");
        // Before the ratings have followed, these are counted where those are.
        add(vec![counted("tax", DAY)]).await;
        assert_eq!(
            seen(&world, &["city", "hall", "province"]).await,
            [20, 10, 30]
        );
        world.settle().await;
        assert_eq!(
            seen(&world, &["city", "hall", "province"]).await,
            [0, 30, 30]
        );
        let merged = world.store.merge(slug("tax"), slug("city")).await;
        merged.expect("writes").expect("merges");
        world.settle().await;
        add(vec![counted("tax", DAY)]).await;
        assert_eq!(
            seen(&world, &["tax", "city", "hall", "province"]).await,
            [30, 30, 10, 40]
        );
    }
}
