//! One WebSocket's life once it is accepted: write what the hub delivers, read what the client
//! sends, keep it alive. What the frames mean is the [`Dialect`]'s business, how they travel the
//! [`Wire`]'s.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use pail_protocol::close::CloseCode;
use pail_protocol::frame::ServerFrame;
use pail_protocol::message::PostMessage;
use pail_protocol::token::Scope;
use pail_protocol::{ChannelId, Seq};
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::dialect::{Dialect, Received, encode};
use super::typing::TypingPace;
use super::wire::{End, Heard, Wire};
use crate::auth::Caller;
use crate::chat::direct::Made;
use crate::chat::{ChatError, messages, reads};
use crate::clock::Stamp;
use crate::config::Connections;
use crate::ctx::Ctx;
use crate::hub::{Attached, Delivery, Hub};
use crate::store::Tx;

/// Messages a client may have sent that are not durable yet. Beyond it, it is not read from.
const UNANSWERED_MAX: usize = 32;
/// Deliveries joined into one flush.
const BATCH_MAX: usize = 256;

/// A connection in its loop. There are thousands, and most of them only wait: what comes before
/// and after the loop is boxed, so that a waiting connection does not carry its space.
pub struct Connection {
    pub(super) wire: Wire,
    pub(super) ctx: Ctx,
    pub(super) caller: Caller,
    pub(super) bounds: Connections,
    pub(super) dialect: Dialect,
    pub(super) hub: Hub,
    pub(super) typing: TypingPace,
}

/// What came of reading.
enum Step {
    Nothing,
    Reply(Utf8Bytes),
    /// An answer that waits for the store.
    Wait(Answer),
}

/// The frame that answers a message, if it needs one beside its echo.
type Answer = BoxFuture<'static, Option<Utf8Bytes>>;

impl Connection {
    /// Serves the connection until it ends, then closes it.
    pub async fn run(mut self: Box<Self>, mut attached: Attached) {
        let end = self.serve(&mut attached).await;
        drop(attached);
        Box::pin(self.finish(end)).await;
    }

    async fn serve(&mut self, attached: &mut Attached) -> End {
        let mut batch = Vec::new();
        let mut unanswered: FuturesOrdered<Answer> = FuturesOrdered::new();
        let mut heard = Instant::now();
        let mut next_ping = std::pin::pin!(sleep(self.until_next_ping()));
        loop {
            let step = tokio::select! {
                taken = attached.inbox.take(&mut batch, BATCH_MAX) => match taken {
                    Ok(()) => self.deliver(&mut batch, attached).await,
                    Err(code) => Err(End::Close(code)),
                },
                Some(answer) = unanswered.next(), if !unanswered.is_empty() => match answer {
                    Some(frame) => self.write([frame], attached).await,
                    None => Ok(()),
                },
                incoming = self.wire.next(), if unanswered.len() < UNANSWERED_MAX => {
                    heard = Instant::now();
                    match self.receive(incoming).await {
                        Ok(Step::Nothing) => Ok(()),
                        Ok(Step::Reply(frame)) => self.write([frame], attached).await,
                        Ok(Step::Wait(answer)) => {
                            unanswered.push_back(answer);
                            Ok(())
                        }
                        Err(end) => Err(end),
                    }
                },
                () = next_ping.as_mut() => {
                    next_ping.as_mut().reset(Instant::now() + self.until_next_ping());
                    self.keep_alive(heard).await
                },
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Writes what the hub delivered, in one flush.
    async fn deliver(&mut self, batch: &mut Vec<Delivery>, attached: &Attached) -> Result<(), End> {
        let news: Vec<Utf8Bytes> = batch.drain(..).map(|one| one.frame).collect();
        if news.is_empty() { Ok(()) } else { self.write(news, attached).await }
    }

    /// Writes frames, unless the hub closes the connection meanwhile.
    pub(super) async fn write(
        &mut self,
        frames: impl IntoIterator<Item = Utf8Bytes>,
        attached: &Attached,
    ) -> Result<(), End> {
        tokio::select! {
            biased;
            written = self.wire.write(frames.into_iter().map(Message::Text)) => written,
            code = attached.inbox.closing() => Err(End::Close(code)),
        }
    }

    async fn receive(&mut self, incoming: Result<Heard, End>) -> Result<Step, End> {
        let received = match incoming? {
            Heard::Text(text) => self.dialect.receive(&text),
            Heard::Binary(_) => self.dialect.receive_binary(),
            Heard::Sign => return Ok(Step::Nothing),
        };
        if let Some(nonce) = received.says()
            && !self.caller.scopes.has(Scope::Write)
        {
            return Ok(Step::Reply(self.dialect.out_of_scope(nonce.cloned())));
        }
        match received {
            Received::Reply(frame) => Ok(Step::Reply(frame)),
            Received::Close(code) => Err(End::Close(code)),
            Received::Typing(channel) => {
                if self.typing.allows(channel, Instant::now()) {
                    self.hub.typing(channel, self.caller.id());
                }
                Ok(Step::Nothing)
            }
            Received::Post { channel, wanted } => Ok(self.post(channel, wanted).await),
            Received::Read { channel, seq } => Ok(self.mark_read(channel, seq).await),
        }
    }

    /// Queues a message behind those this client sent before. Success is answered by its echo, a
    /// refusal and a repeat to this client alone.
    async fn post(&mut self, channel: ChannelId, wanted: PostMessage) -> Step {
        let by = self.caller.id();
        let (dialect, name) = (self.dialect, wanted.nonce.clone());
        let receipt =
            self.ctx.submit(move |tx, stamp| messages::post(tx, by, stamp, channel, wanted)).await;
        Step::Wait(Box::pin(async move {
            match receipt.outcome().await {
                Ok((_, Made::New)) => None,
                Ok((first, Made::Before)) => Some(encode(&ServerFrame::Message(first.into()))),
                Err(error) => Some(dialect.refusal(&error, name)),
            }
        }))
    }

    /// What moves is answered by its event, a refusal by a frame of its own.
    async fn mark_read(&mut self, channel: ChannelId, seq: Seq) -> Step {
        let (by, dialect) = (self.caller.id(), self.dialect);
        let mark = move |tx: &mut dyn Tx, stamp| reads::mark_read(tx, by, stamp, channel, seq);
        let receipt = self.ctx.submit(mark).await;
        Step::Wait(Box::pin(async move {
            receipt.outcome().await.err().map(|error| dialect.refusal(&error, None))
        }))
    }

    /// The interval between pings, or less where the token expires within it.
    fn until_next_ping(&self) -> Duration {
        let left = self.caller.expires_at.as_millis() - Stamp::now().now.as_millis();
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0));
        self.bounds.ping_interval.min(left)
    }

    async fn keep_alive(&mut self, heard: Instant) -> Result<(), End> {
        if heard.elapsed() >= self.bounds.silence_max {
            return Err(End::Gone);
        }
        if Stamp::now().now >= self.caller.expires_at {
            return Err(End::Close(CloseCode::NotAuthenticated));
        }
        let ping = Message::Ping(Vec::new().into());
        self.wire.write([ping]).await.map_err(|_| End::Gone)
    }

    /// Closes the connection in the way it ended.
    pub(super) async fn finish(self: Box<Self>, end: End) {
        self.wire.finish(end).await;
    }
}

/// What a client missed could not be read.
pub(super) fn failed(error: &ChatError) -> End {
    tracing::error!(%error, "a connection could not read what it missed");
    End::Close(CloseCode::Internal)
}
