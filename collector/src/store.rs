//! Where feedback is kept: one trait, and behind it a file of SQLite or a PostgreSQL server.
//!
//! Nothing above this module knows which it is. What both must do alike is decided here, without a
//! database: who counts what (`tree`, `segment`), how that is kept until it is counted
//! (`pending_deltas`), what a further version changes (`revision`), and which files are refused
//! (`import`).

mod address;
mod answer;
pub mod backup;
mod breakdown;
#[cfg(test)]
mod contract;
mod deltas;
mod drivers;
mod folder;
mod held;
mod import;
mod moment;
mod moves;
mod pause;
mod pending_deltas;
mod postgres;
mod ranking;
mod recount;
mod release;
mod revision;
mod segment;
mod sqlite;
#[cfg(test)]
pub(crate) mod testing;
mod tree;

use std::sync::Arc;

use async_trait::async_trait;
use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;

use crate::limits::shared::SharedLimit;
use crate::model::{
    Breakdown, Department, Dimension, Feedback, Outcome, Page, Place, Received, Selection, Service,
    Standing, Verification,
};
use crate::period::Period;
use crate::secret::ReceiptKey;

pub use address::{Address, InvalidAddress};
pub use answer::AnswerStore;
pub use drivers::DriverStore;
pub use held::HeldStore;
pub use import::{ImportRow, NotMerged, Rejected};
pub use moment::MomentStore;
pub use pause::PauseStore;
pub use release::ReleaseStore;

/// Why the store could not do what was asked; a refusal by its rules is not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing can be written or read at the moment: the disk is full, the server is gone, or
    /// another process holds the file. Trying again later is safe.
    #[error("the database cannot be used at the moment: {0}")]
    Unavailable(String),
    /// The store has stopped, after a failure of the disk or at shutdown.
    #[error("the store has stopped")]
    Stopped,
    /// The database cannot be used as it is.
    #[error("{0}")]
    Unusable(String),
    /// What was to be written breaks a rule of the tables; of a batch, nothing was kept.
    #[error("the tables refuse it: {0}")]
    Row(String),
    /// The database failed; the text is for the log, not for the one who asked.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Says that a newer release has been at work in a database.
    fn newer(database: &str, version: i64, known: i64) -> Self {
        Self::Unusable(format!(
            "{database} is of version {version}, and this release knows {known}; nothing was \
             changed. Use the newer release"
        ))
    }
}

/// Returns the newest version of a file's tables that this release knows.
pub fn newest_version() -> i64 {
    sqlite::newest_version()
}

