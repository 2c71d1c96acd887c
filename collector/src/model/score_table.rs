//! Rows of scores as they leave for other programs: the same for the API and the command line.

use huiyin_shared::counts::Counts;
use huiyin_shared::interval::Estimate;
use huiyin_shared::score::Published;

use super::department::{Department, Names};
use super::dimension::{Breakdown, Dimension};
use super::drivers::DriverShare;
use super::period::Period;

/// The columns, in order.
const COLUMNS: &str = "department,parent,name_zh,name_en,service,from,to,n,c1,c2,c3,c4,c5,\
    index,index_low,index_high,mean,mean_low,mean_high,satisfied,satisfied_low,satisfied_high,\
    good,good_low,good_high,poor,poor_low,poor_high,formula";

/// One department or service with its score in a period.
#[derive(Clone, Debug)]
pub struct Row {
    cells: Vec<String>,
}

impl Row {
    /// Makes the row of a department; figures under the minimum stay empty, their number stays.
    pub fn of(
        department: &Department,
        service: Option<&str>,
        counts: Counts,
        minimum: u64,
        period: Period,
    ) -> Self {
        let Names { zh, en } = &department.names;
        let mut cells = vec![
            department.slug.to_string(),
            department
                .parent
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            harmless(zh.as_str()),
            harmless(en.as_ref().map(|name| name.as_str()).unwrap_or_default()),
            service.unwrap_or_default().to_owned(),
            period.from().to_string(),
            period.to().to_string(),
            counts.n().to_string(),
        ];
        match Published::of(counts, minimum) {
            Published::Enough { formula, score } => {
                cells.extend(score.counts.one_to_five().map(|count| count.to_string()));
                for estimate in [
                    score.index,
                    score.mean,
                    score.satisfied,
                    score.good,
                    score.poor,
                ] {
                    cells.extend(figures(Some(estimate)));
                }
                cells.push(formula.to_owned());
            }
            Published::NotEnough { .. } => {
                cells.resize(COLUMNS.split(',').count(), String::new());
            }
        }
        Self { cells }
    }
}

/// Writes the ratings of a department by value; those of all other values together have an empty
/// name.
pub fn breakdown_csv(
    department: &Department,
    by: Dimension,
    breakdown: &Breakdown,
    minimum: u64,
    period: Period,
) -> Vec<u8> {
    let columns = COLUMNS.replace("service", by.name());
    let others = (String::new(), breakdown.others);
    let others = Some(others).filter(|(_, counts)| counts.n() > 0);
    let rows = breakdown
        .values
        .iter()
        .chain(&others)
        .map(|(value, counts)| {
            let value = harmless(value);
            Row::of(department, Some(&value), *counts, minimum, period).cells
        });
    write(&columns, rows)
}

/// The columns of how often reasons were ticked, in order.
const DRIVER_COLUMNS: &str = "department,from,to,driver,poor_n,poor,poor_low,poor_high,\
    good_n,good,good_low,good_high";

/// Writes how often reasons were ticked with ratings of a department; only the columns under the
/// minimum.
pub fn drivers_csv(
    department: &Department,
    shares: Option<&[DriverShare]>,
    period: Period,
) -> Vec<u8> {
    let rows = shares.unwrap_or_default().iter().map(|share| {
        let mut cells = vec![
            department.slug.to_string(),
            period.from().to_string(),
            period.to().to_string(),
            harmless(&share.driver),
        ];
        for (n, estimate) in [(share.poor_n, share.poor), (share.good_n, share.good)] {
            cells.push(n.to_string());
            cells.extend(figures(estimate));
        }
        cells
    });
    write(DRIVER_COLUMNS, rows)
}

/// Returns a figure with the ends of its interval.
fn figures(estimate: Option<Estimate>) -> [String; 3] {
    let Some(Estimate { value, interval }) = estimate else {
        return Default::default();
    };
    [value, interval[0], interval[1]].map(|figure| figure.to_string())
}

/// Writes rows as CSV (RFC 4180) with a byte order mark, without which spreadsheets take Chinese
/// for another encoding.
fn write(columns: &str, rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(b"\xEF\xBB\xBF".to_vec());
    // Writing to memory cannot fail, and all rows have as many cells as there are columns.
    drop(writer.write_record(columns.split(',')));
    for row in rows {
        drop(writer.write_record(row));
    }
    writer.into_inner().unwrap_or_default()
}

/// Writes scores as CSV.
pub fn csv(rows: &[Row]) -> Vec<u8> {
    write(COLUMNS, rows.iter().map(|row| row.cells.clone()))
}

/// Returns a text that a spreadsheet takes for text, not for a formula.
fn harmless(text: &str) -> String {
    let risky = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    if text.starts_with(risky) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_shared::text::Name;
    use jiff::civil::date;

    fn lines(name: &str, minimum: u64) -> Vec<String> {
        let department = Department {
            slug: "tax".parse().expect("a slug"),
            parent: None,
            names: Names {
                zh: Name::parse(name).expect("a name"),
                en: None,
            },
        };
        let period = Period::new(date(2026, 1, 1), date(2026, 12, 31)).expect("a period");
        let counts = Counts::new([9, 14, 61, 150, 178]);
        let text = csv(&[Row::of(&department, None, counts, minimum, period)]);
        let text = String::from_utf8(text).expect("UTF-8");
        text.trim_start_matches('\u{feff}')
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_row_has_every_figure() {
        assert_eq!(
            lines("税务局", 30)[1],
            "tax,,税务局,,,2026-01-01,2026-12-31,412,9,14,61,150,178,78.8,76.2,80.9,4.15,4.05,4.235,\
             0.7961,0.7546,0.8322,0.9442,0.9176,0.9625,0.0558,0.0375,0.0824,index/2"
        );
    }

    #[test]
    fn under_the_minimum_the_figures_stay_empty() {
        assert!(lines("税务局", 413)[1].ends_with(",412,,,,,,,,,,,,,,,,,,,,,"));
    }

    #[test]
    fn a_name_is_never_a_formula() {
        assert!(lines("=1+1", 1)[1].contains(",'=1+1,"));
    }
}
