//! A disk that fails is not believed, and one that is full is waited for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use huiyin_tests::artifact::figure;
use huiyin_tests::citizens::{Citizens, Memory};
use huiyin_tests::collector::{Collector, Installation};
use huiyin_tests::dice::Dice;
use huiyin_tests::effort::{cycles, time_limit};
use huiyin_tests::small_disk::SmallDisk;
use huiyin_tests::submission::Submission;
use huiyin_tests::trace::{self, Findings};
use huiyin_tests::{turn, wait};
use tempfile::TempDir;
use tokio::task::block_in_place;

const CITIZENS: usize = 16;
const DEPARTMENTS: [&str; 3] = ["tax", "tax-east", "police"];

/// After so many acknowledgements, of at most [`CITIZENS`] a sync, the fiftieth sync is past.
const LONG_GONE: u64 = 4 * 50 * CITIZENS as u64;

/// How soon after a failure the process must have ended.
const SOON: Duration = Duration::from_secs(5);

/// A collector whose calls to the system are written down.
struct Traced {
    collector: Collector,
    folder: TempDir,
}

impl Traced {
    /// Starts a collector, and lets the `fail`-th sync that SQLite asks of a thread fail.
    fn start(installation: &Installation, fail: Option<u64>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("calls").display().to_string();
        let fail = fail.map(|number| format!("inject=fdatasync:error=EIO:when={number}"));
        // The tracer runs beside, so that the process we know is the collector itself.
        let mut program = vec!["strace", "-D", "-f", "-y", "-s", "24", "-o", &file];
        program.extend(["-e", trace::CALLS]);
        program.extend(fail.iter().flat_map(|fail| ["-e", fail.as_str()]));
        program.push("--");
        Self {
            collector: installation.start_under(&program, &["--public-minimum", "1"]),
            folder,
        }
    }

    /// Waits for its end; returns whether that was a success, and what its trace says.
    async fn ended(self) -> (bool, Findings) {
        let process = self.collector.process().to_string();
        let status = block_in_place(|| self.collector.ended());
        let file: PathBuf = self.folder.path().join("calls");
        wait::until("the last line of the trace", async || {
            let text = std::fs::read(&file).expect("strace has made it");
            let text = String::from_utf8_lossy(&text);
            // Numbers of processes stand in a column of their own, filled up with spaces.
            let last = |line: &str| {
                line.strip_prefix(&process)
                    .is_some_and(|line| line.trim_start().starts_with("+++ exited with "))
            };
            text.lines().rev().any(last).then_some(())
        })
        .await;
        (status.success(), trace::read(&file))
    }
}

