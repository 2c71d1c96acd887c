//! Which departments a list shows, and what a search finds.

use super::sql::{Statement, sql};
use crate::model::{Department, Selection};

/// What a query returns of the selected departments.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// How many there are.
    Number,
    /// Their ids, by name.
    All,
    /// The ids of the page, by name.
    Page,
}

const NUMBER: &str = "SELECT count(*) FROM department d WHERE d.merged_into_id IS NULL";

const IDS: &str = "SELECT d.id FROM department d WHERE d.merged_into_id IS NULL";

const CHILD: &str = " AND d.parent_id = (SELECT id FROM department WHERE slug = {})";

const BELOW: &str = "d.id IN (
    WITH RECURSIVE below (id) AS (
        SELECT c.id FROM department c JOIN department p ON p.id = c.parent_id WHERE p.slug = {}
        UNION ALL
        SELECT c.id FROM department c JOIN below ON c.parent_id = below.id)
    SELECT id FROM below)";

const BY_NAME: &str = " ORDER BY d.name_zh, d.slug";

/// Returns the query for the departments of a selection: the children of its parent, or all below
/// it that a search finds.
pub(super) fn query(selection: &Selection, wanted: Wanted) -> Statement {
    let query = match wanted {
        Wanted::Number => sql!(NUMBER),
        Wanted::All | Wanted::Page => sql!(IDS),
    };
    let Selection { parent, search, .. } = selection;
    let query = match (search, parent) {
        (Some(text), _) => query
            .then(" AND d.search_text LIKE {} ESCAPE '\\'", &[&pattern(text)])
            .and_if(BELOW, parent.as_ref()),
        (None, Some(parent)) => query.then(CHILD, &[parent]),
        (None, None) => query.then(" AND d.parent_id IS NULL", &[]),
    };
    let Selection { limit, offset, .. } = selection;
    match wanted {
        Wanted::Number => query,
        Wanted::All => query.then(BY_NAME, &[]),
        Wanted::Page => query
            .then(BY_NAME, &[])
            .then(" LIMIT {} OFFSET {}", &[limit, offset]),
    }
}

/// Returns the text that searches look in: neither database folds the case of all letters.
pub(super) fn search_text(department: &Department) -> String {
    let names = &department.names;
    let en = names.en.as_ref().map_or("", |name| name.as_str());
    fold(&format!("{} {} {en}", department.slug, names.zh.as_str()))
}

/// Returns the pattern of LIKE for a text anywhere, with its wildcards taken literally.
fn pattern(text: &str) -> String {
    let literal = fold(text)
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{literal}%")
}

/// Returns a text in lower case, letter by letter.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
