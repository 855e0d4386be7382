//! The colours of the roles: the terminal's own, for dark, for light, with much contrast, or
//! somebody's. How well they can be read is computed as WCAG 2 does.

use std::str::FromStr;

use ratatui::style::Color;

use super::depth::rgb;

/// Colours for authors.
pub const AUTHORS: usize = 8;
/// The contrast that WCAG 2 asks of text (AA).
pub const READABLE: f64 = 4.5;

/// What the terminal's background is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// Dark, as most are.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// The colours of the roles. `Reset` is the terminal's own text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Palette {
    pub text: Color,
    pub faint: Color,
    pub accent: Color,
    pub error: Color,
    pub good: Color,
    pub pending: Color,
    pub fresh: Color,
    pub link: Color,
    pub code: Color,
    pub keyword: Color,
    pub string: Color,
    pub constant: Color,
    pub function: Color,
    pub authors: [Color; AUTHORS],
}

const fn hex(rgb: u32) -> Color {
    Color::Rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const fn all(colours: [u32; AUTHORS]) -> [Color; AUTHORS] {
    let mut authors = [Color::Reset; AUTHORS];
    let mut at = 0;
    while at < AUTHORS {
        authors[at] = hex(colours[at]);
        at += 1;
    }
    authors
}

impl Palette {
    /// The terminal's own sixteen: readable on light and on dark, as far as it is.
    pub const TERMINAL: Self = Self {
        text: Color::Reset,
        faint: Color::Reset,
        accent: Color::Cyan,
        error: Color::Red,
        good: Color::Green,
        pending: Color::Yellow,
        fresh: Color::Red,
        link: Color::Cyan,
        code: Color::Magenta,
        keyword: Color::Magenta,
        string: Color::Green,
        constant: Color::Cyan,
        function: Color::Blue,
        authors: [
            Color::Cyan,
            Color::Green,
            Color::Magenta,
            Color::Blue,
            Color::Cyan,
            Color::Green,
            Color::Magenta,
            Color::Blue,
        ],
    };
    /// For a dark background.
    pub const DARK: Self = Self {
        text: Color::Reset,
        faint: hex(0x9A9FA8),
        accent: hex(0x5FD7E7),
        error: hex(0xFF7B72),
        good: hex(0x7EE787),
        pending: hex(0xE3B341),
        fresh: hex(0xFF7B72),
        link: hex(0x79C0FF),
        code: hex(0xE0A8F0),
        keyword: hex(0xE0A8F0),
        string: hex(0x7EE787),
        constant: hex(0x5FD7E7),
        function: hex(0x79C0FF),
        authors: all([
            0x79C0FF, 0x7EE787, 0xE0A8F0, 0xFFA657, 0x5FD7D7, 0xF0A0B0, 0xC9D75F, 0xA5B4FF,
        ]),
    };
    /// For a light background.
    pub const LIGHT: Self = Self {
        text: Color::Reset,
        faint: hex(0x656A70),
        accent: hex(0x00626E),
        error: hex(0xB3201A),
        good: hex(0x1A6E2E),
        pending: hex(0x7D5200),
        fresh: hex(0xB3201A),
        link: hex(0x0A5299),
        code: hex(0x7A2E99),
        keyword: hex(0x7A2E99),
        string: hex(0x1A6E2E),
        constant: hex(0x00626E),
        function: hex(0x0A5299),
        authors: all([
            0x0A5299, 0x1A6E2E, 0x7A2E99, 0x8A4600, 0x00626E, 0x9C2248, 0x55650A, 0x4338B0,
        ]),
    };
    /// Much contrast on dark.
    pub const CONTRAST_DARK: Self = Self {
        text: hex(0xFFFFFF),
        faint: hex(0xD0D0D0),
        accent: hex(0x00FFFF),
        error: hex(0xFFA6A6),
        good: hex(0x7CFF7C),
        pending: hex(0xFFFF55),
        fresh: hex(0xFFA6A6),
        link: hex(0x9CD3FF),
        code: hex(0xFFB8FF),
        keyword: hex(0xFFB8FF),
        string: hex(0x7CFF7C),
        constant: hex(0x00FFFF),
        function: hex(0x9CD3FF),
        authors: all([
            0x9CD3FF, 0x7CFF7C, 0xFFB8FF, 0xFFC080, 0x00FFFF, 0xFFB0C4, 0xE4F26B, 0xC8CFFF,
        ]),
    };
    /// Much contrast on light.
    pub const CONTRAST_LIGHT: Self = Self {
        text: hex(0x000000),
        faint: hex(0x333333),
        accent: hex(0x00343B),
        error: hex(0x7A0000),
        good: hex(0x0B3D14),
        pending: hex(0x4A3000),
        fresh: hex(0x7A0000),
        link: hex(0x002F66),
        code: hex(0x4A1060),
        keyword: hex(0x4A1060),
        string: hex(0x0B3D14),
        constant: hex(0x00343B),
        function: hex(0x002F66),
        authors: all([
            0x002F66, 0x0B3D14, 0x4A1060, 0x522800, 0x00343B, 0x66102C, 0x303A00, 0x241C73,
        ]),
    };
}

/// The palettes of names, on dark and on light.
pub const BUILT_IN: &[(&str, Palette, Palette)] = &[
    ("auto", Palette::DARK, Palette::LIGHT),
    ("terminal", Palette::TERMINAL, Palette::TERMINAL),
    ("dark", Palette::DARK, Palette::DARK),
    ("light", Palette::LIGHT, Palette::LIGHT),
    ("contrast", Palette::CONTRAST_DARK, Palette::CONTRAST_LIGHT),
];

impl Palette {
    /// The palette of a name, for a background.
    #[must_use]
    pub fn named(name: &str, background: Background) -> Option<Self> {
        let (_, dark, light) = BUILT_IN.iter().find(|(known, ..)| *known == name)?;
        Some(match background {
            Background::Dark => *dark,
            Background::Light => *light,
        })
    }

    /// Gives a role a colour: `#rrggbb`, a name such as `red`, or a number of the 256.
    ///
    /// # Errors
    /// A sentence, when there is no such role or no such colour.
    pub fn paint(&mut self, role: &str, colour: &str) -> Result<(), String> {
        let colour = match colour {
            "terminal" => Color::Reset,
            colour => Color::from_str(colour).map_err(|_| {
                format!("{colour:?} is no colour; write \"#rrggbb\", \"red\" or \"208\"")
            })?,
        };
        if let Some(author) = role.strip_prefix("author_") {
            let at = author.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let held = at.and_then(|at| self.authors.get_mut(at));
            *held.ok_or_else(|| format!("authors are author_1 to author_{AUTHORS}"))? = colour;
            return Ok(());
        }
        let mut named = self.fields();
        let roles = named.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
        let held = named.iter_mut().find(|(known, _)| *known == role);
        let held = held.ok_or_else(|| format!("{role} is none of {roles}, author_1 …"))?;
        *held.1 = colour;
        Ok(())
    }

    /// Every role with its colour.
    #[must_use]
    pub fn roles(mut self) -> Vec<(String, Color)> {
        let authors = self.authors;
        let named = self.fields().map(|(role, colour)| (role.to_owned(), *colour));
        let authors = authors.iter().enumerate();
        let authors = authors.map(|(at, colour)| (format!("author_{}", at + 1), *colour));
        named.into_iter().chain(authors).collect()
    }

    fn fields(&mut self) -> [(&'static str, &mut Color); 13] {
        [
            ("text", &mut self.text),
            ("faint", &mut self.faint),
            ("accent", &mut self.accent),
            ("error", &mut self.error),
            ("good", &mut self.good),
            ("pending", &mut self.pending),
            ("fresh", &mut self.fresh),
            ("link", &mut self.link),
            ("code", &mut self.code),
            ("keyword", &mut self.keyword),
            ("string", &mut self.string),
            ("constant", &mut self.constant),
            ("function", &mut self.function),
        ]
    }
}

/// How well a colour can be read on a background; `None` when one of them is unknown.
#[must_use]
pub fn contrast(colour: Color, background: Color) -> Option<f64> {
    let (one, other) = (luminance(rgb(colour)?), luminance(rgb(background)?));
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = rgb.map(part);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::{Palette, READABLE, contrast, hex};
    use crate::view::theme::Depth;

    /// Backgrounds people have.
    const DARK: [u32; 4] = [0x000000, 0x1E1E1E, 0x002B36, 0x282C34];
    const LIGHT: [u32; 3] = [0xFFFFFF, 0xFDF6E3, 0xFAF4ED];

    #[track_caller]
    fn check(palette: Palette, backgrounds: &[u32], at_least: f64) {
        for (role, colour) in palette.roles().into_iter().filter(|(_, c)| *c != Color::Reset) {
            for background in backgrounds {
                for (depth, at_least) in [(Depth::True, at_least), (Depth::TwoFiftySix, READABLE)] {
                    let ratio = contrast(depth.nearest(colour), hex(*background)).unwrap();
                    assert!(ratio >= at_least, "{role} on {background:06x}, {depth:?}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn the_settings_name_the_themes_there_are() {
        let names: Vec<_> = super::BUILT_IN.iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, crate::state::settings::THEMES);
    }

    #[test]
    fn what_comes_with_pail_can_be_read() {
        check(Palette::DARK, &DARK, READABLE);
        check(Palette::LIGHT, &LIGHT, READABLE);
    }

    #[test]
    fn much_contrast_is_more_than_enough() {
        check(Palette::CONTRAST_DARK, &DARK, 7.0);
        check(Palette::CONTRAST_LIGHT, &LIGHT, 7.0);
    }

    #[test]
    fn contrast_is_computed_as_the_standard_says() {
        let ratio = |one, other| contrast(hex(one), hex(other)).unwrap();
        assert!((ratio(0x000000, 0xFFFFFF) - 21.0).abs() < 0.001);
        assert!((ratio(0x777777, 0xFFFFFF) - 4.48).abs() < 0.01);
        assert_eq!(contrast(Color::Reset, hex(0)), None);
    }

    #[test]
    fn somebody_s_colours_are_checked_role_by_role() {
        let mut palette = Palette::DARK;
        palette.paint("accent", "#ff8800").unwrap();
        palette.paint("author_8", "208").unwrap();
        palette.paint("text", "terminal").unwrap();
        assert_eq!((palette.accent, palette.authors[7]), (hex(0xFF8800), Color::Indexed(208)));
        assert!(palette.paint("accent", "orangish").unwrap_err().contains("no colour"));
        assert!(palette.paint("acent", "red").unwrap_err().starts_with("acent is none of text"));
        assert!(palette.paint("author_9", "red").unwrap_err().contains("author_8"));
    }
}
