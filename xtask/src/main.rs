//! Builds, serves and tests Huiyin: `cargo xtask --help` lists what there is.

mod bench;
mod browser;
mod budget;
mod figures;
mod manifest;
mod node;
mod packages;
mod postgres;
mod process;
mod promtool;
mod serve;
mod stories;
mod test;
mod tidy;
mod toolchain;
mod widget;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::test::Tier;
use crate::workspace::Workspace;

/// Builds, serves and tests Huiyin.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the widget into target/widget, with the tools it needs
    Widget,
    /// Build everything and run the collector with its demonstration pages
    Serve {
        /// Passed on to the collector; a later option overrides an earlier one
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Check everything before a merge: format, lints, sizes, documentation, all tests
    Test {
        /// Run the remaining steps too after one has failed
        #[arg(long)]
        keep_going: bool,
        /// Only what needs no browser and no release build: format, lints, unit tests, store contract
        #[arg(long, conflicts_with = "long")]
        fast: bool,
        /// Nightly: repeat what depends on chance hundreds of times, and hold the time limits; takes hours
        #[arg(long)]
        long: bool,
    },
    /// Measure time, rate and size, alone and beside other servers
    Bench {
        /// Measure less and shorter, to see whether it works
        #[arg(long)]
        quick: bool,
    },
    /// Print the sizes of the built widget and hold them against the budget
    Budget,
}

fn main() -> ExitCode {
    let workspace = Workspace::find();
    let outcome = match Arguments::parse().command {
        Command::Widget => widget::build(&workspace).map(drop),
        Command::Serve { arguments } => serve::serve(&workspace, &arguments),
        Command::Test {
            keep_going,
            fast,
            long,
        } => test::test(&workspace, Tier::of(fast, long), keep_going),
        Command::Bench { quick } => bench::bench(&workspace, quick),
        Command::Budget => budget::report(&workspace),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
