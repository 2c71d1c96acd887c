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

/// Adds a rating, takes another back, and counts both, as another process does; to the end, on a
/// thread of its own, for nothing may be awaited while a view is open.
fn change(address: &Address, added: u64, withdrawn: u64) {
    let address = address.clone();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let store = store::open(&address).await.expect("opens");
            let batch = vec![rating(added).received()].into();
            assert!(store.commit(batch).await.expect("stores")[0].is_ok());
            let receipt = rating(withdrawn).receipt();
            assert!(store.withdraw(receipt, 1).await.expect("writes"));
            while store.roll_up().await.expect("counts") {}
            store.close().await;
        });
    };
    std::thread::spawn(run).join().expect("ends");
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
        change(&address, 11, 1);
        let figures = view.figures(city.id, Dimension::Driver, years());
        let figures = figures.await?;
        change(&address, 12, 5);
        let children = Selection {
            parent: Some(city.id),
            limit: 9,
            ..Selection::default()
        };
        let children = view.standings(&children, years(), 1).await?.rows;
        change(&address, 13, 2);
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
    // Three were added, and three taken back.
    assert_eq!(world.counts("city").await[4], 5);
    let receipt = rating(3).receipt();
    assert!(world.store.withdraw(receipt, 1).await.expect("writes"));
    assert_eq!(world.counts("city").await[4], 4);
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
