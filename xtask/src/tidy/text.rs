//! What every file has to look like.

use super::{has_ending, is_rust};

/// More than this is more than one idea.
const LONGEST: usize = 400;

/// A reader learns in the first line what a file is about.
pub(super) fn opens_with_a_description(path: &str, text: &str) -> Option<String> {
    (is_rust(path) && !text.starts_with("//!"))
        .then(|| "does not open with a `//!` line that says what it is about".to_owned())
}

/// Ten open files that are all called the same cannot be told apart.
pub(super) fn is_no_module_file(path: &str, _: &str) -> Option<String> {
    (path.rsplit('/').next() == Some("mod.rs"))
        .then(|| "is called mod.rs; name it after its folder, beside the folder".to_owned())
}

/// A path of one machine means nothing on another.
pub(super) fn names_no_machine_path(_: &str, text: &str) -> Option<String> {
    // Put together here, or this file would be found.
    [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/tm", "p/bash_jobs"),
    ]
    .into_iter()
    .find(|path| text.contains(path))
    .map(|path| format!("contains the path {path} of one machine"))
}

/// Unfinished code that compiles is found by a user.
pub(super) fn leaves_nothing_undone(path: &str, text: &str) -> Option<String> {
    if !is_rust(path) {
        return None;
    }
    [concat!("to", "do!("), concat!("unimple", "mented!(")]
        .into_iter()
        .find(|call| text.contains(call))
        .map(|call| format!("contains {call}…)"))
}

/// An expectation says why, and complains when it is no longer needed.
pub(super) fn expects_instead_of_allowing(path: &str, text: &str) -> Option<String> {
    if !is_rust(path) {
        return None;
    }
    text.lines()
        .map(str::trim_start)
        .any(|line| line.starts_with("#[allow(") || line.starts_with("#![allow("))
        .then(|| "allows a lint; write #[expect(…, reason = \"…\")]".to_owned())
}

/// A file that fits into a head is read before it is changed.
pub(super) fn is_short_enough(path: &str, text: &str) -> Option<String> {
    let is_source = ["rs", "js", "css", "html", "sql"]
        .iter()
        .any(|ending| has_ending(path, ending));
    let lines = text.lines().count();
    (is_source && lines > LONGEST)
        .then(|| format!("has {lines} lines, more than {LONGEST}; split it by idea"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_comes_first() {
        assert!(opens_with_a_description("a.rs", "use std::fmt;\n//! Late.").is_some());
        assert!(opens_with_a_description("a.rs", "//! About.\n").is_none());
        assert!(opens_with_a_description("a.css", ":host {}").is_none());
    }

    #[test]
    fn module_files_are_named_after_their_folder() {
        assert!(is_no_module_file("shared/src/id/mod.rs", "").is_some());
        assert!(is_no_module_file("shared/src/model.rs", "").is_none());
    }

    #[test]
    fn machine_paths_are_found_in_any_file() {
        let text = concat!("see /wo", "rk/x");
        assert!(names_no_machine_path("README.md", text).is_some());
        assert!(names_no_machine_path("README.md", "see ./data/x").is_none());
    }

    #[test]
    fn undone_code_is_found() {
        let text = concat!("//! A.\nfn a() { to", "do!() }");
        assert!(leaves_nothing_undone("a.rs", text).is_some());
        assert!(leaves_nothing_undone("a.rs", "// nothing left").is_none());
    }

    #[test]
    fn lints_are_not_silenced_for_good() {
        let text = "    #[allow(dead_code)]";
        assert!(expects_instead_of_allowing("a.rs", text).is_some());
        let text = "#[expect(dead_code, reason = \"soon\")]";
        assert!(expects_instead_of_allowing("a.rs", text).is_none());
    }

    #[test]
    fn long_files_are_found() {
        assert!(is_short_enough("a.rs", &"x\n".repeat(400)).is_none());
        assert!(is_short_enough("a.rs", &"x\n".repeat(401)).is_some());
        assert!(is_short_enough("a.json", &"x\n".repeat(401)).is_none());
    }
}
