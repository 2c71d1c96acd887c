//! A quota that several collectors share.

use super::*;
use crate::limits::shared::{Asked, Quota, SharedLimit};

const QUOTA: Quota = Quota {
    per_minute: 60,
    burst: 30,
};

async fn collectors(world: &World) -> Vec<Arc<dyn SharedLimit>> {
    let mut limits = Vec::new();
    for _ in 0..3 {
        let store = world.another().await;
        limits.push(store.shared_limit().expect("PostgreSQL shares limits"));
    }
    limits
}

#[tokio::test]
async fn three_collectors_grant_one_quota_together() {
    let world = World::postgres().await;
    let limits = collectors(&world).await;
    let clients = [[1; 16], [2; 16]];
    let mut granted = [0; 2];
    for _ in 0..20 {
        for limit in &limits {
            let asked = clients.map(|key| Asked { key, requests: 3 });
            let answer = limit.grant(&asked, QUOTA).await.expect("answers");
            for (sum, granted) in granted.iter_mut().zip(answer) {
                *sum += granted;
            }
        }
    }
    for granted in granted {
        // The burst, and one more for every second that has passed.
        assert!((30..33).contains(&granted), "{granted}");
    }
}

#[tokio::test]
async fn all_collectors_hash_with_one_salt_a_day_that_is_soon_forgotten() {
    let world = World::postgres().await;
    let limits = collectors(&world).await;
    let today = date(2026, 3, 2);
    let mut salts = Vec::new();
    for limit in &limits {
        salts.push(limit.salt(today).await.expect("a salt"));
    }
    assert!(salts.iter().all(|salt| *salt == salts[0]));
    let other = limits[0].salt(date(2026, 3, 3)).await.expect("a salt");
    assert_ne!(other, salts[0]);
    // Both days are long past by the clock of the server.
    world.store.expire().await.expect("expires");
    let again = limits[0].salt(today).await.expect("a salt");
    assert_ne!(again, salts[0], "the old salt is still there");
}

#[tokio::test]
async fn a_file_has_nobody_to_share_with() {
    let world = World::sqlite().await;
    assert!(Arc::clone(&world.store).shared_limit().is_none());
}
