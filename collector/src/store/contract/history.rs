//! Any history of sends, withdrawals and moves.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// One thing that can happen to a feedback.
#[derive(Clone, Debug)]
enum Step {
    Send(u64, u32, u8, usize),
    Withdraw(u64),
    Move(usize),
    Settle,
}

const PLACES: [&str; 3] = ["tax", "hall", "city"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..6_u64, 1..4_u32, 1..=5_u8, 0..3_usize).prop_map(|(n, r, g, d)| Step::Send(n, r, g, d)),
        1 => (0..6_u64).prop_map(Step::Withdraw),
        1 => (0..2_usize).prop_map(Step::Move),
        1 => Just(Step::Settle),
    ]
}

/// Any history, of up to 40 steps.
fn any_history() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_history_leaves_rollups_that_agree_with_a_plain_model_in_sqlite(steps in any_history()) {
        in_runtime(async { hold(World::sqlite().await, steps).await });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_history_leaves_rollups_that_agree_with_a_plain_model_in_postgres(
        steps in any_history()
    ) {
        in_runtime(async { hold(World::postgres().await, steps).await });
    }
}

fn in_runtime(history: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(history);
}

async fn hold(world: World, steps: Vec<Step>) {
    // By feedback: its department, revision and rating; none once taken back.
    let mut model: BTreeMap<u64, (usize, u32, Option<u8>)> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Send(number, revision, rating, place) => {
                let department = PLACES[place];
                let sent = Sent {
                    revision,
                    department,
                    ..Sent::new(number, rating)
                };
                let _refused_or_taken = world.send(&sent).await;
                let kept = model
                    .entry(number)
                    .or_insert((place, revision, Some(rating)));
                if kept.0 == place && revision > kept.1 && kept.2.is_some() {
                    *kept = (place, revision, Some(rating));
                }
            }
            Step::Withdraw(number) => {
                let receipt = Sent::new(number, 1).receipt();
                world.store.withdraw(receipt, 1).await.expect("writes");
                if let Some(kept) = model.get_mut(&number) {
                    kept.2 = None;
                }
            }
            Step::Move(to) => {
                world
                    .import(&[("tax", ["city", "hall"][to])])
                    .await
                    .expect("moves");
            }
            Step::Settle => {
                world.store.settle().await.expect("settles");
            }
        }
    }
    let all: Counts = model
        .values()
        .filter_map(|(_, _, rating)| *rating)
        .map(|rating| Rating::try_from(rating).expect("a grade"))
        .collect();
    assert_eq!(world.counts("province").await, all.one_to_five());
    world.assert_verified().await;
    world.settle().await;
    world.assert_verified().await;
}
