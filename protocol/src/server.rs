//! What a server says about itself before anybody has logged in.

use serde::{Deserialize, Serialize};

/// Answer to `GET /.well-known/pail`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WellKnown {
    /// What the team that runs it is called.
    pub name: String,
    /// `pail-server`'s version.
    pub server_version: String,
    /// The versions of the API it speaks.
    pub api: Vec<String>,
    /// Who may register.
    pub registration: RegistrationPolicy,
    /// Where REST begins.
    pub rest: String,
    /// The WebSocket of events.
    pub events: String,
    /// The OpenAPI document.
    pub schema: String,
    /// The reference page.
    pub docs: String,
}

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RegistrationPolicy {
    /// Everybody.
    Open,
    /// Who has an invite.
    Invite,
    /// Nobody.
    Closed,
}

/// Answer to `GET /healthz`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// Whether the server can read its database.
    pub healthy: bool,
}
