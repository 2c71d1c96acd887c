//! Lays the finished files out for the collector.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::compress;
use crate::manifest::{self, BuildKind, File, Manifest, Role, integrity};

/// A finished file, not yet compressed.
pub(super) struct Asset {
    /// Below the collector's address, and below `target/widget`.
    pub(super) path: String,
    pub(super) role: Role,
    pub(super) bytes: Vec<u8>,
}

/// Writes the files, each with its compressed forms beside it, and the manifest last.
///
/// The old manifest goes first, so an interrupted build never looks finished. Where the same
/// bytes are there already nothing is touched: the collector would be compiled again for it.
pub(super) fn write(
    folder: &Path,
    build: BuildKind,
    version: String,
    assets: &[Asset],
) -> Result<Manifest> {
    let mut contents = BTreeMap::new();
    let mut files = Vec::new();
    for asset in assets {
        let brotli = compress::brotli(&asset.bytes)?;
        let gzip = compress::gzip(&asset.bytes)?;
        files.push(File {
            path: asset.path.clone(),
            role: asset.role,
            bytes: asset.bytes.len(),
            brotli: brotli.len(),
            gzip: gzip.len(),
            sha384: integrity(&asset.bytes),
        });
        contents.insert(asset.path.clone(), asset.bytes.clone());
        contents.insert(format!("{}.br", asset.path), brotli);
        contents.insert(format!("{}.gz", asset.path), gzip);
    }
    let manifest = Manifest {
        build,
        version,
        files,
    };
    let list = serde_json::to_vec_pretty(&manifest)?;
    if is_laid_out(folder, &contents, &list) {
        return Ok(manifest);
    }
    lay_out(folder, &contents, &list).context("could not write target/widget")?;
    Ok(manifest)
}

fn is_laid_out(folder: &Path, contents: &BTreeMap<String, Vec<u8>>, list: &[u8]) -> bool {
    fs::read(folder.join(manifest::FILE_NAME)).is_ok_and(|found| found == list)
        && contents
            .iter()
            .all(|(path, bytes)| fs::read(folder.join(path)).is_ok_and(|found| found == *bytes))
}

fn lay_out(folder: &Path, contents: &BTreeMap<String, Vec<u8>>, list: &[u8]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let manifest = folder.join(manifest::FILE_NAME);
    if manifest.exists() {
        fs::remove_file(&manifest)?;
    }
    // Whatever older builds left behind would be served as well.
    fs::remove_dir_all(folder)?;
    for (path, bytes) in contents {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    let unfinished = PathBuf::from(format!(
        "{}-build/{}",
        folder.display(),
        manifest::FILE_NAME
    ));
    fs::write(&unfinished, list)?;
    // A rename happens as a whole or not at all.
    fs::rename(unfinished, manifest)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a build into a folder of the test's own.
    fn build(assets: &[Asset], folder: &Path) -> Manifest {
        fs::create_dir_all(format!("{}-build", folder.display())).unwrap();
        write(folder, BuildKind::Size, "1".to_owned(), assets).unwrap()
    }

    fn wasm(version: &str) -> Asset {
        Asset {
            path: format!("assets/{version}/panel.wasm"),
            role: Role::Wasm,
            bytes: version.into(),
        }
    }

    #[test]
    fn older_files_are_gone_after_a_build() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("widget");
        build(&[wasm("one")], &folder);
        let manifest = build(&[wasm("two")], &folder);
        assert!(manifest.is_whole(&folder));
        assert_eq!(Manifest::read(&folder).unwrap(), manifest);
        assert_eq!(fs::read_dir(folder.join("assets")).unwrap().count(), 1);
        assert_eq!(fs::read_dir(folder.join("assets/two")).unwrap().count(), 3);
        assert!(!folder.join(wasm("one").path).exists());
    }

    #[test]
    fn same_bytes_are_not_written_again() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("widget");
        build(&[wasm("one")], &folder);
        let written = || {
            fs::metadata(folder.join(manifest::FILE_NAME))
                .unwrap()
                .modified()
                .unwrap()
        };
        let before = written();
        build(&[wasm("one")], &folder);
        assert_eq!(written(), before);
    }
}
