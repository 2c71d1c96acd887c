//! `huiyin department import` and `huiyin service import`: all of a file, or nothing of it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;

use super::print;
use crate::config::Storage;
use crate::model::{Department, Names, Service};
use crate::server::background;
use crate::store::{ImportRow, Rejected};

/// A file to add or update from
#[derive(Args)]
pub(super) struct Import {
    /// A CSV file in UTF-8 with a header line
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) storage: Storage,
}

/// What is left to do where the tree is changed, and past ratings do not follow yet.
pub(super) const FOLLOWING: &str =
    "the change is stored, and past ratings follow it while `huiyin serve` runs";

impl Import {
    /// Imports departments.
    pub(super) async fn departments(self) -> anyhow::Result<()> {
        let rows = refused(&self.file, read_departments(&bytes(&self.file)?))?;
        let new = self.storage.is_new();
        let count = self.storage.with_store(async |store| {
            let count = refused(&self.file, store.import_departments(rows).await?)?;
            background::settle(store).await.context(FOLLOWING)?;
            Ok(count)
        });
        let count = count.await?;
        print(&format!(
            "Departments added or updated in {}: {count}\n",
            self.storage.named(new)
        ))
    }

    /// Imports services.
    pub(super) async fn services(self) -> anyhow::Result<()> {
        let rows = refused(&self.file, read_services(&bytes(&self.file)?))?;
        let new = self.storage.is_new();
        let count = self
            .storage
            .with_store(async |store| refused(&self.file, store.import_services(rows).await?));
        let count = count.await?;
        print(&format!(
            "Services added or updated in {}: {count}\n",
            self.storage.named(new)
        ))
    }
}

pub(super) fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

pub(super) fn refused<T>(file: &Path, result: Result<T, Rejected>) -> anyhow::Result<T> {
    result.with_context(|| {
        let name = file.display();
        format!("nothing of {name} was imported; mend this line and import it again")
    })
}

/// Reads departments from `slug,parent,name_zh,name_en`.
pub(super) fn read_departments(file: &[u8]) -> Result<Vec<ImportRow<Department>>, Rejected> {
    read(
        file,
        ["slug", "parent", "name_zh", "name_en"],
        |[slug, parent, zh, en], _| {
            Ok(Department {
                slug: parse_slug("slug", slug)?,
                parent: match parent {
                    "" => None,
                    parent => Some(parse_slug("parent", parent)?),
                },
                names: names(zh, en)?,
            })
        },
    )
}

/// Reads services from `department,slug,name_zh,name_en`.
pub(super) fn read_services(file: &[u8]) -> Result<Vec<ImportRow<Service>>, Rejected> {
    read(
        file,
        ["department", "slug", "name_zh", "name_en"],
        |[department, slug, zh, en], _| {
            Ok(Service {
                department: parse_slug("department", department)?,
                slug: parse_slug("slug", slug)?,
                names: names(zh, en)?,
            })
        },
    )
}

pub(super) fn parse_slug(column: &str, text: &str) -> Result<Slug, String> {
    text.parse()
        .map_err(|error| format!("{column} is {text:?}, but {error}"))
}

pub(super) fn names(zh: &str, en: &str) -> Result<Names, String> {
    Ok(Names {
        zh: parse_name("name_zh", zh)?,
        en: match en.trim() {
            "" => None,
            en => Some(parse_name("name_en", en)?),
        },
    })
}

pub(super) fn parse_name(column: &str, text: &str) -> Result<Name, String> {
    Name::parse(text).map_err(|error| format!("{column} is {text:?}, but {error}"))
}

/// Reads rows with these columns, in any order and among others; a byte order mark and either
/// kind of line end are fine. A row is parsed from its cells of these columns, and from all of them
/// by name.
pub(super) fn read<T, const N: usize>(
    file: &[u8],
    columns: [&str; N],
    parse: impl Fn([&str; N], &[(&str, &str)]) -> Result<T, String>,
) -> Result<Vec<ImportRow<T>>, Rejected> {
    let file = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(file);
    let header = reader
        .headers()
        .map_err(|error| rejected(1, &error))?
        .clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| Rejected {
                line: 1,
                reason: format!(
                    "the header has no column {column}; it needs {}",
                    columns.join(",")
                ),
            })?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| rejected(2, &error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = places.map(|place| record.get(place).unwrap_or_default());
        let all: Vec<(&str, &str)> = header.iter().zip(&record).collect();
        let value = parse(cells, &all).map_err(|reason| Rejected { line, reason })?;
        rows.push(ImportRow { line, value });
    }
    Ok(rows)
}

fn rejected(line: u64, error: &csv::Error) -> Rejected {
    let line = error.position().map_or(line, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("the row has {len} cells where the header has {expected_len}")
        }
        _ => error.to_string(),
    };
    Rejected { line, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_fine() {
        let file = "\u{feff}slug,parent,name_zh,name_en\r\ntax,,税务局,Tax\r\n";
        let rows = read_departments(file.as_bytes()).expect("departments");
        assert_eq!((rows.len(), rows[0].value.slug.as_str()), (1, "tax"));
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let file = "name_en,note,name_zh,slug,parent\n,x,税务局,tax,gov\n";
        let rows = read_departments(file.as_bytes()).expect("departments");
        assert_eq!(rows[0].value.parent.as_ref().map(Slug::as_str), Some("gov"));
    }

    #[test]
    fn a_bad_row_is_refused_with_its_line_and_the_reason() {
        for (file, expected) in [
            (
                &b"slug,parent,name_zh\n"[..],
                "line 1: the header has no column name_en; it needs slug,parent,name_zh,name_en",
            ),
            (
                b"slug,parent,name_zh,name_en\na,,A,\nB,,B,\n",
                "line 3: slug is \"B\", but a slug has up to 64 of a-z, 0-9, and hyphens between them",
            ),
            (
                b"slug,parent,name_zh,name_en\na,,,\n",
                "line 2: name_zh is \"\", but a name must be 1 to 200 characters without control characters",
            ),
            (
                b"slug,parent,name_zh,name_en\na,,A\n",
                "line 2: the row has 3 cells where the header has 4",
            ),
            (
                b"slug,parent,name_zh,name_en\na,,\xff,\n",
                "line 2: the text is not UTF-8",
            ),
        ] {
            let rejected = read_departments(file).expect_err("is refused");
            assert_eq!(rejected.to_string(), expected);
        }
    }
}
