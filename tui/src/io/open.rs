//! An open account at the edge: its socket, its calls, what it keeps.
//!
//! What one account waits for, no other one does. Which accounts are open is the edge's business.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use pail_protocol::BucketId;
use pail_protocol::frame::ClientFrame;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::cache::Cache;
use super::entry::{self, Opened};
use super::keyring::Keyring;
use super::pictures::Album;
use super::rest::Rest;
use super::socket::{self, Destination, OUTBOX_FRAMES_MAX};
use super::source::Source;
use super::stash::Stash;
use super::unlocking::Unlocking;
use super::{LOGOUT, Outside, nearby, pipe, save, upload};
use crate::state::export::{Content, ExportId};
use crate::state::pictures::Wanted;
use crate::state::uploads::UploadId;
use crate::state::{AccountKey, Answer, Call, Effect, Generation, Input, NetEvent, News};
use crate::text::SafeText;

/// An account that is open.
pub(super) struct Open {
    pub(super) opened: Opened,
    source: Source,
    album: Album,
    pub(super) stash: Stash,
    unlocking: Unlocking,
    pub(super) tell: Tell,
    socket: Option<OpenSocket>,
    uploads: BTreeMap<UploadId, AbortHandle>,
    exports: BTreeMap<ExportId, AbortHandle>,
}

/// What an account has on this machine.
pub(super) struct Kept {
    pub(super) cache: Option<Cache>,
    pub(super) album: Album,
    pub(super) stash: Stash,
    pub(super) keyring: Keyring,
}

/// Tells the state what is news to one account.
#[derive(Clone)]
pub(super) struct Tell {
    pub(super) account: AccountKey,
    pub(super) inbox: mpsc::Sender<Outside>,
}

struct OpenSocket {
    generation: Generation,
    outbox: mpsc::Sender<ClientFrame>,
    task: AbortHandle,
}

impl Tell {
    /// Whether anybody listens still.
    pub(super) async fn tell(&self, news: News) -> bool {
        let input = Outside::Input(Input::Account(self.account, news));
        self.inbox.send(input).await.is_ok()
    }

    /// Tells it some time.
    pub(super) fn soon(&self, news: News) {
        let tell = self.clone();
        tokio::spawn(async move { tell.tell(news).await });
    }
}

impl Open {
    pub(super) fn new(opened: Opened, kept: Kept, tell: Tell) -> Self {
        let Kept { cache, album, stash, keyring } = kept;
        let (source, unlocking) = (Source::new(cache), Unlocking::new(keyring));
        let (uploads, exports) = (BTreeMap::new(), BTreeMap::new());
        Self { opened, source, album, stash, unlocking, tell, socket: None, uploads, exports }
    }

    /// Where its pictures are had.
    pub(super) fn album(&self) -> (Album, Arc<Rest>) {
        (self.album.clone(), self.opened.rest.clone())
    }

    pub(super) fn key(&self) -> AccountKey {
        self.tell.account
    }

