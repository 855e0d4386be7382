//! The words of a text, as search sees them: without case and accents, and with every Chinese,
//! Japanese and Korean character as a word of its own. What is indexed, what is asked for and what
//! is highlighted are all made of these, so that they agree. Pure.

use std::ops::Range;

use pail_protocol::limits::SEARCH_QUERY_CHARS_MAX;
use unicode_normalization::UnicodeNormalization;

/// Characters of a word that count: longer ones are data, not language.
const WORD_CHARS_MAX: usize = 64;

/// A word in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub folded: String,
    /// Where it is, in characters.
    pub at: Range<usize>,
}

/// The words of a text, in order.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    for (at, c) in text.chars().enumerate() {
        if is_ideograph(c) {
            words.push(Word { folded: c.to_string(), at: at..at + 1 });
            is_open = false;
            continue;
        }
        // An accent belongs to the letter before it, and is not compared.
        let counts = c.is_alphanumeric() || (is_accent(c) && is_open);
        if !counts {
            is_open = false;
            continue;
        }
        for folded in fold(c) {
            if is_ideograph(folded) {
                words.push(Word { folded: folded.to_string(), at: at..at + 1 });
                is_open = false;
                continue;
            }
            if !is_open {
                words.push(Word { folded: String::new(), at: at..at });
                is_open = true;
            }
            if let Some(word) = words.last_mut() {
                word.at.end = at + 1;
                word.folded.push(folded);
            }
        }
        if is_open && let Some(word) = words.last_mut() {
            word.at.end = at + 1;
        }
    }
    words.retain_mut(|word| {
        if let Some((end, _)) = word.folded.char_indices().nth(WORD_CHARS_MAX) {
            word.folded.truncate(end);
        }
        !word.folded.is_empty()
    });
    words
}

/// A text as it is indexed: its words, with a space between them.
#[must_use]
pub fn indexed(text: &str) -> String {
    words(text).into_iter().map(|word| word.folded).collect::<Vec<_>>().join(" ")
}

/// A character without case and accents; compatible forms are the same.
fn fold(c: char) -> impl Iterator<Item = char> {
    let lower = std::iter::once(c).nfkd().flat_map(char::to_lowercase);
    let plain = lower.nfkd().filter(|c| c.is_alphanumeric() && !is_accent(*c));
    plain.map(|c| if c == 'ς' { 'σ' } else { c })
}

/// Unicode's combining marks that are added to a letter, and not letters by themselves.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// The scripts that write no spaces between words: Han, Kana, Bopomofo; and Hangul, whose
/// particles are written onto words.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{318E}'
        | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}')
}

/// What is looked for: phrases that must all be there. Every text is one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    phrases: Vec<Phrase>,
}

/// Words that must follow each other.
#[derive(Debug, PartialEq, Eq)]
struct Phrase {
    words: Vec<String>,
    /// Whether the last word may go on.
    is_prefix: bool,
}

