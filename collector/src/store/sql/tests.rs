//! What the layer promises on both databases.

use std::sync::Arc;

use huiyin_shared::id::FeedbackId;
use jiff::civil::Date;
use tokio::sync::Notify;

use super::{Database, Tx, from_row, sql, values};
use crate::store::testing::{DAY, World, contract};
use crate::store::{Store, StoreError};

contract! {
    values_come_back_as_they_were_bound
    parameters_are_bound_by_number
    many_rows_take_few_statements
    a_value_that_is_not_of_its_type_is_an_error
    a_failed_transaction_leaves_nothing
    a_statement_after_a_failed_one_is_refused
    a_panic_rolls_back_and_ends_nothing_else
    transactions_run_as_if_one_after_another
}

#[derive(Debug, PartialEq)]
struct Everything {
    flag: bool,
    count: u64,
    words: Option<String>,
    missing: Option<String>,
    bytes: Vec<u8>,
    id: FeedbackId,
    day: Date,
    day_as_text: Date,
}
from_row!(Everything {
    flag,
    count,
    words,
    missing,
    bytes,
    id,
    day,
    day_as_text
});

async fn values_come_back_as_they_were_bound(world: World) {
    let (flag, id, day) = world.either(("INTEGER", "BLOB", "TEXT"), ("BOOLEAN", "UUID", "DATE"));
    let (count, bytes) = world.either(("INTEGER", "BLOB"), ("BIGINT", "BYTEA"));
    world.tamper(&format!(
        "CREATE TABLE everything (flag {flag}, count {count}, words TEXT, missing TEXT,
         bytes {bytes}, id {id}, day {day}, day_as_text TEXT)"
    ));
    let stored = Everything {
        flag: true,
        count: 7,
        words: Some("写得很好".to_owned()),
        missing: None,
        bytes: vec![0, 255],
        id: FeedbackId::new(1, [2; 10]),
        day: DAY,
        day_as_text: DAY,
    };
    let insert = sql!(
        "INSERT INTO everything VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        stored.flag,
        stored.count,
        stored.words,
        stored.missing,
        stored.bytes,
        stored.id,
        stored.day,
        stored.day_as_text
    );
    let database = world.store.database();
    assert_eq!(database.execute(insert).await.expect("writes"), 1);
    let found = sql!("SELECT * FROM everything WHERE flag AND day = $1", DAY);
    let found: Vec<Everything> = database.query(found).await.expect("reads");
    assert_eq!(found, [stored]);
}

async fn parameters_are_bound_by_number(world: World) {
    let database = world.store.database();
    let text = "SELECT CAST($2 AS text) || CAST($1 AS text) || CAST($2 AS text)";
    let joined: Option<String> = database
        .query_opt(sql!(text, "a", "b"))
        .await
        .expect("reads");
    assert_eq!(joined.as_deref(), Some("bab"));
    for statement in [sql!(text, "a"), sql!(text, "a", "b", "c")] {
        let refused = database.query_opt::<String>(statement).await;
        assert!(refused.is_err(), "{refused:?}");
    }
}

async fn many_rows_take_few_statements(world: World) {
    const ADD: &str = "INSERT INTO segment_value (id, value) {rows}";
    let before = world.store.database().statements();
    let add = async |tx: &mut Tx<'_>| {
        let rows = (1..=5_000_i64).map(|id| values![id, id.to_string()]);
        tx.execute_rows(ADD, rows).await
    };
    let added: Result<u64, StoreError> = world.store.database().write(add).await;
    assert_eq!(added.expect("writes"), 5_000);
    let statements = world.store.database().statements() - before;
    assert!(statements < 12, "{statements} statements");
    let kept = "SELECT CAST(count(*) AS bigint) FROM segment_value WHERE CAST(id AS text) = value";
    let kept: Option<i64> = (world.store.database().query_opt(sql!(kept)).await).expect("reads");
    assert_eq!(kept, Some(5_000));
}

async fn a_value_that_is_not_of_its_type_is_an_error(world: World) {
    let database = world.store.database();
    let text = sql!("SELECT slug FROM department LIMIT 1");
    let read = database.query_opt::<i64>(text).await;
    assert!(matches!(read, Err(StoreError::Failed(_))), "{read:?}");
    let negative = sql!("SELECT CAST(-1 AS bigint)");
    let read = database.query_opt::<u64>(negative).await;
    assert!(matches!(read, Err(StoreError::Failed(_))), "{read:?}");
}

/// Makes a table with one number, and returns a way to read it.
fn counter(world: &World) -> impl AsyncFn() -> i64 {
    world.tamper("CREATE TABLE counter (number INTEGER NOT NULL); INSERT INTO counter VALUES (0)");
    async || {
        let number = world.store.database().query_opt(sql!(NUMBER)).await;
        number.expect("reads").expect("one row")
    }
}

