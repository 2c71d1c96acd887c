//! The steps of `cargo xtask test`, in their order.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Tier;
use crate::stories::Stories;
use crate::toolchain::{self, TARGET};
use crate::workspace::Workspace;
use crate::{browser, budget, postgres, process, promtool, serve, tidy, widget};

/// One thing to check.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) run: fn(&mut Run) -> Result<Outcome>,
    /// The first tier that runs it.
    from: Tier,
}

impl Step {
    const fn new(from: Tier, title: &'static str, run: fn(&mut Run) -> Result<Outcome>) -> Self {
        Self { title, run, from }
    }

    fn belongs_to(&self, tier: Tier) -> bool {
        match self.from {
            Tier::Fast => true,
            Tier::Gate => tier != Tier::Fast,
            Tier::Long => tier == Tier::Long,
        }
    }
}

/// How a step ended that did not fail.
pub(super) enum Outcome {
    Done,
    Skipped(&'static str),
}

/// One run of a tier: what the steps hand to each other.
pub(super) struct Run {
    workspace: Workspace,
    tier: Tier,
    collector: Option<PathBuf>,
    tools: Option<browser::Tools>,
}

impl Run {
    pub(super) fn new(workspace: &Workspace, tier: Tier) -> Self {
        Self {
            workspace: workspace.clone(),
            tier,
            collector: None,
            tools: None,
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = process::cargo(self.workspace.root());
        command.args(arguments);
        command
    }

    fn stories(&self) -> Result<Stories> {
        let collector = self.collector.clone();
        let tools = self.tools.clone();
        Ok(Stories {
            collector: collector.context("the collector's release build has failed")?,
            tools: tools.context("the browsers are not there")?,
            promtool: promtool::ensure()?,
            artifacts: self.workspace.artifacts(),
            long: self.tier == Tier::Long,
        })
    }
}

/// Returns the steps of a tier, so ordered that a cheap failure is found before a slow step.
///
/// The widget comes before everything that compiles the collector, which embeds it.
pub(super) fn steps(tier: Tier) -> Vec<&'static Step> {
    STEPS.iter().filter(|step| step.belongs_to(tier)).collect()
}

const STEPS: &[Step] = &[
    Step::new(Tier::Fast, "format", format),
    Step::new(Tier::Fast, "rules of the source", rules),
    Step::new(Tier::Fast, "widget", widget),
    Step::new(Tier::Gate, "size budgets", budgets),
    Step::new(Tier::Fast, "lints", lints),
    Step::new(Tier::Gate, "lints for WebAssembly", lints_for_wasm),
    Step::new(Tier::Gate, "PostgreSQL and strace", postgres),
    Step::new(Tier::Fast, "unit tests and store contract", unit_tests),
    Step::new(Tier::Gate, "documentation", documentation),
    Step::new(Tier::Gate, "collector, release build", collector),
    Step::new(Tier::Gate, "browsers", browsers),
    Step::new(Tier::Gate, "stories", stories),
    Step::new(Tier::Long, "measured stories", measured),
];

fn format(run: &mut Run) -> Result<Outcome> {
    process::run(&mut run.cargo(&["fmt", "--all", "--check"]))
        .context("run `cargo fmt --all` and look at what it changes")?;
    Ok(Outcome::Done)
}

fn rules(run: &mut Run) -> Result<Outcome> {
    let findings = tidy::check(&run.workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} place(s) break a rule of the source", findings.len());
    }
    Ok(Outcome::Done)
}

fn widget(run: &mut Run) -> Result<Outcome> {
    // Without browser tests, any widget will do: the collector only has to compile.
    let manifest = run.workspace.widget_output().join("manifest.json");
    if run.tier == Tier::Fast && manifest.is_file() {
        return Ok(Outcome::Done);
    }
    widget::build(&run.workspace)?;
    Ok(Outcome::Done)
}

fn budgets(run: &mut Run) -> Result<Outcome> {
    budget::report(&run.workspace)?;
    Ok(Outcome::Done)
}

fn lints(run: &mut Run) -> Result<Outcome> {
    const CLIPPY: [&str; 4] = ["clippy", "--locked", "--workspace", "--all-targets"];
    process::run(run.cargo(&CLIPPY).args(["--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

fn lints_for_wasm(run: &mut Run) -> Result<Outcome> {
    const CLIPPY: [&str; 5] = [
        "clippy",
        "--locked",
        "--package",
        "huiyin-widget",
        "--target",
    ];
    if !toolchain::ensure_compiled_library()? {
        return Ok(Outcome::Skipped(
            "clippy belongs to the active Rust, and that one has no standard library for \
             WebAssembly; the compiler of Debian's packages, which built the widget, brings no \
             clippy that could be used instead",
        ));
    }
    process::run(run.cargo(&CLIPPY).args([TARGET, "--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

fn postgres(_: &mut Run) -> Result<Outcome> {
    postgres::ensure()?;
    Ok(Outcome::Done)
}

/// Runs the unit tests of all crates, among them the store contract on both databases.
///
/// Always of the whole workspace: with another choice of packages, cargo would choose other features
/// of the dependencies and compile them a second time.
fn unit_tests(run: &mut Run) -> Result<Outcome> {
    let mut command = run.cargo(&["test", "--locked", "--workspace", "--lib", "--bins"]);
    if postgres::is_installed() {
        process::run(&mut command)?;
        return Ok(Outcome::Done);
    }
    command.args(["--exclude", "huiyin-test-postgres"]);
    process::run(command.args(["--", "--skip", "postgres"]))?;
    Ok(Outcome::Skipped(
        "no PostgreSQL is installed, so the store was tested on SQLite alone; \
         `cargo xtask test` installs it",
    ))
}

fn documentation(run: &mut Run) -> Result<Outcome> {
    process::run(
        run.cargo(&["doc", "--locked", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    Ok(Outcome::Done)
}

fn collector(run: &mut Run) -> Result<Outcome> {
    run.collector = Some(serve::build_collector(&run.workspace)?);
    Ok(Outcome::Done)
}

fn browsers(run: &mut Run) -> Result<Outcome> {
    run.tools = Some(browser::ensure(&run.workspace)?);
    Ok(Outcome::Done)
}

/// Runs the black-box tests.
fn stories(run: &mut Run) -> Result<Outcome> {
    let outcome = run.stories()?.run(&run.workspace);
    let artifacts = run.workspace.artifacts();
    println!("Pictures and contact sheet: {}", artifacts.display());
    outcome.map(|()| Outcome::Done)
}

/// Runs the black-box tests that hold a limit of time or rate.
fn measured(run: &mut Run) -> Result<Outcome> {
    run.stories()?.run_measured(&run.workspace)?;
    Ok(Outcome::Done)
}
