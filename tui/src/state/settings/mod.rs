//! What people may choose: one table of every setting with its type, its default and its words.
//!
//! A setting that is not in the table does not exist: the file that is generated, what is read from
//! it, the overlay and the documentation all go through [`TABLE`]. Reading and writing files is
//! `io::settings`.

mod chosen;

use std::collections::BTreeMap;
use std::fmt;

pub(super) use chosen::Chosen;
use chosen::choice;
pub use chosen::{Count, Kind, QuietHours, THEMES, ThemeName, Value};

use super::quiet::Quiet;

/// Who decided. Later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Origin {
    /// Nobody: it is as it comes.
    #[default]
    Default,
    /// `config.toml`.
    File,
    /// A variable such as `NO_COLOR`.
    Environment,
    /// An option of this start.
    CommandLine,
}

impl Origin {
    /// As the settings overlay says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "config.toml",
            Self::Environment => "environment",
            Self::CommandLine => "command line",
        }
    }
}

/// Something of the configuration that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file; none is 0.
    pub line: usize,
    /// A sentence.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.sentence),
            line => write!(f, "line {line}: {}", self.sentence),
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Setting {
    /// The table of the file it is in.
    pub section: &'static str,
    /// Its name there.
    pub key: &'static str,
    /// What it is for; a line each.
    pub words: &'static [&'static str],
    /// What it takes.
    pub kind: Kind,
    /// What it is set to.
    pub get: fn(&Settings) -> Value,
    set: fn(&mut Settings, &Value) -> bool,
}

impl Setting {
    /// As it is named in sentences: `notify.bell`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// What it is when nobody chooses.
    #[must_use]
    pub fn default(&self) -> Value {
        (self.get)(&Settings::default())
    }
}

/// The row of a setting.
#[must_use]
pub fn find(section: &str, key: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|setting| setting.section == section && setting.key == key)
}

