//! For whoever runs the server.

use hyper::StatusCode;
use pail_protocol::server::Health;

use super::reply::{self, Answer};
use super::request::Call;

/// `GET /healthz`: whether the database answers.
pub async fn health(call: Call) -> Answer {
    match call.ctx.query(|tx| Ok(tx.head()?)).await {
        Ok(_) => reply::ok(&Health { healthy: true }),
        Err(error) => {
            tracing::error!(%error, "unhealthy");
            reply::json(StatusCode::SERVICE_UNAVAILABLE, &Health { healthy: false })
        }
    }
}
