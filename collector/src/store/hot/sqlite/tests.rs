//! What only the file has to promise.

use std::sync::mpsc;
use std::time::Duration;

use tokio::time::timeout;

use super::*;
use crate::store::testing::Sent;

#[tokio::test]
async fn whoever_reads_for_long_holds_nobody_up_who_takes_words_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Sqlite::open(&folder.path().join("h.db")).expect("opens");
    let log = || {
        let log = folder.path().join("h.db-wal").metadata();
        log.expect("there is a log").len()
    };
    let given = Sent::new(1, 5).receipt();
    let row = store.writer.run(move |connection, _| {
        connection
            .execute_batch("INSERT INTO department (id, slug, name_zh) VALUES (1, 'tax', '税')")?;
        connection.execute(
            "INSERT INTO feedback (id, department_id, revision, rating, day, received_at,
                 revised_at, edit_key_hash, receipt_hash, comment)
             VALUES (?1, 1, 1, 5, '2026-03-02', 0, 0, x'', ?2, '谢谢')",
            rusqlite::params![given.ids[0], given.hash.0],
        )
    });
    row.await.expect("writes");
    let ((begun, begins), (end, ends)) = (mpsc::channel(), mpsc::channel::<()>());
    let readers = Arc::clone(&store.readers);
    let reading = tokio::spawn(async move {
        let read = readers.read(move |connection| {
            pending_deltas::none(connection)?;
            begun.send(()).expect("somebody waits");
            _ = ends.recv();
            Ok(())
        });
        read.await
    });
    tokio::task::spawn_blocking(move || begins.recv())
        .await
        .expect("waits")
        .expect("a reader has begun");
    let soon = Duration::from_secs(5);
    let withdrawn = timeout(soon, store.withdraw(given, 7)).await;
    assert!(withdrawn.expect("nobody waits").expect("writes"));
    assert!(log() > 0);
    drop(end);
    reading.await.expect("ends").expect("reads");
    store.expire().await.expect("empties the log");
    assert_eq!(log(), 0);
    // Whoever makes receipts up writes nothing.
    assert!(
        !store
            .withdraw(Sent::new(2, 5).receipt(), 7)
            .await
            .expect("reads")
    );
    assert_eq!(log(), 0);
}

#[tokio::test]
async fn a_query_that_panics_is_a_bug_and_does_not_close_the_store() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Sqlite::open(&folder.path().join("h.db")).expect("opens");
    let panicked = store.readers.read(|_| -> Result<(), _> { panic!("a bug") });
    let panicked = panicked.await;
    assert!(
        matches!(panicked, Err(StoreError::Failed(_))),
        "{panicked:?}"
    );
    assert!(
        store
            .readers
            .read(pending_deltas::none)
            .await
            .expect("reads")
    );
    store.close().await;
    let closed = store.readers.read(pending_deltas::none).await;
    assert!(matches!(closed, Err(StoreError::Stopped)), "{closed:?}");
}

#[tokio::test]
async fn a_disk_that_fails_under_a_reader_leaves_the_store_open_and_under_the_writer_closes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Sqlite::open(&folder.path().join("h.db")).expect("opens");
    let fails = |_: &Connection| -> Result<(), _> {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_READ);
        Err(rusqlite::Error::SqliteFailure(code, None))
    };
    let read = store.readers.read(fails).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    assert!(store.ready().await);
    let written = store
        .writer
        .run(move |connection, _| fails(connection))
        .await;
    assert!(matches!(written, Err(StoreError::Stopped)), "{written:?}");
    store.stopped().await;
}
