//! Copies of a file of SQLite's: taken while others write, and put back where nothing is.
//!
//! A copy is either whole, checked and on the disk under its name, or it is not there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::folder;

/// How long to wait for another process that holds the file, such as one that is just starting.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Feedback, withdrawn ones included.
    pub feedback: u64,
    /// Departments.
    pub departments: u64,
    /// The size of the file.
    pub bytes: u64,
}

/// Why nothing was copied; what was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum NotCopied {
    /// Nothing is overwritten.
    #[error("{} is there already; name a new file", .0.display())]
    Exists(PathBuf),
    /// A restored file would take the place of data.
    #[error("{} holds data; a backup is restored to a new file or an empty one", .0.display())]
    Occupied(PathBuf),
    /// Files beside it show that a process has it open, or that one was killed.
    #[error("{} is in use, or was when its process was killed; stop the collector first", .0.display())]
    InUse(PathBuf),
    /// Files beside it hold a part of it.
    #[error("{} is not whole: the rest is in the file beside it that ends in -wal", .0.display())]
    NotWhole(PathBuf),
    /// It is damaged, or of something else.
    #[error("{} cannot be used: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// It was written by a release that is newer than this one.
    #[error("{} is of version {found}, and this release knows {known}; use a newer release", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest that is known.
        known: i64,
    },
    /// A file could not be read or written.
    #[error("{}: {error}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The database could not be read.
    #[error("the database cannot be read: {0}")]
    Database(#[from] rusqlite::Error),
}

/// Copies the database in `source`, as it is at one moment, to the new file `target`; whoever
/// writes at the same time does not wait.
///
/// What was withdrawn or taken back is not in the copy: it is written anew, not page by page.
pub fn backup(source: &Path, target: &Path, known: i64) -> Result<Copied, NotCopied> {
    if target.exists() {
        return Err(NotCopied::Exists(target.to_owned()));
    }
    let copy = beside(target)?;
    let connection = open(source)?;
    connection.execute("VACUUM INTO ?1", [&*copy.path().to_string_lossy()])?;
    drop(connection);
    let copied = check(copy.path(), copy.path(), known)?;
    place(copy, target, |copy| {
        copy.persist_noclobber(target).map_err(|error| error.error)
    })?;
    Ok(copied)
}

/// Puts the backup `source` where `target` says, if that is a new file or one without data.
///
/// `known` is the newest version of the tables that this release can read.
pub fn restore(source: &Path, target: &Path, known: i64) -> Result<Copied, NotCopied> {
    if fs::metadata(sibling(source, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(NotCopied::NotWhole(source.to_owned()));
    }
    vacant(target)?;
    let mut from = File::open(source).map_err(|error| disk(source, error))?;
    let folders = folder::make_for(target).map_err(|error| disk(target, error))?;
    let mut copy = beside(target)?;
    io::copy(&mut from, copy.as_file_mut()).map_err(|error| disk(target, error))?;
    let copied = check(copy.path(), source, known)?;
    place(copy, target, |copy| {
        copy.persist(target).map_err(|error| error.error)
    })?;
    for made in folders {
        folder::sync(&made).map_err(|error| disk(target, error))?;
    }
    Ok(copied)
}

/// Returns whether a file can be replaced without a loss.
fn vacant(target: &Path) -> Result<(), NotCopied> {
    let size = match fs::metadata(target) {
        Ok(about) => about.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(disk(target, error)),
    };
    if ["-wal", "-shm", "-journal"]
        .iter()
        .any(|end| sibling(target, end).exists())
    {
        return Err(NotCopied::InUse(target.to_owned()));
    }
    if size == 0 {
        return Ok(());
    }
    let empty = counts(target).is_ok_and(|[feedback, departments]| feedback + departments == 0);
    if empty {
        Ok(())
    } else {
        Err(NotCopied::Occupied(target.to_owned()))
    }
}

/// Checks a copy; what is wrong with it is said of the file of the name that people know.
fn check(copy: &Path, name: &Path, known: i64) -> Result<Copied, NotCopied> {
    let unusable = |reason: String| NotCopied::Unusable {
        path: name.to_owned(),
        reason,
    };
    let inspect = || -> Result<(String, Option<String>, i64), rusqlite::Error> {
        let connection = open(copy)?;
        // A backup has no log beside it; a copied file may still say that it has one.
        connection.pragma_update(None, "journal_mode", "delete")?;
        let integrity = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        let mut orphans = connection.prepare("PRAGMA foreign_key_check")?;
        let orphan = orphans
            .query_map([], |row| row.get(0))?
            .next()
            .transpose()?;
        let version = connection.query_row(
            "SELECT max(version) FROM refinery_schema_history",
            [],
            |row| row.get(0),
        )?;
        Ok((integrity, orphan, version))
    };
    let (integrity, orphan, found) = inspect().map_err(|error| unusable(error.to_string()))?;
    if integrity != "ok" {
        return Err(unusable(format!("it is damaged: {integrity}")));
    }
    if let Some(table) = orphan {
        return Err(unusable(format!(
            "rows of {table} refer to others that are missing"
        )));
    }
    if found > known {
        let path = name.to_owned();
        return Err(NotCopied::TooNew { path, found, known });
    }
    let [feedback, departments] = counts(copy)?;
    let bytes = fs::metadata(copy).map_err(|error| disk(copy, error))?.len();
    Ok(Copied {
        feedback,
        departments,
        bytes,
    })
}

/// Counts feedback and departments.
fn counts(path: &Path) -> Result<[u64; 2], rusqlite::Error> {
    open(path)?.query_row(
        "SELECT (SELECT count(*) FROM feedback), (SELECT count(*) FROM department)",
        [],
        |row| Ok([row.get(0)?, row.get(1)?]),
    )
}

/// Opens a file that is there. It is only read; but a connection that could not write would leave
/// the files beside it behind when it is the last to close it.
fn open(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// Makes a file that only its owner may read, on the same disk as `target`, gone if it is not used.
fn beside(target: &Path) -> Result<NamedTempFile, NotCopied> {
    let folder = folder_of(target);
    tempfile::Builder::new()
        .prefix(".huiyin-")
        .tempfile_in(folder)
        .map_err(|error| disk(folder, error))
}

/// Brings a file to the disk and then under its name.
fn place(
    copy: NamedTempFile,
    target: &Path,
    name: impl FnOnce(NamedTempFile) -> io::Result<File>,
) -> Result<(), NotCopied> {
    copy.as_file()
        .sync_all()
        .and_then(|()| name(copy))
        // The name is on the disk only when its folder is.
        .and_then(|_| folder::sync(folder_of(target)))
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => NotCopied::Exists(target.to_owned()),
            _ => disk(target, error),
        })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn sibling(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn disk(path: &Path, error: io::Error) -> NotCopied {
    let path = path.to_owned();
    NotCopied::Disk { path, error }
}

#[cfg(test)]
mod tests;
