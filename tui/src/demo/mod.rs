//! A pretend team: three teammates on an in-memory server who chat, answer and mention you, as
//! `script` has it.
//!
//! They are ordinary clients of an ordinary server; nothing about them is faked on the screen.

mod graph;
mod script;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use pail_protocol::account::{Me, UpdateMe};
use pail_protocol::bucket::BucketSummary;
use pail_protocol::channel::{
    AddChannelMember, Channel, ChannelMember, ChannelSummary, ChannelType, CreateChannel,
    CreateDirectMessage,
};
use pail_protocol::frame::{ClientFrame, ServerFrame, Subscribe, Typing};
use pail_protocol::message::{EditMessage, Message, PostMessage, React, Refers};
use pail_protocol::{BucketId, ChannelId, MessageId, UserId};
use tokio::sync::mpsc;
use tokio::time::sleep;

use script::{ANSWERS, Act, GREETING, Line, SCRIPT, TEAM};

use crate::embed::{Hosting, Keeping};
use crate::io::accounts::Account;
use crate::io::entry::{Opened, register};
use crate::io::rest::Rest;
use crate::io::socket::{self, Destination};
use crate::state::NetEvent;

/// How long a teammate thinks before answering.
const THINKING: Duration = Duration::from_millis(1_500);
/// Frames that may wait for a teammate.
const INBOX_MAX: usize = 64;

/// The server of the demo.
#[must_use]
pub fn hosting() -> Hosting {
    Hosting {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        keeping: Keeping::Memory,
        team: "Demo".to_owned(),
    }
}

struct Teammate {
    account: Account,
    rest: Arc<Rest>,
}

/// Sets the stage, then lets the teammates talk in the background.
///
/// # Errors
/// When the server is not reached.
pub async fn begin(opened: &Opened) -> anyhow::Result<()> {
    let you = opened.account.username.clone();
    let buckets: Vec<BucketSummary> = opened.rest.get("/api/chat/buckets/").await?;
    let bucket = buckets.first().map_or(BucketId(1), |bucket| bucket.id);
    let code = opened.invite().await?.code;
    let mut team = Vec::new();
    for name in TEAM {
        let account = register(opened.rest.server(), name, &code).await?;
        let rest = Rest::new(opened.rest.server().clone(), account.token());
        team.push(Teammate { account, rest: Arc::new(rest) });
    }
    for name in ["ops", "random"] {
        create_channel(&opened.rest, bucket, name, &team).await?;
    }
    let channels: Vec<ChannelSummary> =
        opened.rest.get(&format!("/api/chat/buckets/{bucket}/channels/")).await?;
    let mut stage = Stage { team, channels, you, said: Vec::new() };
    let at_once = SCRIPT.iter().take_while(|line| line.after_ms == 0).count();
    for line in &SCRIPT[..at_once] {
        stage.play(line).await?;
    }
    let (bea, your_id) = (&stage.team[0], opened.account.user_id);
    tokio::spawn(answer(bea.rest.clone(), bea.account.user_id, your_id, stage.you.clone()));
    tokio::spawn(async move {
        for line in &SCRIPT[at_once..] {
            sleep(Duration::from_millis(line.after_ms)).await;
            stage.play(line).await?;
        }
        greet_privately(&stage.team[2], your_id).await
    });
    Ok(())
}

async fn create_channel(
    rest: &Rest,
    bucket: BucketId,
    name: &str,
    team: &[Teammate],
) -> anyhow::Result<()> {
    let channel_type = ChannelType::Group;
    let body = CreateChannel { name: name.to_owned(), channel_type, bucket };
    let channel: Channel = rest.post("/api/chat/channels/create/", &body).await?;
    for mate in team {
        let body = AddChannelMember { channel: channel.id, user: mate.account.user_id };
        rest.post::<ChannelMember>("/api/chat/channels/members/add/", &body).await?;
    }
    Ok(())
}

/// The team, where it talks, and what it has said so far.
struct Stage {
    team: Vec<Teammate>,
    channels: Vec<ChannelSummary>,
    you: String,
    said: Vec<Message>,
}

impl Stage {
    async fn play(&mut self, line: &Line) -> anyhow::Result<()> {
        let mate = &self.team[line.who];
        match &line.act {
            Act::Says(place, words) => {
                let Some(channel) = self.channel(place) else { return Ok(()) };
                let said = say(&mate.rest, channel, &self.words(words), Refers::default()).await?;
                self.said.push(said);
            }
            Act::Shows(place, words) => {
                let Some(channel) = self.channel(place) else { return Ok(()) };
                let attachments = vec![graph::bring(&mate.rest).await?];
                let refers = Refers { attachments, ..Refers::default() };
                let said = say(&mate.rest, channel, &self.words(words), refers).await?;
                self.said.push(said);
            }
            Act::Answers(to, words) => {
                let refers =
                    |root: &Message| Refers { reply_to: Some(root.id), ..Refers::default() };
                self.say_about(mate, *to, words, refers).await?;
            }
            Act::InThread(of, words) => {
                let refers = |root: &Message| Refers { thread: Some(root.id), ..Refers::default() };
                self.say_about(mate, *of, words, refers).await?;
            }
            Act::Reacts(to, emoji) => react(&mate.rest, self.said[*to].id, emoji).await?,
            Act::Edits(what, words) => {
                let body = EditMessage { message_text: self.words(words) };
                let path = format!("/api/chat/messages/{}/", self.said[*what].id);
                mate.rest.patch::<Message>(&path, &body).await?;
            }
            Act::Is(words) => {
                let status = Some(self.words(words));
                let body = UpdateMe { status, ..UpdateMe::default() };
                mate.rest.patch::<Me>("/api/auth/me/", &body).await?;
            }
            Act::Types(place) => {
                if let Some(channel) = self.channel(place) {
                    type_in(&mate.rest, channel).await;
                }
            }
        }
        Ok(())
    }

