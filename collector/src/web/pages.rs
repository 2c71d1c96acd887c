//! Pages for people: complete without a script, in the reader's language, fit to print.

mod demo;
mod department;
mod departments;
mod figures;
mod links;
mod paused;
pub(super) mod problems;
mod rate;
mod reader;
mod receipt;
pub(super) mod render;

use super::routes::Routes;

/// Returns the routes.
pub(super) fn router() -> Routes {
    Routes::new()
        .merge(departments::router())
        .merge(department::router())
        .merge(rate::router())
        .merge(receipt::router())
        .merge(demo::router())
        .merge(problems::router())
}
