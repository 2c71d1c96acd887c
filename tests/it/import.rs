//! Departments come from a file: all of it, or nothing of it with the line to mend.

use huiyin_tests::collector::{GOVERNMENT, Installation};

/// 204 bodies of a province, as in the folder's own notes.
const PROVINCE: &str = include_str!("../data/departments.csv");

fn listed(installation: &Installation) -> usize {
    let finished = installation.run(&["department", "list"]);
    // A file that is refused at once leaves not even an empty database.
    if finished.stderr.contains("there is no file") {
        return 0;
    }
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout.lines().count()
}

#[test]
fn nothing_is_said_of_a_database_that_is_not_there() {
    for command in [&["verify"][..], &["score"], &["department", "list"]] {
        let installation = Installation::empty();
        let finished = installation.run(command);
        assert_eq!(finished.code, Some(1), "{finished:?}");
        assert!(finished.stderr.contains("there is no file"), "{finished:?}");
    }
}

#[test]
fn a_file_with_a_mistake_is_refused_whole_with_line_and_reason() {
    let header = "slug,parent,name_zh,name_en\n";
    let cases: [(&str, Vec<u8>, &str, &str); 8] = [
        (
            "a loop",
            format!("{header}a,b,甲,\nb,a,乙,\n").into(),
            "line ",
            "a",
        ),
        (
            "itself as parent",
            format!("{header}a,a,甲,\n").into(),
            "line 2",
            "a",
        ),
        (
            "a slug twice",
            format!("{header}a,,甲,\nb,,乙,\na,,丙,\n").into(),
            "line 4",
            "a",
        ),
        (
            "an unknown parent",
            format!("{header}a,,甲,\nb,x,乙,\n").into(),
            "line 3",
            "x",
        ),
        (
            "a missing column",
            "slug,parent,name_zh\na,,甲\n".into(),
            "line 1",
            "name_en",
        ),
        (
            "another encoding",
            [header.as_bytes(), b"a,,\xb0\xd7,\n"].concat(),
            "line 2",
            "UTF-8",
        ),
        (
            "a ragged row",
            format!("{header}a,,甲,\nb,,乙\n").into(),
            "line 3",
            "3 cells",
        ),
        (
            "no name",
            format!("{header}a,,,\n").into(),
            "line 2",
            "name_zh",
        ),
    ];
    for (what, file, line, reason) in cases {
        let installation = Installation::empty();
        let finished = installation.import(&file);
        assert_eq!(finished.code, Some(1), "{what}: {finished:?}");
        for part in [line, reason] {
            assert!(
                finished.stderr.contains(part),
                "{what}: {}",
                finished.stderr
            );
        }
        assert_eq!(listed(&installation), 0, "{what} left something behind");
    }
}

#[test]
fn a_mistake_in_an_update_leaves_what_was_there() {
    let installation = Installation::of_government();
    let before = installation.run(&["department", "list"]).stdout;
    let file = "slug,parent,name_zh,name_en\npolice,,改名,\ngov,tax-east,回环,\n";
    let finished = installation.import(file.as_bytes());
    assert_eq!(finished.code, Some(1), "{finished:?}");
    assert_eq!(installation.run(&["department", "list"]).stdout, before);
}

#[test]
fn a_file_as_a_spreadsheet_saves_it_is_taken() {
    let installation = Installation::empty();
    let file = format!("\u{feff}{}", GOVERNMENT.replace('\n', "\r\n"));
    assert_eq!(installation.import(file.as_bytes()).code, Some(0));
    let list = installation.run(&["department", "list"]).stdout;
    assert!(
        list.contains("gov\t\t示例市人民政府\tCity Government\n"),
        "{list}"
    );
}

#[test]
fn a_province_is_imported_and_once_more_changes_nothing() {
    let installation = Installation::of(PROVINCE);
    assert_eq!(listed(&installation), 204);
    let before = installation.run(&["department", "list"]).stdout;
    assert_eq!(installation.import(PROVINCE.as_bytes()).code, Some(0));
    assert_eq!(installation.run(&["department", "list"]).stdout, before);
}
