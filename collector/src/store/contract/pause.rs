//! A pause lasts until it is ended, for the department that its name leads to.

use huiyin_shared::text::{Name, Placement};

use super::*;
use crate::model::{Notice, Pause};

fn pause(department: &str, placement: Option<&str>, notice: Option<&str>) -> Pause {
    Pause {
        department: slug(department),
        placement: placement.map(|text| Placement::parse(text).expect("a placement")),
        notice: Notice {
            zh: notice.map(|text| Name::parse(text).expect("a notice")),
            en: None,
        },
    }
}

async fn pauses_are_kept_changed_and_ended_one_by_one(world: World) {
    let begin = async |one: &Pause| world.store.pause(one.clone()).await.expect("writes");
    let all = async || world.another().await.pauses().await.expect("reads");
    let (whole, hall) = (pause("city", None, None), pause("city", Some("hall"), None));
    let other = pause("tax", Some("footer"), Some("维护中"));
    for one in [&whole, &hall, &other] {
        assert!(begin(one).await);
    }
    assert_eq!(all().await, [whole.clone(), hall.clone(), other.clone()]);
    let told = pause("city", None, Some("明天再来"));
    assert!(begin(&told).await);
    assert_eq!(all().await, [told.clone(), hall.clone(), other.clone()]);
    assert!(!begin(&pause("nobody", None, None)).await);
    let end = async |one: &Pause| {
        let ended = world
            .store
            .resume(one.department.clone(), one.placement.clone());
        ended.await.expect("writes")
    };
    assert!(end(&told).await && !end(&told).await);
    assert_eq!(all().await, [hall, other]);
    assert!(!end(&pause("nobody", None, None)).await);
}

async fn a_department_that_became_part_of_another_is_paused_with_it(world: World) {
    world
        .store
        .pause(pause("tax", None, None))
        .await
        .expect("writes");
    let merged = world.store.merge(slug("tax"), slug("city")).await;
    merged.expect("writes").expect("merges");
    assert_eq!(world.store.pauses().await.expect("reads"), []);
    world
        .store
        .pause(pause("tax", None, None))
        .await
        .expect("writes");
    let paused = world.store.pauses().await.expect("reads");
    assert_eq!(paused, [pause("city", None, None)]);
}

contract! {
    pauses_are_kept_changed_and_ended_one_by_one
    a_department_that_became_part_of_another_is_paused_with_it
}
