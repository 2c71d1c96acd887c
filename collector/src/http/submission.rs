//! Reading a submission: from JSON as the widget sends it, from a form as a plain page does.
//!
//! Each field is parsed by itself, so that each has its own refusal.

use std::ops::Deref;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use huiyin_shared::feedback::{Drivers, Kind, Revision, Submission};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::Language;
use huiyin_shared::page::Page;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Placement};
use serde::{Deserialize, Deserializer};
use serde_json_borrow::Value;

use super::problem::{Problem, ProblemType};

/// How deep lists and objects may stand in each other.
const DEEPEST: usize = 16;

/// What was sent, before it is known to be a submission; texts stand where they arrived.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent<'body> {
    #[serde(borrow)]
    id: Field<'body>,
    #[serde(borrow)]
    edit_key: Field<'body>,
    #[serde(borrow)]
    revision: Field<'body>,
    #[serde(borrow)]
    department: Field<'body>,
    #[serde(borrow)]
    service: Field<'body>,
    #[serde(borrow)]
    placement: Field<'body>,
    #[serde(borrow)]
    rating: Field<'body>,
    #[serde(borrow)]
    drivers: Field<'body>,
    #[serde(borrow)]
    comment: Field<'body>,
    #[serde(borrow)]
    kind: Field<'body>,
    #[serde(borrow)]
    lang: Field<'body>,
    #[serde(borrow)]
    page: Field<'body>,
    #[serde(borrow)]
    age_ms: Field<'body>,
}

/// A field as it was sent, null where it is missing.
#[derive(Default)]
struct Field<'body>(Value<'body>);

impl<'body, 'de: 'body> Deserialize<'de> for Field<'body> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

impl<'body> Deref for Field<'body> {
    type Target = Value<'body>;

    fn deref(&self) -> &Value<'body> {
        &self.0
    }
}

impl<'body, T: Into<Value<'body>>> From<T> for Field<'body> {
    fn from(sent: T) -> Self {
        Self(sent.into())
    }
}

impl<'body> Sent<'body> {
    /// Returns the language the sender reads, as far as it is known.
    pub(crate) fn language(&self) -> Option<Language> {
        self.lang.as_str().and_then(Language::from_tag)
    }

    /// Returns the submission, or the first thing wrong with it.
    pub(crate) fn parse(&self) -> Result<Submission, Invalid> {
        let revision = self
            .revision
            .as_u64()
            .and_then(|number| u32::try_from(number).ok());
        Ok(Submission {
            department: required(&self.department, Invalid::Department)?,
            service: optional(&self.service, Invalid::Service)?
                .map(|text| text.parse().map_err(|_| Invalid::Service))
                .transpose()?,
            id: required(&self.id, Invalid::Id)?,
            edit_key: required(&self.edit_key, Invalid::EditKey)?,
            revision: Revision::try_from(revision.ok_or(Invalid::Revision)?)?,
            rating: self
                .rating
                .as_u64()
                .and_then(|number| u8::try_from(number).ok())
                .ok_or(Invalid::Rating)
                .and_then(Rating::try_from)?,
            placement: optional(&self.placement, Invalid::Placement)?
                .map(Placement::parse)
                .transpose()?,
            drivers: drivers(&self.drivers)?,
            comment: match optional(&self.comment, Invalid::CommentControl)? {
                Some(text) => Comment::optional(text)?,
                None => None,
            },
            kind: optional(&self.kind, Invalid::Kind)?
                .map(Kind::parse)
                .transpose()?,
            lang: optional(&self.lang, Invalid::Language)?
                .map(|text| text.parse())
                .transpose()?,
            // A rating is worth more than the address of an odd page, such as a local file.
            page: self
                .page
                .as_str()
                .and_then(|address| Page::parse(address).ok()),
            age_ms: self
                .age_ms
                .as_u64()
                .filter(|age| *age <= Submission::OLDEST_MS),
        })
    }

    /// Reads a body of JSON.
    pub(crate) fn from_json(body: &'body [u8]) -> Result<Self, ProblemType> {
        let text = std::str::from_utf8(body).map_err(|_| ProblemType::InvalidUtf8)?;
        // The reader would also take a list, field by field in the order they are written above.
        if !text.trim_start().starts_with('{') || is_too_deep(body) {
            return Err(ProblemType::MalformedJson);
        }
        serde_json::from_str(text).map_err(|error| {
            // serde_json has no kind of its own for a surrogate without its other half.
            let half = error.to_string().contains("hex escape");
            if half {
                ProblemType::InvalidUnicode
            } else {
                ProblemType::MalformedJson
            }
        })
    }

