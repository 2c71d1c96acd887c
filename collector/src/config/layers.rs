//! Where a setting comes from: the command line, the environment, a file, or its default.
//!
//! clap knows the first two and the last. What a file says becomes the default of the argument of
//! that name, in whatever command has one, so that one parser reads every value.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command};

use super::Settings;
use super::file::File;

/// The variable that names the file of settings.
pub(crate) const CONFIG_FILE: &str = "HUIYIN_CONFIG";

/// The variable that names a file with the address of the database.
const DATABASE_FILE: &str = "HUIYIN_DATABASE_FILE";

/// What was set other than on the command line, and is known to be readable.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layers {
    file: File,
    /// The address of the database from a file of its own, and that file.
    secret: Option<(PathBuf, String)>,
}

/// Where the value of a setting comes from.
pub(crate) enum Origin<'a> {
    Flag(String),
    Variable(&'a str),
    Secret(&'a Path),
    File(&'a Path, usize),
    Default,
}

impl Layers {
    /// Reads the file, if one is named, and what else the environment points to; or says of every
    /// setting in file and environment what is wrong with it.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, Vec<String>> {
        let mut complaints = Vec::new();
        let file = path.map_or_else(|| Ok(File::default()), File::read);
        let file = file.unwrap_or_else(|found| {
            complaints.extend(found);
            File::default()
        });
        complaints.extend(complaints_about(&file));
        for setting in settings() {
            let set = setting
                .get_env()
                .and_then(|name| Some((name, env::var_os(name)?)));
            if let Some((name, value)) = set
                && let Some(refusal) = refusal(&setting, &[value])
            {
                complaints.push(format!("{}: {refusal}", name.display()));
            }
        }
        let secret = secret().unwrap_or_else(|complaint| {
            complaints.push(complaint);
            None
        });
        if complaints.is_empty() {
            Ok(Self { file, secret })
        } else {
            Err(complaints)
        }
    }

    /// Puts what was read below the arguments of a command and of all commands in it.
    pub(crate) fn under(&self, command: Command) -> Command {
        let settings = settings();
        let is_setting =
            |argument: &Arg| settings.iter().any(|one| one.get_id() == argument.get_id());
        command
            .mut_args(|argument| {
                if is_setting(&argument) {
                    self.default_of(with_variable(argument))
                } else {
                    argument
                }
            })
            .mut_subcommands(|command| self.under(command))
    }

    fn default_of(&self, argument: Arg) -> Arg {
        let id = argument.get_id().as_str();
        match (&self.secret, self.file.entries.get(id)) {
            (Some((_, address)), _) if id == "database" => {
                let address = address.clone();
                argument.default_value(address)
            }
            (_, Some(entry)) => argument.default_values(entry.values.clone()),
            _ => argument,
        }
    }

    /// Returns where the value of a setting comes from.
    pub(crate) fn origin<'a>(&'a self, setting: &'a Arg, matches: &ArgMatches) -> Origin<'a> {
        let id = setting.get_id().as_str();
        match matches.value_source(id) {
            Some(ValueSource::CommandLine) => Origin::Flag(flag(setting)),
            Some(ValueSource::EnvVariable) => Origin::Variable(
                setting
                    .get_env()
                    .and_then(OsStr::to_str)
                    .unwrap_or_default(),
            ),
            _ => match (&self.secret, self.file.entries.get(id)) {
                (Some((path, _)), _) if id == "database" => Origin::Secret(path),
                (_, Some(entry)) => Origin::File(&self.file.path, entry.line),
                _ => Origin::Default,
            },
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => formatter.write_str(name),
            Self::Variable(name) => formatter.write_str(name),
            Self::Secret(path) => write!(formatter, "{DATABASE_FILE}, {}", path.display()),
            Self::File(path, line) => write!(formatter, "{}:{line}", path.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// Returns all settings as arguments, in the order in which they are written down.
pub(super) fn settings() -> Vec<Arg> {
    let command = Settings::augment_args(Command::new("settings"));
    let settings = command.get_arguments().cloned();
    settings.map(with_variable).collect()
}

/// Gives a setting its variable.
fn with_variable(setting: Arg) -> Arg {
    let name = setting.get_id().as_str().to_uppercase();
    setting.env(format!("HUIYIN_{name}"))
}

/// Returns whether several values may be given.
pub(super) fn takes_a_list(setting: &Arg) -> bool {
    setting.get_value_delimiter().is_some()
}

fn flag(setting: &Arg) -> String {
    format!("--{}", setting.get_long().unwrap_or_default())
}

fn complaints_about(file: &File) -> Vec<String> {
    let known = settings();
    let mut complaints = Vec::new();
    let mut entries: Vec<_> = file.entries.iter().collect();
    entries.sort_by_key(|(_, entry)| entry.line);
    for (key, entry) in entries {
        let place = format!("{}:{}", file.path.display(), entry.line);
        let values: Vec<OsString> = entry.values.iter().map(OsString::from).collect();
        let refusal = match known
            .iter()
            .find(|setting| setting.get_id() == key.as_str())
        {
            None => {
                let names: Vec<_> = known.iter().map(|one| one.get_id().as_str()).collect();
                Some(format!(
                    "there is no such setting; there are {}",
                    names.join(", ")
                ))
            }
            Some(setting) if entry.list && !takes_a_list(setting) => {
                Some("takes one value, not a list".to_owned())
            }
            Some(setting) => refusal(setting, &values),
        };
        if let Some(refusal) = refusal {
            complaints.push(format!("{place}: {key}: {refusal}"));
        }
    }
    complaints
}

/// Returns why a setting cannot have these values, none if it can; a value is not repeated, as it
/// may be a secret.
fn refusal(setting: &Arg, values: &[OsString]) -> Option<String> {
    let alone = setting.clone().env(None::<&'static str>);
    let words = values.iter().map(|value| {
        let mut word = OsString::from(flag(setting) + "=");
        word.push(value);
        word
    });
    let error = Command::new("setting")
        .no_binary_name(true)
        .arg(alone)
        .try_get_matches_from(words)
        .err()?;
    Some(
        match (
            std::error::Error::source(&error),
            error.get(ContextKind::ValidValue),
        ) {
            (Some(reason), _) => reason.to_string(),
            (None, Some(ContextValue::Strings(valid))) => {
                format!("must be one of {}", valid.join(", "))
            }
            _ => error.kind().to_string(),
        },
    )
}

/// Returns the variables that look like settings and are none, such as a misspelt one.
///
/// They are no mistake of their own: where a service is called huiyin, Kubernetes sets some.
pub(crate) fn unknown_env_vars() -> Vec<String> {
    let mut known = vec![CONFIG_FILE.into(), DATABASE_FILE.into()];
    known.extend(
        settings()
            .iter()
            .filter_map(Arg::get_env)
            .map(OsStr::to_owned),
    );
    let mut unknown_env_vars: Vec<String> = env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(name))
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("HUIYIN_"))
        .collect();
    unknown_env_vars.sort();
    unknown_env_vars
}

/// Returns the address of the database from the file that the environment names.
fn secret() -> Result<Option<(PathBuf, String)>, String> {
    let Some(path) = env::var_os(DATABASE_FILE).map(PathBuf::from) else {
        return Ok(None);
    };
    if env::var_os("HUIYIN_DATABASE").is_some() {
        return Err(format!(
            "{DATABASE_FILE}: HUIYIN_DATABASE is set too; only one may be"
        ));
    }
    let name = path.display();
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{DATABASE_FILE}: {name} cannot be read: {error}"))?;
    let address = text.trim();
    match address.parse::<crate::store::Address>() {
        Ok(_) => Ok(Some((path, address.to_owned()))),
        Err(error) => Err(format!("{DATABASE_FILE}: the address in {name} is {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    fn layers(text: &str) -> Layers {
        let file = File::parse(Path::new("h.toml"), text).expect("a file");
        assert_eq!(complaints_about(&file), Vec::<String>::new());
        Layers { file, secret: None }
    }

    fn settings_of(layers: &Layers, flags: &[&str]) -> Settings {
        let command = Settings::augment_args(Command::new("h").no_binary_name(true));
        let command = layers.under(command);
        let command = command.mut_args(|argument| argument.env(None::<&'static str>));
        let matches = command.try_get_matches_from(flags);
        Settings::from_arg_matches(&matches.expect("matches")).expect("settings")
    }

    #[test]
    fn a_flag_goes_before_the_file_and_the_file_before_the_default() {
        let layers = layers("public_minimum = 7\ndemo = true\n");
        let of = |flags: &[&str]| settings_of(&layers, flags).service;
        assert_eq!((of(&[]).public_minimum, of(&[]).demo), (7, true));
        assert_eq!(of(&["--public-minimum", "9"]).public_minimum, 9);
        assert!(!of(&["--demo=false"]).demo);
        assert_eq!(of(&[]).listen.port(), 8080);
    }

    #[test]
    fn the_example_is_the_defaults_and_names_every_setting_with_a_word_about_it() {
        let file = File::parse(Path::new("e.toml"), super::super::EXAMPLE).expect("a file");
        assert_eq!(complaints_about(&file), Vec::<String>::new());
        let lines: Vec<_> = super::super::EXAMPLE.lines().collect();
        for setting in settings() {
            let id = setting.get_id().as_str();
            let entry = file.entries.get(id).unwrap_or_else(|| panic!("no {id}"));
            let defaults = setting.get_default_values();
            let defaults: Vec<_> = defaults.iter().map(|one| one.to_string_lossy()).collect();
            assert_eq!(entry.values, defaults, "{id}");
            assert!(
                lines[entry.line - 2].starts_with("# "),
                "no word about {id}"
            );
        }
        assert_eq!(file.entries.len(), settings().len());
    }

    #[test]
    fn a_setting_has_one_name_everywhere() {
        for setting in settings() {
            let id = setting.get_id().as_str();
            let variable = format!("HUIYIN_{}", id.to_uppercase());
            assert_eq!(setting.get_env().and_then(OsStr::to_str), Some(&*variable));
            assert_eq!(setting.get_long(), Some(&*id.replace('_', "-")));
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_line_by_line() {
        let text = "listn = \"x\"\nlisten = 8080\n\nlog_format = \"xml\"\ndemo = [true]\n\
            database = \"mysql://u:s3cret@h\"\ntime_zone = \"Mars\"\npublic_minimum = -1\n";
        let file = File::parse(Path::new("h.toml"), text).expect("a file");
        let complaints = complaints_about(&file);
        for (complaint, start) in complaints.iter().zip([
            "h.toml:1: listn: there is no such setting; there are database, ",
            "h.toml:2: listen: ",
            "h.toml:4: log_format: must be one of text, json",
            "h.toml:5: demo: takes one value, not a list",
            "h.toml:6: database: a database is",
            "h.toml:7: time_zone: no time zone is called Mars",
            "h.toml:8: public_minimum: ",
        ]) {
            assert!(complaint.starts_with(start), "{complaint}");
            assert!(!complaint.contains("s3cret"), "{complaint}");
        }
        assert_eq!(complaints.len(), 7, "{complaints:?}");
    }
}
