//! The settings in effect, as a file that could be used, and where each comes from.

use std::fmt::Write;

use clap::builder::ValueParser;
use clap::{Arg, ArgMatches};
use toml::Value;

use super::layers::{Layers, settings, takes_a_list};
use crate::store::Address;

/// Returns all settings that a command runs with; passwords are replaced by stars.
pub(crate) fn listing(layers: &Layers, matches: &ArgMatches) -> String {
    let settings = settings();
    let lines: Vec<_> = settings
        .iter()
        .map(|setting| {
            let line = format!("{} = {}", setting.get_id(), value(setting, matches));
            (line, layers.origin(setting, matches).to_string())
        })
        .collect();
    let width = lines.iter().map(|(line, _)| line.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for (line, origin) in lines {
        // Writing to a string cannot fail.
        _ = writeln!(text, "{line:width$}  # {origin}");
    }
    text
}

fn value(setting: &Arg, matches: &ArgMatches) -> Value {
    let raw = matches.get_raw(setting.get_id().as_str());
    let mut values: Vec<_> = raw
        .into_iter()
        .flatten()
        .map(|value| typed(setting, &value.to_string_lossy()))
        .collect();
    match values.pop() {
        Some(only) if values.is_empty() && !takes_a_list(setting) => only,
        last => Value::Array(values.into_iter().chain(last).collect()),
    }
}

/// Returns a value as it is best written; quotes are never wrong.
fn typed(setting: &Arg, text: &str) -> Value {
    // What the help may not show of the environment may hold a secret.
    if setting.is_hide_env_values_set() {
        let shown = text.parse::<Address>().map(|address| address.to_string());
        return Value::String(shown.unwrap_or_default());
    }
    let is = |parser: ValueParser| setting.get_value_parser().type_id() == parser.type_id();
    let plain = if is(ValueParser::bool()) {
        text.parse().map(Value::Boolean).ok()
    } else if is(clap::value_parser!(u64).into()) || is(clap::value_parser!(u32).into()) {
        text.parse().map(Value::Integer).ok()
    } else {
        None
    };
    plain.unwrap_or_else(|| Value::String(text.to_owned()))
}
