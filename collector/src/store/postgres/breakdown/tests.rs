//! A breakdown that changes while it is read.

use std::time::Duration;

use huiyin_test_postgres::Postgres as Server;
use jiff::civil::date;

use super::super::tests::opened;
use super::*;
use crate::store::Store;
use crate::store::testing::{Sent, slug};

#[tokio::test]
async fn one_that_ends_while_it_is_read_is_read_whole() {
    let (store, address) = opened().await;
    let asked = store.ask_breakdown(slug("tax"), Dimension::Placement).await;
    assert!(asked.expect("writes"));
    store.fill_breakdowns().await.expect("fills");
    let sent = Sent {
        placement: Some("footer"),
        ..Sent::new(1, 5)
    };
    let batch = vec![sent.received()];
    store.commit(batch.into()).await.expect("stores");
    let mut other = store.pools.writing.get().await.expect("a connection");
    let end = other.transaction().await.expect("begins");
    let lock = "LOCK TABLE breakdown_value";
    end.batch_execute(lock).await.expect("locks");
    let ends = async {
        // Until the reader has come as far as the values.
        let waiting = "SELECT 1 FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while Server::quick().ask(&address, waiting).is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let delete = "DELETE FROM breakdown";
        end.batch_execute(delete).await.expect("deletes");
        end.commit().await.expect("commits");
    };
    let year = Period::year_to(date(2026, 12, 31));
    let read = store.breakdown(slug("tax"), Dimension::Placement, None, year);
    let both = async { tokio::join!(read, ends) };
    let both = tokio::time::timeout(Duration::from_secs(20), both).await;
    let (read, ()) = both.expect("the reader waits for the values, and then reads them");
    let values = read.expect("reads").expect("it was there");
    assert_eq!((values[0].0.as_str(), values[0].1.n()), ("footer", 1));
}
