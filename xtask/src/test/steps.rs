//! The steps of `cargo xtask test`, in their order.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::figures;
use crate::toolchain::{self, TARGET};
use crate::workspace::Workspace;
use crate::{browser, budget, postgres, process, promtool, serve, tidy, widget};

/// One thing to check.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) run: fn(&mut Bench) -> Result<Outcome>,
}

/// How a step ended that did not fail.
pub(super) enum Outcome {
    Done,
    Skipped(&'static str),
}

/// What the steps hand to each other.
pub(super) struct Bench {
    workspace: Workspace,
    long: bool,
    binary: Option<PathBuf>,
    tools: Option<browser::Tools>,
}

impl Bench {
    pub(super) fn new(workspace: &Workspace, long: bool) -> Self {
        Self {
            workspace: workspace.clone(),
            long,
            binary: None,
            tools: None,
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = process::cargo(self.workspace.root());
        command.args(arguments);
        command
    }
}

/// Everything, so ordered that a cheap failure is not found behind a dear one.
///
/// The widget comes before all that compiles the collector, which takes the widget in.
pub(super) const STEPS: &[Step] = &[
    Step {
        title: "format",
        run: format,
    },
    Step {
        title: "rules of the source",
        run: rules,
    },
    Step {
        title: "widget",
        run: widget,
    },
    Step {
        title: "size budgets",
        run: budgets,
    },
    Step {
        title: "lints",
        run: lints,
    },
    Step {
        title: "lints for WebAssembly",
        run: lints_for_wasm,
    },
    Step {
        title: "documentation",
        run: documentation,
    },
    Step {
        title: "collector, release build",
        run: collector,
    },
    Step {
        title: "browsers",
        run: browser,
    },
    Step {
        title: "PostgreSQL and strace",
        run: postgres,
    },
    Step {
        title: "tests",
        run: tests,
    },
];

fn format(bench: &mut Bench) -> Result<Outcome> {
    process::run(&mut bench.cargo(&["fmt", "--all", "--check"]))
        .context("run `cargo fmt --all` and look at what it changes")?;
    Ok(Outcome::Done)
}

fn rules(bench: &mut Bench) -> Result<Outcome> {
    let findings = tidy::check(&bench.workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} place(s) break a rule of the source", findings.len());
    }
    Ok(Outcome::Done)
}

fn widget(bench: &mut Bench) -> Result<Outcome> {
    widget::build(&bench.workspace)?;
    Ok(Outcome::Done)
}

fn budgets(bench: &mut Bench) -> Result<Outcome> {
    budget::report(&bench.workspace)?;
    Ok(Outcome::Done)
}

fn lints(bench: &mut Bench) -> Result<Outcome> {
    const CLIPPY: [&str; 4] = ["clippy", "--locked", "--workspace", "--all-targets"];
    process::run(bench.cargo(&CLIPPY).args(["--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

fn lints_for_wasm(bench: &mut Bench) -> Result<Outcome> {
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
    process::run(bench.cargo(&CLIPPY).args([TARGET, "--", "-D", "warnings"]))?;
    Ok(Outcome::Done)
}

fn documentation(bench: &mut Bench) -> Result<Outcome> {
    process::run(
        bench
            .cargo(&["doc", "--locked", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    Ok(Outcome::Done)
}

fn collector(bench: &mut Bench) -> Result<Outcome> {
    bench.binary = Some(serve::build_collector(&bench.workspace)?);
    Ok(Outcome::Done)
}

fn browser(bench: &mut Bench) -> Result<Outcome> {
    bench.tools = Some(browser::ensure(&bench.workspace)?);
    Ok(Outcome::Done)
}

fn postgres(_: &mut Bench) -> Result<Outcome> {
    postgres::ensure()?;
    Ok(Outcome::Done)
}

fn tests(bench: &mut Bench) -> Result<Outcome> {
    let binary = bench
        .binary
        .clone()
        .context("the tests need the collector's release build, which failed")?;
    let tools = bench.tools.as_ref();
    let tools = tools.context("the tests need the browsers, which are not there")?;
    let artifacts = bench.workspace.artifacts();
    figures::forget(&artifacts)?;
    let mut command = bench.cargo(&["test", "--locked", "--workspace"]);
    command
        .env("HUIYIN_BINARY", binary)
        .env("HUIYIN_PROMTOOL", promtool::ensure()?)
        .env("HUIYIN_GECKODRIVER", &tools.geckodriver)
        .env("HUIYIN_AXE", &tools.axe)
        .env("HUIYIN_LIGHTHOUSE", &tools.lighthouse)
        .env("HUIYIN_ARTIFACTS", &artifacts);
    if bench.long {
        command.env("HUIYIN_LONG", "1");
    }
    let passed = process::run(&mut command);
    let figures = figures::table(&artifacts);
    // Also what was measured before something failed.
    print!("\n{}", figures.as_deref().unwrap_or_default());
    println!(
        "Pictures, and the contact sheet of them: {}",
        artifacts.display()
    );
    passed?;
    figures.map(|_| Outcome::Done)
}
