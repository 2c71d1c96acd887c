//! Who reads a page: in which language, and where the same page stands in another one.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri, header};
use huiyin_shared::language::{Language, accepted};
use utoipa::ToSchema;

use super::render::{FRAMED_POLICY, SECURITY_POLICY};
use crate::text::citizen::Sentences;
use crate::text::pages::{self, Phrases};
use crate::web::description::{Description, Reads};

/// The reader of a page.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    /// The language of the page; on one of the citizen's own that of names and details, which are not
    /// said in all.
    pub(super) language: Language,
    /// The one of these that was asked for or is liked.
    heard: Option<Language>,
    /// What the citizen's own pages say: form, receipt, and what stands there during a pause.
    pub(super) says: &'static Sentences,
    /// The tag that was asked for; drivers may have words in languages that no page is written in.
    pub(super) tag: String,
    /// Whether the reader chose it, so that links must carry it on.
    chosen: bool,
    /// What the address of this page says beside the language.
    rest: Vec<(String, String)>,
    /// Whether the page stands in a frame and needs no head of its own.
    pub(super) framed: bool,
}

/// What every page reads of its address.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what is read one by one")]
struct Address {
    /// The language of the page, as a tag.
    lang: Option<String>,
    /// `1` where the page stands in a frame.
    frame: Option<String>,
}

impl Reader {
    /// Reads the address, and the browser's languages where the address names none.
    pub(super) fn of(uri: &Uri, languages: Option<&HeaderValue>) -> Self {
        let query = uri.query().unwrap_or_default();
        let parameters: Vec<(String, String)> =
            serde_urlencoded::from_str(query).unwrap_or_default();
        let value = |name: &str| {
            let found = parameters.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str())
        };
        let named = value("lang").unwrap_or_default();
        let asked = Language::asked(named);
        let framed = value("frame") == Some("1");
        let liked = languages.and_then(|value| value.to_str().ok());
        let liked = liked.unwrap_or_default();
        let heard = asked.or_else(|| accepted(liked, Language::from_tag));
        let language = heard.unwrap_or_default();
        let says = match asked {
            Some(_) => Sentences::spoken(named),
            None => Sentences::accepted(liked),
        };
        let says = says.unwrap_or_else(|| Sentences::of(language));
        let tag = if asked.is_some() { named } else { &says.tag };
        Self {
            language,
            heard,
            says,
            tag: tag.to_owned(),
            chosen: asked.is_some(),
            framed,
            rest: (parameters.iter().filter(|(key, _)| key != "lang").cloned()).collect(),
        }
    }

    /// Returns the address of this page in a language.
    pub(super) fn switch(&self, tag: &str) -> String {
        let language = ("lang".to_owned(), tag.to_owned());
        let parameters: Vec<_> = self.rest.iter().cloned().chain([language]).collect();
        let query = serde_urlencoded::to_string(&parameters).unwrap_or_default();
        format!("?{query}")
    }

    /// Returns the language of the two in which this page could be read as well.
    pub(super) fn other(&self) -> &'static str {
        match self.language {
            Language::Zh => Language::En.tag(),
            Language::En => Language::Zh.tag(),
        }
    }

    /// Returns the words in the reader's language.
    pub(super) fn words(&self) -> &'static Phrases {
        pages::of(self.language)
    }

    /// Returns the policy of a page that may stand in a frame only where it does.
    pub(super) fn policy(&self) -> &'static str {
        if self.framed {
            FRAMED_POLICY
        } else {
            SECURITY_POLICY
        }
    }

    /// Returns an address without parameters that keeps the language the reader chose.
    pub(super) fn link(&self, path: &str) -> String {
        self.link_with(path, Vec::new())
    }

    /// Returns the same with these parameters before.
    pub(super) fn link_with<'a>(
        &'a self,
        path: &str,
        mut parameters: Vec<(&'a str, &'a str)>,
    ) -> String {
        if self.chosen {
            parameters.push(("lang", self.tag.as_str()));
        }
        if self.framed {
            parameters.push(("frame", "1"));
        }
        address(path, &parameters)
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

impl Reads for Reader {
    fn describe(described: Description) -> Description {
        described.query::<Address>()
    }
}

/// The reader of a page that is the citizen's own.
pub(super) struct Citizen(pub(super) Reader);

impl<S: Sync> FromRequestParts<S> for Citizen {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let reader = Reader::from_request_parts(parts, state).await?;
        let nearest = Language::nearest(&reader.says.tag);
        Ok(Self(Reader {
            language: reader.heard.unwrap_or(nearest),
            ..reader
        }))
    }
}

impl Reads for Citizen {
    fn describe(described: Description) -> Description {
        Reader::describe(described)
    }
}

/// Returns an address with the parameters that are set.
pub(super) fn address(path: &str, query: &impl serde::Serialize) -> String {
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}
