//! The client without a screen: reads lines, prints lines. For screen readers, dumb terminals, Emacs
//! and pipes; the same state, the same queue, the same commands as with a screen.

use std::io::{BufRead, Write};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout_at};

use crate::io::{Edge, Outside};
use crate::runtime::{now, stop_signal, wait_until};
use crate::state::{Action, Effect, Input, Outgoing, Size, State};
use crate::view::Transcript;

/// Lines that may wait to be taken in.
const LINES_MAX: usize = 64;
/// How long what was written may take to go out once the input has ended.
const GOING_OUT: Duration = Duration::from_secs(10);
/// A page nobody sees: whatever is told counts as seen.
pub const PAGE: Size = Size { columns: 100, rows: 200 };

/// Everything the loop joins.
pub struct Plain {
    state: State,
    edge: Edge,
    outside: mpsc::Receiver<Outside>,
    transcript: Transcript,
    is_over: bool,
}

impl Plain {
    /// Joins the parts.
    #[must_use]
    pub fn new(state: State, edge: Edge, outside: mpsc::Receiver<Outside>) -> Self {
        Self { state, edge, outside, transcript: Transcript::default(), is_over: false }
    }

    /// Runs until the input has ended and what was written is out, or somebody leaves.
    ///
    /// # Errors
    /// When nothing can be printed any more.
    pub async fn run(mut self, begin: impl IntoIterator<Item = Input>) -> anyhow::Result<()> {
        self.feed(Input::Time(now()))?;
        begin.into_iter().try_for_each(|input| self.feed(input))?;
        let mut lines = read_lines();
        let mut stop = std::pin::pin!(stop_signal());
        while !self.is_over {
            let wake = self.state.next_wake().map(wait_until);
            tokio::select! {
                () = &mut stop => self.feed(Input::Do(Action::Quit))?,
                line = lines.recv() => match line {
                    Some(line) => self.feed(Input::Line(line))?,
                    None => break,
                },
                Some(outside) = self.outside.recv() => self.hear(outside)?,
                () = sleep(wake.unwrap_or_default()), if wake.is_some() => {}
            }
            self.feed(Input::Time(now()))?;
        }
        self.let_out().await?;
        self.edge.close().await;
        Ok(())
    }

    /// Waits for what was written to be acknowledged; what is not is kept for the next time.
    async fn let_out(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + GOING_OUT;
        while !self.is_over && self.state.is_anything_unsent() {
            match timeout_at(deadline, self.outside.recv()).await {
                Ok(Some(outside)) => self.hear(outside)?,
                Ok(None) | Err(_) => break,
            }
            self.feed(Input::Time(now()))?;
        }
        self.feed(Input::Do(Action::Quit))
    }

    fn hear(&mut self, outside: Outside) -> anyhow::Result<()> {
        self.edge.receive(outside).map_or(Ok(()), |input| self.feed(input))
    }

    fn feed(&mut self, input: Input) -> anyhow::Result<()> {
        for Outgoing { account, effect } in self.state.update(input) {
            match effect {
                Effect::Quit => self.is_over = true,
                effect => self.edge.run(Outgoing { account, effect }),
            }
        }
        let mut out = std::io::stdout().lock();
        for line in self.transcript.news(&self.state) {
            writeln!(out, "{line}").context("nobody reads what is printed")?;
        }
        out.flush().context("nobody reads what is printed")
    }
}

/// Reads on a thread of its own: reading a terminal cannot be given up half-way.
fn read_lines() -> mpsc::Receiver<String> {
    let (read, lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if read.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}
