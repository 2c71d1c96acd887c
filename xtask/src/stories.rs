//! Runs the black-box tests of `tests/`, and names in variables what they need.

use std::path::PathBuf;
use std::process::Command;

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

    /// Runs a test command, then prints the figures that its tests measured, also after a failure.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
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
