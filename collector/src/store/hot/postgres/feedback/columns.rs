//! Versions of feedback as a statement takes many at once: an array for each column.

use jiff::civil::Date;
use uuid::Uuid;

use crate::model::Received;
use crate::store::revision::drivers;
use crate::store::tree::Subject;

/// The columns of a statement, one array each.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) id: Vec<Uuid>,
    pub(super) department: Vec<i64>,
    pub(super) service: Vec<Option<i64>>,
    pub(super) revision: Vec<i32>,
    pub(super) rating: Vec<i16>,
    pub(super) day: Vec<Date>,
    pub(super) at: Vec<i64>,
    pub(super) edit_key: Vec<&'a [u8]>,
    pub(super) receipt: Vec<&'a [u8]>,
    pub(super) placement: Vec<Option<&'a str>>,
    pub(super) drivers: Vec<Option<String>>,
    pub(super) drivers_version: Vec<Option<i64>>,
    pub(super) comment: Vec<Option<&'a str>>,
    pub(super) kind: Vec<Option<&'a str>>,
    pub(super) wants_answer: Vec<bool>,
    pub(super) contact: Vec<Option<&'a str>>,
    pub(super) test: Vec<bool>,
    pub(super) held: Vec<Option<String>>,
    pub(super) lang: Vec<Option<&'a str>>,
    pub(super) page: Vec<Option<&'a str>>,
    pub(super) age: Vec<Option<i64>>,
}

impl<'a> Columns<'a> {
    /// Adds a version, which is about this subject and held for these signals.
    pub(super) fn push(&mut self, received: &'a Received, subject: Subject, held: Option<String>) {
        let sent = &received.submission;
        self.id.push(id(received));
        self.department.push(subject.department);
        self.service.push(subject.service);
        self.revision
            .push(i32::try_from(sent.revision.get()).unwrap_or(i32::MAX));
        self.rating.push(sent.rating.value().into());
        self.day.push(received.day);
        self.at.push(received.at);
        self.edit_key.push(&received.edit_key.0);
        self.receipt.push(&received.receipt.0);
        self.placement
            .push(sent.placement.as_ref().map(|text| text.as_str()));
        self.drivers.push(drivers(received));
        self.drivers_version
            .push(sent.drivers_version.map(i64::from));
        self.comment
            .push(sent.comment.as_ref().map(|text| text.as_str()));
        self.kind.push(sent.kind.map(|kind| kind.name()));
        self.wants_answer.push(sent.wants_answer);
        self.contact
            .push(sent.contact.as_ref().map(|text| text.as_str()));
        self.test.push(sent.test);
        self.held.push(held);
        self.lang.push(sent.lang.as_ref().map(|tag| tag.as_str()));
        self.page.push(sent.page.as_ref().map(|page| page.as_str()));
        self.age
            .push(sent.age_ms.and_then(|age| i64::try_from(age).ok()));
    }
}

/// Returns the id as the server knows it.
pub(super) fn id(received: &Received) -> Uuid {
    Uuid::from_bytes(*received.submission.id.as_bytes())
}
