//! Shutting people out while others talk at full speed, and what their sockets still heard: the one
//! scenario behind the test of that name and the rig.
//!
//! Everybody who is shut out has several sockets, some of which do not read. What they may still get
//! is what was said before; that frames flowed until then is counted, so that silence proves something.

#[cfg(test)]
mod tests;

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::scenario::{PASSWORD, id_of, registration, until_ready};
use crate::{Heard, Request, Socket, User, within};

/// People who talk all the time, and messages of each that are on their way.
const TALKERS: usize = 4;
const IN_FLIGHT: usize = 8;
/// Sockets of one person on a channel and of events that read, beside one of each that does not.
const READING: usize = 2;
/// Frames every reading socket has heard before its person is shut out.
const HEARD_BEFORE: usize = 20;
/// Messages said right after somebody was shut out.
const SAID_AFTER: usize = 3;
/// People who are shut out at the same time.
const LANES: usize = 4;
const SENTINEL: &str = "everything before this was delivered";

/// A way of being shut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Removal {
    /// Removed from the channel.
    FromChannel,
    /// Removed from the bucket.
    FromBucket,
    /// One login of several logs out.
    Logout,
    /// A token is revoked.
    Revocation,
    /// The password is changed with another login.
    Password,
    /// The account is deleted.
    Account,
    /// The channel is deleted.
    OfChannel,
}

impl Removal {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::FromChannel,
        Self::FromBucket,
        Self::Logout,
        Self::Revocation,
        Self::Password,
        Self::Account,
        Self::OfChannel,
    ];

    /// With which code sockets of the channel, and sockets of events, are closed; `None` where they
    /// stay open and only fall silent.
    fn codes(self) -> (u16, Option<u16>) {
        match self {
            Self::FromChannel | Self::FromBucket => (4003, None),
            Self::OfChannel => (4004, None),
            Self::Logout | Self::Revocation | Self::Password | Self::Account => (4001, Some(4001)),
        }
    }
}

/// What came of some removals of one kind.
#[derive(Debug, Default)]
pub struct Outcome {
    /// People who were shut out.
    pub removals: usize,
    /// Their sockets.
    pub sockets: usize,
    /// Frames of the channel those sockets heard while they might.
    pub before: usize,
    /// What must not be: a sentence each.
    pub wrong: Vec<String>,
    /// From the answer to the removal until each reading socket was closed.
    pub delays: Vec<Duration>,
    /// Sockets that were cut off as slow before they could be shut out.
    pub too_slow: usize,
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.removals += other.removals;
        self.sockets += other.sockets;
        self.before += other.before;
        self.wrong.extend(other.wrong);
        self.delays.extend(other.delays);
        self.too_slow += other.too_slow;
    }
}

/// A bucket in which people talk.
pub struct Arena {
    owner: User,
    bucket: i64,
    channel: i64,
    talkers: Vec<User>,
    stop: CancellationToken,
    talk: Vec<JoinHandle<()>>,
}

impl Arena {
    /// People who talk at full speed from now on.
    ///
    /// # Panics
    /// When that cannot be made.
    pub async fn open(addr: std::net::SocketAddr) -> Self {
        let owner = register(addr, "owner").await;
        let bucket = owner.creates_bucket("Arena").await;
        let channel = owner.creates_channel(bucket, "General").await;
        let (mut talkers, mut talk) = (Vec::new(), Vec::new());
        let stop = CancellationToken::new();
        for index in 0..TALKERS {
            let talker = register(addr, &format!("talker{index}")).await;
            owner.adds_to_bucket(bucket, &talker, "member").await;
            owner.adds_to_channel(channel, &talker).await;
            talk.push(tokio::spawn(talks(talker.clone(), channel, stop.clone())));
            talkers.push(talker);
        }
        Self { owner, bucket, channel, talkers, stop, talk }
    }

    /// So many removals of one kind, a few at the same time.
    pub async fn removals(&self, kind: Removal, count: usize) -> Outcome {
        let rounds = (0..count).map(|index| self.removal(kind, index));
        let mut outcomes = stream::iter(rounds).buffer_unordered(LANES);
        let mut all = Outcome::default();
        while let Some(outcome) = outcomes.next().await {
            all.add(outcome);
        }
        all
    }

