//! Driver sets: the nearest is in effect, and none that was offered is forgotten.

use super::*;
use crate::model::drivers::{Driver, DriverSet, DriversOf, Offered, Source};

contract! {
    the_nearest_set_is_in_effect
    a_set_that_is_newest_anyway_makes_no_version
    sets_are_imported_all_or_none
    a_service_keeps_its_set_through_a_merger
    drivers_are_kept_with_their_version_and_go_with_a_withdrawal
}

/// A set of one driver for good ratings.
fn set(department: &str, service: &str, driver: &str) -> DriversOf {
    let subject = |name: &str| (!name.is_empty()).then(|| slug(name));
    let mut drivers = DriversOf::new(subject(department), subject(service));
    let driver = Driver {
        slug: slug(driver),
        names: names(driver),
        others: [("bo".parse().expect("a tag"), names("མྱུར").zh)].into(),
    };
    drivers.add("good", driver).expect("is added");
    drivers
}

async fn import(world: &World, sets: &[(&str, &str, &str)]) -> Result<usize, u64> {
    let row = |(line, (department, service, driver)): (u64, &(&str, &str, &str))| ImportRow {
        line,
        value: set(department, service, driver),
    };
    let rows = (2..).zip(sets).map(row).collect();
    let imported = world.store.import_drivers(rows).await.expect("stores");
    imported.map_err(|rejected| rejected.line)
}

async fn offered(world: &World, department: &str, service: Option<&str>) -> Offered {
    let department = (!department.is_empty()).then(|| slug(department));
    let offered = world.store.drivers(department, service.map(slug)).await;
    offered.expect("reads")
}

async fn source(world: &World, department: &str, service: Option<&str>) -> Source {
    offered(world, department, service).await.source
}

async fn the_nearest_set_is_in_effect(world: World) {
    let subjects = [
        ("tax", Some("refund")),
        ("tax", None),
        ("hall", None),
        ("", None),
    ];
    for (department, service) in subjects {
        let nothing = offered(&world, department, service).await;
        assert_eq!(nothing, Offered::built_in());
    }
    let steps = [
        (("", "", "a"), [0, 0, 0, 0]),
        (("province", "", "b"), [1, 1, 1, 0]),
        (("city", "", "c"), [2, 2, 1, 0]),
        (("tax", "", "d"), [3, 3, 1, 0]),
        (("tax", "refund", "e"), [4, 3, 1, 0]),
    ];
    let sources = [
        Source::Instance,
        Source::Department(slug("province")),
        Source::Department(slug("city")),
        Source::Department(slug("tax")),
        Source::Service(slug("tax"), slug("refund")),
    ];
    for (step, expected) in steps {
        assert_eq!(import(&world, &[step]).await, Ok(1));
        for ((department, service), index) in subjects.into_iter().zip(expected) {
            let found = source(&world, department, service).await;
            assert_eq!(found, sources[index], "{department} {service:?} {step:?}");
        }
    }
    let found = offered(&world, "tax", Some("refund")).await;
    assert_eq!((found.version, found.set), (5, set("", "", "e").set));
    let unknown = source(&world, "nobody", None).await;
    assert_eq!(unknown, Source::Instance);
    // A move brings the sets of another line.
    world.import(&[("tax", "hall")]).await.expect("moves");
    assert_eq!(source(&world, "tax", None).await, sources[3]);
    world.import(&[("city", "hall")]).await.expect("moves");
    assert_eq!(source(&world, "city", None).await, sources[2]);
}

async fn a_set_that_is_newest_anyway_makes_no_version(world: World) {
    assert_eq!(
        import(&world, &[("tax", "", "a"), ("", "", "a")]).await,
        Ok(2)
    );
    assert_eq!(
        import(&world, &[("tax", "", "a"), ("", "", "a")]).await,
        Ok(0)
    );
    assert_eq!(
        import(&world, &[("tax", "", "b"), ("", "", "a")]).await,
        Ok(1)
    );
    // Back to what it was: a new version all the same, and the old ones stay what they were.
    assert_eq!(import(&world, &[("tax", "", "a")]).await, Ok(1));
    let found = offered(&world, "tax", None).await;
    assert_eq!((found.version, found.set), (4, set("", "", "a").set));
    for (version, driver) in [(1, "a"), (2, "a"), (3, "b"), (4, "a")] {
        let kept = world.store.drivers_of_version(version).await;
        assert_eq!(kept.expect("reads"), Some(set("", "", driver).set));
    }
    let built_in = world.store.drivers_of_version(0).await.expect("reads");
    assert_eq!(built_in, Some(DriverSet::built_in()));
    let never = world.store.drivers_of_version(u32::MAX).await;
    assert_eq!(never.expect("reads"), None);
}

async fn sets_are_imported_all_or_none(world: World) {
    for wrong in [
        ("nobody", "", "a"),
        ("tax", "nothing", "a"),
        ("hall", "refund", "a"),
        ("", "refund", "a"),
    ] {
        let refused = import(&world, &[("tax", "", "a"), wrong]).await;
        assert_eq!(refused, Err(3), "{wrong:?}");
    }
    assert_eq!(offered(&world, "tax", None).await, Offered::built_in());
}

async fn a_service_keeps_its_set_through_a_merger(world: World) {
    let sets = [("tax", "refund", "a"), ("tax", "", "b"), ("hall", "", "c")];
    assert_eq!(import(&world, &sets).await, Ok(3));
    let merged = world.store.merge(slug("tax"), slug("hall")).await;
    assert_eq!(merged.expect("merges"), Ok(()));
    for department in ["tax", "hall"] {
        let refund = source(&world, department, Some("refund")).await;
        assert_eq!(refund, Source::Service(slug("tax"), slug("refund")));
        let whole = source(&world, department, None).await;
        assert_eq!(whole, Source::Department(slug("hall")));
    }
    assert_eq!(import(&world, &[("hall", "refund", "d")]).await, Ok(1));
    assert_eq!(offered(&world, "tax", Some("refund")).await.version, 4);
}

async fn drivers_are_kept_with_their_version_and_go_with_a_withdrawal(world: World) {
    let first = Sent {
        drivers: &["quick", "clear"],
        drivers_version: Some(3),
        ..Sent::new(1, 5)
    };
    let kept = async || {
        let feedback = world.store.feedback(first.receipt()).await;
        let feedback = feedback.expect("reads").expect("is there");
        (feedback.drivers, feedback.drivers_version)
    };
    world.send(&first).await.expect("taken");
    assert_eq!(kept().await, (vec![slug("quick"), slug("clear")], Some(3)));
    let second = Sent {
        revision: 2,
        drivers: &["slow"],
        drivers_version: Some(u32::MAX),
        ..first.clone()
    };
    world.send(&second).await.expect("taken");
    assert_eq!(kept().await, (vec![slug("slow")], Some(u32::MAX)));
    let third = Sent {
        revision: 3,
        drivers: &[],
        drivers_version: None,
        ..first.clone()
    };
    world.send(&third).await.expect("taken");
    assert_eq!(kept().await, (vec![], None));
    world
        .send(&Sent {
            revision: 4,
            ..first.clone()
        })
        .await
        .expect("taken");
    assert!(
        world
            .store
            .withdraw(first.receipt(), 7)
            .await
            .expect("writes")
    );
    assert_eq!(kept().await, (vec![], None));
}