    async fn say_about(
        &self,
        mate: &Teammate,
        about: usize,
        words: &str,
        refers: impl Fn(&Message) -> Refers,
    ) -> anyhow::Result<()> {
        let about = &self.said[about];
        say(&mate.rest, about.channel, &self.words(words), refers(about)).await.map(drop)
    }

    fn words(&self, words: &str) -> String {
        words.replace("{you}", &self.you)
    }

    fn channel(&self, name: &str) -> Option<ChannelId> {
        self.channels.iter().find(|channel| channel.name == name).map(|channel| channel.id)
    }
}

async fn say(
    rest: &Rest,
    channel: ChannelId,
    words: &str,
    refers: Refers,
) -> anyhow::Result<Message> {
    let body = PostMessage { message_text: words.to_owned(), nonce: None, refers };
    Ok(rest.post(&format!("/api/chat/channels/{channel}/messages/"), &body).await?)
}

async fn react(rest: &Rest, message: MessageId, emoji: &str) -> anyhow::Result<()> {
    let path = format!("/api/chat/messages/{message}/reactions/add/");
    rest.post::<Message>(&path, &React { emoji: emoji.to_owned() }).await?;
    Ok(())
}

/// Typing is said on a socket: one is opened for it, and closed when it is said.
async fn type_in(rest: &Rest, channel: ChannelId) {
    let Some(mut wire) = Wire::open(rest) else { return };
    while let Some(NetEvent::Frame(frame)) = wire.heard.recv().await {
        match *frame {
            ServerFrame::Hello(_) => wire.subscribe().await,
            ServerFrame::Ready(_) => {
                let typing = ClientFrame::Typing(Typing { channel_id: channel });
                let _ = wire.outbox.send(typing).await;
                sleep(THINKING).await;
                return;
            }
            _ => {}
        }
    }
}

async fn greet_privately(mate: &Teammate, you: UserId) -> anyhow::Result<()> {
    let body = CreateDirectMessage { user: you };
    let channel: Channel = mate.rest.post("/api/chat/direct-messages/create/", &body).await?;
    say(&mate.rest, channel.id, GREETING, Refers::default()).await.map(drop)
}

/// A teammate's socket.
struct Wire {
    heard: mpsc::Receiver<NetEvent>,
    outbox: mpsc::Sender<ClientFrame>,
}

impl Wire {
    fn open(rest: &Rest) -> Option<Self> {
        let token = rest.token().cloned()?;
        let to = Destination { server: rest.server().clone(), token };
        let (tell_heard, heard) = mpsc::channel(INBOX_MAX);
        let (outbox, frames) = mpsc::channel(INBOX_MAX);
        let tell = move |event| {
            let tell_heard = tell_heard.clone();
            async move { tell_heard.send(event).await.is_ok() }
        };
        tokio::spawn(socket::run(to, Duration::ZERO, frames, tell));
        Some(Self { heard, outbox })
    }

    async fn subscribe(&self) {
        let _ = self.outbox.send(ClientFrame::Subscribe(Subscribe::default())).await;
    }
}

/// Answers whatever you say, where you said it; what you say first is applauded.
async fn answer(rest: Arc<Rest>, me: UserId, your_id: UserId, you: String) {
    let Some(mut wire) = Wire::open(&rest) else { return };
    let mut answers = ANSWERS.iter().cycle();
    let mut is_first = true;
    while let Some(NetEvent::Frame(frame)) = wire.heard.recv().await {
        match *frame {
            ServerFrame::Hello(_) => wire.subscribe().await,
            ServerFrame::Message(message)
                if message.sender_id == your_id && message.sender_id != me =>
            {
                if std::mem::take(&mut is_first) {
                    let _ = react(&rest, message.id, "🎉").await;
                }
                let typing = ClientFrame::Typing(Typing { channel_id: message.channel_id });
                let _ = wire.outbox.send(typing).await;
                sleep(THINKING).await;
                let words = answers.next().copied().unwrap_or_default().replace("{you}", &you);
                let refers = Refers { thread: message.context.thread, ..Refers::default() };
                let _ = say(&rest, message.channel_id, &words, refers).await;
            }
            _ => {}
        }
    }
}
