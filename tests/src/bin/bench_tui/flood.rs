//! Somebody who says more than anybody can read.

use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use pail_tests::process::Process;
use pail_tests::{Request, User, scenario};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

use crate::probe::now;

/// How often a part of the messages is sent.
const BURST_EVERY: Duration = Duration::from_millis(10);
/// How long the index may take to come after, and how often it is asked.
const FOUND_WITHIN: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Messages on their way when as many as possible are stored.
const IN_FLIGHT: usize = 256;

/// Ann, who owns a bucket, and Bob, who is in it: the client under test will be his.
pub struct Team {
    pub ann: User,
    bob: User,
    bucket: i64,
}

impl Team {
    /// Registers both.
    pub async fn new(server: &Process) -> anyhow::Result<Self> {
        let mut people = Vec::new();
        for name in ["ann", "bob"] {
            let body = scenario::registration(name);
            let answer = Request::post("/api/auth/register/", &body).send(server.addr).await;
            people.push(User::of(server.addr, &answer.expect(201)));
        }
        let bob = people.pop().context("two people")?;
        let ann = people.pop().context("two people")?;
        let bucket = ann.creates_bucket("Team").await;
        ann.adds_to_bucket(bucket, &bob, "member").await;
        Ok(Self { ann, bob, bucket })
    }

    /// A channel with both in it.
    pub async fn channel(&self, name: &str) -> i64 {
        let channel = self.ann.creates_channel(self.bucket, name).await;
        self.ann.adds_to_channel(channel, &self.bob).await;
        channel
    }
}

/// The text of a message; no run of `qzxj` occurs in it.
fn text(number: u64) -> String {
    format!("message {number}: the deploy of the day went out and is green")
}

/// Stores so many messages as fast as the server takes them.
pub async fn fill(ann: &User, channel: i64, count: u64) -> anyhow::Result<()> {
    let (mut sender, mut receiver) = socket(ann, channel).await?.split();
    let (mut sent, mut echoed) = (0, 0);
    while echoed < count {
        while sent < count && sent < echoed + IN_FLIGHT as u64 {
            sent += 1;
            let frame = json!({ "message_text": text(sent) }).to_string();
            sender.feed(Message::Text(frame.into())).await?;
        }
        sender.flush().await?;
        let frame = receiver.next().await.context("the server ended the socket")??;
        echoed += u64::from(frame.is_text());
    }
    ensure!(echoed == count, "{echoed} of {count} were stored");
    Ok(sender.close().await?)
}

/// Waits until a message of [`fill`] can be found; in how many seconds.
pub async fn is_found(ann: &User, channel: i64, number: u64) -> anyhow::Result<f64> {
    let (began, path) =
        (now(), format!("/api/chat/search/?q=%22message+{number}%22&channel={channel}"));
    while ann.get(&path).await.expect(200) == json!([]) {
        ensure!(began.elapsed() < FOUND_WITHIN, "message {number} cannot be found");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Sends at a rate until stopped; how many were stored, and in how many seconds.
pub async fn at_rate(
    ann: User,
    channel: i64,
    rate: u32,
    stop: CancellationToken,
) -> anyhow::Result<(u64, f64)> {
    let (mut sender, mut receiver) = socket(&ann, channel).await?.split();
    let echoes = tokio::spawn(async move {
        let mut count = 0_u64;
        while let Some(Ok(frame)) = receiver.next().await {
            count += u64::from(frame.is_text());
        }
        count
    });
    let mut ticks = tokio::time::interval(BURST_EVERY);
    let (began, mut number) = (now(), 0_u64);
    while !stop.is_cancelled() {
        ticks.tick().await;
        let due = (began.elapsed().as_secs_f64() * f64::from(rate)) as u64;
        while number < due {
            number += 1;
            let frame = json!({ "message_text": text(number) }).to_string();
            sender.feed(Message::Text(frame.into())).await?;
        }
        sender.flush().await?;
    }
    let seconds = began.elapsed().as_secs_f64();
    sender.close().await?;
    Ok((echoes.await?, seconds))
}

type Socket = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

async fn socket(ann: &User, channel: i64) -> anyhow::Result<Socket> {
    let url = format!("ws://{}/ws/chat/{channel}/?token={}", ann.addr, ann.token);
    let stream = tokio::net::TcpStream::connect(ann.addr).await?;
    Ok(tokio_tungstenite::client_async(url.into_client_request()?, stream).await?.0)
}
