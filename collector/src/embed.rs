//! The tag on a department's page: how it is written, and whether a page lets it work.

pub mod check;
pub mod found;
pub mod integrity;
pub mod page;
pub mod policy;
mod settings;
mod source;
pub mod subject;

use std::fmt::Write;
use std::str::FromStr;

use huiyin_shared::slug::Slug;
use huiyin_shared::text::Placement;
use url::Url;

use crate::releases::{self, LOADER, VERSION};

/// Where citizens reach a collector: scheme, host and port; none where nobody has said it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin(pub Option<String>);

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let known = Url::parse(text).ok().filter(|url| {
            let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            matches!(url.scheme(), "http" | "https") && bare && url.username().is_empty()
        });
        known
            .map(|url| Self(Some(url.origin().ascii_serialization())))
            .ok_or_else(|| {
                "no address such as https://rate.example.gov.cn, without a path".to_owned()
            })
    }
}

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

/// Writes a text so that it can stand in an attribute.
fn escaped(text: &str) -> String {
    let marks = [
        ("&", "&amp;"),
        ("\"", "&quot;"),
        ("<", "&lt;"),
        (">", "&gt;"),
    ];
    (marks.iter()).fold(text.to_owned(), |text, (mark, name)| {
        text.replace(mark, name)
    })
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
            " data-placement=\"a&quot;&amp;b\">",
            "/d/tax/rate?service=refund&amp;placement=a%22%26b\">",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_alone() {
        for (text, origin) in [
            ("https://H.cn/", "https://h.cn"),
            ("https://h.cn:443", "https://h.cn"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            let parsed: Origin = text.parse().expect("an origin");
            assert_eq!(parsed.0.as_deref(), Some(origin));
        }
        for text in [
            "h.cn",
            "https://h.cn/a",
            "ftp://h.cn",
            "https://h.cn/?a",
            "https://u@h.cn",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
