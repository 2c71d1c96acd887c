//! Who reads a page: in which language, and where the same page stands in the other one.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri, header};
use huiyin_shared::language::Language;

use super::phrases::{self, Phrases};

/// The reader of a page.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    /// The language of the page.
    pub(super) language: Language,
    /// The tag that was asked for; drivers may have words in languages that no page is written in.
    pub(super) tag: String,
    /// Whether the reader chose it, so that links must carry it on.
    chosen: bool,
    /// The address of this page in the other language.
    pub(super) switch: String,
    /// Whether the page stands in a frame and needs no head of its own.
    pub(super) framed: bool,
}

impl Reader {
    /// Reads the address, and the browser's languages where the address names none.
    pub(super) fn of(uri: &Uri, languages: Option<&HeaderValue>) -> Self {
        let query = uri.query().unwrap_or_default();
        let mut parameters: Vec<(String, String)> =
            serde_urlencoded::from_str(query).unwrap_or_default();
        let value = |name: &str| {
            let found = parameters.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str())
        };
        let asked = value("lang").and_then(Language::asked);
        let tag = value("lang").filter(|_| asked.is_some()).map(str::to_owned);
        let framed = value("frame") == Some("1");
        let accepted = languages.and_then(|value| value.to_str().ok());
        let language = asked.unwrap_or_else(|| Language::from_accept(accepted.unwrap_or_default()));
        let other = match language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        };
        parameters.retain(|(key, _)| key != "lang");
        parameters.push(("lang".to_owned(), other.tag().to_owned()));
        let query = serde_urlencoded::to_string(&parameters).unwrap_or_default();
        Self {
            language,
            tag: tag.unwrap_or_else(|| language.tag().to_owned()),
            chosen: asked.is_some(),
            switch: format!("?{query}"),
            framed,
        }
    }

    /// Returns the words in the reader's language.
    pub(super) fn words(&self) -> &'static Phrases {
        phrases::of(self.language)
    }

    /// Returns an address without parameters that keeps the language the reader chose.
    pub(super) fn link(&self, path: &str) -> String {
        let mut parameters = Vec::new();
        if self.chosen {
            parameters.push(("lang", self.tag.as_str()));
        }
        if self.framed {
            parameters.push(("frame", "1"));
        }
        if parameters.is_empty() {
            return path.to_owned();
        }
        let query = serde_urlencoded::to_string(&parameters).unwrap_or_default();
        format!("{path}?{query}")
    }

    /// Returns the tag of the chosen language, for forms that carry it on.
    pub(super) fn chosen_tag(&self) -> &str {
        if self.chosen { &self.tag } else { "" }
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let languages = parts.headers.get(header::ACCEPT_LANGUAGE);
        Ok(Self::of(&parts.uri, languages))
    }
}
