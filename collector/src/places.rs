//! Departments as they were a moment ago, for whoever asks at every page view.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use huiyin_shared::slug::Slug;

use crate::model::Place;
use crate::store::{Store, StoreError};

/// How long a department counts as known.
const FRESH: Duration = Duration::from_secs(5);

/// How many are remembered; further ones are looked up each time.
const MOST: usize = 4_096;

/// Departments that were looked up of late.
#[derive(Default)]
pub struct Places(Mutex<HashMap<Slug, (Instant, Arc<Place>)>>);

impl Places {
    /// Returns a department; one that is unknown is not remembered, since anybody can make it up.
    pub(crate) async fn of(
        &self,
        store: &dyn Store,
        slug: &Slug,
    ) -> Result<Option<Arc<Place>>, StoreError> {
        if let Some(known) = self.known(slug) {
            return Ok(Some(known));
        }
        let Some(place) = store.place(slug.clone()).await?.map(Arc::new) else {
            return Ok(None);
        };
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MOST {
            places.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if places.len() < MOST {
            places.insert(slug.clone(), (Instant::now(), Arc::clone(&place)));
        }
        Ok(Some(place))
    }

    fn known(&self, slug: &Slug) -> Option<Arc<Place>> {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, place) = places.get(slug)?;
        (at.elapsed() < FRESH).then(|| Arc::clone(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{World, slug};

    #[tokio::test]
    async fn a_department_that_is_known_is_not_looked_up_again() {
        let world = World::sqlite().await;
        let (places, store) = (Places::default(), world.store.as_ref());
        let of = async |name: &str| places.of(store, &slug(name)).await;
        assert!(of("nobody").await.expect("reads").is_none());
        assert!(of("tax").await.expect("reads").is_some());
        world.store.close().await;
        assert_eq!(
            of("tax").await.expect("knows it").expect("it").above.len(),
            2
        );
        assert!(of("nobody").await.is_err());
    }
}
