//! Holds the widget's sizes against what a citizen on a slow line may be asked to load.

use std::fmt;

use anyhow::{Result, bail};

use crate::manifest::{BuildKind, Manifest, Role};
use crate::workspace::Workspace;

/// The loader is on every page, used or not.
const LOADER: usize = 2_000;
/// Loaded when somebody is about to give feedback.
const WIDGET_SIZE_BUILD: usize = 57_500;
/// The same where the standard library could not be compiled for size.
const WIDGET_PLAIN_BUILD: usize = 75_000;

/// One measured size, in bytes after brotli, beside the allowed one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Line {
    what: &'static str,
    measured: usize,
    allowed: usize,
}

impl Line {
    fn holds(self) -> bool {
        self.measured <= self.allowed
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<22} {:>7} of {:>7} bytes of brotli  {}",
            self.what,
            self.measured,
            self.allowed,
            if self.holds() { "ok" } else { "over" }
        )
    }
}

/// Compares a built widget with its budget.
pub(crate) fn compare(manifest: &Manifest) -> [Line; 2] {
    let sum = |roles: &[Role]| {
        manifest
            .files
            .iter()
            .filter(|file| roles.contains(&file.role))
            .map(|file| file.brotli)
            .sum()
    };
    [
        Line {
            what: "loader",
            measured: sum(&[Role::Loader]),
            allowed: LOADER,
        },
        Line {
            what: "WebAssembly and glue",
            measured: sum(&[Role::Wasm, Role::Glue]),
            allowed: match manifest.build {
                BuildKind::Size => WIDGET_SIZE_BUILD,
                BuildKind::Plain => WIDGET_PLAIN_BUILD,
            },
        },
    ]
}

/// Prints the sizes of the built widget; fails when one is over its budget.
pub(crate) fn report(workspace: &Workspace) -> Result<()> {
    let manifest = Manifest::read(&workspace.widget_output())?;
    println!("Build: {}", manifest.build);
    print!("{}", manifest.table());
    let lines = compare(&manifest);
    for line in lines {
        println!("{line}");
    }
    if let Some(over) = lines.into_iter().find(|line| !line.holds()) {
        bail!(
            "the widget is too big: {} takes {} bytes after brotli and may take {}",
            over.what,
            over.measured,
            over.allowed
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::File;

    fn manifest(build: BuildKind, loader: usize, glue: usize, wasm: usize) -> Manifest {
        let file = |role, brotli| File {
            path: String::new(),
            role,
            bytes: brotli * 3,
            brotli,
            gzip: brotli * 2,
            sha384: String::new(),
        };
        Manifest {
            build,
            files: vec![
                file(Role::Loader, loader),
                file(Role::Glue, glue),
                file(Role::Wasm, wasm),
            ],
        }
    }

    fn verdict(manifest: &Manifest) -> [bool; 2] {
        compare(manifest).map(Line::holds)
    }

    #[test]
    fn exactly_the_budget_is_allowed() {
        let widget = manifest(BuildKind::Size, 2_000, 5_000, 52_500);
        assert_eq!(verdict(&widget), [true, true]);
    }

    #[test]
    fn one_byte_more_is_over() {
        let widget = manifest(BuildKind::Size, 2_001, 5_001, 52_500);
        assert_eq!(verdict(&widget), [false, false]);
    }

    #[test]
    fn plain_build_may_be_bigger() {
        let widget = manifest(BuildKind::Plain, 2_000, 6_000, 69_000);
        assert_eq!(verdict(&widget), [true, true]);
        let widget = manifest(BuildKind::Plain, 2_000, 6_001, 69_000);
        assert_eq!(verdict(&widget), [true, false]);
    }
}
