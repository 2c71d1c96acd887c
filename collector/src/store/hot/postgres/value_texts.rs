//! The texts of the values by which ratings are broken down.

use deadpool_postgres::GenericClient;

use crate::store::StoreError;
use crate::store::breakdown::Texts;

/// Stores texts of values, in an order that is the same for all collectors.
pub(super) async fn store(client: &impl GenericClient, texts: &Texts) -> Result<(), StoreError> {
    if texts.is_empty() {
        return Ok(());
    }
    let (ids, texts): (Vec<i64>, Vec<&str>) = (texts.iter())
        .map(|(id, text)| (id.column(), text.as_str()))
        .unzip();
    let statement = client
        .prepare_cached(
            "INSERT INTO segment_value (id, value)
             SELECT * FROM unnest($1::bigint[], $2::text[]) ORDER BY 1 ON CONFLICT DO NOTHING",
        )
        .await?;
    client.execute(&statement, &[&ids, &texts]).await?;
    Ok(())
}
