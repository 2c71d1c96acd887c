//! The page on which a citizen rated, without what could tell who the citizen is.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// The address of a page: scheme, host and path of an `http` or `https` address.
///
/// The query and the fragment are cut off, because they carry sessions, searches and names.
/// User information before the host is refused for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Page(String);

impl Page {
    /// The longest address that is kept, in bytes.
    pub const MAXIMUM: usize = 1_000;

    /// Cuts an address down to what is kept, or refuses it.
    pub fn parse(address: &str) -> Result<Self, Invalid> {
        let kept = address.split(['?', '#']).next().unwrap_or_default();
        let rest = kept
            .strip_prefix("https://")
            .or_else(|| kept.strip_prefix("http://"))
            .ok_or(Invalid::Page)?;
        let host = rest.split('/').next().unwrap_or_default();
        let plain = !kept
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\');
        if host.is_empty() || host.contains('@') || kept.len() > Self::MAXIMUM || !plain {
            return Err(Invalid::Page);
        }
        Ok(Self(kept.to_owned()))
    }

    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Page {
    type Error = Invalid;

    fn try_from(address: String) -> Result<Self, Invalid> {
        Self::parse(&address)
    }
}

impl From<Page> for String {
    fn from(page: Page) -> Self {
        page.0
    }
}

impl fmt::Display for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_and_fragment_are_cut() {
        let page = Page::parse("https://tax.example/pay?name=li#step2").expect("an address");
        assert_eq!(page.as_str(), "https://tax.example/pay");
    }

    #[test]
    fn what_is_no_plain_web_address_is_refused() {
        for bad in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://",
            "https:///path",
            "https://user:secret@host/",
            "https://host/\u{0}",
            "https://host/a b",
            &format!("https://host/{}", "a".repeat(1_000)),
        ] {
            assert_eq!(Page::parse(bad), Err(Invalid::Page), "{bad}");
        }
    }
}
