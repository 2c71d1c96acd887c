//! Sums by which a browser knows a script (Subresource Integrity).

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Returns the sum that a tag carries.
pub fn of(bytes: &[u8]) -> String {
    format!("sha384-{}", Base64::encode_string(&Sha384::digest(bytes)))
}

/// Returns whether a browser takes these bytes for an `integrity` attribute: of the sums with the
/// strongest hash, one has to fit; without any that is understood, everything is taken.
pub fn fits(attribute: &str, bytes: &[u8]) -> bool {
    let sums: Vec<(usize, &str)> = sums(attribute).collect();
    let Some(strongest) = sums.iter().map(|(strength, _)| *strength).max() else {
        return true;
    };
    let digest = match strongest {
        0 => Base64::encode_string(&Sha256::digest(bytes)),
        1 => Base64::encode_string(&Sha384::digest(bytes)),
        _ => Base64::encode_string(&Sha512::digest(bytes)),
    };
    sums.iter()
        .any(|(strength, sum)| *strength == strongest && plain(sum) == digest)
}

/// Returns the sums of an attribute, each with the strength of its hash.
fn sums(attribute: &str) -> impl Iterator<Item = (usize, &str)> {
    attribute.split_ascii_whitespace().filter_map(|token| {
        let (hash, sum) = token.split_once('-')?;
        let strength = ["sha256", "sha384", "sha512"]
            .iter()
            .position(|known| hash.eq_ignore_ascii_case(known))?;
        // What may follow behind a question mark is for nobody yet.
        Some((strength, sum.split('?').next().unwrap_or_default()))
    })
}

/// Writes both alphabets of base64 alike.
pub(super) fn plain(sum: &str) -> String {
    sum.replace('-', "+").replace('_', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_hash_decides() {
        let right = of(b"a");
        assert!(fits(&right, b"a") && !fits(&right, b"b"));
        assert!(fits("", b"a") && fits("md5-x", b"a"));
        assert!(fits(&format!("sha256-wrong {right}"), b"a"));
        assert!(!fits(&format!("{right} sha512-wrong"), b"a"));
        assert!(fits(&format!("{} {right}", of(b"b")), b"a"));
    }
}
