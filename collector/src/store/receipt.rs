//! Receipts: a feedback as the citizen who has its receipt code sees it.

use huiyin_shared::feedback::Kind;

use super::revision::chosen;
use super::sql::{FromRow, Row, sql};
use super::{Store, StoreError};
use crate::model::{Department, Feedback, Names, Service};
use crate::util::hashing::ReceiptKey;

impl FromRow for Feedback {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let (kind, drivers): (Option<String>, Option<String>) =
            (row.get("kind")?, row.get("drivers")?);
        Ok(Self {
            department: Department::from_row(row)?,
            service: service(row)?,
            rating: row.get("rating")?,
            drivers: chosen(drivers.as_deref()),
            drivers_version: row.get("drivers_version")?,
            comment: row.get("comment")?,
            kind: kind.and_then(|name| Kind::parse(&name).ok()),
            wants_answer: row.get("wants_answer")?,
            contact: row.get("contact")?,
            test: row.get("test")?,
            page: row.get("page")?,
            placement: row.get("placement")?,
            lang: row.get("lang")?,
            received_at: row.get("received_at")?,
            withdrawn_at: row.get("withdrawn_at")?,
        })
    }
}

fn service(row: &Row<'_>) -> Result<Option<Service>, StoreError> {
    let Some(slug) = row.get("service")? else {
        return Ok(None);
    };
    Ok(Some(Service {
        department: row.get("offered_by")?,
        slug,
        names: Names {
            zh: row.get("service_zh")?,
            en: row.get("service_en")?,
        },
    }))
}

/// The id of the feedback with the receipt `$3` among those of its millisecond, `$1` to `$2`.
///
/// Anybody can make ids, and hundreds of thousands of one millisecond. Only the first thousand are
/// compared, a hundred times as many as a whole country sends, so that nobody can make it slow.
pub(super) const WITH_RECEIPT: &str = "
    SELECT id FROM (
        SELECT id, receipt_hash FROM feedback WHERE id BETWEEN $1 AND $2 ORDER BY id LIMIT 1000) m
    WHERE receipt_hash = $3";

const FEEDBACK: &str = "
    SELECT d.slug, p.slug AS parent, d.name_zh, d.name_en,
           s.slug AS service, o.slug AS offered_by, s.name_zh AS service_zh, s.name_en AS service_en,
           f.rating, f.drivers, f.drivers_version, f.comment, f.kind, f.wants_answer, f.contact,
           f.test, f.page, f.placement, f.lang, f.received_at, f.withdrawn_at
    FROM feedback f
    JOIN department d ON d.id = f.department_id
    LEFT JOIN department p ON p.id = d.parent_id
    LEFT JOIN service s ON s.id = f.service_id
    LEFT JOIN department o ON o.id = s.department_id";

impl dyn Store + '_ {
    /// Returns the feedback with this receipt.
    pub async fn feedback(&self, receipt: ReceiptKey) -> Result<Option<Feedback>, StoreError> {
        let [first, last] = receipt.ids;
        let feedback = format!("{FEEDBACK} WHERE f.id = ({WITH_RECEIPT})");
        let feedback = sql!(feedback, first, last, receipt.hash.0);
        self.database().query_opt(feedback).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Sent, World, contract, names, slug};

    contract! {
        a_receipt_leads_to_the_feedback_with_department_and_service
        only_the_first_thousand_of_a_millisecond_are_compared
    }

    async fn a_receipt_leads_to_the_feedback_with_department_and_service(world: World) {
        let (whole, part) = (Sent::new(1, 2), Sent::new(2, 5));
        let part = Sent {
            service: Some("refund"),
            ..part
        };
        assert!(world.feedback(&whole).await.is_none());
        for sent in [&whole, &part] {
            world.send(sent).await.expect("taken");
        }
        let found = world.feedback(&whole).await.expect("is there");
        assert_eq!(found.department.slug, slug("tax"));
        assert_eq!(found.department.parent, Some(slug("city")));
        assert_eq!((found.service, found.rating.value()), (None, 2));
        assert_eq!(found.comment.as_deref(), Some("写得很好"));
        let found = world.feedback(&part).await.expect("is there");
        let refund = Service {
            department: slug("tax"),
            slug: slug("refund"),
            names: names("refund"),
        };
        assert_eq!((found.service, found.rating.value()), (Some(refund), 5));
        let forged = Sent { key: 2, ..whole };
        assert!(world.feedback(&forged).await.is_none());
    }

    async fn only_the_first_thousand_of_a_millisecond_are_compared(world: World) {
        let sent = Sent::new(1, 5);
        world.send(&sent).await.expect("taken");
        let find = async || world.feedback(&sent).await;
        // It is the last of its millisecond.
        world.tamper(world.either(
            "UPDATE feedback SET id = x'0000000000017fffbfffffffffffffff'",
            "UPDATE feedback SET id = '00000000-0001-7fff-bfff-ffffffffffff'",
        ));
        let crowd = |from: u32, to: u32| {
            let id = world.either(
                "unhex('00000000000170008000' || printf('%012x', n))",
                "CAST('00000000-0001-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)",
            );
            let bytes = world.either("x''", "''");
            world.tamper(&format!(
                "WITH RECURSIVE n (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM n WHERE n < {to})
                 INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                     revised_at, edit_key_hash, receipt_hash)
                 SELECT {id}, 1, 1, 5, '2026-03-02', 0, 0, {bytes}, {bytes} FROM n"
            ));
        };
        crowd(1, 999);
        assert_eq!(find().await.expect("is there").withdrawn_at, None);
        assert!(world.withdraw(&sent).await);
        assert_eq!(find().await.expect("is there").withdrawn_at, Some(7));
        crowd(1000, 1000);
        assert!(find().await.is_none());
        assert!(!world.withdraw(&sent).await);
    }
}
