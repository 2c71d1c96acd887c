//! Departments and services: look-ups and lists.

use huiyin_shared::slug::Slug;

use super::sql::{FromRow, Row, sql};
use super::{Store, StoreError, View};
use crate::model::{Department, DepartmentId, Located, Names, Service};

/// A department of a line from the top of the tree down.
struct InLine {
    id: DepartmentId,
    department: Department,
    children: u64,
}

impl FromRow for InLine {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            department: Department::from_row(row)?,
            children: row.get("children")?,
        })
    }
}

impl FromRow for Department {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            slug: row.get("slug")?,
            parent: row.get("parent")?,
            names: names(row)?,
        })
    }
}

impl FromRow for Service {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            department: row.get("department")?,
            slug: row.get("slug")?,
            names: names(row)?,
        })
    }
}

fn names(row: &Row<'_>) -> Result<Names, StoreError> {
    Ok(Names {
        zh: row.get("name_zh")?,
        en: row.get("name_en")?,
    })
}

/// A department with all above it, from the top down, each with the number of its children.
const LINE: &str = "
    WITH RECURSIVE line (id, height) AS (
        SELECT coalesce(merged_into_id, id), 0 FROM department WHERE slug = $1
        UNION ALL
        SELECT d.parent_id, height + 1 FROM line JOIN department d ON d.id = line.id
        WHERE d.parent_id IS NOT NULL)
    SELECT d.id, d.slug, p.slug AS parent, d.name_zh, d.name_en, (
        SELECT count(*) FROM department c WHERE c.parent_id = d.id AND c.merged_into_id IS NULL
    ) AS children
    FROM line JOIN department d ON d.id = line.id
    LEFT JOIN department p ON p.id = d.parent_id ORDER BY height DESC";

const ANY: &str = "SELECT 1 FROM department LIMIT 1";

const BUSIEST_LEAF: &str = "
    SELECT d.slug, p.slug AS parent, d.name_zh, d.name_en
    FROM department d LEFT JOIN department p ON p.id = d.parent_id
    WHERE d.merged_into_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM department c WHERE c.parent_id = d.id)
    ORDER BY (SELECT count(*) FROM service s WHERE s.department_id = d.id) DESC, d.slug LIMIT 1";

const DEPARTMENTS: &str = "
    WITH RECURSIVE below (id, path) AS (
        SELECT id, slug FROM department WHERE parent_id IS NULL
        UNION ALL
        SELECT c.id, below.path || '/' || c.slug
        FROM department c JOIN below ON c.parent_id = below.id WHERE c.merged_into_id IS NULL)
    SELECT d.slug, p.slug AS parent, d.name_zh, d.name_en
    FROM below JOIN department d ON d.id = below.id
    LEFT JOIN department p ON p.id = d.parent_id ORDER BY below.path";

const SERVICE: &str = "
    WITH here (id) AS (SELECT coalesce(merged_into_id, id) FROM department WHERE slug = $1)
    SELECT d.slug AS department, s.slug, s.name_zh, s.name_en
    FROM here JOIN department d ON d.id = here.id OR d.merged_into_id = here.id
    JOIN service s ON s.department_id = d.id AND s.slug = $2
    ORDER BY d.id <> here.id, d.id LIMIT 1";

const SERVICES: &str = "
    SELECT d.slug AS department, s.slug, s.name_zh, s.name_en
    FROM service s JOIN department d ON d.id = s.department_id ORDER BY d.slug, s.slug";

/// Returns the last of a line with all above it.
fn located(mut line: Vec<InLine>) -> Option<Located> {
    let last = line.pop()?;
    Some(Located {
        id: last.id,
        department: last.department,
        above: line.into_iter().map(|one| one.department).collect(),
        children: last.children,
    })
}

impl View<'_> {
    /// Returns a department with those above it and the number of those below; for a merged one,
    /// the department that it went into.
    pub async fn department(&mut self, slug: &Slug) -> Result<Option<Located>, StoreError> {
        Ok(located(self.query(sql!(LINE, slug)).await?))
    }
}

