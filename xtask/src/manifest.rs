//! The list of the widget's finished files, from which the collector serves them.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384};

/// The list's name; it is written last, so a folder without it is not finished.
pub(crate) const FILE_NAME: &str = "manifest.json";

/// The widget's files and the way they were built.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Manifest {
    pub(crate) build: BuildKind,
    /// What the files lie below; it never means other bytes.
    pub(crate) version: String,
    pub(crate) files: Vec<File>,
}

/// How the WebAssembly was built.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BuildKind {
    /// With the standard library compiled along, for size and without panic messages.
    Size,
    /// With the standard library as the toolchain ships it.
    Plain,
}

impl fmt::Display for BuildKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Size => "size",
            Self::Plain => "plain",
        })
    }
}

/// One file; beside it lie the same bytes with `.br` and `.gz` after the name.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) role: Role,
    pub(crate) bytes: usize,
    pub(crate) brotli: usize,
    pub(crate) gzip: usize,
    pub(crate) sha384: String,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// The script a page embeds; what else there is comes when it is wanted.
    Loader,
    /// The JavaScript through which the WebAssembly reaches the page.
    Glue,
    /// The widget itself.
    Wasm,
    /// Further JavaScript, fetched where it is needed.
    Module,
    /// Texts in one language.
    Locale,
}

impl Manifest {
    /// Reads the list of a finished widget.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let text = fs::read_to_string(folder.join(FILE_NAME))
            .context("the widget is not built yet; run `cargo xtask widget`")?;
        serde_json::from_str(&text).with_context(|| {
            format!("{FILE_NAME} is not understood; delete target/widget, run `cargo xtask widget`")
        })
    }

    /// Whether every file is in the folder with the bytes that were listed.
    pub(crate) fn is_whole(&self, folder: &Path) -> bool {
        self.files.iter().all(|file| {
            let path = folder.join(&file.path);
            let beside = |ending: &str| {
                fs::read(format!("{}.{ending}", path.display())).map(|bytes| bytes.len())
            };
            fs::read(&path).is_ok_and(|bytes| integrity(&bytes) == file.sha384)
                && beside("br").is_ok_and(|length| length == file.brotli)
                && beside("gz").is_ok_and(|length| length == file.gzip)
        })
    }

    /// The files as a table for people.
    pub(crate) fn table(&self) -> String {
        use fmt::Write;

        let mut table = format!(
            "{:<48} {:>9} {:>9} {:>9}\n",
            "file", "bytes", "brotli", "gzip"
        );
        for file in &self.files {
            // Writing to a string cannot fail.
            _ = writeln!(
                table,
                "{:<48} {:>9} {:>9} {:>9}",
                file.path, file.bytes, file.brotli, file.gzip
            );
        }
        table
    }
}

/// Returns the value of an `integrity` attribute for a file.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", Base64::encode_string(&Sha384::digest(bytes)))
}

/// Returns a shorter value that browsers take as well, for where every byte counts.
pub(crate) fn short_integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_is_what_browsers_expect() {
        // The example of the Subresource Integrity specification.
        assert_eq!(
            integrity(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }

    #[test]
    fn manifest_is_written_as_promised() {
        let manifest = Manifest {
            build: BuildKind::Size,
            version: "1.2.3-0123456789ab".to_owned(),
            files: vec![File {
                path: "assets/v/huiyin.js".to_owned(),
                role: Role::Loader,
                bytes: 3,
                brotli: 2,
                gzip: 1,
                sha384: "sha384-x".to_owned(),
            }],
        };
        assert_eq!(
            serde_json::to_string(&manifest).unwrap(),
            concat!(
                r#"{"build":"size","version":"1.2.3-0123456789ab","files":["#,
                r#"{"path":"assets/v/huiyin.js","role":"loader","#,
                r#""bytes":3,"brotli":2,"gzip":1,"sha384":"sha384-x"}]}"#
            )
        );
    }
}
