//! A copy is whole or not there, and nothing is written over.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::store::hot::sqlite::connection::open_for_writing;
use crate::store::newest_version;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a database of two departments and leaves it open.
    fn database(&self, name: &str) -> Connection {
        let connection = open_for_writing(&self.path(name)).expect("opens");
        connection
            .execute_batch(
                "INSERT INTO department (slug, name_zh) VALUES ('gov', '政府'), ('tax', '税务局')",
            )
            .expect("departments");
        connection
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<_> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn known() -> i64 {
    newest_version()
}

#[test]
fn a_copy_is_taken_while_the_file_is_open_and_can_be_put_back() {
    let place = Place::new();
    let open = place.database("h.db");
    let copied = backup(&place.path("h.db"), &place.path("copy"), known()).expect("a copy");
    assert_eq!((copied.feedback, copied.departments), (0, 2));
    drop(open);
    let restored = restore(&place.path("copy"), &place.path("new/h.db"), known());
    assert_eq!(restored.expect("restored"), copied);
    let again = open_for_writing(&place.path("new/h.db")).expect("opens");
    drop(again);
    assert_eq!(
        place.names(),
        ["copy", "h.db", "new"],
        "something is left over"
    );
}

#[cfg(unix)]
#[test]
fn others_on_the_machine_cannot_read_a_copy() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    drop(place.database("h.db"));
    backup(&place.path("h.db"), &place.path("copy"), known()).expect("a copy");
    restore(&place.path("copy"), &place.path("back"), known()).expect("restored");
    for name in ["copy", "back"] {
        let about = fs::metadata(place.path(name)).expect("a file");
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn nothing_is_written_over() {
    let place = Place::new();
    drop(place.database("h.db"));
    let (source, copy) = (place.path("h.db"), place.path("copy"));
    backup(&source, &copy, known()).expect("a copy");
    let before = fs::read(&copy).expect("a file");
    assert!(matches!(
        backup(&source, &copy, known()),
        Err(NotCopied::Exists(_))
    ));
    assert!(matches!(
        restore(&copy, &source, known()),
        Err(NotCopied::Occupied(_))
    ));
    fs::write(place.path("notes"), "not a database").expect("writes");
    let onto_notes = restore(&copy, &place.path("notes"), known());
    assert!(
        matches!(onto_notes, Err(NotCopied::Occupied(_))),
        "{onto_notes:?}"
    );
    assert_eq!(fs::read(&copy).expect("a file"), before);
}

#[test]
fn a_file_without_data_is_replaced_unless_it_is_open() {
    let place = Place::new();
    drop(place.database("h.db"));
    backup(&place.path("h.db"), &place.path("copy"), known()).expect("a copy");
    let open = open_for_writing(&place.path("empty.db")).expect("opens");
    let result = restore(&place.path("copy"), &place.path("empty.db"), known());
    assert!(matches!(result, Err(NotCopied::InUse(_))), "{result:?}");
    drop(open);
    fs::write(place.path("nothing"), "").expect("writes");
    for name in ["empty.db", "nothing"] {
        let restored = restore(&place.path("copy"), &place.path(name), known());
        assert_eq!(restored.expect(name).departments, 2);
    }
}

#[test]
fn what_is_damaged_foreign_or_newer_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let newer = place.database("newer");
    newer
        .execute_batch(
            "UPDATE refinery_schema_history SET version = 999 WHERE version = 1; PRAGMA journal_mode=delete",
        )
        .expect("newer");
    drop(newer);
    // A page in the middle is not what it was.
    drop(place.database("h.db"));
    backup(&place.path("h.db"), &place.path("damaged"), known()).expect("a copy");
    let mut bytes = fs::read(place.path("damaged")).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle - 2_048..middle + 2_048].fill(0x5a);
    fs::write(place.path("damaged"), bytes).expect("writes");
    let orphaned = place.database("orphaned");
    orphaned
        .execute_batch(
            "PRAGMA foreign_keys = off; UPDATE department SET parent_id = 99 WHERE slug = 'tax';
             PRAGMA journal_mode = delete",
        )
        .expect("orphaned");
    drop(orphaned);
    fs::write(place.path("foreign"), "slug,parent\n".repeat(2_000)).expect("writes");
    for (name, part) in [
        ("newer", "version 999"),
        ("damaged", "damaged"),
        ("orphaned", "department"),
        ("foreign", "cannot be used"),
        ("missing", "missing"),
    ] {
        let error = restore(&place.path(name), &place.path("target"), known());
        let error = error.expect_err(name).to_string();
        assert!(error.contains(part), "{name}: {error}");
        assert!(!place.path("target").exists(), "{name} left something");
    }
    assert!(
        !place
            .names()
            .iter()
            .any(|name| name.starts_with(".huiyin-"))
    );
}

#[test]
fn a_file_whose_rest_is_in_its_log_is_no_backup() {
    let place = Place::new();
    let open = place.database("h.db");
    let result = restore(&place.path("h.db"), Path::new(&place.path("new")), known());
    assert!(matches!(result, Err(NotCopied::NotWhole(_))), "{result:?}");
    drop(open);
}
