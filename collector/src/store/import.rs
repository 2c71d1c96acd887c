//! Which changes of the tree are refused, decided without a database.

use std::collections::{HashMap, HashSet};

use huiyin_shared::slug::Slug;

use crate::model::{Department, Service};

/// A row of a file, with the line it stands on, for whoever has to mend it.
#[derive(Clone, Debug)]
pub struct ImportRow<T> {
    /// The line in the file, from 1.
    pub line: u64,
    /// What the row says.
    pub value: T,
}

/// Why a file was refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Rejected {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// Why two departments were not merged; nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMerged {
    /// No department has this slug.
    #[error("no department is called {0}")]
    Unknown(Slug),
    /// It has gone into another department before.
    #[error("{0} has become part of another department already")]
    AlreadyMerged(Slug),
    /// The two are one, or the one stands above the other.
    #[error("{into} is {from} itself or stands below it")]
    Below {
        /// The department that was to go.
        from: Slug,
        /// The department it was to go into.
        into: Slug,
    },
}

/// What is known of the departments before a change: by slug, the one above, and whether it has
/// become part of that one.
#[derive(Debug, Default)]
pub(super) struct Standing(HashMap<String, Stood>);

#[derive(Debug)]
struct Stood {
    parent: Option<String>,
    merged: bool,
}

impl Standing {
    /// Notes a department.
    pub(super) fn add(&mut self, slug: String, parent: Option<String>, merged: bool) {
        self.0.insert(slug, Stood { parent, merged });
    }

    /// Returns why a file of departments is refused, if it is. Rows may stand in any order.
    pub(super) fn departments(&mut self, rows: &[ImportRow<Department>]) -> Result<(), Rejected> {
        let mut seen = HashSet::new();
        for ImportRow { line, value } in rows {
            let slug = value.slug.as_str();
            if !seen.insert(slug) {
                return rejected(*line, format!("the slug {slug} stands twice"));
            }
            if self.0.get(slug).is_some_and(|stood| stood.merged) {
                let reason = format!("{slug} has become part of another department");
                return rejected(*line, reason);
            }
            let parent = value.parent.as_ref().map(Slug::to_string);
            self.add(slug.to_owned(), parent, false);
        }
        for ImportRow { line, value } in rows {
            let Some(parent) = &value.parent else {
                continue;
            };
            match self.0.get(parent.as_str()) {
                None => return rejected(*line, format!("no department is called {parent}")),
                Some(stood) if stood.merged => {
                    let reason = format!("{parent} has become part of another department");
                    return rejected(*line, reason);
                }
                Some(_) => {}
            }
            let slug = value.slug.as_str();
            if self
                .above(slug)
                .take(self.0.len() + 1)
                .any(|above| above == slug)
            {
                let reason = format!("{slug} stands below itself: its parents form a loop");
                return rejected(*line, reason);
            }
        }
        Ok(())
    }

    /// Returns why a file of services is refused, if it is.
    pub(super) fn services(&self, rows: &[ImportRow<Service>]) -> Result<(), Rejected> {
        let mut seen = HashSet::new();
        for ImportRow { line, value } in rows {
            let (department, slug) = (&value.department, &value.slug);
            if !self.0.contains_key(department.as_str()) {
                return rejected(*line, format!("no department is called {department}"));
            }
            if !seen.insert((department, slug)) {
                return rejected(*line, format!("the service {slug} stands twice"));
            }
        }
        Ok(())
    }

    /// Returns why two departments are not merged, if they are not.
    pub(super) fn merger(&self, from: &Slug, into: &Slug) -> Result<(), NotMerged> {
        for slug in [from, into] {
            match self.0.get(slug.as_str()) {
                None => return Err(NotMerged::Unknown(slug.clone())),
                Some(stood) if stood.merged => {
                    return Err(NotMerged::AlreadyMerged(slug.clone()));
                }
                Some(_) => {}
            }
        }
        let mut line = std::iter::once(into.as_str()).chain(self.above(into.as_str()));
        if line.any(|above| above == from.as_str()) {
            let (from, into) = (from.clone(), into.clone());
            return Err(NotMerged::Below { from, into });
        }
        Ok(())
    }

    /// Returns all departments above one, from below; without end where they form a loop.
    fn above<'a>(&'a self, slug: &str) -> impl Iterator<Item = &'a str> {
        let parent = |slug: &str| self.0.get(slug)?.parent.as_deref();
        std::iter::successors(parent(slug), move |slug| parent(slug))
    }
}

fn rejected(line: u64, reason: String) -> Result<(), Rejected> {
    Err(Rejected { line, reason })
}
