//! Notifications on the desktop. Whatever goes wrong here is no reason to disturb anybody.

use std::time::Duration;

use tokio::time::timeout;

use crate::state::effect::Notification;

/// How long the desktop may take.
const NOTIFY_TIMEOUT: Duration = Duration::from_secs(2);

/// Shows a notification; returns whether anybody took it.
pub(super) async fn shows(notification: &Notification) -> bool {
    let mut desktop = notify_rust::Notification::new();
    desktop
        .appname("pail")
        .summary(notification.title.as_str())
        .body(&escaped(notification.body.as_str()));
    match timeout(NOTIFY_TIMEOUT, desktop.show_async()).await {
        Ok(Ok(_)) => return true,
        Ok(Err(error)) => tracing::debug!("no notification: {error}"),
        Err(_) => tracing::debug!("no notification: the desktop does not answer"),
    }
    false
}

/// Bodies are markup to many desktops.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_is_escaped() {
        assert_eq!(super::escaped("<b>a & b</b>"), "&lt;b&gt;a &amp; b&lt;/b&gt;");
    }
}
