//! The department tree as the writer needs it: from a slug to all who count its ratings.

use std::collections::HashMap;

use huiyin_shared::slug::Slug;
use rusqlite::Connection;

/// Where a department's ratings are counted.
#[derive(Debug)]
pub(super) struct Node {
    /// The department's row.
    pub(super) id: i64,
    /// Its services' rows, by slug.
    pub(super) services: HashMap<String, i64>,
}

/// All departments in memory; read again when any connection has changed them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: HashMap<String, Node>,
    parents: HashMap<i64, Option<i64>>,
}

impl Tree {
    /// Reads the tree.
    pub(super) fn read(connection: &Connection) -> Result<Self, rusqlite::Error> {
        let mut tree = Self::default();
        let mut slugs = HashMap::new();
        let mut statement = connection.prepare("SELECT id, slug, parent_id FROM department")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, slug): (i64, String) = (row.get(0)?, row.get(1)?);
            let parent = row.get(2)?;
            tree.parents.insert(id, parent);
            slugs.insert(id, slug.clone());
            let services = HashMap::new();
            tree.nodes.insert(slug, Node { id, services });
        }
        let mut statement = connection.prepare("SELECT id, department_id, slug FROM service")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let department: i64 = row.get(1)?;
            if let Some(node) = slugs
                .get(&department)
                .and_then(|slug| tree.nodes.get_mut(slug))
            {
                node.services.insert(row.get(2)?, row.get(0)?);
            }
        }
        Ok(tree)
    }

    /// Returns the department with this slug.
    pub(super) fn node(&self, slug: &Slug) -> Option<&Node> {
        self.nodes.get(slug.as_str())
    }

    /// Returns a department and all above it, from below; an import lets no loop in.
    pub(super) fn line(&self, department: i64) -> impl Iterator<Item = i64> {
        std::iter::successors(Some(department), |id| {
            self.parents.get(id).copied().flatten()
        })
    }

    /// Returns the first of these departments that stands below itself.
    pub(super) fn first_in_loop<'a>(
        &self,
        mut slugs: impl Iterator<Item = &'a Slug>,
    ) -> Option<&'a Slug> {
        let most = self.nodes.len();
        slugs.find(|slug| {
            self.node(slug)
                .is_some_and(|node| self.line(node.id).take(most + 1).count() > most)
        })
    }
}
