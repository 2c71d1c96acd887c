//! A small world in a store of either kind.

mod sent;

use std::sync::Arc;

use huiyin_shared::counts::Counts;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use huiyin_test_postgres::Postgres;
use jiff::civil::{Date, date};

use super::sql::{FromRow, Row, Statement};
use super::{Address, ImportRow, Rejected, Store, StoreError};
use crate::model::period::Period;
use crate::model::{
    Breakdown, Department, DepartmentId, Dimension, Feedback, Figures, Names, Outcome, Page,
    Received, Selection, Service, Standing,
};
use crate::store;

pub(crate) use sent::Sent;

pub(crate) const DAY: Date = date(2026, 3, 2);

/// A store with a province over a city over a tax bureau, and a hall beside the city.
pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    address: Address,
    _folder: Option<tempfile::TempDir>,
}

impl World {
    /// Makes the world in a file of SQLite.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = Address::Sqlite(folder.path().join("h.db"));
        Self::at(address, Some(folder)).await
    }

    /// Makes the world in a database of PostgreSQL.
    pub(crate) async fn postgres() -> Self {
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
        let tree = [
            ("province", ""),
            ("city", "province"),
            ("tax", "city"),
            ("hall", "province"),
        ];
        world.import(&tree).await.expect("a tree");
        world.offer("tax", "refund").await;
        world
    }

    /// Opens the same store once more, as another process does.
    pub(crate) async fn another(&self) -> Arc<dyn Store> {
        store::open(&self.address).await.expect("opens again")
    }

    /// Returns where the store is.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Runs SQL behind the store's back.
    pub(crate) fn tamper(&self, sql: &str) {
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

    /// Returns the first for SQLite, the second for PostgreSQL.
    pub(crate) fn either<T>(&self, sqlite: T, postgres: T) -> T {
        match &self.address {
            Address::Sqlite(_) => sqlite,
            Address::Postgres(_) => postgres,
        }
    }

    /// Returns the query plan of a statement.
    pub(super) async fn plan(&self, statement: Statement) -> String {
        let explain = self.either("EXPLAIN QUERY PLAN ", "EXPLAIN ");
        let explain = statement.after(explain);
        let rows: Vec<PlanStep> = self.store.database().query(explain).await.expect("plans");
        rows.into_iter().map(|step| step.0 + "\n").collect()
    }

    /// Keeps a file from being written, until the answer is dropped.
    pub(crate) fn hold(&self) -> rusqlite::Connection {
        let file = self.address.file().expect("only a file is held like this");
        let connection = rusqlite::Connection::open(file).expect("opens");
        connection.execute_batch("BEGIN IMMEDIATE").expect("holds");
        connection
    }

    /// Imports departments, each with the one above it.
    pub(crate) async fn import(&self, rows: &[(&str, &str)]) -> Result<usize, Rejected> {
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

    /// Makes one department part of another.
    pub(crate) async fn merge(&self, from: &str, into: &str) {
        let merged = self.store.merge(slug(from), slug(into)).await;
        assert_eq!(merged.expect("writes"), Ok(()));
    }

    /// Adds a service to a department.
    pub(crate) async fn offer(&self, department: &str, service: &str) {
        let value = Service {
            department: slug(department),
            slug: slug(service),
            names: names(service),
        };
        let rows = vec![ImportRow { line: 2, value }];
        let imported = self.store.import_services(rows).await.expect("stores");
        assert_eq!(imported, Ok(1));
    }

    /// Returns the ratings of a department by value, by name; those that are not listed as `""`.
    pub(crate) async fn broken_down(&self, department: &str, by: Dimension) -> Vec<(String, u64)> {
        let figures = self.figures(department, by, years()).await;
        let Breakdown { values, others } = figures.breakdown;
        let rows = values.into_iter().chain([(String::new(), others)]);
        let rows = rows.map(|(value, counts)| (value, counts.n()));
        let mut rows: Vec<_> = rows.filter(|(_, n)| *n > 0).collect();
        rows.sort();
        rows
    }

    /// Lets all ratings follow the departments that have moved.
    pub(crate) async fn settle(&self) {
        while self.store.settle().await.expect("settles") > 0 {}
    }

    /// Adds all that is pending to the roll-ups.
    pub(crate) async fn roll_up(&self) {
        while self.store.roll_up().await.expect("counts") {}
    }

    /// Sends several in one batch.
    pub(crate) async fn commit(&self, batch: Vec<Received>) -> Result<Vec<Outcome>, StoreError> {
        self.store.commit(batch.into()).await
    }

    /// Sends one.
    pub(crate) async fn send(&self, sent: &Sent) -> Outcome {
        let outcomes = self.commit(vec![sent.received()]).await.expect("stores");
        assert_eq!(outcomes.len(), 1);
        outcomes[0]
    }

    /// Takes one back, as the citizen does; returns whether there is one.
    pub(crate) async fn withdraw(&self, sent: &Sent) -> bool {
        let withdrawn = self.store.withdraw(sent.receipt(), 7).await;
        withdrawn.expect("writes")
    }

    /// Returns what is kept of one.
    pub(crate) async fn feedback(&self, sent: &Sent) -> Option<Feedback> {
        self.store.feedback(sent.receipt()).await.expect("reads")
    }

    /// Returns the figures of a department; none of one that is unknown.
    pub(crate) async fn figures(&self, department: &str, by: Dimension, period: Period) -> Figures {
        let department = slug(department);
        let read = self.store.view(async move |view| {
            let Some(located) = view.department(&department).await? else {
                return Ok(Figures::default());
            };
            view.figures(located.id, by, period).await
        });
        read.await
            .map_err(|error: StoreError| error)
            .expect("reads")
    }

    /// Returns the ratings of a department, of any year there is data of.
    pub(crate) async fn counts(&self, department: &str) -> [u64; 5] {
        let figures = self.figures(department, Dimension::Kind, years()).await;
        figures.now.one_to_five()
    }

    /// Returns the ratings of a department with one value.
    pub(crate) async fn counts_with(
        &self,
        department: &str,
        by: Dimension,
        value: &str,
        period: Period,
    ) -> Counts {
        let (id, value) = (self.id(department).await, value.to_owned());
        let read = self
            .store
            .view(async move |view| view.value_counts(id, by, &value, period).await);
        read.await.expect("reads")
    }

    /// Returns the ratings of a department's service.
    pub(crate) async fn counts_of(&self, department: &str, service: &str) -> [u64; 5] {
        let (id, service) = (self.id(department).await, slug(service));
        let read = self
            .store
            .view(async move |view| view.service_counts(id, &service, years()).await);
        let counts = read.await.expect("reads").expect("has the service");
        counts.one_to_five()
    }

    /// Returns the services of a department.
    pub(crate) async fn services(
        &self,
        department: &str,
        period: Period,
    ) -> Vec<Standing<Service>> {
        let id = self.id(department).await;
        let read = self
            .store
            .view(async move |view| view.service_standings(id, period).await);
        read.await.expect("reads")
    }

    /// Returns a page of departments; those with two ratings can be compared.
    pub(crate) async fn list(
        &self,
        selection: Selection,
        period: Period,
    ) -> Page<Standing<Department>> {
        let read = self
            .store
            .view(async move |view| view.standings(&selection, period, 2).await);
        read.await.expect("reads")
    }

    /// Returns the row of a department.
    pub(crate) async fn id(&self, department: &str) -> DepartmentId {
        let located = self.store.department(slug(department)).await;
        located.expect("reads").expect("is known").id
    }

    /// Holds every roll-up against a recount.
    pub(crate) async fn assert_verified(&self) {
        let verification = self.store.verify().await.expect("verifies");
        assert_eq!(verification.differences, 0);
    }
}

/// A line of a query plan.
struct PlanStep(String);

impl FromRow for PlanStep {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.get("detail")
            .or_else(|_| row.get("QUERY PLAN"))
            .map(Self)
    }
}

/// All years there is data of.
pub(crate) fn years() -> Period {
    Period::new(date(2020, 1, 1), date(2027, 12, 31)).expect("a period")
}

pub(crate) fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

pub(crate) fn names(text: &str) -> Names {
    Names {
        zh: Name::parse(text).expect("a name"),
        en: None,
    }
}

/// Makes a test of each promise for each kind of store.
macro_rules! contract {
    ($($promise:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise($crate::store::testing::World::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise($crate::store::testing::World::postgres().await).await;
            })*
        }
    };
}
pub(crate) use contract;
