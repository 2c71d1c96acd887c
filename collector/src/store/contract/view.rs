//! All that is read through a view is of one moment.

use super::*;
use crate::store::{self, Address};

contract! {
    a_view_sees_nothing_that_is_committed_after_its_first_statement
    a_view_ends_when_it_fails
}

fn rating(number: u64) -> Sent {
    Sent {
        service: Some("refund"),
        drivers: &["wait"],
        ..Sent::new(number, 5)
    }
}

/// Does something as another process does, to its end and on a thread of its own, for nothing may
/// be awaited while a view is open.
fn elsewhere(address: &Address, work: impl AsyncFnOnce(Arc<dyn Store>) + Send + 'static) {
    let address = address.clone();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let store = store::open(&address).await.expect("opens");
            work(Arc::clone(&store)).await;
            // The last one of a file would empty the log, and wait until nobody reads.
            std::mem::forget(store);
        });
    };
    std::thread::spawn(run).join().expect("ends");
}

async fn rate(store: Arc<dyn Store>, number: u64) {
    let batch = vec![rating(number).received()].into();
    assert!(store.commit(batch).await.expect("stores")[0].is_ok());
    while store.roll_up().await.expect("counts") {}
}

/// Takes a rating back, and waits until it is committed: in a file, a withdrawal ends only when the
/// log has no reader.
async fn withdraw(store: Arc<dyn Store>, number: u64) {
    let receipt = rating(number).receipt();
    let committed = async {
        while store.verify().await.expect("verifies").withdrawn == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        withdrawn = store.withdraw(receipt, 1) => assert!(withdrawn.expect("writes")),
        () = committed => {}
    }
}

async fn a_view_sees_nothing_that_is_committed_after_its_first_statement(world: World) {
    for number in 1..=4 {
        world.send(&rating(number)).await.expect("taken");
    }
    world.roll_up().await;
    world.send(&rating(5)).await.expect("taken, and pending");
    let address = world.address().clone();
    let read = world.store.view(async move |view| {
        let city = view.department(&slug("city")).await?.expect("is known");
        elsewhere(&address, async |store| rate(store, 6).await);
        let figures = view.figures(city.id, Dimension::Driver, years());
        let figures = figures.await?;
        elsewhere(&address, async |store| rate(store, 7).await);
        let children = Selection {
            parent: Some(city.id),
            limit: 9,
            ..Selection::default()
        };
        let children = view.standings(&children, years(), 1).await?.rows;
        elsewhere(&address, async |store| withdraw(store, 1).await);
        let tax = view.department(&slug("tax")).await?.expect("is known");
        let services = view.service_standings(tax.id, years()).await?;
        Ok::<_, StoreError>((figures, children, services))
    });
    let (figures, children, services) = read.await.expect("reads");
    let in_months = figures.months.iter().map(|(_, counts)| counts.n()).sum();
    let by_driver = figures.breakdown.values[0].1.n();
    let seen: [u64; 5] = [
        figures.now.n(),
        in_months,
        by_driver,
        children[0].now.n(),
        services[0].now.n(),
    ];
    assert_eq!(seen, [5; 5]);
    assert_eq!(world.counts("city").await[4], 6);
    world.assert_verified().await;
}

async fn a_view_ends_when_it_fails(world: World) {
    for _ in 0..20 {
        let failed = world.store.view(async |view| {
            view.department(&slug("tax")).await?;
            Err::<(), _>(StoreError::Failed("a reason of its own".to_owned()))
        });
        assert!(matches!(failed.await, Err(StoreError::Failed(_))));
    }
    world.send(&rating(1)).await.expect("taken");
    assert_eq!(world.counts("tax").await[4], 1);
}
