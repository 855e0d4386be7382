//! A program in a real pseudo-terminal, and the screen it paints, as a person would see it. The
//! terminal emulator is vt100's, not ours.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::process::NO_BUS;
use anyhow::{Context, bail};
use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

/// How long a screen may take to show what is expected of it, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program and its screen.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    shared: Arc<Shared>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

/// Bytes that are kept as they were painted, from the first on.
const KEPT_BYTES_MAX: usize = 1024 * 1024;
/// How large a cell says it is, in pixels.
const CELL: (u16, u16) = (8, 16);

struct Shared {
    written: Mutex<Vec<u8>>,
    screen: Mutex<vt100::Parser>,
    painted: Condvar,
    bytes: AtomicU64,
}

/// How large a terminal is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Width in cells.
    pub columns: u16,
    /// Height in cells.
    pub rows: u16,
}

impl Terminal {
    /// Starts a program in a terminal of that size, with those variables added to ours.
    ///
    /// # Errors
    /// When there is no terminal to be had, or no such program.
    pub fn start(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        size: Size,
    ) -> anyhow::Result<Self> {
        let Size { columns: cols, rows } = size;
        let (pixel_width, pixel_height) = (cols * CELL.0, rows * CELL.1);
        let size = PtySize { rows, cols, pixel_width, pixel_height };
        let pair = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("RUST_BACKTRACE", "0");
        for gone in ["NO_COLOR", "TMUX", "DISPLAY"] {
            command.env_remove(gone);
        }
        for gone in ["COLORTERM", "TERM_PROGRAM", "KITTY_WINDOW_ID", "ZELLIJ", "STY"] {
            command.env_remove(gone);
        }
        command.env(NO_BUS.0, NO_BUS.1);
        variables.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).context("starting the program")?;
        drop(pair.slave);
        let cells = |count: u16| NonZeroU16::new(count).context("a terminal has cells");
        let shared = Arc::new(Shared {
            screen: Mutex::new(vt100::Parser::new(cells(rows)?, cells(cols)?, 0)),
            written: Mutex::new(Vec::new()),
            painted: Condvar::new(),
            bytes: AtomicU64::new(0),
        });
        read_in_background(pair.master.try_clone_reader()?, Arc::clone(&shared));
        let keys = pair.master.take_writer()?;
        Ok(Self { child, keys, shared, _master: pair.master })
    }

    /// Types, byte for byte.
    ///
    /// # Errors
    /// When the program is gone.
    pub fn press(&mut self, keys: &str) -> anyhow::Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// The screen as text, a line per row.
    #[must_use]
    pub fn screen(&self) -> String {
        self.lock().screen().contents()
    }

    /// Bytes the program has painted so far.
    #[must_use]
    pub fn bytes_painted(&self) -> u64 {
        self.shared.bytes.load(Ordering::Relaxed)
    }

    /// The program's process id.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.child.process_id()
    }

    /// Waits until the screen fits; returns it.
    ///
    /// # Errors
    /// When it does not in time: what was expected, and what was there.
    pub fn wait_until(
        &self,
        expected: &str,
        fits: impl Fn(&str) -> bool,
    ) -> anyhow::Result<String> {
        self.wait_within(PATIENCE, expected, fits)
    }

    /// Waits until the screen shows a text; returns the screen.
    ///
    /// # Errors
    /// As [`Self::wait_until`].
    pub fn sees(&self, text: &str) -> anyhow::Result<String> {
        self.wait_until(text, |screen| screen.contains(text))
    }

    /// Waits until the program has painted these very bytes.
    ///
    /// # Errors
    /// As [`Self::wait_until`].
    pub fn writes(&self, bytes: &str) -> anyhow::Result<()> {
        self.wait_until(bytes, |_| {
            let written = self.shared.written.lock().unwrap_or_else(PoisonError::into_inner);
            written.windows(bytes.len()).any(|window| window == bytes.as_bytes())
        })
        .map(drop)
    }

    fn wait_within(
        &self,
        patience: Duration,
        expected: &str,
        fits: impl Fn(&str) -> bool,
    ) -> anyhow::Result<String> {
        let deadline = now() + patience;
        let mut parser = self.lock();
        loop {
            let screen = parser.screen().contents();
            if fits(&screen) {
                return Ok(screen);
            }
            let left = deadline.saturating_duration_since(now());
            if left.is_zero() {
                bail!("expected {expected:?}, and saw:\n{screen}");
            }
            let waited = self.shared.painted.wait_timeout(parser, left);
            parser = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the program has ended; says whether it succeeded.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn ends(&mut self) -> anyhow::Result<bool> {
        let deadline = now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status.success());
            }
            if now() > deadline {
                bail!("the program did not end; its screen:\n{}", self.screen());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the program without asking.
    pub fn ends_now(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn lock(&self) -> MutexGuard<'_, vt100::Parser> {
        self.shared.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.ends_now();
    }
}

fn read_in_background(mut output: Box<dyn Read + Send>, shared: Arc<Shared>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            shared.bytes.fetch_add(count as u64, Ordering::Relaxed);
            let mut written = shared.written.lock().unwrap_or_else(PoisonError::into_inner);
            let room = KEPT_BYTES_MAX.saturating_sub(written.len());
            written.extend_from_slice(&buffer[..count.min(room)]);
            drop(written);
            let mut parser = shared.screen.lock().unwrap_or_else(PoisonError::into_inner);
            parser.process(&buffer[..count]);
            drop(parser);
            shared.painted.notify_all();
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "a person's patience is measured on the wall")]
fn now() -> Instant {
    Instant::now()
}
