//! The real `pail-server` binary as a process that can be killed.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

/// No desktop and no keyring: those of whoever runs the tests are none of their business. Without
/// this, the bus would be looked for where it usually is.
pub const NO_BUS: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/dev/null/no-bus");

/// A running `pail-server`. Dropping it kills it.
pub struct Process {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The link with which the first person joins, while nobody has.
    pub join_link: Option<String>,
    child: Child,
}

/// A binary of ours beside the running test or rig: `pail` or `pail-server`.
///
/// # Panics
/// When it has not been built.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let exe = std::env::current_exe().expect("the running program has a path");
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = exe.ancestors().skip(1).take(2).map(|dir| dir.join(&name)).find(|at| at.is_file());
    found.unwrap_or_else(|| {
        panic!("no {name} beside {}: run cargo build --workspace first", exe.display())
    })
}

/// How the server is run: on a data directory, with these further arguments.
#[must_use]
pub fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary("pail-server"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PAIL_")) {
        command.env_remove(name);
    }
    command.env("PAIL_REGISTRATION", "open").arg("--data-dir").arg(data).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a server that is expected to end by itself; its status and what it said.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn refused(data: &Path, arguments: &[&str]) -> (ExitStatus, String) {
    let output = command(data, arguments).output().expect("pail-server can be run");
    (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
}

impl Process {
    /// Starts a server on a free port and waits until it says where.
    ///
    /// # Panics
    /// When it says something else.
    #[must_use]
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &["--listen", "127.0.0.1:0"])
    }

    /// As [`Self::start`], with these arguments.
    ///
    /// # Panics
    /// When it says something else.
    #[must_use]
    pub fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::run(command(data, arguments), Stdio::null())
    }

    /// As [`Self::start`], with its log in a pipe that nobody reads.
    ///
    /// # Panics
    /// When it says something else.
    #[must_use]
    pub fn start_unread(data: &Path) -> Self {
        let listening = command(data, &["--listen", "127.0.0.1:0"]);
        let mut server = Self::run(listening, Stdio::piped());
        drop(server.child.stderr.take());
        server
    }

    /// Starts a server on a disk of that size, half of it taken by a file called `ballast`. `None`
    /// where this process may not mount one.
    ///
    /// # Panics
    /// When the server says something else than where it listens.
    #[must_use]
    pub fn start_on_small_disk(data: &Path, mebibytes: usize) -> Option<Self> {
        const MOUNT: &str = "mount -t tmpfs -o size=$1m tmpfs \"$0\" && \
                             head -c $(($1 * 524288)) /dev/zero > \"$0/ballast\"";
        let unshare = |script: &str| {
            let mut command = Command::new("unshare");
            command.args(["-rm", "sh", "-c", script]).arg(data).arg(mebibytes.to_string());
            command.arg(binary("pail-server")).env("PAIL_REGISTRATION", "open");
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            command
        };
        let may_mount = unshare(MOUNT).status().is_ok_and(|status| status.success());
        let serve = format!("{MOUNT} && exec \"$2\" --listen 127.0.0.1:0 --data-dir \"$0\"");
        may_mount.then(|| Self::run(unshare(&serve), Stdio::null()))
    }

    fn run(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stderr(log).spawn().expect("pail-server can be run");
        let mut out = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it says where it listens");
        let told = line.strip_prefix("Pail is listening on http://");
        let addr = told.and_then(|rest| rest.split(',').next()?.parse().ok());
        let addr = addr.unwrap_or_else(|| panic!("pail-server said: {line:?}"));
        let join_link = join_link(&mut out);
        // It never blocks on its output, whoever reads it.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        Self { addr, join_link, child }
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would: without a chance to say goodbye.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it has ended");
    }

    /// Asks it to end.
    ///
    /// # Panics
    /// When it cannot be asked.
    pub fn terminate(&self) {
        let pid = self.id().to_string();
        let status = Command::new("kill").args(["-TERM", &pid]).status().expect("kill can be run");
        assert!(status.success());
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub async fn ended(mut self) -> ExitStatus {
        let wait = tokio::task::spawn_blocking(move || self.child.wait());
        let status = crate::within("the end of pail-server", wait).await;
        status.expect("waiting does not panic").expect("it can be waited for")
    }
}

/// What stands behind `pail join` in the greeting; a server that somebody owns has only one line.
/// The greeting comes in one piece.
fn join_link(greeting: &mut BufReader<ChildStdout>) -> Option<String> {
    while !greeting.buffer().is_empty() {
        let mut line = String::new();
        greeting.read_line(&mut line).ok()?;
        if let Some((_, link)) = line.split_once("pail join ") {
            return Some(link.trim().to_owned());
        }
    }
    None
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
