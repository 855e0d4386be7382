//! Logins in a real keyring: GNOME's, over a real D-Bus daemon, with a home of its own.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use tempfile::TempDir;
use tokio::time::timeout;
use zbus::OwnedObjectPath;

use super::bus::Bus;
use super::people::{Person, newcomer, server};

const TO: Option<&str> = Some("org.freedesktop.secrets");
const PATH: &str = "/org/freedesktop/secrets";
const INTERFACE: Option<&str> = Some("org.freedesktop.Secret.Service");

/// What the keyring is unlocked with.
const PASSWORD: &[u8] = b"correct horse";
/// How long the keyring may take to answer a test.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// How often something is looked at before a test gives up, ten times a second.
const LOOKS_MAX: usize = 200;

/// A keyring that is unlocked. Dropping it ends it.
struct Keyring {
    bus: Bus,
    home: TempDir,
    daemon: Child,
}

impl Keyring {
    /// `None` where there is none to start.
    fn start() -> anyhow::Result<Option<Self>> {
        let Some(bus) = Bus::start() else { return Ok(None) };
        let home = TempDir::new()?;
        let Ok(daemon) = daemon(&bus, home.path()) else { return Ok(None) };
        let keyring = Self { bus, home, daemon };
        keyring.is_unlocked()?;
        Ok(Some(keyring))
    }

    fn is_unlocked(&self) -> anyhow::Result<()> {
        for _ in 0..LOOKS_MAX {
            if self.login().is_ok_and(|login| login.as_str() != "/") {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the keyring does not start")
    }

    /// What unlocks with the login; `/` before that.
    fn login(&self) -> anyhow::Result<OwnedObjectPath> {
        self.asked(async |bus| {
            let answer = bus.call_method(TO, PATH, INTERFACE, "ReadAlias", &"default").await?;
            Ok(answer.body().deserialize()?)
        })
    }

    fn lock(&self) -> anyhow::Result<()> {
        let login = vec![self.login()?];
        self.asked(async |bus| {
            bus.call_method(TO, PATH, INTERFACE, "Lock", &login).await?;
            Ok(())
        })
    }

    /// As at the next login of a person.
    fn starts_again(&mut self) -> anyhow::Result<()> {
        self.daemon.kill()?;
        self.daemon.wait()?;
        self.daemon = daemon(&self.bus, self.home.path())?;
        self.is_unlocked()
    }

    /// How many secrets of pail's it has.
    fn count(&self) -> anyhow::Result<usize> {
        let ours = HashMap::from([("service", "pail")]);
        self.asked(async |bus| {
            let answer = bus.call_method(TO, PATH, INTERFACE, "SearchItems", &ours).await?;
            let body = answer.body();
            let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
                body.deserialize()?;
            Ok(unlocked.len() + locked.len())
        })
    }

    fn asked<T>(
        &self,
        ask: impl AsyncFnOnce(zbus::Connection) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let asked = async {
            let bus = zbus::connection::Builder::address(self.bus.address.as_str()).build().await?;
            ask(bus).await
        };
        runtime.block_on(async { timeout(ANSWER_MAX, asked).await? })
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn daemon(bus: &Bus, home: &Path) -> anyhow::Result<Child> {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets", "--control-directory"])
        .arg(home.join("control"))
        .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("XDG_DATA_HOME", home)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    daemon.stdin.take().context("a pipe")?.write_all(PASSWORD)?;
    Ok(daemon)
}

/// Waits until the file holds no secret.
fn has_moved(person: &Person) -> anyhow::Result<()> {
    for _ in 0..LOOKS_MAX {
        let file = std::fs::read_to_string(person.folder().join("accounts.json"))?;
        let is_empty = |secret: &str| file.contains(&format!("\"{secret}\": \"\""));
        if is_empty("token") && is_empty("password") {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("the secrets stay in the file")
}

fn skipped() -> anyhow::Result<()> {
    Ok(writeln!(std::io::stderr(), "skipped: there is no dbus-daemon or no gnome-keyring-daemon")?)
}

#[test]
fn a_login_is_in_the_keyring_until_it_is_forgotten() -> anyhow::Result<()> {
    let Some(keyring) = Keyring::start()? else { return skipped() };
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let bus = [("DBUS_SESSION_BUS_ADDRESS", keyring.bus.address.as_str())];
    let ana = newcomer(&["join", &link, "--name", "Ana Lima"], &bus)?;
    ana.is_live()?;
    has_moved(&ana)?;
    assert_eq!(keyring.count()?, 2);
    let ana = ana.comes_back()?;
    ana.is_live()?;
    let ana = ana.runs(&["doctor"])?;
    ana.terminal.sees("ok logins            in the keyring")?;
    let ana = ana.runs(&["account"])?;
    let screen = ana.terminal.sees("On another machine")?;
    let password = screen.lines().find_map(|line| line.strip_prefix("password  "));
    assert_eq!(password.map(|password| password.trim().len()), Some(32), "{screen}");
    let ana = ana.runs(&["logout"])?;
    ana.terminal.sees("Logged out of")?;
    assert_eq!(keyring.count()?, 1);
    let mut ana = ana.runs(&[])?;
    ana.terminal.sees("ana.lima")?;
    ana.terminal.press("\r")?;
    ana.is_live()?;
    has_moved(&ana)?;
    assert_eq!(keyring.count()?, 2);
    let ana = ana.runs(&["logout", "--forget", "--yes"])?;
    ana.terminal.sees("Forgot ana.lima")?;
    assert_eq!(keyring.count()?, 0);
    Ok(())
}

#[test]
fn a_locked_keyring_hides_nothing_that_was_read_before() -> anyhow::Result<()> {
    let Some(mut keyring) = Keyring::start()? else { return skipped() };
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let address = keyring.bus.address.clone();
    let bus = [("DBUS_SESSION_BUS_ADDRESS", address.as_str())];
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &bus)?;
    ana.is_live()?;
    ana.says("said before")?;
    ana.has_sent("said before")?;
    has_moved(&ana)?;
    keyring.lock()?;
    let ana = ana.comes_back()?;
    ana.terminal.sees("said before")?;
    ana.terminal.sees("keyring")?;
    keyring.starts_again()?;
    let ana = ana.comes_back()?;
    ana.is_live()?;
    ana.terminal.sees("said before").map(|_| ())
}
