//! The command line: what an operator can ask for.

mod demo;
mod import;
mod list;
mod merge;
mod rebuild;
mod score;
mod serve;
mod verify;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, Parser, Subcommand};
use jiff::tz::TimeZone;

use crate::clock::Clock;
use crate::store::{self, Address, Store};

/// Huiyin 回音: citizens rate public services, departments are measured by it.
#[derive(Parser)]
#[command(version, args_override_self = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take in feedback and serve the pages
    Serve(serve::Serve),
    /// The departments that can be rated
    #[command(subcommand)]
    Department(Departments),
    /// The services of departments
    #[command(subcommand)]
    Service(Services),
    /// Say the score of one department, or of all
    Score(score::Score),
    /// Recount all feedback and compare the roll-ups with it
    Verify(Database),
    /// Recount all feedback and correct every roll-up that differs, while ratings come in
    Rebuild(Database),
}

#[derive(Subcommand)]
enum Departments {
    #[command(about = "Add or update departments from a CSV file: slug,parent,name_zh,name_en")]
    Import(import::Import),
    /// List all departments
    List(Database),
    /// Make one department part of another, which answers to both names from then on
    Merge(merge::Merge),
}

#[derive(Subcommand)]
enum Services {
    #[command(about = "Add or update services from a CSV file: department,slug,name_zh,name_en")]
    Import(import::Import),
    /// List all services
    List(Database),
}

/// Where the data are.
#[derive(Args)]
struct Database {
    #[arg(
        help = "Where all data are: sqlite:///PATH, made if it is missing, or postgres://USER@HOST/NAME",
        long,
        env = "HUIYIN_DATABASE",
        default_value = "sqlite://./data/huiyin.db",
        hide_env_values = true
    )]
    database: Address,
}

/// Which days it is.
#[derive(Args)]
struct Zone {
    /// The time zone whose days are counted, such as Asia/Shanghai [default: the machine's]
    #[arg(long, env = "HUIYIN_TIME_ZONE", value_name = "NAME", value_parser = zone)]
    time_zone: Option<TimeZone>,
}

impl Database {
    /// Opens the store, made if it is missing.
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        Ok(store::open(&self.database).await?)
    }

    /// Returns whether opening makes a new file.
    fn is_new(&self) -> bool {
        self.database.file().is_some_and(|file| !file.exists())
    }

    /// Names the file, and says so if it was only made now: it may be in the wrong place.
    fn named(&self, new: bool) -> String {
        let new = if new { " (a new file)" } else { "" };
        format!("{}{new}", self.database)
    }

    /// Opens a store that must be there: nothing can be said of one that is not.
    async fn existing(&self) -> anyhow::Result<Arc<dyn Store>> {
        if self.is_new() {
            let file = &self.database;
            bail!("there is no file {file}; name the right one with --database");
        }
        self.open().await
    }
}

impl Zone {
    fn clock(&self) -> Clock {
        Clock::system(self.time_zone.clone().unwrap_or_else(TimeZone::system))
    }
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| format!("no time zone is called {name}; try Asia/Shanghai"))
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let log = tracing_subscriber::EnvFilter::try_from_env("HUIYIN_LOG");
    tracing_subscriber::fmt()
        .with_env_filter(log.unwrap_or_else(|_| "info,refinery_core=warn".into()))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("huiyin: cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(arguments.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("huiyin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => serve.run().await?,
        Command::Department(Departments::Import(import)) => import.departments().await?,
        Command::Department(Departments::List(database)) => list::departments(&database).await?,
        Command::Department(Departments::Merge(merge)) => merge.run().await?,
        Command::Service(Services::Import(import)) => import.services().await?,
        Command::Service(Services::List(database)) => list::services(&database).await?,
        Command::Score(score) => score.run().await?,
        Command::Verify(database) => return verify::run(&database).await,
        Command::Rebuild(database) => rebuild::run(&database).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints to standard output; a reader that has gone away, such as `head`, is no error.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