    /// Lets the talk end.
    ///
    /// # Panics
    /// When a talker fell silent before.
    pub async fn close(self) {
        self.stop.cancel();
        for talker in join_all(self.talk).await {
            talker.expect("a talker talks until the end");
        }
    }

    /// The channel of one removal: of all, unless it is to be deleted.
    async fn channel_for(&self, kind: Removal, name: &str) -> (i64, Vec<JoinHandle<()>>) {
        if kind != Removal::OfChannel {
            return (self.channel, Vec::new());
        }
        let channel = self.owner.creates_channel(self.bucket, name).await;
        let mut talk = Vec::new();
        for talker in &self.talkers {
            self.owner.adds_to_channel(channel, talker).await;
            talk.push(tokio::spawn(talks(talker.clone(), channel, self.stop.clone())));
        }
        (channel, talk)
    }

    async fn removal(&self, kind: Removal, index: usize) -> Outcome {
        let name = format!("{kind:?}{index}");
        let (channel, talk) = self.channel_for(kind, &name).await;
        let person = register(self.owner.addr, &name).await;
        self.owner.adds_to_bucket(self.bucket, &person, "member").await;
        self.owner.adds_to_channel(channel, &person).await;
        let direct = self.owner.opens_direct(&person).await;
        let (listener, token) = listener(kind, &person).await;
        let sockets = Sockets::open(&listener, channel).await;
        let other_login = match listener.token == person.token {
            true => None,
            false => Some(person.listens(channel).await),
        };
        sockets.have_heard_enough().await;
        self.remove(kind, channel, &person, &listener, token).await;
        let removed = Instant::now();
        let first_after = self.says_more(kind, channel, direct).await;
        let (bucket, user) = (self.bucket, person.id);
        let trial = Trial { kind, bucket, channel, user, first_after, removed };
        let outcome = trial.judge(&sockets.heard_out().await);
        if let Some((mut other, first_after)) = other_login.zip(first_after) {
            let hears = async { while other.frame().await["seq"].as_i64() < Some(first_after) {} };
            within("what another login still hears", hears).await;
        }
        for talker in talk {
            talker.await.expect("who talks in a channel ends with it");
        }
        outcome
    }

    /// Talks on in the channel, where there still is one, and then tells sockets that stay open that
    /// they have heard everything. The number of the first message.
    async fn says_more(&self, kind: Removal, channel: i64, direct: i64) -> Option<i64> {
        let mut first = None;
        if kind != Removal::OfChannel {
            for _ in 0..SAID_AFTER {
                let message = self.owner.says(channel, "not for everybody").await;
                first = first.or(message["seq"].as_i64());
            }
        }
        if kind.codes().1.is_none() {
            self.owner.says(direct, SENTINEL).await;
        }
        first
    }

    async fn remove(
        &self,
        kind: Removal,
        channel: i64,
        person: &User,
        listener: &User,
        token: Option<i64>,
    ) {
        match kind {
            Removal::FromChannel => self.owner.removes_from_channel(channel, person).await,
            Removal::FromBucket => self.owner.removes_from_bucket(self.bucket, person).await,
            Removal::OfChannel => self.owner.deletes_channel(channel).await,
            Removal::Logout => listener.logs_out().await,
            Removal::Revocation => {
                let id = token.expect("a token was made");
                person.delete(&format!("/api/auth/tokens/{id}/delete/")).await.expect(204);
            }
            Removal::Password => {
                let body = json!({ "old_password": PASSWORD, "new_password": "another phrase" });
                person.post("/api/auth/password/", &body).await.expect(204);
            }
            Removal::Account => {
                let body = json!({ "password": PASSWORD });
                person.post("/api/auth/me/delete/", &body).await.expect(204);
            }
        }
    }
}

async fn register(addr: std::net::SocketAddr, name: &str) -> User {
    let answer = Request::post("/api/auth/register/", &registration(name)).send(addr).await;
    User::of(addr, &answer.expect(201))
}