impl Query {
    /// Reads what somebody typed: words, and phrases in double quotes.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().take(SEARCH_QUERY_CHARS_MAX).collect();
        let parts: Vec<&str> = text.split('"').collect();
        let mut phrases = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let is_closed = index % 2 == 1 && index + 1 < parts.len();
            let pieces: Vec<&str> = match index % 2 {
                0 => part.split_whitespace().collect(),
                _ => vec![part],
            };
            for piece in pieces {
                let words: Vec<_> = words(piece).into_iter().map(|word| word.folded).collect();
                if !words.is_empty() {
                    phrases.push((Phrase { words, is_prefix: false }, is_closed));
                }
            }
        }
        if let Some((last, is_closed)) = phrases.last_mut() {
            last.is_prefix = !*is_closed;
        }
        Self { phrases: phrases.into_iter().map(|(phrase, _)| phrase).collect() }
    }

    /// Whether nothing is looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// In the language of FTS5. Words hold letters and digits only, so nothing has to be escaped.
    #[must_use]
    pub fn expression(&self) -> String {
        let phrase = |phrase: &Phrase| {
            let star = if phrase.is_prefix { "*" } else { "" };
            format!("\"{}\"{star}", phrase.words.join(" "))
        };
        self.phrases.iter().map(phrase).collect::<Vec<_>>().join(" AND ")
    }

    /// Where the phrases are in a text, in characters, in order and apart from each other.
    #[must_use]
    pub fn places(&self, text: &[Word]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for phrase in &self.phrases {
            let windows = text.windows(phrase.words.len()).filter(|window| phrase.fits(window));
            found.extend(
                windows.filter_map(|window| Some(window.first()?.at.start..window.last()?.at.end)),
            );
        }
        found.sort_by_key(|range| range.start);
        let mut apart: Vec<Range<usize>> = Vec::new();
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

impl Phrase {
    fn fits(&self, window: &[Word]) -> bool {
        let last = self.words.len() - 1;
        window.iter().zip(&self.words).enumerate().all(|(index, (word, wanted))| {
            match self.is_prefix && index == last {
                true => word.folded.starts_with(wanted.as_str()),
                false => word.folded == *wanted,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_have_no_case_no_accents_and_no_marks_around_them() {
        let cases = [
            ("Hello, World!", "hello world"),
            ("Crème Brûlée", "creme brulee"),
            ("cre\u{300}me", "creme"),
            ("ＦＵＬＬ ﬁne", "full fine"),
            ("don't stop-gap v1.2", "don t stop gap v1 2"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("上海abc東京", "上 海 abc 東 京"),
            ("㆒a", "一 a"),
            ("カタカナ 한국어", "カ タ カ ナ 한 국 어"),
            ("Straße", "straße"),
            ("🎉 ** \0 ()", ""),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(indexed(text), expected, "{text}");
        }
        assert_eq!(indexed(&"x".repeat(1000)).len(), WORD_CHARS_MAX);
    }

    #[test]
    fn a_query_is_words_and_phrases_and_the_last_word_may_go_on() {
        let cases = [
            ("deploy friday", "\"deploy\" AND \"friday\"*"),
            ("\"friday night\" deploy", "\"friday night\" AND \"deploy\"*"),
            ("deploy \"Friday  Night\"", "\"deploy\" AND \"friday night\""),
            ("deploy \"friday ni", "\"deploy\" AND \"friday ni\"*"),
            ("上海", "\"上 海\"*"),
            ("AND OR NOT NEAR(a b)", "\"and\" AND \"or\" AND \"not\" AND \"near a\" AND \"b\"*"),
            ("a:b* ^c", "\"a b\" AND \"c\"*"),
            ("\"\" * 🎉", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(Query::parse(text).expression(), expected, "{text}");
        }
    }

    #[test]
    fn places_are_in_characters_and_apart() {
        let places = |query: &str, text: &str| -> Vec<[usize; 2]> {
            let found = Query::parse(query).places(&words(text));
            found.into_iter().map(|range| [range.start, range.end]).collect()
        };
        let text = "no deploy on friday night";
        assert_eq!(places("deploy \"friday night\"", text), [[3, 9], [13, 25]]);
        assert_eq!(places("depl", text), [[3, 9]]);
        assert_eq!(places("\"depl\"", text), [[0_usize; 2]; 0]);
        assert_eq!(places("海", "去上海吧海"), [[2, 3], [4, 5]]);
        assert_eq!(places("\"a b\" \"b a\"", "a b a"), [[0, 5]]);
    }

    proptest! {
        #[test]
        fn any_text_is_a_query_of_plain_words(text in "\\PC*") {
            let query = Query::parse(&text);
            let words = query.phrases.iter().flat_map(|phrase| &phrase.words);
            for word in words {
                prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric));
            }
        }

        #[test]
        fn a_text_is_found_by_each_of_its_words(text in "\\PC{0,40}") {
            for word in words(&text) {
                let query = Query::parse(&word.folded);
                prop_assert!(query.is_empty() || !query.places(&words(&text)).is_empty());
            }
        }
    }
}
