//! Answer requests: feedback whose citizen would like an answer.

use huiyin_shared::feedback::Kind;
use huiyin_shared::id::FeedbackId;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Contact;

use super::sql::{FromRow, Row, Statement, sql};
use super::{Store, StoreError};

/// A feedback whose citizen would like an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRequest {
    /// Its id; no receipt code can be had from it.
    pub id: FeedbackId,
    /// The department that was rated, or the one that it was merged into.
    pub department: Slug,
    /// When its first version arrived, in Unix milliseconds.
    pub received_at: i64,
    /// The grade.
    pub rating: Rating,
    /// What it is about.
    pub kind: Option<Kind>,
    /// Where the answer can go, if the citizen said so.
    pub contact: Option<Contact>,
    /// What was written.
    pub comment: ModeratedComment,
}

/// A comment, unless it waits in the moderation queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModeratedComment {
    /// The comment, if there is one.
    Visible(Option<String>),
    /// A program may have written it.
    Hidden,
}

impl FromRow for AnswerRequest {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let kind: Option<String> = row.get("kind")?;
        let comment = if row.get("is_hidden")? {
            ModeratedComment::Hidden
        } else {
            ModeratedComment::Visible(row.get("comment")?)
        };
        Ok(Self {
            id: row.get("id")?,
            department: row.get("department")?,
            received_at: row.get("received_at")?,
            rating: row.get("rating")?,
            kind: kind.and_then(|name| Kind::parse(&name).ok()),
            contact: row.get("contact")?,
            comment,
        })
    }
}

/// A withdrawal ends the request, so it needs no condition here.
const REQUESTS: &str = "
    SELECT f.id, d.slug AS department, f.received_at, f.rating, f.kind, f.contact,
           f.held IS NOT NULL AS is_hidden, f.comment
    FROM feedback f
    JOIN department o ON o.id = f.department_id
    JOIN department d ON d.id = coalesce(o.merged_into_id, o.id)
    WHERE f.wants_answer AND NOT f.test AND f.received_at >= $1";

/// A merged department is a child of the one that it went into, so it is found below it.
const IN_SUBTREE: &str = "f.department_id IN (
    WITH RECURSIVE below (id) AS (
        SELECT coalesce(merged_into_id, id) FROM department WHERE slug = {}
        UNION ALL
        SELECT d.id FROM department d JOIN below ON d.parent_id = below.id)
    SELECT id FROM below)";

impl dyn Store + '_ {
    /// Returns up to `most` open requests, the oldest first: of a department and all below it, or
    /// of all; only those received at `since` (Unix milliseconds) or later.
    ///
    /// Tests and withdrawn feedback are left out. An unknown department has none.
    pub async fn answer_requests(
        &self,
        department: Option<Slug>,
        since: i64,
        most: u32,
    ) -> Result<Vec<AnswerRequest>, StoreError> {
        let requests = requests(department.as_ref(), since, most);
        self.database().query(requests).await
    }
}

