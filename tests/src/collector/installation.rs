//! What an operator has on a machine: data, and the command that works on them.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;

use huiyin_test_postgres::Postgres;
use tempfile::TempDir;

use super::{Collector, client};
use crate::process::Running;
use crate::wait::PATIENCE;

/// A small government: two bureaus under it, and a branch under one of them.
pub const GOVERNMENT: &str = "slug,parent,name_zh,name_en\n\
    gov,,示例市人民政府,City Government\n\
    tax,gov,示例市税务局,Tax Bureau\n\
    tax-east,tax,示例市税务局东区分局,\n\
    police,gov,示例市公安局,Police\n";

/// Where an installation keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file.
    Sqlite,
    /// A database of the server that the tests share.
    Postgres,
}

/// What an operator has: a database, a folder for the rest, and the command.
#[derive(Debug)]
pub struct Installation {
    folder: TempDir,
    database: String,
    started: AtomicU32,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// A command that is under way.
#[derive(Debug)]
pub struct Begun {
    _process: Running,
}

impl Installation {
    /// Makes an installation without data.
    pub fn empty() -> Self {
        Self::empty_on(Kind::Sqlite)
    }

    /// Makes an installation without data on this kind of database.
    pub fn empty_on(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("huiyin.db");
                Self::new(folder, &file.to_string_lossy())
            }
            Kind::Postgres => Self::at(&Postgres::shared().database()),
        }
    }

    /// Makes an installation on this database: a file, or the address of a server's.
    pub fn at(database: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::new(folder, database)
    }

    fn new(folder: TempDir, database: &str) -> Self {
        Self {
            folder,
            database: database.to_owned(),
            started: AtomicU32::new(0),
        }
    }

    /// Makes an installation that knows these departments.
    pub fn of(departments: &str) -> Self {
        Self::empty().knowing(departments)
    }

    /// Makes an installation with a province and so many departments, `d0` and on, right below it.
    pub fn of_many(count: usize) -> Self {
        let below = (0..count).map(|number| format!("d{number},all,第{number}号政务服务中心,\n"));
        let header = "slug,parent,name_zh,name_en\nall,,全省,Province\n";
        Self::of(&format!("{header}{}", below.collect::<String>()))
    }

    /// Makes an installation with the [`GOVERNMENT`].
    pub fn of_government() -> Self {
        Self::of_government_on(Kind::Sqlite)
    }

    /// Makes an installation with the [`GOVERNMENT`] on this kind of database.
    pub fn of_government_on(kind: Kind) -> Self {
        Self::empty_on(kind).with_government()
    }

    /// Adds the [`GOVERNMENT`].
    #[must_use]
    pub fn with_government(self) -> Self {
        self.knowing(GOVERNMENT)
    }

    /// Adds departments.
    #[must_use]
    pub fn knowing(self, departments: &str) -> Self {
        let finished = self.import(departments.as_bytes());
        assert_eq!(finished.code, Some(0), "the import failed: {finished:?}");
        self
    }

    /// Returns the file or the address of the database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Imports departments from a file with this content.
    pub fn import(&self, content: &[u8]) -> Finished {
        self.import_as("department", content)
    }

    /// Imports departments or services from a file with this content.
    pub fn import_as(&self, kind: &str, content: &[u8]) -> Finished {
        let file = self.file("import.csv", content);
        self.run(&[kind, "import", &file])
    }

    /// Runs a command of the collector on this installation's data.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        self.run_under(&[], arguments)
    }

    /// Runs a command by way of another program, which must make way for it.
    pub fn run_under(&self, program: &[&str], arguments: &[&str]) -> Finished {
        let output = self.command_under(program, arguments).output();
        let output = output.expect("the collector's binary can be started");
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Begins a command; it is killed when what is returned is dropped.
    pub fn begin(&self, arguments: &[&str]) -> Begun {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Begun {
            _process: Running(command.spawn().expect("the collector can be started")),
        }
    }

    /// Writes a file for a command to read, and returns its path.
    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let file = self.folder.path().join(name);
        fs::write(&file, content).expect("the temporary folder can be written");
        file.to_string_lossy().into_owned()
    }

    /// Recounts everything; panics where the roll-ups differ, and returns what was printed.
    #[track_caller]
    pub fn verify(&self) -> String {
        let finished = self.run(&["verify"]);
        assert_eq!(finished.code, Some(0), "roll-ups differ: {finished:?}");
        assert!(finished.stdout.contains(" 0 differences"), "{finished:?}");
        finished.stdout
    }

    /// Recounts everything like [`verify`](Self::verify), and returns how many feedback there are.
    #[track_caller]
    pub fn stored(&self) -> u64 {
        let printed = self.verify();
        let number = printed.split(' ').nth(1);
        let number = number.and_then(|number| number.replace(',', "").parse().ok());
        number.unwrap_or_else(|| panic!("no number of feedback: {printed}"))
    }

    /// Returns whether any file of the database has this text in it, in use or left over.
    pub fn holds(&self, text: &str) -> bool {
        let files = fs::read_dir(self.folder.path()).expect("the folder can be read");
        files
            .map(|file| fs::read(file.expect("an entry").path()).unwrap_or_default())
            .any(|content| {
                content
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            })
    }

    /// Returns the path of a file in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns all that its collectors have logged.
    pub fn log(&self) -> String {
        let files = fs::read_dir(self.folder.path()).expect("the folder can be read");
        let mut logs: Vec<_> = files
            .map(|file| file.expect("an entry").path())
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with("log"))
            })
            .collect();
        logs.sort();
        logs.iter()
            .map(|path| String::from_utf8_lossy(&fs::read(path).expect("a log")).into_owned())
            .collect()
    }

    /// Starts the collector so that every score is public.
    pub fn start(&self) -> Collector {
        self.start_with(&["--public-minimum", "1"])
    }

    /// Starts a collector with further arguments.
    pub fn start_with(&self, arguments: &[&str]) -> Collector {
        self.start_under(&[], arguments)
    }

    /// Starts a collector by way of another program, which must make way for it.
    pub fn start_under(&self, program: &[&str], arguments: &[&str]) -> Collector {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let log = self.folder.path().join(format!("log-{number}"));
        let file = File::create(&log).expect("a log file");
        let mut command = self.command_under(program, &["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(file);
        let mut child = Running(command.spawn().expect("the collector can be started"));
        let origin = printed_address(&mut child.0).unwrap_or_else(|| {
            let log = fs::read_to_string(&log).unwrap_or_default();
            panic!("the collector did not say where it listens: {log}")
        });
        Collector {
            child,
            origin,
            log,
            client: client(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_under(&[], arguments)
    }

    fn command_under(&self, program: &[&str], arguments: &[&str]) -> Command {
        let mut words: Vec<&OsStr> = program.iter().map(OsStr::new).collect();
        let binary = binary();
        words.push(binary.as_os_str());
        words.extend(arguments.iter().map(OsStr::new));
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .env_remove("HUIYIN_LISTEN")
            .env("HUIYIN_DATABASE", &self.database)
            .env("HUIYIN_TIME_ZONE", "Asia/Shanghai")
            // All of a test's citizens share one address; a test of the limit sets one.
            .env("HUIYIN_RATE_LIMIT", "0")
            .stdin(Stdio::null());
        command
    }
}

/// Returns the collector's binary, which the task runner builds.
pub fn binary() -> PathBuf {
    let path = env::var_os("HUIYIN_BINARY").map(PathBuf::from);
    path.filter(|path| Path::is_file(path)).expect(
        "HUIYIN_BINARY names no collector: run `cargo xtask test`, which builds it and sets this",
    )
}

/// Reads what the collector prints until it names its address, and goes on reading behind.
fn printed_address(child: &mut Child) -> Option<String> {
    let stdout = child.stdout.take()?;
    let (say, hear) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("Huiyin listens on ") {
                drop(say.send(address.trim().to_owned()));
            }
        }
    });
    hear.recv_timeout(PATIENCE).ok()
}
