//! What a content security policy lets the tag do, and what it would have to say (CSP level 3).

use url::Url;

use super::source::names;
use crate::widget::integrity::plain;

/// Where a `<script>` may come from, and what it falls back to.
const ELEMENTS: &[&str] = &["script-src-elem", "script-src", "default-src"];
/// What may be compiled.
const CODE: &[&str] = &["script-src", "default-src"];
/// What may be asked by scripts.
const CONNECTIONS: &[&str] = &["connect-src", "default-src"];
/// What may stand in a frame.
const FRAMES: &[&str] = &["frame-src", "child-src", "default-src"];

/// One policy. Where a page has several, each must allow a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Vec<(String, Vec<String>)>);

/// What the tag needs to be allowed.
#[derive(Clone, Debug)]
pub struct Needs {
    /// The page.
    pub page: Url,
    /// What the tag includes.
    pub loader: Url,
    /// The tag's nonce.
    pub nonce: Option<String>,
    /// The tag's sums, each as `sha384-…`.
    pub sums: Vec<String>,
}

/// What a citizen gets, the best last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FallbackLevel {
    /// The loader does not run.
    Nothing,
    /// A link to the form.
    Link,
    /// The form in a frame.
    Frame,
    /// The panel.
    Panel,
}

/// What is allowed, one by one.
#[expect(
    clippy::struct_excessive_bools,
    reason = "five things that are each allowed or not, in any combination"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// That the loader runs.
    pub loader: bool,
    /// That the loader brings the panel's script.
    pub glue: bool,
    /// That WebAssembly is compiled.
    pub code: bool,
    /// That the collector is asked.
    pub connection: bool,
    /// That the form stands in a frame.
    pub frame: bool,
}

impl Allowed {
    /// Returns what a citizen gets.
    pub fn level(self) -> FallbackLevel {
        match self {
            Self { loader: false, .. } => FallbackLevel::Nothing,
            Self {
                glue: true,
                code: true,
                connection: true,
                ..
            } => FallbackLevel::Panel,
            // What draws the frame is a further script as well.
            Self {
                glue: true,
                frame: true,
                ..
            } => FallbackLevel::Frame,
            _ => FallbackLevel::Link,
        }
    }
}

/// Returns what all policies of a page allow together.
pub fn allowed(policies: &[Policy], needs: &Needs) -> Allowed {
    let each: Vec<_> = policies.iter().map(|one| one.allows(needs)).collect();
    let all = |is_allowed: fn(&Allowed) -> bool| each.iter().all(is_allowed);
    Allowed {
        loader: all(|one| one.loader),
        glue: all(|one| one.glue),
        code: all(|one| one.code),
        connection: all(|one| one.connection),
        frame: all(|one| one.frame),
    }
}

impl Policy {
    /// Reads the policies of a header, which are set apart by commas.
    pub fn of_header(value: &str) -> impl Iterator<Item = Self> {
        value
            .split(',')
            .map(Self::parse)
            .filter(Self::says_something)
    }

    /// Reads the policy of a `<meta>`, where some directives mean nothing.
    pub fn of_meta(content: &str) -> Option<Self> {
        let Self(mut directives) = Self::parse(content);
        directives.retain(|(name, _)| {
            !matches!(name.as_str(), "frame-ancestors" | "sandbox" | "report-uri")
        });
        Some(Self(directives)).filter(Self::says_something)
    }

    fn parse(text: &str) -> Self {
        let mut directives: Vec<(String, Vec<String>)> = Vec::new();
        for directive in text.split(';') {
            let mut words = directive.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else {
                continue;
            };
            // Of two with one name, the first holds.
            if directives.iter().all(|(known, _)| *known != name) {
                directives.push((name, words.map(str::to_owned).collect()));
            }
        }
        Self(directives)
    }

    fn says_something(&self) -> bool {
        !self.0.is_empty()
    }

