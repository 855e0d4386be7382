//! What the desktop's clipboard holds, asked of the programs that know: `wl-paste`, `xclip`, `pbpaste`.
//!
//! They are there where a clipboard is, speak every desktop's protocol, and can be stopped; a library
//! would bring a connection to each display server for one question in an hour. Nothing is asked
//! unless somebody pastes.

use std::ffi::OsString;
#[cfg(unix)]
use std::process::Command;
use std::time::Duration;

use anyhow::bail;
use pail_protocol::limits::ATTACHMENT_BYTES_MAX;

use super::stash::Stash;
use crate::state::pasted::Clip;

/// How long a program may take to say what the clipboard holds.
pub const TIME_MAX: Duration = Duration::from_secs(3);
/// Most bytes of text that are taken; more is no paste.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most bytes of a picture that are taken: the server takes no more.
pub const PICTURE_BYTES_MAX: usize = ATTACHMENT_BYTES_MAX as usize;
/// Most bytes of the list of what there is.
const TYPES_BYTES_MAX: usize = 16 * 1024;

/// How a file manager's clipboard says which files it means.
const FILES: &str = "text/uri-list";
/// Pictures that are taken, the best first.
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// Which clipboard there is, and where its programs are looked for.
#[derive(Debug, Clone, Default)]
pub struct Desktop {
    is_wayland: bool,
    is_x11: bool,
    is_macos: bool,
    path: OsString,
}

impl Desktop {
    /// The one of this process.
    #[must_use]
    pub fn around() -> Self {
        let is_said = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            is_wayland: is_said("WAYLAND_DISPLAY"),
            is_x11: is_said("DISPLAY"),
            is_macos: cfg!(target_os = "macos"),
            path: std::env::var_os("PATH").unwrap_or_default(),
        }
    }
}

/// What the clipboard holds; a picture is put into a file.
///
/// # Errors
/// A sentence, when it holds nothing that can be pasted, or cannot be asked.
#[cfg(not(unix))]
pub async fn read(_desktop: &Desktop, _stash: &Stash) -> anyhow::Result<Clip> {
    bail!("The clipboard cannot be asked here; paste with your terminal's own key.")
}

/// What the clipboard holds; a picture is put into a file.
///
/// # Errors
/// A sentence, when it holds nothing that can be pasted, or cannot be asked.
#[cfg(unix)]
pub async fn read(desktop: &Desktop, stash: &Stash) -> anyhow::Result<Clip> {
    let ways: [(bool, Way); 3] =
        [(desktop.is_wayland, WAYLAND), (desktop.is_x11, X11), (desktop.is_macos, MACOS)];
    let mut missing = Vec::new();
    for (_, way) in ways.into_iter().filter(|(is_here, _)| *is_here) {
        match ask(desktop, way.types, TYPES_BYTES_MAX).await {
            Ok(types) => return take(desktop, stash, &way, &String::from_utf8_lossy(&types)).await,
            Err(_) => missing.push(way.types[0]),
        }
    }
    match missing.as_slice() {
        [] => bail!("There is no desktop here; paste with your terminal's own key."),
        [program, ..] => bail!(
            "The clipboard is empty, or {program} is not installed; your terminal's own key pastes \
             text."
        ),
    }
}

/// How a clipboard is asked: the program and its arguments; `TYPE` stands for what is wanted.
#[cfg(unix)]
struct Way {
    types: &'static [&'static str],
    picture: &'static [&'static str],
    files: &'static [&'static str],
    text: &'static [&'static str],
}

#[cfg(unix)]
const WAYLAND: Way = Way {
    types: &["wl-paste", "--list-types"],
    picture: &["wl-paste", "--no-newline", "--type", "TYPE"],
    files: &["wl-paste", "--no-newline", "--type", FILES],
    text: &["wl-paste", "--no-newline"],
};

#[cfg(unix)]
const X11: Way = Way {
    types: &["xclip", "-selection", "clipboard", "-out", "-target", "TARGETS"],
    picture: &["xclip", "-selection", "clipboard", "-out", "-target", "TYPE"],
    files: &["xclip", "-selection", "clipboard", "-out", "-target", FILES],
    text: &["xclip", "-selection", "clipboard", "-out"],
};

