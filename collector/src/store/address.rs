//! Where a store is: a file, or a server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The address of a store, as an operator writes it.
///
/// `sqlite:///var/lib/huiyin.db` and `sqlite://data/huiyin.db`, or the path alone, name a file;
/// `postgres://user@host/database` a server. A password never shows in `Display` or `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A server of PostgreSQL, with the whole address.
    Postgres(String),
}

/// Why a text is no address of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// There is a scheme, and it is of neither kind.
    #[error("a database is sqlite:///PATH or postgres://USER@HOST/NAME")]
    Scheme,
    /// There is nothing behind the scheme.
    #[error("the address of the database names no file")]
    Empty,
}

impl Address {
    /// Returns the file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl Address {
    /// Returns the address without its password, as programs take it that look into a file for it.
    pub fn without_password(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(address) => with_password(address, None),
        }
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let file = |path: &str| match path {
            "" => Err(InvalidAddress::Empty),
            path => Ok(Self::Sqlite(PathBuf::from(path))),
        };
        match text.split_once("://") {
            Some(("sqlite", path)) => file(path),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some(_) => Err(InvalidAddress::Scheme),
            None => file(text),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "{}", path.display()),
            Self::Postgres(address) => formatter.write_str(&with_password(address, Some("***"))),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({self})")
    }
}

/// Returns the address with something else for the password, or with none, wherever one can stand.
fn with_password(address: &str, shown: Option<&str>) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    // The last @ ends user and password, which may hold any other character unescaped.
    let (user, rest) = match rest.rsplit_once('@') {
        Some((user, rest)) => match user.split_once(':') {
            Some((user, _)) => {
                let password = shown.map(|shown| format!(":{shown}"));
                (format!("{user}{}@", password.unwrap_or_default()), rest)
            }
            None => (format!("{user}@"), rest),
        },
        None => (String::new(), rest),
    };
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let parameters =
        parameters
            .split('&')
            .filter_map(|parameter| match parameter.split_once('=') {
                Some((name, _)) if name.contains("password") => {
                    shown.map(|shown| format!("{name}={shown}"))
                }
                _ => (!parameter.is_empty()).then(|| parameter.to_owned()),
            });
    let parameters: Vec<String> = parameters.collect();
    let question = if parameters.is_empty() { "" } else { "?" };
    format!("{scheme}://{user}{place}{question}{}", parameters.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_with_and_without_a_scheme() {
        for (text, path) in [
            ("sqlite:///var/lib/h.db", "/var/lib/h.db"),
            ("sqlite://data/h.db", "data/h.db"),
            ("./data/h.db", "./data/h.db"),
        ] {
            assert_eq!(text.parse(), Ok(Address::Sqlite(PathBuf::from(path))));
        }
        assert_eq!("sqlite://".parse::<Address>(), Err(InvalidAddress::Empty));
        assert_eq!("mysql://x".parse::<Address>(), Err(InvalidAddress::Scheme));
    }

    #[test]
    fn no_password_is_shown() {
        for (text, shown, without) in [
            (
                "postgres://u:s3cret@h:5432/n",
                "postgres://u:***@h:5432/n",
                "postgres://u@h:5432/n",
            ),
            (
                "postgresql://u@h/n?password=s3cret&sslmode=require",
                "postgresql://u@h/n?password=***&sslmode=require",
                "postgresql://u@h/n?sslmode=require",
            ),
            (
                "postgres://u:a?s3cret@h/n",
                "postgres://u:***@h/n",
                "postgres://u@h/n",
            ),
            (
                "postgres://h/n?sslpassword=s3cret",
                "postgres://h/n?sslpassword=***",
                "postgres://h/n",
            ),
            ("postgres:///n", "postgres:///n", "postgres:///n"),
        ] {
            let address: Address = text.parse().expect("an address");
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.without_password(), without);
            assert!(!format!("{address:?}").contains("s3cret"));
        }
    }
}
