//! Whether an address is of a source that a policy names (CSP level 3, §6.7.2).

use url::Url;

/// Returns whether a source expression names an address, on a page.
pub(super) fn names(source: &str, address: &Url, page: &Url) -> bool {
    let lower = source.to_ascii_lowercase();
    match lower.as_str() {
        "*" => is_network(address) || address.scheme() == page.scheme(),
        "'self'" => is_self(address, page),
        keyword if keyword.starts_with('\'') => false,
        scheme if scheme.ends_with(':') && !scheme.contains('/') => {
            scheme_fits(scheme.trim_end_matches(':'), address.scheme())
        }
        _ => host_fits(source, address, page),
    }
}

fn is_network(address: &Url) -> bool {
    matches!(address.scheme(), "http" | "https" | "ws" | "wss")
}

fn is_self(address: &Url, page: &Url) -> bool {
    address.origin() == page.origin()
        || (address.host() == page.host()
            && scheme_fits(page.scheme(), address.scheme())
            && address.port().is_none()
            && page.port().is_none())
}

/// A scheme also stands for its safe sister.
fn scheme_fits(named: &str, scheme: &str) -> bool {
    named == scheme || matches!((named, scheme), ("http", "https") | ("ws", "wss"))
}

fn host_fits(source: &str, address: &Url, page: &Url) -> bool {
    let (scheme, rest) = source.split_once("://").unwrap_or((page.scheme(), source));
    if !scheme_fits(&scheme.to_ascii_lowercase(), address.scheme()) {
        return false;
    }
    let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // An IPv6 address has colons of its own, and no policy can name one.
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    let host = host.to_ascii_lowercase();
    let found = address.host_str().unwrap_or_default();
    let host_is = match host.strip_prefix('*') {
        Some("") => true,
        Some(end) => end.starts_with('.') && found.ends_with(end) && found.len() > end.len(),
        None => host == found,
    };
    host_is && port_fits(port, address) && path_fits(path, address.path())
}

fn port_fits(named: Option<&str>, address: &Url) -> bool {
    let usual = address.port().is_none();
    match named {
        None => usual,
        Some("*") => true,
        // A page that moved to TLS keeps what it allowed before.
        Some("80") if address.scheme() == "https" && usual => true,
        Some(port) => port.parse().ok() == address.port_or_known_default(),
    }
}

fn path_fits(named: &str, path: &str) -> bool {
    if named.is_empty() || named == "/" {
        return true;
    }
    let decoded = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text);
        decoded.decode_utf8_lossy().into_owned()
    };
    let (named, path) = (decoded(named), decoded(path));
    if named.ends_with('/') {
        path.starts_with(&named)
    } else {
        path == named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_what_a_browser_takes_for_it() {
        for (source, address, named) in [
            ("*", "https://h.cn/a", true),
            ("*", "data:text/plain,a", false),
            ("'self'", "https://page.cn/a", true),
            ("'self'", "https://h.cn/a", false),
            ("'none'", "https://h.cn/a", false),
            ("https:", "https://h.cn/a", true),
            ("http:", "https://h.cn/a", true),
            ("https:", "http://h.cn/a", false),
            ("h.cn", "https://h.cn/a", true),
            ("H.CN", "https://h.cn/a", true),
            ("h.cn", "http://h.cn/a", false),
            ("h.cn", "https://h.cn:8443/a", false),
            ("h.cn:*", "https://h.cn:8443/a", true),
            ("h.cn:8443", "https://h.cn:8443/a", true),
            ("http://h.cn:80", "https://h.cn/a", true),
            ("*.cn", "https://h.cn/a", true),
            ("*.h.cn", "https://h.cn/a", false),
            ("*.h.cn", "https://evilh.cn/a", false),
            ("https://h.cn/", "https://h.cn/a/b", true),
            ("https://h.cn/a/", "https://h.cn/a/b", true),
            ("https://h.cn/a", "https://h.cn/a/b", false),
            ("https://h.cn/a%62", "https://h.cn/ab", true),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/a", true),
        ] {
            let page = Url::parse("https://page.cn/").expect("an address");
            let url = Url::parse(address).expect("an address");
            assert_eq!(names(source, &url, &page), named, "{source} {address}");
        }
    }
}
