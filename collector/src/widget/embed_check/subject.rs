//! Whom the elements of a page are about.

use huiyin_shared::slug::Slug;

use super::findings::Findings;
use super::page::Element;

/// What an element says it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'page> {
    /// The department that it names.
    pub department: &'page str,
    /// One of the department's services, if it names one.
    pub service: Option<&'page str>,
}

/// What the collector knows of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether there is the department.
    pub department: bool,
    /// Whether it has the service, or none is named.
    pub service: bool,
}

impl<'page> Subject<'page> {
    /// Returns what an element is about; none where it names no department.
    pub(super) fn of(element: &'page Element) -> Option<Self> {
        let get = |name: &str| element.get(name).filter(|value| !value.is_empty());
        Some(Self {
            department: get("data-department")?,
            service: get("data-service"),
        })
    }

    /// Says whether somebody is called so; `known` is none where there is no database to ask.
    pub(super) fn judge(self, findings: &mut Findings, known: Option<Known>) {
        let name = self.department;
        if name.parse::<Slug>().is_err() {
            findings.wrong(&format!("no department can be called {name:?}"));
            return;
        }
        let Some(known) = known else {
            findings.advice(&format!(
                "whether there is a department {name} is not known without its database"
            ));
            return;
        };
        if known.department {
            findings.fine(&format!("the department {name} is known"));
        } else {
            findings.wrong(&format!(
                "no department is called {name}; `huiyin department list` names them"
            ));
        }
        if let Some(service) = self.service {
            if known.service {
                findings.fine(&format!("the service {service:?} is known"));
            } else {
                findings.wrong(&format!("{name} has no service {service:?}"));
            }
        }
    }
}
