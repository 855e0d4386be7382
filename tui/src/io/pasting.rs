//! What this machine says while one writes: what the clipboard holds, which files are there, where a
//! text has become one, what is in a folder.

use std::path::Path;

use super::aside::aside;
use super::files::expanded;
use super::listing;
use super::open::Open;
use super::pasteboard::{self, Desktop};
use super::stash::Stash;
use crate::state::News;
use crate::state::pasted::{Asked, Found, Meant};
use crate::text::SafeText;

impl Open {
    pub(super) fn look_up(&self, asked: Asked) {
        let (tell, stash) = (self.tell.clone(), self.stash.clone());
        tokio::spawn(async move {
            if let Some(found) = look_up(asked, stash).await {
                tell.tell(News::Local(found)).await;
            }
        });
    }
}

async fn look_up(asked: Asked, stash: Stash) -> Option<Found> {
    let why = |error: anyhow::Error| SafeText::line(&format!("{error:#}"));
    match asked {
        Asked::Clipboard => {
            let clip = pasteboard::read(&Desktop::around(), &stash).await;
            Some(Found::Clipboard(clip.map_err(why)))
        }
        Asked::Files { text, readings } => {
            let files = aside(move || readings.iter().find_map(|it| all(it))).await;
            files.flatten().map(|files| Found::Files { text, files })
        }
        Asked::File { channel, name, text } => {
            let kept = aside(move || stash.keep(&name, text.as_bytes())).await?;
            Some(Found::File(channel, kept.map(|file| file.path).map_err(why)))
        }
        Asked::Names(sought) => {
            let asked = sought.clone();
            let names = aside(move || listing::list(&sought)).await?;
            Some(Found::Names(asked, names.map_err(why)))
        }
        Asked::Forget(path) => {
            stash.forget(Path::new(&path));
            None
        }
    }
}

/// The files at some paths, if all of them are there.
fn all(paths: &[String]) -> Option<Vec<Meant>> {
    let meant = |path: &String| {
        let found = std::fs::metadata(expanded(path)).ok().filter(std::fs::Metadata::is_file)?;
        Some(Meant { path: path.clone(), bytes: found.len() })
    };
    paths.iter().map(meant).collect()
}

#[cfg(test)]
mod tests {
    use super::{Asked, Found, Stash, look_up};

    #[tokio::test]
    async fn the_first_reading_whose_files_are_all_there_is_meant() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        std::fs::write(at("a b"), "12").unwrap();
        std::fs::write(at("c"), "123").unwrap();
        let look = async |readings: &[&[String]]| {
            let readings = readings.iter().map(|paths| paths.to_vec()).collect();
            let asked = Asked::Files { text: "t".to_owned(), readings };
            match look_up(asked, Stash::new(at("pasted").into())).await {
                Some(Found::Files { files, .. }) => files.iter().map(|file| file.bytes).collect(),
                _ => Vec::new(),
            }
        };
        assert_eq!(look(&[&[at("no")], &[at("a b"), at("c")]]).await, [2, 3]);
        assert_eq!(look(&[&[at("c"), at("no")]]).await, Vec::<u64>::new());
        assert_eq!(look(&[&[at("")]]).await, Vec::<u64>::new(), "a folder is no file");
    }
}
