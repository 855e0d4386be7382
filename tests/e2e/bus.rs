//! A session bus of a test's own, which starts nothing by itself: a desktop's service would have the
//! developer's home.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const CONFIGURATION: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// A running `dbus-daemon`. Dropping it ends it.
pub struct Bus {
    /// What `DBUS_SESSION_BUS_ADDRESS` says.
    pub address: String,
    daemon: Child,
}

impl Bus {
    /// `None` where there is no `dbus-daemon`.
    pub fn start() -> Option<Self> {
        let folder = TempDir::new().ok()?;
        let configuration = folder.path().join("bus.conf");
        std::fs::write(&configuration, CONFIGURATION).ok()?;
        let mut daemon = Command::new("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"])
            .arg(&configuration)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take()?).read_line(&mut address).ok()?;
        Some(Self { address: address.trim().to_owned(), daemon })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}
