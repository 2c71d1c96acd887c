//! Where feedback is kept: one SQLite file, one thread that writes, several that read.
//!
//! Nothing above this module knows that it is SQLite. A submission is acknowledged only after
//! the transaction that holds it has reached the disk.

mod connection;
mod department;
mod feedback;
mod import;
mod listing;
mod readers;
mod receipt;
mod rollup;
mod score;
#[cfg(test)]
mod story;
mod tree;
mod verify;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use tokio::sync::Mutex;

use crate::model::{
    Department, Feedback, Page, Received, Refusal, Selection, Service, Standing, Taken,
    Verification,
};
use crate::period::Period;
use crate::secret::Hashed;

pub use department::Place;
pub use import::{ImportRow, Rejected};

/// Why the store could not do what was asked; a refusal by its rules is not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// More waits to be written than is allowed to, or the file is held by another or full;
    /// trying again soon is safe.
    #[error("nothing can be written at the moment")]
    Busy,
    /// The store has stopped, after a failure of the disk or at shutdown.
    #[error("the store has stopped")]
    Stopped,
    /// The file cannot be used as it is.
    #[error("{0}")]
    Unusable(String),
    /// The database failed; the text is for the log, not for the one who asked.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
}

/// A store that is open; clones are handles on the same one.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: Arc<readers::Readers>,
    readiness: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl Store {
    /// Opens the file, made if it is missing, and brings its tables up to date.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::open_for_writing(path)?;
        Ok(Self {
            writer: writer::Writer::start(connection)?,
            readers: Arc::new(readers::Readers::open(path)?),
            readiness: Arc::default(),
        })
    }

    /// Stores one version of a feedback; returns once it is on the disk or refused.
    pub async fn submit(&self, received: Received) -> Result<Result<Taken, Refusal>, StoreError> {
        self.writer.submit(received).await
    }

    /// Takes the feedback with this receipt back: its texts go, and it counts no longer.
    ///
    /// Returns whether there is one; taking back twice changes nothing.
    pub async fn withdraw(&self, receipt: Hashed, at: i64) -> Result<bool, StoreError> {
        let writer = &self.writer;
        let found = writer
            .run(move |transaction, known| receipt::withdraw(transaction, known, &receipt, at))
            .await?;
        // The words are overwritten in the file; the log has them until it is emptied.
        writer.empty_log().await?;
        Ok(found)
    }

    /// Returns the feedback with this receipt.
    pub async fn feedback(&self, receipt: Hashed) -> Result<Option<Feedback>, StoreError> {
        self.readers
            .read(move |connection| receipt::find(connection, &receipt))
            .await
    }

    /// Returns a department with what is above it and whether anything is below.
    pub async fn place(&self, slug: Slug) -> Result<Option<Place>, StoreError> {
        self.readers
            .read(move |connection| department::place(connection, &slug))
            .await
    }

    /// Returns a service of a department.
    pub async fn service(
        &self,
        department: Slug,
        service: Slug,
    ) -> Result<Option<Service>, StoreError> {
        self.readers
            .read(move |connection| department::service(connection, &department, &service))
            .await
    }

    /// Returns whether any department is known.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        self.readers.read(department::none).await
    }

    /// Returns the department with the most services of those that have none below them, as a
    /// demonstration wants it.
    pub async fn any_leaf(&self) -> Result<Option<Department>, StoreError> {
        self.readers.read(department::any_leaf).await
    }

    /// Returns all departments, each after the one above it.
    pub async fn departments(&self) -> Result<Vec<Department>, StoreError> {
        self.readers.read(department::all).await
    }

    /// Returns all services, by department.
    pub async fn services(&self) -> Result<Vec<Service>, StoreError> {
        self.readers.read(department::all_services).await
    }

    /// Returns a page of departments with their ratings in a period and in the one before.
    ///
    /// Those with fewer than `minimum` ratings count as not comparable in the order.
    pub async fn standings(
        &self,
        selection: Selection,
        period: Period,
        minimum: u64,
    ) -> Result<Page<Standing<Department>>, StoreError> {
        self.readers
            .read(move |connection| listing::departments(connection, &selection, period, minimum))
            .await
    }

    /// Returns the services of a department with their ratings, most rated first.
    pub async fn service_standings(
        &self,
        department: Slug,
        period: Period,
    ) -> Result<Vec<Standing<Service>>, StoreError> {
        self.readers
            .read(move |connection| listing::services(connection, &department, period))
            .await
    }

    /// Returns the ratings of a department and all below it, or of one of its services.
    pub async fn counts(
        &self,
        department: Slug,
        service: Option<Slug>,
        period: Period,
    ) -> Result<Counts, StoreError> {
        self.readers
            .read(move |connection| {
                score::counts(connection, &department, service.as_ref(), period)
            })
            .await
    }

    /// Returns the ratings of a department by month, as `YYYY-MM`, months without any left out.
    pub async fn months(
        &self,
        department: Slug,
        period: Period,
    ) -> Result<Vec<(String, Counts)>, StoreError> {
        self.readers
            .read(move |connection| score::months(connection, &department, period))
            .await
    }

    /// Adds or updates departments, all or none; an unknown parent or a loop refuses them.
    pub async fn import_departments(
        &self,
        rows: Vec<ImportRow<Department>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        self.writer
            .run(move |transaction, known| {
                known.forget();
                import::departments(transaction, &rows)
            })
            .await
    }

    /// Adds or updates services, all or none; an unknown department refuses them.
    pub async fn import_services(
        &self,
        rows: Vec<ImportRow<Service>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        self.writer
            .run(move |transaction, known| {
                known.forget();
                import::services(transaction, &rows)
            })
            .await
    }

    /// Recounts all feedback and compares every roll-up with it.
    pub async fn verify(&self) -> Result<Verification, StoreError> {
        self.readers.read(verify::verify).await
    }

    /// Returns whether a write reaches the disk and a read is answered; tried at most once a second.
    pub async fn ready(&self) -> bool {
        let mut last = self.readiness.lock().await;
        match *last {
            Some((at, ready)) if at.elapsed() < Duration::from_secs(1) => ready,
            _ => {
                let written = self.writer.run(|transaction, _| {
                    // Writes the first page and changes nothing: a full disk refuses it.
                    transaction.pragma_update(None, "user_version", 0)
                });
                let ready = written.await.is_ok() && self.is_empty().await.is_ok();
                *last = Some((Instant::now(), ready));
                ready
            }
        }
    }

    /// Returns when nothing is written any more: after a failure of the disk, or after [`close`].
    ///
    /// [`close`]: Self::close
    pub async fn stopped(&self) {
        self.writer.stopped().await;
    }

    /// Writes what is waiting and stops; what comes later is answered with `Stopped`.
    pub async fn close(&self) {
        self.writer.stop().await;
    }
}
