//! Figures: what was measured, what it should be, and whether it is.

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

/// What a figure must not fall below, or exceed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// One figure: the median of what the rounds gave, and the extremes.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    low: f64,
    high: f64,
    goal: Option<String>,
    holds: Option<bool>,
    unit: &'static str,
}

/// Something that was not measured, and why.
#[derive(Debug)]
pub(crate) struct Skipped {
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// Everything that was found out, in the order of the table.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    figures: Vec<Figure>,
    skipped: Vec<Skipped>,
}

impl Figures {
    /// Adds the median of the rounds; with a goal it is also judged.
    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        rounds: &[f64],
        unit: &'static str,
        goal: Option<Goal>,
    ) {
        if rounds.is_empty() {
            return self.skip(name, "there was no round");
        }
        let value = middle(rounds);
        let figure = Figure {
            name: name.into(),
            value,
            low: rounds.iter().copied().fold(f64::INFINITY, f64::min),
            high: rounds.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            goal: goal.map(|goal| match goal {
                Goal::AtLeast(bound) => format!("≥ {bound}"),
                Goal::AtMost(bound) => format!("≤ {bound}"),
            }),
            holds: goal.map(|goal| match goal {
                Goal::AtLeast(bound) => value >= bound,
                Goal::AtMost(bound) => value <= bound,
            }),
            unit,
        };
        println!("  {}: {}", figure.name, figure.told());
        self.figures.push(figure);
    }

    /// Notes what could not be measured.
    pub(crate) fn skip(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        let (name, reason) = (name.into(), reason.into());
        println!("  {name}: not measured, {reason}");
        self.skipped.push(Skipped { name, reason });
    }

    /// Returns the table for people.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["figure", "median", "spread", "goal", "holds"]);
        for figure in &self.figures {
            table.add_row([
                figure.name.clone(),
                figure.told(),
                figure.spread(),
                figure.goal.clone().unwrap_or_default(),
                figure
                    .holds
                    .map_or("", |holds| if holds { "yes" } else { "NO" })
                    .to_owned(),
            ]);
        }
        for skipped in &self.skipped {
            table.add_row([skipped.name.as_str(), "not measured", &skipped.reason]);
        }
        for column in [1, 2] {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.to_string()
    }

    /// Returns the list for programs; what was not measured has no value there.
    pub(crate) fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(&self.figures)
    }
}

impl Figure {
    /// Returns the extremes; nothing where there was one measurement.
    fn spread(&self) -> String {
        if self.low.total_cmp(&self.high).is_eq() {
            return String::new();
        }
        format!("{}–{}", told(self.low), told(self.high))
    }

    fn told(&self) -> String {
        format!("{} {}", told(self.value), self.unit)
            .trim_end()
            .to_owned()
    }
}

/// Writes a number with the digits that mean something.
fn told(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// Returns the median.
pub(crate) fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_the_median_and_is_held_against_its_goal() {
        let mut figures = Figures::default();
        figures.add("a", &[0.7, 0.5, 0.6], "times", Some(Goal::AtLeast(0.6)));
        figures.add("b", &[0.7, 0.5], "times", Some(Goal::AtMost(0.59)));
        figures.add("c", &[], "times", None);
        let list: serde_json::Value =
            serde_json::from_str(&figures.json().expect("JSON")).expect("JSON");
        assert_eq!(
            (&list[0]["value"], &list[0]["holds"]),
            (&0.6.into(), &true.into())
        );
        assert_eq!(
            (&list[1]["holds"], list[2].is_null()),
            (&false.into(), true)
        );
        assert!(figures.table().contains("not measured"));
    }
}