/// Whose sockets are closed: another login or token of the person, where only that one ends.
async fn listener(kind: Removal, person: &User) -> (User, Option<i64>) {
    match kind {
        Removal::Logout | Removal::Password => (person.logs_in().await, None),
        Removal::Revocation => {
            let body = json!({ "label": "rig", "scopes": ["read"] });
            let made = person.post("/api/auth/tokens/create/", &body).await.expect(201);
            let token = made["token"].as_str().expect("a token").to_owned();
            (User { token, ..person.clone() }, Some(id_of(&made)))
        }
        _ => (person.clone(), None),
    }
}

/// Says one message after the other, a few ahead of their echoes, until told to stop or shut out.
async fn talks(talker: User, channel: i64, stop: CancellationToken) {
    let mut socket = talker.listens(channel).await;
    let message = json!({ "message_text": "A message of a usual length, as people write them." });
    for _ in 0..IN_FLIGHT {
        socket.feed(&message).await;
    }
    while socket.flush().await {
        let heard = tokio::select! {
            () = stop.cancelled() => return,
            heard = socket.listen() => heard,
        };
        match heard {
            Heard::Frame(frame) if frame["sender_id"] == talker.id => socket.feed(&message).await,
            Heard::Frame(_) => {}
            Heard::Closed(..) | Heard::Gone => return,
        }
    }
}

/// What a socket heard, and how it ended; `None` when it heard the sentinel.
struct Record {
    is_events: bool,
    was_reading: bool,
    frames: Vec<Value>,
    end: Option<Heard>,
    ended: Instant,
}

impl Record {
    /// Whether it was cut off as slow: who does not read then may not even learn the code.
    fn is_cut_off(&self) -> bool {
        match &self.end {
            Some(Heard::Closed(4008, _)) => true,
            Some(Heard::Gone) => !self.was_reading,
            _ => false,
        }
    }
}

struct Sockets {
    reading: Vec<(watch::Receiver<usize>, JoinHandle<Record>)>,
    not_reading: Vec<(bool, Socket)>,
}

impl Sockets {
    async fn open(listener: &User, channel: i64) -> Self {
        let mut reading = Vec::new();
        for _ in 0..READING {
            reading.push(reads(false, listener.listens(channel).await));
            reading.push(reads(true, listener.follows().await));
        }
        let token = format!("Token {}", listener.token);
        let headers = [("authorization", token.as_str())];
        let path = format!("/ws/chat/{channel}/");
        let slow = Socket::narrow(listener.addr, &path, &headers).await;
        let mut slow_events = Socket::narrow(listener.addr, "/ws/events/", &headers).await;
        slow_events.send(&json!({ "type": "subscribe", "channels": {} })).await;
        // From here on it is told everything, and from here on it does not read.
        until_ready(&mut slow_events).await;
        Self { reading, not_reading: vec![(false, slow), (true, slow_events)] }
    }

    async fn have_heard_enough(&self) {
        for (count, _) in &self.reading {
            let mut count = count.clone();
            let enough = count.wait_for(|count| *count >= HEARD_BEFORE);
            within("frames before the removal", enough).await.expect("the socket is open");
        }
    }

    /// Hears all sockets out, those that did not read as well.
    async fn heard_out(self) -> Vec<Record> {
        let mut records = Vec::new();
        for (_, reader) in self.reading {
            records.push(within("the end of a socket", reader).await.expect("a reader reads"));
        }
        for (is_events, socket) in self.not_reading {
            let count = watch::Sender::new(0);
            let hearing = hear(is_events, socket, &count);
            let record = within("the end of a socket that did not read", hearing).await;
            records.push(Record { was_reading: false, ..record });
        }
        records
    }
}

fn reads(is_events: bool, socket: Socket) -> (watch::Receiver<usize>, JoinHandle<Record>) {
    let (sender, count) = watch::channel(0);
    (count, tokio::spawn(async move { hear(is_events, socket, &sender).await }))
}

