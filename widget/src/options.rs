//! The settings of an element, parsed from its `data-*` attributes.

use huiyin_shared::invalid::Invalid;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;

/// The settings of one `<huiyin-feedback>` element.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// The collector's origin, without a slash at its end.
    pub collector: String,
    /// The language of the panel, as the loader chose it (BCP 47).
    pub language: String,
    /// The department that is rated.
    pub department: Slug,
    /// The service that is rated, if any.
    pub service: Option<Slug>,
    /// The name of this place in the page, if any.
    pub placement: Option<Placement>,
    /// Whether the feedback is a test, which is not counted.
    pub test: bool,
}

impl Options {
    /// Reads the attributes through `data`.
    ///
    /// A missing or invalid department is an error: there is nobody to rate. An invalid service or
    /// placement is left out, because that must not keep a citizen from rating.
    pub fn read(
        collector: String,
        language: String,
        data: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, &'static str> {
        Ok(Self {
            collector,
            language,
            department: data("department")
                .and_then(|slug| slug.parse().ok())
                .ok_or(Invalid::Department.name())?,
            service: data("service").and_then(|slug| slug.parse().ok()),
            placement: data("placement").and_then(|text| Placement::parse(&text).ok()),
            test: data("test").is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Options, &'static str> {
        Options::read("https://c.example".to_owned(), "en".to_owned(), |wanted| {
            let found = pairs.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn all_attributes_are_read() {
        let options = read(&[
            ("department", "tax"),
            ("service", "pay"),
            ("placement", "footer"),
        ])
        .expect("valid attributes");
        assert_eq!(options.department.as_str(), "tax");
        assert_eq!(options.service.expect("a service").as_str(), "pay");
        assert_eq!(options.placement.expect("a placement").as_str(), "footer");
        assert_eq!(options.language, "en");
        assert!(!options.test);
    }

    #[test]
    fn a_panel_without_a_department_does_not_open() {
        assert_eq!(read(&[]), Err("invalid-department"));
        assert_eq!(
            read(&[("department", "No Slug")]),
            Err("invalid-department")
        );
    }

    #[test]
    fn a_test_is_marked_by_the_attribute_alone() {
        let options = read(&[("department", "tax"), ("test", "")]).expect("valid attributes");
        assert!(options.test);
    }

    #[test]
    fn a_mistake_in_the_rest_does_not_keep_anyone_from_rating() {
        let options = read(&[("department", "tax"), ("service", "?"), ("placement", "")])
            .expect("a valid department");
        assert_eq!((options.service, options.placement), (None, None));
    }
}
