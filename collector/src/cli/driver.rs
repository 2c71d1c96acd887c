//! `huiyin driver import` and `huiyin driver list`: the reasons that are offered beside a grade.

use std::collections::HashMap;
use std::fmt::Write;

use clap::Args;
use huiyin_shared::language::LanguageTag;
use huiyin_shared::slug::Slug;
use huiyin_shared::text::Name;

use super::import::{Import, bytes, names, parse_name, parse_slug, read, refused};
use super::{check_subject, print};
use crate::config::Storage;
use crate::model::drivers::{Driver, DriversOf, Offered, Source};
use crate::store::{ImportRow, Rejected, Store};

impl Import {
    /// Imports driver sets.
    pub(super) async fn drivers(self) -> anyhow::Result<()> {
        let sets = refused(&self.file, read_sets(&bytes(&self.file)?))?;
        let (found, new) = (sets.len(), self.storage.is_new());
        let added = self
            .storage
            .with_store(async |store| refused(&self.file, store.import_drivers(sets).await?));
        let added = added.await?;
        print(&format!(
            "Driver sets in {}: {added} new, {} as they were\n",
            self.storage.named(new),
            found - added
        ))
    }
}

/// One row of a file: a driver in a list of a set.
struct Row {
    department: Option<Slug>,
    service: Option<Slug>,
    list: String,
    driver: Driver,
}

/// Reads sets from `department,service,list,slug,name_zh,name_en` and a column `name_…` for each
/// further language. A set stands on the line of its first driver.
fn read_sets(file: &[u8]) -> Result<Vec<ImportRow<DriversOf>>, Rejected> {
    let columns = [
        "department",
        "service",
        "list",
        "slug",
        "name_zh",
        "name_en",
    ];
    let rows = read(
        file,
        columns,
        |[department, service, list, slug, zh, en], all| {
            let subject = |column: &str, text: &str| match text {
                "" => Ok(None),
                text => parse_slug(column, text).map(Some),
            };
            let others = all.iter().filter_map(|(column, text)| {
                let tag = column.strip_prefix("name_")?;
                (!matches!(tag, "zh" | "en") && !text.is_empty()).then_some((tag, *text))
            });
            Ok(Row {
                department: subject("department", department)?,
                service: subject("service", service)?,
                list: list.to_owned(),
                driver: Driver {
                    slug: parse_slug("slug", slug)?,
                    names: names(zh, en)?,
                    others: others.map(other).collect::<Result<_, _>>()?,
                },
            })
        },
    )?;
    let mut sets: Vec<ImportRow<DriversOf>> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for ImportRow { line, value: row } in rows {
        let subject = (row.department.clone(), row.service.clone());
        let place = *places.entry(subject).or_insert(sets.len());
        if place == sets.len() {
            let value = DriversOf::new(row.department, row.service);
            sets.push(ImportRow { line, value });
        }
        let added = sets[place].value.add(&row.list, row.driver);
        added.map_err(|reason| Rejected { line, reason })?;
    }
    Ok(sets)
}

fn other((tag, text): (&str, &str)) -> Result<(LanguageTag, Name), String> {
    let parsed = tag.parse();
    let parsed = parsed.map_err(|_| format!("the column name_{tag} names no language"))?;
    Ok((parsed, parse_name(&format!("name_{tag}"), text)?))
}

/// Whose drivers to list
#[derive(Args)]
pub(super) struct List {
    /// The department; without one, what the instance offers
    #[arg(long, value_name = "SLUG")]
    department: Option<Slug>,
    /// One of its services
    #[arg(long, value_name = "SLUG", requires = "department")]
    service: Option<Slug>,
    #[command(flatten)]
    storage: Storage,
}

impl List {
    /// Lists what is in effect.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let offered = self
            .storage
            .with_existing(async |store| offered(store, self.department, self.service).await);
        print(&listed(&offered.await?)?)
    }
}

async fn offered(
    store: &dyn Store,
    department: Option<Slug>,
    service: Option<Slug>,
) -> anyhow::Result<Offered> {
    if let Some(slug) = &department {
        check_subject(store, slug, service.as_ref()).await?;
    }
    Ok(store.drivers(department, service).await?)
}

fn listed(offered: &Offered) -> Result<String, std::fmt::Error> {
    let source = match &offered.source {
        Source::BuiltIn => "built in".to_owned(),
        Source::Instance => "of the instance".to_owned(),
        Source::Department(department) => format!("of the department {department}"),
        Source::Service(department, service) => format!("of the service {department}/{service}"),
    };
    let mut text = format!("version {}, {source}\n", offered.version);
    for (list, drivers) in [("good", &offered.set.good), ("poor", &offered.set.poor)] {
        for Driver {
            slug,
            names,
            others,
        } in drivers
        {
            let en = names.en.as_ref().map_or("", Name::as_str);
            write!(text, "{list}\t{slug}\t{}\t{en}", names.zh)?;
            for (tag, name) in others {
                write!(text, "\t{tag}: {name}")?;
            }
            writeln!(text)?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Localized;

    const HEADER: &str = "department,service,list,slug,name_zh,name_en";

    fn refusal(file: &str) -> String {
        read_sets(file.as_bytes())
            .expect_err("is refused")
            .to_string()
    }

    #[test]
    fn rows_of_one_subject_are_one_set_wherever_they_stand() {
        let file = format!(
            "{HEADER},name_bo,note\n,,good,quick,快,Quick,མྱུར,x\ntax,,poor,slow,慢,,,\n\
             ,,poor,slow,等得久,,,\ntax,refund,good,quick,快,,,\n"
        );
        let sets = read_sets(file.as_bytes()).expect("sets");
        let lines: Vec<u64> = sets.iter().map(|set| set.line).collect();
        assert_eq!(lines, [2, 3, 5]);
        let instance = &sets[0].value;
        assert_eq!((&instance.department, &instance.service), (&None, &None));
        let (good, poor) = (&instance.set.good, &instance.set.poor);
        assert_eq!((good.len(), poor.len()), (1, 1));
        assert_eq!(good[0].shown("bo"), Localized::new("མྱུར", "bo"));
        assert_eq!(poor[0].shown("bo"), Localized::new("等得久", "zh-Hans"));
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        for (rows, expected) in [
            (
                ",,god,quick,快,",
                "line 2: list is \"god\", but there are good and poor",
            ),
            (
                ",,good,quick,快,\n,,good,quick,快,",
                "line 3: the driver quick stands twice in good",
            ),
            (",,good,Quick,快,", "line 2: slug is \"Quick\", but a slug"),
            (",,good,quick,,", "line 2: name_zh is \"\", but a name"),
        ] {
            let refusal = refusal(&format!("{HEADER}\n{rows}\n"));
            assert!(refusal.starts_with(expected), "{refusal}");
        }
        let refusal = refusal(&format!("{HEADER},name_1\n,,good,quick,快,,x\n"));
        assert_eq!(refusal, "line 2: the column name_1 names no language");
    }
}
