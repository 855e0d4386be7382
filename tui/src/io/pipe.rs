//! A text through a command of the shell: it reads the text, and what it says is collected, within
//! a time and a size. It never has the terminal; let be, it is killed with all it has started.

use crate::state::export::Piped;

/// Runs a command.
///
/// # Errors
/// When it cannot be started.
#[cfg(not(unix))]
pub async fn pipe(_command: &str, _text: String) -> anyhow::Result<Piped> {
    anyhow::bail!("there is no sh on this system")
}

/// Runs a command.
///
/// # Errors
/// When it cannot be started.
#[cfg(unix)]
pub async fn pipe(command: &str, text: String) -> anyhow::Result<Piped> {
    unix::pipe(command, text, unix::TIME_MAX).await
}

#[cfg(unix)]
mod unix {
    use std::io::{PipeReader, Read, Write};
    use std::os::unix::process::CommandExt;
    use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
    use std::time::Duration;

    use anyhow::Context;
    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::sync::mpsc;
    use tokio::time::{sleep, timeout};

    use crate::state::export::{Ending, PIPE_OUTPUT_BYTES_MAX, PIPE_SECONDS_MAX, Piped};

    pub(super) const TIME_MAX: Duration = Duration::from_secs(PIPE_SECONDS_MAX);
    /// Bytes that are read at once.
    const PIECE_BYTES: usize = 4096;
    /// Pieces that wait for us; beyond them the command waits.
    const PIECES_MAX: usize = 4;
    /// How often a command that says nothing more is asked whether it has ended.
    const ASK_EVERY: Duration = Duration::from_millis(10);

    /// A command in a process group of its own, which does not outlive this.
    struct Running {
        child: Child,
        has_ended: bool,
    }

    pub(super) async fn pipe(
        command: &str,
        text: String,
        time_max: Duration,
    ) -> anyhow::Result<Piped> {
        let (mut running, stdin, said) = start(command).context("sh cannot be started")?;
        // Not the runtime's threads: those would have to end before the client can.
        std::thread::spawn(move || write(stdin, &text));
        let (tell, mut pieces) = mpsc::channel(PIECES_MAX);
        std::thread::spawn(move || read(said, &tell));
        let mut output = Vec::new();
        let ended = timeout(time_max, async {
            while let Some(piece) = pieces.recv().await {
                output.extend_from_slice(&piece);
                if output.len() > PIPE_OUTPUT_BYTES_MAX {
                    return Ok(Ending::TooMuch);
                }
            }
            running.end().await
        });
        let ending = ended.await.unwrap_or(Ok(Ending::TooLate))?;
        output.truncate(PIPE_OUTPUT_BYTES_MAX);
        Ok(Piped { output: String::from_utf8_lossy(&output).into_owned(), ending })
    }

    fn start(command: &str) -> std::io::Result<(Running, Option<ChildStdin>, PipeReader)> {
        let (said, says) = std::io::pipe()?;
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(command).process_group(0);
        shell.stdin(Stdio::piped()).stdout(says.try_clone()?).stderr(says);
        let mut child = shell.spawn()?;
        let stdin = child.stdin.take();
        Ok((Running { child, has_ended: false }, stdin, said))
    }

    /// Whoever does not read all of it, like `head`, has had enough.
    fn write(stdin: Option<ChildStdin>, text: &str) {
        if let Some(mut stdin) = stdin {
            let _ = stdin.write_all(text.as_bytes());
        }
    }

    fn read(mut said: PipeReader, tell: &mpsc::Sender<Vec<u8>>) {
        let mut piece = [0; PIECE_BYTES];
        while let Ok(count @ 1..) = said.read(&mut piece) {
            if tell.blocking_send(piece[..count].to_vec()).is_err() {
                return;
            }
        }
    }

    impl Running {
        async fn end(&mut self) -> anyhow::Result<Ending> {
            loop {
                let status = self.child.try_wait().context("it cannot be waited for")?;
                if let Some(status) = status {
                    self.has_ended = true;
                    return Ok(ending(status));
                }
                sleep(ASK_EVERY).await;
            }
        }
    }

    fn ending(status: ExitStatus) -> Ending {
        status.code().map_or(Ending::Signal, Ending::Code)
    }

    impl Drop for Running {
        fn drop(&mut self) {
            if self.has_ended {
                return;
            }
            // Before it is waited for: until then its number is nobody else's.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
        }
    }

    #[cfg(test)]
    mod tests {
        use super::{Duration, Ending, PIPE_OUTPUT_BYTES_MAX, TIME_MAX, pipe};

        async fn piped(command: &str, text: &str) -> (String, Ending) {
            let piped = pipe(command, text.to_owned(), TIME_MAX).await.unwrap();
            (piped.output, piped.ending)
        }

        #[tokio::test]
        async fn a_command_reads_the_text_and_what_it_says_comes_back() {
            assert_eq!(piped("sort", "b\na\n").await, ("a\nb\n".into(), Ending::Code(0)));
            let (output, ending) = piped("cat; echo oh >&2; exit 3", "x\n").await;
            assert_eq!((output.as_str(), ending), ("x\noh\n", Ending::Code(3)));
            assert_eq!(piped("kill -9 $$", "").await.1, Ending::Signal);
            assert_eq!(piped("exec 0<&-; true", &"x".repeat(1 << 20)).await.1, Ending::Code(0));
        }

        #[tokio::test]
        async fn one_that_says_or_takes_too_much_is_stopped_with_all_it_started() {
            let (output, ending) = piped("yes", "").await;
            assert_eq!((output.len(), ending), (PIPE_OUTPUT_BYTES_MAX, Ending::TooMuch));
            let short = Duration::from_millis(300);
            let late = pipe("sleep 60 & echo $!; wait", String::new(), short).await.unwrap();
            assert_eq!(late.ending, Ending::TooLate);
            let there = format!("kill -0 {} 2>/dev/null && ps -o stat= -p {0}", late.output.trim());
            let (state, _) = piped(&there, "").await;
            assert!(state.is_empty() || state.starts_with('Z'), "{state}");
        }
    }
}
