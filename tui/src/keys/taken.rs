//! Which keys never arrive: what terminals and multiplexers keep for themselves as they come.
//!
//! Their own configuration may say otherwise; this knows defaults.

use super::chord::Chord;
use super::map::KeyMap;
use crate::state::keytable::name_of;

/// Somebody who keeps keys.
struct Keeper {
    name: &'static str,
    /// The variable that tells of it, and what its value contains.
    told_by: (&'static str, &'static str),
    keys: &'static [&'static str],
    advice: &'static str,
}

const KEEPERS: &[Keeper] = &[
    Keeper {
        name: "tmux",
        told_by: ("TMUX", ""),
        keys: &["ctrl-b"],
        advice: "press Ctrl-B twice, or choose another prefix in tmux.conf",
    },
    Keeper {
        name: "zellij",
        told_by: ("ZELLIJ", ""),
        keys: &[
            "ctrl-g",
            "ctrl-q",
            "ctrl-p",
            "ctrl-n",
            "ctrl-s",
            "ctrl-o",
            "ctrl-t",
            "ctrl-h",
            "ctrl-b",
            "alt-f",
            "alt-n",
            "alt-i",
            "alt-o",
            "alt-h",
            "alt-j",
            "alt-k",
            "alt-l",
            "alt-p",
            "alt-=",
            "alt-+",
            "alt--",
            "alt-[",
            "alt-]",
            "alt-up",
            "alt-down",
            "alt-left",
            "alt-right",
        ],
        advice: "Ctrl-G locks zellij and lets them through",
    },
    Keeper {
        name: "GNU screen",
        told_by: ("STY", ""),
        keys: &["ctrl-a"],
        advice: "press Ctrl-A a, or say `escape` in .screenrc",
    },
    Keeper {
        name: "GNOME Terminal",
        told_by: ("VTE_VERSION", ""),
        keys: &[
            "alt-1",
            "alt-2",
            "alt-3",
            "alt-4",
            "alt-5",
            "alt-6",
            "alt-7",
            "alt-8",
            "alt-9",
            "ctrl-pgup",
            "ctrl-pgdn",
            "f1",
            "f10",
            "f11",
        ],
        advice: "Preferences, Shortcuts lets go of them",
    },
    Keeper {
        name: "the terminal of VS Code",
        told_by: ("TERM_PROGRAM", "vscode"),
        keys: &[
            "ctrl-e", "ctrl-f", "ctrl-j", "ctrl-k", "ctrl-p", "ctrl-q", "f1", "alt-1", "alt-2",
            "alt-3", "alt-4", "alt-5", "alt-6", "alt-7", "alt-8", "alt-9",
        ],
        advice: "\"terminal.integrated.sendKeybindingsToShell\": true lets them through",
    },
    Keeper {
        name: "Windows Terminal",
        told_by: ("WT_SESSION", ""),
        keys: &["alt-enter", "alt-up", "alt-down", "alt-left", "alt-right", "ctrl-v", "f11"],
        advice: "Settings, Actions lets go of them",
    },
    Keeper {
        name: "Terminal of macOS",
        told_by: ("TERM_PROGRAM", "Apple_Terminal"),
        keys: &["alt-*", "ctrl-up", "ctrl-down", "ctrl-left", "ctrl-right"],
        advice: "Settings, Keyboard, \"Use Option as Meta key\"; Mission Control has the others",
    },
    Keeper {
        name: "iTerm2",
        told_by: ("TERM_PROGRAM", "iTerm.app"),
        keys: &["alt-*", "ctrl-up", "ctrl-down", "ctrl-left", "ctrl-right"],
        advice: "Profiles, Keys, Left Option sends Esc+; Mission Control has the others",
    },
    Keeper {
        name: "xterm",
        told_by: ("XTERM_VERSION", ""),
        keys: &["alt-*"],
        advice: "XTerm*metaSendsEscape: true in .Xresources lets them through",
    },
    Keeper {
        name: "the Linux console",
        told_by: ("TERM", "linux"),
        keys: &["alt-left", "alt-right", "ctrl-up", "ctrl-down", "alt-up", "alt-down"],
        advice: "the other keys for the same do",
    },
];

/// A keeper here, and what it takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    /// Who takes it.
    pub by: &'static str,
    /// What to do about it.
    pub advice: &'static str,
    /// Keys, what they would do, and whether something else does it as well.
    pub keys: Vec<(String, String, bool)>,
}

/// What is taken of these keys, as the environment tells.
#[must_use]
pub fn taken(map: &KeyMap, variable: impl Fn(&str) -> Option<String>) -> Vec<Taken> {
    let is_here = |keeper: &&Keeper| {
        let (name, part) = keeper.told_by;
        variable(name).is_some_and(|value| !value.is_empty() && value.contains(part))
    };
    let here: Vec<&Keeper> = KEEPERS.iter().filter(is_here).collect();
    let arrives = |chords: &[Chord]| !here.iter().any(|k| chords.iter().any(|c| k.takes(*c)));
    let of = |keeper: &&Keeper| {
        let mut keys: Vec<(String, String, bool)> = Vec::new();
        for (_, action, sequences) in map.bound() {
            let is_left = sequences.iter().any(|sequence| arrives(&sequence.0));
            for sequence in sequences {
                let lost = sequence.0.iter().any(|chord| keeper.takes(*chord));
                let row = (sequence.to_string(), name_of(&action), is_left);
                if lost && !keys.contains(&row) {
                    keys.push(row);
                }
            }
        }
        Taken { by: keeper.name, advice: keeper.advice, keys }
    };
    here.iter().map(of).filter(|taken| !taken.keys.is_empty()).collect()
}

impl Keeper {
    fn takes(&self, chord: Chord) -> bool {
        let is_it = |key: &&str| match *key {
            "alt-*" => chord.alt,
            key => Chord::parse(key) == Ok(chord),
        };
        self.keys.iter().any(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::{KEEPERS, taken};
    use crate::keys::{Chord, KeyMap};

    #[test]
    fn what_zellij_keeps_is_told_with_what_is_left() {
        let zellij = |name: &str| (name == "ZELLIJ").then(|| "0".to_owned());
        let taken = taken(&KeyMap::default(), zellij);
        assert_eq!(taken.len(), 1);
        let row = |key: &str| taken[0].keys.iter().find(|(taken, ..)| taken == key).unwrap();
        assert_eq!(row("Alt-↑").1, "go-previous-channel");
        assert!(row("Alt-↑").2, "Ctrl-↑ is left");
        assert!(row("Alt-K").2, "Ctrl-X Ctrl-K is left");
        assert!(!row("Ctrl-Q").2);
    }

    #[test]
    fn nobody_takes_anything_where_nobody_is() {
        assert_eq!(taken(&KeyMap::default(), |_| None), []);
    }

    #[test]
    fn what_is_kept_is_a_key_of_ours_to_name() {
        let refused = ["ctrl-h"];
        for key in KEEPERS.iter().flat_map(|keeper| keeper.keys) {
            assert!(*key == "alt-*" || refused.contains(key) || Chord::parse(key).is_ok(), "{key}");
        }
    }
}
