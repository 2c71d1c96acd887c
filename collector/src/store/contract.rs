//! What every store promises, told through the operations of the trait and held on each kind.

mod answer;
mod breakdown;
mod days;
mod drivers;
mod history;
mod import;
mod ingest;
mod limit;
mod listing;
mod marks;
mod merger;
mod moment;
mod pause;
mod pending_deltas;
mod release;
mod repair;

use std::sync::Arc;

use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::EDIT_WINDOW_MS;
use huiyin_shared::rating::Rating;
use jiff::civil::date;

use super::testing::{DAY, Sent, World, names, slug};
use super::{ImportRow, Store, StoreError};
use crate::model::{Breakdown, Department, Dimension, Order, Received, Refusal, Selection};
use crate::period::Period;

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
