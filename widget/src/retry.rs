//! When failed requests are retried: exponential backoff with full jitter.

/// The longest delay of the first retry, in milliseconds; it doubles with each further one.
const FIRST_MS: u32 = 1_000;

/// The number of doublings after which the longest delay is reached.
const MAX_DOUBLINGS: u32 = 9;

/// The longest delay, in milliseconds.
const LONGEST_MS: u32 = 5 * 60 * 1_000;

/// Caps a `Retry-After` in milliseconds at the longest delay: more would be a mistake, or malice.
pub fn cap(after: u64) -> u32 {
    u32::try_from(after).map_or(LONGEST_MS, |after| after.min(LONGEST_MS))
}

/// Returns the delay before the next try in milliseconds. There is always a next try, as the citizen
/// was told.
///
/// `tries` is how many tries have failed, and `random` is at least 0 and below 1. The delay is drawn
/// from the whole span ("full jitter"), so that clients that lost the same collector do not all return at
/// once. What the collector asked for (`after`, in milliseconds) is added.
pub fn delay(tries: u32, random: f64, after: Option<u32>) -> u32 {
    let longest = (FIRST_MS << tries.saturating_sub(1).min(MAX_DOUBLINGS)).min(LONGEST_MS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product is between 0 and the longest delay"
    )]
    let drawn = (f64::from(longest) * random) as u32;
    after.unwrap_or_default() + drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_are_drawn_from_the_whole_span() {
        assert_eq!(delay(1, 0.0, None), 0);
        assert_eq!(delay(1, 0.5, None), 500);
        assert_eq!(delay(4, 0.5, None), 4_000);
        assert_eq!(delay(9, 0.999_999, None), 255_999);
        for tries in [10, 11, 63, 64, 65, u32::MAX] {
            assert_eq!(delay(tries, 0.5, None), LONGEST_MS / 2, "{tries}");
        }
    }

    #[test]
    fn the_delay_that_the_collector_asks_for_is_added() {
        assert_eq!(delay(1, 0.5, Some(cap(20_000))), 20_500);
        assert_eq!(cap(86_400_000), LONGEST_MS);
    }

    #[test]
    fn ten_thousand_clients_return_evenly() {
        // Each tenth of the span is drawn about equally often: the return is no second outage.
        let mut tenths = [0_u32; 10];
        for client in 0..10_000_u32 {
            let random = f64::from(client.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24);
            let delay = delay(6, random, None);
            tenths[usize::try_from(delay / 3_200).expect("small").min(9)] += 1;
        }
        assert!(
            tenths.iter().all(|count| (900..1_100).contains(count)),
            "{tenths:?}"
        );
    }
}
