//! Pauses: departments and placements where the widget asks nobody at the moment.

use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;

use super::sql::{FromRow, Row, sql};
use super::{Store, StoreError};
use crate::model::{Notice, Pause};

const PAUSE: &str = "
    INSERT INTO pause (department_id, placement, notice_zh, notice_en)
    SELECT coalesce(merged_into_id, id), $2, $3, $4 FROM department WHERE slug = $1
    ON CONFLICT (department_id, placement) DO UPDATE
    SET notice_zh = excluded.notice_zh, notice_en = excluded.notice_en";

const RESUME: &str = "
    DELETE FROM pause
    WHERE department_id = (SELECT coalesce(merged_into_id, id) FROM department WHERE slug = $1)
      AND placement = $2";

const PAUSES: &str = "
    SELECT d.slug AS department, nullif(p.placement, '') AS placement, p.notice_zh, p.notice_en
    FROM pause p JOIN department d ON d.id = p.department_id
    WHERE d.merged_into_id IS NULL ORDER BY d.slug, p.placement";

impl FromRow for Pause {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            department: row.get("department")?,
            placement: row.get("placement")?,
            notice: Notice {
                zh: row.get("notice_zh")?,
                en: row.get("notice_en")?,
            },
        })
    }
}

impl dyn Store + '_ {
    /// Pauses a department or one of its placements, or changes the notice of a pause; returns
    /// false if there is no such department.
    pub async fn pause(&self, pause: Pause) -> Result<bool, StoreError> {
        let Notice { zh, en } = pause.notice;
        let placement = stored(pause.placement.as_ref());
        let pause = sql!(PAUSE, pause.department, placement, zh, en);
        Ok(self.database().execute(pause).await? > 0)
    }

    /// Ends a pause; returns false if there was none.
    pub async fn resume(
        &self,
        department: Slug,
        placement: Option<Placement>,
    ) -> Result<bool, StoreError> {
        let resume = sql!(RESUME, department, stored(placement.as_ref()));
        Ok(self.database().execute(resume).await? > 0)
    }

    /// Returns all pauses, by department.
    pub async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        self.database().query(sql!(PAUSES)).await
    }
}

/// Returns the column for a placement; it is empty for a whole department.
fn stored(placement: Option<&Placement>) -> &str {
    placement.map(|text| text.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use huiyin_shared::text::Name;

    use super::*;
    use crate::store::testing::{World, contract, slug};

    contract! {
        pauses_are_kept_changed_and_ended_one_by_one
        a_merged_department_is_paused_with_the_one_it_went_into
    }

    fn pause(department: &str, placement: Option<&str>, notice: Option<&str>) -> Pause {
        Pause {
            department: slug(department),
            placement: placement.map(|text| Placement::parse(text).expect("a placement")),
            notice: Notice {
                zh: notice.map(|text| Name::parse(text).expect("a notice")),
                en: None,
            },
        }
    }

    async fn pauses_are_kept_changed_and_ended_one_by_one(world: World) {
        let begin = async |one: &Pause| world.store.pause(one.clone()).await.expect("writes");
        let all = async || world.another().await.pauses().await.expect("reads");
        let (whole, hall) = (pause("city", None, None), pause("city", Some("hall"), None));
        let other = pause("tax", Some("footer"), Some("维护中"));
        for one in [&whole, &hall, &other] {
            assert!(begin(one).await);
        }
        assert_eq!(all().await, [whole.clone(), hall.clone(), other.clone()]);
        let told = pause("city", None, Some("明天再来"));
        assert!(begin(&told).await);
        assert_eq!(all().await, [told.clone(), hall.clone(), other.clone()]);
        assert!(!begin(&pause("nobody", None, None)).await);
        let end = async |one: &Pause| {
            let (department, placement) = (one.department.clone(), one.placement.clone());
            let ended = world.store.resume(department, placement);
            ended.await.expect("writes")
        };
        assert!(end(&told).await && !end(&told).await);
        assert_eq!(all().await, [hall, other]);
        assert!(!end(&pause("nobody", None, None)).await);
    }

    async fn a_merged_department_is_paused_with_the_one_it_went_into(world: World) {
        let begun = world.store.pause(pause("tax", None, None)).await;
        assert!(begun.expect("writes"));
        world.merge("tax", "city").await;
        assert_eq!(world.store.pauses().await.expect("reads"), []);
        let begun = world.store.pause(pause("tax", None, None)).await;
        assert!(begun.expect("writes"));
        let paused = world.store.pauses().await.expect("reads");
        assert_eq!(paused, [pause("city", None, None)]);
    }
}