/// Asserts that a new process knows all that was acknowledged, and that its roll-ups are right.
async fn is_all_there(memory: &Memory, installation: &Installation) {
    let collector = Arc::new(installation.start());
    assert_eq!(memory.missing_at(&collector).await, 0);
    memory.agrees_with(&collector.score("gov").await);
    installation.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_synced_between_every_rating_and_its_acknowledgement() {
    if !trace::is_permitted() {
        return;
    }
    let _turn = turn::heavy().await;
    let installation = Installation::of_government();
    let traced = Traced::start(&installation, None);
    let (mut dice, _) = Dice::with_any_seed();
    let citizens = Citizens::rate(&[&traced.collector], &DEPARTMENTS, CITIZENS, &mut dice);
    citizens.until_acknowledged(cycles(1_000, 20_000)).await;
    citizens.go_home().await;
    traced.collector.terminate();
    let (success, found) = traced.ended().await;
    assert!(success);
    let measured = format!(
        "{} acknowledgements, {} syncs, {} acknowledged without",
        found.acknowledged, found.synced, found.without_sync
    );
    figure("synced before acknowledged", &measured);
    assert!(found.acknowledged >= 1_000 && found.synced > 0, "{found:?}");
    assert_eq!(found.without_sync, 0, "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_acknowledged_after_a_sync_has_failed() {
    if !trace::is_permitted() {
        return;
    }
    let _turn = turn::heavy().await;
    let (mut dice, seed) = Dice::with_any_seed();
    let step = cycles(12, 1);
    let (mut failures, mut needless, mut acknowledged) = (0, 0, 0);
    let mut slowest = Duration::ZERO;
    for number in (1..=50).step_by(usize::try_from(step).expect("small")) {
        let installation = Installation::of_government();
        let traced = Traced::start(&installation, Some(number));
        let citizens = Citizens::rate(&[&traced.collector], &DEPARTMENTS, CITIZENS, &mut dice);
        let felt = wait::until("the failure is felt, or long gone", async || {
            let felt = !citizens.refused().is_empty();
            (felt || citizens.acknowledged() > LONG_GONE).then_some(felt)
        })
        .await;
        let since = Instant::now();
        if !felt {
            traced.collector.terminate();
        }
        let (success, found) = traced.ended().await;
        let memory = citizens.go_home().await;
        assert_eq!(found.failed, 1, "sync {number} did not fail: {found:?}");
        assert_eq!(found.without_sync, 0, "sync {number}: {found:?}");
        // Only a sync that nobody needed may pass as if nothing had been.
        assert_eq!(success, !felt, "sync {number}: {found:?}");
        assert_eq!(
            found.needless,
            usize::from(!felt),
            "sync {number}: {found:?}"
        );
        if felt {
            slowest = slowest.max(since.elapsed());
        }
        needless += found.needless;
        acknowledged += memory.acknowledged();
        is_all_there(&memory, &installation).await;
        failures += 1;
    }
    let measured = format!(
        "{failures} failures between sync 1 and 50, {needless} of a folder synced before, \
         {acknowledged} acknowledged, 0 missing, 0 acknowledged after, ended within {slowest:.1?} \
         (seed {seed})"
    );
    figure("a sync that fails", &measured);
    assert!(slowest < time_limit(SOON), "{slowest:?}");
}

#[test]
fn a_database_is_not_opened_where_the_names_of_its_files_may_be_lost() {
    if !trace::is_permitted() {
        return;
    }
    let installation = Installation::of_government();
    let mut program = vec!["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync"];
    program.extend(["-e", "inject=fsync:error=EIO:when=1", "--"]);
    let finished = installation.run_under(&program, &["verify"]);
    assert_ne!(finished.code, Some(0), "{finished:?}");
    let told = finished.stderr.contains("is on the disk");
    assert!(told, "{finished:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_ratings_until_there_is_room_and_nothing_else() {
    let Some(disk) = SmallDisk::mount(24 << 20) else {
        return;
    };
    let _turn = turn::heavy().await;
    let (mut dice, seed) = Dice::with_any_seed();
    let file = disk.folder().join("huiyin.db").display().to_string();
    let installation = Installation::at(&file).with_government();
    let collector = Arc::new(installation.start());
    let citizens = Citizens::rate(&[&collector], &DEPARTMENTS, CITIZENS, &mut dice);
    citizens.until_acknowledged(200).await;

    disk.fill();
    wait::until("the disk is full", async || {
        (!citizens.refused().is_empty()).then_some(())
    })
    .await;
    let full = Instant::now();
    wait::until("readiness is taken back", async || {
        (collector.get("/readyz").await.status == 503).then_some(())
    })
    .await;
    let told = full.elapsed();
    for path in [
        "/healthz",
        "/d/tax",
        "/api/v1/departments/gov/score",
        "/huiyin.js",
    ] {
        assert_eq!(collector.get(path).await.status, 200, "{path}");
    }
    let answer = collector.send(&Submission::new("tax", 3)).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    let mut refused = Vec::new();
    wait::until("everybody is refused, again and again", async || {
        refused.extend(citizens.refused());
        (refused.len() > 20 * CITIZENS).then_some(())
    })
    .await;
    let as_promised = |status, says_when| status == Some(503) && says_when;
    let odd = refused
        .iter()
        .find(|one| !as_promised(one.status, one.says_when));
    assert!(odd.is_none(), "{odd:?}");

    disk.relieve();
    let relieved = Instant::now();
    citizens.until_acknowledged(1).await;
    let resumed = relieved.elapsed();
    citizens.until_acknowledged(200).await;
    wait::until("readiness is given again", async || {
        (collector.get("/readyz").await.status == 200).then_some(())
    })
    .await;
    let memory = citizens.go_home().await;
    assert!(!collector.log().contains("panicked"), "{}", collector.log());
    drop(collector);
    is_all_there(&memory, &installation).await;
    let measured = format!(
        "{} refused with 503 and when to come back, not ready within {told:.1?}, writing again \
         {resumed:.1?} after there was room, {} acknowledged, 0 missing (seed {seed})",
        refused.len(),
        memory.acknowledged()
    );
    figure("disk full", &measured);
    assert!(told < time_limit(Duration::from_secs(2)), "{told:?}");
    assert!(resumed < time_limit(SOON), "{resumed:?}");
}
