//! Any history of sends, withdrawals and moves.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// One thing that can happen to a feedback.
#[derive(Clone, Debug)]
enum Step {
    Send(
        u64,
        u32,
        u8,
        usize,
        Option<&'static str>,
        Option<&'static str>,
        bool,
    ),
    Withdraw(u64),
    Move(usize),
    Settle,
    RollUp,
    Ask(usize, Dimension),
    Stop(usize, Dimension),
    Fill,
    Rebuild,
    Merge,
}

const PLACES: [&str; 3] = ["tax", "hall", "city"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => (0..6_u64, 1..4_u32, 1..=5_u8, 0..3_usize, said(), said(), any::<bool>())
            .prop_map(|(n, r, g, d, p, l, t)| Step::Send(n, r, g, d, p, l, t)),
        2 => (0..6_u64).prop_map(Step::Withdraw),
        2 => (0..2_usize).prop_map(Step::Move),
        2 => Just(Step::Settle),
        4 => Just(Step::RollUp),
        2 => (0..3_usize, dimension()).prop_map(|(d, by)| Step::Ask(d, by)),
        1 => (0..3_usize, dimension()).prop_map(|(d, by)| Step::Stop(d, by)),
        2 => Just(Step::Fill),
        1 => Just(Step::Rebuild),
        1 => Just(Step::Merge),
    ]
}

/// A placement or a language, or nothing.
fn said() -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::of(proptest::sample::select(&["en", "zh-Hans", "bo"][..]))
}

fn dimension() -> impl Strategy<Value = Dimension> {
    proptest::sample::select(&Dimension::ALL[..])
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

type Model = (usize, u32, Option<u8>, [Option<&'static str>; 2]);

async fn hold(world: World, steps: Vec<Step>) {
    // By feedback: its department, revision and rating, none once taken back, and what was said.
    let mut model: BTreeMap<u64, Model> = BTreeMap::new();
    let mut tests: BTreeSet<u64> = BTreeSet::new();
    let mut merged = false;
    // The hall and the tax bureau, once they are one, are the same place.
    let home = |place: usize, merged: bool| if merged && place == 0 { 1 } else { place };
    for step in steps {
        match step {
            Step::Send(number, revision, rating, place, placement, lang, test) => {
                let department = PLACES[place];
                let sent = Sent {
                    revision,
                    department,
                    placement,
                    lang,
                    test,
                    ..Sent::new(number, rating)
                };
                let _refused_or_taken = world.send(&sent).await;
                // What the first version was, it stays.
                if test && !model.contains_key(&number) {
                    tests.insert(number);
                }
                let kept = model.entry(number).or_insert((
                    place,
                    revision,
                    Some(rating),
                    [placement, lang],
                ));
                let same = home(kept.0, merged) == home(place, merged);
                if same && revision > kept.1 && kept.2.is_some() {
                    *kept = (kept.0, revision, Some(rating), [kept.3[0], lang]);
                }
            }
            Step::Withdraw(number) => {
                let receipt = Sent::new(number, 1).receipt();
                world.store.withdraw(receipt, 1).await.expect("writes");
                if let Some(kept) = model.get_mut(&number) {
                    kept.2 = None;
                }
            }
            Step::Ask(place, by) => world.ask(PLACES[place], by).await,
            Step::Stop(place, by) => {
                let stopped = world.store.stop_breakdown(slug(PLACES[place]), by).await;
                stopped.expect("writes");
            }
            Step::Fill => world.store.fill_breakdowns().await.expect("fills"),
            Step::Rebuild => {
                world.store.rebuild().await.expect("rebuilds");
            }
            Step::Merge => {
                let done = world.store.merge(slug("tax"), slug("hall")).await;
                assert_eq!(done.expect("answers").is_ok(), !merged);
                merged = true;
            }
            Step::Move(_) if merged => {}
            Step::Move(to) => {
                world
                    .import(&[("tax", ["city", "hall"][to])])
                    .await
                    .expect("moves");
            }
            Step::RollUp => world.roll_up().await,
            Step::Settle => {
                world.store.settle().await.expect("settles");
            }
        }
    }
    // Of these no trace is in any count.
    model.retain(|number, _| !tests.contains(number));
    let all: Counts = model
        .values()
        .filter_map(|(_, _, rating, _)| *rating)
        .map(|rating| Rating::try_from(rating).expect("a grade"))
        .collect();
    assert_eq!(world.counts("province").await, all.one_to_five());
    world.assert_verified().await;
    world.roll_up().await;
    world.assert_verified().await;
    world.settle().await;
    world.assert_verified().await;
    for (place, by) in PLACES
        .into_iter()
        .flat_map(|place| Dimension::ALL.map(|by| (place, by)))
    {
        world.ask(place, by).await;
    }
    world.assert_verified().await;
    world.store.fill_breakdowns().await.expect("fills");
    world.assert_verified().await;
    for (place, name) in PLACES.into_iter().enumerate() {
        for (index, by) in Dimension::ALL.into_iter().enumerate() {
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            for (of, _, rating, said) in model.values() {
                let here = home(*of, merged) == home(place, merged);
                if let Some(value) = said[index].filter(|_| here && rating.is_some()) {
                    *expected.entry(value.to_owned()).or_default() += 1;
                }
            }
            let found = world.broken_down(name, by).await;
            assert_eq!(
                found,
                expected.into_iter().collect::<Vec<_>>(),
                "{name} {by:?}"
            );
        }
    }
}