/// Writes the table down once: as structs to read from, and as rows to go through.
macro_rules! settings {
    ($($(#[doc = $about:literal])+ $section:ident: $Section:ident {
        $($(#[doc = $words:literal])+ $key:ident: $type:ty = $default:expr,)*
    })*) => {
        /// Everything that was chosen.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Settings {
            $($(#[doc = $about])+ pub $section: $Section,)*
            origins: BTreeMap<String, Origin>,
        }

        $($(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $Section { $($(#[doc = $words])+ pub $key: $type,)* }

        impl Default for $Section {
            fn default() -> Self {
                Self { $($key: $default,)* }
            }
        })*

        /// The tables of the file with what they are about, in order.
        pub const SECTIONS: &[(&str, &[&str])] = &[$((stringify!($section), &[$($about),+])),*];

        /// Every setting, in the order of the file.
        pub const TABLE: &[Setting] = &[$($(Setting {
            section: stringify!($section),
            key: stringify!($key),
            words: &[$($words),+],
            kind: <$type as Chosen>::KIND,
            get: |settings| settings.$section.$key.value(),
            set: |settings, value| match <$type as Chosen>::chosen(value) {
                Some(chosen) => { settings.$section.$key = chosen; true }
                None => false,
            },
        },)*)*];
    };
}

choice! {
    /// How many colours are used.
    Colours {
        /// As many as the terminal says it has.
        Auto = "auto",
        /// None: weights alone, as with `NO_COLOR`.
        None = "none",
        /// The terminal's own sixteen.
        Sixteen = "16",
        /// The fixed 256.
        TwoFiftySix = "256",
        /// All of them.
        True = "true",
    }
}

choice! {
    /// Whether something is done that not every terminal takes.
    Where {
        /// Where the terminal is known to take it.
        Auto = "auto",
        /// Everywhere.
        On = "on",
        /// Nowhere.
        Off = "off",
    }
}

impl Where {
    /// Whether it is done in a terminal that is thought to take it, or not to.
    #[must_use]
    pub fn is_on(self, is_able: bool) -> bool {
        match self {
            Self::Auto => is_able,
            Self::On => true,
            Self::Off => false,
        }
    }
}

choice! {
    /// Who shows notifications.
    Via {
        /// The desktop one sits at, or else the terminal.
        Auto = "auto",
        /// The desktop of this machine.
        Desktop = "desktop",
        /// The terminal, as iTerm2 does.
        Osc9 = "osc9",
        /// The terminal, as kitty does.
        Osc99 = "osc99",
        /// The terminal, as urxvt, foot, WezTerm and Ghostty do.
        Osc777 = "osc777",
        /// Nobody.
        Off = "off",
    }
}

choice! {
    /// How pictures are shown.
    Images {
        /// The best the terminal has.
        Auto = "auto",
        /// The best the terminal has, if that is better than blocks.
        Sharp = "sharp",
        /// By kitty's protocol.
        Kitty = "kitty",
        /// As sixels.
        Sixel = "sixel",
        /// Two colours in each cell.
        Blocks = "blocks",
        /// Not at all, and none is fetched.
        Off = "off",
    }
}

choice! {
    /// How keys work in the composer.
    Mode {
        /// What is typed is written.
        Chat = "chat",
        /// As in vim: what is typed is written until Esc, then letters are commands.
        Vim = "vim",
    }
}

choice! {
    /// What Ctrl-K does.
    CtrlK {
        /// Goes anywhere and does anything.
        Palette = "palette",
        /// Deletes to the end of the line, as in readline; Alt-G is the palette then.
        KillLine = "kill-line",
    }
}

choice! {
    /// Where a channel with unread messages opens.
    OpenAt {
        /// At the first unread message.
        Unread = "unread",
        /// At the newest message.
        Newest = "newest",
    }
}

settings! {
    /// How things look.
    look: Look {
        /// The colours: auto takes dark or light as the background is, and the terminal's own sixteen
        /// where it does not say. contrast is for who needs much; [theme.NAME] makes your own.
        theme: ThemeName = ThemeName::default(),
        /// How many: auto asks COLORTERM and TERM. NO_COLOR and --color go before this.
        colours: Colours = Colours::Auto,
        /// The keys that matter now, in the last row.
        hints: bool = true,
        /// Where a channel with more unread messages than fit opens: unread or newest.
        open_at: OpenAt = OpenAt::Unread,
        /// The window's title says how much is unread; never what.
        title: bool = true,
        /// URLs that can be clicked: auto, on or off.
        links: Where = Where::Auto,
        /// Text from right to left is put into its visual order: auto does so where the terminal
        /// does not do it itself; on or off.
        bidi: Where = Where::Auto,
        /// Pictures among the messages: auto takes kitty or sixel in terminals known for it, and else
        /// blocks, which are coloured cells; sharp is auto without blocks; off shows none and fetches
        /// none. Below 256 colours there are none.
        images: Images = Images::Auto,
    }
    /// What keys mean. Below the settings stand all actions with their keys.
    keys: Keys {
        /// How one writes: chat, or vim, which starts in insert mode; Esc is normal mode, and a message
        /// is selected by Esc where nothing is written.
        mode: Mode = Mode::Chat,
        /// What Ctrl-K does: palette, or kill-line as in readline; Alt-G is the palette then.
        ctrl_k: CtrlK = CtrlK::Palette,
    }
    /// What happens to what you write.
    compose: Compose {
        /// Seconds a message waits before it goes out; Ctrl-_ in the empty composer takes it back.
        send_delay: Count<0, 60> = Count(0),
        /// A paste of more lines asks what it is to be; 0 never asks.
        paste_lines: Count<0, 1000> = Count(5),
    }
    /// What disturbs you: mentions and direct messages, while you look elsewhere.
    notify: Notify {
        /// The terminal's bell.
        bell: bool = true,
        /// Who shows notifications: auto is the desktop, and where there is none, as over SSH, the terminal
        /// if it is known to; off leaves it to the bell.
        via: Via = Via::Auto,
        /// Notifications say who wrote and where, and not what.
        hide_content: bool = false,
        /// When nothing disturbs, like "22:00-08:00"; what comes then is counted as always.
        quiet_hours: QuietHours = QuietHours::default(),
        /// Nothing disturbs: a moment until when, "on", or "". /dnd 2h sets it.
        do_not_disturb: Quiet = Quiet::Off,
        /// Words that disturb like a mention, wherever they are said.
        keywords: Vec<String> = Vec::new(),
    }
    /// What others get to know of you.
    privacy: Privacy {
        /// Others see that you are typing.
        typing: bool = true,
        /// Logins and passwords are in the system's keyring; without one, or off, they are in
        /// accounts.json, which only you may read.
        keyring: bool = true,
    }
    /// The mouse. With Shift it is always the terminal's.
    mouse: Mouse {
        /// Clicks, the wheel, and marking text to copy it. Off: all of them are the terminal's.
        capture: bool = true,
    }
}

impl Settings {
    /// Chooses, unless somebody decided who goes before `origin`.
    ///
    /// # Errors
    /// A sentence, when the value is of the wrong kind. What was chosen before stays.
    pub fn choose(
        &mut self,
        setting: &Setting,
        value: &Value,
        origin: Origin,
    ) -> Result<(), String> {
        if self.origin(setting) > origin {
            return Ok(());
        }
        if !(setting.set)(self, value) {
            return Err(format!("{} takes {}, not {value}", setting.name(), setting.kind));
        }
        self.origins.insert(setting.name(), origin);
        Ok(())
    }

    /// Who decided.
    #[must_use]
    pub fn origin(&self, setting: &Setting) -> Origin {
        self.origins.get(&setting.name()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{CtrlK, Origin, Settings, TABLE, Value, find};

    #[test]
    fn every_setting_takes_its_own_default_and_refuses_another_kind() {
        for setting in TABLE {
            let mut settings = Settings::default();
            settings.choose(setting, &setting.default(), Origin::File).unwrap();
            assert_eq!(settings.origin(setting), Origin::File);
            let other = match setting.default() {
                Value::Switch(_) => Value::Number(1),
                _ => Value::Switch(true),
            };
            let sentence = settings.choose(setting, &other, Origin::File).unwrap_err();
            assert!(sentence.starts_with(&setting.name()), "{sentence}");
        }
    }

    #[test]
    fn what_is_said_at_the_start_goes_before_the_file() {
        let setting = find("keys", "ctrl_k").unwrap();
        let mut settings = Settings::default();
        let word = |word: &str| Value::Word(word.to_owned());
        settings.choose(setting, &word("kill-line"), Origin::CommandLine).unwrap();
        settings.choose(setting, &word("palette"), Origin::File).unwrap();
        assert_eq!(settings.keys.ctrl_k, CtrlK::KillLine);
    }

    #[test]
    fn a_wrong_value_is_answered_with_what_would_be_right() {
        let setting = find("keys", "ctrl_k").unwrap();
        let wrong = Value::Word("nothing".to_owned());
        let sentence = Settings::default().choose(setting, &wrong, Origin::File).unwrap_err();
        let expected = r#"keys.ctrl_k takes "palette" or "kill-line", not "nothing""#;
        assert_eq!(sentence, expected);
    }
}
