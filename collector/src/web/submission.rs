//! Reading a submission: from JSON as the widget sends it, from a form as a plain page does.
//!
//! Each field is parsed by itself, so that each has its own refusal.

#[cfg(test)]
mod tests;

use std::ops::Deref;

use huiyin_shared::feedback::{Drivers, Kind, Revision, Submission};
use huiyin_shared::id::{EditKey, FeedbackId};
use huiyin_shared::invalid::Invalid;
use huiyin_shared::language::{Language, LanguageTag};
use huiyin_shared::page::Page;
use huiyin_shared::rating::Rating;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::{Comment, Contact, Placement};
use serde::{Deserialize, Deserializer};
use serde_json_borrow::Value;
use utoipa::ToSchema;

use super::problem::ProblemType;

/// What was sent, before it is known to be a submission; texts stand where they arrived.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = Feedback)]
pub(crate) struct Sent<'body> {
    #[serde(borrow, default)]
    #[schema(value_type = FeedbackId, required)]
    id: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = EditKey, required)]
    edit_key: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Revision, required)]
    revision: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Slug, required)]
    department: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<Slug>)]
    service: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<Placement>)]
    placement: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Rating, required)]
    rating: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<Vec<Slug>>, max_items = 8)]
    drivers: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<u32>)]
    drivers_version: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<Comment>)]
    comment: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<Kind>)]
    kind: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<bool>)]
    wants_answer: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<Contact>)]
    contact: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<bool>)]
    test: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<String>)]
    trap: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<u64>)]
    elapsed_ms: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<LanguageTag>)]
    lang: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<String>)]
    page: Field<'body>,
    #[serde(borrow, default)]
    #[schema(value_type = Option<u64>)]
    age_ms: Field<'body>,
}

/// The fields of a form as they were sent, to be parsed, or shown again after a refusal.
#[derive(Default)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) edit_key: String,
    pub(crate) revision: u64,
    pub(crate) rating: Option<u64>,
    pub(crate) ticked: Ticked,
    pub(crate) drivers_version: Option<u64>,
    pub(crate) comment: String,
    pub(crate) kind: String,
    pub(crate) wants_answer: bool,
    pub(crate) contact: String,
    pub(crate) service: String,
    pub(crate) placement: String,
    pub(crate) page: String,
    pub(crate) test: bool,
    pub(crate) trap: String,
    pub(crate) lang: String,
}

/// Drivers that were ticked on a form, by list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ticked {
    /// Those of the list for good ratings.
    pub(crate) good: Vec<String>,
    /// Those of the list for poor ratings.
    pub(crate) poor: Vec<String>,
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

impl Sent<'_> {
    /// Returns the language the sender reads, as far as it is known.
    pub(crate) fn language(&self) -> Option<Language> {
        self.lang.as_str().and_then(Language::asked)
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
            drivers_version: (self.drivers_version.as_u64())
                .and_then(|version| u32::try_from(version).ok()),
            comment: match optional(&self.comment, Invalid::CommentControl)? {
                Some(text) => Comment::optional(text)?,
                None => None,
            },
            kind: optional(&self.kind, Invalid::Kind)?
                .map(Kind::parse)
                .transpose()?,
            wants_answer: self.wants_answer(),
            // What nobody needs is not kept, whatever it is.
            contact: match optional(&self.contact, Invalid::Contact) {
                Ok(Some(text)) if self.wants_answer() => Contact::optional(text)?,
                Err(invalid) if self.wants_answer() => return Err(invalid),
                _ => None,
            },
            test: self.test(),
            // Whatever it is, nobody typed it who saw the form.
            trap: !matches!(&*self.trap, Value::Null) && self.trap.as_str() != Some(""),
            elapsed_ms: self.elapsed_ms.as_u64(),
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

    /// Returns whether an answer is wanted; nothing but `true` says so.
    fn wants_answer(&self) -> bool {
        self.wants_answer.as_bool().unwrap_or_default()
    }

    /// Returns whether it is a test; nothing but `true` says so.
    fn test(&self) -> bool {
        self.test.as_bool().unwrap_or_default()
    }
}

impl Form {
    /// Reads a form; every field is text there, and only the numbers need to be told apart.
    pub(crate) fn read(body: &[u8]) -> Result<Self, ProblemType> {
        // The form's own reader would put a replacement character for what is broken.
        let whole = percent_encoding::percent_decode(body).decode_utf8();
        let fields: Vec<(String, String)> = whole
            .ok()
            .and_then(|_| serde_urlencoded::from_bytes(body).ok())
            .ok_or(ProblemType::InvalidUtf8)?;
        let mut form = Self::default();
        for (name, text) in fields {
            match name.as_str() {
                "rating" => form.rating = text.parse().ok(),
                "revision" => form.revision = text.parse().unwrap_or_default(),
                "drivers_version" => form.drivers_version = text.parse().ok(),
                "good" => form.ticked.good.push(text),
                "poor" => form.ticked.poor.push(text),
                "id" => form.id = text,
                "edit_key" => form.edit_key = text,
                // These two come from the page's author; a slip of theirs must not silence a citizen.
                "service" if text.parse::<Slug>().is_ok() => form.service = text,
                "placement" if Placement::parse(&text).is_ok() => form.placement = text,
                "comment" => form.comment = text,
                "kind" => form.kind = text,
                // A box that is not ticked is not sent.
                "wants_answer" => form.wants_answer = true,
                "contact" => form.contact = text,
                "test" => form.test = true,
                // What programs take for a field that must be filled.
                "website" => form.trap = text,
                "lang" => form.lang = text,
                "page" => form.page = text,
                _ => {}
            }
        }
        Ok(form)
    }

    /// Returns what the form says about the department that its address names.
    pub(crate) fn about<'form>(&'form self, department: &'form Slug) -> Sent<'form> {
        let number = |number: Option<u64>| number.map(Field::from).unwrap_or_default();
        Sent {
            id: self.id.as_str().into(),
            edit_key: self.edit_key.as_str().into(),
            revision: self.revision.into(),
            department: department.as_str().into(),
            service: self.service.as_str().into(),
            placement: self.placement.as_str().into(),
            rating: number(self.rating),
            drivers: self.ticked_for_the_grade(),
            drivers_version: number(self.drivers_version),
            comment: self.comment.as_str().into(),
            kind: self.kind.as_str().into(),
            wants_answer: self.wants_answer.into(),
            contact: self.contact.as_str().into(),
            test: self.test.into(),
            trap: self.trap.as_str().into(),
            lang: self.lang.as_str().into(),
            page: self.page.as_str().into(),
            ..Sent::default()
        }
    }

    /// Returns what was ticked in the list of the grade; what belongs to the other list is not what
    /// the citizen means.
    fn ticked_for_the_grade(&self) -> Field<'_> {
        let rating = self.rating.and_then(|grade| u8::try_from(grade).ok());
        let ticked = match rating.map(Rating::try_from) {
            Some(Ok(rating)) if rating.is_poor() => &self.ticked.poor,
            Some(Ok(_)) => &self.ticked.good,
            _ => return Field::default(),
        };
        let slugs = ticked.iter().map(|slug| Value::from(slug.as_str()));
        Field(Value::Array(slugs.collect()))
    }
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
