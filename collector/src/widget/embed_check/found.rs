//! The tags that stand on a page, and what each of them says and needs.

use url::Url;

use super::page::{Element, Page};
use super::policy::Needs;
use super::subject::Subject;
use crate::widget::releases::LOADER;

/// Where a page stands that comes from a file.
const NOWHERE: &str = "https://page.invalid/";

/// A tag on a page.
#[derive(Clone, Debug)]
pub struct Found<'page> {
    pub(super) element: &'page Element,
    /// Whom it is about, or the elements that the page places, each once.
    pub subjects: Vec<Subject<'page>>,
    /// Where its loader is.
    pub address: Url,
}

impl<'page> Found<'page> {
    /// Returns the tags of a page: the scripts that are a loader by their name.
    pub fn on(page: &'page Page) -> Vec<Self> {
        let base = page.base(&address(page));
        let found = page.scripts.iter().filter_map(|element| {
            let address = base.join(element.get("src")?).ok()?;
            let file = address.path_segments()?.next_back()?;
            let mut subjects = Vec::new();
            for subject in [element].into_iter().chain(&page.placed) {
                let subject = Subject::of(subject);
                subjects.extend(subject.filter(|one| !subjects.contains(one)));
            }
            (file == LOADER).then_some(Self {
                element,
                subjects,
                address,
            })
        });
        found.collect()
    }

    /// Returns an attribute that is not empty.
    pub fn get(&self, name: &str) -> Option<&'page str> {
        self.element.get(name).filter(|value| !value.is_empty())
    }

    /// Returns the release that the tag stays with.
    pub fn pinned(&self) -> Option<&str> {
        let version = self.address.path().strip_prefix("/assets/")?;
        version.strip_suffix(LOADER)?.strip_suffix('/')
    }

    /// Returns what kind of script the tag says it is.
    pub(super) fn kind(&self) -> String {
        let kind = self.get("type").unwrap_or("text/javascript");
        kind.trim().to_ascii_lowercase()
    }

    /// Returns whether a browser may hold the loader against its sum, which nobody may do with what
    /// another origin sent to it alone. A module is always fetched as `crossorigin` says.
    pub(super) fn may_be_read_by(&self, page: &Page) -> bool {
        self.element.get("crossorigin").is_some()
            || self.kind() == "module"
            || self.address.origin() == address(page).origin()
    }

    pub(super) fn needs(&self, page: &Page) -> Needs {
        let sums = self.get("integrity").unwrap_or_default();
        Needs {
            page: address(page),
            loader: self.address.clone(),
            nonce: self.get("nonce").map(str::to_owned),
            sums: sums.split_ascii_whitespace().map(str::to_owned).collect(),
        }
    }
}

/// Returns where a page stands.
pub(super) fn address(page: &Page) -> Url {
    let nowhere = || Url::parse(NOWHERE).ok();
    let address = page.address.clone().or_else(nowhere);
    address.expect("a constant that is an address")
}
