//! The store in a PostgreSQL server, for any number of collectors at once.
//!
//! Nothing is remembered here but the tree, and that only together with its version. Whoever
//! changes the tree holds a lock alone; whoever counts ratings holds the same lock with others.

mod begun;
mod breakdown;
mod connection;
mod department;
mod failure;
mod feedback;
mod import;
mod known;
mod limit;
mod listing;
mod moves;
mod receipt;
mod recount;
mod rollup;
mod score;
mod uncounted;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use tokio::sync::watch;
use tokio::time::timeout;

use super::deltas::Scope;
use super::{ImportRow, NotMerged, Rejected, Store, StoreError};
use crate::limits::shared::SharedLimit;
use crate::model::{
    Department, Dimension, Feedback, Outcome, Page, Place, Received, Selection, Service, Standing,
    Verification,
};
use crate::period::Period;
use crate::secret::ReceiptKey;

/// How long a batch may take; a server that is silent for longer is as good as gone.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that is reached through a pool of connections.
pub(super) struct Postgres {
    pool: connection::Pool,
    known: known::KnownTree,
    litter: uncounted::Litter,
    closed: watch::Sender<bool>,
}

impl Postgres {
    /// Connects, and brings the tables up to date.
    pub(super) async fn open(address: &str) -> Result<Self, StoreError> {
        Ok(Self {
            pool: connection::open(address).await?,
            known: known::KnownTree::default(),
            litter: uncounted::Litter::default(),
            closed: watch::Sender::new(false),
        })
    }

    /// Recounts and corrects until nothing has changed the tree in between.
    async fn recount(&self, scope: Scope) -> Result<Verification, StoreError> {
        let mut client = self.pool.get().await?;
        loop {
            let found = recount::differences(&mut client, scope).await?;
            if !found.unregistered.is_empty() {
                breakdown::register_past(&mut client, &found.unregistered).await?;
            } else if found.is_settled() || recount::correct(&mut client, &found).await? {
                return Ok(found.verification);
            }
        }
    }
}

#[async_trait]
impl Store for Postgres {
    async fn commit(&self, batch: Arc<[Received]>) -> Result<Vec<Outcome>, StoreError> {
        let client = self.pool.get().await?;
        let taken = feedback::take_all(&client, &self.known, &batch);
        if let Ok(outcomes) = timeout(PATIENCE, taken).await {
            return outcomes;
        }
        // A connection that was given up in the middle of something is not used again.
        drop(connection::Client::take(client));
        Err(StoreError::Unavailable("no answer to a batch".to_owned()))
    }

    async fn withdraw(&self, receipt: ReceiptKey, at: i64) -> Result<bool, StoreError> {
        let client = self.pool.get().await?;
        receipt::withdraw(&client, &self.known, &receipt, at).await
    }

    async fn feedback(&self, receipt: ReceiptKey) -> Result<Option<Feedback>, StoreError> {
        receipt::find(&self.pool.get().await?, &receipt).await
    }

    async fn place(&self, slug: Slug) -> Result<Option<Place>, StoreError> {
        department::place(&self.pool.get().await?, &slug).await
    }

    async fn service(
        &self,
        department: Slug,
        service: Slug,
    ) -> Result<Option<Service>, StoreError> {
        department::service(&self.pool.get().await?, &department, &service).await
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        department::none(&self.pool.get().await?).await
    }

    async fn any_leaf(&self) -> Result<Option<Department>, StoreError> {
        department::any_leaf(&self.pool.get().await?).await
    }

    async fn departments(&self) -> Result<Vec<Department>, StoreError> {
        department::all(&self.pool.get().await?).await
    }

    async fn services(&self) -> Result<Vec<Service>, StoreError> {
        department::all_services(&self.pool.get().await?).await
    }

    async fn standings(
        &self,
        selection: Selection,
        period: Period,
        minimum: u64,
    ) -> Result<Page<Standing<Department>>, StoreError> {
        let client = self.pool.get().await?;
        listing::departments(&client, &selection, period, minimum).await
    }

