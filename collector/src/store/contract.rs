//! What every store promises, told through the operations of the trait and held on each kind.

mod breakdown;
mod days;
mod history;
mod import;
mod ingest;
mod limit;
mod listing;
mod marks;
mod merger;
mod pending_deltas;
mod repair;
mod view;
mod widget_events;

use std::sync::Arc;

use huiyin_shared::counts::Counts;
use huiyin_shared::feedback::EDIT_WINDOW_MS;
use huiyin_shared::rating::Rating;
use jiff::civil::date;

use super::testing::{DAY, Sent, World, names, slug, years};
use super::{ImportRow, Store, StoreError};
use crate::model::period::Period;
use crate::model::{
    Breakdown, Department, Dimension, Figures, Order, Received, Refusal, Selection,
};

use super::testing::contract;
