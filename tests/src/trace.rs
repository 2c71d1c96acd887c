//! What a collector asked of the system, in the order in which it did: read from strace's lines.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::artifact::not_tested;

/// The calls that take requests in, sync, and send answers out.
pub const CALLS: &str =
    "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync";

/// Returns whether processes of this machine may be traced.
///
/// Where they may not, a test cannot look; it says so, and fails where it is somebody's only look:
/// under CI, unless `HUIYIN_WITHOUT_TRACE` says that it is known.
pub fn is_permitted() -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .status();
    if traced.is_ok_and(|status| status.success()) {
        return true;
    }
    let why = "no process may be traced here, so nothing is known of failing disks";
    if env::var_os("HUIYIN_WITHOUT_TRACE").is_some() {
        println!("NOT TESTED: {why}");
    } else {
        not_tested(&format!(
            "{why}; set HUIYIN_WITHOUT_TRACE if that cannot be changed"
        ));
    }
    false
}

/// Something that happened, at its place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Event {
    /// Something came from the other end of a connection.
    Took { connection: String },
    /// An answer of success began to leave.
    Acknowledged { connection: String },
    /// A sync of the database's log, begun before what has that place, has succeeded.
    Synced { begun: usize },
    /// The folder of the database was synced.
    SyncedFolder,
    /// A sync was made to fail.
    Failed { of: Synced },
}

/// What is synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Synced {
    /// What the database holds.
    File,
    /// The names of its files.
    Folder,
}

impl Synced {
    fn of(file: &str) -> Self {
        let holds = ["-wal>", "-journal>", ".db>"];
        if holds.iter().any(|end| file.ends_with(end)) {
            Self::File
        } else {
            Self::Folder
        }
    }
}

/// What a trace says about acknowledgements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many answers of success were sent.
    pub acknowledged: usize,
    /// How many of them were sent without a sync of the log, all of it after the request had come.
    pub without_sync: usize,
    /// How many syncs succeeded.
    pub synced: usize,
    /// How many syncs were made to fail.
    pub failed: usize,
    /// How many of them were of a folder that had been synced before: nothing was lost with them.
    pub needless: usize,
}

/// Reads a trace that was written with `-f -y` and the calls of [`CALLS`].
pub fn read(file: &Path) -> Findings {
    let text = fs::read(file).expect("strace has left its lines");
    judge(&events(&String::from_utf8_lossy(&text)))
}

fn judge(events: &[Event]) -> Findings {
    let mut findings = Findings::default();
    let mut came: BTreeMap<&str, usize> = BTreeMap::new();
    // The latest beginning of a sync that has succeeded.
    let mut synced_since = None;
    let mut has_names = false;
    for (place, event) in events.iter().enumerate() {
        match event {
            Event::Took { connection } => {
                came.insert(connection, place);
            }
            Event::Synced { begun } => {
                findings.synced += 1;
                synced_since = synced_since.max(Some(*begun));
            }
            Event::SyncedFolder => has_names = true,
            Event::Failed { of } => {
                findings.failed += 1;
                findings.needless += usize::from(*of == Synced::Folder && has_names);
            }
            Event::Acknowledged { connection } => {
                findings.acknowledged += 1;
                let request = came.get(connection.as_str()).copied();
                let is_synced = request.is_some() && synced_since > request;
                findings.without_sync += usize::from(!is_synced);
            }
        }
    }
    findings
}

fn events(text: &str) -> Vec<Event> {
    let mut events = Vec::new();
    // What a thread has begun and not ended: its line, and its place.
    let mut begun: BTreeMap<&str, (String, usize)> = BTreeMap::new();
    for line in text.lines() {
        let Some((thread, line)) = line.trim_start().split_once(' ') else {
            continue;
        };
        let line = line.trim_start();
        if let Some(start) = line.strip_suffix(" <unfinished ...>") {
            // An answer leaves when the call begins, not when it returns.
            events.extend(acknowledged(start));
            begun.insert(thread, (start.to_owned(), events.len()));
        } else if let Some(resumed) = line.strip_prefix("<... ") {
            let Some((start, place)) = begun.remove(thread) else {
                continue;
            };
            let rest = resumed.split_once(" resumed>").map_or("", |(_, rest)| rest);
            events.extend(ended(&format!("{start}{rest}"), place));
        } else {
            events.extend(acknowledged(line));
            let place = events.len();
            events.extend(ended(line, place));
        }
    }
    events
}

