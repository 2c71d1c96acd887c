//! The write-ahead log, of which the contents are moved into the file beside the writing.
//!
//! Left to itself, SQLite moves them within a commit, and everybody waits for as long as that
//! takes. So a thread of its own moves the bulk while others write. Only the rest, what was written
//! meanwhile, is moved by the writer between two commits: only where nothing is left does SQLite
//! begin its log anew instead of making it longer.

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

/// Keeps the log short; lives in the thread that writes.
pub(super) struct Log {
    /// How many pages are in it since the last commit.
    pages: Arc<AtomicU32>,
    /// With how many pages it is moved next.
    limit: u32,
    /// Whether the thread is at work.
    is_moving: bool,
    ask: SyncSender<()>,
    moved: Receiver<Result<(), rusqlite::Error>>,
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
            let bulk = match self.moved.try_recv() {
                Err(TryRecvError::Empty) => return Ok(()),
                Err(TryRecvError::Disconnected) => Ok(()),
                Ok(result) => result,
            };
            self.is_moving = false;
            // Where a reader is in the way of it, the log becomes longer first.
            self.limit = pages + LONG;
            return bulk.and_then(|()| move_into_file(writer));
        }
        if pages < LONG {
            // It was begun anew.
            self.limit = LONG;
        }
        if pages >= self.limit {
            self.is_moving = true;
            // Where the thread has gone, the writer finds that out and moves all of it.
            _ = self.ask.try_send(());
        }
        Ok(())
    }

    /// Ends the thread, and closes its connection.
    pub(super) fn leave(self) {
        drop((self.ask, self.moved));
        drop(self.thread.join());
    }
}

/// Moves all that no reader is in the way of.
fn move_into_file(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::store::sqlite::failure::disk_failed;

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

    #[test]
    fn the_log_is_begun_anew_again_and_again_and_leaves_one_file() {
        let mut scene = Scene::new();
        for _ in 0..3 {
            let most = scene.fill(6_000);
            assert!(most >= LONG.into(), "it was never long: {most}");
            scene.until_short();
        }
        scene.log.leave();
        scene.writer.close().expect("closes");
        let left = fs::read_dir(scene.folder.path()).expect("reads").count();
        assert_eq!(left, 1, "the last connection removes the log");
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
        let broken = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
        let broken = rusqlite::Error::SqliteFailure(broken, None);
        tell.send(Err(broken)).expect("is told");
        scene.log.is_moving = true;
        let error = scene.log.look_after(&scene.writer).expect_err("is heard");
        assert!(disk_failed(&error), "{error}");
        // And where it has gone altogether, the writer does without it.
        drop(tell);
        scene.fill(6_000);
        scene.until_short();
    }
}
