//! Holding new connections back while many requests are rejected.

use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// Spends credit on rejections, which served requests earn; without credit, nothing is accepted.
///
/// A rejection costs more than an answer, because it ends a connection and another one follows.
/// Under ten times the load that it can serve, a collector would spend its time on rejections.
/// Connections that are not accepted wait in the kernel's backlog, which costs nothing. A little
/// credit also comes with time, so that health checks get through.
#[derive(Debug)]
pub struct AcceptThrottle(AtomicI32);

/// The credit that one rejection costs, in served requests. A rejection takes as long as two or
/// three of them; the cost is higher, and still less than the permits of a full class, so that a
/// class never runs dry while the next connection is held back.
const REJECTION_COST: i32 = 128;

/// The most credit: how many requests may be rejected in a row after a calm.
const MAX_CREDIT: i32 = 16 * REJECTION_COST;

/// The least credit. Each new connection may displace an old one, whose client comes back to find
/// its permit taken; time alone pays this debt back in a second or little more.
const MIN_CREDIT: i32 = -16 * REJECTION_COST;

/// How often a waiting acceptor looks again, and the credit that this time earns.
const TICK: (Duration, i32) = (Duration::from_millis(4), 8);

impl AcceptThrottle {
    /// Notes a request that was served.
    pub fn on_served(&self) {
        // A read is enough in the usual calm.
        if self.0.load(Ordering::Relaxed) < MAX_CREDIT {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Notes a request that was rejected for want of a permit.
    pub fn on_rejected(&self) {
        if self.0.load(Ordering::Relaxed) > MIN_CREDIT {
            self.0.fetch_sub(REJECTION_COST, Ordering::Relaxed);
        }
    }

    /// Returns whether hardly anything was rejected of late.
    pub fn is_calm(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MAX_CREDIT / 2
    }

    /// Waits until one more connection may be accepted.
    pub async fn acquire(&self) {
        while self.0.load(Ordering::Relaxed) <= 0 {
            tokio::time::sleep(TICK.0).await;
            self.0.fetch_add(TICK.1, Ordering::Relaxed);
        }
    }
}

impl Default for AcceptThrottle {
    fn default() -> Self {
        Self(AtomicI32::new(MAX_CREDIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The permits of a full class.
    const PERMITS: usize = 256;

    async fn waits(throttle: &AcceptThrottle) -> bool {
        let acquired = tokio::time::timeout(Duration::ZERO, throttle.acquire());
        acquired.await.is_err()
    }

    #[tokio::test]
    async fn connections_wait_after_many_rejections_and_go_on_after_served_requests() {
        let throttle = AcceptThrottle::default();
        assert!(!waits(&throttle).await);
        while !waits(&throttle).await {
            throttle.on_rejected();
        }
        // Less than the permits of a full class: it never runs dry.
        for _ in 1..PERMITS {
            throttle.on_served();
        }
        assert!(!waits(&throttle).await);
    }

    #[tokio::test]
    async fn time_alone_pays_back_the_deepest_debt() {
        let throttle = AcceptThrottle::default();
        for _ in 0..10_000 {
            throttle.on_rejected();
        }
        for _ in 1..PERMITS {
            throttle.on_served();
        }
        assert!(waits(&throttle).await, "each rejection was charged");
        let soon = tokio::time::timeout(Duration::from_secs(10), throttle.acquire());
        assert!(soon.await.is_ok());
    }
}
