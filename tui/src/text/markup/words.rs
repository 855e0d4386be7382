//! The words of a plain text that are more than words: URLs, `@somebody`, `#somewhere`.

use super::{Link, Role, Span, Stress};
use crate::text::SafeText;

/// What ends a sentence, and no URL.
const SENTENCE_ENDS: [char; 9] = ['.', ',', ';', ':', '!', '?', '\'', '*', '~'];

/// A plain text as spans.
pub(super) fn split(text: &str, stress: Stress) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut push = |text: &str, role, link| {
        if !text.is_empty() {
            spans.push(Span { text: SafeText::body(text), role, stress, link });
        }
    };
    let (mut plain_from, mut at) = (0, 0);
    while let Some(start) = text[at..].find(['@', '#', 'h', 'H']).map(|found| at + found) {
        let begins = !text[..start].chars().next_back().is_some_and(is_part);
        let Some((length, role, link)) = begins.then(|| word(&text[start..])).flatten() else {
            at = start + 1;
            continue;
        };
        at = start + length;
        // A URL that may lead nowhere is passed over as a whole.
        if role == Role::Plain {
            continue;
        }
        let found = &text[start..at];
        let host = link.as_ref().and_then(|link: &Link| link.unlike_host(found));
        let host = host.map(|host| format!(" ({host})"));
        push(&text[plain_from..start], Role::Plain, None);
        push(found, role, link.clone());
        push(&host.unwrap_or_default(), Role::Plain, None);
        plain_from = at;
    }
    push(&text[plain_from..], Role::Plain, None);
    spans
}

fn word(text: &str) -> Option<(usize, Role, Option<Link>)> {
    match text.as_bytes().first()? {
        b'@' => name_after(text).map(|length| (length, Role::Mention, None)),
        b'#' => {
            let length = name_after(text)?;
            let is_number = text[1..length].bytes().all(|byte| byte.is_ascii_digit());
            (!is_number).then_some((length, Role::Channel, None))
        }
        _ => {
            let length = url_length(text)?;
            match Link::parse(&text[..length]) {
                Some(link) => Some((length, Role::Link, Some(link))),
                None => Some((length, Role::Plain, None)),
            }
        }
    }
}

fn name_after(text: &str) -> Option<usize> {
    let end = text[1..].find(|c| !is_part(c)).map_or(text.len(), |end| end + 1);
    let name = text[1..end].trim_end_matches(['.', '-']);
    (!name.is_empty()).then_some(1 + name.len())
}

fn url_length(text: &str) -> Option<usize> {
    let scheme = text.get(..8)?.to_ascii_lowercase();
    if !scheme.starts_with("http://") && scheme != "https://" {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || c.is_control() || "<>\"`|«»“”".contains(c);
    let mut url = &text[..text.find(is_end).unwrap_or(text.len())];
    // A bracket that was opened before the URL is closed after it.
    let mut open = [('(', ')'), ('[', ']'), ('{', '}')].map(|(opening, closing)| {
        let count = |bracket| url.matches(bracket).count() as isize;
        (closing, count(opening) - count(closing))
    });
    while let Some(last) = url.chars().next_back() {
        match open.iter_mut().find(|(closing, _)| *closing == last) {
            Some((_, balance)) if *balance < 0 => *balance += 1,
            None if SENTENCE_ENDS.contains(&last) => {}
            _ => break,
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    Some(url.len())
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::{Role, Stress, split};

    /// Words in brackets are expected to be more than words.
    #[track_caller]
    fn check(marked: &str) {
        let text = marked.replace(['⟨', '⟩'], "");
        let shown: String = split(&text, Stress::default())
            .iter()
            .map(|span| match span.role {
                Role::Plain => span.text.to_string(),
                _ => format!("⟨{}⟩", span.text),
            })
            .collect();
        assert_eq!(shown, marked);
    }

    #[test]
    fn urls_end_where_people_mean_them_to() {
        check("see ⟨https://a.b/c_d⟩.");
        check("(⟨http://a.b/wiki/Rust_(language)⟩)");
        check("⟨https://a.b/?q=1&r=2#x⟩, and ⟨https://c.d⟩!");
        check("xhttps://a.b http:// https");
        check("„⟨https://a.b⟩“");
    }

    #[test]
    fn names_are_words_of_their_own() {
        check("⟨@ana⟩: look in ⟨#general⟩.");
        check("mail@ana.example #12 C# @ #");
        check("⟨@ana-b.c⟩. (⟨@bea⟩)");
    }

    #[test]
    fn a_host_that_is_not_ascii_is_shown_as_the_net_knows_it() {
        let spans = split("https://аpple.com/x", Stress::default());
        assert_eq!(spans[1].text.as_str(), " (xn--pple-43d.com)");
    }
}
