//! What the product promises, told as stories; one file each.

mod disk;
mod durability;
mod guest;
mod import;
mod moved;
mod outage;
mod pages;
mod policy;
mod province;
mod races;
mod rating;
mod refusal;
mod start;
mod together;
mod widget;

/// Whether the collector keeps its data in PostgreSQL where it is told to; until then the stories
/// about that end before they begin.
const SPEAKS_POSTGRESQL: bool = false;
