//! The folder of a database's file, made so that a power cut does not take it away again.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{self, Path, PathBuf};

/// Makes the folder of a file where it is missing; returns each folder in which there is something
/// new then, from below, for [`sync`].
pub(super) fn make_for(file: &Path) -> io::Result<Vec<PathBuf>> {
    let file = path::absolute(file)?;
    let mut folders = Vec::new();
    for folder in file.ancestors().skip(1) {
        folders.push(folder.to_owned());
        if folder.is_dir() {
            break;
        }
    }
    if let Some(folder) = folders.first() {
        fs::create_dir_all(folder)?;
    }
    Ok(folders)
}

/// Brings the names in a folder to the disk, without which a power cut could lose files with all
/// they hold. SQLite does so too for the folder of its log, but goes on where it fails.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some file systems bring names to the disk by themselves, and know no such call.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_that_is_made_is_to_be_synced_and_the_one_it_stands_in() {
        let within = tempfile::tempdir().expect("a folder");
        let [a, b] = ["a", "a/b"].map(|name| within.path().join(name));
        let file = b.join("huiyin.db");
        let all = [b.clone(), a, within.path().to_owned()];
        assert_eq!(make_for(&file).expect("makes"), all);
        assert_eq!(make_for(&file).expect("makes nothing"), [b]);
        for folder in all {
            sync(&folder).expect("syncs");
        }
    }
}
