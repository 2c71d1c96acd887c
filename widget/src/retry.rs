//! When a send that failed is tried again, and which failures are worth it.

/// The longest first wait, in milliseconds; each further one may be twice as long.
const FIRST_MS: u32 = 1_000;

/// After how many doublings the first wait is beyond the longest.
const DOUBLED: u32 = 9;

/// The longest wait, in milliseconds.
const LONGEST_MS: u32 = 5 * 60 * 1_000;

/// Returns whether a refusal with this status can pass: the collector was slow to be reached, too
/// early, asked too often, or had a failure of its own (RFC 9110 §15, RFC 8470, RFC 6585).
pub fn passes(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..)
}

/// Returns how much of what a collector asks to wait is waited: more would be a mistake, or malice.
pub fn asked(after: u64) -> u32 {
    u32::try_from(after).map_or(LONGEST_MS, |after| after.min(LONGEST_MS))
}

/// Returns after how many milliseconds the next try begins: later and later, but never not at all, as
/// the citizen was told.
///
/// `tries` is how often it was tried so far, `chance` at least 0 and below 1. The wait is drawn from all
/// of its span ("full jitter"), so that many who lost the same collector do not come back at once;
/// what the collector asked for (`after`, in milliseconds) is waited before that.
pub fn wait(tries: u32, chance: f64, after: Option<u32>) -> u32 {
    let most = (FIRST_MS << tries.saturating_sub(1).min(DOUBLED)).min(LONGEST_MS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "chance is at least 0 and below 1"
    )]
    let drawn = (f64::from(most) * chance) as u32;
    after.unwrap_or_default() + drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_pass_is_tried_again() {
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert!(passes(status), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 410, 413, 415, 422] {
            assert!(!passes(status), "{status}");
        }
    }

    #[test]
    fn waits_grow_and_are_drawn_from_all_of_their_span() {
        assert_eq!(wait(1, 0.0, None), 0);
        assert_eq!(wait(1, 0.5, None), 500);
        assert_eq!(wait(4, 0.5, None), 4_000);
        assert_eq!(wait(9, 0.999_999, None), 255_999);
        for tries in [10, 11, 63, 64, 65, u32::MAX] {
            assert_eq!(wait(tries, 0.5, None), LONGEST_MS / 2, "{tries}");
        }
    }

    #[test]
    fn what_the_collector_asks_for_is_waited() {
        assert_eq!(wait(1, 0.5, Some(asked(20_000))), 20_500);
        assert_eq!(asked(86_400_000), LONGEST_MS);
    }

    #[test]
    fn ten_thousand_clients_come_back_evenly() {
        // Each tenth of the span is drawn about equally often: no second outage by the return.
        let mut tenths = [0_u32; 10];
        for client in 0..10_000_u32 {
            let chance = f64::from(client.wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24);
            let waited = wait(6, chance, None);
            tenths[usize::try_from(waited / 3_200).expect("small").min(9)] += 1;
        }
        assert!(
            tenths.iter().all(|count| (900..1_100).contains(count)),
            "{tenths:?}"
        );
    }
}
