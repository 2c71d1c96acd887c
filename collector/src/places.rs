//! Departments as they were a moment ago, for whoever asks at every page view.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use huiyin_shared::slug::Slug;

use crate::fresh::Fresh;
use crate::model::Place;
use crate::store::{Store, StoreError};

/// How long a department counts as known.
const FRESH: Duration = Duration::from_secs(5);

/// How many are remembered; with one more, all are looked up anew.
const MOST: usize = 4_096;

/// Departments that were looked up of late.
#[derive(Default)]
pub struct Places(Mutex<HashMap<Slug, Arc<Looked>>>);

type Looked = Fresh<Option<Arc<Place>>>;

impl Places {
    /// Returns a department; one that is unknown is not remembered, since anybody can make it up.
    pub(crate) async fn of(
        &self,
        store: &dyn Store,
        slug: &Slug,
    ) -> Result<Option<Arc<Place>>, StoreError> {
        let looked = self.looked(slug);
        let read = async || store.place(slug.clone()).await.map(|one| one.map(Arc::new));
        let found = looked.get(FRESH, read).await?;
        if found.is_none() {
            self.all().remove(slug);
        }
        Ok(found)
    }

    fn looked(&self, slug: &Slug) -> Arc<Looked> {
        let mut all = self.all();
        if let Some(looked) = all.get(slug) {
            return Arc::clone(looked);
        }
        if all.len() >= MOST {
            all.clear();
        }
        Arc::clone(all.entry(slug.clone()).or_default())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Slug, Arc<Looked>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{World, slug};

    #[tokio::test]
    async fn a_department_is_looked_up_again_after_a_while_and_an_unknown_one_each_time() {
        let world = World::sqlite().await;
        let (places, store) = (Places::default(), world.store.as_ref());
        let of = async |name: &str| places.of(store, &slug(name)).await;
        assert!(of("nobody").await.expect("reads").is_none());
        assert!(of("tax").await.expect("reads").is_some());
        assert_eq!(places.all().len(), 1);
        world.store.close().await;
        let known = of("tax").await.expect("knows it").expect("it");
        assert_eq!(known.above.len(), 2);
        assert!(of("nobody").await.is_err());
        places.looked(&slug("tax")).was_read(FRESH);
        assert!(of("tax").await.is_err());
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let places = Places::default();
        for number in 0..=MOST {
            places.looked(&slug(&format!("d{number}")));
        }
        assert_eq!(places.all().len(), 1);
    }
}
