//! The tag that a webmaster pastes into a page.

use std::fmt::Write;

use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;

use super::integrity;
use super::releases::{self, LOADER, VERSION};
use crate::util::html::escaped;

/// What a tag says.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Where the collector is.
    pub origin: String,
    /// Who is rated; without, the tag only brings the element, which the page places itself.
    pub department: Option<Slug>,
    /// What is rated.
    pub service: Option<Slug>,
    /// Which tag it is.
    pub placement: Option<Placement>,
    /// Whether it stays with the release of this binary.
    pub pin: bool,
}

impl Tag {
    /// Returns the lines to paste.
    pub fn html(&self) -> String {
        let Self { origin, .. } = self;
        let source = if self.pin {
            let sum = integrity::of(&releases::loader());
            let source = format!("{origin}/assets/{VERSION}/{LOADER}");
            format!("\"{source}\" integrity=\"{sum}\" crossorigin=\"anonymous\"")
        } else {
            format!("\"{origin}/{LOADER}\"")
        };
        let placement = self.placement.as_ref().map(|text| text.as_str());
        let parts = [
            ("department", self.department.as_ref().map(Slug::as_str)),
            ("service", self.service.as_ref().map(Slug::as_str)),
            ("placement", placement),
        ];
        let mut data = String::new();
        let mut about = Vec::new();
        for (name, value) in parts {
            let Some(value) = value else { continue };
            // Writing to a string cannot fail.
            _ = write!(data, " data-{name}=\"{}\"", escaped(value));
            if name != "department" {
                about.push((name, value));
            }
        }
        let mut link = format!("{origin}/");
        if let Some(department) = &self.department {
            _ = write!(link, "d/{department}/rate");
            if !about.is_empty() {
                let query = serde_urlencoded::to_string(about).unwrap_or_default();
                _ = write!(link, "?{}", escaped(&query));
            }
        }
        format!(
            "<script async src={source}{data}></script>\n\
             <noscript><a href=\"{link}\">评价本服务 · Rate this service</a></noscript>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_tag_is_the_one_of_the_manual() {
        let tag = Tag {
            origin: "https://h.cn".to_owned(),
            department: Some("tax".parse().expect("a slug")),
            service: None,
            placement: None,
            pin: false,
        };
        assert_eq!(
            tag.html(),
            "<script async src=\"https://h.cn/huiyin.js\" data-department=\"tax\"></script>\n\
             <noscript><a href=\"https://h.cn/d/tax/rate\">评价本服务 · Rate this service</a>\
             </noscript>\n"
        );
    }

    #[test]
    fn a_pinned_tag_names_release_and_sum_and_its_parts_are_escaped() {
        let tag = Tag {
            origin: "https://h.cn".to_owned(),
            department: Some("tax".parse().expect("a slug")),
            service: Some("refund".parse().expect("a slug")),
            placement: Some(Placement::parse("a\"&b").expect("a placement")),
            pin: true,
        };
        let html = tag.html();
        let start = format!(
            "<script async src=\"https://h.cn/assets/{VERSION}/huiyin.js\" integrity=\"sha384-"
        );
        assert!(html.starts_with(&start), "{html}");
        for part in [
            "\" crossorigin=\"anonymous\" data-department=\"tax\"",
            " data-placement=\"a&#34;&#38;b\">",
            "/d/tax/rate?service=refund&#38;placement=a%22%26b\">",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
