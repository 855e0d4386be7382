//! Webhooks in SQLite.

use pail_protocol::webhook::Webhook;
use pail_protocol::{ChannelId, Timestamp, UserId, WebhookId};
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{NewWebhook, SecretHash, Stored, Webhooks};

/// The columns [`webhook`] reads.
const WEBHOOKS: &str = "SELECT id, channel_id, name, user_id, created_at FROM webhooks";

fn webhook(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    Ok(Webhook {
        id: WebhookId(row.get(0)?),
        channel: ChannelId(row.get(1)?),
        name: row.get(2)?,
        user: UserId(row.get(3)?),
        created_at: Timestamp::from_millis(row.get(4)?),
    })
}

impl Webhooks for SqliteTx<'_> {
    fn webhook(&mut self, id: WebhookId) -> Stored<Option<Webhook>> {
        let sql = format!("{WEBHOOKS} WHERE id = ?1 AND deleted_at IS NULL");
        Ok(self.query(&sql)?.query_row([id.0], webhook).optional()?)
    }

    fn webhook_by_key(&mut self, key_hash: &SecretHash) -> Stored<Option<(Webhook, bool)>> {
        let sql = "SELECT id, channel_id, name, user_id, created_at, deleted_at IS NOT NULL
                   FROM webhooks WHERE key_hash = ?1";
        let read = |row: &Row<'_>| Ok((webhook(row)?, row.get(5)?));
        Ok(self.query(sql)?.query_row([key_hash], read).optional()?)
    }

    fn webhooks_of(&mut self, channel: ChannelId) -> Stored<Vec<Webhook>> {
        let sql = format!("{WEBHOOKS} WHERE channel_id = ?1 AND deleted_at IS NULL ORDER BY id");
        let mut query = self.query(&sql)?;
        let rows = query.query_map([channel.0], webhook)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn insert_webhook(&mut self, new: &NewWebhook<'_>) -> Stored<()> {
        let sql = "INSERT INTO users (username, name, email, password_hash, created_at, is_bot)
                   VALUES (?1, ?2, '', '', ?3, 1) RETURNING id";
        let at = new.created_at.as_millis();
        let values = params![new.username, new.name, at];
        let user: i64 = self.query(sql)?.query_row(values, |row| row.get(0))?;
        let sql = "INSERT INTO webhooks (id, channel_id, user_id, name, key_hash, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![new.id.0, new.channel.0, user, new.name, new.key_hash, at];
        self.query(sql)?.execute(values)?;
        Ok(())
    }

    fn end_webhook(&mut self, id: WebhookId, at: Timestamp) -> Stored<()> {
        let sql = "UPDATE webhooks SET deleted_at = ?2 WHERE id = ?1";
        self.query(sql)?.execute([id.0, at.as_millis()])?;
        Ok(())
    }
}
