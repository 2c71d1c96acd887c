//! Rate limits that all collectors on one database share.

use async_trait::async_trait;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;

use super::Postgres;
use super::connection::Client;
use super::lease::in_time;
use crate::limits::client::Key;
use crate::limits::shared::{Asked, Failure, Quota, SharedLimit};
use crate::store::StoreError;

/// Takes from each bucket what there is, up to what is asked, by the clock of the server.
///
/// The generic cell rate algorithm: a request costs an interval, and a bucket may be emptied as
/// far as its burst. `granted` of a row that is proposed holds what is asked.
const GRANT: &str = "
    WITH clock (now) AS (SELECT (extract(epoch FROM now()) * 1000000)::bigint)
    INSERT INTO rate_bucket AS b (key, full_at, granted)
    SELECT key, now + least(requests, $4) * $3, least(requests, $4)
    FROM unnest($1::bytea[], $2::bigint[]) AS t (key, requests), clock
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        full_at = greatest(b.full_at, (SELECT now FROM clock)) + $3 * greatest(0, least(
            excluded.granted,
            $4 - greatest(b.full_at - (SELECT now FROM clock), 0) / $3)),
        granted = greatest(0, least(
            excluded.granted,
            $4 - greatest(b.full_at - (SELECT now FROM clock), 0) / $3))
    RETURNING granted";

#[async_trait]
impl SharedLimit for Postgres {
    async fn grant(&self, asked: &[Asked], quota: Quota) -> Result<Vec<u32>, Failure> {
        let keys: Vec<&[u8]> = asked.iter().map(|one| one.key.as_slice()).collect();
        let requests: Vec<i64> = asked.iter().map(|one| one.requests.into()).collect();
        let interval = 60_000_000 / i64::from(quota.per_minute.max(1));
        let burst = i64::from(quota.burst);
        let granted = in_time(&self.pools.limits, "a shared limit", async |client| {
            let statement = client.prepare_cached(GRANT).await?;
            let values: [&(dyn ToSql + Sync); 4] = [&keys, &requests, &interval, &burst];
            client.query(&statement, &values).await
        });
        let rows = granted.await?;
        rows.iter()
            .map(|row| Ok(u32::try_from(row.try_get::<_, i64>(0)?)?))
            .collect()
    }

    async fn salt(&self, day: Date) -> Result<Key, Failure> {
        const MAKE: &str = "INSERT INTO rate_salt VALUES ($1, uuid_send(gen_random_uuid()))
            ON CONFLICT (day) DO NOTHING";
        const READ: &str = "SELECT salt FROM rate_salt WHERE day = $1";
        let made = in_time(&self.pools.limits, "the salt of a day", async |client| {
            client.execute(MAKE, &[&day]).await?;
            client.query_one(READ, &[&day]).await
        });
        let row = made.await?;
        Ok(row.try_get::<_, &[u8]>(0)?.try_into()?)
    }
}

/// Forgets buckets that are full again, and the salts of all days before yesterday.
pub(super) async fn expire(client: &Client) -> Result<(), StoreError> {
    client
        .batch_execute(
            "DELETE FROM rate_bucket
             WHERE full_at < (extract(epoch FROM now()) * 1000000)::bigint;
             DELETE FROM rate_salt WHERE day < current_date - 1",
        )
        .await?;
    Ok(())
}
