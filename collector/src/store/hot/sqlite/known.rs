//! The department tree, remembered for as long as nobody has changed it.

use rusqlite::Connection;

use crate::store::tree::{DepartmentRow, ServiceRow, Tree};

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
        match self.tree.take() {
            Some(tree) => Ok(self.tree.insert(tree)),
            None => Ok(self.tree.insert(read(connection)?)),
        }
    }

    /// Has the tree read again before its next use, after our own writing has changed it.
    pub(in crate::store) fn forget(&mut self) {
        self.tree = None;
    }
}

/// Reads the tree.
fn read(connection: &Connection) -> Result<Tree, rusqlite::Error> {
    let departments = connection
        .prepare("SELECT id, slug, counted_under_id, merged_into_id FROM department")?
        .query_map([], |row| {
            Ok(DepartmentRow {
                id: row.get(0)?,
                slug: row.get(1)?,
                counted_under: row.get(2)?,
                merged_into: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let services = connection
        .prepare("SELECT id, department_id, slug FROM service")?
        .query_map([], |row| {
            Ok(ServiceRow {
                id: row.get(0)?,
                department: row.get(1)?,
                slug: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Tree::new(departments, services))
}
