//! A draft in the editor of whoever writes: a private file, their command, and what they made of it.
//!
//! The terminal must be given back before. Nothing here knows which draft it is.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, anyhow, bail, ensure};
use tokio::sync::oneshot;

use super::{files, nearby};
use crate::state::draft::DRAFT_BYTES_MAX;
use crate::text::located::Located;

/// What edits where nobody chose.
const FALLBACK: &str = "vi";

/// Has a text edited; `dir` is for the file. The other threads go on meanwhile.
///
/// # Errors
/// When nothing came of it; the sentence says what to do next.
pub async fn edit(dir: PathBuf, text: String) -> anyhow::Result<String> {
    let (done, result) = oneshot::channel();
    // Not one of the runtime's threads: it would have to end before the client can.
    std::thread::spawn(move || done.send(edit_with(&dir, &chosen(), &text)));
    result.await.context("the editor cannot be waited for")?
}

/// Opens a file of this machine at a line; ends when the editor does.
///
/// # Errors
/// When it is gone meanwhile, or the editor does not start or fails.
pub async fn open(file: Located) -> anyhow::Result<()> {
    let (done, result) = oneshot::channel();
    std::thread::spawn(move || done.send(open_with(&chosen(), &file)));
    result.await.context("the editor cannot be waited for")?
}

fn open_with(command: &str, file: &Located) -> anyhow::Result<()> {
    let path = nearby::find(&file.path);
    let path = path.with_context(|| format!("{} is not there any more", file.path))?;
    let (program, mut arguments) = split(command)?;
    arguments.extend(at_line(&program, &path, file.line));
    start(&program, &arguments)
}

/// How an editor is told of a line: most as vi is, some behind the path.
fn at_line(program: &str, path: &Path, line: Option<u32>) -> Vec<OsString> {
    let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or(program);
    let with_line = |line: u32| {
        let mut place = path.as_os_str().to_owned();
        place.push(format!(":{line}"));
        place
    };
    match (name, line) {
        (_, None) => vec![path.into()],
        ("hx" | "helix" | "subl" | "zed" | "micro", Some(line)) => vec![with_line(line)],
        ("code" | "codium" | "cursor" | "code-insiders", Some(line)) => {
            vec!["-g".into(), with_line(line)]
        }
        (_, Some(line)) => vec![format!("+{line}").into(), path.into()],
    }
}

/// The command somebody chose, as the shell would read it.
pub(super) fn chosen() -> String {
    let said = |name: &str| std::env::var(name).ok().filter(|command| !command.trim().is_empty());
    said("VISUAL").or_else(|| said("EDITOR")).unwrap_or_else(|| FALLBACK.to_owned())
}

fn edit_with(dir: &Path, command: &str, text: &str) -> anyhow::Result<String> {
    let path = dir.join(format!("message-{}.md", std::process::id()));
    files::write(&path, text)?;
    let edited = run(command, &path)
        .map_err(|why| anyhow!("{why:#}; the draft is as it was"))
        .and_then(|()| read(&path));
    // What was written is in the client again, or still.
    let _ = fs::remove_file(&path);
    edited
}

fn run(command: &str, path: &Path) -> anyhow::Result<()> {
    let (program, mut arguments) = split(command)?;
    arguments.push(path.into());
    start(&program, &arguments)
}

fn split(command: &str) -> anyhow::Result<(String, Vec<OsString>)> {
    let words = shell_words::split(command)
        .with_context(|| format!("$EDITOR is “{command}”, which is no command"))?;
    let mut words = words.into_iter();
    let program = words.next().context("$EDITOR is empty")?;
    Ok((program, words.map(OsString::from).collect()))
}

fn start(program: &str, arguments: &[OsString]) -> anyhow::Result<()> {
    let status = Command::new(program).args(arguments).status();
    let status = status
        .with_context(|| format!("{program} cannot be started; set $EDITOR to what is there"))?;
    ensure!(status.success(), "{program} {}", ending(status));
    Ok(())
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with {code}"),
        None => "was stopped".to_owned(),
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    let bytes =
        fs::metadata(path).context("the editor left no file; the draft is as it was")?.len();
    if bytes > DRAFT_BYTES_MAX as u64 {
        bail!("{bytes} bytes are too long for a message; the draft is as it was");
    }
    let text = fs::read_to_string(path);
    let text = text.context("what the editor left is no text; the draft is as it was")?;
    // Editors end the last line; messages do not.
    Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use std::path::Path;

    use super::{at_line, edit_with};

    fn edited(script: &str, text: &str) -> anyhow::Result<String> {
        let dir = tempfile::tempdir().unwrap();
        let result = edit_with(dir.path(), &format!("sh -c '{script}' editor"), text);
        assert_eq!(dir.path().read_dir().unwrap().count(), 0, "nothing is left behind");
        result
    }

    #[test]
    fn what_the_editor_leaves_comes_back() {
        assert_eq!(edited("echo more >> \"$1\"", "one\n").unwrap(), "one\nmore");
        assert_eq!(edited("true", "as it was\n\n").unwrap(), "as it was\n");
        assert_eq!(edited(": > \"$1\"", "gone").unwrap(), "");
    }

    #[test]
    fn every_editor_is_told_of_a_line_as_it_wants_to_be() {
        let told = |program: &str, line| {
            let words = at_line(program, Path::new("/x/db.rs"), line).into_iter();
            words.map(|word| word.into_string().unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told("vi", Some(42)), "+42 /x/db.rs");
        assert_eq!(told("/usr/bin/nvim", Some(42)), "+42 /x/db.rs");
        assert_eq!(told("/opt/hx", Some(42)), "/x/db.rs:42");
        assert_eq!(told("code", Some(42)), "-g /x/db.rs:42");
        assert_eq!(told("vi", None), "/x/db.rs");
    }

    #[test]
    fn the_file_is_private() {
        let mode = edited("stat -c %a \"$1\" > x; mv x \"$1\"", "").unwrap();
        assert_eq!(mode, "600");
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(edit_with(dir.path(), "true", "x").unwrap(), "x");
    }

    #[test]
    fn what_goes_wrong_is_said() {
        let why = |script: &str| format!("{:#}", edited(script, "x").unwrap_err());
        assert!(why("exit 3").contains("ended with 3; the draft is as it was"));
        assert!(why("rm \"$1\"").contains("left no file"));
        assert!(why("head -c 70000 /dev/zero > \"$1\"").contains("70000 bytes"));
        assert!(why("printf \"\\\\377\" > \"$1\"").contains("no text"));
        let dir = tempfile::tempdir().unwrap();
        let why = |command: &str| format!("{:#}", edit_with(dir.path(), command, "").unwrap_err());
        assert!(why("no-such-editor --wait").contains("no-such-editor cannot be started"));
        assert!(why("vi \"").contains("no command"));
    }
}
