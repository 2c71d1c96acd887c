//! Any history of sends, withdrawals and moves.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_shared::feedback::{Kind, Revision};
use proptest::prelude::*;

use super::*;
use crate::model::Taken;

/// One thing that can happen to a feedback.
#[derive(Clone, Debug)]
enum Step {
    Send(u64, u32, u8, usize, Said, bool),
    Withdraw(u64),
    Move(usize),
    Settle,
    RollUp,
    Rebuild,
    Merge,
}

/// What is said with a rating: placement, language, kind, and reasons.
type Said = (
    Option<&'static str>,
    Option<&'static str>,
    Option<Kind>,
    &'static [&'static str],
);

const PLACES: [&str; 4] = ["tax", "hall", "city", "province"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        16 => (0..6_u64, 1..4_u32, 1..=5_u8, 0..3_usize, said(), any::<bool>())
            .prop_map(|(n, r, g, d, s, t)| Step::Send(n, r, g, d, s, t)),
        2 => (0..6_u64).prop_map(Step::Withdraw),
        2 => (0..2_usize).prop_map(Step::Move),
        2 => Just(Step::Settle),
        4 => Just(Step::RollUp),
        1 => Just(Step::Rebuild),
        1 => Just(Step::Merge),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    // Some texts are values of several dimensions.
    let text = || proptest::option::of(proptest::sample::select(&["en", "zh-Hans", "wait"][..]));
    let language = proptest::option::of(proptest::sample::select(&["en", "zh-Hans", "bo"][..]));
    let kind = proptest::option::of(proptest::sample::select(&Kind::ALL[..]));
    let drivers: [&[&str]; 4] = [&[], &["wait"], &["staff", "wait"], &["en", "wait", "en"]];
    (
        text(),
        language,
        kind,
        proptest::sample::select(drivers.to_vec()),
    )
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

/// A feedback: its department, revision and rating, none once taken back, and what was said.
type Model = (usize, u32, Option<u8>, Said);

async fn hold(world: World, steps: Vec<Step>) {
    let mut model: BTreeMap<u64, Model> = BTreeMap::new();
    let mut tests: BTreeSet<u64> = BTreeSet::new();
    let mut merged = false;
    // Where the tax bureau stands: under the city or the hall.
    let mut parent = 2;
    // The hall and the tax bureau, once they are one, are the same place.
    let home = |place: usize, merged: bool| if merged && place == 0 { 1 } else { place };
    for step in steps {
        match step {
            Step::Send(number, revision, rating, place, said, test) => {
                let (placement, lang, kind, drivers) = said;
                let sent = Sent {
                    revision,
                    department: PLACES[place],
                    placement,
                    lang,
                    kind,
                    drivers,
                    test,
                    ..Sent::new(number, rating)
                };
                // What the first version was, it stays.
                if test && !model.contains_key(&number) {
                    tests.insert(number);
                }
                let expected = match model.get_mut(&number) {
                    None => {
                        model.insert(number, (place, revision, Some(rating), said));
                        Ok(Taken::created(sent.received().submission.revision))
                    }
                    Some(kept) if home(kept.0, merged) != home(place, merged) => {
                        Err(Refusal::DifferentSubject)
                    }
                    Some(kept) if revision <= kept.1 => Ok(Taken::repeat(
                        Revision::try_from(kept.1).expect("a revision"),
                    )),
                    Some((_, _, None, _)) => Err(Refusal::Withdrawn),
                    Some(kept) => {
                        let said = (kept.3.0, lang, kind, drivers);
                        *kept = (kept.0, revision, Some(rating), said);
                        Ok(Taken::revised(sent.received().submission.revision))
                    }
                };
                assert_eq!(world.send(&sent).await, expected, "{sent:?}");
            }
            Step::Withdraw(number) => {
                let found = world.withdraw(&Sent::new(number, 1)).await;
                assert_eq!(found, model.contains_key(&number), "withdraw {number}");
                if let Some(kept) = model.get_mut(&number) {
                    kept.2 = None;
                }
            }
            Step::Rebuild => {
                world.store.rebuild().await.expect("rebuilds");
            }
            Step::Merge => {
                let done = world.store.merge(slug("tax"), slug("hall")).await;
                assert_eq!(done.expect("answers").is_ok(), !merged);
                merged = true;
                parent = 1;
            }
            Step::Move(_) if merged => {}
            Step::Move(to) => {
                parent = [2, 1][to];
                world
                    .import(&[("tax", PLACES[parent])])
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
    for (place, name) in PLACES.into_iter().enumerate() {
        // The tax bureau answers to the hall's name once they are one.
        let asked = home(place, merged);
        let counts = |of: usize| asked == 3 || asked == of || (of == 0 && asked == parent);
        let here = model
            .values()
            .filter(|(of, _, rating, _)| rating.is_some() && counts(*of));
        let said: Vec<Said> = here.map(|(.., said)| *said).collect();
        for by in Dimension::ALL {
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            for value in said.iter().flat_map(|said| values(said, by)) {
                *expected.entry(value.to_owned()).or_default() += 1;
            }
            let expected: Vec<_> = expected.into_iter().collect();
            assert_eq!(world.broken_down(name, by).await, expected, "{name} {by:?}");
            for (value, n) in expected {
                let one = world.counts_with(name, by, &value, years()).await;
                assert_eq!(one.n(), n, "{name} {by:?} {value}");
            }
        }
    }
}

/// Returns what was said in one dimension, each value once.
fn values((placement, lang, kind, drivers): &Said, by: Dimension) -> BTreeSet<&'static str> {
    match by {
        Dimension::Placement => placement.iter().copied().collect(),
        Dimension::Language => lang.iter().copied().collect(),
        Dimension::Kind => kind.iter().map(|kind| kind.name()).collect(),
        Dimension::Driver => drivers.iter().copied().collect(),
    }
}
