//! What of a page matters to the tag: its policies, its scripts, and what stands without scripts.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};
use url::Url;

use super::policy::Policy;

/// A page as it was sent.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it stands; a page from a file stands nowhere.
    pub address: Option<Url>,
    /// The policies of its head and of its text.
    pub policies: Vec<Policy>,
    /// Its scripts that include a file.
    pub scripts: Vec<Element>,
    /// The elements of ours that it places itself.
    pub placed: Vec<Element>,
    /// The addresses that are linked for those without scripts.
    pub without_scripts: Vec<String>,
    /// What it says that its relative addresses are relative to.
    base: Option<String>,
}

/// An element with its attributes.
#[derive(Clone, Debug, Default)]
pub struct Element(Vec<(String, String)>);

impl Element {
    /// Returns an attribute, empty where it has no value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl From<StartTag<()>> for Element {
    fn from(tag: StartTag<()>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let attributes = tag.attributes.into_iter();
        Self(
            attributes
                .map(|(name, value)| (text(&name), text(&value)))
                .collect(),
        )
    }
}

impl Page {
    /// Reads a page from its headers, of which the policies count, and its text.
    pub fn read<'head>(
        address: Option<Url>,
        headers: impl Iterator<Item = (&'head str, &'head str)>,
        html: &[u8],
    ) -> Self {
        let mut page = Self {
            address,
            policies: headers
                .filter(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"))
                .flat_map(|(_, value)| Policy::of_header(value))
                .collect(),
            scripts: Vec::new(),
            placed: Vec::new(),
            without_scripts: Vec::new(),
            base: None,
        };
        let mut hidden = None;
        let mut templates = 0_usize;
        for token in tokens(html) {
            match token {
                Token::StartTag(tag) => match &**tag.name {
                    b"template" => templates += 1,
                    // What stands in a template is not on the page yet, if ever.
                    _ if templates > 0 => {}
                    b"base" if page.base.is_none() => {
                        page.base = Element::from(tag).get("href").map(str::to_owned);
                    }
                    b"script" => page.scripts.push(tag.into()),
                    b"huiyin-feedback" => page.placed.push(tag.into()),
                    b"noscript" => hidden = Some(Vec::new()),
                    b"meta" => page.policies.extend(policy(&tag.into())),
                    _ => {}
                },
                Token::String(text) => {
                    if let Some(hidden) = &mut hidden {
                        hidden.extend_from_slice(&text);
                    }
                }
                Token::EndTag(tag) if **tag.name == *b"template" => {
                    templates = templates.saturating_sub(1);
                }
                Token::EndTag(tag) if **tag.name == *b"noscript" => {
                    page.without_scripts
                        .extend(links(&hidden.take().unwrap_or_default()));
                }
                _ => {}
            }
        }
        page.scripts.retain(|script| script.get("src").is_some());
        page
    }

    /// Returns what relative addresses are relative to on a page that stands there.
    pub fn base(&self, address: &Url) -> Url {
        let base = self.base.as_ref().and_then(|base| address.join(base).ok());
        base.unwrap_or_else(|| address.clone())
    }

    /// Reads a file: HTML, or an answer with its headers first, as `curl -i` writes it.
    pub fn of_file(content: &[u8]) -> Self {
        let mut body = content;
        let mut head = String::new();
        // Where redirects were followed, the last answer is the page's.
        while body.starts_with(b"HTTP/") {
            let (start, rest) = split_head(body);
            head = String::from_utf8_lossy(start).into_owned();
            body = rest;
        }
        let headers = head.lines().filter_map(|line| line.split_once(':'));
        Self::read(None, headers, body)
    }
}

/// Splits an answer behind its first empty line.
fn split_head(answer: &[u8]) -> (&[u8], &[u8]) {
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let first = ends.iter().filter_map(|end| {
        let place = answer.windows(end.len()).position(|part| part == *end)?;
        Some((place, place + end.len()))
    });
    match first.min() {
        Some((end, start)) => (&answer[..end], &answer[start..]),
        None => (answer, b""),
    }
}

fn tokens(html: &[u8]) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    // What stands in a script, a comment or a text field is no tag.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).map(|token| match token {
        Ok(token) => token,
        Err(never) => match never {},
    })
}

fn policy(meta: &Element) -> Option<Policy> {
    let kind = meta.get("http-equiv")?;
    let is_policy = kind.eq_ignore_ascii_case("content-security-policy");
    Policy::of_meta(is_policy.then(|| meta.get("content"))??)
}

/// Returns the addresses that are linked in a piece of HTML.
fn links(html: &[u8]) -> Vec<String> {
    let starts = tokens(html).filter_map(|token| match token {
        Token::StartTag(tag) if **tag.name == *b"a" => Some(Element::from(tag)),
        _ => None,
    });
    starts
        .filter_map(|link| link.get("href").map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_takes_for_a_tag_is_one() {
        let page = Page::of_file(
            br#"<!doctype html><title><script src=title.js></script></title>
            <!-- <script src=comment.js></script> --><textarea><script src=text.js></textarea>
            <SCRIPT Async SRC='a.js' data-Department=tax></SCRIPT>
            <script>"<script src=inner.js>"</script><script></script>
            <noscript><a class=x href="/d/tax/rate?a=1&amp;b=2">rate</a></noscript>"#,
        );
        let sources: Vec<_> = (page.scripts.iter()).map(|one| one.get("src")).collect();
        assert_eq!(sources, [Some("a.js")]);
        assert_eq!(page.scripts[0].get("data-department"), Some("tax"));
        assert_eq!(page.scripts[0].get("async"), Some(""));
        assert_eq!(page.without_scripts, ["/d/tax/rate?a=1&b=2"]);
    }

    #[test]
    fn policies_are_read_from_the_last_head_and_from_the_text() {
        let policies = |content: &str| Page::of_file(content.as_bytes()).policies;
        let two = policies(
            "HTTP/1.1 301 Moved\r\nContent-Security-Policy: img-src 'none'\r\n\r\n\
             HTTP/2 200\r\ncontent-security-policy: default-src 'self', script-src a.cn\r\n\
             Content-Security-Policy-Report-Only: default-src 'none'\r\n\r\n\
             <meta http-equiv=Content-Security-Policy content=\"script-src b.cn\">",
        );
        let expected = ["default-src 'self'", "script-src a.cn", "script-src b.cn"];
        let expected: Vec<_> = expected.into_iter().flat_map(Policy::of_header).collect();
        assert_eq!(two, expected);
        assert_eq!(policies("HTTP/1.1 200 OK\n\n<p>\n\nA: b"), []);
    }

    #[test]
    fn a_page_in_another_encoding_is_read_as_well() {
        let page = Page::of_file(b"<p>\xb0\xec\xca\xc2</p><script src=\"https://h.cn/huiyin.js\">");
        assert_eq!(page.scripts.len(), 1);
    }
}
