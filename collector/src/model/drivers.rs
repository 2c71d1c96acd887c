//! The reasons that are offered beside a grade: two short lists, in words of every language they
//! have.

mod shares;

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use huiyin_shared::feedback::Drivers;
use huiyin_shared::language::{Language, LanguageTag};
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;
use serde::{Deserialize, Serialize};

use super::department::{Localized, Names};

pub use shares::{DriverShare, driver_shares};

/// A reason that can be chosen, such as a long wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Driver {
    /// Its name in submissions.
    pub slug: Slug,
    /// Its words for people.
    #[serde(flatten)]
    pub names: Names,
    /// Its words in further languages.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<LanguageTag, Name>,
}

impl Driver {
    /// Returns the words to show to whoever asks for this language: of the same tag, else of the
    /// same language, else Chinese or English.
    pub fn shown(&self, asked: &str) -> Localized {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
        let same = |tag: &str| tag.eq_ignore_ascii_case(asked);
        // What is spoken here has its own words beside these.
        let near =
            |tag: &str| Language::from_tag(asked).is_none() && primary(tag) == primary(asked);
        let mut others = self.others.iter();
        let found = (others.clone().find(|(tag, _)| same(tag.as_str())))
            .or_else(|| others.find(|(tag, _)| near(tag.as_str())));
        match found {
            Some((tag, name)) => Localized::new(name.as_str(), tag.as_str()),
            None => self.names.shown(Language::nearest(asked)),
        }
    }
}

/// What is offered: one list for good ratings and one for poor ones, of at most
/// [`Drivers::MAXIMUM`] each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriverSet {
    /// For the grades 3 to 5.
    pub good: Vec<Driver>,
    /// For the grades 1 and 2.
    pub poor: Vec<Driver>,
}

impl DriverSet {
    /// The version of the set that is built in.
    pub const BUILT_IN: u32 = 0;

    /// Returns what is offered where nobody has said anything, in every language of the widget.
    pub fn built_in() -> Self {
        static BUILT_IN: LazyLock<DriverSet> = LazyLock::new(|| {
            let file = include_str!("../../assets/drivers.json");
            serde_json::from_str(file).expect("a test reads it")
        });
        BUILT_IN.clone()
    }

    /// Returns a driver that was chosen with a grade: from the list of the grade, else from the
    /// other one.
    pub fn find(&self, slug: &Slug, rating: Rating) -> Option<&Driver> {
        let (first, second) = if rating.is_poor() {
            (&self.poor, &self.good)
        } else {
            (&self.good, &self.poor)
        };
        let mut drivers = first.iter().chain(second);
        drivers.find(|driver| driver.slug == *slug)
    }
}

/// Whose set it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody has defined one.
    BuiltIn,
    /// The whole instance.
    Instance,
    /// A department, for itself and all below it.
    Department(Slug),
    /// A service of a department.
    Service(Slug, Slug),
}

/// The set that is in effect somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its version; [`DriverSet::BUILT_IN`] where nobody has defined one.
    pub version: u32,
    /// Whose it is.
    pub source: Source,
    /// What is offered.
    pub set: DriverSet,
}

impl Offered {
    /// Says that nobody has defined any.
    pub fn built_in() -> Self {
        Self {
            version: DriverSet::BUILT_IN,
            source: Source::BuiltIn,
            set: DriverSet::built_in(),
        }
    }
}

/// A set and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriversOf {
    /// The department; none for the whole instance.
    pub department: Option<Slug>,
    /// One of the department's services; none for all that have no set of their own.
    pub service: Option<Slug>,
    /// What is offered there.
    pub set: DriverSet,
}

impl DriversOf {
    /// Begins a set with empty lists.
    pub fn new(department: Option<Slug>, service: Option<Slug>) -> Self {
        let (good, poor) = (Vec::new(), Vec::new());
        Self {
            department,
            service,
            set: DriverSet { good, poor },
        }
    }

    /// Adds a driver to one of the lists; returns why that cannot be.
    pub fn add(&mut self, list: &str, driver: Driver) -> Result<(), String> {
        let drivers = match list {
            "good" => &mut self.set.good,
            "poor" => &mut self.set.poor,
            _ => return Err(format!("list is {list:?}, but there are good and poor")),
        };
        let slugs: HashSet<&Slug> = drivers.iter().map(|driver| &driver.slug).collect();
        if slugs.contains(&driver.slug) {
            return Err(format!("the driver {} stands twice in {list}", driver.slug));
        }
        if drivers.len() == Drivers::MAXIMUM {
            return Err(format!("{list} has more than {} drivers", Drivers::MAXIMUM));
        }
        drivers.push(driver);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_whole() {
        let set = DriverSet::built_in();
        assert_eq!((set.good.len(), set.poor.len()), (6, 8));
        let kept = serde_json::to_string(&set).expect("can be kept");
        assert_eq!(
            serde_json::from_str::<DriverSet>(&kept).expect("reads"),
            set
        );
    }

    #[test]
    fn a_word_is_of_the_list_that_the_grade_shows() {
        let set = DriverSet::built_in();
        let word = |slug: &str, grade: u8| {
            let rating = Rating::try_from(grade).expect("a grade");
            let driver = set.find(&slug.parse().expect("a slug"), rating);
            driver.map(|driver| driver.names.zh.as_str())
        };
        for grade in 1..=5 {
            let expected = if grade <= 2 { "环境差" } else { "环境好" };
            assert_eq!(word("place", grade), Some(expected), "{grade}");
        }
        assert_eq!(word("slow", 5), Some("等得久"));
        assert_eq!(word("gone", 5), None);
    }

    #[test]
    fn words_are_in_the_asked_language_or_the_nearest_there_is() {
        let text = |text: &str| Name::parse(text).expect("a name");
        let others = [("bo", "མྱུར་པོ།"), ("zh-Hant", "辦事快"), ("ug-CN", "تېز")];
        let others = others.map(|(tag, name)| (tag.parse().expect("a tag"), text(name)));
        let mut driver = Driver {
            slug: "quick".parse().expect("a slug"),
            names: Names {
                zh: text("办事快"),
                en: Some(text("Quick")),
            },
            others: others.into(),
        };
        for (asked, (text, lang)) in [
            ("zh-Hans", ("办事快", "zh-Hans")),
            ("zh-CN", ("办事快", "zh-Hans")),
            ("zh-Hant", ("辦事快", "zh-Hant")),
            ("en-GB", ("Quick", "en")),
            ("bo", ("མྱུར་པོ།", "bo")),
            ("BO-CN", ("མྱུར་པོ།", "bo")),
            ("ug", ("تېز", "ug-CN")),
            ("fr", ("Quick", "en")),
        ] {
            assert_eq!(driver.shown(asked), Localized::new(text, lang), "{asked}");
        }
        driver.names.en = None;
        assert_eq!(driver.shown("fr"), Localized::new("办事快", "zh-Hans"));
    }

    #[test]
    fn a_list_is_short_and_names_each_driver_once() {
        let driver = |slug: &str| Driver {
            slug: slug.parse().expect("a slug"),
            ..DriverSet::built_in().good[0].clone()
        };
        let mut drivers = DriversOf::new(None, None);
        for number in 0..8 {
            let added = drivers.add("good", driver(&format!("d{number}")));
            assert_eq!(added, Ok(()));
        }
        assert_eq!(drivers.add("poor", driver("d0")), Ok(()));
        for (list, slug) in [("good", "d8"), ("poor", "d0"), ("bad", "d1")] {
            drivers.add(list, driver(slug)).expect_err("is refused");
        }
    }
}