    /// Reads a form; every field is text there, and only the numbers need to be told apart.
    pub(crate) fn from_form(body: &[u8]) -> Result<Sent<'static>, ProblemType> {
        // The form's own reader would put a replacement character for what is broken.
        let whole = percent_encoding::percent_decode(body).decode_utf8();
        let fields: Vec<(String, String)> = whole
            .ok()
            .and_then(|_| serde_urlencoded::from_bytes(body).ok())
            .ok_or(ProblemType::InvalidUtf8)?;
        let mut sent = Sent::default();
        for (name, text) in fields {
            let number = || text.parse::<u64>().map(Field::from).unwrap_or_default();
            match name.as_str() {
                "rating" => sent.rating = number(),
                "revision" => sent.revision = number(),
                "id" => sent.id = text.into(),
                "edit_key" => sent.edit_key = text.into(),
                // These two come from the page's author; a slip of theirs must not silence a citizen.
                "service" if text.parse::<Slug>().is_ok() => sent.service = text.into(),
                "placement" if Placement::parse(&text).is_ok() => {
                    sent.placement = text.into();
                }
                "comment" => sent.comment = text.into(),
                "kind" => sent.kind = text.into(),
                "lang" => sent.lang = text.into(),
                _ => {}
            }
        }
        Ok(sent)
    }

    /// Returns a text field of a form as it was sent; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = match name {
            "id" => &self.id,
            "edit_key" => &self.edit_key,
            "comment" => &self.comment,
            "kind" => &self.kind,
            "service" => &self.service,
            "placement" => &self.placement,
            _ => return "",
        };
        value.as_str().unwrap_or_default()
    }

    /// Returns the revision as it was sent.
    pub(crate) fn revision(&self) -> Option<u64> {
        self.revision.as_u64()
    }

    /// Returns the grade of a form as it was sent.
    pub(crate) fn rating(&self) -> Option<u64> {
        self.rating.as_u64()
    }

    /// Names the department where the address says it.
    #[must_use]
    pub(crate) fn about(mut self, department: &Slug) -> Self {
        self.department = department.to_string().into();
        self
    }
}

/// A body that is declared to be JSON, for [`Sent::from_json`].
pub(crate) struct Json(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    /// Takes `application/json`, or the same as `text/plain`, which a browser sends to another
    /// origin without asking first.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_readable(request.headers()) {
            return Err(ProblemType::UnsupportedContentType.into());
        }
        Ok(Self(body_bytes(request, state).await?))
    }
}

/// Reads a body up to the limit.
pub(crate) async fn body_bytes<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, ProblemType> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| ProblemType::of_status(rejection.status()))
}

/// Returns whether lists and objects stand in each other deeper than a submission ever needs.
fn is_too_deep(json: &[u8]) -> bool {
    let opens = |byte: &u8| matches!(byte, b'[' | b'{');
    // Nearly always: there are not that many in all.
    if json.iter().filter(|byte| opens(byte)).count() <= DEEPEST {
        return false;
    }
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// Returns whether the declared type is JSON or plain text in UTF-8, and not packed.
fn is_readable(headers: &HeaderMap) -> bool {
    let plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return false;
    }
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let Some(declared) = declared else {
        return false;
    };
    let lower = declared.to_ascii_lowercase();
    let mut parts = lower.split(';').map(str::trim);
    let known = matches!(parts.next(), Some("application/json" | "text/plain"));
    known
        && parts
            .all(|part| !part.starts_with("charset=") || part.trim_matches('"').ends_with("utf-8"))
}

/// Returns the text of a field; missing, null and empty are none.
fn optional<'sent>(
    value: &'sent Value<'_>,
    invalid: Invalid,
) -> Result<Option<&'sent str>, Invalid> {
    match value {
        Value::Null => Ok(None),
        Value::Str(text) => Ok(Some(text.as_ref()).filter(|text| !text.is_empty())),
        _ => Err(invalid),
    }
}

