//! Whom the panel is about, and for which reasons they can be rated.

use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use yew::AttrValue;

/// What the collector says of whom the panel is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The department's name; empty until it is known.
    pub department: Name,
    /// The service's name, if one is rated.
    pub service: Option<Name>,
    /// The reasons for a good rating, and those for a poor one.
    pub drivers: [Vec<Driver>; 2],
    /// Which version of the reasons this is.
    pub version: Option<u32>,
}

/// A name for people, which need not be in the panel's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: AttrValue,
    /// The language it is in, as a tag.
    pub lang: AttrValue,
}

/// A reason that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// Its name in the interface.
    pub slug: Slug,
    /// Its name for people.
    pub word: Name,
}

impl Form {
    /// Returns the reasons that go with a grade.
    pub fn drivers(&self, rating: Rating) -> &[Driver] {
        &self.drivers[usize::from(rating.is_poor())]
    }
}