    fn directive(&self, name: &str) -> Option<&[String]> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, sources)| sources.as_slice())
    }

    /// Returns the first directive of a chain that is there.
    fn first<'a>(&self, chain: &[&'a str]) -> Option<(&'a str, &[String])> {
        (chain.iter()).find_map(|name| self.directive(name).map(|sources| (*name, sources)))
    }

    /// Returns whether strings may become markup only by a policy for trusted types.
    pub fn wants_trusted_types(&self) -> bool {
        self.directive("require-trusted-types-for").is_some()
    }

    fn is_strict_dynamic(&self) -> bool {
        (self.first(ELEMENTS)).is_some_and(|(_, sources)| has(sources, "'strict-dynamic'"))
    }

    fn runs_scripts(&self) -> bool {
        let sandbox = self.directive("sandbox");
        sandbox.is_none_or(|words| has(words, "allow-scripts"))
    }

    /// Returns what the policy allows.
    pub fn allows(&self, needs: &Needs) -> Allowed {
        let known = |sources: &[String], address: &Url| {
            (sources.iter()).any(|source| names(source, address, &needs.page))
        };
        let from = |chain, path: &str| {
            (self.first(chain)).is_none_or(|(_, sources)| known(sources, &needs.address(path)))
        };
        let (loader, glue) = match self.first(ELEMENTS) {
            None => (true, true),
            Some((_, sources)) => {
                let nonce = (needs.nonce.as_ref())
                    .is_some_and(|nonce| sources.contains(&format!("'nonce-{nonce}'")));
                let marked = nonce || has_sums(sources, &needs.sums);
                if self.is_strict_dynamic() {
                    // Who is trusted may bring others, wherever from.
                    (marked, marked)
                } else {
                    let glue = nonce || known(sources, &needs.address("/assets/x/panel.js"));
                    (marked || known(sources, &needs.loader), glue)
                }
            }
        };
        let code = self.first(CODE).is_none_or(|(_, sources)| {
            has(sources, "'wasm-unsafe-eval'") || has(sources, "'unsafe-eval'")
        });
        let scripts = self.runs_scripts();
        Allowed {
            loader: loader && scripts,
            glue,
            code,
            connection: from(CONNECTIONS, "/assets/x/panel.wasm")
                && from(CONNECTIONS, "/api/v1/feedback"),
            frame: from(FRAMES, "/d/x/rate"),
        }
    }

    /// Returns the directives that must be set or put in the place of those there, whole, for the
    /// panel to run and for the form to stand in a frame where it cannot.
    ///
    /// A `'strict-dynamic'` without the page's nonce on the tag cannot be mended by a directive.
    pub fn lacks(&self, needs: &Needs) -> Vec<String> {
        let allowed = self.allows(needs);
        let origin = needs.loader.origin().ascii_serialization();
        let mut lacking: Vec<(&str, Vec<String>)> = Vec::new();
        let mut add = |chain: &[&'static str], source: &str| {
            let (found, sources) = self.first(chain).unwrap_or(("", &[]));
            // What falls back to another directive needs one of its own, with what that allows.
            let name = match found {
                // Its fallback child-src is older and also limits workers.
                "child-src" => "frame-src",
                "default-src" if chain == FRAMES => "frame-src",
                "default-src" => chain[chain.len() - 2],
                found => found,
            };
            let place = lacking.iter().position(|(known, _)| *known == name);
            let place = place.unwrap_or_else(|| {
                lacking.push((name, sources.to_vec()));
                lacking.len() - 1
            });
            let list = &mut lacking[place].1;
            list.retain(|one| !one.eq_ignore_ascii_case("'none'"));
            list.push(source.to_owned());
        };
        let runs = allowed.glue && (allowed.loader || !self.runs_scripts());
        if !runs && !self.is_strict_dynamic() {
            add(ELEMENTS, &origin);
        }
        if !allowed.code {
            add(CODE, "'wasm-unsafe-eval'");
        }
        if !allowed.connection {
            add(CONNECTIONS, &origin);
        }
        if !allowed.frame {
            add(FRAMES, &origin);
        }
        if !self.runs_scripts() {
            add(&["sandbox"], "allow-scripts");
        }
        (lacking.into_iter())
            .map(|(name, sources)| format!("{name} {}", sources.join(" ")))
            .collect()
    }

    /// Returns whether the tag needs the page's nonce, because no other source counts.
    pub fn wants_nonce(&self, needs: &Needs) -> bool {
        self.is_strict_dynamic() && !self.allows(needs).glue
    }
}

impl Needs {
    /// Returns an address of the collector.
    fn address(&self, path: &str) -> Url {
        let mut address = self.loader.clone();
        address.set_path(path);
        address.set_query(None);
        address
    }
}

fn has(sources: &[String], keyword: &str) -> bool {
    sources.iter().any(|one| one.eq_ignore_ascii_case(keyword))
}

/// Returns whether each of a tag's sums is a source.
fn has_sums(sources: &[String], sums: &[String]) -> bool {
    let named = |sum: &String| {
        let wanted = format!("'{sum}'");
        sources.iter().any(|one| plain(one) == plain(&wanted))
    };
    !sums.is_empty() && sums.iter().all(named)
}

#[cfg(test)]
mod tests;