fn required<T: std::str::FromStr>(value: &Value<'_>, invalid: Invalid) -> Result<T, Invalid> {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or(invalid)
}

fn drivers(value: &Value<'_>) -> Result<Drivers, Invalid> {
    let slug = |value: &Value<'_>| -> Result<Slug, Invalid> { required(value, Invalid::Drivers) };
    match value {
        Value::Null => Ok(Drivers::default()),
        Value::Array(values) => {
            Drivers::try_from(values.iter().map(slug).collect::<Result<Vec<_>, _>>()?)
        }
        _ => Err(Invalid::Drivers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(changes: &serde_json::Value) -> String {
        let mut fields = json!({
            "id": "01920000-0000-7fff-bfff-ffffffffffff", "edit_key": "AAAAAAAAAAAAAAAAAAAAAA",
            "revision": 1, "department": "tax", "rating": 5,
        });
        for (name, value) in changes.as_object().expect("an object") {
            fields[name] = value.clone();
        }
        fields.to_string()
    }

    fn parse(changes: &serde_json::Value) -> Result<Submission, Invalid> {
        let body = body(changes);
        Sent::from_json(body.as_bytes())
            .expect("an object is read")
            .parse()
    }

    #[test]
    fn each_wrong_field_has_its_own_refusal() {
        let long = "好".repeat(2_001);
        for (changes, expected) in [
            (json!({"rating": 0}), Invalid::Rating),
            (json!({"rating": 6}), Invalid::Rating),
            (json!({"rating": 3.5}), Invalid::Rating),
            (json!({"rating": "5"}), Invalid::Rating),
            (json!({"rating": null}), Invalid::Rating),
            (json!({"rating": 300}), Invalid::Rating),
            (json!({"id": 7}), Invalid::Id),
            (json!({"edit_key": "short"}), Invalid::EditKey),
            (json!({"revision": 0}), Invalid::Revision),
            (json!({"revision": 4_294_967_297_u64}), Invalid::Revision),
            (json!({"department": "Tax"}), Invalid::Department),
            (json!({"service": "a b"}), Invalid::Service),
            (json!({"placement": "a\nb"}), Invalid::Placement),
            (json!({"comment": long}), Invalid::CommentTooLong),
            (json!({"comment": "\u{0}"}), Invalid::CommentControl),
            (json!({"kind": "rant"}), Invalid::Kind),
            (json!({"drivers": ["a b"]}), Invalid::Drivers),
            (json!({"drivers": vec!["fast"; 9]}), Invalid::Drivers),
            (json!({"lang": "../etc"}), Invalid::Language),
        ] {
            assert_eq!(parse(&changes), Err(expected), "{changes}");
        }
    }

    #[test]
    fn what_only_describes_is_dropped_and_not_refused() {
        let submission = parse(&json!({"page": "file:///c:/x.html", "age_ms": 1e30, "extra": {}}))
            .expect("a submission");
        assert_eq!((submission.page, submission.age_ms), (None, None));
    }

    #[test]
    fn depth_is_counted_outside_of_texts() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(nested(16).as_bytes()));
        assert!(is_too_deep(nested(17).as_bytes()));
        assert!(!is_too_deep([nested(9), nested(9)].join(",").as_bytes()));
        assert!(!is_too_deep(
            format!(r#""\"{}""#, "[".repeat(99)).as_bytes()
        ));
        assert!(!is_too_deep(
            format!(r#"["{}\\\"["]"#, "[".repeat(99)).as_bytes()
        ));
    }

    #[test]
    fn a_form_with_broken_characters_is_refused() {
        let form = Sent::from_form(b"rating=5&comment=%E5%A5");
        assert_eq!(form.err(), Some(ProblemType::InvalidUtf8));
    }

    #[test]
    fn a_form_says_the_same_as_json() {
        let form = b"id=01920000-0000-7fff-bfff-ffffffffffff&edit_key=AAAAAAAAAAAAAAAAAAAAAA\
            &revision=1&rating=5&comment=%E5%A5%BD&kind=&service=";
        let department: Slug = "tax".parse().expect("a slug");
        let from_form = Sent::from_form(form).expect("a form").about(&department);
        assert_eq!(from_form.parse(), parse(&json!({"comment": "好"})));
    }
}
