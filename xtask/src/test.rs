//! `cargo xtask test`: the checks before a merge, in three tiers; cheap checks run first.

mod steps;

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use steps::{Outcome, Run, steps};

/// How much is checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tier {
    /// What needs no browser and no release build.
    Fast,
    /// Everything that decides about a merge. No step depends on the speed of the machine.
    Gate,
    /// The gate with long repetitions, and the stories that measure time.
    Long,
}

impl Tier {
    /// Returns the tier of these two options, of which one at most is set.
    pub(crate) fn of(fast: bool, long: bool) -> Self {
        match (fast, long) {
            (true, _) => Self::Fast,
            (_, true) => Self::Long,
            _ => Self::Gate,
        }
    }
}

/// The result of one step.
struct Record {
    title: &'static str,
    duration: Duration,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verdict {
    Ok,
    Skipped,
    Failed,
}

/// Runs the steps of a tier in order; stops at the first that fails, unless told to go on.
pub(crate) fn test(workspace: &Workspace, tier: Tier, keep_going: bool) -> Result<()> {
    let mut run = Run::new(workspace, tier);
    let steps = steps(tier);
    let mut records = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        println!("\n== {} of {}: {}", number + 1, steps.len(), step.title);
        let started = Instant::now();
        let outcome = (step.run)(&mut run);
        let duration = started.elapsed();
        let verdict = match outcome {
            Ok(Outcome::Done) => Verdict::Ok,
            Ok(Outcome::Skipped(reason)) => {
                println!("NOT TESTED: {reason}");
                Verdict::Skipped
            }
            Err(error) => {
                println!("failed: {error:#}");
                Verdict::Failed
            }
        };
        println!("-- {} ({:.1} s)", step.title, duration.as_secs_f64());
        records.push(Record {
            title: step.title,
            duration,
            verdict,
        });
        if verdict == Verdict::Failed && !keep_going {
            break;
        }
    }
    print!("\n{}", summary(&records));
    conclude(&records, steps.len())
}

fn summary(records: &[Record]) -> String {
    let mut table = format!("{:<40} {:>8}  result\n", "step", "seconds");
    for record in records {
        let verdict = match record.verdict {
            Verdict::Ok => "ok",
            Verdict::Skipped => "not tested",
            Verdict::Failed => "FAILED",
        };
        // Writing to a string cannot fail.
        _ = writeln!(
            table,
            "{:<40} {:>8.1}  {verdict}",
            record.title,
            record.duration.as_secs_f64()
        );
    }
    let total: Duration = records.iter().map(|record| record.duration).sum();
    _ = writeln!(table, "{:<40} {:>8.1}", "all", total.as_secs_f64());
    table
}

fn conclude(records: &[Record], planned: usize) -> Result<()> {
    let failed: Vec<&str> = records
        .iter()
        .filter(|record| record.verdict == Verdict::Failed)
        .map(|record| record.title)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let not_run = planned - records.len();
    bail!(
        "failed: {}; {not_run} later step(s) not run. The reason is printed at the step.",
        failed.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &'static str, verdict: Verdict) -> Record {
        Record {
            title,
            duration: Duration::from_millis(1_500),
            verdict,
        }
    }

    #[test]
    fn summary_shows_every_step_and_the_sum() {
        let table = summary(&[
            record("format", Verdict::Ok),
            record("lints", Verdict::Failed),
        ]);
        let rows: Vec<Vec<&str>> = table
            .lines()
            .map(|row| row.split_whitespace().collect())
            .collect();
        assert_eq!(rows[1], ["format", "1.5", "ok"]);
        assert_eq!(rows[2], ["lints", "1.5", "FAILED"]);
        assert_eq!(rows[3], ["all", "3.0"]);
    }

    #[test]
    fn each_tier_holds_the_steps_of_the_one_before() {
        let titles = |tier| {
            steps(tier)
                .iter()
                .map(|step| step.title)
                .collect::<Vec<_>>()
        };
        let (fast, gate, long) = (titles(Tier::Fast), titles(Tier::Gate), titles(Tier::Long));
        assert!(fast.iter().all(|title| gate.contains(title)));
        assert!(gate.iter().all(|title| long.contains(title)));
        assert!(fast.len() < gate.len() && gate.len() < long.len());
    }

    #[test]
    fn a_skipped_step_is_no_failure_and_a_failed_one_is_named() {
        let records = [
            record("format", Verdict::Ok),
            record("clippy", Verdict::Skipped),
        ];
        assert!(conclude(&records, 2).is_ok());
        let error = conclude(&[record("format", Verdict::Failed)], 3).unwrap_err();
        assert!(error.to_string().starts_with("failed: format; 2 later"));
    }
}
