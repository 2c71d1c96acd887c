//! Imports go down, never up and never in a circle.
//!
//! A file imports another where a path in its code leads to a module of that file. Tests do not
//! count. A module and its own submodules are one unit: the parent lists and re-exports them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use syn::visit::{self, Visit};
use syn::{Item, Path, UseTree};

use super::{Finding, is_for_tests};

/// The layers of the collector, from the top down: a file imports only from layers below its own.
const LAYERS: [&str; 14] = [
    "cli", "server", "web", "app", "config", "intake", "metrics", "cache", "widget", "text",
    "store", "limits", "model", "util",
];

/// The crates whose files import each other.
const CRATES: [&str; 4] = ["collector/src/", "widget/src/", "shared/src/", "tests/src/"];

/// The collector's crate.
const COLLECTOR: &str = CRATES[0];

/// Checks the imports of all files, each a path from the workspace's folder with its text.
pub(super) fn check(sources: &[(&str, String)]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for start in CRATES {
        let files = modules(start, sources);
        let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
        for (module, (path, text)) in &files {
            for imported in imports(module, text, &files).with_context(|| (*path).to_owned())? {
                graph.add_edge(*path, files[imported].0, ());
                if start == COLLECTOR {
                    findings.extend(upward(path, module, imported));
                }
            }
            if start == COLLECTOR {
                findings.extend(unlisted(path, module));
            }
        }
        let circles = tarjan_scc(&graph).into_iter();
        findings.extend(circles.filter(|files| files.len() > 1).map(|mut files| {
            files.sort_unstable();
            Finding {
                file: files[0].to_owned(),
                what: format!("imports in a circle: {}", files.join(", ")),
            }
        }));
    }
    Ok(findings)
}

/// The files of a crate by module path, such as `store::sqlite`; the root's is empty.
type Modules<'text> = BTreeMap<String, (&'text str, &'text str)>;

fn modules<'text>(start: &str, sources: &'text [(&'text str, String)]) -> Modules<'text> {
    let files = sources.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix(start)?.strip_suffix(".rs")?;
        let is_root = matches!(name, "lib" | "main");
        (!is_root && !is_test(name)).then(|| (name.replace('/', "::"), (*path, text.as_str())))
    });
    files.collect()
}

/// Returns whether a file holds nothing but tests, or serves only them.
fn is_test(name: &str) -> bool {
    name.split('/').any(|part| {
        matches!(
            part,
            "tests" | "testing" | "contract" | "every_route" | "bin"
        )
    })
}

fn layer(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

fn upward(path: &str, module: &str, imported: &str) -> Option<Finding> {
    let rank = |module| LAYERS.iter().position(|known| *known == layer(module));
    let (own, other) = (rank(module)?, rank(imported)?);
    (other < own).then(|| Finding {
        file: path.to_owned(),
        what: format!(
            "imports {imported}, which stands above {}; imports go down",
            LAYERS[own]
        ),
    })
}

fn unlisted(path: &str, module: &str) -> Option<Finding> {
    (!LAYERS.contains(&layer(module))).then(|| Finding {
        file: path.to_owned(),
        what: format!(
            "is in none of the layers {}; put it into one",
            LAYERS.join(", ")
        ),
    })
}

/// Returns the modules that a file's code names, but for its own parents and submodules.
fn imports<'all>(module: &str, text: &str, files: &'all Modules<'_>) -> Result<Vec<&'all str>> {
    let mut paths = Paths::default();
    paths.visit_file(&syn::parse_file(text)?);
    let found = paths
        .0
        .iter()
        .filter_map(|path| resolve(module, path, files));
    let mut found: Vec<&str> = found.filter(|found| !are_kin(module, found)).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn are_kin(one: &str, other: &str) -> bool {
    let is_within = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    is_within(one, other) || is_within(other, one)
}

/// Returns the innermost module on the way of a path as it stands in a module.
fn resolve<'all>(module: &str, path: &[String], files: &'all Modules<'_>) -> Option<&'all str> {
    let mut at: Vec<&str> = module.split("::").collect();
    let mut rest = path;
    match rest.first()?.as_str() {
        "crate" => {
            at.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        _ => {}
    }
    while rest.first().is_some_and(|part| part == "super") {
        at.pop();
        rest = &rest[1..];
    }
    let mut found = None;
    for part in rest {
        at.push(part);
        match files.get_key_value(&at.join("::")) {
            Some((known, _)) => found = Some(known.as_str()),
            None => break,
        }
    }
    found
}

/// Collects every path of the code, with those of imports spelled out one by one.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn add_tree(&mut self, start: &[String], tree: &UseTree) {
        let with = |name: String| [start, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(path.ident.to_string()), &path.tree),
            UseTree::Name(name) => self.0.push(with(name.ident.to_string())),
            UseTree::Rename(name) => self.0.push(with(name.ident.to_string())),
            UseTree::Glob(_) => self.0.push(start.to_vec()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(start, tree);
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let parts = path.segments.iter().map(|part| part.ident.to_string());
        self.0.push(parts.collect());
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(sources: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = (sources.iter())
            .map(|(path, text)| (*path, (*text).to_owned()))
            .collect();
        let findings = check(&sources).expect("the sources parse");
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn an_upward_import_is_found_wherever_it_stands() {
        for upward in [
            "use crate::web::edge::Edge;",
            "use crate::{app, web::edge};",
            "fn f() -> crate::web::edge::Edge { g() }",
            "use super::web::edge::Edge as Other;",
        ] {
            let found = findings(&[
                ("collector/src/store.rs", upward),
                ("collector/src/web.rs", "mod edge;"),
                ("collector/src/web/edge.rs", ""),
                ("collector/src/app.rs", ""),
            ]);
            assert!(!found.is_empty(), "{upward}");
            let above_store = |one: &String| one.contains("which stands above store");
            assert!(found.iter().all(above_store), "{upward}: {found:?}");
        }
        let downward = findings(&[
            ("collector/src/web/edge.rs", "use crate::store::Store;"),
            (
                "collector/src/store.rs",
                "#[cfg(test)] mod tests { use crate::web::edge; }",
            ),
        ]);
        assert!(downward.is_empty(), "{downward:?}");
    }

    #[test]
    fn a_circle_is_found_in_any_crate() {
        let found = findings(&[
            ("shared/src/a.rs", "use crate::b::c::C;"),
            ("shared/src/b/c.rs", "use super::d;"),
            ("shared/src/b/d.rs", "use crate::a::A;"),
            ("shared/src/b.rs", "mod c; mod d; pub use c::C;"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("a.rs, shared/src/b/c.rs, shared/src/b/d.rs"));
    }

    #[test]
    fn a_module_of_no_layer_is_found() {
        let found = findings(&[("collector/src/misc.rs", "")]);
        assert!(found[0].contains("none of the layers"), "{found:?}");
    }
}
