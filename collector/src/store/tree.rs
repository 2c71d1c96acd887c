//! The department tree as a store needs it when ratings come in: from a slug to all who count it.

use std::collections::HashMap;

use huiyin_shared::feedback::Submission;

use super::breakdown::ValueCache;
use super::sql::row::from_row;

/// A department's row, as far as counting must know it.
#[derive(Clone, Debug)]
pub(super) struct DepartmentRow {
    pub(super) id: i64,
    pub(super) slug: String,
    /// The department that counts its ratings too.
    pub(super) counted_under: Option<i64>,
    /// The department that it became a part of.
    pub(super) merged_into: Option<i64>,
}
from_row!(DepartmentRow {
    id,
    slug,
    counted_under,
    merged_into
});

/// Reads all departments.
pub(super) const DEPARTMENTS: &str = "
    SELECT id, slug, counted_under_id AS counted_under, merged_into_id AS merged_into
    FROM department";

/// A service's row.
#[derive(Clone, Debug)]
pub(super) struct ServiceRow {
    pub(super) id: i64,
    pub(super) department: i64,
    pub(super) slug: String,
}
from_row!(ServiceRow {
    id,
    department,
    slug
});

/// Reads all services.
pub(super) const SERVICES: &str = "SELECT id, department_id AS department, slug FROM service";

/// What a rating is given to, as rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) department: i64,
    pub(super) service: Option<i64>,
}

/// Why a submission names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    Department,
    Service,
}

/// All departments and services in memory; read again when they have changed.
#[derive(Debug, Default)]
pub(super) struct Tree {
    slugs: HashMap<String, i64>,
    departments: HashMap<i64, Node>,
    services: HashMap<i64, ServiceRow>,
    values: ValueCache,
}

#[derive(Debug)]
struct Node {
    counted_under: Option<i64>,
    merged_into: Option<i64>,
    services: HashMap<String, i64>,
}

impl Tree {
    /// Makes the tree from all rows.
    pub(super) fn new(departments: Vec<DepartmentRow>, services: Vec<ServiceRow>) -> Self {
        let mut tree = Self::default();
        for row in departments {
            tree.slugs.insert(row.slug, row.id);
            let node = Node {
                counted_under: row.counted_under,
                merged_into: row.merged_into,
                services: HashMap::new(),
            };
            tree.departments.insert(row.id, node);
        }
        for row in services {
            if let Some(node) = tree.departments.get_mut(&row.department) {
                node.services.insert(row.slug.clone(), row.id);
            }
            tree.services.insert(row.id, row);
        }
        // A department answers for the services of those that it took in; its own come first.
        let inherited: Vec<(i64, String, i64)> = (tree.services.values())
            .map(|row| (tree.home(row.department), row.slug.clone(), row.id))
            .collect();
        for (department, slug, service) in inherited {
            if let Some(node) = tree.departments.get_mut(&department) {
                node.services.entry(slug).or_insert(service);
            }
        }
        tree
    }

    /// Returns what a submission is about.
    pub(super) fn subject(&self, sent: &Submission) -> Result<Subject, Unknown> {
        let department = self.slugs.get(sent.department.as_str());
        let department = *department.ok_or(Unknown::Department)?;
        let service = match &sent.service {
            None => None,
            Some(slug) => {
                let offers = |id| self.departments.get(&id)?.services.get(slug.as_str());
                let found = offers(department).or_else(|| offers(self.home(department)));
                Some(*found.ok_or(Unknown::Service)?)
            }
        };
        Ok(Subject {
            department,
            service,
        })
    }

    /// Returns whether two are the same to a citizen: under the same name, also after a merger.
    pub(super) fn same(&self, one: Subject, other: Subject) -> bool {
        let service = |subject: Subject| {
            let row = self.services.get(&subject.service?)?;
            Some(row.slug.as_str())
        };
        self.home(one.department) == self.home(other.department) && service(one) == service(other)
    }

    /// Returns a department and all that count its ratings, from below.
    pub(super) fn line(&self, department: i64) -> impl Iterator<Item = i64> {
        std::iter::successors(Some(department), |id| {
            self.departments.get(id)?.counted_under
        })
    }

    /// Returns the department that offers a service, under which its ratings are counted.
    pub(super) fn provider(&self, service: i64) -> Option<i64> {
        Some(self.services.get(&service)?.department)
    }

    /// Returns the texts that are known to be stored since the tree was read.
    pub(super) fn values(&self) -> &ValueCache {
        &self.values
    }

    /// Returns the department that a merged one became a part of; else the department itself.
    fn home(&self, department: i64) -> i64 {
        let node = self.departments.get(&department);
        node.and_then(|node| node.merged_into).unwrap_or(department)
    }
}
