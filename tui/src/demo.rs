//! A pretend team: three teammates on an in-memory server who chat, answer and mention you.
//!
//! They are ordinary clients of an ordinary server; nothing about them is faked on the screen.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use pail_protocol::bucket::BucketSummary;
use pail_protocol::channel::{
    AddChannelMember, Channel, ChannelMember, ChannelSummary, ChannelType, CreateChannel,
    CreateDirectMessage,
};
use pail_protocol::frame::{ChatMessage, ClientFrame, ServerFrame, Subscribe};
use pail_protocol::message::{Message, PostMessage, Refers};
use pail_protocol::{BucketId, ChannelId, UserId};
use tokio::sync::mpsc;
use tokio::time::sleep;

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

/// Who says what where, and after how many milliseconds. `{you}` is your username.
const SCRIPT: &[(u64, usize, &str, &str)] = &[
    (0, 0, "general", "Good morning! Coffee is ready ☕"),
    (0, 1, "general", "Morning all. Deploy of 1.4 went out at 9, nothing on fire."),
    (0, 2, "ops", "Disk on db-2 is at 81%, I'll clean up the old snapshots today."),
    (0, 0, "random", "Who wants to play table football after lunch?"),
    (1_500, 0, "general", "@{you} welcome! Try Alt-A: it walks you through what is unread."),
    (2_000, 1, "ops", "@{you} could you have a look at the login latency graph later?"),
    (2_500, 2, "random", "I'm in ⚽  日本語 and emoji 👩‍👩‍👧 work here, by the way."),
    (3_000, 1, "general", "fn main() {\n    println!(\"Ctrl-J starts a new line\");\n}"),
    (6_000, 0, "general", "Ctrl-K goes anywhere: type a few letters of a channel or a person."),
];

/// What a teammate answers, one after the other.
const ANSWERS: &[&str] = &[
    "Sounds good to me 👍",
    "Let me check and come back to you, @{you}.",
    "Interesting. How did you find out?",
    "Agreed. Shall we do it this week?",
];

const TEAM: [&str; 3] = ["Bea Lind", "Carlos Pinto", "Dagny Moe"];

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
        let rest = Rest::new(opened.rest.server().clone(), Some(account.token()));
        team.push(Teammate { account, rest: Arc::new(rest) });
    }
    for name in ["ops", "random"] {
        create_channel(&opened.rest, bucket, name, &team).await?;
    }
    let channels: Vec<ChannelSummary> =
        opened.rest.get(&format!("/api/chat/buckets/{bucket}/channels/")).await?;
    let (now, later): (Vec<_>, Vec<_>) = SCRIPT.iter().partition(|(after_ms, ..)| *after_ms == 0);
    for line in now {
        speak(&team, &channels, line, &you).await?;
    }
    let your_id = opened.account.user_id;
    tokio::spawn(answer(team[0].rest.clone(), team[0].account.user_id, your_id, you.clone()));
    tokio::spawn(async move {
        for line in later {
            sleep(Duration::from_millis(line.0)).await;
            speak(&team, &channels, line, &you).await?;
        }
        greet_privately(&team[2], your_id).await
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

async fn speak(
    team: &[Teammate],
    channels: &[ChannelSummary],
    (_, who, place, words): &(u64, usize, &str, &str),
    you: &str,
) -> anyhow::Result<()> {
    let channel = channels.iter().find(|channel| channel.name == *place);
    match channel {
        Some(channel) => say(&team[*who].rest, channel.id, words, you).await,
        None => Ok(()),
    }
}

async fn say(rest: &Rest, channel: ChannelId, words: &str, you: &str) -> anyhow::Result<()> {
    let message_text = words.replace("{you}", you);
    let body = PostMessage { message_text, nonce: None, refers: Refers::default() };
    rest.post::<Message>(&format!("/api/chat/channels/{channel}/messages/"), &body).await?;
    Ok(())
}

async fn greet_privately(mate: &Teammate, you: UserId) -> anyhow::Result<()> {
    let body = CreateDirectMessage { user: you };
    let channel: Channel = mate.rest.post("/api/chat/direct-messages/create/", &body).await?;
    say(&mate.rest, channel.id, "Psst. This is a direct message; only the two of us see it.", "")
        .await
}

/// Answers whatever you say, where you said it.
async fn answer(rest: Arc<Rest>, me: UserId, your_id: UserId, you: String) {
    let Some(token) = rest.token().cloned() else { return };
    let to = Destination { server: rest.server().clone(), token };
    let (heard, mut inbox) = mpsc::channel(INBOX_MAX);
    let (outbox, frames) = mpsc::channel(INBOX_MAX);
    let tell = move |event| {
        let heard = heard.clone();
        async move { heard.send(event).await.is_ok() }
    };
    tokio::spawn(socket::run(to, Duration::ZERO, frames, tell));
    let mut answers = ANSWERS.iter().cycle();
    while let Some(NetEvent::Frame(frame)) = inbox.recv().await {
        match *frame {
            ServerFrame::Hello(_) => {
                let _ = outbox.send(ClientFrame::Subscribe(Subscribe::default())).await;
            }
            ServerFrame::Message(ChatMessage { sender_id, channel_id, .. })
                if sender_id == your_id && sender_id != me =>
            {
                sleep(THINKING).await;
                let words = answers.next().copied().unwrap_or_default();
                let _ = say(&rest, channel_id, words, &you).await;
            }
            _ => {}
        }
    }
}
