//! A text through a command of the shell: it reads the text, and what it says comes back.

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
    let time = std::time::Duration::from_secs(crate::state::export::PIPE_SECONDS_MAX);
    pipe_within(command, text, time).await
}

#[cfg(unix)]
async fn pipe_within(
    command: &str,
    text: String,
    time: std::time::Duration,
) -> anyhow::Result<Piped> {
    use super::child::{Bounds, Complaints, run};
    use crate::state::export::PIPE_OUTPUT_BYTES_MAX;
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(command);
    let bounds = Bounds { time, bytes: PIPE_OUTPUT_BYTES_MAX };
    let (output, ending) = run(shell, text, Complaints::Heard, bounds).await?;
    Ok(Piped { output: String::from_utf8_lossy(&output).into_owned(), ending })
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::{pipe, pipe_within};
    use crate::state::export::{Ending, PIPE_OUTPUT_BYTES_MAX};

    async fn piped(command: &str, text: &str) -> (String, Ending) {
        let piped = pipe(command, text.to_owned()).await.unwrap();
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
        let late = pipe_within("sleep 60 & echo $!; wait", String::new(), short).await.unwrap();
        assert_eq!(late.ending, Ending::TooLate);
        let there = format!("kill -0 {} 2>/dev/null && ps -o stat= -p {0}", late.output.trim());
        let (state, _) = piped(&there, "").await;
        assert!(state.is_empty() || state.starts_with('Z'), "{state}");
    }
}
