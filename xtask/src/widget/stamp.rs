//! Remembers what the finished widget was built from.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use crate::manifest::{BuildKind, Manifest};
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Everything in the workspace that decides over the widget's bytes.
const INPUTS: [&str; 8] = [
    "Cargo.lock",
    "Cargo.toml",
    "shared",
    "widget",
    "xtask/src/manifest.rs",
    "xtask/src/toolchain.rs",
    "xtask/src/widget",
    "xtask/src/widget.rs",
];

/// Returns a sum over all inputs; equal sums mean an equal widget.
pub(super) fn of(
    workspace: &Workspace,
    toolchain: &Toolchain,
    kind: BuildKind,
    optimiser: Option<String>,
) -> Result<String> {
    let mut sum = Sha256::new();
    let mut add = |part: &[u8]| {
        // The length keeps neighbours apart.
        sum.update((part.len() as u64).to_le_bytes());
        sum.update(part);
    };
    add(toolchain.release().as_bytes());
    add(kind.to_string().as_bytes());
    add(optimiser.unwrap_or_default().as_bytes());
    for input in INPUTS {
        for file in files_below(&workspace.root().join(input))? {
            let name = file.strip_prefix(workspace.root()).unwrap_or(&file);
            add(name.as_os_str().as_encoded_bytes());
            add(&fs::read(&file).with_context(|| format!("could not read {}", name.display()))?);
        }
    }
    Ok(Base64::encode_string(&sum.finalize()))
}

/// Returns the finished widget if it was built from the inputs with this sum.
pub(super) fn finished(workspace: &Workspace, stamp: &str) -> Option<Manifest> {
    if fs::read_to_string(place(workspace)).ok()? != stamp {
        return None;
    }
    let manifest = Manifest::read(&workspace.widget_output()).ok()?;
    manifest
        .is_whole(&workspace.widget_output())
        .then_some(manifest)
}

/// Notes the sum of the inputs after a build.
pub(super) fn leave(workspace: &Workspace, stamp: &str) -> Result<()> {
    fs::write(place(workspace), stamp).context("could not write into target/widget-build")
}

fn place(workspace: &Workspace) -> PathBuf {
    workspace.widget_build().join("stamp")
}

/// Lists the files below a folder in a fixed order; a file is its own only one.
fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}
