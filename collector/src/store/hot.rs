//! The operations on the hot path of ratings, written by hand for each database: storing batches,
//! roll-ups and their recount, scores, and changes of the department tree.

pub(super) mod postgres;
pub(super) mod sqlite;
