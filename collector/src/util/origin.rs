//! The address of a collector as citizens reach it.

use std::str::FromStr;

use url::Url;

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

#[cfg(test)]
mod tests {
    use super::*;

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
