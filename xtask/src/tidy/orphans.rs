//! Every file is part of a crate: a file that no `mod` line names is never compiled.

use std::collections::HashMap;
use std::path::Path;

use super::{Finding, is_rust};

/// Files that a manifest names, or Cargo finds by itself.
const ROOTS: [&str; 3] = ["lib", "main", "build"];

/// Checks all files, each a path from the workspace's folder with its text.
pub(super) fn check(sources: &[(&str, String)]) -> Vec<Finding> {
    let texts: HashMap<&str, &str> = sources
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let orphans = sources.iter().filter_map(|(path, _)| {
        let file = Path::new(path);
        let name = file.file_stem()?.to_str()?;
        let folder = file.parent()?.to_str()?;
        let is_root = ROOTS.contains(&name) || folder.ends_with("/bin");
        let parents = [
            format!("{folder}.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}/main.rs"),
        ];
        let line = format!("mod {name};");
        let mut parents = parents.iter().filter_map(|path| texts.get(path.as_str()));
        let is_named = parents.any(|text| text.lines().any(|one| one.ends_with(&line)));
        (is_rust(path) && !is_root && !is_named).then(|| Finding {
            file: (*path).to_owned(),
            what: format!("is never compiled: no file has the line `{line}`"),
        })
    });
    orphans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_no_line_names_is_found() {
        let sources = [
            ("tests/it/main.rs", "mod rating;"),
            ("tests/it/rating.rs", "mod revision;"),
            ("tests/it/rating/revision.rs", ""),
            ("tests/it/notes.rs", ""),
            ("tests/it/rating/notes.rs", ""),
        ]
        .map(|(path, text)| (path, text.to_owned()));
        let found = check(&sources).into_iter().map(|finding| finding.file);
        let found: Vec<String> = found.collect();
        assert_eq!(found, ["tests/it/notes.rs", "tests/it/rating/notes.rs"]);
    }
}