/// Reads until the socket ends or hears the sentinel.
async fn hear(is_events: bool, mut socket: Socket, count: &watch::Sender<usize>) -> Record {
    let mut frames = Vec::new();
    let end = loop {
        match socket.listen().await {
            Heard::Frame(frame) if frame["message"] == SENTINEL => break None,
            Heard::Frame(frame) => {
                count.send_modify(|count| *count += usize::from(frame["seq"].is_i64()));
                frames.push(frame);
            }
            Heard::Closed(code, reason) => {
                let ended = Instant::now();
                let after = socket.listen().await;
                // A close is the last thing there is.
                let end = if after == Heard::Gone { Heard::Closed(code, reason) } else { after };
                return Record { is_events, was_reading: true, frames, end: Some(end), ended };
            }
            Heard::Gone => break Some(Heard::Gone),
        }
    };
    Record { is_events, was_reading: true, frames, end, ended: Instant::now() }
}

/// One removal, as its sockets are judged.
struct Trial {
    kind: Removal,
    bucket: i64,
    channel: i64,
    user: i64,
    /// The first message that was said after the removal was answered.
    first_after: Option<i64>,
    /// When that answer came.
    removed: Instant,
}

impl Trial {
    fn judge(&self, records: &[Record]) -> Outcome {
        let mut outcome = Outcome { removals: 1, sockets: records.len(), ..Outcome::default() };
        let limit = self.limit(records);
        for record in records {
            let before = record.frames.iter().filter(|frame| self.is_of_channel(frame));
            outcome.before += before.count();
            if record.is_cut_off() {
                outcome.too_slow += 1;
            } else {
                outcome.wrong.extend(self.wrong_end(record));
                outcome.delays.extend(self.delay(record));
            }
            outcome.wrong.extend(self.wrong_frames(record, limit));
        }
        outcome
    }

    /// The last `seq` of the channel that may be heard: that of the removal itself, as sockets of
    /// events are told it, or that before what was said after it.
    fn limit(&self, records: &[Record]) -> Option<i64> {
        let frames = records.iter().flat_map(|record| &record.frames);
        let mut ends = frames.filter(|frame| self.is_of_channel(frame) && self.is_end(frame));
        let removal = ends.find_map(|frame| frame["seq"].as_i64());
        removal.or(self.first_after.map(|seq| seq - 1))
    }

    fn is_of_channel(&self, frame: &Value) -> bool {
        frame["channel_id"] == self.channel
    }

    /// Whether a frame says that the channel, or the person's own membership, is over.
    fn is_end(&self, frame: &Value) -> bool {
        let own = frame["type"] == "member.removed" && frame["user_id"] == self.user;
        own || frame["type"] == "channel.deleted" && self.is_of_channel(frame)
    }

    fn delay(&self, record: &Record) -> Option<Duration> {
        let closed = record.was_reading && record.end.is_some();
        closed.then(|| record.ended.saturating_duration_since(self.removed))
    }

    fn wrong_end(&self, record: &Record) -> Option<String> {
        let (of_channel, of_events) = self.kind.codes();
        let expected = if record.is_events { of_events } else { Some(of_channel) };
        match (&record.end, expected) {
            (None, None) => None,
            (Some(Heard::Closed(code, _)), Some(expected)) if *code == expected => None,
            (end, expected) => Some(format!("it ended with {end:?}, not with {expected:?}")),
        }
    }

    fn wrong_frames(&self, record: &Record, limit: Option<i64>) -> Option<String> {
        let of_channel = record.frames.iter().filter(|frame| self.is_of_channel(frame));
        let last = of_channel.filter_map(|frame| frame["seq"].as_i64()).max();
        if let Some((last, limit)) = last.zip(limit).filter(|(last, limit)| last > limit) {
            return Some(format!("it heard seq {last}, and the last allowed was {limit}"));
        }
        if !record.is_events || record.end.is_some() {
            return None;
        }
        let Some(end) = record.frames.iter().rposition(|frame| self.is_end(frame)) else {
            return Some("it was not told of the removal".to_owned());
        };
        let from_bucket = self.kind == Removal::FromBucket;
        let is_late = |frame: &&Value| {
            self.is_of_channel(frame) || from_bucket && frame["bucket_id"] == self.bucket
        };
        let late = record.frames[end + 1..].iter().find(is_late);
        late.map(|frame| format!("after its end it heard {frame}"))
    }
}
