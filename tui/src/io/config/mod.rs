//! `config.toml`: found, generated when there is none, read, and changed without losing a comment.
//!
//! Nothing in the file can keep the client from starting: what cannot be had is a [`Problem`], and
//! the default stands. Which settings there are is `state::settings`.

mod read;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{self, ClientDirs};
use crate::keys::{KeyMap, Override};
use crate::state::Configuration;
use crate::state::pictures::{Canvas, Easel, Medium, Pixels};
use crate::state::settings::{Colours, Origin, Problem, Setting, Settings, THEMES, Value, find};
use crate::text::SafeText;
use crate::view::theme::{Background, Depth, Palette, Theme, depth};

/// Most bytes the file may have.
const FILE_BYTES_MAX: usize = 1024 * 1024;

/// Most themes of one's own.
const THEMES_MAX: usize = 50;

/// What goes before the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// `--color`.
    pub colours: Option<Colours>,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
}

/// The file.
#[derive(Debug, Clone)]
pub struct File {
    path: PathBuf,
}

/// A theme of one's own: what it begins with, and the roles that look otherwise.
#[derive(Debug, Clone, Default)]
struct Painted {
    base: Option<String>,
    colours: Vec<(String, String)>,
}

/// Everything that was chosen, and what could not be had of it.
#[derive(Debug, Default)]
pub struct Chosen {
    /// The settings.
    pub settings: Settings,
    /// The keys.
    pub keys: Arc<KeyMap>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
    themes: BTreeMap<String, Painted>,
}

/// What the file says.
#[derive(Debug, Default)]
struct Read {
    settings: Settings,
    overrides: Vec<Override>,
    problems: Vec<Problem>,
    themes: BTreeMap<String, Painted>,
}

impl Chosen {
    fn of(text: &str, said: Said) -> Self {
        let Read { mut settings, overrides, mut problems, themes } = read::read(text);
        settings.say(said);
        let (keys, of_keys) = KeyMap::new(&settings, &overrides);
        problems.extend(of_keys);
        let theme = &settings.look.theme.0;
        if !THEMES.contains(&theme.as_str()) && !themes.contains_key(theme) {
            let sentence = format!("there is no theme {theme:?}, nor a table [theme.{theme}]");
            problems.push(Problem { line: 0, sentence });
        }
        problems.sort_by_key(|problem| problem.line);
        Self { settings, keys: Arc::new(keys), problems, themes }
    }

    /// For the state.
    #[must_use]
    pub fn configuration(&self) -> Configuration {
        let (settings, keys) = (self.settings.clone(), self.keys.table());
        Configuration { settings, keys, problem: self.problem() }
    }

    /// How things look on a background; the terminal's own colours where nothing is known of it.
    #[must_use]
    pub fn theme(&self, background: Option<Background>) -> Theme {
        let name = self.settings.look.theme.0.as_str();
        let depth = depth(self.settings.look.colours, |name| std::env::var(name).ok());
        Theme::new(self.palette(name, background, depth), depth)
    }

    /// The palette of a name. The built-in ones are made for more than sixteen colours.
    #[must_use]
    pub fn palette(&self, name: &str, background: Option<Background>, depth: Depth) -> Palette {
        let own = self.themes.get(name);
        let base = own.map_or(name, |own| own.base.as_deref().unwrap_or("auto"));
        let is_known = background.is_some() || base != "auto";
        let built_in = match depth {
            Depth::None | Depth::Sixteen if base != "contrast" => None,
            _ if !is_known => None,
            _ => Palette::named(base, background.unwrap_or_default()),
        };
        let mut palette = built_in.unwrap_or(Palette::TERMINAL);
        for (role, colour) in own.into_iter().flat_map(|own| &own.colours) {
            // What cannot be painted was told when the file was read.
            let _ = palette.paint(role, colour);
        }
        palette
    }

    /// The themes there are.
    pub fn themes(&self) -> impl Iterator<Item = &str> {
        THEMES.iter().copied().chain(self.themes.keys().map(String::as_str))
    }

    /// What could not be had, in a line.
    pub(super) fn problem(&self) -> Option<SafeText> {
        let first = self.problems.first()?;
        let more = match self.problems.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more: `pail config check`)"),
        };
        Some(SafeText::line(&format!("config.toml, {first}{more}")))
    }
}

