//! The terminal is asked everything at once, in one raw round trip. The last question is one that
//! every terminal answers: when its answer is there, no other will come.
//!
//! Whatever ends this, a panic and a signal too, the terminal is as it was.

use super::Environment;
use super::replies::Replies;

/// Characters whose width is measured. pail counts on the plain ones to be wide.
pub(super) const SAMPLES: &[(&str, Kind)] = &[
    ("한", Kind::Plain),
    ("👍", Kind::Plain),
    ("❤️", Kind::Composed),
    ("👍🏽", Kind::Composed),
    ("🇵🇹", Kind::Composed),
    ("👩‍💻", Kind::Composed),
];

/// How a sample is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of one code point.
    Plain,
    /// Of several, about which terminals disagree.
    Composed,
}

/// What came of asking.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Answers, as many as came in time.
    Answered(Replies),
    /// Nothing was asked, and why.
    Not(&'static str),
}

impl Asked {
    /// Whether somebody does not want to know.
    pub(super) fn is_stopped(&self) -> bool {
        matches!(self, Self::Answered(replies) if replies.is_stopped)
    }
}

/// What this terminal is asked. Some show what they do not understand, or take it for a title.
#[cfg(any(unix, test))]
fn questions(environment: &Environment<'_>) -> String {
    let term = environment.says("TERM");
    let knows_strings = term != "linux" && !environment.has("STY");
    let mut asked = String::new();
    if knows_strings {
        asked.push_str("\x1b[>0q\x1b]11;?\x1b\\\x1bP+q4d73\x1b\\");
        asked.push_str("\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m");
    }
    if knows_strings && !environment.is_tmux() && !environment.has("ZELLIJ") {
        asked.push_str("\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\");
    }
    asked.push_str("\x1b[?u\x1b[?1004$p\x1b[?2026$p");
    for (sample, _) in SAMPLES {
        asked.push_str(&format!("\r{sample}\x1b[6n\r\x1b[K"));
    }
    asked.push_str("\x1b[c");
    asked
}

/// Asks.
#[cfg(unix)]
pub(super) async fn ask(environment: &Environment<'_>) -> Asked {
    if !crate::io::terminal::is_there() {
        return Asked::Not("there is no terminal here");
    }
    if ["", "dumb"].contains(&environment.says("TERM").as_str()) {
        return Asked::Not("TERM says that this terminal understands nothing");
    }
    match unix::round_trip(&questions(environment)).await {
        Ok(replies) => Asked::Answered(replies),
        Err(_) => Asked::Not("this terminal cannot be asked"),
    }
}

/// Asks nothing: what Windows offers for it is not what terminals answer to.
#[cfg(not(unix))]
pub(super) async fn ask(_: &Environment<'_>) -> Asked {
    Asked::Not("terminals are asked on Unix only")
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::AsFd;
    use std::time::Duration;

    use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use tokio::time::Instant;

    use crate::io::doctor::in_time;
    use crate::io::doctor::replies::{self, Replies};

    /// How long all answers together may take.
    const ANSWERS_TIMEOUT: Duration = Duration::from_millis(500);
    /// More than all answers together.
    const ANSWER_BYTES_MAX: usize = 16 * 1024;

    /// Bytes as they come, until it is dropped.
    struct Raw;

    impl Raw {
        fn begin() -> io::Result<Self> {
            enable_raw_mode().map(|()| Self)
        }
    }

    impl Drop for Raw {
        fn drop(&mut self) {
            let _ = disable_raw_mode();
        }
    }

    pub(super) async fn round_trip(questions: &str) -> io::Result<Replies> {
        let keyboard = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let _raw = Raw::begin()?;
        let mut out = io::stdout();
        out.write_all(questions.as_bytes())?;
        out.flush()?;
        // A terminal that says nothing is an answer, too.
        Ok(in_time(move || listen(keyboard)).await.unwrap_or_default())
    }

    /// Blocks, for no longer than answers may take.
    fn listen(mut keyboard: File) -> Replies {
        let until = Instant::now() + ANSWERS_TIMEOUT;
        let (mut answered, mut piece) = (Vec::new(), [0; 1024]);
        let mut so_far = Replies::default();
        while answered.len() < ANSWER_BYTES_MAX && !so_far.is_complete && !so_far.is_stopped {
            let left = until.saturating_duration_since(Instant::now());
            if !has_something(&keyboard, left) {
                break;
            }
            let Ok(count @ 1..) = keyboard.read(&mut piece) else { break };
            answered.extend_from_slice(&piece[..count]);
            so_far = replies::read(&answered);
        }
        so_far
    }

    fn has_something(keyboard: &File, within: Duration) -> bool {
        let Ok(within) = Timespec::try_from(within) else { return false };
        let mut watched = [PollFd::new(keyboard, PollFlags::IN)];
        matches!(poll(&mut watched, Some(&within)), Ok(1..))
    }
}

#[cfg(test)]
mod tests {
    use super::{Environment, questions};

    #[test]
    fn the_fence_is_last_and_nobody_is_asked_what_they_would_show() {
        let asked = |name: &'static str, value: &'static str| {
            questions(&Environment(&move |asked| (asked == name).then(|| value.to_owned())))
        };
        for (name, value, images, strings) in [
            ("TERM", "xterm-kitty", true, true),
            ("TERM", "linux", false, false),
            ("STY", "1.pts", false, false),
            ("TMUX", "/tmp/x", false, true),
            ("ZELLIJ", "0", false, true),
        ] {
            let asked = asked(name, value);
            assert!(asked.ends_with("\x1b[c"));
            assert_eq!(asked.contains("\x1b_G"), images, "{value}");
            assert_eq!(asked.contains("\x1bP"), strings, "{value}");
        }
    }
}
