//! `huiyin config`: whether the settings are right, which are in effect, and which there are.

use std::process::ExitCode;

use clap::{ArgMatches, Subcommand};

use super::print;
use crate::config::{EXAMPLE, Layers, Settings, listing, unknown_env_vars};

#[derive(Subcommand)]
pub(super) enum Config {
    /// Say what is wrong with the settings, and where; exit code 2 if anything is
    Check(Settings),
    /// Print the settings in effect as a file, with where each comes from and without passwords
    Print(Settings),
    /// Print a file with every setting at its default and a word about each
    Example,
}

impl Config {
    /// Does what is asked; `matches` are those of the command itself.
    pub(super) fn run(self, layers: &Layers, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check(settings) => {
                if let Some(contradiction) = settings.service.contradiction() {
                    eprintln!("huiyin: {contradiction}");
                    return Ok(ExitCode::from(2));
                }
                for name in unknown_env_vars() {
                    eprintln!("huiyin: {name} is no setting and is not read");
                }
                print("The settings are right; `huiyin config print` lists them.\n")?;
            }
            Self::Print(_) => print(&listing(layers, matches))?,
            Self::Example => print(EXAMPLE)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
