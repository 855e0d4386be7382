//! Invites in SQLite.

use pail_protocol::{BucketId, InviteId, Timestamp};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use super::buckets::role;
use crate::store::StoreError;
use crate::store::tx::{InviteRow, Invites, NewInvite, SecretHash, Stored};

/// The columns [`invite_at`] reads.
const INVITES: &str =
    "SELECT id, bucket_id, role, max_uses, uses, expires_at, channels FROM invites";

fn invite_at(row: &Row<'_>) -> rusqlite::Result<InviteRow> {
    let channels: String = row.get(6)?;
    let channels = serde_json::from_str(&channels)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(6, Type::Text, error.into()))?;
    Ok(InviteRow {
        id: InviteId(row.get(0)?),
        bucket: row.get::<_, Option<i64>>(1)?.map(BucketId),
        role: role(row, 2)?,
        max_uses: row.get(3)?,
        uses: row.get(4)?,
        expires_at: Timestamp::from_millis(row.get(5)?),
        channels,
    })
}

impl Invites for SqliteTx<'_> {
    fn insert_invite(&mut self, invite: &NewInvite<'_>) -> Stored<InviteId> {
        let sql = "INSERT INTO invites
                       (code_hash, bucket_id, role, max_uses, expires_at, channels)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
        let channels = serde_json::to_string(invite.channels)
            .map_err(|error| StoreError::Unexpected(error.to_string()))?;
        let values = params![
            invite.code_hash,
            invite.bucket.map(|id| id.0),
            invite.role.as_str(),
            invite.max_uses,
            invite.expires_at.as_millis(),
            channels,
        ];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(InviteId))?)
    }

    fn invite(&mut self, code_hash: &SecretHash) -> Stored<Option<InviteRow>> {
        let sql = format!("{INVITES} WHERE code_hash = ?1 AND user_id IS NULL");
        Ok(self.query(&sql)?.query_row([code_hash], invite_at).optional()?)
    }

    fn invites_to(&mut self, bucket: BucketId) -> Stored<Vec<InviteRow>> {
        let sql = format!("{INVITES} WHERE bucket_id = ?1 ORDER BY id");
        Ok(self.query(&sql)?.query_map([bucket.0], invite_at)?.collect::<Result<_, _>>()?)
    }

    fn use_invite(&mut self, id: InviteId) -> Stored<()> {
        self.query("UPDATE invites SET uses = uses + 1 WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }

    fn delete_invite(&mut self, bucket: BucketId, id: InviteId) -> Stored<bool> {
        let sql = "DELETE FROM invites WHERE bucket_id = ?1 AND id = ?2";
        Ok(self.query(sql)?.execute([bucket.0, id.0])? > 0)
    }

    fn delete_founding_invites(&mut self) -> Stored<()> {
        self.query("DELETE FROM invites WHERE bucket_id IS NULL AND user_id IS NULL")?
            .execute([])?;
        Ok(())
    }
}
