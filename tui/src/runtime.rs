//! The loop of the screen: waits for the terminal, the outside or the time, feeds the state, carries out
//! effects, draws once per batch.
//!
//! The terminal goes first. Nothing wakes the loop while nothing happens.

mod away;

use std::task::Poll;
use std::time::Duration;

use anyhow::Context;
use crossterm::event::{self, Event, EventStream};
use futures_util::{StreamExt, poll};
use pail_protocol::Timestamp;
#[cfg(unix)]
use tokio::signal::unix::SignalKind;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use crate::io::abilities::abilities;
use crate::io::background::{Heard, Listener};
use crate::io::config::Configured;
use crate::io::easel::{self, Guess};
use crate::io::highlighter::{Highlighted, Highlighter};
use crate::io::links;
use crate::io::pictures::{Drawn, Studio};
use crate::io::terminal::{self, Terminal};
use crate::io::{Edge, Outside};
use crate::keys::Keyboard;
use crate::state::pictures::Medium;
use crate::state::settings::Mode;
use crate::state::{Effect, Input, Outgoing, State};
use crate::view::Cache;
use away::Errand;

/// Least time between two drawings of what came from outside. The first after a pause is
/// immediate, and so is what answers a key: whoever types waits for nobody's messages.
const FRAME: Duration = Duration::from_millis(16);
/// How long the first picture waits for the terminal to say what its background is.
const FIRST_LOOK: Duration = Duration::from_millis(10);
/// Things taken in before the terminal is asked again.
const BATCH_MAX: usize = 256;

/// Everything the loop joins.
pub struct Runtime {
    terminal: Terminal,
    state: State,
    edge: Edge,
    outside: mpsc::Receiver<Outside>,
    highlighter: Highlighter,
    studio: Studio,
    /// What pictures can be shown with, as soon as it is known.
    easel: Option<Option<Medium>>,
    cache: Cache,
    listener: Listener,
    keyboard: Keyboard,
    /// Somebody else is to have the terminal, before anything else happens.
    errand: Option<Errand>,
    configured: Configured,
    /// Whether the caret is a block, where modes shape it.
    caret: Option<bool>,
    drawn_at: Option<Instant>,
    is_dirty: bool,
    /// What is to be drawn answers the terminal.
    is_urgent: bool,
    /// What the window was called last.
    title: String,
    is_over: bool,
}

enum Happened {
    Terminal(Option<std::io::Result<Event>>),
    Outside(Option<Outside>),
    Highlighted(Highlighted),
    Drawn(Drawn),
    Easel(Option<Medium>),
    Frame,
    Time,
    /// The shell let us go on.
    Continued,
    Stop,
}

impl Runtime {
    /// Joins the parts.
    #[must_use]
    pub fn new(
        terminal: Terminal,
        state: State,
        edge: Edge,
        outside: mpsc::Receiver<Outside>,
        configured: Configured,
    ) -> Self {
        let keyboard = Keyboard::new(configured.chosen.keys.clone());
        let theme = configured.theme();
        Self {
            terminal,
            state,
            edge,
            outside,
            highlighter: Highlighter::start(),
            studio: Studio::default(),
            easel: None,
            cache: Cache { theme, abilities: abilities(), ..Cache::default() },
            listener: Listener::default(),
            keyboard,
            errand: None,
            configured,
            caret: None,
            drawn_at: None,
            is_dirty: true,
            is_urgent: false,
            title: String::new(),
            is_over: false,
        }
    }

    /// Something to begin with, drawn at once.
    pub fn start(&mut self, inputs: impl IntoIterator<Item = Input>) -> anyhow::Result<()> {
        self.ask_background()?;
        if let Guess::Known(medium) = easel::guess() {
            self.easel = Some(medium);
        }
        self.feed(Input::Time(now()))?;
        self.configure()?;
        inputs.into_iter().try_for_each(|input| self.feed(input))?;
        self.wait_for_background()?;
        self.draw()
    }

