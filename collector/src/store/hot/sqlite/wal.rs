//! The write-ahead log, of which the contents are moved into the file beside the writing.
//!
//! Left to itself, SQLite moves them within a commit, and everybody waits for as long as that
//! takes. So a thread of its own writes the bulk into the file while others commit. The rest, what
//! was committed meanwhile, and the sync of the file are the writer's, between two commits: only
//! where nothing is left and nobody reads from it does SQLite begin its log anew instead of making
//! it longer.

use std::ffi::c_int;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::connection;
use crate::store::StoreError;

/// How many pages of 4 KiB the log takes in before they are moved: the more, the more often is a
/// page changed before it is moved once, and the longer does moving take.
const LONG: u32 = 4_096;

/// After how many more pages there is another try, where it could not be begun anew.
const STEP: u32 = LONG / 16;

/// How many pages the writer moves itself, while everybody waits.
const FEW: u32 = LONG / 4;

/// With how many pages the writer moves however many are left: the thread does not keep up.
const TOO_LONG: u32 = LONG * 8;

/// Keeps the log short; lives in the thread that writes.
pub(super) struct Log {
    /// How many pages are in it, as of the last commit of this process.
    pages: Arc<AtomicU32>,
    /// With how many pages it is moved next.
    limit: u32,
    /// Whether the thread is at work.
    is_moving: bool,
    ask: SyncSender<()>,
    moved: Receiver<Result<u32, rusqlite::Error>>,
    thread: JoinHandle<()>,
}

impl Log {
    /// Takes the log of the connection that writes into its care.
    pub(super) fn keep(writer: &mut Connection, path: &Path) -> Result<Self, StoreError> {
        let pages = Arc::new(AtomicU32::new(0));
        let known = Arc::clone(&pages);
        writer.wal_hook(Some(move |_: &mut Wal, pages: c_int| {
            known.store(pages.try_into().unwrap_or_default(), Ordering::Relaxed);
            Ok(())
        }))?;
        let beside = connection::open_beside(path)?;
        let (ask, asked) = sync_channel(1);
        let (tell, moved) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(
                move || {
                    while asked.recv().is_ok() && tell.send(move_into_file(&beside)).is_ok() {}
                },
            )
            .map_err(|error| StoreError::Unusable(format!("cannot start a thread: {error}")))?;
        Ok(Self {
            pages,
            limit: LONG,
            is_moving: false,
            ask,
            moved,
            thread,
        })
    }

    /// Has the log moved where it is long; is called after each piece of work.
    pub(super) fn look_after(&mut self, writer: &Connection) -> Result<(), rusqlite::Error> {
        let pages = self.pages.load(Ordering::Relaxed);
        if self.is_moving {
            let left = match self.moved.try_recv() {
                Err(TryRecvError::Empty) => return Ok(()),
                // The thread has gone, and the writer does without it.
                Err(TryRecvError::Disconnected) => Ok(0),
                Ok(left) => left,
            };
            self.is_moving = false;
            self.limit = pages + STEP;
            if left? <= FEW || pages >= TOO_LONG {
                move_into_file(writer)?;
            }
            return Ok(());
        }
        if pages < LONG {
            // It was begun anew.
            self.limit = LONG;
        }
        if pages >= self.limit {
            self.is_moving = true;
            // Where the thread has gone, that is found out at the next look.
            _ = self.ask.try_send(());
        }
        Ok(())
    }

    /// Ends the thread, and closes its connection; fails where the last move did.
    pub(super) fn leave(self) -> Result<(), rusqlite::Error> {
        drop(self.ask);
        // It ends with its answer given, for which there is room.
        drop(self.thread.join());
        self.moved.try_recv().unwrap_or(Ok(0)).map(drop)
    }
}

