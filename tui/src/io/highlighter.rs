//! Highlighting beside the client: a thread that hands code to a process of its own.
//!
//! The patterns of a language take 10 MB and more once they are compiled, and an allocator seldom
//! gives that back. A process does when it ends, and it ends soon after the last block of code. It
//! is this program, called with a command nobody is told of, and speaks JSON, line by line.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::state::layouts::CodeBlock;
use crate::text::highlight::{Languages, Stretch};

/// The command that makes this program the one that highlights.
pub const COMMAND: &str = "highlight-code";
/// Blocks that may wait. Those beyond it are asked for again when they are drawn again.
pub const BLOCKS_WAITING_MAX: usize = 64;
/// How long the process stays when nobody asks it anything.
pub const IDLE: Duration = Duration::from_secs(20);
/// How long one block may take; what is not reached by then stays plain.
pub const BLOCK_TIME_MAX: Duration = Duration::from_millis(500);
/// Longest answer, in bytes: several times what the most stretches take.
const ANSWER_BYTES_MAX: u64 = 512 * 1024;
/// Longest question, in bytes: a message, with every character escaped.
const QUESTION_BYTES_MAX: u64 = 256 * 1024;

/// Where to ask, and where the answers come.
pub struct Highlighter {
    asking: SyncSender<CodeBlock>,
    answers: mpsc::Receiver<Highlighted>,
}

/// An answer.
pub struct Highlighted {
    /// Of which block.
    pub fingerprint: u64,
    /// What is what in it.
    pub stretches: Vec<Stretch>,
}

impl Highlighter {
    /// Starts the thread; the process begins with the first question.
    #[must_use]
    pub fn start() -> Self {
        let (asking, asked) = sync_channel(BLOCKS_WAITING_MAX);
        let (told, answers) = mpsc::channel(BLOCKS_WAITING_MAX);
        std::thread::spawn(move || work(&asked, &told));
        Self { asking, answers }
    }

    /// Asks. Whether there was room.
    #[must_use]
    pub fn ask(&self, code: CodeBlock) -> bool {
        self.asking.try_send(code).is_ok()
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Option<Highlighted> {
        self.answers.recv().await
    }
}

fn work(asked: &Receiver<CodeBlock>, told: &mpsc::Sender<Highlighted>) {
    let mut process = None;
    loop {
        // Nothing wakes the thread while there is no process to end.
        let next = match process {
            Some(_) => asked.recv_timeout(IDLE),
            None => asked.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Err(RecvTimeoutError::Timeout) => process = None,
            Err(RecvTimeoutError::Disconnected) => return,
            Ok(code) => {
                let stretches = answer(&mut process, &code).unwrap_or_else(|error| {
                    tracing::warn!("Code is not highlighted: {error:#}");
                    process = None;
                    Vec::new()
                });
                let fingerprint = code.fingerprint;
                if told.blocking_send(Highlighted { fingerprint, stretches }).is_err() {
                    return;
                }
            }
        }
    }
}

fn answer(process: &mut Option<Process>, code: &CodeBlock) -> anyhow::Result<Vec<Stretch>> {
    let process = match process {
        Some(process) => process,
        None => process.insert(Process::start()?),
    };
    process.ask(code.code.language.as_str(), code.code.text.as_str())
}

/// The process while it runs. Dropping it ends it.
struct Process {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Process {
    fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("this program is not found any more")?;
        let mut child = Command::new(program)
            .arg(COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("no process could be started")?;
        let ends = child.stdin.take().zip(child.stdout.take());
        let (to, from) = ends.context("the process has no ends")?;
        Ok(Self { child, to, from: BufReader::new(from) })
    }

    fn ask(&mut self, language: &str, code: &str) -> anyhow::Result<Vec<Stretch>> {
        let mut question = serde_json::to_string(&(language, code))?;
        question.push('\n');
        self.to.write_all(question.as_bytes()).context("the process takes nothing")?;
        let mut line = String::new();
        let bytes = (&mut self.from).take(ANSWER_BYTES_MAX).read_line(&mut line)?;
        ensure!(bytes > 0, "the process ended");
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the process does: answers until nobody asks any more.
///
/// # Errors
/// When a question is none, or nobody takes the answer.
pub fn serve(questions: impl Read, mut answers: impl Write) -> anyhow::Result<()> {
    let languages = Languages::default();
    let mut questions = BufReader::new(questions);
    let mut line = String::new();
    while (&mut questions).take(QUESTION_BYTES_MAX).read_line(&mut line)? > 0 {
        let (language, code): (String, String) = serde_json::from_str(&line)?;
        let started = Instant::now();
        let may_go_on = || started.elapsed() < BLOCK_TIME_MAX;
        let stretches = languages.highlight(&language, &code, may_go_on);
        writeln!(answers, "{}", serde_json::to_string(&stretches)?)?;
        answers.flush()?;
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{QUESTION_BYTES_MAX, serve};
    use crate::text::highlight::{Stretch, Tint};

    #[test]
    fn questions_are_answered_line_by_line() {
        let questions = "[\"rust\",\"fn\"]\n[\"none\",\"fn\"]\n";
        let mut answers = Vec::new();
        serve(questions.as_bytes(), &mut answers).unwrap();
        let answers = String::from_utf8(answers).unwrap();
        let read = |line: &str| serde_json::from_str::<Vec<Stretch>>(line).unwrap();
        let answers: Vec<_> = answers.lines().map(read).collect();
        assert_eq!(answers, [vec![Stretch { range: 0..2, tint: Tint::Keyword }], vec![]]);
    }

    #[test]
    fn a_question_without_end_is_none() {
        let question = vec![b'['; QUESTION_BYTES_MAX as usize * 2];
        assert!(serve(question.as_slice(), Vec::new()).is_err());
    }
}
