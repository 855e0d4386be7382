//! What becomes of a single character of foreign text.
//!
//! The lists follow Unicode's `Default_Ignorable_Code_Point` and UAX 9's direction controls.

/// What to do with one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Harmless.
    Keep,
    /// Invisible, and may only mislead.
    Drop,
    /// Shown as another character.
    Show(char),
    /// A half-width sound mark, which becomes one with what stands before it.
    Sound,
    /// Expanded.
    Tab,
    /// Ends a line.
    Break,
}

/// Judges a character between its neighbours: the one shown before and the raw one after it.
pub(super) fn judge(character: char, before: Option<char>, after: Option<char>) -> Verdict {
    match character {
        '\t' => Verdict::Tab,
        '\n' | '\u{2028}' | '\u{2029}' => Verdict::Break,
        '\0'..='\x1F' => Verdict::Show(picture(character)),
        '\x7F' => Verdict::Show('␡'),
        '\u{80}'..='\u{9F}' => Verdict::Show('\u{FFFD}'),
        '\u{2800}' => Verdict::Show(' '),
        // Terminals show a piece of a picture in its place.
        '\u{10EEEE}' => Verdict::Show('\u{FFFD}'),
        '\u{200D}' if joins_emoji(before, after) => Verdict::Keep,
        '\u{FE0F}' if before.is_some_and(takes_emoji_style) => Verdict::Keep,
        '\u{FF9E}' | '\u{FF9F}' => Verdict::Sound,
        _ if is_ignorable(character) => Verdict::Drop,
        _ => Verdict::Keep,
    }
}

/// Whether a character may never be in safe text, whatever its neighbours.
#[cfg(test)]
pub(super) fn is_forbidden(character: char) -> bool {
    let judged_alone = judge(character, Some('👩'), Some('👩'));
    !matches!(judged_alone, Verdict::Keep | Verdict::Break)
        || matches!(character, '\u{2028}' | '\u{2029}')
}

fn picture(control: char) -> char {
    char::from_u32(0x2400 + u32::from(control)).unwrap_or('\u{FFFD}')
}

fn joins_emoji(before: Option<char>, after: Option<char>) -> bool {
    let continues = |c: char| is_pictographic(c) || c == '\u{FE0F}' || is_skin_tone(c);
    before.is_some_and(continues) && after.is_some_and(is_pictographic)
}

fn takes_emoji_style(character: char) -> bool {
    is_pictographic(character) || character.is_ascii_digit() || matches!(character, '#' | '*')
}

fn is_skin_tone(character: char) -> bool {
    matches!(character, '\u{1F3FB}'..='\u{1F3FF}')
}

fn is_pictographic(character: char) -> bool {
    matches!(character,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2194}'..='\u{21AA}' | '\u{231A}'..='\u{23FF}' | '\u{24C2}'
        | '\u{25AA}'..='\u{27BF}' | '\u{2934}'..='\u{2935}' | '\u{2B05}'..='\u{2B55}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
