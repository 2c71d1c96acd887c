//! A PostgreSQL server for tests, in a temporary folder; it ends with the process that started it.
//!
//! No server of the machine is touched or needed; only the programs have to be installed. This is a
//! crate of its own so that a change of the browser tests does not rebuild the collector's unit tests.
#![expect(
    clippy::missing_panics_doc,
    reason = "a test helper fails a test by panicking, with a sentence that says why"
)]

mod process;
mod setup;

use std::fs;
use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use self::process::{children, send, wait_for_end};
use self::setup::{User, as_user, free_port, programs, settings};

/// How long the server may take to start or to end.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Stands between this process and the server. A line on its input starts the server; the end of
/// its input, which comes however this process ends, stops the server and removes the folder.
const KEEPER: &str = r#"
    folder=$1; shift
    while read -r _; do "$@" >>"$folder/log" 2>&1 & done
    kill -QUIT $! 2>/dev/null
    wait
    rm -rf "$folder"
"#;

/// The one role, which may do everything.
const ROLE: &str = "postgres";

/// What a commit has been through when it is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// It is on the disk.
    Synced,
    /// It is in memory: for tests of what is said, not of what survives.
    Quick,
}

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    programs: PathBuf,
    databases: AtomicU32,
    keeper: Child,
    // Taken when the server is to end.
    orders: Option<ChildStdin>,
}

impl Postgres {
    /// Returns the server that all tests of this process share, started at the first call.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Commit::Synced))
    }

    /// Returns another shared server, which does not wait for the disk.
    pub fn quick() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Commit::Quick))
    }

    /// Starts a server of the caller's own, which may be stopped and killed.
    pub fn start(commit: Commit) -> Self {
        let programs = programs().expect(
            "no PostgreSQL is installed: run `cargo xtask test`, which installs it, or install \
             the packages that hold initdb, postgres and psql",
        );
        let user = User::unprivileged();
        let folder = tempfile::Builder::new()
            .prefix("huiyin-postgres-")
            .tempdir();
        // The keeper removes it, also where this process cannot.
        let folder = folder.expect("a temporary folder").keep();
        if let Some(user) = &user {
            chown(&folder, Some(user.id), Some(user.group)).expect("root may give folders away");
        }
        let mut initdb = Command::new(programs.join("initdb"));
        initdb
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["--username", ROLE, "--pgdata"])
            .arg(folder.join("data"))
            .current_dir(&folder);
        let output = as_user(&mut initdb, user.as_ref()).output();
        succeeded("initdb", &output.expect("initdb can be started"));
        let port = free_port();
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .args(settings(&folder, port, commit))
            .current_dir(&folder)
            // An interrupt from the keyboard is for us; the end of the input is for the keeper.
            .process_group(0)
            .stdin(Stdio::piped());
        let mut keeper = as_user(&mut keeper, user.as_ref())
            .spawn()
            .expect("there is a shell");
        let orders = keeper.stdin.take();
        let mut server = Self {
            folder,
            port,
            programs,
            databases: AtomicU32::new(0),
            keeper,
            orders,
        };
        server.restart();
        server
    }

    /// Makes an empty database, and returns its address.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("huiyin_{number}");
        self.ask(ROLE, &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// Returns the address of a database.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs statements on a database, given by its name or its address, and returns the rows:
    /// one line each, columns divided by `|`.
    pub fn ask(&self, database: &str, sql: &str) -> String {
        let output = self.try_to_ask(database, sql);
        succeeded(sql, &output);
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    fn try_to_ask(&self, database: &str, sql: &str) -> Output {
        let (_, name) = database.rsplit_once('/').unwrap_or(("", database));
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--set", "ON_ERROR_STOP=1", "--username", ROLE])
            .args(["--dbname", name, "--command", sql, "--host"])
            .arg(&self.folder)
            .args(["--port", &self.port.to_string()])
            .env("PGCONNECT_TIMEOUT", "5")
            .stdin(Stdio::null())
            .output();
        output.expect("psql can be started")
    }

    /// Returns what the server has written into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Stops the server as its operator would; who is connected is cut off.
    pub fn stop(&mut self) {
        let server = self.server().expect("the server runs");
        send(server, Signal::INT);
        wait_for_end(&[server]);
    }

    /// Kills the server and everything it has started, without a warning.
    pub fn kill(&mut self) {
        let server = self.server().expect("the server runs");
        // It must not start others while they are listed.
        send(server, Signal::STOP);
        let mut all = children(server);
        all.push(server);
        for process in &all {
            send(*process, Signal::KILL);
        }
        wait_for_end(&all);
    }

    /// Starts the server that was stopped or killed, on the same data and the same port.
    pub fn restart(&mut self) {
        let orders = self.orders.as_mut().expect("the keeper has not ended");
        orders.write_all(b"start\n").expect("the keeper listens");
        let started = Instant::now();
        while !self.try_to_ask(ROLE, "SELECT 1").status.success() {
            let waited = started.elapsed();
            assert!(waited < TIMEOUT, "PostgreSQL did not start: {}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Returns the process that the server has named in its folder.
    fn server(&self) -> Option<Pid> {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid")).ok()?;
        Pid::from_raw(file.lines().next()?.parse().ok()?)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.orders = None;
        drop(self.keeper.wait());
    }
}

#[track_caller]
fn succeeded(what: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what}: {said}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_apart_and_a_commit_waits_for_the_disk() {
        let server = Postgres::shared();
        let (one, other) = (server.database(), server.database());
        server.ask(&one, "CREATE TABLE only_here ()");
        assert!(
            !server
                .try_to_ask(&other, "TABLE only_here")
                .status
                .success()
        );
        let settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit')";
        assert_eq!(server.ask(&one, settings), "on|on");
    }

    #[test]
    fn a_server_that_was_killed_or_stopped_comes_back_with_what_it_had() {
        let mut server = Postgres::start(Commit::Synced);
        let database = server.database();
        server.ask(&database, "CREATE TABLE kept AS SELECT 7 AS n");
        let running = server.server();
        server.kill();
        assert!(!server.try_to_ask(&database, "TABLE kept").status.success());
        server.restart();
        assert_ne!(server.server(), running);
        server.stop();
        server.restart();
        assert_eq!(server.ask(&database, "TABLE kept"), "7");
        assert!(server.log().contains("was not properly shut down"));
    }

    #[test]
    fn nothing_is_left_of_a_server_that_is_dropped() {
        let server = Postgres::start(Commit::Quick);
        let (process, folder) = (server.server().expect("it runs"), server.folder.clone());
        drop(server);
        wait_for_end(&[process]);
        assert!(!folder.exists());
    }
}
