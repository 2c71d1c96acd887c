//! What every store promises, told through the operations of the trait and held on each kind.

mod days;
mod history;
mod import;
mod ingest;
mod listing;
mod merger;
mod repair;
mod world;

use std::sync::Arc;

use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::{Drivers, Revision, Submission};
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Name};
use jiff::civil::{Date, date};

use super::{ImportRow, Rejected, Store, StoreError};
use crate::model::{
    Department, EDIT_WINDOW_MS, Names, Order, Outcome, Received, Refusal, Selection, Service,
};
use crate::period::Period;
use crate::secret::{Hashed, receipt};
use world::World;

const DAY: Date = date(2026, 3, 2);

/// Makes a test of each promise for each kind of store.
macro_rules! contract {
    ($($promise:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::World::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(super::World::postgres().await).await;
            })*
        }
    };
}
use contract;

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
