//! Ratings as a widget would send them.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use uuid::Builder;

/// The first millisecond of 2026; an id says when it was made.
const MADE: u64 = 1_767_225_600_000;

/// In how many milliseconds ids are made: a receipt is looked for among few of the same one.
const MAKING: u128 = 3_600_000;

/// One version of one rating, ready to be sent or to be spoilt.
#[derive(Clone, Debug)]
pub struct Submission(Map<String, Value>);

impl Submission {
    /// Makes a rating of a department with an id and an edit key of its own.
    pub fn new(department: &str, rating: u8) -> Self {
        Self::numbered(random(), department, rating)
    }

    /// Makes the rating that this number always stands for, so that it can be sent again by
    /// another process.
    pub fn numbered(number: u128, department: &str, rating: u8) -> Self {
        let bytes = number.to_be_bytes();
        let mut chance = [0; 10];
        chance.copy_from_slice(&bytes[6..]);
        let made = MADE + u64::try_from(number % MAKING).unwrap_or_default();
        let id = Builder::from_unix_timestamp_millis(made, &chance);
        let fields = json!({
            "id": id.into_uuid().to_string(),
            "edit_key": Base64UrlUnpadded::encode_string(&bytes),
            "revision": 1,
            "department": department,
            "rating": rating,
        });
        let Value::Object(fields) = fields else {
            unreachable!("it is written as an object above")
        };
        Self(fields)
    }

    /// Sets a field, to a good value or a bad one.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.0.remove(field);
        self
    }

    /// Sets the comment.
    #[must_use]
    pub fn comment(self, text: &str) -> Self {
        self.with("comment", text)
    }

    /// Returns the next version of the same feedback, with another grade.
    #[must_use]
    pub fn revised(&self, rating: u8) -> Self {
        let revision = self.0["revision"].as_u64().unwrap_or_default() + 1;
        self.clone()
            .with("revision", revision)
            .with("rating", rating)
    }

    /// Returns a field as text, empty where it is none.
    pub fn text(&self, field: &str) -> &str {
        let value = self.0.get(field).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// Returns the grade.
    pub fn rating(&self) -> u64 {
        self.0["rating"].as_u64().unwrap_or_default()
    }

    /// Returns the body to send.
    pub fn body(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

fn random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    u128::from_be_bytes(bytes)
}
