//! A clause that does not hold, told so that somebody can do the same by hand.

use std::fmt::Write as _;

use crate::conformance::net::{Request, Target};

/// Longest body that is shown, in characters.
const BODY_SHOWN_MAX: usize = 1500;

/// The step that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `tests/cases/seed/buckets.case:12`.
    pub place: String,
    /// The line.
    pub step: String,
    /// What was sent, as a command for a shell; empty when nothing was.
    pub sent: String,
    /// What came.
    pub came: String,
    /// What was expected instead, one sentence each, with the line it is from.
    pub wrong: Vec<String>,
    /// Whether it happened before the clause itself.
    pub in_setup: bool,
}

impl Failure {
    /// Puts names in the place of tokens: a report may be public.
    #[must_use]
    pub fn without(mut self, secrets: &[(String, String)]) -> Self {
        let texts = self.wrong.iter_mut().chain([&mut self.sent, &mut self.came]);
        for text in texts {
            for (secret, name) in secrets {
                *text = text.replace(secret, &format!("${}", name.to_uppercase()));
            }
        }
        self
    }

    /// All of it, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let setup = if self.in_setup { " (setup)" } else { "" };
        let mut lines = vec![format!("at {}{setup}: {}", self.place, self.step)];
        if !self.sent.is_empty() {
            lines.push(format!("sent: {}", self.sent));
        }
        if !self.came.is_empty() {
            lines.push(format!("came: {}", self.came));
        }
        lines.extend(self.wrong.iter().cloned());
        lines
    }
}

/// A request as a `curl` command.
#[must_use]
pub fn curl(request: &Request, to: &Target) -> String {
    let mut command = format!("curl -i -X {} '{}{}'", request.method, to.url("http"), request.path);
    for (name, value) in &request.headers {
        // Double quotes where a shell should fill in a token.
        let _ = write!(command, " -H \"{name}: {}\"", value.replace('"', "\\\""));
    }
    if let Some(body) = &request.body {
        let text = String::from_utf8_lossy(body);
        let shown: String = text.chars().take(BODY_SHOWN_MAX).collect();
        let cut = if shown.len() < text.len() { "…" } else { "" };
        let _ = write!(command, " -d '{}{cut}'", shown.replace('\'', "'\\''"));
    }
    command
}

/// A handshake as a `websocat` command.
#[must_use]
pub fn websocat(path: &str, headers: &[(String, String)], to: &Target) -> String {
    let mut command = "websocat".to_owned();
    for (name, value) in headers {
        let _ = write!(command, " -H \"{name}: {value}\"");
    }
    let _ = write!(command, " '{}{path}'", to.url("ws"));
    command
}
