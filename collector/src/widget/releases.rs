//! The widget's files: as this binary carries them, and as older ones left them in the store.
//!
//! A page may pin a release, with the sum of its loader. So what was once served at the address of
//! a version is served there for ever, whatever binary runs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderValue;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::model::Asset;
use crate::store::{Store, StoreError};
use crate::util::etag;

/// The release that this binary carries.
pub const VERSION: &str = env!("HUIYIN_WIDGET_VERSION");

/// The loader's name in every release.
pub const LOADER: &str = "huiyin.js";

/// How a file may be packed, the smallest first, with the ending that the build gives it.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// How many older releases stay in memory, each about 0.4 MB.
const REMEMBERED: usize = 4;

/// What the build of the widget left, with `.br` and `.gz` beside every file.
#[derive(RustEmbed)]
#[folder = "../target/widget/assets/"]
struct Carried;

/// A file in one form, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) bytes: Bytes,
    pub(crate) kind: HeaderValue,
    /// How it is packed; none where it is not.
    pub(crate) coding: Option<&'static str>,
    /// Its entity tag.
    pub(crate) tag: String,
}

/// All releases that can be served.
#[derive(Default)]
pub struct Releases {
    /// Those that were asked for last, the last at the end.
    older: Mutex<VecDeque<(String, Arc<Older>)>>,
}

