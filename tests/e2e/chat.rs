//! Two people, two terminals, one server that may die.

use serde_json::json;
use tempfile::TempDir;

use super::people::{Person, newcomer, server};
use pail_tests::process::Process;
use pail_tests::scenario::registration;
use pail_tests::{Request, User};

/// Far less than a whole screen: what a typed letter may paint.
const TYPED_BYTES_MAX: u64 = 1_000;

fn two_people(link: &str) -> anyhow::Result<(Person, Person)> {
    let mut ana = newcomer(&["join", link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    let invite = ana.invites()?;
    let bob = newcomer(&["join", &invite, "--name", "Bob Stone"], &[])?;
    bob.is_live()?;
    Ok((ana, bob))
}

#[test]
fn what_one_types_the_other_reads() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let (mut ana, mut bob) = two_people(&link)?;
    ana.says("hello from ana")?;
    bob.terminal.sees("hello from ana")?;
    bob.says("hello from bob")?;
    ana.terminal.sees("hello from bob")?;
    ana.sees_once("hello from ana")?;
    let bob = bob.comes_back()?;
    bob.is_live()?;
    bob.sees_once("hello from ana")?;
    bob.sees_once("hello from bob")
}

#[test]
fn a_killed_server_loses_nothing_and_what_waited_goes_out_once() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (mut server, link) = server(folder.path())?;
    let (mut ana, mut bob) = two_people(&link)?;
    ana.says("before the crash")?;
    bob.terminal.sees("before the crash")?;
    server.kill();
    ana.terminal.wait_until("that it is offline", |screen| !screen.contains("● live"))?;
    ana.says("while nobody listens")?;
    ana.sees_once("while nobody listens")?;
    let address = server.addr.to_string();
    let _server = Process::start_with(folder.path(), &["--listen", &address]);
    bob.terminal.sees("while nobody listens")?;
    ana.is_live()?;
    bob.is_live()?;
    bob.says("glad you are back")?;
    ana.terminal.sees("glad you are back")?;
    for person in [&ana, &bob] {
        for text in ["before the crash", "while nobody listens", "glad you are back"] {
            person.sees_once(text)?;
        }
    }
    Ok(())
}

#[test]
fn a_screen_that_is_painted_anew_is_painted_whole() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.terminal.sees("› Message #general")?;
    // Terminals disagree about their widths: when such a row changes, everything is painted.
    for line in ["ที่นี่ one", "ที่นี่ two", "three", "four"] {
        ana.says(line)?;
        ana.terminal.wait_until("an empty composer", |screen| screen.contains("› Message"))?;
    }
    let screen = ana.terminal.screen();
    for part in ["one", "two", "three", "four", "#general", "Ana Lima", "Ctrl-K"] {
        assert!(screen.contains(part), "{part} is missing:\n{screen}");
    }
    // The first letter changes the hints, too.
    ana.terminal.press("ที่")?;
    ana.terminal.sees("› ที่")?;
    ana.terminal.sees("new line")?;
    // Something else may be painted meanwhile, but not with every letter.
    let mut least = u64::MAX;
    for typed in ["› ที่น", "› ที่นก", "› ที่นกม", "› ที่นกมด"]
    {
        let before = ana.terminal.bytes_painted();
        ana.terminal.press(typed.get(typed.len() - 'ก'.len_utf8()..).unwrap_or_default())?;
        ana.terminal.sees(typed)?;
        least = least.min(ana.terminal.bytes_painted() - before);
    }
    assert!(least < TYPED_BYTES_MAX, "typing painted {least} bytes");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_client_with_a_token_sees_what_people_type() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (server, link) = server(folder.path())?;
    let ana = tokio::task::spawn_blocking(move || {
        let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
        ana.is_live()?;
        let invite = ana.invites()?;
        anyhow::Ok((ana, invite))
    });
    let (mut ana, invite) = ana.await??;
    let mut body = registration("script");
    body["invite"] = invite.rsplit('/').next().into();
    let answer = Request::post("/api/auth/register/", &body).send(server.addr).await;
    let script = User::of(server.addr, &answer.expect(201));
    let mut socket = script.listens(1).await;
    let ana = tokio::task::spawn_blocking(move || ana.says("typed by hand").map(|()| ana));
    let frame = socket.frame().await;
    let expected = ["chat.message", "typed by hand", "Ana Lima"];
    assert_eq!(["type", "message", "sender"].map(|key| &frame[key]), expected);
    assert!(frame["sender_id"].is_i64() && frame["timestamp"].is_string(), "{frame}");
    socket.send(&json!({ "message_text": "sent by a script" })).await;
    let ana = ana.await??;
    tokio::task::spawn_blocking(move || ana.sees_once("sent by a script")).await?
}
