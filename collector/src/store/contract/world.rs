//! A small world in a store of its own kind.

use huiyin_tests::postgres::Postgres;

use super::*;
use crate::store::{self, Address};

/// A store with a province over a city over a tax bureau, and a hall beside the city.
pub(super) struct World {
    pub(super) store: Arc<dyn Store>,
    address: Address,
    _folder: Option<tempfile::TempDir>,
}

impl World {
    /// Makes the world in a file of SQLite.
    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::Sqlite(folder.path().join("h.db"));
        Self::at(address, Some(folder)).await
    }

    /// Makes the world in a database of PostgreSQL.
    pub(super) async fn postgres() -> Self {
        // Making a server and a database takes a while, and other worlds need this thread.
        let database = tokio::task::spawn_blocking(|| Postgres::quick().database());
        let address = database.await.expect("a database").parse();
        Self::at(address.expect("an address"), None).await
    }

    async fn at(address: Address, folder: Option<tempfile::TempDir>) -> Self {
        let store = store::open(&address).await.expect("opens");
        let world = Self {
            store,
            address,
            _folder: folder,
        };
        world.settle_down().await;
        world
    }

    async fn settle_down(&self) {
        let tree = [
            ("province", ""),
            ("city", "province"),
            ("tax", "city"),
            ("hall", "province"),
        ];
        self.import(&tree).await.expect("a tree");
        self.offer("tax", "refund").await;
    }

    /// Opens the same store once more, as another process does.
    pub(super) async fn another(&self) -> Arc<dyn Store> {
        store::open(&self.address).await.expect("opens again")
    }

    /// Runs SQL behind the store's back.
    pub(super) fn tamper(&self, sql: &str) {
        match &self.address {
            Address::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).expect("opens");
                connection.execute_batch(sql).expect("runs");
            }
            Address::Postgres(address) => {
                Postgres::quick().ask(address, sql);
            }
        }
    }

    /// Imports departments, each with the one above it.
    pub(super) async fn import(&self, rows: &[(&str, &str)]) -> Result<usize, Rejected> {
        let row = |(line, (name, parent)): (u64, &(&str, &str))| ImportRow {
            line,
            value: Department {
                slug: slug(name),
                parent: (!parent.is_empty()).then(|| slug(parent)),
                names: names(name),
            },
        };
        let rows = (2..).zip(rows).map(row).collect();
        self.store.import_departments(rows).await.expect("stores")
    }

    /// Adds a service to a department.
    pub(super) async fn offer(&self, department: &str, service: &str) {
        let value = Service {
            department: slug(department),
            slug: slug(service),
            names: names(service),
        };
        let rows = vec![ImportRow { line: 2, value }];
        let imported = self.store.import_services(rows).await.expect("stores");
        assert_eq!(imported, Ok(1));
    }

    /// Lets all ratings follow the departments that have moved.
    pub(super) async fn settle(&self) {
        while self.store.settle().await.expect("settles") > 0 {}
    }

    /// Sends several in one batch.
    pub(super) async fn commit(&self, batch: Vec<Received>) -> Result<Vec<Outcome>, StoreError> {
        self.store.commit(batch.into()).await
    }

    /// Sends one.
    pub(super) async fn send(&self, sent: &Sent) -> Outcome {
        let outcomes = self.commit(vec![sent.received()]).await.expect("stores");
        assert_eq!(outcomes.len(), 1);
        outcomes[0]
    }

    /// Returns the ratings of a department, of any year there is data of.
    pub(super) async fn counts(&self, department: &str) -> [u64; 5] {
        self.counts_of(department, None).await
    }

    /// Returns the ratings of a department's service.
    pub(super) async fn counts_of(&self, department: &str, service: Option<&str>) -> [u64; 5] {
        let years = Period::new(date(2020, 1, 1), date(2027, 12, 31)).expect("a period");
        let counts = self
            .store
            .counts(slug(department), service.map(slug), years);
        counts.await.expect("reads").one_to_five()
    }

    /// Holds every roll-up against a recount.
    pub(super) async fn assert_verified(&self) {
        let verification = self.store.verify().await.expect("verifies");
        assert_eq!(verification.differences, 0);
    }
}
