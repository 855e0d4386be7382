//! How many colours there are, and the nearest of them.

use ratatui::style::Color;

use crate::state::settings::Colours;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None.
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// The cube and the greys of xterm.
    TwoFiftySix,
    /// All of them.
    True,
}

/// What was chosen, or as many as the terminal says it has.
#[must_use]
pub fn depth(chosen: Colours, variable: impl Fn(&str) -> Option<String>) -> Depth {
    match chosen {
        Colours::None => Depth::None,
        Colours::Sixteen => Depth::Sixteen,
        Colours::TwoFiftySix => Depth::TwoFiftySix,
        Colours::True => Depth::True,
        Colours::Auto => {
            let says = |name: &str| variable(name).unwrap_or_default().to_lowercase();
            let (term, colour) = (says("TERM"), says("COLORTERM"));
            match () {
                () if ["truecolor", "24bit"].contains(&colour.as_str()) => Depth::True,
                () if term.ends_with("-direct") || !says("WT_SESSION").is_empty() => Depth::True,
                () if term == "dumb" => Depth::None,
                () if term.contains("256color") || says("TERM_PROGRAM") == "apple_terminal" => {
                    Depth::TwoFiftySix
                }
                () if ["kitty", "alacritty", "foot", "ghostty"]
                    .iter()
                    .any(|t| term.contains(t)) =>
                {
                    Depth::True
                }
                () => Depth::Sixteen,
            }
        }
    }
}

/// The sixteen as xterm shows them: what a terminal's own look like is unknown.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The steps of the cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Depth {
    /// The nearest colour there is.
    #[must_use]
    pub fn nearest(self, colour: Color) -> Color {
        match (self, colour) {
            (Self::None, _) => Color::Reset,
            (Self::True, _) => colour,
            (Self::TwoFiftySix, Color::Rgb(r, g, b)) => Color::Indexed(indexed([r, g, b])),
            (Self::Sixteen, Color::Rgb(r, g, b)) => named([r, g, b]),
            (Self::Sixteen, Color::Indexed(index)) => named(rgb_of(index)),
            (_, colour) => colour,
        }
    }
}

/// What a colour of the 256 looks like.
pub(super) fn rgb_of(index: u8) -> [u8; 3] {
    match index {
        0..16 => SIXTEEN[usize::from(index)].1,
        16..232 => {
            let at = usize::from(index - 16);
            [CUBE[at / 36], CUBE[at / 6 % 6], CUBE[at % 6]]
        }
        232.. => [8 + 10 * (index - 232); 3],
    }
}

/// What a colour looks like, if that is known.
pub(super) fn rgb(colour: Color) -> Option<[u8; 3]> {
    match colour {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(index) => Some(rgb_of(index)),
        named => SIXTEEN.iter().find(|(colour, _)| *colour == named).map(|(_, rgb)| *rgb),
    }
}

/// Only what every terminal shows alike: the cube and the greys.
fn indexed(wanted: [u8; 3]) -> u8 {
    (16..=u8::MAX).min_by_key(|index| distance(rgb_of(*index), wanted)).unwrap_or(16)
}

fn named(wanted: [u8; 3]) -> Color {
    let nearest = SIXTEEN.iter().min_by_key(|(_, rgb)| distance(*rgb, wanted));
    nearest.map_or(Color::Reset, |(colour, _)| *colour)
}

fn distance(one: [u8; 3], other: [u8; 3]) -> u32 {
    let part = |(one, other): (u8, u8)| u32::from(one.abs_diff(other)).pow(2);
    one.into_iter().zip(other).map(part).sum()
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::{Depth, depth};
    use crate::state::settings::Colours;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: Depth) {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(depth(Colours::Auto, variable), expected, "{variables:?}");
    }

    #[test]
    fn a_terminal_is_believed() {
        check(&[("COLORTERM", "truecolor"), ("TERM", "xterm")], Depth::True);
        check(&[("TERM", "xterm-256color")], Depth::TwoFiftySix);
        check(&[("TERM", "tmux-256color")], Depth::TwoFiftySix);
        check(&[("TERM", "xterm-kitty")], Depth::True);
        check(&[("TERM", "linux")], Depth::Sixteen);
        check(&[("TERM", "dumb")], Depth::None);
        check(&[], Depth::Sixteen);
    }

    #[test]
    fn colours_become_the_nearest_there_are() {
        let orange = Color::Rgb(255, 135, 0);
        assert_eq!(Depth::True.nearest(orange), orange);
        assert_eq!(Depth::TwoFiftySix.nearest(orange), Color::Indexed(208));
        assert_eq!(Depth::TwoFiftySix.nearest(Color::Rgb(118, 118, 118)), Color::Indexed(243));
        assert_eq!(Depth::Sixteen.nearest(Color::Rgb(250, 10, 10)), Color::LightRed);
        assert_eq!(Depth::None.nearest(orange), Color::Reset);
        assert_eq!(Depth::TwoFiftySix.nearest(Color::Cyan), Color::Cyan);
    }
}