fn requests(department: Option<&Slug>, since: i64, most: u32) -> Statement {
    sql!(REQUESTS, since)
        .and_if(IN_SUBTREE, department)
        .then(" ORDER BY f.received_at, f.id LIMIT {}", &[&most])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Sent, World, contract, slug};

    contract! {
        only_open_requests_are_listed
        requests_are_those_of_a_department_and_all_below_it
        a_comment_in_the_moderation_queue_is_hidden
        the_index_of_open_requests_is_used
    }

    async fn requests(world: &World, department: Option<&str>) -> Vec<AnswerRequest> {
        let requests = world.store.answer_requests(department.map(slug), 0, 9);
        requests.await.expect("reads")
    }

    /// Returns the numbers of what is listed, in order.
    async fn numbers(world: &World, department: Option<&str>) -> Vec<u64> {
        let requests = requests(world, department).await;
        requests.iter().map(|request| request.id.made()).collect()
    }

    /// A rating that asks for an answer.
    fn asking(number: u64, department: &'static str, at: i64) -> Sent {
        Sent {
            department,
            contact: Some("li@example.cn"),
            at,
            ..Sent::new(number, 2)
        }
    }

    async fn only_open_requests_are_listed(world: World) {
        let test = Sent {
            test: true,
            ..asking(1, "tax", 1)
        };
        let silent = Sent {
            contact: None,
            ..asking(2, "tax", 2)
        };
        let withdrawn = asking(3, "tax", 3);
        let changed = asking(4, "tax", 4);
        for sent in [&test, &silent, &withdrawn, &changed] {
            world.send(sent).await.expect("taken");
        }
        // Whoever sent first has waited longest, whenever the id was made.
        for sent in [
            asking(5, "tax", 9),
            asking(7, "hall", 8),
            asking(6, "city", 8),
        ] {
            world.send(&sent).await.expect("taken");
        }
        assert_eq!(numbers(&world, None).await, [3, 4, 6, 7, 5]);
        assert!(world.withdraw(&withdrawn).await);
        let changed = Sent {
            revision: 2,
            contact: None,
            ..changed
        };
        world.send(&changed).await.expect("taken");
        assert_eq!(numbers(&world, None).await, [6, 7, 5]);
        let first = world
            .store
            .answer_requests(None, 0, 1)
            .await
            .expect("reads");
        let [first] = first.as_slice() else {
            panic!("as many as were asked for: {first:?}")
        };
        let told = (&first.department, first.received_at, first.rating.value());
        assert_eq!(told, (&slug("city"), 8, 2));
        let contact = first.contact.as_ref().map(|contact| contact.as_str());
        assert_eq!(contact, Some("li@example.cn"));
        assert_eq!(
            first.comment,
            ModeratedComment::Visible(Some("写得很好".to_owned()))
        );
    }

    async fn requests_are_those_of_a_department_and_all_below_it(world: World) {
        world.import(&[("east", "tax")]).await.expect("one more");
        let departments = ["province", "city", "tax", "hall", "east"];
        for (number, department) in (1..).zip(departments) {
            let sent = asking(number, department, 0);
            world.send(&sent).await.expect("taken");
        }
        for (department, expected) in [
            ("province", vec![1, 2, 3, 4, 5]),
            ("city", vec![2, 3, 5]),
            ("tax", vec![3, 5]),
            ("hall", vec![4]),
            ("nowhere", vec![]),
        ] {
            let listed = numbers(&world, Some(department)).await;
            assert_eq!(listed, expected, "{department}");
        }
        world.merge("tax", "hall").await;
        // At once, before its ratings are counted there.
        for name in ["tax", "hall"] {
            assert_eq!(numbers(&world, Some(name)).await, [3, 4, 5], "{name}");
        }
        assert_eq!(numbers(&world, Some("city")).await, [2]);
        let requests = requests(&world, Some("hall")).await;
        let departments: Vec<_> = requests
            .iter()
            .map(|request| request.department.as_str())
            .collect();
        assert_eq!(departments, ["hall", "hall", "east"]);
    }

    async fn a_comment_in_the_moderation_queue_is_hidden(world: World) {
        let sent = Sent {
            trap: true,
            ..asking(1, "tax", 0)
        };
        world.send(&sent).await.expect("taken");
        let listed = requests(&world, None).await;
        assert_eq!(listed[0].comment, ModeratedComment::Hidden);
        let released = world.store.release_comment(listed[0].id).await;
        assert!(released.expect("writes"));
        let listed = requests(&world, None).await;
        assert_eq!(
            listed[0].comment,
            ModeratedComment::Visible(Some("写得很好".to_owned()))
        );
    }

    async fn the_index_of_open_requests_is_used(world: World) {
        /// So many that the planner of PostgreSQL prefers the index.
        const MANY: &str = "
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
            INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                revised_at, edit_key_hash, receipt_hash, wants_answer)
            SELECT {id}, 1, 1, 5, '2026-03-02', n, n, {bytes}, {bytes}, n % 1000 = 0 FROM n";
        let (id, bytes) = world.either(("randomblob(16)", "x''"), ("gen_random_uuid()", "''"));
        world.tamper(&MANY.replace("{id}", id).replace("{bytes}", bytes));
        world.tamper("ANALYZE");
        for department in [None, Some(&slug("tax"))] {
            let plan = world.plan(super::requests(department, 0, 1001)).await;
            assert!(plan.contains("feedback_that_wants_an_answer"), "{plan}");
            assert!(!plan.contains("Seq Scan on feedback"), "{plan}");
        }
    }
}
