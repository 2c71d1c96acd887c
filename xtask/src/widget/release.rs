//! Puts a release of the widget together: plain names below one version, which the files may say.
//!
//! The version names the bytes: it ends with a hash over all files, reckoned while the places for
//! the version itself are still open. So a page that pins a version always gets the same.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::dialect;
use super::minify::{CURRENT, minify};
use super::output::Asset;
use super::placeholder;
use crate::manifest::{Role, integrity, short_integrity};

/// The loader's name in a release; in the sources it is `embed.js`.
const LOADER: &str = "huiyin.js";

/// A file as it is before the version is known.
struct Part {
    name: String,
    role: Role,
    bytes: Vec<u8>,
}

/// What must be said where, so that nothing is run that was not held against its sum.
const MUST: [(&str, &str); 4] = [
    (LOADER, "__ASSETS__"),
    (LOADER, "__PAGE_INTEGRITY__"),
    ("page.js", "__GLUE_INTEGRITY__"),
    ("page.js", "__WASM_INTEGRITY__"),
];

/// The name of the word on the button, which the loader says before any language is loaded, and
/// the place where it says it.
const BUTTON: (&str, &str) = ("button", "__BUTTONS__");

/// What only the collector's own pages say: no browser loads it for the panel.
const PAGES: &str = "pages";

/// What a file of `locales/` holds beside [`PAGES`]: texts, or one text for each form of a number.
type Sentences = BTreeMap<String, serde_json::Value>;

/// A release in the making.
#[derive(Default)]
pub(super) struct Release {
    parts: Vec<Part>,
}

impl Release {
    /// Adds a file under a name that no other has.
    pub(super) fn add(&mut self, name: &str, role: Role, bytes: Vec<u8>) -> Result<()> {
        ensure!(
            self.parts.iter().all(|part| part.name != name),
            "two files of the widget would be named {name}"
        );
        self.parts.push(Part {
            name: name.to_owned(),
            role,
            bytes,
        });
        Ok(())
    }

    /// Adds what stands in the widget's folder: the loader, the modules beside it, made small, and
    /// the texts in further languages.
    pub(super) fn add_sources(&mut self, folder: &Path) -> Result<()> {
        let buttons = serde_json::to_string(&self.add_locales(&folder.join("locales"))?)?;
        for (name, bytes) in files(folder, "js")? {
            let mut text =
                String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
            let is_loader = name == "embed.js";
            if is_loader {
                placeholder::must_be_in(&name, &text, BUTTON.1)?;
                text = text.replace(BUTTON.1, &buttons);
            }
            let what = format!("widget/{name}");
            if is_loader {
                let small = minify(&what, &text, dialect::TARGET)?;
                dialect::must_be_old(&what, &small)?;
                self.add(LOADER, Role::Loader, small.into_bytes())?;
            } else {
                let small = minify(&what, &text, CURRENT)?;
                self.add(&name, Role::Module, small.into_bytes())?;
            }
        }
        Ok(())
    }

    /// Adds the texts of each language, and returns the words on the button.
    fn add_locales(&mut self, folder: &Path) -> Result<Sentences> {
        let mut buttons = Sentences::new();
        for (name, bytes) in files(folder, "toml")? {
            let told = || format!("widget/locales/{name} is not as it should be");
            let text = String::from_utf8(bytes).with_context(told)?;
            let mut sentences: Sentences = toml::from_str(&text).with_context(told)?;
            sentences.remove(PAGES);
            let language = name.trim_end_matches(".toml");
            let file = serde_json::to_vec(&sentences)?;
            self.add(&format!("locales/{language}.json"), Role::Locale, file)?;
            let Some(button) = sentences.get(BUTTON.0) else {
                bail!("widget/locales/{name} has no word for the button");
            };
            buttons.insert(language.to_owned(), button.clone());
        }
        Ok(buttons)
    }

    /// Names the version, and writes it and the sums of the files into those that ask for them.
    pub(super) fn finish(mut self, number: &str) -> Result<(String, Vec<Asset>)> {
        self.parts.sort_by(|one, other| one.name.cmp(&other.name));
        for (file, place) in MUST {
            let part = self.parts.iter().find(|part| part.name == file);
            let part = part.with_context(|| format!("the widget has no {file}"))?;
            placeholder::must_be_in(file, &String::from_utf8_lossy(&part.bytes), place)?;
        }
        let version = format!("{number}-{}", self.hash());
        let mut values = vec![("__ASSETS__".to_owned(), format!("/assets/{version}/"))];
        for (name, role) in [
            ("__GLUE_INTEGRITY__", Role::Glue),
            ("__WASM_INTEGRITY__", Role::Wasm),
        ] {
            let part = self.parts.iter().find(|part| part.role == role);
            let part = part.with_context(|| format!("nothing to put in the place of {name}"))?;
            values.push((name.to_owned(), integrity(&part.bytes)));
        }
        let of = |role| move |part: &&mut Part| part.role == role;
        for part in self.parts.iter_mut().filter(of(Role::Module)) {
            let filled = fill(part, &values)?;
            part.bytes = filled;
        }
        // Only the loader may name modules by their sums, which are now known.
        let modules = self.parts.iter().filter(|part| part.role == Role::Module);
        values.extend(modules.map(|part| (place_of(&part.name), short_integrity(&part.bytes))));
        for part in self.parts.iter_mut().filter(of(Role::Loader)) {
            let filled = fill(part, &values)?;
            part.bytes = filled;
        }
        let assets = self.parts.into_iter().map(|part| Asset {
            path: format!("assets/{version}/{}", part.name),
            role: part.role,
            bytes: part.bytes,
        });
        Ok((version.clone(), assets.collect()))
    }

