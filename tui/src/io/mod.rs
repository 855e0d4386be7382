//! The edge: carries out effects as tasks and turns what comes of them into inputs.
//!
//! Nothing here decides what a client does; nothing in `state` or `view` waits for this.

pub mod accounts;
pub mod address;
pub mod cache;
pub mod calls;
pub mod connector;
pub mod desktop;
pub mod entry;
pub mod files;
pub mod randomness;
pub mod rest;
pub mod screen;
pub mod socket;
pub mod terminal;

use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use pail_protocol::BucketId;
use pail_protocol::frame::ClientFrame;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::state::keepsake::Keepsake;
use crate::state::{Answer, Call, Effect, Entered, Generation, Input, NetEvent};
use crate::text::SafeText;
use cache::Cache;
use entry::{Doors, Opened};
use files::ClientDirs;
use socket::{Destination, OUTBOX_FRAMES_MAX};

/// Things from outside that may wait for the loop. Beyond it the sockets are read more slowly.
pub const INBOX_MAX: usize = 1024;

/// Where a login ends.
pub const LOGOUT: &str = "/api/auth/logout/";

/// Something from outside.
pub enum Outside {
    /// For the state.
    Input(Input),
    /// A way in was found: for the edge first, then for the state.
    Opened(Opened),
}

/// Carries out effects.
pub struct Edge {
    doors: Arc<Doors>,
    dirs: ClientDirs,
    inbox: mpsc::Sender<Outside>,
    open: Option<Open>,
    socket: Option<OpenSocket>,
}

struct Open {
    opened: Opened,
    cache: Option<Cache>,
}

struct OpenSocket {
    generation: Generation,
    outbox: mpsc::Sender<ClientFrame>,
    task: AbortHandle,
}

impl Edge {
    /// An edge with nothing open, and where it says what happened.
    #[must_use]
    pub fn new(doors: Arc<Doors>, dirs: ClientDirs) -> (Self, mpsc::Receiver<Outside>) {
        let (inbox, outside) = mpsc::channel(INBOX_MAX);
        (Self { doors, dirs, inbox, open: None, socket: None }, outside)
    }

    /// What something from outside is to the state.
    pub fn receive(&mut self, outside: Outside) -> Input {
        match outside {
            Outside::Input(input) => input,
            Outside::Opened(opened) => Input::Entered(Ok(self.open(opened))),
        }
    }

    /// Opens an account that was found.
    pub fn open(&mut self, opened: Opened) -> Entered {
        // What was open may be the same account: its file must be free.
        self.open = None;
        let me = opened.account.me();
        let (keepsake, cache) = match opened.is_kept {
            true => self.kept(&opened),
            false => Default::default(),
        };
        if opened.is_new_team {
            self.show_invite(&opened);
        }
        self.open = Some(Open { opened, cache });
        Entered { me, keepsake }
    }

    fn kept(&self, opened: &Opened) -> (Keepsake, Option<Cache>) {
        let (inbox, runtime) = (self.inbox.clone(), tokio::runtime::Handle::current());
        let tell = move |sentence: String| {
            let (inbox, warning) = (inbox.clone(), SafeText::line(&sentence));
            let warned = Outside::Input(Input::Warned(warning));
            runtime.spawn(async move { inbox.send(warned).await });
        };
        cache::open(&cache::path_for(&self.dirs, &opened.account), tell)
    }

