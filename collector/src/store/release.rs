//! Widget releases: the files of every release that was ever served here.

use super::sql::{Tx, from_row, sql};
use super::{Store, StoreError};
use crate::model::Asset;

from_row!(Asset {
    path,
    coding,
    kind,
    bytes
});

const IS_KEPT: &str = "SELECT 1 FROM asset WHERE version = $1 LIMIT 1";

const KEEP: &str = "
    INSERT INTO asset (version, path, coding, kind, bytes) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (version, path, coding) DO NOTHING";

const FILES: &str = "SELECT path, coding, kind, bytes FROM asset WHERE version = $1";

impl dyn Store + '_ {
    /// Keeps the files of a release, all or none; does nothing if the release is kept already.
    pub async fn keep_release(&self, version: String, files: Vec<Asset>) -> Result<(), StoreError> {
        // Looked up at every start: that must not cost a write.
        let kept: Option<i64> = self.database().query_opt(sql!(IS_KEPT, version)).await?;
        if kept.is_some() {
            return Ok(());
        }
        let keep = async move |tx: &mut Tx<'_>| {
            for Asset {
                path,
                coding,
                kind,
                bytes,
            } in &files
            {
                // Collectors that start together write the same.
                tx.execute(sql!(KEEP, version, path, coding, kind, bytes))
                    .await?;
            }
            Ok(())
        };
        self.database().write(keep).await
    }

    /// Returns the files of a release; none if it is unknown.
    pub async fn release(&self, version: String) -> Result<Vec<Asset>, StoreError> {
        self.database().query(sql!(FILES, version)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{World, contract};

    contract! {
        a_release_is_kept_as_it_was_first_served
        two_that_start_together_keep_one_release
    }

    fn file(path: &str, coding: &str, bytes: &[u8]) -> Asset {
        Asset {
            path: path.to_owned(),
            coding: coding.to_owned(),
            kind: "text/javascript".to_owned(),
            bytes: bytes.to_vec(),
        }
    }

    async fn a_release_is_kept_as_it_was_first_served(world: World) {
        let first = vec![file("a.js", "", b"1"), file("a.js", "br", &[0, 255])];
        let keep = async |version: &str, files: &[Asset]| {
            let kept = world.store.keep_release(version.to_owned(), files.to_vec());
            kept.await.expect("writes");
        };
        keep("1", &first).await;
        keep("1", &[file("a.js", "", b"2"), file("b.js", "", b"")]).await;
        keep("2", &[file("a.js", "", b"2")]).await;
        let read = async |version: &str| {
            let files = world.another().await.release(version.to_owned()).await;
            let mut files = files.expect("reads");
            files.sort_by(|one, other| one.coding.cmp(&other.coding));
            files
        };
        assert_eq!(read("1").await, first);
        assert_eq!(read("2").await, [file("a.js", "", b"2")]);
        assert_eq!(read("3").await, []);
    }

    async fn two_that_start_together_keep_one_release(world: World) {
        let other = world.another().await;
        let files = vec![file("a.js", "", b"1"), file("b.js", "", b"2")];
        let (one, two) = tokio::join!(
            world.store.keep_release("1".to_owned(), files.clone()),
            other.keep_release("1".to_owned(), files.clone()),
        );
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        let kept = world.store.release("1".to_owned()).await;
        assert_eq!(kept.expect("reads").len(), 2);
    }
}
