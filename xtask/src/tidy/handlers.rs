//! One order in every handler file: types, `router()`, handlers, helpers, tests.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Item, ItemFn};

use super::is_for_tests;

/// What stands in a handler file, in the order in which it must stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Types,
    Router,
    Handlers,
    Helpers,
    Tests,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Types => "a type",
            Self::Router => "router()",
            Self::Handlers => "a handler",
            Self::Helpers => "a helper",
            Self::Tests => "a test module",
        }
    }
}

/// A reader finds the same thing in the same place of every handler file.
pub(super) fn handlers_stand_in_order(path: &str, text: &str) -> Option<String> {
    if !path.starts_with("collector/src/web/") || !super::is_rust(path) {
        return None;
    }
    let items = syn::parse_file(text).ok()?.items;
    let router = items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == "router" => Some(function),
        _ => None,
    })?;
    let handlers = handlers(router, &items);
    let parts: Vec<_> = items
        .iter()
        .filter_map(|item| part(item, &handlers))
        .collect();
    let turned = parts.windows(2).find(|pair| pair[0] > pair[1]);
    let turned = turned.map(|pair| {
        let (first, second) = (pair[0].name(), pair[1].name());
        format!(
            "{first} stands before {second}; the order is types, router(), handlers, helpers, tests"
        )
    });
    turned.or_else(|| {
        let written = items.iter().filter_map(|item| match item {
            Item::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        });
        let written: Vec<_> = written.filter(|name| handlers.contains(name)).collect();
        (written != handlers)
            .then(|| "has its handlers in another order than its routes".to_owned())
    })
}

/// Returns the functions of a file that its router names, in the order of the routes.
fn handlers(router: &ItemFn, items: &[Item]) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0.extend(path.get_ident().map(ToString::to_string));
            visit::visit_path(self, path);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_block(&router.block);
    let is_async = |name: &String| {
        items.iter().any(|item| {
            matches!(item, Item::Fn(one) if one.sig.asyncness.is_some() && one.sig.ident == name)
        })
    };
    let mut seen = BTreeSet::new();
    let handlers = names.0.into_iter().filter(is_async);
    handlers.filter(|name| seen.insert(name.clone())).collect()
}

fn part(item: &Item, handlers: &[String]) -> Option<Part> {
    match item {
        Item::Mod(module) => module.attrs.iter().any(is_for_tests).then_some(Part::Tests),
        Item::Struct(_) | Item::Enum(_) | Item::Type(_) | Item::Const(_) | Item::Static(_) => {
            Some(Part::Types)
        }
        Item::Fn(function) if function.sig.ident == "router" => Some(Part::Router),
        Item::Fn(function) => {
            let is_handler = handlers.iter().any(|name| function.sig.ident == name);
            Some(if is_handler {
                Part::Handlers
            } else {
                Part::Helpers
            })
        }
        // What a type can do stands beside the type, or with the helpers.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERED: &str =
        "struct Query; impl Query {} fn router() { Routes::new().read(list).read(one) }
        async fn list() {} async fn one() {} fn row() {} #[cfg(test)] mod tests {}";

    fn found(text: &str) -> Option<String> {
        handlers_stand_in_order("collector/src/web/api/list.rs", text)
    }

    #[test]
    fn a_file_in_order_is_left_alone() {
        assert_eq!(found(ORDERED), None);
        assert_eq!(found("fn row() {} struct Row;"), None);
        let other = handlers_stand_in_order("collector/src/store.rs", "fn f() {} fn router() {}");
        assert_eq!(other, None);
    }

    #[test]
    fn every_part_out_of_order_is_found() {
        for (moved, what) in [
            ("struct Query;", "before a type"),
            (
                "fn router() { Routes::new().read(list).read(one) }",
                "before router()",
            ),
            ("async fn one() {}", "before a handler"),
            ("fn row() {}", "a test module stands before a helper"),
        ] {
            let text = format!("{} {moved}", ORDERED.replace(moved, ""));
            let said = found(&text).unwrap_or_default();
            assert!(said.contains(what), "{moved}: {said}");
        }
    }

    #[test]
    fn handlers_in_another_order_than_the_routes_are_found() {
        let turned = ORDERED.replace("read(list).read(one)", "read(one).read(list)");
        assert!(found(&turned).is_some());
    }
}
