//! The figures that the tests measured; the test runner shows nothing of what passed.

use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use anyhow::{Context, Result};

/// Removes the figures of an earlier run, so that none of them passes for a new one.
pub(crate) fn forget(artifacts: &Path) -> Result<()> {
    match fs::remove_dir_all(artifacts.join("figures")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).context("the figures of the last run cannot be removed")
        }
        _ => Ok(()),
    }
}

/// Returns a table of what was measured.
pub(crate) fn table(artifacts: &Path) -> Result<String> {
    let mut figures = Vec::new();
    for entry in fs::read_dir(artifacts.join("figures")).context("no test left a figure")? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        figures.push((name.into_owned(), fs::read_to_string(&path)?));
    }
    figures.sort();
    let mut table = String::new();
    for (name, measured) in figures {
        // Writing to a string cannot fail.
        _ = writeln!(table, "{name:<24} {measured}");
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_listed_by_name_until_they_are_forgotten() {
        let folder = std::env::temp_dir().join(format!("figures-{}", std::process::id()));
        fs::create_dir_all(folder.join("figures")).expect("a folder");
        fs::write(folder.join("figures/b.txt"), "2").expect("a figure");
        fs::write(folder.join("figures/a.txt"), "1 of 1").expect("a figure");
        let table = table(&folder).expect("a table");
        let rows: Vec<_> = table
            .lines()
            .map(|row| row.split_whitespace().next())
            .collect();
        assert_eq!(rows, [Some("a"), Some("b")]);
        forget(&folder).expect("forgets");
        forget(&folder).expect("forgets again");
        assert!(super::table(&folder).is_err());
        fs::remove_dir_all(folder).expect("cleans up");
    }
}