    /// Whoever has just started a team wants others in it.
    fn show_invite(&self, opened: &Opened) {
        let (rest, public) = (opened.rest.clone(), opened.public.clone());
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            if let Ok(link) = entry::invite(&rest, &public).await {
                let call = Call::Invite { bucket: BucketId::default() };
                let answer = Ok(Answer::Invited(link.line()));
                let answered = Input::Answered(Generation::default(), call, answer);
                let _ = inbox.send(Outside::Input(answered)).await;
            }
        });
    }

    /// Carries out an effect. What concerns the terminal is not for here.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Connect { generation, delay_ms } => self.connect(generation, delay_ms),
            Effect::Disconnect => self.disconnect(),
            Effect::SendFrame(generation, frame) => self.send(generation, frame),
            Effect::Call(generation, call) => self.call(generation, call),
            Effect::Enter(entry) => self.enter(entry),
            Effect::LogOut => self.log_out(),
            Effect::Remember(keepsake) => {
                if let Some(cache) = self.open.as_ref().and_then(|open| open.cache.as_ref()) {
                    cache.keep(keepsake);
                }
            }
            Effect::Notify(notification) => drop(tokio::spawn(desktop::notify(notification))),
            Effect::Bell | Effect::Redraw | Effect::Quit => {}
        }
    }

    /// Ends everything in order: what is to be kept is kept, a server inside is stopped.
    pub async fn close(mut self) {
        self.disconnect();
        if let Some(cache) = self.open.take().and_then(|open| open.cache) {
            cache.finish().await;
        }
        self.doors.close().await;
    }

    fn connect(&mut self, generation: Generation, delay_ms: u64) {
        self.disconnect();
        let Some(open) = &self.open else { return };
        let rest = &open.opened.rest;
        let Some(token) = rest.token().cloned() else { return };
        let to = Destination { server: rest.server().clone(), token };
        let (outbox, frames) = mpsc::channel(OUTBOX_FRAMES_MAX);
        let inbox = self.inbox.clone();
        let tell = move |event: NetEvent| {
            let inbox = inbox.clone();
            async move { inbox.send(Outside::Input(Input::Net(generation, event))).await.is_ok() }
        };
        let delay = Duration::from_millis(delay_ms);
        let task = tokio::spawn(socket::run(to, delay, frames, tell)).abort_handle();
        self.socket = Some(OpenSocket { generation, outbox, task });
    }

    fn disconnect(&mut self) {
        if let Some(socket) = self.socket.take() {
            socket.task.abort();
        }
    }

    /// A full outbox means that the server takes nothing: the connection is given up, and the
    /// frames go out again on the next one.
    fn send(&mut self, generation: Generation, frame: ClientFrame) {
        let Some(socket) = self.socket.as_ref().filter(|s| s.generation == generation) else {
            return;
        };
        if socket.outbox.try_send(frame).is_err() {
            socket.task.abort();
            let reason = SafeText::line("the server takes nothing");
            let lost = Input::Net(generation, NetEvent::Closed { code: None, reason });
            let inbox = self.inbox.clone();
            tokio::spawn(async move { inbox.send(Outside::Input(lost)).await });
        }
    }

    fn call(&self, generation: Generation, call: Call) {
        let Some(Open { opened, .. }) = &self.open else { return };
        let (rest, public) = (opened.rest.clone(), opened.public.clone());
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            let result = calls::make(&rest, &public, &call).await;
            let result = result.map_err(|error| error.refusal());
            inbox.send(Outside::Input(Input::Answered(generation, call, result))).await
        });
    }

    fn enter(&self, entry: crate::state::Entry) {
        let (doors, inbox) = (self.doors.clone(), self.inbox.clone());
        tokio::spawn(async move {
            let outside = match doors.enter(entry).await {
                Ok(opened) => Outside::Opened(opened),
                Err(error) => {
                    let why = SafeText::line(&format!("{error:#}"));
                    Outside::Input(Input::Entered(Err(why)))
                }
            };
            inbox.send(outside).await
        });
    }

    fn log_out(&mut self) {
        let Some(Open { opened, .. }) = self.open.take() else { return };
        if opened.is_kept
            && let Err(error) = self.doors.accounts.log_out(&opened.account)
        {
            tracing::warn!("The login cannot be forgotten: {error:#}");
        }
        tokio::spawn(async move { opened.rest.order(Method::POST, LOGOUT).await });
    }
}
