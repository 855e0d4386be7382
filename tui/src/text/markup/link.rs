//! Links: where a text leads, if it may lead anywhere.
//!
//! Only `http` and `https`, only ASCII, and never longer than terminals take. Nothing is opened
//! here.

use std::fmt::Write as _;
use std::sync::Arc;

/// Longest link that can be clicked, in bytes: what old browsers and terminals take.
pub const LINK_BYTES_MAX: usize = 2_083;
/// Longest label of a host name, in bytes (RFC 1035).
const LABEL_BYTES_MAX: usize = 63;

/// A URL that may be opened: printable ASCII, `http` or `https`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link(Arc<str>);

impl Link {
    /// A link, if the text is one. What is not ASCII is encoded, a host by its punycode.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return None;
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if text.contains(is_out_of_place) {
            return None;
        }
        let url = format!("{scheme}://{}{}", ascii_authority(authority)?, encoded(path));
        (url.len() <= LINK_BYTES_MAX).then(|| Self(url.into()))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host as the net knows it, when the text it was parsed from shows another.
    pub(super) fn unlike_host(&self, text: &str) -> Option<&str> {
        let host = |url: &'_ str| -> usize {
            let start = url.find("://").map_or(0, |at| at + 3);
            url[start..].find(['/', '?', '#']).map_or(url.len(), |end| start + end)
        };
        let start = self.0.find("://").map_or(0, |at| at + 3);
        (!text[..host(text)].is_ascii()).then(|| &self.0[start..host(&self.0)])
    }
}

fn is_out_of_place(character: char) -> bool {
    character.is_whitespace() || character.is_control() || matches!(character, '<' | '>' | '"')
}

fn encoded(path: &str) -> String {
    let mut ascii = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            ascii.push(char::from(byte));
        } else {
            let _ = write!(ascii, "%{byte:02X}");
        }
    }
    ascii
}

/// A host and perhaps a port. Names and passwords before a host serve nobody but impostors.
fn ascii_authority(authority: &str) -> Option<String> {
    let (host, port) = match authority.rfind(':').filter(|at| !authority[*at..].contains(']')) {
        Some(at) => authority.split_at(at),
        None => (authority, ""),
    };
    let is_port = port.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_address =
        address.is_some_and(|of| of.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'));
    let labels = host.split('.').map(ascii_label);
    let host =
        if is_address { host.to_owned() } else { labels.collect::<Option<Vec<_>>>()?.join(".") };
    (is_port && host.contains(|c: char| c.is_ascii_alphanumeric())).then(|| format!("{host}{port}"))
}

fn ascii_label(label: &str) -> Option<String> {
    if !label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
        return None;
    }
    if label.is_ascii() {
        return Some(label.to_owned());
    }
    let label = label.to_lowercase();
    (label.len() <= LABEL_BYTES_MAX * 4).then(|| format!("xn--{}", punycode(&label)))
}

/// RFC 3492, for labels.
fn punycode(label: &str) -> String {
    const BASE: u32 = 36;
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let length = label.chars().count() as u32;
    let (mut n, mut delta, mut bias, mut handled) = (128, 0_u32, 72, basic);
    while handled < length {
        let Some(next) = label.chars().map(u32::from).filter(|c| *c >= n).min() else { break };
        delta = delta.saturating_add((next - n).saturating_mul(handled + 1));
        n = next;
        for character in label.chars().map(u32::from) {
            if character < n {
                delta = delta.saturating_add(1);
            }
            if character != n {
                continue;
            }
            let mut q = delta;
            for k in (1..).map(|k| k * BASE) {
                let t = (k as i64 - i64::from(bias)).clamp(1, 26) as u32;
                if q < t {
                    break;
                }
                out.push(digit(t + (q - t) % (BASE - t)));
                q = (q - t) / (BASE - t);
            }
            out.push(digit(q));
            bias = adapted(delta, handled + 1, handled == basic);
            (delta, handled) = (0, handled + 1);
        }
        (delta, n) = (delta.saturating_add(1), n + 1);
    }
    out
}

fn adapted(delta: u32, handled: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / handled;
    let mut k = 0;
    while delta > 455 {
        (delta, k) = (delta / 35, k + 36);
    }
    k + 36 * delta / (delta + 38)
}

fn digit(value: u32) -> char {
    char::from_digit(value, 36).map_or('a', |_| {
        let offset = u8::try_from(value).unwrap_or(0);
        char::from(if offset < 26 { b'a' + offset } else { b'0' + offset - 26 })
    })
}

#[cfg(test)]
mod tests {
    use super::Link;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(Link::parse(text).as_ref().map(Link::as_str), expected);
    }

    #[test]
    fn only_the_web_is_linked() {
        check("https://example.com/a_b?c=d#e", Some("https://example.com/a_b?c=d#e"));
        check("HTTP://localhost:7245", Some("http://localhost:7245"));
        for text in ["ftp://a.b", "file:///etc/passwd", "javascript:alert(1)", "https://", "a.b"] {
            check(text, None);
        }
        check("https://a.b/\x1b]8;;", None);
        check("https://:80/", None);
        check("http://[::1]:7245/x", Some("http://[::1]:7245/x"));
        check("https://bank.example@evil.example/", None);
        check("https://evil.example␛]8;;", None);
        check("https://a.b:80x/", None);
        check(&format!("https://a.b/{}", "x".repeat(2_083)), None);
    }

    #[test]
    fn what_is_not_ascii_is_encoded() {
        check("https://bücher.example/ü", Some("https://xn--bcher-kva.example/%C3%BC"));
        check("https://аpple.com", Some("https://xn--pple-43d.com"));
        check("https://他们为什么不说中文.com", Some("https://xn--ihqwcrb4cv8a8dqg056pqjye.com"));
    }
}