impl Settings {
    fn say(&mut self, said: Said) {
        let Some(setting) = find("look", "colours") else { return };
        let mut choose = |colours: Colours, origin| {
            let _ = self.choose(setting, &colours.into(), origin);
        };
        if said.no_color {
            choose(Colours::None, Origin::Environment);
        }
        if let Some(colours) = said.colours {
            choose(colours, Origin::CommandLine);
        }
    }
}

impl File {
    /// The one in the folder of the configuration.
    #[must_use]
    pub fn of(dirs: &ClientDirs) -> Self {
        Self { path: dirs.config.join("config.toml") }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it. A file that cannot be read is a problem like others.
    #[must_use]
    pub fn load(&self, said: Said) -> Chosen {
        match self.text() {
            Ok(text) => Chosen::of(&text.unwrap_or_default(), said),
            Err(error) => {
                let mut chosen = Chosen::of("", said);
                chosen.problems.push(Problem { line: 0, sentence: format!("{error:#}") });
                chosen
            }
        }
    }

    /// Writes it with every default, when there is none.
    pub fn generate(&self) {
        if !self.path.exists()
            && let Err(error) = files::write(&self.path, &default_text())
        {
            tracing::debug!("no configuration is generated: {error:#}");
        }
    }

    /// Chooses a value in the file; comments and order stay.
    ///
    /// # Errors
    /// When the file is not TOML, or cannot be written.
    pub fn choose(&self, setting: &Setting, value: &Value) -> anyhow::Result<()> {
        let text = self.text()?.unwrap_or_else(default_text);
        let text = write::with(&text, setting, value)?;
        // Somebody may keep it elsewhere, behind a link.
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        files::write(&path, &text)
    }

    fn text(&self) -> anyhow::Result<Option<String>> {
        let text = files::read(&self.path)?;
        let bytes = text.as_ref().map_or(0, String::len);
        anyhow::ensure!(
            bytes <= FILE_BYTES_MAX,
            "{} is longer than {FILE_BYTES_MAX} bytes",
            self.path.display()
        );
        Ok(text)
    }
}

/// The configuration of a run, and where it came from.
#[derive(Debug)]
pub struct Configured {
    file: File,
    said: Said,
    background: Option<Background>,
    /// What was chosen.
    pub chosen: Chosen,
}

impl Configured {
    /// As it was read.
    #[must_use]
    pub fn new(file: File, said: Said, chosen: Chosen) -> Self {
        Self { file, said, background: None, chosen }
    }

    /// On this background from now on; returns whether it is another one.
    pub fn set_background(&mut self, background: Background) -> bool {
        self.background.replace(background) != Some(background)
    }

    /// Whether the background decides how things look.
    #[must_use]
    pub fn asks_background(&self) -> bool {
        let name = self.chosen.settings.look.theme.0.as_str();
        let own = self.chosen.themes.get(name);
        let base = own.map_or(name, |own| own.base.as_deref().unwrap_or("auto"));
        ["auto", "contrast"].contains(&base) && self.chosen.settings.look.colours != Colours::None
    }

    /// How things look.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.chosen.theme(self.background)
    }

    /// How pictures are shown, where there is this besides blocks, and cells of this size.
    #[must_use]
    pub fn canvas(&self, medium: Option<Medium>, cell: Option<Pixels>) -> Option<Canvas> {
        let look = &self.chosen.settings.look;
        let depth = depth(look.colours, |name| std::env::var(name).ok());
        let has_colours = !matches!(depth, Depth::None | Depth::Sixteen);
        let in_tmux = std::env::var_os("TMUX").is_some();
        // How far they reach must be known.
        let medium = medium.filter(|medium| *medium != Medium::Sixel || cell.is_some());
        Canvas::of(look.images, &Easel { medium, cell, has_colours, in_tmux })
    }

    /// Writes a setting down and reads the file anew. When it cannot be written, the setting is in
    /// force until the end of this run, and that is a problem.
    pub fn choose(&mut self, section: &str, key: &str, value: &Value) {
        let Some(setting) = find(section, key) else { return };
        match self.file.choose(setting, value) {
            Ok(()) => self.chosen = self.file.load(self.said),
            Err(error) => {
                let _ = self.chosen.settings.choose(setting, value, Origin::File);
                let sentence = format!("{} is not kept: {error:#}", setting.name());
                self.chosen.problems = vec![Problem { line: 0, sentence }];
            }
        }
    }
}

/// The file as it is generated: every setting and every key with its default.
#[must_use]
pub fn default_text() -> String {
    write::generated(&KeyMap::default())
}
