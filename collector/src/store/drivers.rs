//! What a store keeps of driver sets: rows that are only added, the newest of a subject in effect.

use async_trait::async_trait;
use huiyin_shared::slug::Slug;

use super::{ImportRow, Rejected, StoreError};
use crate::model::drivers::{DriverSet, DriversOf, Offered, Source};

/// Driver sets, of the instance, of departments and of services.
#[async_trait]
pub trait DriverStore: Send + Sync {
    /// Returns what is offered for a department, or for the instance, or for a service: the newest
    /// set of the service, else of the department, of the closest one above it, of the instance, or
    /// the one that is built in.
    ///
    /// A department or service that is not known has no set of its own.
    async fn drivers(
        &self,
        department: Option<Slug>,
        service: Option<Slug>,
    ) -> Result<Offered, StoreError>;

    /// Returns the set of a version.
    async fn drivers_of_version(&self, version: u32) -> Result<Option<DriverSet>, StoreError>;

    /// Adds a version for each set that is not the newest of its subject anyway, all or none;
    /// returns how many. An unknown department or service refuses them.
    async fn import_drivers(
        &self,
        rows: Vec<ImportRow<DriversOf>>,
    ) -> Result<Result<usize, Rejected>, StoreError>;
}

/// What is rated, as rows: the department `$1`, and its service `$2` or that of one it took over.
const RATED: &str = "
    WITH RECURSIVE here (id) AS (
        SELECT coalesce(merged_into_id, id) FROM department WHERE slug = $1),
    offer (department, service) AS (
        SELECT s.department_id, s.id
        FROM here CROSS JOIN service s JOIN department d ON d.id = s.department_id
        WHERE s.slug = $2 AND (d.id = here.id OR d.merged_into_id = here.id)
        ORDER BY d.id <> here.id, d.id LIMIT 1)";

/// Returns the statement that finds the rows of a subject: the department's, and the service's with
/// that of the department that offers it.
pub(super) fn subject() -> String {
    format!("{RATED} SELECT id, department, service FROM here LEFT JOIN offer ON true")
}

/// Returns the statement that finds the set in effect for a subject, with the slugs of whose it is.
pub(super) fn in_effect() -> String {
    format!(
        "{RATED},
         line (department, service, height) AS (
             SELECT * FROM (
                 SELECT department, service, 0 FROM offer
                 UNION ALL SELECT id, 0, 1 FROM here
                 UNION ALL SELECT 0, 0, 1000000) nearest
             UNION ALL
             SELECT d.parent_id, 0, height + 1
             FROM line JOIN department d ON d.id = line.department
             WHERE line.service = 0 AND d.parent_id IS NOT NULL)
         SELECT s.version, s.body, d.slug, v.slug
         FROM line JOIN driver_set s
             ON s.department_id = line.department AND s.service_id = line.service
         LEFT JOIN department d ON d.id = s.department_id
         LEFT JOIN service v ON v.id = s.service_id
         ORDER BY line.height, s.version DESC LIMIT 1"
    )
}

/// A row with the set that is in effect.
pub(super) struct Row {
    pub(super) version: i64,
    pub(super) body: String,
    pub(super) department: Option<String>,
    pub(super) service: Option<String>,
}

/// Returns what such a row offers, or what is built in where there is none.
pub(super) fn offered(row: Option<Row>) -> Result<Offered, StoreError> {
    let Some(row) = row else {
        return Ok(Offered::built_in());
    };
    let slug = |text: String| -> Result<Slug, StoreError> {
        let parsed = text.parse();
        parsed.map_err(|_| StoreError::Failed("a stored slug is none".to_owned()))
    };
    let source = match (row.department, row.service) {
        (Some(department), Some(service)) => Source::Service(slug(department)?, slug(service)?),
        (Some(department), None) => Source::Department(slug(department)?),
        (None, _) => Source::Instance,
    };
    Ok(Offered {
        version: u32::try_from(row.version)
            .map_err(|_| StoreError::Failed("there are too many driver sets".to_owned()))?,
        source,
        set: set(&row.body)?,
    })
}

/// The rows that a new set is for; 0 stands for all.
pub(super) type Subject = (i64, i64);

/// Returns the rows that a set is for, by what [`subject`] has found, or why it is refused.
pub(super) fn chosen(
    ImportRow { line, value }: &ImportRow<DriversOf>,
    found: Option<(i64, Option<Subject>)>,
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
        (Some(_), None, Some((department, _))) => Ok((department, 0)),
        (Some(_), Some(_), Some((_, Some(offer)))) => Ok(offer),
        (Some(department), Some(service), Some((_, None))) => {
            Err(rejected(format!("{department} has no service {service}")))
        }
    }
}

/// Reads the body of a row.
pub(super) fn set(body: &str) -> Result<DriverSet, StoreError> {
    serde_json::from_str(body)
        .map_err(|error| StoreError::Failed(format!("a driver set cannot be read: {error}")))
}

/// Returns the bodies of the rows to add.
pub(super) fn bodies(rows: &[ImportRow<DriversOf>]) -> Result<Vec<String>, StoreError> {
    let body = |row: &ImportRow<DriversOf>| serde_json::to_string(&row.value.set);
    rows.iter()
        .map(body)
        .collect::<Result<_, _>>()
        .map_err(|error| StoreError::Failed(format!("a driver set cannot be kept: {error}")))
}
