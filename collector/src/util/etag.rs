//! Strong entity tags (RFC 9110 §8.8.3).

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Returns the entity tag of a content.
pub fn of_content(content: &[u8]) -> String {
    of_hash(&Sha256::digest(content).into())
}

/// Returns the entity tag that a SHA-256 makes: its first 64 bits in hexadecimal, in quotes.
pub fn of_hash(hash: &[u8; 32]) -> String {
    let mut tag = String::from("\"");
    for byte in &hash[..8] {
        // Writing to a string cannot fail.
        _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}
