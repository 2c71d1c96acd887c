//! The pauses in effect, as a running collector knows them.

use std::sync::Arc;
use std::time::Duration;

use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;

use super::refreshing::Refreshing;
use crate::model::{Located, Pause};
use crate::store::{Store, StoreError};

/// How soon a running collector sees a change.
const TTL: Duration = Duration::from_secs(2);

/// All pauses; there are never many.
#[derive(Default)]
pub struct PauseCache(Refreshing<Arc<[Pause]>>);

impl PauseCache {
    /// Returns all pauses.
    pub(crate) async fn all(&self, store: &dyn Store) -> Result<Arc<[Pause]>, StoreError> {
        let read = async || store.pauses().await.map(Arc::from);
        self.0.get(TTL, read).await
    }
}

/// Returns the pause in effect for a placement of a department: its own, or the next one above.
pub(crate) fn pause_for<'known>(
    pauses: &'known [Pause],
    located: &Located,
    placement: Option<&Placement>,
) -> Option<&'known Pause> {
    let of = |slug: &Slug, only: Option<&Placement>| {
        let here = |pause: &&Pause| pause.department == *slug && pause.placement.as_ref() == only;
        pauses.iter().find(here)
    };
    let own = &located.department.slug;
    let line = located.above.iter().rev().map(|above| &above.slug);
    of(own, placement).or_else(|| {
        [own]
            .into_iter()
            .chain(line)
            .find_map(|slug| of(slug, None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Department, DepartmentId, Notice};
    use crate::store::testing::{World, names, slug};

    fn pause(department: &str, placement: &str) -> Pause {
        Pause {
            department: slug(department),
            placement: Placement::parse(placement).ok(),
            notice: Notice::default(),
        }
    }

    #[test]
    fn a_pause_holds_for_all_below_and_one_of_a_placement_for_that_alone() {
        let department = |name: &str| Department {
            slug: slug(name),
            parent: None,
            names: names(name),
        };
        let located = Located {
            id: DepartmentId(1),
            department: department("tax"),
            above: vec![department("province"), department("city")],
            children: 0,
        };
        for (paused, placement, holds) in [
            (("tax", ""), "footer", true),
            (("tax", ""), "", true),
            (("province", ""), "footer", true),
            (("tax", "footer"), "footer", true),
            (("tax", "footer"), "poster", false),
            (("tax", "footer"), "", false),
            (("city", "footer"), "footer", false),
            (("hall", ""), "footer", false),
        ] {
            let pauses = [pause(paused.0, paused.1)];
            let found = pause_for(&pauses, &located, Placement::parse(placement).ok().as_ref());
            assert_eq!(found.is_some(), holds, "{paused:?} {placement:?}");
        }
        let pauses = ["province", "city"].map(|name| pause(name, ""));
        assert_eq!(pause_for(&pauses, &located, None), Some(&pauses[1]));
    }

    #[tokio::test]
    async fn a_change_is_heard_of_soon() {
        let world = World::sqlite().await;
        let (pauses, store) = (PauseCache::default(), world.store.as_ref());
        let number = async || pauses.all(store).await.expect("reads").len();
        assert_eq!(number().await, 0);
        store.pause(pause("tax", "")).await.expect("writes");
        // However long the writing took.
        pauses.0.set_age(Duration::ZERO);
        assert_eq!(number().await, 0);
        pauses.0.set_age(TTL);
        assert_eq!(number().await, 1);
    }
}
