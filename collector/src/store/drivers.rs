//! Driver sets: rows are only added, and the newest of a subject is in effect.

use huiyin_shared::slug::Slug;

use super::sql::{FromRow, Row, Tx, from_row, sql};
use super::{ImportRow, Rejected, Store, StoreError, View};
use crate::model::drivers::{DriverSet, DriversOf, Offered, Source};

/// The rows that a new set is for; 0 stands for all.
type Subject = (i64, i64);

/// The rows that were found for a subject.
struct SubjectRow {
    department: i64,
    /// The department that offers the service: the same, or one that was merged into it.
    offered_by: Option<i64>,
    service: Option<i64>,
}
from_row!(SubjectRow {
    department,
    offered_by,
    service
});

/// Why a file was not imported.
enum NotImported {
    Rejected(Rejected),
    Store(StoreError),
}

impl From<Rejected> for NotImported {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl From<StoreError> for NotImported {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl FromRow for Offered {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let source = match (row.get("department")?, row.get("service")?) {
            (Some(department), Some(service)) => Source::Service(department, service),
            (Some(department), None) => Source::Department(department),
            (None, _) => Source::Instance,
        };
        Ok(Self {
            version: row.get("version")?,
            source,
            set: decode(&row.get::<String>("body")?)?,
        })
    }
}

/// Begins a query about the department `$1` and its service `$2`, or that of a department merged
/// into it.
macro_rules! about_subject {
    ($query:literal) => {
        concat!(
            "WITH RECURSIVE here (id) AS (
                 SELECT coalesce(merged_into_id, id) FROM department WHERE slug = $1),
             offer (department, service) AS (
                 SELECT s.department_id, s.id
                 FROM here CROSS JOIN service s JOIN department d ON d.id = s.department_id
                 WHERE s.slug = $2 AND (d.id = here.id OR d.merged_into_id = here.id)
                 ORDER BY d.id <> here.id, d.id LIMIT 1)",
            $query
        )
    };
}

const FIND: &str = about_subject!(
    " SELECT here.id AS department, offer.department AS offered_by, offer.service
      FROM here LEFT JOIN offer ON true"
);

const IN_EFFECT: &str = about_subject!(
    ", line (department, service, height) AS (
         SELECT * FROM (
             SELECT department, service, 0 FROM offer
             UNION ALL SELECT id, 0, 1 FROM here
             UNION ALL SELECT 0, 0, 1000000) nearest
         UNION ALL
         SELECT d.parent_id, 0, height + 1
         FROM line JOIN department d ON d.id = line.department
         WHERE line.service = 0 AND d.parent_id IS NOT NULL)
     SELECT s.version, s.body, d.slug AS department, v.slug AS service
     FROM line JOIN driver_set s
         ON s.department_id = line.department AND s.service_id = line.service
     LEFT JOIN department d ON d.id = s.department_id
     LEFT JOIN service v ON v.id = s.service_id
     ORDER BY line.height, s.version DESC LIMIT 1"
);

const OF_VERSION: &str = "SELECT body FROM driver_set WHERE version = $1";

const ADD: &str = "
    INSERT INTO driver_set (department_id, service_id, body)
    SELECT $1, $2, CAST($3 AS text) WHERE $3 IS DISTINCT FROM (
        SELECT body FROM driver_set WHERE department_id = $1 AND service_id = $2
        ORDER BY version DESC LIMIT 1)";

impl View<'_> {
    /// Returns the set in effect for a department.
    pub async fn drivers(&mut self, department: &Slug) -> Result<Offered, StoreError> {
        let found = self.query_opt(sql!(IN_EFFECT, department, None::<Slug>));
        Ok(found.await?.unwrap_or_else(Offered::built_in))
    }
}

impl dyn Store + '_ {
    /// Returns the set in effect for a department, one of its services, or the instance: the newest
    /// set of the service, else of the department, of the closest one above it, of the instance, or
    /// the built-in one.
    ///
    /// An unknown department or service has no set of its own.
    pub async fn drivers(
        &self,
        department: Option<Slug>,
        service: Option<Slug>,
    ) -> Result<Offered, StoreError> {
        let found = (self.database()).query_opt(sql!(IN_EFFECT, department, service));
        Ok(found.await?.unwrap_or_else(Offered::built_in))
    }

    /// Returns the set of a version.
    pub async fn drivers_of_version(&self, version: u32) -> Result<Option<DriverSet>, StoreError> {
        if version == DriverSet::BUILT_IN {
            return Ok(Some(DriverSet::built_in()));
        }
        let body: Option<String> = self.database().query_opt(sql!(OF_VERSION, version)).await?;
        body.map(|body| decode(&body)).transpose()
    }

    /// Adds a version for each set that differs from the newest of its subject, all or none;
    /// returns how many. An unknown department or service refuses the file.
    pub async fn import_drivers(
        &self,
        rows: Vec<ImportRow<DriversOf>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        let import = async move |tx: &mut Tx<'_>| {
            let mut added = 0;
            for row in &rows {
                let DriversOf {
                    department,
                    service,
                    set,
                } = &row.value;
                let found = tx.query_opt(sql!(FIND, department, service)).await?;
                let (department, service) = subject(row, found)?;
                added += tx
                    .execute(sql!(ADD, department, service, encode(set)?))
                    .await?;
            }
            Ok(added)
        };
        match self.database().write(import).await {
            Ok(added) => Ok(Ok(usize::try_from(added).unwrap_or(usize::MAX))),
            Err(NotImported::Rejected(rejected)) => Ok(Err(rejected)),
            Err(NotImported::Store(error)) => Err(error),
        }
    }
}