/// Everything that is asked of a store; both kinds keep the same contract, and one suite of tests
/// holds them to it.
#[async_trait]
pub trait Store:
    AnswerStore + DriverStore + HeldStore + MomentStore + PauseStore + ReleaseStore
{
    /// Stores submissions in one transaction; returns one outcome for each, in their order, once
    /// all of it is on the disk.
    ///
    /// After [`StoreError::Row`] and [`StoreError::Unavailable`] nothing of the batch counts as
    /// stored, though a commit whose answer was lost may still have happened: sending it again is
    /// safe and gives the answer.
    async fn commit(&self, batch: Arc<[Received]>) -> Result<Vec<Outcome>, StoreError>;

    /// Takes the feedback with this receipt back: its texts go, and it counts no longer.
    ///
    /// Returns whether there is one; taking back twice changes nothing.
    async fn withdraw(&self, receipt: ReceiptKey, at: i64) -> Result<bool, StoreError>;

    /// Returns the feedback with this receipt.
    async fn feedback(&self, receipt: ReceiptKey) -> Result<Option<Feedback>, StoreError>;

    /// Returns a department with what is above it and how many are below; for one that was
    /// merged, the department that it went into.
    async fn place(&self, slug: Slug) -> Result<Option<Place>, StoreError>;

    /// Returns a service of a department, or of one that was merged into it.
    async fn service(&self, department: Slug, service: Slug)
    -> Result<Option<Service>, StoreError>;

    /// Returns whether no department is known.
    async fn is_empty(&self) -> Result<bool, StoreError>;

    /// Returns the department with the most services of those that have none below them, as a
    /// demonstration wants it.
    async fn any_leaf(&self) -> Result<Option<Department>, StoreError>;

    /// Returns all departments, each after the one above it.
    async fn departments(&self) -> Result<Vec<Department>, StoreError>;

    /// Returns all services, by department.
    async fn services(&self) -> Result<Vec<Service>, StoreError>;

    /// Returns a page of departments with their ratings in a period and in the one before.
    ///
    /// Those with fewer than `minimum` ratings count as not comparable in the order.
    async fn standings(
        &self,
        selection: Selection,
        period: Period,
        minimum: u64,
    ) -> Result<Page<Standing<Department>>, StoreError>;

    /// Returns the services of a department with their ratings, most rated first.
    async fn service_standings(
        &self,
        department: Slug,
        period: Period,
    ) -> Result<Vec<Standing<Service>>, StoreError>;

    /// Returns the ratings of a department and all below it, or of one of its services.
    async fn counts(
        &self,
        department: Slug,
        service: Option<Slug>,
        period: Period,
    ) -> Result<Counts, StoreError>;

    /// Returns the ratings of a department by month, as `YYYY-MM`, months without any left out.
    async fn months(
        &self,
        department: Slug,
        period: Period,
    ) -> Result<Vec<(String, Counts)>, StoreError>;

    /// Adds or updates departments, all or none; an unknown parent or a loop refuses them.
    ///
    /// Where one moves, the ratings given so far follow with [`Store::settle`].
    async fn import_departments(
        &self,
        rows: Vec<ImportRow<Department>>,
    ) -> Result<Result<usize, Rejected>, StoreError>;

    /// Adds or updates services, all or none; an unknown department refuses them.
    async fn import_services(
        &self,
        rows: Vec<ImportRow<Service>>,
    ) -> Result<Result<usize, Rejected>, StoreError>;

    /// Makes one department part of another, which answers to both names from then on.
    async fn merge(&self, from: Slug, into: Slug) -> Result<Result<(), NotMerged>, StoreError>;

    /// Adds to the roll-ups what batches have changed since that was last done, in one transaction;
    /// returns whether it added any, and writes nothing where there was none, or another process
    /// is adding them. Where there are many, some may be left.
    ///
    /// Nobody can tell from what is read whether it has happened, so it may end at any moment and
    /// be called again, here or in another process, also in several at once.
    async fn roll_up(&self) -> Result<bool, StoreError>;

    /// Returns how many batches have changed something that no roll-up says yet.
    async fn uncounted(&self) -> Result<u64, StoreError>;

    /// Lets the ratings of a few departments that have moved follow to where these now stand, in
    /// one transaction; returns how many departments are still left.
    ///
    /// Between two steps all roll-ups agree with the feedback, so it may end at any moment and go
    /// on later, here or in another process.
    async fn settle(&self) -> Result<usize, StoreError>;

    /// Recounts all feedback and compares every roll-up with it, as far as it is counted.
    async fn verify(&self) -> Result<Verification, StoreError>;

    /// Recounts all feedback and corrects every roll-up that does not agree, while ratings come
    /// in; returns what was found wrong.
    async fn rebuild(&self) -> Result<Verification, StoreError>;

    /// Returns the ratings of a department and all below it by what was said with them.
    ///
    /// A rating with which nothing was said is under no value, and one with several drivers under
    /// each of them.
    async fn breakdown(
        &self,
        department: Slug,
        by: Dimension,
        period: Period,
    ) -> Result<Breakdown, StoreError>;

    /// Returns those of them with one value, also where it is not among those that are listed.
    async fn value_counts(
        &self,
        department: Slug,
        by: Dimension,
        value: &str,
        period: Period,
    ) -> Result<Counts, StoreError>;

    /// Removes what is kept only for a while.
    async fn expire(&self) -> Result<(), StoreError>;

    /// Returns the rate limits that all collectors on this store share; none where only one
    /// process can use it.
    fn shared_limit(self: Arc<Self>) -> Option<Arc<dyn SharedLimit>>;

    /// Returns whether a write reaches the disk and a read is answered, just now.
    async fn ready(&self) -> bool;

    /// Returns when nothing is written any more: after a failure of the disk, or after
    /// [`Store::close`].
    async fn stopped(&self);

    /// Writes what is waiting, counts what is pending, and stops; what comes later is answered
    /// with `Stopped`.
    async fn close(&self);
}

/// Opens the store at an address, made where it can be, and brings its tables up to date.
pub async fn open(address: &Address) -> Result<Arc<dyn Store>, StoreError> {
    match address {
        Address::Sqlite(path) => Ok(Arc::new(sqlite::Sqlite::open(path)?)),
        Address::Postgres(address) => Ok(Arc::new(postgres::Postgres::open(address).await?)),
    }
}
