//! Identifiers: of a feedback, of the right to change it, of what the citizen keeps.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::invalid::Invalid;

/// Implements the text form of an identifier: `FromStr`, `String` conversions for serde.
macro_rules! as_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

/// The id of a feedback: a UUID of version 7 (RFC 9562 §5.7) that the client makes.
///
/// The client makes it so that a send can be repeated safely: the same id is the same feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, format = "uuid"))]
#[serde(try_from = "String", into = "String")]
pub struct FeedbackId(Uuid);

impl FeedbackId {
    /// Makes an id from Unix time in milliseconds and 80 random bits; version and variant bits
    /// take the place of six of them.
    pub fn new(unix_milliseconds: u64, random: [u8; 10]) -> Self {
        Self(Builder::from_unix_timestamp_millis(unix_milliseconds, &random).into_uuid())
    }

    /// Returns when it was made, in Unix milliseconds.
    pub fn made(&self) -> u64 {
        let mut time = [0; 8];
        time[2..].copy_from_slice(&self.0.as_bytes()[..6]);
        u64::from_be_bytes(time)
    }

    /// Returns the 16 bytes, in order of time.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Returns the id with these 16 bytes, if they are of version 7.
    pub fn from_bytes(bytes: [u8; 16]) -> Result<Self, Invalid> {
        let uuid = Uuid::from_bytes(bytes);
        if uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122 {
            Ok(Self(uuid))
        } else {
            Err(Invalid::Id)
        }
    }
}

impl FromStr for FeedbackId {
    type Err = Invalid;

    /// Takes the hyphenated form of 36 characters only, in large or small letters.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() != 36 {
            return Err(Invalid::Id);
        }
        let uuid = Uuid::try_parse(text).map_err(|_| Invalid::Id)?;
        Self::from_bytes(uuid.into_bytes())
    }
}

impl fmt::Display for FeedbackId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

as_text!(FeedbackId);

/// The right to revise a feedback: 128 random bits that only its creator holds.
///
/// The collector keeps a hash of it, never the key. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$"))]
#[serde(try_from = "String", into = "String")]
pub struct EditKey([u8; 16]);

impl EditKey {
    /// Makes a key from 128 random bits.
    pub const fn new(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// Returns the 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for EditKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut key = [0; 16];
        match Base64UrlUnpadded::decode(text, &mut key) {
            Ok(decoded) if decoded.len() == 16 => Ok(Self(key)),
            _ => Err(Invalid::EditKey),
        }
    }
}

impl fmt::Display for EditKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&Base64UrlUnpadded::encode_string(&self.0))
    }
}

impl fmt::Debug for EditKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EditKey(…)")
    }
}

as_text!(EditKey);

/// The receipt code (查询码): what the citizen keeps to see the feedback again without an account.
///
/// 72 secret bits and the 48 of the feedback's time, written as six groups of four in Crockford's
/// base 32, which has no letters that are mistaken for digits. Reading forgives small letters, spaces, missing hyphens, and O, I and L.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, example = "01JK-7Q4M-X9B2-W3CT-5D8F-6HZA"))]
#[serde(try_from = "String", into = "String")]
pub struct Receipt([u8; 15]);

impl Receipt {
    /// Makes a receipt code from 72 bits that nobody can guess and the time in the feedback's id.
    ///
    /// The time leads to the feedback without an index of codes, which would cost every rating a
    /// page of the disk to itself. It also narrows what a guess can hit to one millisecond.
    pub fn new(secret: [u8; 9], id: &FeedbackId) -> Self {
        let mut bytes = [0; 15];
        bytes[..9].copy_from_slice(&secret);
        bytes[9..].copy_from_slice(&id.as_bytes()[..6]);
        Self(bytes)
    }

    /// Returns the 15 bytes.
    pub const fn as_bytes(&self) -> &[u8; 15] {
        &self.0
    }

    /// Returns the bytes with which the feedback's id begins: its time.
    pub fn id_begins(&self) -> [u8; 6] {
        std::array::from_fn(|index| self.0[9 + index])
    }
}

impl FromStr for Receipt {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // The longest way to write 24 characters with a separator between each.
        if text.len() > 96 {
            return Err(Invalid::Receipt);
        }
        let bare: String = text
            .chars()
            .filter(|c| *c != '-' && !c.is_whitespace())
            .collect();
        let decoded = base32::decode(base32::Alphabet::Crockford, &bare);
        decoded
            .filter(|_| bare.len() == 24)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(Invalid::Receipt)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = base32::encode(base32::Alphabet::Crockford, &self.0);
        let groups: [&str; 6] = std::array::from_fn(|group| &code[4 * group..][..4]);
        formatter.write_str(&groups.join("-"))
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Receipt(…)")
    }
}

as_text!(Receipt);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_says_its_time() {
        let id = FeedbackId::new(0x0192_0000_0000, [0xff; 10]);
        assert_eq!(id.to_string(), "01920000-0000-7fff-bfff-ffffffffffff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.made(), 0x0192_0000_0000);
    }

    #[test]
    fn other_versions_and_spellings_are_refused() {
        for bad in [
            "",
            "01920000-0000-4fff-bfff-ffffffffffff",
            "0192000000007fffbfffffffffffffff",
            "{01920000-0000-7fff-bfff-fffffffffff}",
            "01920000-0000-7fff-cfff-ffffffffffff",
        ] {
            assert_eq!(bad.parse::<FeedbackId>(), Err(Invalid::Id), "{bad}");
        }
    }

    #[test]
    fn an_edit_key_reads_back_and_hides_itself() {
        let key = EditKey::new([7; 16]);
        assert_eq!(key.to_string().len(), 22);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(format!("{key:?}"), "EditKey(…)");
    }

    #[test]
    fn short_and_long_edit_keys_are_refused() {
        for bad in [
            "",
            "AAAA",
            &"A".repeat(21),
            &"A".repeat(23),
            "AAAAAAAAAAAAAAAAAAAAA=",
        ] {
            assert_eq!(bad.parse::<EditKey>(), Err(Invalid::EditKey), "{bad}");
        }
    }

    #[test]
    fn a_receipt_is_read_as_people_type_it() {
        let id = FeedbackId::new(1, [0; 10]);
        let receipt = Receipt::new([0x08, 0x42, 0x10, 0, 0, 0, 0, 0, 0], &id);
        assert_eq!(receipt.to_string(), "1111-0000-0000-0000-0000-0001");
        assert_eq!(receipt.id_begins(), [0, 0, 0, 0, 0, 1]);
        for typed in [
            "1111-0000-0000-0000-0000-0001",
            "iLl1 oooo OOOO 0000 oooo oooL",
            "111100000000000000000001",
        ] {
            assert_eq!(typed.parse(), Ok(receipt), "{typed}");
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        for bad in [
            "",
            "1111",
            "1111-0000-0000-0000",
            "1111-0000-0000-0000-0000-000",
            "1111-0000-0000-0000-0000-00000",
            "////////////////////////",
        ] {
            assert_eq!(bad.parse::<Receipt>(), Err(Invalid::Receipt), "{bad}");
        }
    }
}
