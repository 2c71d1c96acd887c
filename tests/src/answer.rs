//! What the collector answered.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Reads an answer to its end.
    pub async fn read(response: reqwest::Response) -> reqwest::Result<Self> {
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    /// Returns a header, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Returns the body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    /// Returns the receipt code of a rating that was stored.
    #[track_caller]
    pub fn receipt(&self) -> String {
        let json = self.json();
        let receipt = json["receipt"].as_str();
        receipt
            .unwrap_or_else(|| panic!("no receipt: {self:?}"))
            .to_owned()
    }

    /// Returns the type of a problem, without the path before it.
    #[track_caller]
    pub fn problem(&self) -> String {
        let json = self.json();
        let kind = json["type"].as_str().unwrap_or_default();
        kind.trim_start_matches("/problems/").to_owned()
    }

    /// Returns the value of the hidden field of a form.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.body.split_once(&start);
        let (_, rest) = rest.unwrap_or_else(|| panic!("no field {name}: {}", self.body));
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}
