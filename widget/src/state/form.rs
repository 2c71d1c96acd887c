//! The form: who is rated, and the drivers that can be chosen.

use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use yew::AttrValue;

/// The form as the collector describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The department's name; empty until it is loaded.
    pub department: Name,
    /// The service's name, if one is rated.
    pub service: Option<Name>,
    /// The drivers of a good rating, and those of a poor one.
    pub drivers: [Vec<Driver>; 2],
    /// The version of the drivers.
    pub version: Option<u32>,
}

/// A displayed name, which need not be in the panel's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: AttrValue,
    /// Its language (BCP 47).
    pub lang: AttrValue,
}

/// A driver: a reason for the grade that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// Its name in the API.
    pub slug: Slug,
    /// Its displayed name.
    pub word: Name,
}

impl Form {
    /// Returns the drivers that belong to a grade.
    pub fn drivers(&self, rating: Rating) -> &[Driver] {
        &self.drivers[usize::from(rating.is_poor())]
    }
}
