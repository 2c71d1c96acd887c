//! `huiyin department list` and `huiyin service list`.

use std::fmt::Write;

use huiyin_shared::text::Name;

use super::print;
use crate::config::Storage;

/// Lists all departments, each below the one above it.
pub(super) async fn departments(storage: &Storage) -> anyhow::Result<()> {
    let mut text = String::new();
    let departments = storage.with_existing(async |store| Ok(store.departments().await?));
    for department in departments.await? {
        let parent = department.parent.as_ref().map_or("", |slug| slug.as_str());
        let en = department.names.en.as_ref().map_or("", Name::as_str);
        let (slug, zh) = (&department.slug, &department.names.zh);
        writeln!(text, "{slug}\t{parent}\t{zh}\t{en}")?;
    }
    print(&text)
}

/// Lists all services, by department.
pub(super) async fn services(storage: &Storage) -> anyhow::Result<()> {
    let mut text = String::new();
    let services = storage.with_existing(async |store| Ok(store.services().await?));
    for service in services.await? {
        let en = service.names.en.as_ref().map_or("", Name::as_str);
        let (department, slug, zh) = (&service.department, &service.slug, &service.names.zh);
        writeln!(text, "{department}\t{slug}\t{zh}\t{en}")?;
    }
    print(&text)
}
