//! The bytes that are sent, made before they are needed.

use std::time::Instant;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::replay;

/// Stands in a request where a new id is to be written, a UUID of version 7 each time.
pub const ID: &str = "00000000-0000-7000-8000-000000000000";

/// Stands in a request where a new edit key is to be written.
pub const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// Stands in a request where the address of a client is to be written, of another network each
/// time.
pub const ADDRESS: &str = "fd00:0000:0000:0000:0000:0000:0000:0001";

/// The first millisecond of 2026; ids are made from here on.
const MADE: u64 = 1_767_225_600_000;

/// How many texts there are.
const TEXTS: usize = 3_000;

/// An endless row of requests: the given ones again and again, with a new id in each.
#[derive(Clone, Debug)]
pub struct Requests {
    templates: Vec<Template>,
    next: usize,
    chance: u64,
    started: Instant,
}

/// A request with the places in it that change.
#[derive(Clone, Debug)]
struct Template {
    bytes: Vec<u8>,
    ids: Vec<usize>,
    keys: Vec<usize>,
    addresses: Vec<usize>,
}

impl Requests {
    /// Makes ratings as the widget sends them, with real texts, of the departments in
    /// `data/departments.csv`; each is new to every collector.
    pub fn ratings() -> anyhow::Result<Self> {
        Self::ratings_from("https://www.example.gov.cn/banshi", "")
    }

    /// Makes ratings from this page and with these further headers, each ended by CR LF; both may
    /// have [`ID`] and [`ADDRESS`] in them.
    pub fn ratings_from(page: &str, headers: &str) -> anyhow::Result<Self> {
        let bodies = replay::ratings(TEXTS)?.into_iter().map(|rating| {
            let rating = rating.with("id", ID).with("edit_key", KEY);
            let rating = rating.with("page", page).with("lang", "zh-Hans");
            rating.with("placement", "footer").body()
        });
        Ok(Self::post("/api/v1/feedback", headers, bodies))
    }

    /// Posts these bodies, JSON, in turn; each may have [`ID`] and [`KEY`] in it.
    pub fn post(path: &str, headers: &str, bodies: impl IntoIterator<Item = String>) -> Self {
        Self::of(bodies.into_iter().map(|body| {
            let length = body.len();
            format!(
                "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\n{headers}\r\n{body}"
            )
        }))
    }

    /// Asks for a path again and again.
    pub fn get(path: &str) -> Self {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        Self::of([request])
    }

    fn of(requests: impl IntoIterator<Item = String>) -> Self {
        let places = |text: &str, what: &str| text.match_indices(what).map(|(at, _)| at).collect();
        let templates = requests.into_iter().map(|text| Template {
            ids: places(&text, ID),
            keys: places(&text, KEY),
            addresses: places(&text, ADDRESS),
            bytes: text.into_bytes(),
        });
        let mut chance = [0; 8];
        getrandom::fill(&mut chance).expect("the system has random numbers");
        Self {
            templates: templates.collect(),
            next: 0,
            chance: u64::from_ne_bytes(chance),
            started: Instant::now(),
        }
    }

    /// Appends the next request.
    pub(super) fn next_into(&mut self, bytes: &mut Vec<u8>) {
        self.next = (self.next + 1) % self.templates.len();
        let (high, low) = (self.random(), self.random());
        let template = &self.templates[self.next];
        let start = bytes.len();
        bytes.extend_from_slice(&template.bytes);
        if !template.ids.is_empty() {
            let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or_default();
            let id = id(MADE + passed, high, low);
            for at in &template.ids {
                bytes[start + at..][..ID.len()].copy_from_slice(&id);
            }
        }
        for at in &template.keys {
            let mut key = [0; 16];
            key[..8].copy_from_slice(&high.to_be_bytes());
            key[8..].copy_from_slice(&low.to_be_bytes());
            let place = &mut bytes[start + at..][..KEY.len()];
            Base64UrlUnpadded::encode(&key, place).expect("22 characters hold 16 bytes");
        }
        for at in &template.addresses {
            // Bits 16 to 63: what belongs to one network of a client begins behind them.
            let mut rest = high;
            for group in 1..4 {
                for digit in 0..4 {
                    let number = usize::try_from(rest % 16).unwrap_or_default();
                    bytes[start + at + 5 * group + digit] = b"0123456789abcdef"[number];
                    rest /= 16;
                }
            }
        }
    }

    /// Returns the next number that nobody foresees without the first.
    fn random(&mut self) -> u64 {
        self.chance = self.chance.wrapping_add(1);
        replay::mixed(self.chance)
    }
}

/// Writes a UUID of version 7.
fn id(milliseconds: u64, high: u64, low: u64) -> [u8; 36] {
    let chance = u128::from(high) << 64 | u128::from(low);
    let mut random = [0; 10];
    random.copy_from_slice(&chance.to_be_bytes()[6..]);
    let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid();
    let mut text = [0; 36];
    id.hyphenated().encode_lower(&mut text);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::Ipv6Addr;

    use super::*;

    #[test]
    fn each_rating_has_an_id_and_a_key_of_its_own() {
        let mut requests = Requests::ratings().expect("real texts");
        let mut seen = HashSet::new();
        for _ in 0..2 * TEXTS {
            let mut bytes = Vec::new();
            requests.next_into(&mut bytes);
            let text = String::from_utf8(bytes).expect("text");
            let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
            assert!(head.contains(&format!("content-length: {}", body.len())));
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            let id: uuid::Uuid = body["id"].as_str().expect("an id").parse().expect("a UUID");
            assert_eq!(id.get_version_num(), 7);
            assert!(seen.insert(body["id"].to_string()), "an id came twice");
            assert!(
                seen.insert(body["edit_key"].to_string()),
                "a key came twice"
            );
        }
    }

    #[test]
    fn each_client_has_a_network_of_its_own() {
        let mut requests = Requests::post("/", "", [ADDRESS.to_owned()]);
        let networks: HashSet<[u16; 4]> = (0..1_000)
            .map(|_| {
                let mut bytes = Vec::new();
                requests.next_into(&mut bytes);
                let text = String::from_utf8(bytes).expect("text");
                let (_, address) = text.split_once("\r\n\r\n").expect("a body");
                let address: Ipv6Addr = address.parse().expect("an address");
                std::array::from_fn(|group| address.segments()[group])
            })
            .collect();
        assert_eq!(networks.len(), 1_000);
    }
}
