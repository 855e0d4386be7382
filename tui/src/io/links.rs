//! Opening links in whatever the desktop opens links with, without a shell.

/// Whether what is opened here opens on another machine than the one somebody sits at.
#[must_use]
pub fn is_remote() -> bool {
    ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some())
}

/// Opens a link. It has been read as one: it begins with `http://` or `https://`.
pub fn open(link: &str) {
    if let Err(error) = open::that_detached(link) {
        tracing::warn!("The link cannot be opened: {error}");
    }
}
