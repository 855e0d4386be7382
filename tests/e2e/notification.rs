//! A real desktop notification: over a real D-Bus daemon, to a daemon that counts them; and without
//! one, what the terminal is told.

use std::io::Write;
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;
use zbus::Variant;

use super::bus::Bus;
use super::people::{newcomer, server};

/// A notification as the desktop got it: its title and its text.
type Shown = (String, String);

/// Enough for a test; a second one is the defect it looks for.
const SHOWN_MAX: usize = 16;

/// The desktop's side: takes notifications and passes them on to the test.
struct Desktop {
    shown: mpsc::SyncSender<Shown>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(clippy::too_many_arguments, reason = "the freedesktop interface has these")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: std::collections::HashMap<String, Variant<'_>>,
        _timeout: i32,
    ) -> u32 {
        let _ = self.shown.try_send((summary.to_owned(), body.to_owned()));
        1
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "body-markup".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let words = ["test", "pail", "1", "1.2"];
        let [name, vendor, version, spec] = words.map(str::to_owned);
        (name, vendor, version, spec)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_notifies_the_desktop_once_while_the_terminal_is_unfocused() -> anyhow::Result<()>
{
    let Some(bus) = Bus::start() else {
        writeln!(std::io::stderr(), "skipped: there is no dbus-daemon")?;
        return Ok(());
    };
    let (sender, shown) = mpsc::sync_channel(SHOWN_MAX);
    let _desktop = zbus::connection::Builder::address(bus.address.as_str())
        .serve_at("/org/freedesktop/Notifications", Desktop { shown: sender })
        .name("org.freedesktop.Notifications")
        .build()
        .await?;
    let address = bus.address.clone();
    tokio::task::spawn_blocking(move || mention(&address, &shown)).await?
}

fn mention(bus: &str, shown: &mpsc::Receiver<Shown>) -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    let invite = ana.invites()?;
    let variables = [("DBUS_SESSION_BUS_ADDRESS", bus)];
    let mut bob = newcomer(&["join", &invite, "--name", "bob"], &variables)?;
    bob.is_live()?;
    ana.says("@bob while you look")?;
    bob.terminal.sees("@bob while you look")?;
    bob.terminal.press("\u{1b}[O")?;
    ana.says("nothing for you")?;
    bob.terminal.sees("nothing for you")?;
    ana.says("@bob <b>look</b> & answer")?;
    let (title, text) = shown.recv_timeout(Duration::from_secs(20))?;
    assert!(title.contains("Ana Lima"), "{title}");
    assert!(text.contains("&lt;b&gt;look&lt;/b&gt; &amp; answer"), "{text}");
    bob.terminal.sees("answer")?;
    assert!(shown.try_recv().is_err(), "one mention is one notification");
    Ok(())
}

#[test]
fn without_a_desktop_the_terminal_is_told_of_a_mention() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    let invite = ana.invites()?;
    let variables = [("TERM_PROGRAM", "iTerm.app")];
    let mut bob = newcomer(&["join", &invite, "--name", "bob"], &variables)?;
    bob.is_live()?;
    bob.terminal.press("\u{1b}[O")?;
    ana.says("nothing for you")?;
    bob.terminal.sees("nothing for you")?;
    ana.says("@bob look; then answer")?;
    bob.terminal.writes("\u{1b}]9;Ana Lima in #general: @bob look, then answer\u{7}")
}
