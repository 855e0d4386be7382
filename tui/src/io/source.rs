//! Where answers come from: from this machine, as far as it knows them, else from the server.
//!
//! It listens to what the socket says to know whether there is a server, and so that what passes
//! by is kept. A call is made once, to whichever of the two has the answer.

use std::sync::Arc;

use pail_protocol::frame::ServerFrame;

use super::address::ServerAddress;
use super::cache::{self, Asker, Cache};
use super::calls;
use super::rest::Rest;
use crate::state::keepsake::Changes;
use crate::state::{Answer, Call, Generation, NetEvent, Refusal};

/// One account's answers.
pub struct Source {
    cache: Option<Cache>,
    generation: Generation,
    epoch: Option<Arc<str>>,
    is_live: bool,
}

/// One question.
pub struct Question {
    asker: Option<Asker>,
    generation: Generation,
    is_live: bool,
}

impl Source {
    /// Nothing is connected yet.
    #[must_use]
    pub fn new(cache: Option<Cache>) -> Self {
        Self { cache, generation: Generation::default(), epoch: None, is_live: false }
    }

    /// From now on this connection counts, and it has said nothing yet.
    pub fn connects(&mut self, generation: Generation) {
        (self.generation, self.epoch, self.is_live) = (generation, None, false);
    }

    /// Listens to what the socket says. Older sockets are not listened to.
    pub fn hear(&mut self, generation: Generation, event: &NetEvent) {
        if generation != self.generation {
            return;
        }
        let NetEvent::Frame(frame) = event else {
            self.is_live = false;
            return;
        };
        match &**frame {
            ServerFrame::Hello(hello) => self.epoch = Some(hello.epoch.as_str().into()),
            ServerFrame::Ready(_) => self.is_live = true,
            _ => {}
        }
        if let Some((cache, epoch)) = self.cache.as_ref().zip(self.epoch.as_ref()) {
            cache.hear(generation, epoch, frame);
        }
    }

    /// Keeps drafts and unsent messages.
    pub fn keep(&self, changes: Changes) {
        if let Some(cache) = &self.cache {
            cache.keep(changes);
        }
    }

    /// Somebody asks now.
    #[must_use]
    pub fn question(&self) -> Question {
        let asker = self.cache.as_ref().map(Cache::asker);
        Question { asker, generation: self.generation, is_live: self.is_live }
    }

    /// Waits until everything is on the disk.
    pub async fn close(self) {
        if let Some(cache) = self.cache {
            cache.finish().await;
        }
    }
}

impl Question {
    /// The answer to a call. `public` is the server as others reach it.
    ///
    /// # Errors
    /// As [`Rest::get`], when the server is asked.
    pub async fn answer(
        self,
        rest: &Rest,
        public: &ServerAddress,
        call: &Call,
    ) -> Result<Answer, Refusal> {
        if let Some(asker) = &self.asker
            && let Some(answer) = asker.answer(call, self.is_live).await
        {
            return Ok(answer);
        }
        if !self.is_live && call.is_page() {
            return Ok(Answer::History(cache::nothing()));
        }
        let answer = calls::make(rest, public, call).await.map_err(|error| error.refusal())?;
        if let Some(asker) = &self.asker {
            asker.learn(self.generation, call, &answer);
        }
        Ok(answer)
    }
}