/// Apple's names for what there is are told in the words of the others.
#[cfg(unix)]
const MACOS: Way = Way {
    types: &["osascript", "-e", "clipboard info"],
    picture: &["osascript", "-e", "the clipboard as «class PNGf»"],
    files: &["pbpaste"],
    text: &["pbpaste"],
};

#[cfg(unix)]
async fn take(desktop: &Desktop, stash: &Stash, way: &Way, types: &str) -> anyhow::Result<Clip> {
    let has = |wanted: &str| types.lines().any(|line| line.trim() == wanted);
    if has(FILES) {
        return text_of(ask(desktop, way.files, TEXT_BYTES_MAX).await?);
    }
    let apples = types.contains("«class PNGf»").then_some(PICTURES[0]);
    if let Some(kind) = PICTURES.into_iter().find(|kind| has(kind)).or(apples) {
        let wanted: Vec<&str> =
            way.picture.iter().map(|word| if *word == "TYPE" { kind } else { word }).collect();
        // What AppleScript says is twice as long as what it means.
        let said = ask(desktop, &wanted, 2 * PICTURE_BYTES_MAX + 64).await?;
        let picture = of_apple_script(&said).unwrap_or(said);
        return keep_picture(stash, &picture);
    }
    text_of(ask(desktop, way.text, TEXT_BYTES_MAX).await?)
}

#[cfg(unix)]
async fn ask(desktop: &Desktop, words: &[&str], bytes: usize) -> anyhow::Result<Vec<u8>> {
    use super::child::{Bounds, Complaints, run};
    use crate::state::export::Ending;
    let [program, arguments @ ..] = words else { bail!("no program") };
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", &desktop.path);
    let bounds = Bounds { time: TIME_MAX, bytes };
    match run(command, String::new(), Complaints::Unheard, bounds).await? {
        (said, Ending::Code(0)) => Ok(said),
        (_, Ending::TooMuch) => bail!("The clipboard holds too much to be pasted."),
        (_, Ending::TooLate) => bail!("{program} does not say what the clipboard holds."),
        _ => bail!("{program} says that the clipboard is empty."),
    }
}

fn text_of(said: Vec<u8>) -> anyhow::Result<Clip> {
    match String::from_utf8(said) {
        Ok(text) if !text.is_empty() => Ok(Clip::Text(text)),
        Ok(_) => bail!("The clipboard is empty."),
        Err(_) => bail!("The clipboard holds neither text nor a picture."),
    }
}

fn keep_picture(stash: &Stash, picture: &[u8]) -> anyhow::Result<Clip> {
    let extension = match image::guess_format(picture) {
        Ok(image::ImageFormat::Png) => "png",
        Ok(image::ImageFormat::Jpeg) => "jpg",
        Ok(image::ImageFormat::WebP) => "webp",
        Ok(image::ImageFormat::Gif) => "gif",
        _ => bail!("The clipboard holds a picture that is none."),
    };
    if picture.len() > PICTURE_BYTES_MAX {
        bail!("The picture in the clipboard is larger than the server takes.");
    }
    Ok(Clip::Picture(stash.keep(&format!("picture.{extension}"), picture)?))
}