fn acknowledged(line: &str) -> Option<Event> {
    let (call, connection) = call(line)?;
    let sends = ["write", "writev", "sendto", "sendmsg"].contains(&call);
    // The texts of a line stand in quotation marks.
    let succeeds = line.contains("\"HTTP/1.1 200") || line.contains("\"HTTP/1.1 201");
    (sends && succeeds && connection.contains("socket:")).then(|| Event::Acknowledged {
        connection: connection.to_owned(),
    })
}

fn ended(line: &str, begun: usize) -> Option<Event> {
    let (call, file) = call(line)?;
    let (_, result) = line.rsplit_once(" = ")?;
    match call {
        "fsync" | "fdatasync" if line.ends_with("(INJECTED)") => Some(Event::Failed {
            of: Synced::of(file),
        }),
        "fsync" | "fdatasync" if result == "0" && file.ends_with("-wal>") => {
            Some(Event::Synced { begun })
        }
        "fsync" | "fdatasync" if result == "0" && Synced::of(file) == Synced::Folder => {
            Some(Event::SyncedFolder)
        }
        "read" | "readv" | "recvfrom" | "recvmsg" if file.contains("socket:") => {
            let took = result.parse::<u64>().is_ok_and(|bytes| bytes > 0);
            took.then(|| Event::Took {
                connection: file.to_owned(),
            })
        }
        _ => None,
    }
}

/// Returns the name of a call, and its file as `-y` shows it: `7</data/huiyin.db-wal>`.
fn call(line: &str) -> Option<(&str, &str)> {
    let (call, arguments) = line.split_once('(')?;
    let end = arguments.find(['>', ')', ','])?;
    Some((call, &arguments[..=end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOK: &str = "11 recvfrom(9<socket:[1]>, \"POST /api\"..., 8192, 0, NULL, NULL) = 300\n";
    const SYNCED: &str = "12 fdatasync(7</d/huiyin.db-wal>) = 0\n";
    const TOLD: &str =
        "11 sendto(9<socket:[1]>, \"HTTP/1.1 201 Created\"..., 99, 0, NULL, 0) = 99\n";

    fn without_sync(lines: &[&str]) -> usize {
        let findings = judge(&events(&lines.concat()));
        assert_eq!(findings.acknowledged, 1);
        findings.without_sync
    }

    #[test]
    fn an_answer_needs_a_sync_after_its_request() {
        assert_eq!(without_sync(&[TOOK, SYNCED, TOLD]), 0);
        assert_eq!(without_sync(&[TOOK, TOLD, SYNCED]), 1);
        assert_eq!(without_sync(&[SYNCED, TOOK, TOLD]), 1);
        assert_eq!(without_sync(&[SYNCED, TOLD]), 1);
    }

    #[test]
    fn a_sync_that_was_under_way_when_the_request_came_holds_nothing_of_it() {
        let begun = "12 fdatasync(7</d/huiyin.db-wal> <unfinished ...>\n";
        let ended = "12 <... fdatasync resumed>) = 0\n";
        assert_eq!(without_sync(&[TOOK, begun, ended, TOLD]), 0);
        assert_eq!(without_sync(&[begun, TOOK, ended, TOLD]), 1);
    }

    #[test]
    fn a_sync_that_failed_or_was_of_another_file_is_none() {
        let failed = "12 fdatasync(7</d/huiyin.db-wal>) = -1 EIO (Input/output error) (INJECTED)\n";
        assert_eq!(without_sync(&[TOOK, failed, TOLD]), 1);
        let found = judge(&events(failed));
        assert_eq!((found.failed, found.needless), (1, 0));
        let other = "12 fdatasync(7</d/huiyin.db>) = 0\n";
        assert_eq!(without_sync(&[TOOK, other, TOLD]), 1);
    }

    #[test]
    fn a_folder_whose_names_are_on_the_disk_may_fail() {
        let synced = "11 fsync(8</d>) = 0\n";
        let failed = "12 fdatasync(8</d>) = -1 EIO (Input/output error) (INJECTED)\n";
        let needless = |lines: &[&str]| judge(&events(&lines.concat())).needless;
        assert_eq!(needless(&[synced, failed]), 1);
        assert_eq!(needless(&[failed, synced]), 0);
    }
}
