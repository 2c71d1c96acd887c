//! Charts as inline SVG: honest axes, no script, legible in black and white.
//!
//! Everything drawn here stands as text beside it or in a table behind it.

use std::fmt::Write;

use huiyin_shared::interval::Estimate;

use super::html::escaped;
use huiyin_shared::rating::Rating;

/// Draws a figure from 0 to 100 with its interval, small, for a row of a table.
pub fn range(estimate: Estimate) -> String {
    let [low, high] = estimate.interval;
    let value = estimate.value;
    format!(
        "<svg class=\"range\" viewBox=\"0 0 104 12\" aria-hidden=\"true\" focusable=\"false\">\
         <path class=\"axis\" d=\"M2 6H102\"/>\
         <path class=\"interval\" d=\"M{:.1} 6H{:.1}\"/>\
         <circle class=\"value\" cx=\"{:.1}\" cy=\"6\" r=\"3\"/></svg>",
        low + 2.0,
        (high + 2.0).max(low + 2.5),
        value + 2.0,
    )
}

/// Draws a share from 0 to 1 as a bar; the grade decides the pattern, never the meaning.
pub fn bar(share: f64, grade: Rating) -> String {
    format!(
        "<svg class=\"bar grade-{}\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" \
         aria-hidden=\"true\" focusable=\"false\">\
         <rect class=\"rest\" width=\"100\" height=\"10\"/>\
         <rect class=\"part\" width=\"{:.2}\" height=\"10\"/></svg>",
        grade.value(),
        share * 100.0,
    )
}

/// One month of a trend; none where it has too few ratings.
#[derive(Clone, Debug)]
pub struct Point {
    /// The month, as `YYYY-MM`.
    pub month: String,
    /// The index with its interval.
    pub index: Option<Estimate>,
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 48.0;
const TOP: f64 = 12.0;
const HEIGHT: f64 = 200.0;

/// Draws the index by month over its whole scale, with its interval as a band.
///
/// Months without a figure leave a gap. `title` and `description` are read to those who do not
/// see it; both must be safe as text in SVG, and are escaped here.
pub fn trend(points: &[Point], title: &str, description: &str) -> String {
    let mut svg = format!(
        "<svg class=\"trend\" viewBox=\"0 0 {WIDTH} 244\" role=\"img\" \
         aria-labelledby=\"trend-title trend-description\">\
         <title id=\"trend-title\">{}</title><desc id=\"trend-description\">{}</desc>",
        escaped(title),
        escaped(description),
    );
    for level in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let y = y(level);
        // Writing to a string cannot fail.
        _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{:.1}\"/>\
             <text class=\"level\" x=\"{:.1}\" y=\"{:.1}\">{level}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0,
        );
    }
    // At most thirteen labels, so that they never touch.
    let every = points.len().div_ceil(13).max(1);
    for (index, point) in points.iter().enumerate().step_by(every) {
        _ = write!(
            svg,
            "<text class=\"month\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            x(index, points.len()),
            TOP + HEIGHT + 20.0,
            escaped(&point.month),
        );
    }
    let known: Vec<(usize, Estimate)> = points
        .iter()
        .enumerate()
        .filter_map(|(index, point)| point.index.map(|estimate| (index, estimate)))
        .collect();
    for run in known.chunk_by(|a, b| b.0 == a.0 + 1) {
        draw_run(&mut svg, run, points.len());
    }
    if let Some((index, last)) = known.last() {
        _ = write!(
            svg,
            "<text class=\"last\" x=\"{:.1}\" y=\"{:.1}\">{:.1}</text>",
            x(*index, points.len()) + 8.0,
            y(last.value) + 4.0,
            last.value,
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Draws months that follow each other: band, line, and a dot for each.
fn draw_run(svg: &mut String, run: &[(usize, Estimate)], months: usize) {
    let place = |index: usize, value: f64| format!("{:.1} {:.1}", x(index, months), y(value));
    let upper = run.iter().map(|(index, e)| place(*index, e.interval[1]));
    let lower = run
        .iter()
        .rev()
        .map(|(index, e)| place(*index, e.interval[0]));
    let band: Vec<String> = upper.chain(lower).collect();
    let line: Vec<String> = run
        .iter()
        .map(|(index, e)| place(*index, e.value))
        .collect();
    _ = write!(
        svg,
        "<path class=\"band\" d=\"M{}Z\"/><path class=\"line\" d=\"M{}\"/>",
        band.join("L"),
        line.join("L"),
    );
    for (index, estimate) in run {
        let [low, high] = estimate.interval;
        let x = x(*index, months);
        _ = write!(
            svg,
            "<path class=\"whisker\" d=\"M{x:.1} {:.1}V{:.1}\"/>\
             <circle class=\"dot\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"4\"/>",
            y(high),
            y(low),
            y(estimate.value),
        );
    }
}

/// Returns how far right a month stands; a single one stands in the middle.
#[expect(
    clippy::cast_precision_loss,
    reason = "a period has at most 121 months"
)]
fn x(index: usize, months: usize) -> f64 {
    let step = (WIDTH - LEFT - RIGHT) / months.max(1) as f64;
    LEFT + step * (index as f64 + 0.5)
}

fn y(value: f64) -> f64 {
    TOP + HEIGHT * (1.0 - value / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(month: &str, value: Option<f64>) -> Point {
        let index = value.map(|value| Estimate {
            value,
            interval: [value - 5.0, value + 5.0],
        });
        Point {
            month: month.to_owned(),
            index,
        }
    }

    #[test]
    fn a_month_without_a_figure_leaves_a_gap() {
        let points = [
            point("2026-01", Some(50.0)),
            point("2026-02", None),
            point("2026-03", Some(60.0)),
        ];
        let svg = trend(&points, "t", "d");
        assert_eq!(svg.matches("class=\"line\"").count(), 2);
        assert_eq!(svg.matches("class=\"dot\"").count(), 2);
    }

    #[test]
    fn the_axis_has_the_whole_scale() {
        let svg = trend(&[point("2026-01", Some(99.0))], "t", "d");
        for level in [">0<", ">25<", ">50<", ">75<", ">100<"] {
            assert!(svg.contains(level), "{level}");
        }
    }

    #[test]
    fn a_name_is_text_and_not_markup() {
        let svg = trend(&[], "<script>", "a & b");
        assert!(svg.contains("&#60;script&#62;") && !svg.contains("<script>"));
    }
}