impl dyn Store + '_ {
    /// Returns a department as [`View::department`] does, where nothing else is read.
    pub async fn department(&self, slug: Slug) -> Result<Option<Located>, StoreError> {
        Ok(located(self.database().query(sql!(LINE, slug)).await?))
    }

    /// Returns a service of a department, or of one that was merged into it.
    pub async fn service(
        &self,
        department: Slug,
        service: Slug,
    ) -> Result<Option<Service>, StoreError> {
        let service = sql!(SERVICE, department, service);
        self.database().query_opt(service).await
    }

    /// Returns whether there is no department.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let any: Option<i64> = self.database().query_opt(sql!(ANY)).await?;
        Ok(any.is_none())
    }

    /// Returns the department with the most services among those without children; for the
    /// demonstration.
    pub async fn any_leaf(&self) -> Result<Option<Department>, StoreError> {
        self.database().query_opt(sql!(BUSIEST_LEAF)).await
    }

    /// Returns all departments, each after its parent.
    pub async fn departments(&self) -> Result<Vec<Department>, StoreError> {
        self.database().query(sql!(DEPARTMENTS)).await
    }

    /// Returns all services, by department.
    pub async fn services(&self) -> Result<Vec<Service>, StoreError> {
        self.database().query(sql!(SERVICES)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{World, contract, slug};

    contract! {
        a_department_has_all_above_it_and_the_number_of_its_children
        a_service_is_found_through_a_merger_and_the_own_one_first
        a_leaf_with_most_services_is_shown
        lists_are_in_order
    }

    fn slugs<'a>(departments: impl IntoIterator<Item = &'a Department>) -> Vec<&'a str> {
        let departments = departments.into_iter();
        departments.map(|one| one.slug.as_str()).collect()
    }

    async fn a_department_has_all_above_it_and_the_number_of_its_children(world: World) {
        let located = async |name| world.store.department(slug(name)).await.expect("reads");
        let tax = located("tax").await.expect("is there");
        assert_eq!(slugs([&tax.department]), ["tax"]);
        assert_eq!(tax.department.parent, Some(slug("city")));
        assert_eq!(
            (slugs(&tax.above), tax.children),
            (vec!["province", "city"], 0)
        );
        let province = located("province").await.expect("is there");
        assert_eq!((slugs(&province.above), province.children), (vec![], 2));
        assert!(located("nowhere").await.is_none());
        world.merge("tax", "hall").await;
        let hall = located("tax").await.expect("leads on");
        assert_eq!(slugs([&hall.department]), ["hall"]);
        assert_eq!((slugs(&hall.above), hall.children), (vec!["province"], 0));
    }

    async fn a_service_is_found_through_a_merger_and_the_own_one_first(world: World) {
        let offered_by = async |department, service| {
            let service = world.store.service(slug(department), slug(service)).await;
            service.expect("reads").map(|found| found.department)
        };
        assert_eq!(offered_by("tax", "refund").await, Some(slug("tax")));
        assert_eq!(offered_by("hall", "refund").await, None);
        assert_eq!(offered_by("nowhere", "refund").await, None);
        world.merge("tax", "hall").await;
        for name in ["tax", "hall"] {
            assert_eq!(offered_by(name, "refund").await, Some(slug("tax")));
        }
        world.offer("hall", "refund").await;
        for name in ["tax", "hall"] {
            assert_eq!(offered_by(name, "refund").await, Some(slug("hall")));
        }
    }

    async fn a_leaf_with_most_services_is_shown(world: World) {
        let leaf = async || {
            world
                .store
                .any_leaf()
                .await
                .expect("reads")
                .expect("a leaf")
        };
        assert_eq!(slugs([&leaf().await]), ["tax"]);
        for service in ["a", "b"] {
            world.offer("hall", service).await;
            world.offer("province", service).await;
        }
        assert_eq!(slugs([&leaf().await]), ["hall"]);
        assert!(!world.store.is_empty().await.expect("reads"));
    }

    async fn lists_are_in_order(world: World) {
        world.offer("hall", "b").await;
        world.offer("hall", "a").await;
        let departments = world.store.departments().await.expect("reads");
        assert_eq!(slugs(&departments), ["province", "city", "tax", "hall"]);
        let services = world.store.services().await.expect("reads");
        let services = services
            .iter()
            .map(|one| (one.department.as_str(), one.slug.as_str()));
        let expected = [("hall", "a"), ("hall", "b"), ("tax", "refund")];
        assert_eq!(services.collect::<Vec<_>>(), expected);
    }
}
