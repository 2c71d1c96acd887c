//! Runs the black-box tests of `tests/`, and names in variables what they need.

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::browser::Tools;
use crate::workspace::Workspace;
use crate::{browser, figures, process, promtool, serve};

/// What a black-box test needs: a collector as it is shipped, browsers, and the tools that judge.
pub(crate) struct Stories {
    pub(crate) collector: PathBuf,
    pub(crate) tools: Tools,
    pub(crate) promtool: PathBuf,
    /// The folder for pictures and figures.
    pub(crate) artifacts: PathBuf,
    /// Whether tests that depend on chance or on the clock run at full length.
    pub(crate) long: bool,
}

impl Stories {
    /// Builds the collector and installs what is missing. The widget must be built already.
    pub(crate) fn prepare(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            collector: serve::build_collector(workspace)?,
            tools: browser::ensure(workspace)?,
            promtool: promtool::ensure()?,
            artifacts: workspace.artifacts(),
            long: false,
        })
    }

    /// Runs the stories of the gate, more at a time than there are cores: most of them wait for a
    /// browser, a timer or a disk.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<()> {
        let cores = thread::available_parallelism().map_or(1, Into::into);
        let mut command = process::cargo(workspace.root());
        command.args(["test", "--locked", "--workspace", "--test", "*", "--"]);
        command.arg(format!("--test-threads={}", 2 * cores));
        self.run_command(&mut command)
    }

    /// Runs the stories that hold a limit of time or rate, one at a time.
    pub(crate) fn run_measured(&self, workspace: &Workspace) -> Result<()> {
        let mut command = process::cargo(workspace.root());
        command.args(["test", "--locked", "--workspace", "--bench", "measured"]);
        command.args(["--", "--test-threads=1"]);
        self.run_command(&mut command)
    }

    /// Runs a test command, then prints the figures that its tests measured, also after a failure.
    fn run_command(&self, command: &mut Command) -> Result<()> {
        command
            .env("HUIYIN_BINARY", &self.collector)
            .env("HUIYIN_PROMTOOL", &self.promtool)
            .env("HUIYIN_GECKODRIVER", &self.tools.geckodriver)
            .env("HUIYIN_AXE", &self.tools.axe)
            .env("HUIYIN_LIGHTHOUSE", &self.tools.lighthouse)
            .env("HUIYIN_ARTIFACTS", &self.artifacts);
        if self.long {
            command.env("HUIYIN_LONG", "1");
        }
        figures::forget(&self.artifacts)?;
        let passed = process::run(command);
        let figures = figures::table(&self.artifacts);
        print!("\n{}", figures.as_deref().unwrap_or_default());
        passed?;
        figures.map(drop)
    }
}