const NUMBER: &str = "SELECT number FROM counter";
const SET: &str = "UPDATE counter SET number = $1";

async fn a_failed_transaction_leaves_nothing(world: World) {
    let number = counter(&world);
    let database = world.store.database();
    let kept = database.write(async |tx: &mut Tx<'_>| tx.execute(sql!(SET, 1)).await);
    assert_eq!(kept.await.expect("writes"), 1);
    let refused = database.write(async |tx: &mut Tx<'_>| {
        tx.execute(sql!(SET, 2)).await?;
        Err::<(), _>(StoreError::Failed("a reason of its own".to_owned()))
    });
    assert!(refused.await.is_err());
    assert_eq!(number().await, 1);
}

async fn a_statement_after_a_failed_one_is_refused(world: World) {
    let number = counter(&world);
    let database = world.store.database();
    let swallowed = database.write(async |tx: &mut Tx<'_>| {
        tx.execute(sql!(SET, 1)).await?;
        let failed = tx.execute(sql!(SET, None::<i64>)).await;
        assert!(matches!(failed, Err(StoreError::Row(_))), "{failed:?}");
        let later = tx.query_opt::<i64>(sql!(NUMBER)).await;
        assert!(matches!(later, Err(StoreError::Failed(_))), "{later:?}");
        Ok::<_, StoreError>(())
    });
    assert!(swallowed.await.is_err(), "nothing was committed");
    assert_eq!(number().await, 0);
}

async fn a_panic_rolls_back_and_ends_nothing_else(world: World) {
    let number = counter(&world);
    let store = Arc::clone(&world.store);
    let panicked = tokio::spawn(async move {
        let work = async |tx: &mut Tx<'_>| {
            tx.execute(sql!(SET, 1)).await?;
            panic!("a bug");
            #[expect(unreachable_code, reason = "gives the closure its type")]
            Ok::<(), StoreError>(())
        };
        store.database().write(work).await
    });
    assert!(!matches!(panicked.await, Ok(Ok(()))));
    assert_eq!(number().await, 0);
    let next = world.store.database().execute(sql!(SET, 2));
    assert_eq!(next.await.expect("writes"), 1);
    assert_eq!(number().await, 2);
}

async fn transactions_run_as_if_one_after_another(world: World) {
    let number = counter(&world);
    let other = world.another().await;
    let add = async |store: &dyn Store| {
        let add = async move |tx: &mut Tx<'_>| {
            let number: Option<i64> = tx.query_opt(sql!(NUMBER)).await?;
            let next = number.unwrap_or_default() + 1;
            tx.execute(sql!(SET, next)).await
        };
        store.database().write(add).await.expect("writes");
    };
    let (one, two) = (world.store.as_ref(), other.as_ref());
    tokio::join!(add(one), add(one), add(two), add(two));
    assert_eq!(number().await, 4);
}

#[tokio::test]
async fn a_transaction_in_a_file_waits_for_nothing_else() {
    let world = World::sqlite().await;
    let number = counter(&world);
    let waits = world.store.database().write(async |tx: &mut Tx<'_>| {
        tx.execute(sql!(SET, 1)).await?;
        tokio::task::yield_now().await;
        Ok::<_, StoreError>(())
    });
    let waits = waits.await;
    assert!(matches!(waits, Err(StoreError::Failed(_))), "{waits:?}");
    assert_eq!(number().await, 0);
}

#[tokio::test]
async fn a_statement_on_a_server_is_not_waited_for_forever() {
    let world = World::postgres().await;
    let number = counter(&world);
    let other = world.another().await;
    let (locked, is_locked) = tokio::sync::oneshot::channel::<()>();
    let release = Arc::new(Notify::new());
    let released = Arc::clone(&release);
    let holds = tokio::spawn(async move {
        let locked = std::sync::Mutex::new(Some(locked));
        let hold = async move |tx: &mut Tx<'_>| {
            tx.execute(sql!(SET, 1)).await?;
            if let Some(locked) = locked.lock().expect("nobody panicked").take() {
                locked.send(()).expect("somebody waits");
            }
            released.notified().await;
            Ok::<_, StoreError>(())
        };
        other.database().write(hold).await
    });
    is_locked.await.expect("it holds the row");
    let database: &Database = world.store.database();
    let (alone, within) = tokio::join!(
        database.execute(sql!(SET, 2)),
        database.write(async |tx: &mut Tx<'_>| tx.execute(sql!(SET, 3)).await),
    );
    for waited in [alone, within] {
        assert!(
            matches!(waited, Err(StoreError::Unavailable(_))),
            "{waited:?}"
        );
    }
    release.notify_one();
    holds.await.expect("ends").expect("commits");
    let next = database.execute(sql!(SET, 4)).await;
    assert_eq!(next.expect("writes"), 1);
    assert_eq!(number().await, 4);
}