/// The files of an older release by name and coding.
type Older = HashMap<(String, &'static str), File>;

impl Releases {
    /// Returns a file of a release in the smallest form that the client takes.
    pub(crate) async fn file(
        &self,
        store: &dyn Store,
        version: &str,
        name: &str,
        takes: impl Fn(&str) -> bool,
    ) -> Result<Option<File>, StoreError> {
        let codings = CODINGS.map(|(coding, _)| coding);
        let wanted = codings.into_iter().filter(|coding| takes(coding));
        let mut wanted = wanted.chain([""]);
        if version == VERSION {
            return Ok(wanted.find_map(|coding| carried(name, coding)));
        }
        let Some(older) = self.older(store, version).await? else {
            return Ok(None);
        };
        Ok(wanted.find_map(|coding| older.get(&(name.to_owned(), coding)).cloned()))
    }

    async fn older(
        &self,
        store: &dyn Store,
        version: &str,
    ) -> Result<Option<Arc<Older>>, StoreError> {
        if let Some(older) = self.remembered(version) {
            return Ok(Some(older));
        }
        // No release is called otherwise, and not every database can be asked for anything.
        if !version.chars().all(|one| one.is_ascii_graphic()) {
            return Ok(None);
        }
        let kept = store.release(version.to_owned()).await?;
        // That one is unknown is not remembered: a newer collector beside this one may write it.
        if kept.is_empty() {
            return Ok(None);
        }
        let older = Arc::new(kept.into_iter().filter_map(read).collect::<Older>());
        let mut remembered = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.retain(|(known, _)| known != version);
        if remembered.len() == REMEMBERED {
            remembered.pop_front();
        }
        remembered.push_back((version.to_owned(), Arc::clone(&older)));
        Ok(Some(older))
    }

    fn remembered(&self, version: &str) -> Option<Arc<Older>> {
        let mut remembered = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        let place = remembered.iter().position(|(known, _)| known == version)?;
        let found = remembered.remove(place)?;
        let older = Arc::clone(&found.1);
        remembered.push_back(found);
        Some(older)
    }
}

/// Leaves the release of this binary in the store, for binaries to come; writes nothing where it
/// is there already.
pub async fn keep(store: &dyn Store) -> Result<(), StoreError> {
    let prefix = format!("{VERSION}/");
    let files = Carried::iter().filter_map(|path| {
        let name = path.strip_prefix(&prefix)?;
        let packed = CODINGS.into_iter().find_map(|(coding, ending)| {
            let name = name.strip_suffix(ending)?;
            Some((name, coding))
        });
        let (name, coding) = packed.unwrap_or((name, ""));
        Some(Asset {
            path: name.to_owned(),
            coding: coding.to_owned(),
            kind: kind(name)?.to_owned(),
            bytes: Carried::get(&path)?.data.into_owned(),
        })
    });
    store
        .keep_release(VERSION.to_owned(), files.collect())
        .await
}

/// Returns the loader that this binary carries, as it is.
pub fn loader() -> Vec<u8> {
    let file = Carried::get(&format!("{VERSION}/{LOADER}"));
    file.map(|file| file.data.into_owned()).unwrap_or_default()
}

/// Returns the tags of the languages in which this binary's panel speaks, in the order of the alphabet.
pub(crate) fn languages() -> Vec<String> {
    let folder = format!("{VERSION}/locales/");
    let files = Carried::iter().filter_map(|path| {
        let name = path.strip_prefix(&folder)?;
        Some(name.strip_suffix(".json")?.to_owned())
    });
    let mut languages: Vec<String> = files.collect();
    languages.sort();
    languages
}

fn carried(name: &str, coding: &str) -> Option<File> {
    let kind = HeaderValue::from_static(kind(name)?);
    let (coding, ending) = (CODINGS.into_iter())
        .find(|(known, _)| *known == coding)
        .map_or((None, ""), |(coding, ending)| (Some(coding), ending));
    let file = Carried::get(&format!("{VERSION}/{name}{ending}"))?;
    Some(File {
        kind,
        coding,
        tag: etag::of_hash(&file.metadata.sha256_hash()),
        bytes: bytes(file),
    })
}

/// Returns the bytes of a file of this binary, without copying them.
pub(crate) fn bytes(file: EmbeddedFile) -> Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

fn read(asset: Asset) -> Option<((String, &'static str), File)> {
    let codings = CODINGS.into_iter().map(|(coding, _)| coding);
    let coding = codings.chain([""]).find(|known| *known == asset.coding)?;
    let file = File {
        kind: asset.kind.parse().ok()?,
        coding: Some(coding).filter(|coding| !coding.is_empty()),
        tag: etag::of_content(&asset.bytes),
        bytes: asset.bytes.into(),
    };
    Some(((asset.path, coding), file))
}

/// Returns the media type of a file by its name; none of what is no file of a release.
fn kind(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "json" => Some("application/json"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::World;

    #[tokio::test]
    async fn a_release_left_in_the_store_is_served_as_the_binary_served_it() {
        for world in [World::sqlite().await, World::postgres().await] {
            let store = world.store.as_ref();
            keep(store).await.expect("is kept");
            keep(store).await.expect("again changes nothing");
            world.tamper("UPDATE asset SET version = 'older'");
            let releases = Releases::default();
            for name in [LOADER, "panel.js", "panel.wasm"] {
                for taken in ["br", "gzip", "nothing"] {
                    let takes = |coding: &str| coding == taken;
                    let file = async |version| {
                        let file = releases.file(store, version, name, takes).await;
                        file.expect("reads").expect("a file")
                    };
                    let (old, own) = (file("older").await, file(VERSION).await);
                    assert_eq!(old.bytes, own.bytes, "{name} {taken}");
                    assert_eq!(old.kind, own.kind);
                    assert_eq!((old.coding, old.tag), (own.coding, own.tag));
                }
            }
            for (version, name) in [
                ("older", "panel.js.br"),
                ("older", "x.js"),
                ("x", LOADER),
                ("\0", LOADER),
            ] {
                let file = releases.file(store, version, name, |_| false).await;
                assert!(file.expect("reads").is_none(), "{version} {name}");
            }
        }
    }

    #[tokio::test]
    async fn only_a_few_older_releases_stay_in_memory() {
        let world = World::sqlite().await;
        let releases = Releases::default();
        for number in 0..9 {
            keep(world.store.as_ref()).await.expect("is kept");
            world.tamper(&format!(
                "UPDATE asset SET version = 'v{number}' WHERE version = '{VERSION}'"
            ));
            let version = format!("v{number}");
            let file = releases.file(world.store.as_ref(), &version, LOADER, |_| false);
            assert!(file.await.expect("reads").is_some());
        }
        assert_eq!(releases.older.lock().expect("unlocked").len(), REMEMBERED);
    }
}
