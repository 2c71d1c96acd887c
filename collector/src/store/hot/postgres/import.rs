//! Adding, updating and merging departments and services, all of it or nothing.

use deadpool_postgres::Transaction;
use huiyin_shared::slug::Slug;

use super::connection::Client;
use super::pending_deltas;
use super::tree_lock::{lock_tree, tree_changed};
use crate::model::{Department, Service};
use crate::store::import::Standing;
use crate::store::listing::search_text;
use crate::store::{ImportRow, NotMerged, Rejected, StoreError};

/// Writes departments, unless the file is refused.
pub(super) async fn departments(
    client: &mut Client,
    rows: &[ImportRow<Department>],
) -> Result<Result<usize, Rejected>, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    if let Err(rejected) = standing(&transaction).await?.departments(rows) {
        return Ok(Err(rejected));
    }
    let slugs: Vec<&str> = rows.iter().map(|row| row.value.slug.as_str()).collect();
    let parents = rows.iter().map(|row| row.value.parent.as_ref());
    let parents: Vec<Option<&str>> = parents.map(|slug| slug.map(Slug::as_str)).collect();
    let zh: Vec<&str> = rows.iter().map(|row| row.value.names.zh.as_str()).collect();
    let en = rows.iter().map(|row| row.value.names.en.as_ref());
    let en: Vec<Option<&str>> = en.map(|name| name.map(|name| name.as_str())).collect();
    let searched: Vec<String> = rows.iter().map(|row| search_text(&row.value)).collect();
    transaction
        .execute(
            "INSERT INTO department (slug, name_zh, name_en, search_text)
             SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
             ON CONFLICT (slug) DO UPDATE
             SET name_zh = excluded.name_zh, name_en = excluded.name_en,
                 search_text = excluded.search_text",
            &[&slugs, &zh, &en, &searched],
        )
        .await?;
    transaction
        .execute(
            "UPDATE department d SET parent_id = p.id
             FROM unnest($1::text[], $2::text[]) AS t (slug, parent)
             LEFT JOIN department p ON p.slug = t.parent
             WHERE d.slug = t.slug AND d.parent_id IS DISTINCT FROM p.id",
            &[&slugs, &parents],
        )
        .await?;
    counted_at_once(&transaction).await?;
    transaction.commit().await?;
    Ok(Ok(rows.len()))
}

/// Whoever has neither ratings nor widget events yet has none that must follow.
async fn counted_at_once(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    // The roll-ups tell only then.
    pending_deltas::count(transaction).await?;
    transaction
        .execute(
            "UPDATE department d SET counted_under_id = parent_id
             WHERE counted_under_id IS DISTINCT FROM parent_id
               AND d.id NOT IN (SELECT department_id FROM rollup_month)
               AND NOT EXISTS (SELECT 1 FROM moment_day m WHERE m.department_id = d.id)",
            &[],
        )
        .await?;
    tree_changed(transaction).await
}

/// Writes services, unless the file is refused.
pub(super) async fn services(
    client: &mut Client,
    rows: &[ImportRow<Service>],
) -> Result<Result<usize, Rejected>, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    if let Err(rejected) = standing(&transaction).await?.services(rows) {
        return Ok(Err(rejected));
    }
    let departments = rows.iter().map(|row| row.value.department.as_str());
    let departments: Vec<&str> = departments.collect();
    let slugs: Vec<&str> = rows.iter().map(|row| row.value.slug.as_str()).collect();
    let zh: Vec<&str> = rows.iter().map(|row| row.value.names.zh.as_str()).collect();
    let en = rows.iter().map(|row| row.value.names.en.as_ref());
    let en: Vec<Option<&str>> = en.map(|name| name.map(|name| name.as_str())).collect();
    transaction
        .execute(
            "INSERT INTO service (department_id, slug, name_zh, name_en)
             SELECT d.id, t.slug, t.zh, t.en
             FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
               AS t (department, slug, zh, en) JOIN department d ON d.slug = t.department
             ON CONFLICT (department_id, slug) DO UPDATE
             SET name_zh = excluded.name_zh, name_en = excluded.name_en",
            &[&departments, &slugs, &zh, &en],
        )
        .await?;
    tree_changed(&transaction).await?;
    transaction.commit().await?;
    Ok(Ok(rows.len()))
}

/// Makes one department part of another, unless that is refused.
pub(super) async fn merge(
    client: &mut Client,
    from: &Slug,
    into: &Slug,
) -> Result<Result<(), NotMerged>, StoreError> {
    let transaction = client.transaction().await?;
    lock_tree(&transaction).await?;
    if let Err(refused) = standing(&transaction).await?.merger(from, into) {
        return Ok(Err(refused));
    }
    // What stood below, or had become part of it before, does so of the other from now on.
    transaction
        .execute(
            "UPDATE department d
             SET parent_id = t.id,
                 merged_into_id = CASE WHEN d.id = f.id OR d.merged_into_id = f.id THEN t.id END
             FROM department f, department t
             WHERE f.slug = $1 AND t.slug = $2 AND (d.id = f.id OR d.parent_id = f.id)",
            &[&from.as_str(), &into.as_str()],
        )
        .await?;
    counted_at_once(&transaction).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

async fn standing(transaction: &Transaction<'_>) -> Result<Standing, StoreError> {
    let rows = transaction
        .query(
            "SELECT d.slug, p.slug, d.merged_into_id IS NOT NULL
             FROM department d LEFT JOIN department p ON p.id = d.parent_id",
            &[],
        )
        .await?;
    let mut standing = Standing::default();
    for row in rows {
        standing.add(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    }
    Ok(standing)
}