    /// Runs until somebody leaves. The terminal is given back before what is open is closed.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let mut events = EventStream::new();
        let mut stop = std::pin::pin!(stop_signal());
        let mut continued = std::pin::pin!(continue_signal());
        let mut easel = std::pin::pin!(easel::ask_tmux());
        let mut result = Ok(());
        while !self.is_over && result.is_ok() {
            let happened = self.wait(&mut events, &mut stop, &mut continued, &mut easel).await;
            if matches!(happened, Happened::Continued) {
                continued.set(continue_signal());
            }
            result = self.take_in(happened, &mut events).await;
            if let Some(errand) = self.errand.take() {
                // It would read what is typed elsewhere; Ctrl-C there is not meant for us.
                drop(events);
                result = self.run_errand(errand).await;
                events = EventStream::new();
                stop.set(stop_signal());
                continued.set(continue_signal());
            }
        }
        drop(self.terminal);
        // The terminal is a shell's again: Ctrl-C means that this takes too long.
        tokio::select! {
            () = self.edge.close() => {}
            () = stop_signal() => {}
        }
        result
    }

    async fn wait(
        &mut self,
        events: &mut EventStream,
        stop: &mut (impl Future<Output = ()> + Unpin),
        continued: &mut (impl Future<Output = ()> + Unpin),
        easel: &mut (impl Future<Output = Option<Medium>> + Unpin),
    ) -> Happened {
        let frame_at = self.drawn_at.map_or_else(Instant::now, |at| at + FRAME);
        let wake = self.state.next_wake().map(wait_until).unwrap_or_default();
        let wakes = self.state.next_wake().is_some();
        tokio::select! {
            biased;
            event = events.next() => Happened::Terminal(event),
            () = stop => Happened::Stop,
            () = continued => Happened::Continued,
            () = sleep_until(frame_at), if self.is_dirty => Happened::Frame,
            outside = self.outside.recv() => Happened::Outside(outside),
            Some(answer) = self.highlighter.answer() => Happened::Highlighted(answer),
            Some(drawn) = self.studio.drawn() => Happened::Drawn(drawn),
            medium = easel, if self.easel.is_none() => Happened::Easel(medium),
            () = sleep(wake), if wakes => Happened::Time,
        }
    }

    async fn take_in(
        &mut self,
        happened: Happened,
        events: &mut EventStream,
    ) -> anyhow::Result<()> {
        if !matches!(happened, Happened::Frame) {
            self.feed(Input::Time(now()))?;
        }
        match happened {
            Happened::Terminal(Some(event)) => {
                self.event(event.context("the terminal is gone")?)?;
            }
            Happened::Terminal(None) | Happened::Outside(None) => self.is_over = true,
            Happened::Outside(Some(outside)) => self.outside(outside)?,
            Happened::Highlighted(answer) => self.learn(answer),
            Happened::Easel(medium) => {
                self.easel = Some(medium);
                self.tell_canvas()?;
            }
            Happened::Drawn(Drawn { order, drawing }) => {
                self.cache.pictures.learn(&order, drawing);
                self.is_dirty = true;
            }
            Happened::Continued => self.return_to_terminal()?,
            Happened::Stop => self.feed(Input::Do(crate::state::Action::Quit))?,
            Happened::Frame | Happened::Time => {}
        }
        self.drain(events).await?;
        self.draw()
    }

    /// Takes in what is ready, the terminal's first. The stream must be polled with this task's
    /// own waker: it keeps the first one it sees.
    async fn drain(&mut self, events: &mut EventStream) -> anyhow::Result<()> {
        for _ in 0..BATCH_MAX {
            if let Poll::Ready(Some(event)) = poll!(events.next()) {
                self.event(event.context("the terminal is gone")?)?;
            } else if let Ok(outside) = self.outside.try_recv() {
                self.outside(outside)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn event(&mut self, event: Event) -> anyhow::Result<()> {
        if event == Event::FocusGained {
            self.ask_background()?;
        }
        for heard in self.listener.hear(event, Instant::now()) {
            match heard {
                Heard::Event(event) => self.hear(event)?,
                Heard::Background(background) if self.configured.set_background(background) => {
                    self.configure()?;
                }
                Heard::Background(_) => {}
            }
        }
        Ok(())
    }

    fn hear(&mut self, event: Event) -> anyhow::Result<()> {
        self.is_urgent = true;
        if matches!(event, Event::Resize(..)) {
            // Cells may be larger or smaller than before.
            self.tell_canvas()?;
        }
        match terminal::input(event, self.state.context(), &mut self.keyboard) {
            Some(input) => self.feed(input),
            None => Ok(()),
        }
    }

    /// The terminal's background may be another by day than by night.
    fn ask_background(&mut self) -> anyhow::Result<()> {
        if self.configured.asks_background() && self.terminal.ask_background()? {
            self.listener.expect(Instant::now());
        }
        Ok(())
    }

    /// Most terminals have answered by the time the first picture is ready; the others see it twice.
    fn wait_for_background(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + FIRST_LOOK;
        while self.listener.is_expecting() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !event::poll(left)? {
                break;
            }
            self.event(event::read()?)?;
        }
        Ok(())
    }

    fn outside(&mut self, outside: Outside) -> anyhow::Result<()> {
        if let Outside::Notification(sequence) = &outside {
            self.terminal.notify(sequence)?;
        }
        self.edge.receive(outside).map_or(Ok(()), |input| self.feed(input))
    }

    fn learn(&mut self, Highlighted { fingerprint, stretches }: Highlighted) {
        self.cache.highlights.learn(fingerprint, Some(stretches));
        self.is_dirty = true;
    }

    fn ask_for_highlights(&mut self) {
        for code in self.cache.highlights.take_wanted() {
            let fingerprint = code.fingerprint;
            if !self.highlighter.ask(code) {
                self.cache.highlights.learn(fingerprint, None);
            }
        }
    }

    fn ask_for_pictures(&mut self) {
        for order in self.cache.pictures.take_wanted() {
            self.studio.ask(self.edge.album(order.account), order);
        }
    }

    fn feed(&mut self, input: Input) -> anyhow::Result<()> {
        self.is_dirty = true;
        for Outgoing { account, effect } in self.state.update(input) {
            match effect {
                Effect::Quit => self.is_over = true,
                Effect::Redraw => self.terminal.forget()?,
                Effect::Copy(text) => self.terminal.copy(&text)?,
                Effect::OpenLink(link) if links::is_remote() => self.terminal.copy(&link)?,
                Effect::OpenLink(link) => links::open(&link),
                Effect::Bell => self.terminal.ring()?,
                Effect::Suspend => self.errand = Some(Errand::Suspend),
                Effect::EditElsewhere(text) => {
                    self.errand = account.map(|account| Errand::Edit(account, text));
                }
                Effect::OpenFile(file) => {
                    self.errand = account.map(|account| Errand::Open(account, file));
                }
                Effect::Choose { section, key, value } => {
                    self.configured.choose(section, key, &value);
                    self.configure()?;
                }
                effect => self.edge.run(Outgoing { account, effect }),
            }
        }
        Ok(())
    }

    /// Looks and keys are as they were chosen.
    fn configure(&mut self) -> anyhow::Result<()> {
        self.cache.theme = self.configured.theme();
        self.keyboard = Keyboard::new(self.configured.chosen.keys.clone());
        self.edge.want_keyring(self.configured.chosen.settings.privacy.keyring);
        self.feed(Input::Configured(Box::new(self.configured.chosen.configuration())))?;
        self.tell_canvas()
    }

    fn tell_canvas(&mut self) -> anyhow::Result<()> {
        let canvas =
            self.easel.and_then(|easel| self.configured.canvas(easel, self.terminal.cell()));
        self.feed(Input::Canvas(canvas))
    }

    /// What it is called changes rarely, and is written only then.
    fn name_window(&mut self) -> anyhow::Result<()> {
        let title = self.state.title();
        if self.state.around.chosen.settings.look.title && title != self.title {
            self.terminal.name_window(&title).context("the terminal is gone")?;
            self.title = title;
        }
        Ok(())
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        let is_ours = self.errand.is_none();
        let is_due = self.is_urgent || self.drawn_at.is_none_or(|at| at.elapsed() >= FRAME);
        if self.is_dirty && is_due && is_ours && !self.is_over {
            self.shape_caret()?;
            self.terminal.draw(&self.state, &mut self.cache).context("the terminal is gone")?;
            self.name_window()?;
            self.ask_for_highlights();
            self.ask_for_pictures();
            (self.drawn_at, self.is_dirty, self.is_urgent) = (Some(Instant::now()), false, false);
        }
        Ok(())
    }

    /// Vim's modes have carets of their own.
    fn shape_caret(&mut self) -> anyhow::Result<()> {
        let around = &self.state.around;
        let is_vim = around.chosen.settings.keys.mode == Mode::Vim;
        let wanted = is_vim.then_some(around.is_normal);
        if self.caret != wanted {
            self.caret = wanted;
            self.terminal.shape_caret(wanted.unwrap_or(true))?;
        }
        Ok(())
    }
}

/// The wall clock: the only place where the client reads it.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_millis(jiff::Timestamp::now().as_millisecond())
}

