//! From what an address names to what is known under that name, or the refusal.

use huiyin_shared::invalid::Invalid;
use huiyin_shared::slug::Slug;

use super::problem::ProblemType;
use crate::app::App;
use crate::model::{Located, Refusal, Service};
use crate::store::View;

/// Returns the department of this name; a name that cannot be one is as unknown as any other.
pub(crate) async fn department(app: &App, name: &str) -> Result<Located, ProblemType> {
    let slug: Slug = name.parse().map_err(|_| Refusal::UnknownDepartment)?;
    let found = app.store.department(slug).await?;
    Ok(found.ok_or(Refusal::UnknownDepartment)?)
}

/// Returns the department of this name, as [`department`] does, within a view.
pub(crate) async fn department_in(view: &mut View<'_>, name: &str) -> Result<Located, ProblemType> {
    let slug: Slug = name.parse().map_err(|_| Refusal::UnknownDepartment)?;
    let found = view.department(&slug).await?;
    Ok(found.ok_or(Refusal::UnknownDepartment)?)
}

/// Returns the department that a list stands below, or none where the name is empty.
pub(crate) async fn parent_in(
    view: &mut View<'_>,
    name: &str,
) -> Result<Option<Located>, ProblemType> {
    match name {
        "" => Ok(None),
        name => department_in(view, name).await.map(Some),
    }
}

/// Returns the service of this name, or none where the name is empty.
pub(crate) async fn service(
    app: &App,
    department: &Slug,
    name: &str,
) -> Result<Option<Service>, ProblemType> {
    if name.is_empty() {
        return Ok(None);
    }
    let slug: Slug = name.parse().map_err(|_| Invalid::Service)?;
    let found = app.store.service(department.clone(), slug).await?;
    Ok(Some(found.ok_or(Refusal::UnknownService)?))
}
