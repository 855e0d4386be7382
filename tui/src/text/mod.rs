//! Foreign text made safe to show: the only door between what others wrote and the terminal.
//!
//! [`SafeText`] holds no control, no direction override, no invisible character and no grapheme
//! that spills over its cells. It knows nothing of markup, colours or screens.

pub mod bidi;
mod characters;
pub mod highlight;
pub mod located;
pub mod markup;
pub mod wrap;

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use characters::{Verdict, judge};

/// Most code points one grapheme may have. A family of four with skin tones has eleven and is cut;
/// every plain emoji sequence and every living script fits.
pub const GRAPHEME_CODE_POINTS_MAX: usize = 8;
/// Most bytes one grapheme may have.
pub const GRAPHEME_BYTES_MAX: usize = 32;
/// Columns a tab becomes.
const TAB: &str = "    ";
/// Stands for what cannot be shown.
const REPLACEMENT: char = '\u{FFFD}';
/// What a name of nothing visible is shown as.
const NAMELESS: &str = "(no name)";

/// Text that may go to the terminal as it is. There is no way to make one without sanitising.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SafeText(String);

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineBreaks {
    Kept,
    Spaces,
}

impl SafeText {
    /// Text of any number of lines.
    #[must_use]
    pub fn body(raw: &str) -> Self {
        Self(sanitise(raw, LineBreaks::Kept))
    }

    /// Text on one line; line breaks become spaces.
    #[must_use]
    pub fn line(raw: &str) -> Self {
        Self(sanitise(raw, LineBreaks::Spaces))
    }

    /// A name: one line, no white space around or runs of it inside, never blank.
    #[must_use]
    pub fn name(raw: &str) -> Self {
        let line = sanitise(raw, LineBreaks::Spaces);
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() { Self(NAMELESS.to_owned()) } else { Self(words) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Columns the text takes on one line.
    #[must_use]
    pub fn width(&self) -> usize {
        columns(&self.0)
    }

    /// The text cut to at most `columns`, ending in `…` when something was cut.
    #[must_use]
    pub fn cut(&self, columns: usize) -> Self {
        if self.width() <= columns {
            return self.clone();
        }
        let mut kept = String::new();
        let mut width = 0;
        for grapheme in self.0.graphemes(true) {
            if width + self::columns(grapheme) + 1 > columns {
                break;
            }
            width += self::columns(grapheme);
            kept.push_str(grapheme);
        }
        if columns > 0 {
            kept.push('…');
        }
        Self(kept)
    }

    /// The text cut to at most `count` characters.
    #[must_use]
    pub fn first_characters(&self, count: usize) -> Self {
        Self(self.0.chars().take(count).collect())
    }
}

/// Columns a text takes on one line, counted as the terminal's cells are filled.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn sanitise(raw: &str, breaks: LineBreaks) -> String {
    if raw.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        return raw.to_owned();
    }
    let shown = without_forbidden(raw, breaks);
    let capped = with_capped_graphemes(&shown, truncate_grapheme);
    // Cutting the end of one grapheme can make it join the next one. Then it goes whole.
    if capped.graphemes(true).any(is_too_long) {
        return with_capped_graphemes(&shown, |_| REPLACEMENT.to_string());
    }
    capped
}

fn without_forbidden(raw: &str, breaks: LineBreaks) -> String {
    let raw = raw.replace("\r\n", "\n");
    let mut shown = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        let before = shown.chars().next_back();
        match judge(character, before, characters.peek().copied()) {
            Verdict::Keep => shown.push(character),
            Verdict::Sound => voice(&mut shown, character),
            Verdict::Drop => {}
            Verdict::Show(instead) => shown.push(instead),
            Verdict::Tab => shown.push_str(TAB),
            Verdict::Break if breaks == LineBreaks::Kept => shown.push('\n'),
            Verdict::Break => shown.push(' '),
        }
    }
    shown
}

/// A half-width sound mark: terminals and the tables of widths disagree about it, so it becomes one
/// with its syllable, in the same two columns, or stands alone.
fn voice(shown: &mut String, mark: char) {
    let pair: String = shown.chars().next_back().into_iter().chain([mark]).collect();
    let mut composed = pair.nfkc();
    match (composed.next(), composed.next()) {
        (Some(syllable), None) => {
            shown.pop();
            shown.push(syllable);
        }
        _ => shown.push(if mark == '\u{FF9E}' { '゛' } else { '゜' }),
    }
}

fn is_too_long(grapheme: &str) -> bool {
    grapheme.len() > GRAPHEME_BYTES_MAX || grapheme.chars().count() > GRAPHEME_CODE_POINTS_MAX
}

fn with_capped_graphemes(text: &str, cap: impl Fn(&str) -> String) -> String {
    text.graphemes(true)
        .map(|grapheme| if is_too_long(grapheme) { cap(grapheme) } else { grapheme.to_owned() })
        .collect()
}