    async fn service_standings(
        &self,
        department: Slug,
        period: Period,
    ) -> Result<Vec<Standing<Service>>, StoreError> {
        listing::services(&self.pool.get().await?, &department, period).await
    }

    async fn counts(
        &self,
        department: Slug,
        service: Option<Slug>,
        period: Period,
    ) -> Result<Counts, StoreError> {
        let client = self.pool.get().await?;
        score::counts(&client, &department, service.as_ref(), period).await
    }

    async fn months(
        &self,
        department: Slug,
        period: Period,
    ) -> Result<Vec<(String, Counts)>, StoreError> {
        score::months(&self.pool.get().await?, &department, period).await
    }

    async fn import_departments(
        &self,
        rows: Vec<ImportRow<Department>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        import::departments(&mut self.pool.get().await?, &rows).await
    }

    async fn import_services(
        &self,
        rows: Vec<ImportRow<Service>>,
    ) -> Result<Result<usize, Rejected>, StoreError> {
        import::services(&mut self.pool.get().await?, &rows).await
    }

    async fn merge(&self, from: Slug, into: Slug) -> Result<Result<(), NotMerged>, StoreError> {
        import::merge(&mut self.pool.get().await?, &from, &into).await
    }

    async fn roll_up(&self) -> Result<bool, StoreError> {
        let mut client = self.pool.get().await?;
        let counted = uncounted::roll_up(&mut client).await?;
        self.litter.clear(&client, counted).await?;
        Ok(counted > 0)
    }

    async fn settle(&self) -> Result<usize, StoreError> {
        moves::settle(&mut self.pool.get().await?).await
    }

    async fn verify(&self) -> Result<Verification, StoreError> {
        let mut client = self.pool.get().await?;
        let found = recount::differences(&mut client, Scope::Settled).await?;
        Ok(found.verification)
    }

    async fn rebuild(&self) -> Result<Verification, StoreError> {
        self.recount(Scope::Everything).await
    }

    async fn ask_breakdown(&self, department: Slug, by: Dimension) -> Result<bool, StoreError> {
        breakdown::ask(&mut self.pool.get().await?, &department, by).await
    }

    async fn stop_breakdown(&self, department: Slug, by: Dimension) -> Result<bool, StoreError> {
        breakdown::stop(&mut self.pool.get().await?, &department, by).await
    }

    async fn fill_breakdowns(&self) -> Result<(), StoreError> {
        if breakdown::unfilled(&self.pool.get().await?).await? {
            self.recount(Scope::Breakdowns).await?;
        }
        Ok(())
    }

    async fn breakdown(
        &self,
        department: Slug,
        by: Dimension,
        only: Option<String>,
        period: Period,
    ) -> Result<Option<Vec<(String, Counts)>>, StoreError> {
        let client = self.pool.get().await?;
        breakdown::counts(&client, &department, by, only.as_deref(), period).await
    }

    async fn expire(&self) -> Result<(), StoreError> {
        limit::expire(&self.pool.get().await?).await
    }

    fn shared_limit(self: Arc<Self>) -> Option<Arc<dyn SharedLimit>> {
        Some(self)
    }

    async fn ready(&self) -> bool {
        let tried = async {
            let client = self.pool.get().await?;
            // Writes, and changes nothing; a standby or a full disk refuses it.
            client
                .batch_execute("UPDATE tree_version SET version = version")
                .await?;
            Ok::<_, StoreError>(())
        };
        tried.await.is_ok()
    }

    async fn stopped(&self) {
        // A server that is gone may come back; only closing ends it.
        let mut closed = self.closed.subscribe();
        drop(closed.wait_for(|closed| *closed).await);
    }

    async fn close(&self) {
        // Where it cannot be counted now, it is by another collector, or at the next start.
        let all = async { while matches!(self.roll_up().await, Ok(true)) {} };
        drop(timeout(PATIENCE, all).await);
        self.closed.send_replace(true);
        self.pool.close();
    }
}
