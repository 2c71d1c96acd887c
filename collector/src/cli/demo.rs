//! A few departments to look around with.

use anyhow::Context;

use super::import::{read_departments, read_services};
use crate::store::Store;

/// Loads them and returns how many.
pub(super) async fn load(store: &dyn Store) -> anyhow::Result<usize> {
    let departments = read_departments(include_bytes!("../../assets/demo-departments.csv"))
        .context("the demonstration departments")?;
    let services = read_services(include_bytes!("../../assets/demo-services.csv"))
        .context("the demonstration services")?;
    let count = store.import_departments(departments).await??;
    store.import_services(services).await??;
    Ok(count)
}
