//! What the store promises, told through its public operations.

mod history;
mod import;
mod ingest;
mod listing;

use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::{Drivers, Revision, Submission};
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Name};
use jiff::civil::{Date, date};

use super::{ImportRow, Store, StoreError};
use crate::model::{
    Department, EDIT_WINDOW_MS, Names, Order, Received, Refusal, Selection, Service, Taken,
};
use crate::period::Period;
use crate::secret::{Hashed, receipt};

const DAY: Date = date(2026, 3, 2);

/// A store in a folder of its own, with a province over a city over a tax bureau, and a hall
/// beside the city.
struct World {
    store: Store,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("h.db")).expect("opens");
        let world = Self { store, folder };
        let tree = [
            ("province", ""),
            ("city", "province"),
            ("tax", "city"),
            ("hall", "province"),
        ];
        world.import(&tree).await.expect("a tree");
        let refund = Service {
            department: slug("tax"),
            slug: slug("refund"),
            names: names("退税"),
        };
        let rows = vec![ImportRow {
            line: 2,
            value: refund,
        }];
        world
            .store
            .import_services(rows)
            .await
            .expect("stores")
            .expect("a service");
        world
    }

    async fn import(&self, rows: &[(&str, &str)]) -> Result<usize, super::Rejected> {
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

    async fn send(&self, sent: &Sent) -> Result<Taken, Refusal> {
        self.store.submit(sent.received()).await.expect("stores")
    }

    async fn counts(&self, department: &str) -> [u64; 5] {
        let year = Period::year_to(date(2026, 12, 31));
        let counts = self.store.counts(slug(department), None, year).await;
        counts.expect("reads").one_to_five()
    }

    async fn assert_verified(&self) {
        let verification = self.store.verify().await.expect("verifies");
        assert_eq!(verification.differences, 0);
    }
}

/// A submission in the making: number, rating, and what a test wants to be different.
#[derive(Clone, Debug)]
struct Sent {
    number: u64,
    key: u8,
    revision: u32,
    department: &'static str,
    service: Option<&'static str>,
    rating: u8,
    at: i64,
    day: Date,
}

impl Sent {
    fn new(number: u64, rating: u8) -> Self {
        Self {
            number,
            key: 1,
            revision: 1,
            department: "tax",
            service: None,
            rating,
            at: 0,
            day: DAY,
        }
    }

    fn receipt(&self) -> Hashed {
        let key = EditKey::new([self.key; 16]);
        Hashed::receipt(&receipt(&FeedbackId::new(self.number, [0; 10]), &key))
    }

    fn received(&self) -> Received {
        let key = EditKey::new([self.key; 16]);
        Received {
            submission: Submission {
                id: FeedbackId::new(self.number, [0; 10]),
                edit_key: key,
                revision: Revision::try_from(self.revision).expect("a revision"),
                department: slug(self.department),
                service: self.service.map(slug),
                placement: None,
                rating: Rating::try_from(self.rating).expect("a grade"),
                drivers: Drivers::default(),
                comment: Comment::optional("写得很好").expect("a comment"),
                kind: None,
                lang: None,
                page: None,
                age_ms: None,
            },
            edit_key: Hashed::edit_key(&key),
            receipt: self.receipt(),
            at: self.at,
            day: self.day,
        }
    }
}

fn slug(text: &str) -> Slug {
    text.parse().expect("a slug")
}

fn names(text: &str) -> Names {
    Names {
        zh: Name::parse(text).expect("a name"),
        en: None,
    }
}
