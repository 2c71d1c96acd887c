//! The score once more, by other means than the collector's, to find where either is wrong.
//!
//! No formula of the product is used: an interval of a share is found by asking which shares are
//! not too far from the one observed, and points of the t distribution by adding up its density.

use serde_json::Value;

/// Half of the last published digit, and a little for the rounding of the sum itself.
const SLACK: f64 = 0.500_001;

/// How many gave grade 1, 2, 3, 4 and 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u64; 5]);

impl Tally {
    /// Counts one rating.
    pub fn add(&mut self, grade: u8) {
        self.0[usize::from(grade) - 1] += 1;
    }

    /// Returns how many ratings there are.
    pub fn n(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Returns what a published score says that these ratings do not; nothing where it agrees.
    pub fn differences(&self, score: &Value) -> Vec<String> {
        let mut found = Vec::new();
        if score["n"].as_u64() != Some(self.n()) {
            found.push(format!("n is {}, not {}", score["n"], self.n()));
        }
        if score["status"] == "not_enough" {
            if score["minimum"].as_u64() <= Some(self.n()) {
                found.push(format!("{} ratings are enough", self.n()));
            }
            return found;
        }
        for (grade, count) in ["1", "2", "3", "4", "5"].into_iter().zip(self.0) {
            if score["counts"][grade].as_u64() != Some(count) {
                found.push(format!("grade {grade} is not {count}"));
            }
        }
        let mean = self.mean();
        let index = mean.map(|point| (point - 1.0) / 4.0 * 100.0);
        for (figure, expected, digits) in [
            ("index", index, 1),
            ("mean", mean, 3),
            ("satisfied", self.share(3..5), 4),
            ("good", self.share(2..5), 4),
            ("poor", self.share(0..2), 4),
        ] {
            let published = &score[figure];
            let told = [
                &published["value"],
                &published["interval"][0],
                &published["interval"][1],
            ];
            let unit = 0.1_f64.powi(digits);
            for (told, expected) in told.into_iter().zip(expected) {
                let agrees = told
                    .as_f64()
                    .is_some_and(|told| (told - expected).abs() <= unit * SLACK);
                if !agrees {
                    found.push(format!("{figure} says {told} where {expected:.6} is right"));
                }
            }
        }
        found
    }

    /// Returns the mean with the ends of its interval, kept on the scale: a t interval, after three
    /// ratings were added, half of them at each end.
    fn mean(&self) -> [f64; 3] {
        let grades: Vec<f64> = (1_u8..=5)
            .zip(self.0)
            .flat_map(|(grade, count)| (0..count).map(move |_| f64::from(grade)))
            .collect();
        let n = number(self.n());
        let mean = grades.iter().sum::<f64>() / n;
        let added = [(1.0, 1.5), (5.0, 1.5)];
        let weighed = grades.iter().map(|grade| (*grade, 1.0)).chain(added);
        let weighed: Vec<(f64, f64)> = weighed.collect();
        let centre = weighed
            .iter()
            .map(|(grade, weight)| grade * weight)
            .sum::<f64>()
            / (n + 3.0);
        let squares: f64 = weighed
            .iter()
            .map(|(grade, weight)| weight * (grade - centre).powi(2))
            .sum();
        let half = student(self.n() + 2) * squares.sqrt() / (n + 3.0);
        [mean, (centre - half).max(1.0), (centre + half).min(5.0)]
    }

    /// Returns the share of some grades, and the ends of Wilson's interval.
    fn share(&self, grades: std::ops::Range<usize>) -> [f64; 3] {
        let n = number(self.n());
        let observed = number(self.0[grades].iter().sum()) / n;
        // A share is believable while the observed one is within z of its standard errors.
        let z = quantile(normal);
        let believable =
            |share: f64| (observed - share).abs() <= z * (share * (1.0 - share) / n).sqrt();
        let low = edge(observed, 0.0, believable);
        let high = edge(observed, 1.0, believable);
        [observed, low, high]
    }
}

/// Returns where between `inside` and `outside` a condition ends.
fn edge(mut inside: f64, mut outside: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if holds(outside) {
        return outside;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(inside, outside);
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside
}

/// Returns the 97.5 % point of the t distribution with this many degrees of freedom.
fn student(freedom: u64) -> f64 {
    let degrees = number(freedom);
    // Γ((ν+1)/2) / Γ(ν/2), from the two it starts with by Γ(x+1) = x·Γ(x).
    let (mut at, mut ratio) = if freedom % 2 == 1 {
        (1, 1.0 / std::f64::consts::PI.sqrt())
    } else {
        (2, std::f64::consts::PI.sqrt() / 2.0)
    };
    while at < freedom {
        ratio *= number(at + 1) / number(at);
        at += 2;
    }
    let height = ratio / (degrees * std::f64::consts::PI).sqrt();
    quantile(|x| height * (1.0 + x * x / degrees).powf(-f64::midpoint(degrees, 1.0)))
}

fn normal(x: f64) -> f64 {
    (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Returns the 97.5 % point of a density that is even: where the area from 0 reaches 0.475.
fn quantile(density: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1e-3;
    // Simpson's rule on one piece.
    let piece = |x: f64, width: f64| {
        (density(x) + 4.0 * density(x + width / 2.0) + density(x + width)) * width / 6.0
    };
    let (mut area, mut x) = (0.0, 0.0);
    while area + piece(x, STEP) < 0.475 {
        area += piece(x, STEP);
        x += STEP;
    }
    x + edge(0.0, STEP, |width| area + piece(x, width) < 0.475)
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn points_are_those_of_printed_tables() {
        for (freedom, expected) in [(1, 12.706), (2, 4.303), (29, 2.045), (411, 1.966)] {
            let point = student(freedom);
            assert!((point - expected).abs() < 5e-4, "{freedom}: {point}");
        }
        assert!((quantile(normal) - 1.959_963_985).abs() < 1e-9);
    }

    #[test]
    fn a_score_from_a_statistics_package_agrees_and_a_wrong_one_does_not() {
        let tally = Tally([9, 14, 61, 150, 178]);
        let mut score = json!({
            "n": 412, "counts": {"1": 9, "2": 14, "3": 61, "4": 150, "5": 178},
            "index": {"value": 78.8, "interval": [76.2, 80.9]},
            "mean": {"value": 4.150, "interval": [4.050, 4.235]},
            "satisfied": {"value": 0.7961, "interval": [0.7546, 0.8322]},
            "good": {"value": 0.9442, "interval": [0.9176, 0.9625]},
            "poor": {"value": 0.0558, "interval": [0.0375, 0.0824]},
        });
        assert_eq!(tally.differences(&score), Vec::<String>::new());
        score["poor"]["interval"][1] = json!(0.0825);
        assert_eq!(tally.differences(&score).len(), 1);
    }

    #[test]
    fn too_few_ratings_must_be_kept_back_and_enough_must_not() {
        let tally = Tally([0, 0, 0, 0, 3]);
        let kept = |minimum| json!({"n": 3, "minimum": minimum, "status": "not_enough"});
        assert_eq!(tally.differences(&kept(4)), Vec::<String>::new());
        assert_eq!(tally.differences(&kept(3)).len(), 1);
    }
}
