//! Departments as they were a few seconds ago, for requests that come with every page view.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use huiyin_shared::slug::Slug;

use super::refreshing::Refreshing;
use crate::model::Located;
use crate::store::{Store, StoreError};

/// How long a cached department is served without a look into the store.
const TTL: Duration = Duration::from_secs(5);

/// How many departments are cached; one more clears the cache.
const CAPACITY: usize = 4_096;

/// Departments by slug.
#[derive(Default)]
pub struct DepartmentCache(Mutex<HashMap<Slug, Arc<Cached>>>);

type Cached = Refreshing<Option<Arc<Located>>>;

impl DepartmentCache {
    /// Returns a department; an unknown one is not cached, because anybody can make one up.
    pub(crate) async fn get(
        &self,
        store: &dyn Store,
        slug: &Slug,
    ) -> Result<Option<Arc<Located>>, StoreError> {
        let cached = self.entry(slug);
        let read = async || {
            let found = store.department(slug.clone()).await;
            found.map(|located| located.map(Arc::new))
        };
        let found = cached.get(TTL, read).await?;
        if found.is_none() {
            self.all().remove(slug);
        }
        Ok(found)
    }

    fn entry(&self, slug: &Slug) -> Arc<Cached> {
        let mut all = self.all();
        if let Some(cached) = all.get(slug) {
            return Arc::clone(cached);
        }
        if all.len() >= CAPACITY {
            all.clear();
        }
        Arc::clone(all.entry(slug.clone()).or_default())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Slug, Arc<Cached>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{World, slug};

    #[tokio::test]
    async fn a_department_is_cached_up_again_after_a_while_and_an_unknown_one_each_time() {
        let world = World::sqlite().await;
        let (cache, store) = (DepartmentCache::default(), world.store.as_ref());
        let of = async |name: &str| cache.get(store, &slug(name)).await;
        assert!(of("nobody").await.expect("reads").is_none());
        assert!(of("tax").await.expect("reads").is_some());
        assert_eq!(cache.all().len(), 1);
        world.store.close().await;
        let known = of("tax").await.expect("knows it").expect("it");
        assert_eq!(known.above.len(), 2);
        assert!(of("nobody").await.is_err());
        cache.entry(&slug("tax")).set_age(TTL);
        assert!(of("tax").await.is_err());
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let cache = DepartmentCache::default();
        for number in 0..=CAPACITY {
            cache.entry(&slug(&format!("d{number}")));
        }
        assert_eq!(cache.all().len(), 1);
    }
}