    /// Carries out what concerns this account alone.
    pub(super) fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Connect { generation, delay_ms } => self.connect(generation, delay_ms),
            Effect::SendFrame(generation, frame) => self.send(generation, frame),
            Effect::Call(generation, call) => self.call(generation, call),
            Effect::Upload { id, path } => self.upload(id, path),
            Effect::CancelUpload(id) => {
                if let Some(upload) = self.uploads.remove(&id) {
                    upload.abort();
                }
            }
            Effect::Save { id, content, path } => self.save(id, content, path),
            Effect::Pipe { id, command, text } => self.pipe(id, command, text),
            Effect::Picture(wanted) => self.picture(wanted),
            Effect::Ask(asked) => self.look_up(asked),
            Effect::CancelExport(id) => {
                if let Some(export) = self.exports.remove(&id) {
                    export.abort();
                }
            }
            Effect::LookForFiles(paths) => self.look_for_files(paths),
            Effect::LogOut => self.log_out(),
            Effect::Remember(changes) => self.source.keep(changes),
            _ => {}
        }
    }

    /// Listens to what the state is told.
    pub(super) fn hear(&mut self, news: &News) {
        if let News::Net(generation, event) = news {
            self.source.hear(*generation, event);
        }
    }

    /// Ends in order: what is to be kept is kept.
    pub(super) async fn close(mut self) {
        self.disconnect();
        self.exports.values().for_each(AbortHandle::abort);
        self.source.close().await;
    }

    /// Whoever has just started a team wants others in it.
    pub(super) fn show_invite(&self) {
        let (rest, public) = (self.opened.rest.clone(), self.opened.public.clone());
        let tell = self.tell.clone();
        tokio::spawn(async move {
            if let Ok(link) = entry::invite(&rest, &public).await {
                let call = Call::Invite { bucket: BucketId::default() };
                let answer = Ok(Answer::Invited(link.line()));
                tell.tell(News::Answered(Generation::default(), call, answer)).await;
            }
        });
    }

    fn connect(&mut self, generation: Generation, delay_ms: u64) {
        self.disconnect();
        self.source.connects(generation);
        let (outbox, frames) = mpsc::channel(OUTBOX_FRAMES_MAX);
        let (rest, tell, delay) =
            (&self.opened.rest, self.tell.clone(), Duration::from_millis(delay_ms));
        let Some(token) = rest.token().cloned() else {
            let task = self.unlocking.unlock(&self.opened, generation, delay, tell);
            self.socket = Some(OpenSocket { generation, outbox, task });
            return;
        };
        let to = Destination { server: rest.server().clone(), token };
        let tell = move |event: NetEvent| {
            let tell = tell.clone();
            async move { tell.tell(News::Net(generation, event)).await }
        };
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
            self.tell.soon(News::Net(generation, NetEvent::Closed { code: None, reason }));
        }
    }

    fn call(&self, generation: Generation, call: Call) {
        let (rest, public) = (self.opened.rest.clone(), self.opened.public.clone());
        let (tell, question) = (self.tell.clone(), self.source.question());
        tokio::spawn(async move {
            let result = question.answer(&rest, &public, &call).await;
            tell.tell(News::Answered(generation, call, result)).await
        });
    }

    fn upload(&mut self, id: UploadId, path: String) {
        let (rest, tell) = (self.opened.rest.clone(), self.tell.clone());
        let uploading = tokio::spawn(async move {
            upload::upload(&rest, &path, |stage| tell.tell(News::Upload(id, stage))).await;
        });
        self.uploads.retain(|_, upload| !upload.is_finished());
        self.uploads.insert(id, uploading.abort_handle());
    }

    fn save(&mut self, id: ExportId, content: Content, path: String) {
        let (rest, tell) = (self.opened.rest.clone(), self.tell.clone());
        let saving = tokio::spawn(async move {
            let saved = save::save(&rest, content, &path).await;
            let shown = saved.map(|path| SafeText::line(&path.display().to_string()));
            let result = shown.map_err(|why| SafeText::line(&format!("{why:#}")));
            tell.tell(News::Saved(id, result)).await
        });
        self.exporting(id, saving.abort_handle());
    }

    fn pipe(&mut self, id: ExportId, command: String, text: String) {
        let tell = self.tell.clone();
        let piping = tokio::spawn(async move {
            let piped = pipe::pipe(&command, text).await;
            let result = piped.map_err(|why| SafeText::line(&format!("{why:#}")));
            tell.tell(News::Piped(id, result)).await
        });
        self.exporting(id, piping.abort_handle());
    }

    fn picture(&self, wanted: Wanted) {
        let (tell, (album, rest)) = (self.tell.clone(), self.album());
        tokio::spawn(async move {
            let result = album.measure(&rest, &wanted).await;
            tell.tell(News::Picture(wanted.id, result)).await
        });
    }

    fn exporting(&mut self, id: ExportId, export: AbortHandle) {
        self.exports.retain(|_, export| !export.is_finished());
        self.exports.insert(id, export);
    }

    fn look_for_files(&self, paths: Vec<String>) {
        let tell = self.tell.clone();
        tokio::spawn(async move {
            let found = nearby::existing(paths).await;
            if !found.is_empty() {
                tell.tell(News::FilesFound(found)).await;
            }
        });
    }

    fn log_out(&self) {
        let rest = self.opened.rest.clone();
        tokio::spawn(async move { rest.order(Method::POST, LOGOUT).await });
    }
}
