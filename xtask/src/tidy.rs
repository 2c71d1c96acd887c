//! Holds the source against the rules that no compiler knows.

mod handlers;
mod imports;
mod layers;
mod orphans;
mod text;

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use syn::Attribute;
use syn::punctuated::Punctuated;

use crate::process;
use crate::workspace::Workspace;

/// One place that breaks a rule.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Finding {
    file: String,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.file, self.what)
    }
}

/// A rule looks at one file, its path from the workspace's folder and its text, and says what
/// is wrong with it, if anything.
type Rule = fn(path: &str, text: &str) -> Option<String>;

const RULES: &[Rule] = &[
    imports::shared_stays_plain,
    imports::lower_layers_know_no_web,
    imports::the_store_alone_knows_databases,
    imports::chance_comes_from_random,
    imports::time_comes_from_the_clock,
    imports::task_runner_stands_alone,
    handlers::handlers_stand_in_order,
    text::opens_with_a_description,
    text::is_no_module_file,
    text::names_no_machine_path,
    text::leaves_nothing_undone,
    text::expects_instead_of_allowing,
    text::is_short_enough,
];

/// Checks every file that is, or is about to be, in the repository.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let listed = process::output(Command::new("git").current_dir(workspace.root()).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    for path in listed.split_terminator('\0') {
        // Pictures and files that are deleted but still listed hold no text.
        if let Ok(text) = fs::read_to_string(workspace.root().join(path)) {
            findings.extend(check_file(path, &text));
            sources.push((path, text));
        }
    }
    findings.extend(layers::check(&sources)?);
    findings.extend(orphans::check(&sources));
    Ok(findings)
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    RULES
        .iter()
        .filter_map(|rule| rule(path, text))
        .map(|what| Finding {
            file: path.to_owned(),
            what,
        })
        .collect()
}

fn is_rust(path: &str) -> bool {
    has_ending(path, "rs")
}

fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == ending)
}

/// Returns whether an attribute keeps an item to the tests, alone or among other conditions.
fn is_for_tests(attribute: &Attribute) -> bool {
    type Conditions = Punctuated<syn::Path, syn::Token![,]>;
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args_with(Conditions::parse_terminated)
            .is_ok_and(|all| all.iter().any(|one| one.is_ident("test")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_keeps_its_rules() {
        let findings = check(&Workspace::find()).unwrap();
        let list: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(list.is_empty(), "\n{}", list.join("\n"));
    }

    #[test]
    fn a_finding_names_file_and_rule() {
        let findings = check_file("shared/src/mod.rs", "fn main() {}");
        assert_eq!(findings.len(), 2);
        assert!(findings[0].to_string().starts_with("shared/src/mod.rs: "));
    }
}
