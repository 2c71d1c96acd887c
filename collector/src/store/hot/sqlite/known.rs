//! The department tree, remembered for as long as nobody has changed it.

use rusqlite::Connection;
use rusqlite::types::Type;

use crate::store::sql::row::{FromRow, Row};
use crate::store::tree::{DEPARTMENTS, SERVICES, Tree};

/// The department tree with what is needed to know that it is still true.
#[derive(Default)]
pub(in crate::store) struct KnownTree {
    tree: Option<Tree>,
    version: i64,
}

impl KnownTree {
    /// Returns the tree, read again if another process has changed the file since.
    pub(super) fn tree(&mut self, connection: &Connection) -> Result<&Tree, rusqlite::Error> {
        // Changes when another connection commits, never by our own writing.
        let version: i64 = connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if self.version != version {
            self.forget();
            self.version = version;
        }
        let tree = match self.tree.take() {
            Some(tree) => tree,
            None => Tree::new(read(connection, DEPARTMENTS)?, read(connection, SERVICES)?),
        };
        Ok(self.tree.insert(tree))
    }

    /// Has the tree read again before its next use, after our own writing has changed it.
    pub(in crate::store) fn forget(&mut self) {
        self.tree = None;
    }
}

/// Returns all rows of a query.
fn read<T: FromRow>(connection: &Connection, query: &str) -> Result<Vec<T>, rusqlite::Error> {
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([], |row| {
        T::from_row(&Row::Sqlite(row)).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
        })
    })?;
    rows.collect()
}