    /// Returns the first 12 hexadecimal digits of a hash over all names and contents.
    fn hash(&self) -> String {
        let mut sum = Sha256::new();
        for part in &self.parts {
            for piece in [part.name.as_bytes(), &part.bytes] {
                // The length keeps neighbours apart.
                sum.update((piece.len() as u64).to_le_bytes());
                sum.update(piece);
            }
        }
        let mut start = String::new();
        for byte in sum.finalize().iter().take(6) {
            // Writing to a string cannot fail.
            _ = write!(start, "{byte:02x}");
        }
        start
    }
}

/// Returns the place of a module's sum: `page.js` has `__PAGE_INTEGRITY__`.
fn place_of(name: &str) -> String {
    let stem = name.strip_suffix(".js").unwrap_or(name);
    let word = stem.to_ascii_uppercase().replace('-', "_");
    format!("__{word}_INTEGRITY__")
}

fn fill(part: &Part, values: &[(String, String)]) -> Result<Vec<u8>> {
    let text = std::str::from_utf8(&part.bytes)?;
    Ok(placeholder::fill(&part.name, text, values)?.into_bytes())
}

/// Returns the files of a folder with this ending, by name; none where there is no folder.
fn files(folder: &Path, ending: &str) -> Result<Vec<(String, Vec<u8>)>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != ending) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let read = || format!("could not read {}", path.display());
        files.push((name.into_owned(), fs::read(&path).with_context(read)?));
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOADER_TEXT: &str = "load('__ASSETS__page.js','__PAGE_INTEGRITY__')";

    const PAGE_TEXT: &str = "load('__GLUE_INTEGRITY__','__WASM_INTEGRITY__')";

    fn release(loader: &str, page: &str, wasm: &str) -> Result<(String, Vec<Asset>)> {
        let mut release = Release::default();
        release.add("panel.wasm", Role::Wasm, wasm.into())?;
        release.add("panel.js", Role::Glue, "glue".into())?;
        release.add("page.js", Role::Module, page.into())?;
        release.add(LOADER, Role::Loader, loader.into())?;
        release.finish("1.2.3")
    }

    fn text<'a>(assets: &'a [Asset], name: &str) -> &'a str {
        let asset = assets.iter().find(|asset| asset.path.ends_with(name));
        std::str::from_utf8(&asset.unwrap().bytes).unwrap()
    }

    #[test]
    fn files_have_plain_names_below_a_version_that_they_say_themselves() {
        let (version, assets) = release(LOADER_TEXT, PAGE_TEXT, "wasm").unwrap();
        let (number, hash) = version.rsplit_once('-').unwrap();
        assert_eq!((number, hash.len()), ("1.2.3", 12));
        let folder = format!("/assets/{version}/");
        assert_eq!(assets[0].path, format!("assets/{version}/huiyin.js"));
        assert!(text(&assets, LOADER).contains(&format!("'{folder}page.js'")));
    }

    #[test]
    fn each_file_holds_what_it_loads_against_its_sum_as_it_is_served() {
        let (_, assets) = release(LOADER_TEXT, PAGE_TEXT, "wasm").unwrap();
        let page = text(&assets, "page.js");
        assert!(page.contains(&integrity(b"wasm")) && page.contains(&integrity(b"glue")));
        assert!(text(&assets, LOADER).contains(&short_integrity(page.as_bytes())));
    }

    #[test]
    fn other_bytes_are_another_version() {
        let one = release(LOADER_TEXT, PAGE_TEXT, "wasm").unwrap().0;
        let version = |loader: &str, page: &str, wasm: &str| release(loader, page, wasm).unwrap().0;
        assert_eq!(one, version(LOADER_TEXT, PAGE_TEXT, "wasm"));
        assert_ne!(one, version(LOADER_TEXT, PAGE_TEXT, "other"));
        let other = LOADER_TEXT.replace("load", "take");
        assert_ne!(one, version(&other, PAGE_TEXT, "wasm"));
    }

    #[test]
    fn a_script_that_holds_what_it_loads_against_no_sum_is_refused() {
        for (loader, page, missing) in [
            (LOADER_TEXT, "load()", "__GLUE_INTEGRITY__"),
            ("load('__ASSETS__page.js')", PAGE_TEXT, "__PAGE_INTEGRITY__"),
        ] {
            let error = release(loader, page, "wasm").err().unwrap();
            assert!(error.to_string().contains(missing), "{error}");
        }
    }

    #[test]
    fn two_files_of_one_name_are_refused() {
        let mut release = Release::default();
        release.add("panel.js", Role::Glue, Vec::new()).unwrap();
        assert!(release.add("panel.js", Role::Module, Vec::new()).is_err());
    }
}
