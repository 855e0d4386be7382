//! A program that is run within a time and a size, reading a text and saying something. It never has
//! the terminal; let be, it is killed with all it has started.

use std::io::{PipeReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::state::export::Ending;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 4096;
/// Pieces that wait for us; beyond them the program waits.
const PIECES_MAX: usize = 4;
/// How often a program that says nothing more is asked whether it has ended.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// How much of everything a program gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) time: Duration,
    pub(super) bytes: usize,
}

/// What a program says where it complains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Complaints {
    /// Is part of what it says.
    Heard,
    /// Is not heard.
    Unheard,
}

/// A program in a process group of its own, which does not outlive this.
struct Running {
    child: Child,
    has_ended: bool,
}

/// Runs a program; what it said, and how it ended.
pub(super) async fn run(
    mut program: Command,
    text: String,
    complaints: Complaints,
    bounds: Bounds,
) -> anyhow::Result<(Vec<u8>, Ending)> {
    let name = program.get_program().to_string_lossy().into_owned();
    let started = start(&mut program, complaints);
    let (mut running, stdin, said) =
        started.with_context(|| format!("{name} cannot be started"))?;
    // It holds the other end of what is said.
    drop(program);
    // Not the runtime's threads: those would have to end before the client can.
    std::thread::spawn(move || write(stdin, &text));
    let (tell, mut pieces) = mpsc::channel(PIECES_MAX);
    std::thread::spawn(move || read(said, &tell));
    let mut output = Vec::new();
    let ended = timeout(bounds.time, async {
        while let Some(piece) = pieces.recv().await {
            output.extend_from_slice(&piece);
            if output.len() > bounds.bytes {
                return Ok(Ending::TooMuch);
            }
        }
        running.end().await
    });
    let ending = ended.await.unwrap_or(Ok(Ending::TooLate))?;
    output.truncate(bounds.bytes);
    Ok((output, ending))
}

fn start(
    program: &mut Command,
    complaints: Complaints,
) -> std::io::Result<(Running, Option<ChildStdin>, PipeReader)> {
    let (said, says) = std::io::pipe()?;
    program.process_group(0).stdin(Stdio::piped()).stdout(says.try_clone()?);
    match complaints {
        Complaints::Heard => program.stderr(says),
        Complaints::Unheard => program.stderr(Stdio::null()),
    };
    let mut child = program.spawn()?;
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