/// Returns the rows that a set is for, or why it is refused.
fn subject(
    ImportRow { line, value }: &ImportRow<DriversOf>,
    found: Option<SubjectRow>,
) -> Result<Subject, Rejected> {
    let rejected = |reason| Rejected {
        line: *line,
        reason,
    };
    match (&value.department, &value.service, found) {
        (None, None, _) => Ok((0, 0)),
        (None, Some(service), _) => Err(rejected(format!("no department offers {service}"))),
        (Some(department), _, None) => {
            Err(rejected(format!("no department is called {department}")))
        }
        (Some(_), None, Some(found)) => Ok((found.department, 0)),
        (Some(department), Some(service), Some(found)) => found
            .offered_by
            .zip(found.service)
            .ok_or_else(|| rejected(format!("{department} has no service {service}"))),
    }
}

fn decode(body: &str) -> Result<DriverSet, StoreError> {
    serde_json::from_str(body)
        .map_err(|error| StoreError::Failed(format!("corrupt row: driver set: {error}")))
}

fn encode(set: &DriverSet) -> Result<String, StoreError> {
    serde_json::to_string(set)
        .map_err(|error| StoreError::Failed(format!("a driver set cannot be encoded: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::drivers::Driver;
    use crate::store::testing::{Sent, World, contract, names, slug};

    contract! {
        the_nearest_set_is_in_effect
        a_set_that_is_newest_anyway_makes_no_version
        sets_are_imported_all_or_none
        imports_at_once_add_a_set_once
        a_service_keeps_its_set_through_a_merger
        drivers_are_kept_with_their_version_and_go_with_a_withdrawal
    }

    /// A set of one driver for good ratings.
    fn set(department: &str, service: &str, driver: &str) -> DriversOf {
        let subject = |name: &str| (!name.is_empty()).then(|| slug(name));
        let mut drivers = DriversOf::new(subject(department), subject(service));
        let driver = Driver {
            slug: slug(driver),
            names: names(driver),
            others: [("bo".parse().expect("a tag"), names("མྱུར").zh)].into(),
        };
        drivers.add("good", driver).expect("is added");
        drivers
    }

    async fn import(world: &World, sets: &[(&str, &str, &str)]) -> Result<usize, u64> {
        let row = |(line, (department, service, driver)): (u64, &(&str, &str, &str))| ImportRow {
            line,
            value: set(department, service, driver),
        };
        let rows = (2..).zip(sets).map(row).collect();
        let imported = world.store.import_drivers(rows).await.expect("stores");
        imported.map_err(|rejected| rejected.line)
    }

    async fn offered(world: &World, department: &str, service: Option<&str>) -> Offered {
        let department = (!department.is_empty()).then(|| slug(department));
        let offered = world.store.drivers(department, service.map(slug)).await;
        offered.expect("reads")
    }

    async fn source(world: &World, department: &str, service: Option<&str>) -> Source {
        offered(world, department, service).await.source
    }

    async fn the_nearest_set_is_in_effect(world: World) {
        let subjects = [
            ("tax", Some("refund")),
            ("tax", None),
            ("hall", None),
            ("", None),
        ];
        for (department, service) in subjects {
            let nothing = offered(&world, department, service).await;
            assert_eq!(nothing, Offered::built_in());
        }
        let steps = [
            (("", "", "a"), [0, 0, 0, 0]),
            (("province", "", "b"), [1, 1, 1, 0]),
            (("city", "", "c"), [2, 2, 1, 0]),
            (("tax", "", "d"), [3, 3, 1, 0]),
            (("tax", "refund", "e"), [4, 3, 1, 0]),
        ];
        let sources = [
            Source::Instance,
            Source::Department(slug("province")),
            Source::Department(slug("city")),
            Source::Department(slug("tax")),
            Source::Service(slug("tax"), slug("refund")),
        ];
        for (step, expected) in steps {
            assert_eq!(import(&world, &[step]).await, Ok(1));
            for ((department, service), index) in subjects.into_iter().zip(expected) {
                let found = source(&world, department, service).await;
                assert_eq!(found, sources[index], "{department} {service:?} {step:?}");
            }
        }
        let found = offered(&world, "tax", Some("refund")).await;
        assert_eq!((found.version, found.set), (5, set("", "", "e").set));
        let unknown = source(&world, "nobody", None).await;
        assert_eq!(unknown, Source::Instance);
        // A move brings the sets of another line.
        world.import(&[("tax", "hall")]).await.expect("moves");
        assert_eq!(source(&world, "tax", None).await, sources[3]);
        world.import(&[("city", "hall")]).await.expect("moves");
        assert_eq!(source(&world, "city", None).await, sources[2]);
    }

    async fn a_set_that_is_newest_anyway_makes_no_version(world: World) {
        assert_eq!(
            import(&world, &[("tax", "", "a"), ("", "", "a")]).await,
            Ok(2)
        );
        assert_eq!(
            import(&world, &[("tax", "", "a"), ("", "", "a")]).await,
            Ok(0)
        );
        assert_eq!(
            import(&world, &[("tax", "", "b"), ("", "", "a")]).await,
            Ok(1)
        );
        // Back to what it was: a new version all the same, and the old ones stay what they were.
        assert_eq!(import(&world, &[("tax", "", "a")]).await, Ok(1));
        let found = offered(&world, "tax", None).await;
        assert_eq!((found.version, found.set), (4, set("", "", "a").set));
        for (version, driver) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
            let kept = world.store.drivers_of_version(version).await;
            assert_eq!(kept.expect("reads"), Some(set("", "", driver).set));
        }
        let built_in = world.store.drivers_of_version(0).await.expect("reads");
        assert_eq!(built_in, Some(DriverSet::built_in()));
        let never = world.store.drivers_of_version(u32::MAX).await;
        assert_eq!(never.expect("reads"), None);
    }

    async fn sets_are_imported_all_or_none(world: World) {
        for wrong in [
            ("nobody", "", "a"),
            ("tax", "nothing", "a"),
            ("hall", "refund", "a"),
            ("", "refund", "a"),
        ] {
            let refused = import(&world, &[("tax", "", "a"), wrong]).await;
            assert_eq!(refused, Err(3), "{wrong:?}");
        }
        assert_eq!(offered(&world, "tax", None).await, Offered::built_in());
    }

    async fn imports_at_once_add_a_set_once(world: World) {
        let sets = [("tax", "", "a")];
        let import = async || import(&world, &sets).await.expect("is accepted");
        let added = tokio::join!(import(), import(), import(), import());
        assert_eq!(added.0 + added.1 + added.2 + added.3, 1);
    }

    async fn a_service_keeps_its_set_through_a_merger(world: World) {
        let sets = [("tax", "refund", "a"), ("tax", "", "b"), ("hall", "", "c")];
        assert_eq!(import(&world, &sets).await, Ok(3));
        world.merge("tax", "hall").await;
        for department in ["tax", "hall"] {
            let refund = source(&world, department, Some("refund")).await;
            assert_eq!(refund, Source::Service(slug("tax"), slug("refund")));
            let whole = source(&world, department, None).await;
            assert_eq!(whole, Source::Department(slug("hall")));
        }
        assert_eq!(import(&world, &[("hall", "refund", "d")]).await, Ok(1));
        assert_eq!(offered(&world, "tax", Some("refund")).await.version, 4);
    }

    async fn drivers_are_kept_with_their_version_and_go_with_a_withdrawal(world: World) {
        let first = Sent {
            drivers: &["quick", "clear"],
            drivers_version: Some(3),
            ..Sent::new(1, 5)
        };
        let kept = async || {
            let feedback = world.feedback(&first).await.expect("is there");
            (feedback.drivers, feedback.drivers_version)
        };
        world.send(&first).await.expect("taken");
        assert_eq!(kept().await, (vec![slug("quick"), slug("clear")], Some(3)));
        let second = Sent {
            revision: 2,
            drivers: &["slow"],
            drivers_version: Some(u32::MAX),
            ..first.clone()
        };
        world.send(&second).await.expect("taken");
        assert_eq!(kept().await, (vec![slug("slow")], Some(u32::MAX)));
        let third = Sent {
            revision: 3,
            drivers: &[],
            drivers_version: None,
            ..first.clone()
        };
        world.send(&third).await.expect("taken");
        assert_eq!(kept().await, (vec![], None));
        world
            .send(&Sent {
                revision: 4,
                ..first.clone()
            })
            .await
            .expect("taken");
        assert!(
            world
                .store
                .withdraw(first.receipt(), 7)
                .await
                .expect("writes")
        );
        assert_eq!(kept().await, (vec![], None));
    }
}
