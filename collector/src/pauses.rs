//! Where nobody is asked at the moment, as a running collector knows it.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::{Pause, Place};
use crate::store::{Store, StoreError};

/// How soon a running collector hears of a change.
const SOON: Duration = Duration::from_secs(2);

/// All pauses, read again every few seconds; there are never many.
#[derive(Default)]
pub struct Pauses {
    known: Mutex<Option<(Instant, Arc<[Pause]>)>>,
    /// Held by the one that reads.
    reading: tokio::sync::Mutex<()>,
}

impl Pauses {
    /// Returns the pauses there are. While one asker reads them again, all others are given those
    /// that were known: a store that is slow to answer holds no more than one of them up.
    pub(crate) async fn all(&self, store: &dyn Store) -> Result<Arc<[Pause]>, StoreError> {
        self.read_by(|| store.pauses()).await
    }

    async fn read_by<R>(&self, read: impl FnOnce() -> R) -> Result<Arc<[Pause]>, StoreError>
    where
        R: Future<Output = Result<Vec<Pause>, StoreError>>,
    {
        let _turn = match self.known() {
            Some((at, pauses)) if at.elapsed() < SOON => return Ok(pauses),
            Some((_, pauses)) => match self.reading.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(pauses),
            },
            None => self.reading.lock().await,
        };
        // Somebody may have read them since.
        if let Some((at, pauses)) = self.known()
            && at.elapsed() < SOON
        {
            return Ok(pauses);
        }
        let pauses: Arc<[Pause]> = read().await?.into();
        let known = Some((Instant::now(), Arc::clone(&pauses)));
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(pauses)
    }

    fn known(&self) -> Option<(Instant, Arc<[Pause]>)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

/// Returns the pause that holds for a placement of a department: its own, or the next one above.
pub(crate) fn holding<'known>(
    pauses: &'known [Pause],
    place: &Place,
    placement: &str,
) -> Option<&'known Pause> {
    let of = |slug, only: Option<&str>| {
        let mut of = pauses.iter().filter(move |pause| pause.department == slug);
        of.find(|pause| pause.placement.as_ref().map(|text| text.as_str()) == only)
    };
    let line = place.above.iter().rev().map(|above| &above.slug);
    of(place.department.slug.clone(), Some(placement)).or_else(|| {
        [&place.department.slug]
            .into_iter()
            .chain(line)
            .find_map(|slug| of(slug.clone(), None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Department, Notice};
    use crate::store::testing::{World, names, slug};
    use huiyin_shared::text::Placement;
    use std::future::{pending, ready};
    use tokio::time::timeout;

    fn pause(department: &str, placement: &str) -> Pause {
        Pause {
            department: slug(department),
            placement: Placement::parse(placement).ok(),
            notice: Notice::default(),
        }
    }

    /// Says how long ago the pauses were read: those of [`SOON`] are too old to be believed.
    fn were_read(pauses: &Pauses, ago: Duration) {
        let mut known = pauses.known.lock().expect("not poisoned");
        let (at, _) = known.as_mut().expect("something is known");
        *at = Instant::now().checked_sub(ago).expect("a clock that runs");
    }

    #[test]
    fn a_pause_holds_for_all_below_and_one_of_a_placement_for_that_alone() {
        let department = |name: &str| Department {
            slug: slug(name),
            parent: None,
            names: names(name),
        };
        let place = Place {
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
            let found = holding(&pauses, &place, placement);
            assert_eq!(found.is_some(), holds, "{paused:?} {placement:?}");
        }
        let pauses = ["province", "city"].map(|name| pause(name, ""));
        assert_eq!(holding(&pauses, &place, ""), Some(&pauses[1]));
    }

    #[tokio::test]
    async fn a_change_is_heard_of_soon_and_many_questions_are_one() {
        let world = World::sqlite().await;
        let (pauses, store) = (Pauses::default(), world.store.as_ref());
        let number = async || pauses.all(store).await.expect("reads").len();
        assert_eq!(number().await, 0);
        store.pause(pause("tax", "")).await.expect("writes");
        // However long the writing took.
        were_read(&pauses, Duration::ZERO);
        assert_eq!(number().await, 0);
        were_read(&pauses, SOON);
        assert_eq!(number().await, 1);
    }

    #[tokio::test]
    async fn a_store_that_is_slow_to_answer_holds_one_asker_up() {
        let pauses = Pauses::default();
        let at_once = async |answer: Vec<Pause>| {
            let read = pauses.read_by(|| ready(Ok(answer)));
            let all = timeout(Duration::ZERO, read).await;
            all.map(|all| all.expect("reads").len())
        };
        let mut stalled = Box::pin(pauses.read_by(pending));
        assert!(timeout(Duration::ZERO, &mut stalled).await.is_err());
        // Nothing is known yet.
        assert!(at_once(Vec::new()).await.is_err());
        drop(stalled);
        assert_eq!(at_once(Vec::new()).await, Ok(0));
        were_read(&pauses, SOON);
        let mut stalled = Box::pin(pauses.read_by(pending));
        assert!(timeout(Duration::ZERO, &mut stalled).await.is_err());
        for _ in 0..3 {
            assert_eq!(at_once(vec![pause("tax", "")]).await, Ok(0));
        }
        // Who reads may leave.
        drop(stalled);
        assert_eq!(at_once(vec![pause("tax", "")]).await, Ok(1));
    }
}
