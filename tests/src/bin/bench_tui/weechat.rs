//! The same typing in weechat, under the same flood: an IRC server of a few lines, which pours the
//! messages into a channel. Skipped in a sentence where weechat is not installed.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use pail_tests::terminal::Terminal;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::probe::now;
use crate::say;
use crate::typing::{RATES, SIZE, idle, type_keys};

/// How often a part of the messages is sent.
const BURST_EVERY: Duration = Duration::from_millis(10);

pub async fn run() -> anyhow::Result<()> {
    let found = ["/usr/bin/weechat", "/usr/local/bin/weechat", "/usr/bin/weechat-curses"];
    let Some(program) = found.into_iter().find(|path| Path::new(path).exists()) else {
        say("weechat is not installed (Debian: weechat-curses); not measured")?;
        return Ok(());
    };
    let folder = TempDir::new()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (rate, rates) = watch::channel(0);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        serve(stream, rates).await
    });
    let folder = folder.path().to_str().context("a readable path")?;
    let connect = format!("/server add rig 127.0.0.1/{port} -notls");
    let arguments = [
        "-d",
        folder,
        "-r",
        "/set weechat.look.mouse off",
        "-r",
        "/set irc.server_default.autojoin \"#flood\"",
        "-r",
        connect.as_str(),
        "-r",
        "/connect rig",
    ];
    let mut terminal = Terminal::start(Path::new(program), &arguments, &[], SIZE)?;
    terminal.sees("#flood")?;
    terminal.wait_until("the channel", |screen| screen.contains("[bob"))?;
    say(&format!("weechat, idle: {}", idle(&terminal).await?))?;
    for offered in RATES {
        rate.send(offered)?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let measured = tokio::task::spawn_blocking(move || type_keys(terminal, "] ")).await??;
        terminal = measured.terminal;
        say(&format!("weechat, {offered} msg/s offered: {}", measured.said))?;
    }
    Ok(())
}

/// Greets, lets in, and floods at the rate that is asked for; back-pressure slows it down.
async fn serve(stream: TcpStream, rates: watch::Receiver<u32>) -> anyhow::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let welcome = ":rig 001 bob :hi\r\n:rig 376 bob :end\r\n:bob!b@h JOIN #flood\r\n\
                   :rig 353 bob = #flood :bob ann\r\n:rig 366 bob #flood :end\r\n";
    while let Some(line) = lines.next_line().await? {
        match line.split(' ').next() {
            Some("CAP") if line.starts_with("CAP LS") => {
                writer.write_all(b":rig CAP * LS :\r\n").await?;
            }
            Some("USER") => {
                writer.write_all(welcome.as_bytes()).await?;
                break;
            }
            _ => {}
        }
    }
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let (mut ticks, mut number, mut owed) = (tokio::time::interval(BURST_EVERY), 0_u64, 0.0);
    let mut last = now();
    loop {
        ticks.tick().await;
        owed += last.elapsed().as_secs_f64() * f64::from(*rates.borrow());
        last = now();
        let mut burst = String::new();
        while owed >= 1.0 {
            (owed, number) = (owed - 1.0, number + 1);
            burst.push_str(&format!(
                ":ann!a@h PRIVMSG #flood :message {number}: the deploy of the day went out and is \
                 green\r\n"
            ));
        }
        writer.write_all(burst.as_bytes()).await?;
    }
}
