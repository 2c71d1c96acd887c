//! Opening the file so that what is acknowledged is on the disk.

use std::path::Path;
use std::time::Duration;

use refinery::Runner;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};

use crate::model::Dimension;
use crate::store::migrations::{Word, newest as newest_of, runner as runner_of};
use crate::store::segment::ValueId;
use crate::store::{StoreError, folder};

refinery::embed_migrations!("migrations/sqlite");

/// What the words of the shared migrations mean.
pub(in crate::store) const WORDS: [Word; 7] = [
    ("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("int", "INTEGER"),
    ("bool", "INTEGER"),
    ("text", "TEXT"),
    ("uuid", "BLOB"),
    ("bytes", "BLOB"),
    ("strict", " STRICT"),
];

/// The first release without the bug that could lose committed rows when the log was reset while
/// another connection wrote; see "WAL-reset bug" in the release notes of SQLite.
const OLDEST: i32 = 3_051_003;

/// How long a connection waits for another process, such as an import beside a running server.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// How many prepared statements each connection keeps.
const STATEMENTS: usize = 256;

/// Returns the newest version of the tables.
pub(super) fn newest() -> i64 {
    newest_of(&migrations::runner())
}

/// Returns the migrations.
pub(in crate::store) fn migrations() -> Result<Runner, StoreError> {
    runner_of(&migrations::runner(), &WORDS)
}

/// Opens the one connection that writes.
pub(in crate::store) fn open_for_writing(path: &Path) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST {
        return Err(StoreError::Unusable(format!(
            "SQLite {} can lose committed rows; 3.51.3 or newer is needed",
            rusqlite::version()
        )));
    }
    let folders = folder::make_for(path).map_err(|error| {
        StoreError::Unusable(format!(
            "cannot make the folder of {}: {error}",
            path.display()
        ))
    })?;
    let unusable = |error: &dyn std::error::Error| {
        StoreError::Unusable(format!("cannot open {}: {error}", path.display()))
    };
    only_ours(path).map_err(|error| unusable(&error))?;
    let mut connection = Connection::open(path).map_err(|error| unusable(&error))?;
    prepare(&connection).map_err(|error| unusable(&error))?;
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Unusable(format!(
            "{} cannot use a write-ahead log (journal mode {mode}); is it on a network disk?",
            path.display()
        )));
    }
    let migrated = connection.query_row(
        "SELECT max(version) FROM refinery_schema_history",
        [],
        |row| row.get::<_, Option<i64>>(0),
    );
    // A new file has no such table yet.
    if let Ok(Some(version)) = migrated
        && version > newest()
    {
        let whose = path.display().to_string();
        return Err(StoreError::newer(&whose, version, newest()));
    }
    migrations()?.run(&mut connection).map_err(|error| {
        StoreError::Unusable(format!(
            "cannot bring {} up to date: {error}",
            path.display()
        ))
    })?;
    for made in folders {
        folder::sync(&made).map_err(|error| {
            StoreError::Unusable(format!(
                "cannot be sure that {} is on the disk: {error}",
                path.display()
            ))
        })?;
    }
    Ok(connection)
}

/// Sets what makes an acknowledged rating safe, and the writing of many fast.
fn prepare(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // A commit returns only after the log is synced: a power cut loses nothing acknowledged.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What a citizen takes back is overwritten in the file, not only marked as free.
    connection.pragma_update(None, "secure_delete", true)?;
    // In KiB: the pages that every batch changes stay in memory.
    connection.pragma_update(None, "cache_size", -16 * 1024)?;
    // No commit moves the log into the file: see `wal`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    add_functions(connection)
}

/// Adds the functions that our statements use.
fn add_functions(connection: &Connection) -> Result<(), rusqlite::Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("value_id", 2, flags, |call| {
        let number: u8 = call.get(0)?;
        let by = Dimension::ALL.into_iter().find(|by| by.number() == number);
        let by = by.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, number.into()))?;
        // Also asked of rows that are left out later, which have no text.
        let text = call.get_raw(1).as_str_or_null()?;
        Ok(text.map(|text| ValueId::new(by, text).column()))
    })
}

/// Makes the file, if it is missing, so that no other user of the machine can read what citizens
/// wrote; SQLite gives its log the same permissions.
fn only_ours(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Opens one beside it, to move the log into the file.
pub(super) fn open_beside(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // What is moved is on the disk in the log before.
    connection.pragma_update(None, "synchronous", "full")?;
    keep_log(&connection)?;
    Ok(connection)
}

/// Has the log stay where it is when this connection is the last to be closed: SQLite would move it
/// and remove it, also after a disk has failed to take what was moved before.
pub(super) fn keep_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    let keep = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(keep, true).map(drop)
}

/// Opens a connection that can only read.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    add_functions(&connection)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_sqlite_is_new_enough() {
        assert!(
            rusqlite::version_number() >= OLDEST,
            "{}",
            rusqlite::version()
        );
    }

    #[test]
    fn a_commit_is_synced_and_keys_are_enforced() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open_for_writing(&folder.path().join("a/b.db")).expect("opens");
        let number = |pragma| -> i64 {
            connection
                .pragma_query_value(None, pragma, |row| row.get(0))
                .expect("a pragma")
        };
        // 2 is FULL.
        assert_eq!((number("synchronous"), number("foreign_keys")), (2, 1));
    }

    #[test]
    fn a_log_that_is_to_be_kept_is_and_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        for (keeps, files) in [(true, 3), (false, 1)] {
            let connection = open_for_writing(&path).expect("opens");
            let table = format!("CREATE TABLE kept_{keeps} (a)");
            connection.execute_batch(&table).expect("is made");
            if keeps {
                keep_log(&connection).expect("can be kept");
            }
            connection.close().expect("closes");
            let left = std::fs::read_dir(folder.path()).expect("reads").count();
            assert_eq!(left, files);
        }
        let connection = open_for_reading(&path).expect("opens");
        assert!(connection.table_exists(None, "kept_true").expect("reads"));
    }

    #[test]
    fn what_a_newer_release_or_nobody_here_has_written_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = |path: &Path| match open_for_writing(path) {
            Err(StoreError::Unusable(reason)) => reason,
            other => panic!("it was taken: {other:?}"),
        };
        let newer = folder.path().join("h.db");
        let connection = open_for_writing(&newer).expect("opens");
        let later = "INSERT INTO refinery_schema_history VALUES (99, 'later', '', '0')";
        connection.execute(later, []).expect("writes");
        drop(connection);
        let reason = refused(&newer);
        assert!(reason.contains("h.db is of version 99"), "{reason}");
        let other = folder.path().join("g.db");
        std::fs::write(
            &other,
            "no database at all, but long enough to be looked at".repeat(99),
        )
        .expect("writes");
        let reason = refused(&other);
        assert!(reason.contains("g.db: file is not a database"), "{reason}");
    }

    #[test]
    #[cfg(unix)]
    fn others_on_the_machine_cannot_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open_for_writing(&folder.path().join("h.db")).expect("opens");
        for file in ["h.db", "h.db-wal"] {
            let about = std::fs::metadata(folder.path().join(file)).expect("a file");
            assert_eq!(about.permissions().mode() & 0o077, 0, "{file}");
        }
        drop(connection);
    }

    #[test]
    fn a_file_that_is_no_database_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "these are notes, not a database".repeat(50)).expect("writes");
        assert!(open_for_writing(&path).is_err());
    }
}
