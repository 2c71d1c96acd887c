//! The command line: what an operator can ask for.

mod answer;
mod backup;
mod config;
mod demo;
mod driver;
mod embed;
mod held;
mod import;
mod list;
mod merge;
mod pause;
mod rebuild;
mod score;
mod serve;
mod verify;
mod waiting;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use clap::error::{ContextKind, ContextValue};
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use huiyin_shared::slug::Slug;

use crate::config::{CONFIG_FILE, Days, EVERYWHERE, Layers, Log, Storage};
use crate::server::logging;
use crate::store::{self, Store};
use crate::util::clock::Clock;

/// What the first page of help ends with.
const AFTER: &str = "To look around: `huiyin serve --demo --public-minimum 1`. Every setting is a flag, an environment
variable, or a line in a file, in this order: `huiyin config print` shows which are in effect.";

/// Huiyin 回音: citizens rate public services, departments are measured by it.
#[derive(Parser)]
#[command(version, args_override_self = true, after_help = AFTER)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// A file with settings; `huiyin config example` prints one
    #[arg(
        long,
        env = CONFIG_FILE,
        value_name = "FILE",
        global = true,
        help_heading = EVERYWHERE
    )]
    config: Option<PathBuf>,
    #[command(flatten)]
    log: Log,
}

#[derive(Subcommand)]
enum Command {
    /// Accept ratings and serve the pages
    Serve(serve::Serve),
    /// The departments that can be rated
    #[command(subcommand)]
    Department(Departments),
    /// The services of departments
    #[command(subcommand)]
    Service(Services),
    /// The reasons that are offered beside a grade
    #[command(subcommand)]
    Driver(Drivers),
    /// Comments set aside as possible spam
    #[command(subcommand)]
    Held(Waiting),
    /// Feedback whose citizen would like an answer
    #[command(subcommand)]
    Answer(Answers),
    /// Show scores: of one department, or of all
    Score(score::Score),
    /// The tag for a page: print it, or check a page that has it
    #[command(subcommand)]
    Embed(embed::Embed),
    /// Stop asking for ratings for a while, in a department or at one placement of it
    Pause(pause::Pause),
    /// Ask for ratings again
    Resume(pause::Resume),
    /// Recount all ratings and compare the totals with them
    Verify(Storage),
    /// Recount all ratings and correct every total that differs, while ratings come in
    Rebuild(Storage),
    /// Copy all data to a new file, while the collector runs
    Backup(backup::Copy),
    /// Restore a backup to a place that has no data yet
    Restore(backup::Copy),
    /// Check the settings, print them, or print an example of them
    #[command(subcommand)]
    Config(config::Config),
}

#[derive(Subcommand)]
enum Departments {
    #[command(about = "Add or update departments from a CSV file: slug,parent,name_zh,name_en")]
    Import(import::Import),
    /// List all departments
    List(Storage),
    /// Make one department part of another, which answers to both names from then on
    Merge(merge::Merge),
}

#[derive(Subcommand)]
enum Services {
    #[command(about = "Add or update services from a CSV file: department,slug,name_zh,name_en")]
    Import(import::Import),
    /// List all services
    List(Storage),
}

#[derive(Subcommand)]
enum Drivers {
    #[command(
        about = "Add driver sets from a CSV file: department,service,list,slug,name_zh,name_en"
    )]
    Import(import::Import),
    /// List the drivers in effect somewhere, and where they come from
    List(driver::List),
}

#[derive(Subcommand)]
enum Waiting {
    /// List the comments that are held, the oldest first, with personal data masked
    List(held::List),
    /// Release some of them
    Release(held::Release),
}

#[derive(Subcommand)]
enum Answers {
    /// List those who wait for an answer, the longest waiting first, each with the contact they left
    List(answer::List),
}

impl Storage {
    /// Opens the store; a file is made if it is missing.
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        Ok(store::open(&self.database).await?)
    }

    /// Opens the store, does some work with it, and closes it, also after a failure.
    async fn with_store<T>(
        &self,
        work: impl AsyncFnOnce(&dyn Store) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let store = self.open().await?;
        let done = work(store.as_ref()).await;
        store.close().await;
        done
    }

    /// Names the database, and says so if its file was only made now: it may be in the wrong place.
    fn named(&self, new: bool) -> String {
        let new = if new { " (a new file)" } else { "" };
        format!("{}{new}", self.database)
    }

    /// Returns whether there is no file yet.
    fn is_new(&self) -> bool {
        self.database.file().is_some_and(|file| !file.exists())
    }

    /// Does the same with a database that must be there: nothing can be said of one that is not.
    async fn with_existing<T>(
        &self,
        work: impl AsyncFnOnce(&dyn Store) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.must_exist()?;
        self.with_store(work).await
    }

    /// Fails where there is no file yet.
    fn must_exist(&self) -> anyhow::Result<()> {
        let (missing, file) = (self.is_new(), &self.database);
        ensure!(
            !missing,
            "there is no file {file}; name the right one with --database"
        );
        Ok(())
    }
}