/// The bytes of what AppleScript writes as `«data PNGf89504E47…»`.
fn of_apple_script(said: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(said).ok()?.trim();
    let digits = text.strip_prefix("«data PNGf")?.strip_suffix('»')?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(byte).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{Desktop, read};
    use crate::io::stash::Stash;
    use crate::state::pasted::Clip;

    const PNG: &str = "\\211PNG\\r\\n\\032\\n and so on";

    /// A program of a few lines on the path.
    fn program(dir: &Path, name: &str, script: &str) {
        let path = dir.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }

    async fn held(desktop: Desktop, programs: &[(&str, &str)]) -> (String, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        programs.iter().for_each(|(name, script)| program(dir.path(), name, script));
        let path = format!("{}:/usr/bin:/bin", dir.path().display()).into();
        let stash = Stash::new(dir.path().join("pasted"));
        let clip = read(&Desktop { path, ..desktop }, &stash).await;
        let told = match clip {
            Ok(Clip::Text(text)) => format!("text {text}"),
            Ok(Clip::Picture(file)) => {
                let is_whole = std::fs::metadata(&file.path).unwrap().len() == file.bytes;
                format!("{} {} {is_whole}", file.path.rsplit('/').next().unwrap(), file.bytes)
            }
            Err(why) => format!("{why:#}"),
        };
        (told, dir)
    }

    fn wayland() -> Desktop {
        Desktop { is_wayland: true, is_x11: true, ..Desktop::default() }
    }

    fn x11() -> Desktop {
        Desktop { is_x11: true, ..Desktop::default() }
    }

    #[tokio::test]
    async fn a_text_is_a_text_in_every_desktop() {
        let wl = "case $1 in --list-types) echo text/plain;; *) printf 'héllo';; esac";
        assert_eq!(held(wayland(), &[("wl-paste", wl)]).await.0, "text héllo");
        let x = "case $* in *TARGETS) echo UTF8_STRING;; *) printf 'hello';; esac";
        assert_eq!(held(x11(), &[("xclip", x)]).await.0, "text hello");
        // One that has no clipboard leaves the question to the next.
        let both = [("wl-paste", "exit 1"), ("xclip", x)];
        assert_eq!(held(wayland(), &both).await.0, "text hello");
        let mac = Desktop { is_macos: true, ..Desktop::default() };
        let apple = [("osascript", "echo 'string, 5'"), ("pbpaste", "printf hello")];
        assert_eq!(held(mac, &apple).await.0, "text hello");
    }

    #[tokio::test]
    async fn a_picture_is_put_into_a_file() {
        let wl = format!(
            "case $* in --list-types) printf 'text/html\\nimage/png\\n';; *image/png) printf '{PNG}';; esac"
        );
        assert_eq!(held(wayland(), &[("wl-paste", &wl)]).await.0, "picture.png 18 true");
        let mac = Desktop { is_macos: true, ..Desktop::default() };
        let apple = "case $2 in *info) echo '«class PNGf», 12';; \
                     *) echo '«data PNGf89504E470D0A1A0A00»';; esac";
        assert_eq!(held(mac, &[("osascript", apple)]).await.0, "picture.png 9 true");
    }

    #[tokio::test]
    async fn files_that_were_copied_are_their_paths() {
        let wl = "case $* in --list-types) printf 'image/png\\ntext/uri-list\\n';; \
                  *uri-list) printf 'file:///tmp/a%%20b';; esac";
        assert_eq!(held(wayland(), &[("wl-paste", wl)]).await.0, "text file:///tmp/a%20b");
    }

    #[tokio::test]
    async fn what_cannot_be_pasted_is_said() {
        let (told, _) = held(Desktop::default(), &[]).await;
        assert!(told.contains("terminal's own key"), "{told}");
        let (told, _) = held(x11(), &[("xclip", "exit 1")]).await;
        assert!(told.contains("xclip is not installed"), "{told}");
        let lies = "case $1 in --list-types) echo image/png;; *) echo nothing;; esac";
        let (told, dir) = held(wayland(), &[("wl-paste", lies)]).await;
        assert!(told.contains("is none"), "{told}");
        assert!(!dir.path().join("pasted").exists());
        let endless = "case $1 in --list-types) echo text/plain;; *) yes;; esac";
        let (told, _) = held(wayland(), &[("wl-paste", endless)]).await;
        assert!(told.contains("too much"), "{told}");
        let bytes = "case $1 in --list-types) echo text/plain;; *) printf '\\377';; esac";
        let (told, _) = held(wayland(), &[("wl-paste", bytes)]).await;
        assert!(told.contains("neither"), "{told}");
        let stuck = "case $1 in --list-types) echo text/plain;; *) sleep 60;; esac";
        let (told, _) = held(wayland(), &[("wl-paste", stuck)]).await;
        assert!(told.contains("does not say"), "{told}");
    }
}
