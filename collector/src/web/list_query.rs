//! The parameters of lists and periods, the same for the API and for pages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::ProblemType;
use crate::model::period::Period;
use crate::model::{Order, Selection};

/// Departments on one page of a list.
pub(crate) const PAGE: usize = 50;

/// The longest text that is searched for, in characters.
const SEARCH: usize = 100;

/// The period, and the language of the answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(crate) struct PeriodQuery {
    /// The first day, as `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) from: String,
    /// The last day, as `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) to: String,
    /// The language of the answer, as a tag.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) lang: String,
}

impl PeriodQuery {
    /// Returns the period; the year up to today where none is given.
    pub(crate) fn period(&self, today: Date) -> Result<Period, ProblemType> {
        Ok(Period::parse(Some(&self.from), Some(&self.to), today)?)
    }

    /// Returns the same for another period.
    pub(crate) fn within(&self, period: Period) -> Self {
        Self {
            from: period.from().to_string(),
            to: period.to().to_string(),
            ..self.clone()
        }
    }
}

/// How the API writes its answer.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct FormatQuery {
    /// `json`, or `csv`.
    format: String,
}

impl FormatQuery {
    /// Returns whether CSV is wanted and not JSON.
    pub(crate) fn is_csv(&self) -> Result<bool, ProblemType> {
        match self.format.as_str() {
            "" | "json" => Ok(false),
            "csv" => Ok(true),
            _ => Err(ProblemType::InvalidQuery),
        }
    }
}

/// What a list of departments is asked for.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(crate) struct ListQuery {
    /// The slug of the department above; the top level where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) parent: String,
    /// A text that names must contain.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) q: String,
    /// `name`, `index`, `index-low`, `ratings`, `poor`, `change` or `change-low`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) sort: String,
    /// The number of the page, from 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) page: String,
    #[serde(flatten)]
    pub(crate) dates: PeriodQuery,
}

impl ListQuery {
    /// Returns the number of the page, from 1.
    pub(crate) fn number(&self) -> Result<usize, ProblemType> {
        match self.page.as_str() {
            "" => Ok(1),
            text => text
                .parse()
                .ok()
                .filter(|page| (1..=1_000_000).contains(page))
                .ok_or(ProblemType::InvalidQuery),
        }
    }

    /// Returns the order.
    pub(crate) fn order(&self) -> Result<Order, ProblemType> {
        match self.sort.as_str() {
            "" => Ok(Order::default()),
            name => name.parse().map_err(|_| ProblemType::InvalidQuery),
        }
    }

    /// Returns the first page of the level below a department, or of the top.
    pub(crate) fn level(&self, parent: &str) -> Self {
        Self {
            parent: parent.to_owned(),
            q: String::new(),
            page: String::new(),
            ..self.clone()
        }
    }

    /// Returns what to look up, `limit` rows to a page, below a parent that is yet to be found.
    pub(crate) fn selection(&self, limit: usize) -> Result<Selection, ProblemType> {
        let search = self.q.trim();
        if search.chars().count() > SEARCH || search.contains('\0') {
            return Err(ProblemType::InvalidQuery);
        }
        Ok(Selection {
            parent: None,
            search: (!search.is_empty()).then(|| search.to_owned()),
            order: self.order()?,
            offset: (self.number()? - 1) * limit,
            limit,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_orders_are_those_of_the_interface() {
        for (sort, order) in [
            ("", Some(Order::Name)),
            ("name", Some(Order::Name)),
            ("index", Some(Order::Index)),
            ("index-low", Some(Order::IndexLow)),
            ("ratings", Some(Order::Ratings)),
            ("poor", Some(Order::Poor)),
            ("change", Some(Order::Change)),
            ("change-low", Some(Order::ChangeLow)),
            ("Index", None),
            ("index_low", None),
        ] {
            let query = ListQuery {
                sort: sort.to_owned(),
                ..ListQuery::default()
            };
            assert_eq!(query.order().ok(), order, "{sort}");
        }
    }
}
