//! Holds the widget's sizes against what a citizen on a slow line may be asked to load.

use std::fmt;

use anyhow::{Result, bail};

use crate::manifest::{BuildKind, Manifest, Role};
use crate::workspace::Workspace;

/// The loader is on every page, used or not.
const LOADER: usize = 2_100;
/// All that is loaded when somebody is about to give feedback: what comes after the button, glue,
/// WebAssembly with the style inside, and the longest of the languages. 48,000 were aimed at; a form
/// of Yew's alone takes 38,000.
const WIDGET_SIZE_BUILD: usize = 70_000;
/// The same where the standard library could not be compiled for size.
const WIDGET_PLAIN_BUILD: usize = 90_000;

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
    let sizes = |role: Role| {
        let files = manifest.files.iter().filter(move |file| file.role == role);
        files.map(|file| file.brotli)
    };
    let parts = [Role::Module, Role::Glue, Role::Wasm];
    let parts: usize = parts.into_iter().flat_map(sizes).sum();
    let language = sizes(Role::Locale).max().unwrap_or_default();
    [
        Line {
            what: "loader",
            measured: sizes(Role::Loader).sum(),
            allowed: LOADER,
        },
        Line {
            what: "panel and one language",
            measured: parts + language,
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
            version: String::new(),
            files: vec![
                file(Role::Loader, loader),
                file(Role::Glue, glue),
                file(Role::Wasm, wasm),
                file(Role::Module, 2_000),
                file(Role::Locale, 1_000),
                file(Role::Locale, 900),
            ],
        }
    }

    fn verdict(manifest: &Manifest) -> [bool; 2] {
        compare(manifest).map(Line::holds)
    }

    #[test]
    fn exactly_the_budget_is_allowed() {
        let widget = manifest(BuildKind::Size, 2_100, 5_000, 62_000);
        assert_eq!(verdict(&widget), [true, true]);
    }

    #[test]
    fn one_byte_more_is_over() {
        let widget = manifest(BuildKind::Size, 2_101, 5_001, 64_000);
        assert_eq!(verdict(&widget), [false, false]);
    }

    #[test]
    fn plain_build_may_be_bigger() {
        let widget = manifest(BuildKind::Plain, 2_100, 6_000, 81_000);
        assert_eq!(verdict(&widget), [true, true]);
        let widget = manifest(BuildKind::Plain, 2_100, 6_001, 81_000);
        assert_eq!(verdict(&widget), [true, false]);
    }
}
