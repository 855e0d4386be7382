//! A draft in the editor of whoever writes: a private file, their command, and what they made of it.
//!
//! The terminal must be given back before. Nothing here knows which draft it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, bail, ensure};
use tokio::sync::oneshot;

use super::files;
use crate::state::draft::DRAFT_BYTES_MAX;

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

/// The command somebody chose, as the shell would read it.
pub(super) fn chosen() -> String {
    let said = |name: &str| std::env::var(name).ok().filter(|command| !command.trim().is_empty());
    said("VISUAL").or_else(|| said("EDITOR")).unwrap_or_else(|| FALLBACK.to_owned())
}

fn edit_with(dir: &Path, command: &str, text: &str) -> anyhow::Result<String> {
    let path = dir.join(format!("message-{}.md", std::process::id()));
    files::write(&path, text)?;
    let edited = run(command, &path).and_then(|()| read(&path));
    // What was written is in the client again, or still.
    let _ = fs::remove_file(&path);
    edited
}

fn run(command: &str, path: &Path) -> anyhow::Result<()> {
    let words = shell_words::split(command)
        .with_context(|| format!("$EDITOR is “{command}”, which is no command"))?;
    let (program, arguments) = words.split_first().context("$EDITOR is empty")?;
    let status = Command::new(program).args(arguments).arg(path).status();
    let status = status
        .with_context(|| format!("{program} cannot be started; set $EDITOR to what is there"))?;
    ensure!(status.success(), "{program} {}; the draft is as it was", ending(status));
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

    use super::edit_with;

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
