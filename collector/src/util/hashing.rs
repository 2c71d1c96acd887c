//! What is kept in place of a secret, and how a receipt code comes about.

use huiyin_shared::id::{EditKey, FeedbackId, Receipt};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The first 128 bits of a SHA-256, kept where the secret itself must not be.
#[derive(Clone, Copy, Debug)]
pub struct Hashed(pub [u8; 16]);

impl Hashed {
    /// Hashes an edit key; 128 random bits need neither salt nor stretching.
    pub fn edit_key(key: &EditKey) -> Self {
        Self(first(&[b"huiyin edit key", key.as_bytes()]))
    }

    /// Hashes a receipt code.
    pub fn receipt(receipt: &Receipt) -> Self {
        Self(first(&[b"huiyin receipt", receipt.as_bytes()]))
    }

    /// Compares without saying by its duration where the two differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Derives the receipt code of a feedback from its id and edit key.
///
/// So a repeated send gets the same code from any collector, and none has to be stored.
pub fn receipt(id: &FeedbackId, key: &EditKey) -> Receipt {
    let secret = first(&[b"huiyin receipt code", id.as_bytes(), key.as_bytes()]);
    Receipt::new(secret, id)
}

/// What a feedback is found by whose receipt code is known.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptKey {
    /// The least and the greatest id it can have: those of its millisecond.
    pub ids: [[u8; 16]; 2],
    /// The hash that it must have.
    pub hash: Hashed,
}

impl ReceiptKey {
    /// Returns the key of a code.
    pub fn of(receipt: &Receipt) -> Self {
        let from = |rest| {
            let mut id = [rest; 16];
            id[..6].copy_from_slice(&receipt.id_begins());
            id
        };
        Self {
            ids: [from(0), from(u8::MAX)],
            hash: Hashed::receipt(receipt),
        }
    }
}

/// Returns the first bytes of the SHA-256 of the parts; all but the last have a fixed length.
fn first<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    std::array::from_fn(|index| digest[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_depends_on_id_and_key() {
        let (id, other) = (FeedbackId::new(1, [1; 10]), FeedbackId::new(1, [2; 10]));
        let (key, wrong) = (EditKey::new([1; 16]), EditKey::new([2; 16]));
        assert_eq!(receipt(&id, &key), receipt(&id, &key));
        assert_ne!(receipt(&id, &key), receipt(&other, &key));
        assert_ne!(receipt(&id, &key), receipt(&id, &wrong));
    }

    #[test]
    fn only_the_same_key_matches() {
        let hashed = Hashed::edit_key(&EditKey::new([1; 16]));
        assert!(hashed.matches(&Hashed::edit_key(&EditKey::new([1; 16]))));
        assert!(!hashed.matches(&Hashed::edit_key(&EditKey::new([2; 16]))));
    }
}