impl Days {
    fn clock(&self) -> Clock {
        Clock::system(self.time_zone.clone())
    }
}

/// Returns what was found under the name of a department, or says that there is none.
fn known<T>(found: Option<T>, department: &Slug) -> anyhow::Result<T> {
    found.with_context(|| {
        format!("no department is called {department}; `huiyin department list` names them")
    })
}

/// Fails unless a department is known and has the service, where one is named.
async fn check_subject(
    store: &dyn Store,
    department: &Slug,
    service: Option<&Slug>,
) -> anyhow::Result<()> {
    known(store.department(department.clone()).await?, department)?;
    if let Some(service) = service {
        let found = store.service(department.clone(), service.clone()).await?;
        if found.is_none() {
            bail!("{department} has no service {service}; `huiyin service list` names them");
        }
    }
    Ok(())
}

/// Returns a text of strangers in one line that changes nothing about the terminal it is shown on:
/// what steers it, or the direction of what follows (Unicode's `Bidi_Control`), becomes a space.
fn printable(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(steers, " ")
}

/// Runs what the command line asks for.
pub fn main() -> ExitCode {
    let layers = match layers() {
        Ok(layers) => layers,
        Err(complaints) => {
            for complaint in complaints {
                eprintln!("huiyin: {complaint}");
            }
            return ExitCode::from(2);
        }
    };
    let command = layers.under(Arguments::command());
    let matches = command
        .try_get_matches()
        .unwrap_or_else(|error| refuse(error));
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| refuse(error));
    logging::start(&arguments.log);
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
    let running = run(arguments.command, &layers, innermost(&matches));
    match runtime.block_on(running) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("huiyin: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the file of settings that the command line or the environment names, and the rest of the
/// environment. A first look at the command line finds the name; a wrong variable must not end it.
fn layers() -> Result<Layers, Vec<String>> {
    let first = Arguments::command().try_get_matches();
    // What is wrong on the command line, and help, is told with everything that belongs to it.
    let whole = || Layers::default().under(Arguments::command());
    let first = first.or_else(|_| whole().try_get_matches());
    let first = first.unwrap_or_else(|error| refuse(error));
    Layers::read(first.get_one::<PathBuf>("config").map(PathBuf::as_path))
}

/// Ends the process with what clap has to say, help included, without repeating a password.
fn refuse(mut error: clap::Error) -> ! {
    let about = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    if about.is_some_and(|name| name.starts_with("--database")) {
        let hidden = ContextValue::String("***".to_owned());
        error.insert(ContextKind::InvalidValue, hidden);
    }
    error.exit()
}

/// Returns the arguments of the command itself, behind those of the commands that hold it.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches
        .subcommand()
        .map_or(matches, |(_, inner)| innermost(inner))
}

async fn run(command: Command, layers: &Layers, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => serve.run().await?,
        Command::Department(Departments::Import(import)) => import.departments().await?,
        Command::Department(Departments::List(storage)) => list::departments(&storage).await?,
        Command::Department(Departments::Merge(merge)) => merge.run().await?,
        Command::Service(Services::Import(import)) => import.services().await?,
        Command::Service(Services::List(storage)) => list::services(&storage).await?,
        Command::Driver(Drivers::Import(import)) => import.drivers().await?,
        Command::Driver(Drivers::List(list)) => list.run().await?,
        Command::Held(Waiting::List(list)) => list.run().await?,
        Command::Held(Waiting::Release(release)) => release.run().await?,
        Command::Answer(Answers::List(list)) => list.run().await?,
        Command::Score(score) => score.run().await?,
        Command::Embed(embed) => return embed.run().await,
        Command::Pause(pause) => pause.run().await?,
        Command::Resume(resume) => resume.run().await?,
        Command::Verify(storage) => return verify::run(&storage).await,
        Command::Rebuild(storage) => rebuild::run(&storage).await?,
        Command::Backup(copy) => copy.backup().await?,
        Command::Restore(copy) => copy.restore().await?,
        Command::Config(config) => return config.run(layers, matches),
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