pub(crate) fn wait_until(at: Timestamp) -> Duration {
    let ms = at.as_millis() - now().as_millis();
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// Ends when the process is asked to end.
#[cfg(unix)]
pub(crate) async fn stop_signal() {
    let [hangup, interrupt] = [SignalKind::hangup(), SignalKind::interrupt()];
    any_of(&[SignalKind::terminate(), hangup, interrupt, SignalKind::quit()]).await;
}

/// Ends when the process is asked to end, and not by a key of the terminal.
#[cfg(unix)]
async fn hangup_signal() {
    any_of(&[SignalKind::terminate(), SignalKind::hangup()]).await;
}

/// Ends when the process goes on after it was stopped.
#[cfg(unix)]
async fn continue_signal() {
    any_of(&[SignalKind::from_raw(rustix::process::Signal::CONT.as_raw())]).await;
}

#[cfg(unix)]
async fn any_of(kinds: &[SignalKind]) {
    use tokio::signal::unix::{Signal, signal};
    let signals: std::io::Result<Vec<_>> = kinds.iter().map(|kind| signal(*kind)).collect();
    let Ok(mut signals) = signals else { return std::future::pending().await };
    std::future::poll_fn(|context| {
        let came = |signal: &mut Signal| signal.poll_recv(context).is_ready();
        if signals.iter_mut().any(came) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[cfg(not(unix))]
pub(crate) async fn stop_signal() {
    std::future::pending().await
}

#[cfg(not(unix))]
async fn hangup_signal() {
    std::future::pending().await
}

#[cfg(not(unix))]
async fn continue_signal() {
    std::future::pending().await
}