fn truncate_grapheme(grapheme: &str) -> String {
    let mut kept = String::new();
    for character in grapheme.chars().take(GRAPHEME_CODE_POINTS_MAX) {
        if kept.len() + character.len_utf8() > GRAPHEME_BYTES_MAX {
            break;
        }
        kept.push(character);
    }
    // A joiner at the end would pull in the next emoji.
    kept.trim_end_matches('\u{200D}').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::{SafeText, characters, columns, is_too_long};

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(SafeText::body(raw).as_str(), expected);
    }

    #[test]
    fn controls_become_pictures_and_stay_visible() {
        check("a\x1b[31mred\x07", "a␛[31mred␇");
        check("\x7f\u{9b}2J", "␡\u{FFFD}2J");
        check("one\r\ntwo\rthree\u{2028}four", "one\ntwo␍three\nfour");
        check("a\tb", "a    b");
    }

    #[test]
    fn direction_and_invisible_characters_are_dropped() {
        check("user\u{202E}nimda\u{2066}", "usernimda");
        check("pay\u{200B}pal\u{FEFF}\u{AD}", "paypal");
        check("x\u{3164}\u{115F}\u{FFA0}y\u{2800}z", "xy z");
        check("flag\u{E0067}\u{E007F}", "flag");
    }

    #[test]
    fn emoji_sequences_survive_and_lone_joiners_do_not() {
        check("👩‍👩‍👧 ❤️ 🇩🇪 👍🏽 1️⃣", "👩‍👩‍👧 ❤️ 🇩🇪 👍🏽 1️⃣");
        check("a\u{200D}b\u{FE0F}", "ab");
        check("👩\u{200D}x", "👩x");
    }

    #[test]
    fn half_width_sound_marks_join_their_syllable() {
        check("ｶﾞｷﾞﾊﾟ ﾞ aﾟ", "ガギパ ゛ a゜");
        assert_eq!(columns("ガ"), 2);
    }

    /// As terminals of today fill their cells.
    #[test]
    fn every_script_takes_the_columns_it_takes_on_a_terminal() {
        let table = [
            ("plain", 5),
            ("日本語", 6),
            ("ｆｕｌｌ", 8),
            ("한국어", 6),
            ("\u{1112}\u{1161}\u{11AB}", 2),
            ("ｶﾅ", 2),
            ("é e\u{301}", 3),
            ("ที่นี่", 2),
            ("க்", 1),
            ("עִבְרִית", 5),
            ("👍", 2),
            ("👍🏽", 2),
            ("👩‍👩‍👧", 2),
            ("🏳️‍🌈", 2),
            ("🇵🇹", 2),
            ("❤️", 2),
            ("❤", 1),
            ("1️⃣", 2),
            ("☕", 2),
            ("│─▏…", 4),
            ("", 0),
        ];
        for (text, expected) in table {
            assert_eq!(columns(SafeText::line(text).as_str()), expected, "{text}");
        }
    }

    /// What is cut or wrapped grapheme by grapheme is as wide as the whole.
    #[test]
    fn graphemes_are_as_wide_together_as_one_by_one() {
        for text in ["क्षि नमस्ते", "ที่นี่", "한국어 ᄒ", "👩‍👩‍👧🇵🇹🇩🇪❤️", "日本語 ガ", "שָׁלוֹם"]
        {
            let sum: usize = text.graphemes(true).map(columns).sum();
            assert_eq!(sum, columns(text), "{text}");
        }
    }

    #[test]
    fn towers_of_marks_are_capped() {
        let tower = format!("a{}", "\u{301}".repeat(1000));
        assert_eq!(SafeText::body(&tower).as_str().chars().count(), 8);
    }

    #[test]
    fn names_have_one_line_and_are_never_blank() {
        assert_eq!(SafeText::name(" Ana\n 10:32 \t admin ").as_str(), "Ana 10:32 admin");
        assert_eq!(SafeText::name("\u{200B}\u{3164}\n").as_str(), "(no name)");
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(SafeText::line("日本語テキスト").cut(7).as_str(), "日本語…");
        assert_eq!(SafeText::line("short").cut(7).as_str(), "short");
    }

    fn nasty() -> impl Strategy<Value = String> {
        let characters = prop_oneof![
            any::<char>(),
            (0u32..0x300).prop_map(|code| char::from_u32(code).unwrap_or('x')),
            (0x1100u32..0x1200).prop_map(|code| char::from_u32(code).unwrap_or('x')),
            (0x2000u32..0x2070).prop_map(|code| char::from_u32(code).unwrap_or('x')),
            (0x1F1E6u32..0x1F9FF).prop_map(|code| char::from_u32(code).unwrap_or('x')),
            (0xE0000u32..0xE0200).prop_map(|code| char::from_u32(code).unwrap_or('x')),
            Just('\u{200D}'),
            Just('\u{FE0F}'),
            Just('\u{301}'),
            Just('\u{600}'),
            Just('\u{94D}'),
            Just('क'),
        ];
        proptest::collection::vec(characters, 0..80).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn nothing_forbidden_passes(raw in nasty()) {
            for safe in [SafeText::body(&raw), SafeText::line(&raw), SafeText::name(&raw)] {
                prop_assert!(!safe.as_str().chars().any(characters::is_forbidden), "{safe:?}");
                prop_assert!(!safe.as_str().graphemes(true).any(is_too_long), "{safe:?}");
            }
            prop_assert!(!SafeText::line(&raw).as_str().contains('\n'));
            prop_assert!(!SafeText::name(&raw).as_str().trim().is_empty());
        }

        #[test]
        fn sanitising_twice_changes_nothing(raw in nasty()) {
            let once = SafeText::body(&raw);
            prop_assert_eq!(SafeText::body(once.as_str()), once);
        }
    }
}
