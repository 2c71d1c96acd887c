//! Which part of the project may name which library.

use super::{has_ending, is_rust};

/// `shared` compiles for the widget and the collector, so it knows neither's surroundings.
pub(super) fn shared_stays_plain(path: &str, text: &str) -> Option<String> {
    const FOREIGN: [&str; 8] = [
        "axum",
        "getrandom",
        "rusqlite",
        "tokio",
        "web_sys",
        "yew",
        "Instant",
        "SystemTime",
    ];
    if !path.starts_with("shared/") || !(is_rust(path) || has_ending(path, "toml")) {
        return None;
    }
    let word = named(text, &FOREIGN)?;
    Some(format!(
        "shared/ may not name {word}; it takes such things as arguments"
    ))
}

/// A status code is for whoever answers a request; below that, outcomes have types of their own.
pub(super) fn lower_layers_know_no_web(path: &str, text: &str) -> Option<String> {
    const LOWER: [&str; 9] = [
        "cache", "config", "intake", "limits", "metrics", "model", "store", "text", "util",
    ];
    let layer = LOWER.into_iter().find(|layer| is_in_layer(path, layer))?;
    let is_named = named(text, &["axum", "StatusCode"]).is_some()
        || code(text).any(|line| names_crate(line, "http"));
    is_named.then(|| format!("{layer} may not name axum, http or a status code"))
}

/// Everything else asks the store, so that the database can be another one.
pub(super) fn the_store_alone_knows_databases(path: &str, text: &str) -> Option<String> {
    // The log names a library to silence it.
    let may = is_in_layer(path, "store") || path == "collector/src/server/logging.rs";
    if may || !path.starts_with("collector/src/") || !is_rust(path) {
        return None;
    }
    let word = named(text, &["rusqlite", "tokio_postgres", "deadpool_postgres"])?;
    Some(format!("only the store may name {word}"))
}

/// Chance that is passed in can be set in a test.
pub(super) fn chance_comes_from_random(path: &str, text: &str) -> Option<String> {
    let may = path == "collector/src/util/random.rs" || !path.starts_with("collector/src/");
    if may || !is_rust(path) {
        return None;
    }
    named(text, &["getrandom"]).map(|_| "chance is read outside of util/random.rs".to_owned())
}

/// Time that is passed in can be set in a test. The network of the fault stories stands outside of
/// the product, and its clock is held against a browser's.
pub(super) fn time_comes_from_the_clock(path: &str, text: &str) -> Option<String> {
    let may = path == "collector/src/util/clock.rs"
        || path == "collector/src/main.rs"
        || path == "tests/src/network.rs"
        || path.starts_with("collector/src/cli");
    if may || !is_rust(path) {
        return None;
    }
    ["SystemTime", "Timestamp", "Zoned"]
        .into_iter()
        .map(|source| format!("{source}::now"))
        .find(|call| code(text).any(|line| line.contains(call.as_str())))
        .map(|call| format!("{call} is called outside of collector/src/util/clock.rs"))
}

/// The task runner builds the product, so it must compile when the product does not.
pub(super) fn task_runner_stands_alone(path: &str, text: &str) -> Option<String> {
    if path != "xtask/Cargo.toml" {
        return None;
    }
    text.lines()
        .any(|line| line.starts_with("huiyin"))
        .then(|| "xtask may not depend on a crate of the product".to_owned())
}

/// Returns whether a file is of a layer of the collector.
fn is_in_layer(path: &str, layer: &str) -> bool {
    let rest = path.strip_prefix("collector/src/");
    let rest = rest.and_then(|path| path.strip_prefix(layer));
    rest.is_some_and(|rest| rest == ".rs" || (rest.starts_with('/') && is_rust(path)))
}

/// Returns the first of the words that the code names; a comment may name what it likes.
fn named<'words>(text: &str, words: &[&'words str]) -> Option<&'words str> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    words.iter().copied().find(|word| {
        code(text).any(|line| {
            line.split(|character| !is_part(character))
                .any(|part| part == *word)
        })
    })
}

/// Whether a line names a crate at the start of a path; `crate::http::` is a module of ours.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    line.match_indices(&path).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before))
    })
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//") && !line.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_names_no_surroundings() {
        let rule = |text| shared_stays_plain("shared/src/id.rs", text);
        assert!(rule("use std::time::SystemTime;").is_some());
        assert!(rule("use yew::prelude::*;").is_some());
        assert!(rule("/// Unlike axum's.\nlet tokio_like = 1;").is_none());
        assert!(shared_stays_plain("shared/Cargo.toml", "tokio.workspace = true").is_some());
        assert!(shared_stays_plain("widget/src/lib.rs", "use yew::prelude::*;").is_none());
    }

    #[test]
    fn lower_layers_name_no_web() {
        let rule = |text| lower_layers_know_no_web("collector/src/store/sqlite.rs", text);
        assert!(rule("use axum::Json;").is_some());
        assert!(rule("fn f() -> http::StatusCode {").is_some());
        assert!(rule("use rusqlite::Connection;").is_none());
        let text = "use axum::http::StatusCode;";
        assert!(lower_layers_know_no_web("collector/src/intake.rs", text).is_some());
        assert!(lower_layers_know_no_web("collector/src/web/edge.rs", text).is_none());
        assert!(lower_layers_know_no_web("collector/src/storeroom.rs", text).is_none());
    }

    #[test]
    fn the_store_alone_names_databases() {
        for library in ["rusqlite", "tokio_postgres", "deadpool_postgres"] {
            let text = format!("use {library}::Client;");
            let rule = |path| the_store_alone_knows_databases(path, &text);
            assert!(rule("collector/src/web/api/score.rs").is_some());
            assert!(rule("collector/src/cli.rs").is_some());
            assert!(rule("collector/src/store.rs").is_none());
            assert!(rule("tests/src/postgres.rs").is_none());
        }
    }

    #[test]
    fn chance_is_read_in_one_file() {
        let text = "getrandom::fill(bytes)";
        assert!(chance_comes_from_random("collector/src/intake.rs", text).is_some());
        assert!(chance_comes_from_random("collector/src/util/random.rs", text).is_none());
    }

    #[test]
    fn only_the_clock_asks_for_the_time() {
        let text = concat!("let now = jiff::Timestamp::", "now();");
        assert!(time_comes_from_the_clock("collector/src/score.rs", text).is_some());
        assert!(time_comes_from_the_clock("collector/src/util/clock.rs", text).is_none());
        assert!(time_comes_from_the_clock("collector/src/cli/serve.rs", text).is_none());
    }

    #[test]
    fn task_runner_depends_on_no_product() {
        let rule = |text| task_runner_stands_alone("xtask/Cargo.toml", text);
        assert!(rule("[dependencies]\nhuiyin-shared.workspace = true").is_some());
        assert!(rule("[dependencies]\nanyhow.workspace = true").is_none());
    }
}