/// Moves all that no reader is in the way of; returns how many pages are left, all where another
/// process moves them.
fn move_into_file(connection: &Connection) -> Result<u32, rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (all, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
        // Both are below zero where nothing could be done.
        Ok(u32::try_from(all - moved)
            .ok()
            .filter(|_| all >= 0)
            .unwrap_or(u32::MAX))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::store::hot::sqlite::failure::disk_failed;

    /// A file with a table to fill.
    struct Scene {
        folder: tempfile::TempDir,
        writer: Connection,
        log: Log,
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("a.db");
            let mut writer = connection::open_for_writing(&path).expect("opens");
            let log = Log::keep(&mut writer, &path).expect("is kept");
            let table = "CREATE TABLE filling (bytes BLOB)";
            writer.execute_batch(table).expect("is made");
            Self {
                folder,
                writer,
                log,
            }
        }

        /// Fills so many pages, as commits of a hundred; returns the most that the log took.
        fn fill(&mut self, pages: usize) -> u64 {
            let file = self.folder.path().join("a.db-wal");
            let mut most = 0;
            for _ in 0..pages / 100 {
                let hundred = "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n
                    WHERE i < 100) INSERT INTO filling SELECT zeroblob(3600) FROM n";
                self.writer.execute(hundred, []).expect("fills");
                self.log.look_after(&self.writer).expect("is moved");
                most = most.max(fs::metadata(&file).expect("a log").len() / 4_096);
            }
            most
        }

        /// Fills until the log is short. However slow the machine, three looks are enough: one to
        /// ask, one after the thread has ended, one to begin it anew.
        fn until_short(&mut self) {
            let end = Instant::now() + Duration::from_mins(1);
            while self.log.pages.load(Ordering::Relaxed) > LONG {
                assert!(Instant::now() < end, "it is never begun anew");
                self.fill(100);
            }
        }
    }

    /// Returns what a disk says that could not be synced.
    fn broken() -> rusqlite::Error {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
        rusqlite::Error::SqliteFailure(code, None)
    }

    #[test]
    fn the_log_is_begun_anew_again_and_again_and_leaves_one_file() {
        let mut scene = Scene::new();
        for _ in 0..3 {
            let most = scene.fill(6_000);
            assert!(most >= LONG.into(), "it was never long: {most}");
            scene.until_short();
        }
        scene.log.leave().expect("all went well");
        scene.writer.close().expect("closes");
        let left = fs::read_dir(scene.folder.path()).expect("reads").count();
        assert_eq!(left, 1, "the last connection removes the log");
    }

    #[test]
    fn what_is_left_is_known() {
        let mut scene = Scene::new();
        let path = scene.folder.path().join("a.db");
        let beside = connection::open_beside(&path).expect("opens");
        scene.fill(1_000);
        assert_eq!(move_into_file(&beside).expect("moves"), 0);
        let mut reader = connection::open_for_reading(&path).expect("opens");
        let view = reader.transaction().expect("begins");
        let count = "SELECT count(*) FROM filling";
        let rows: u32 = view.query_row(count, [], |row| row.get(0)).expect("reads");
        assert_eq!(rows, 1_000);
        scene.fill(1_000);
        let left = move_into_file(&beside).expect("moves");
        assert!(left >= 1_000, "{left}");
    }

    #[test]
    fn a_move_that_failed_last_is_heard_of_at_the_end() {
        let mut scene = Scene::new();
        let (tell, moved) = sync_channel(1);
        scene.log.moved = moved;
        tell.send(Err(broken())).expect("is told");
        let error = scene.log.leave().expect_err("is heard");
        assert!(disk_failed(&error), "{error}");
    }

    #[test]
    fn a_reader_makes_it_longer_and_nobody_waits() {
        let mut scene = Scene::new();
        let reader = connection::open_for_reading(&scene.folder.path().join("a.db"));
        let mut reader = reader.expect("opens");
        let view = reader.transaction().expect("begins");
        let seen = |view: &Connection| -> u32 {
            view.query_row("SELECT count(*) FROM filling", [], |row| row.get(0))
                .expect("reads")
        };
        assert_eq!(seen(&view), 0);
        let most = scene.fill(15_000);
        assert!(most > 15_000, "{most}");
        assert_eq!(seen(&view), 0);
        drop(view);
        scene.until_short();
        assert!(seen(&reader) >= 15_000);
    }

    #[test]
    fn what_the_thread_could_not_write_is_heard_of() {
        let mut scene = Scene::new();
        let (tell, moved) = sync_channel(1);
        scene.log.moved = moved;
        tell.send(Err(broken())).expect("is told");
        scene.log.is_moving = true;
        let error = scene.log.look_after(&scene.writer).expect_err("is heard");
        assert!(disk_failed(&error), "{error}");
        // And where it has gone altogether, the writer does without it.
        drop(tell);
        scene.fill(6_000);
        scene.until_short();
    }
}
