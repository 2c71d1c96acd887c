//! What citizens send in tests.

use huiyin_shared::feedback::{Drivers, Kind, Revision, Submission};
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::rating::Rating;
use huiyin_shared::text::{Comment, Contact, Placement};
use jiff::civil::Date;

use super::{DAY, slug};
use crate::model::Received;
use crate::util::hashing::{Hashed, ReceiptKey, receipt};

/// A submission in the making: number, rating, and what a test wants to be different.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) number: u64,
    pub(crate) key: u8,
    pub(crate) revision: u32,
    pub(crate) department: &'static str,
    pub(crate) service: Option<&'static str>,
    pub(crate) rating: u8,
    pub(crate) drivers: &'static [&'static str],
    pub(crate) drivers_version: Option<u32>,
    pub(crate) placement: Option<&'static str>,
    pub(crate) lang: Option<&'static str>,
    pub(crate) kind: Option<Kind>,
    pub(crate) test: bool,
    pub(crate) trap: bool,
    pub(crate) elapsed_ms: Option<u64>,
    pub(crate) age_ms: Option<u64>,
    /// Where an answer is wanted; none where none is.
    pub(crate) contact: Option<&'static str>,
    pub(crate) at: i64,
    pub(crate) day: Date,
}

impl Sent {
    pub(crate) fn new(number: u64, rating: u8) -> Self {
        Self {
            number,
            key: 1,
            revision: 1,
            department: "tax",
            service: None,
            rating,
            drivers: &[],
            drivers_version: None,
            placement: None,
            lang: None,
            kind: None,
            test: false,
            trap: false,
            elapsed_ms: None,
            age_ms: None,
            contact: None,
            at: 0,
            day: DAY,
        }
    }

    pub(crate) fn receipt(&self) -> ReceiptKey {
        let key = EditKey::new([self.key; 16]);
        ReceiptKey::of(&receipt(&FeedbackId::new(self.number, [0; 10]), &key))
    }

    pub(crate) fn received(&self) -> Received {
        let key = EditKey::new([self.key; 16]);
        let drivers: Vec<_> = self.drivers.iter().map(|text| slug(text)).collect();
        Received {
            submission: Submission {
                id: FeedbackId::new(self.number, [0; 10]),
                edit_key: key,
                revision: Revision::try_from(self.revision).expect("a revision"),
                department: slug(self.department),
                service: self.service.map(slug),
                placement: (self.placement)
                    .map(|text| Placement::parse(text).expect("a placement")),
                rating: Rating::try_from(self.rating).expect("a grade"),
                drivers: Drivers::try_from(drivers).expect("few drivers"),
                drivers_version: self.drivers_version,
                comment: Comment::optional("写得很好").expect("a comment"),
                kind: self.kind,
                test: self.test,
                trap: self.trap,
                elapsed_ms: self.elapsed_ms,
                wants_answer: self.contact.is_some(),
                contact: (self.contact).map(|text| Contact::parse(text).expect("a contact")),
                lang: (self.lang).map(|tag| tag.parse().expect("a language")),
                page: None,
                age_ms: self.age_ms,
            },
            edit_key: Hashed::edit_key(&key),
            receipt: self.receipt().hash,
            at: self.at,
            day: self.day,
        }
    }
}
