//! `config.toml`: found, generated when there is none, read, and changed without losing a comment.
//!
//! Nothing in the file can keep the client from starting: what cannot be had is a [`Problem`], and
//! the default stands. Which settings there are is `state::settings`.

mod read;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{self, ClientDirs};
use crate::keys::{KeyMap, Override};
use crate::state::Configuration;
use crate::state::settings::{Colours, Origin, Problem, Setting, Settings, Value, find};
use crate::text::SafeText;

/// Most bytes the file may have.
const FILE_BYTES_MAX: usize = 1024 * 1024;

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

/// Everything that was chosen, and what could not be had of it.
#[derive(Debug, Default)]
pub struct Chosen {
    /// The settings.
    pub settings: Settings,
    /// The keys.
    pub keys: Arc<KeyMap>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

/// What the file says.
#[derive(Debug, Default)]
struct Read {
    settings: Settings,
    overrides: Vec<Override>,
    problems: Vec<Problem>,
}

impl Chosen {
    fn of(text: &str, said: Said) -> Self {
        let Read { mut settings, overrides, mut problems } = read::read(text);
        settings.say(said);
        let (keys, of_keys) = KeyMap::new(&settings, &overrides);
        problems.extend(of_keys);
        problems.sort_by_key(|problem| problem.line);
        Self { settings, keys: Arc::new(keys), problems }
    }

    /// For the state.
    #[must_use]
    pub fn configuration(&self) -> Configuration {
        let (settings, keys) = (self.settings.clone(), self.keys.table());
        Configuration { settings, keys, problem: self.problem() }
    }

    /// What could not be had, in a line.
    fn problem(&self) -> Option<SafeText> {
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

/// The file as it is generated: every setting and every key with its default.
#[must_use]
pub fn default_text() -> String {
    write::generated(&KeyMap::default())
}
