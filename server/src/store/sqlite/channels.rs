//! Channels, direct messages and their members in SQLite.

use pail_protocol::channel::{
    ChannelMember, ChannelSummary, ChannelType, DirectMessage, NO_MESSAGES_YET, Peer,
};
use pail_protocol::{BucketId, ChannelId, MemberId, MessageId, Seq, Timestamp, UserId};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{ChannelRow, Channels, NewMember, Stored};

fn channel_type(row: &Row<'_>, column: usize) -> rusqlite::Result<ChannelType> {
    let word: String = row.get(column)?;
    ChannelType::parse(&word).ok_or_else(|| {
        let error = format!("`{word}` is not a channel type");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

fn member(row: &Row<'_>) -> rusqlite::Result<ChannelMember> {
    Ok(ChannelMember {
        id: MemberId(row.get(0)?),
        channel: ChannelId(row.get(1)?),
        user: UserId(row.get(2)?),
        created_at: Timestamp::from_millis(row.get(3)?),
        updated_at: Timestamp::from_millis(row.get(4)?),
        user_name: row.get(5)?,
        username: row.get(6)?,
    })
}

/// The columns [`member`] reads, of current memberships.
const MEMBERS: &str = "SELECT m.id, m.channel_id, m.user_id, m.created_at, m.updated_at,
                              u.name, u.username
                       FROM channel_members m JOIN users u ON u.id = m.user_id
                       WHERE m.left_pos IS NULL";

/// Joins each channel `c` with its newest message `l`, if it has one.
const LATEST: &str = "LEFT JOIN messages l ON l.id = (
                          SELECT id FROM messages WHERE channel_id = c.id AND deleted_at IS NULL
                          ORDER BY seq DESC LIMIT 1)";

fn summary(row: &Row<'_>) -> rusqlite::Result<ChannelSummary> {
    let text: Option<String> = row.get(3)?;
    Ok(ChannelSummary {
        id: ChannelId(row.get(0)?),
        name: row.get(1)?,
        channel_type: channel_type(row, 2)?,
        latest_message: text.unwrap_or_else(|| NO_MESSAGES_YET.to_owned()),
        latest_message_id: row.get::<_, Option<i64>>(4)?.map(MessageId),
        latest_at: time(row, 5)?,
        is_member: row.get(6)?,
        topic: row.get(7)?,
    })
}

fn direct(row: &Row<'_>) -> rusqlite::Result<DirectMessage> {
    let text: Option<String> = row.get(2)?;
    Ok(DirectMessage {
        channel_id: ChannelId(row.get(0)?),
        channel_name: row.get(1)?,
        latest_message: text.unwrap_or_else(|| NO_MESSAGES_YET.to_owned()),
        latest_sender: row.get(3)?,
        timestamp: time(row, 4)?,
        peer: Some(Peer {
            id: UserId(row.get(5)?),
            name: row.get(6)?,
            username: row.get(7)?,
            online: false,
        }),
    })
}

impl Channels for SqliteTx<'_> {
    fn channel(&mut self, id: ChannelId) -> Stored<Option<ChannelRow>> {
        let sql = "SELECT id, bucket_id, name, channel_type, last_seq, created_at, updated_at,
                          topic
                   FROM channels WHERE id = ?1 AND deleted_at IS NULL";
        let read = |row: &Row<'_>| {
            Ok(ChannelRow {
                id: ChannelId(row.get(0)?),
                bucket: row.get::<_, Option<i64>>(1)?.map(BucketId),
                name: row.get(2)?,
                channel_type: channel_type(row, 3)?,
                last_seq: Seq(row.get(4)?),
                created_at: Timestamp::from_millis(row.get(5)?),
                updated_at: Timestamp::from_millis(row.get(6)?),
                topic: row.get(7)?,
            })
        };
        Ok(self.query(sql)?.query_row([id.0], read).optional()?)
    }

    fn channels_in(&mut self, bucket: BucketId, viewer: UserId) -> Stored<Vec<ChannelSummary>> {
        let sql = format!(
            "SELECT c.id, c.name, c.channel_type, l.text, l.id, l.created_at,
                    m.id IS NOT NULL, c.topic
             FROM channels c
             LEFT JOIN channel_members m
                  ON m.channel_id = c.id AND m.user_id = ?2 AND m.left_pos IS NULL
             {LATEST}
             WHERE c.bucket_id = ?1 AND c.deleted_at IS NULL
               AND (c.channel_type <> 'private' OR m.id IS NOT NULL)
             ORDER BY c.id"
        );
        let mut query = self.query(&sql)?;
        Ok(query.query_map([bucket.0, viewer.0], summary)?.collect::<Result<_, _>>()?)
    }

    fn group_channel_named(&mut self, bucket: BucketId, name: &str) -> Stored<Option<ChannelId>> {
        // SQLite folds only ASCII; Rust folds the rest.
        let sql = "SELECT id, name FROM channels
                   WHERE bucket_id = ?1 AND channel_type = 'group' AND deleted_at IS NULL";
        let mut query = self.query(sql)?;
        let mut rows = query.query([bucket.0])?;
        let wanted = name.to_lowercase();
        while let Some(row) = rows.next()? {
            if row.get::<_, String>(1)?.to_lowercase() == wanted {
                return Ok(Some(ChannelId(row.get(0)?)));
            }
        }
        Ok(None)
    }

    fn first_channel(&mut self, bucket: BucketId) -> Stored<Option<ChannelId>> {
        let sql = "SELECT id FROM channels
                   WHERE bucket_id = ?1 AND channel_type = 'group' AND deleted_at IS NULL
                   ORDER BY id LIMIT 1";
        let read = |row: &Row<'_>| row.get(0).map(ChannelId);
        Ok(self.query(sql)?.query_row([bucket.0], read).optional()?)
    }

    fn channels_joined(&mut self, bucket: BucketId, user: UserId) -> Stored<Vec<ChannelId>> {
        let sql = "SELECT c.id FROM channel_members m JOIN channels c ON c.id = m.channel_id
                   WHERE c.bucket_id = ?1 AND m.user_id = ?2 AND m.left_pos IS NULL
                     AND c.deleted_at IS NULL ORDER BY c.id";
        let read = |row: &Row<'_>| row.get(0).map(ChannelId);
        let mut query = self.query(sql)?;
        Ok(query.query_map([bucket.0, user.0], read)?.collect::<Result<_, _>>()?)
    }

    fn channel_member(
        &mut self,
        channel: ChannelId,
        user: UserId,
    ) -> Stored<Option<ChannelMember>> {
        let sql = format!("{MEMBERS} AND m.channel_id = ?1 AND m.user_id = ?2");
        Ok(self.query(&sql)?.query_row([channel.0, user.0], member).optional()?)
    }

    fn member_named(&mut self, channel: ChannelId, username: &str) -> Stored<Option<UserId>> {
        let sql = "SELECT u.id FROM users u JOIN channel_members m ON m.user_id = u.id
                   WHERE u.username = ?2 AND m.channel_id = ?1 AND m.left_pos IS NULL";
        let read = |row: &Row<'_>| row.get(0).map(UserId);
        Ok(self.query(sql)?.query_row(params![channel.0, username], read).optional()?)
    }

    fn channel_members(&mut self, channel: ChannelId) -> Stored<Vec<ChannelMember>> {
        let sql = format!("{MEMBERS} AND m.channel_id = ?1 ORDER BY m.id");
        Ok(self.query(&sql)?.query_map([channel.0], member)?.collect::<Result<_, _>>()?)
    }

    fn count_channel_members(&mut self, channel: ChannelId) -> Stored<u64> {
        let sql = "SELECT count(*) FROM channel_members
                   WHERE channel_id = ?1 AND left_pos IS NULL";
        Ok(self.query(sql)?.query_row([channel.0], |row| row.get::<_, u32>(0))?.into())
    }

    fn all_channels(&mut self) -> Stored<Vec<(ChannelId, Option<BucketId>, ChannelType)>> {
        let sql = "SELECT id, bucket_id, channel_type FROM channels WHERE deleted_at IS NULL";
        let read = |row: &Row<'_>| {
            let bucket = row.get::<_, Option<i64>>(1)?.map(BucketId);
            Ok((ChannelId(row.get(0)?), bucket, channel_type(row, 2)?))
        };
        Ok(self.query(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    fn all_channel_members(&mut self) -> Stored<Vec<(ChannelId, UserId)>> {
        let sql = "SELECT m.channel_id, m.user_id FROM channel_members m
                   JOIN channels c ON c.id = m.channel_id
                   WHERE m.left_pos IS NULL AND c.deleted_at IS NULL";
        let read = |row: &Row<'_>| Ok((ChannelId(row.get(0)?), UserId(row.get(1)?)));
        Ok(self.query(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    fn channels_of(&mut self, user: UserId) -> Stored<Vec<(ChannelId, Seq)>> {
        let sql = "SELECT c.id, c.last_seq FROM channel_members m
                   JOIN channels c ON c.id = m.channel_id
                   WHERE m.user_id = ?1 AND m.left_pos IS NULL AND c.deleted_at IS NULL
                   ORDER BY c.id";
        let read = |row: &Row<'_>| Ok((ChannelId(row.get(0)?), Seq(row.get(1)?)));
        Ok(self.query(sql)?.query_map([user.0], read)?.collect::<Result<_, _>>()?)
    }

    fn direct_between(&mut self, one: UserId, other: UserId) -> Stored<Option<ChannelId>> {
        let sql = "SELECT c.id FROM channel_members a
                   JOIN channel_members b USING (channel_id)
                   JOIN channels c ON c.id = a.channel_id
                   WHERE a.user_id = ?1 AND a.left_pos IS NULL
                     AND b.user_id = ?2 AND b.left_pos IS NULL
                     AND c.channel_type = 'direct' AND c.deleted_at IS NULL";
        let read = |row: &Row<'_>| row.get(0).map(ChannelId);
        Ok(self.query(sql)?.query_row([one.0, other.0], read).optional()?)
    }

    fn peer(&mut self, channel: ChannelId, of: UserId) -> Stored<Option<Peer>> {
        let sql = "SELECT u.id, u.name, u.username
                   FROM channel_members m JOIN users u ON u.id = m.user_id
                   WHERE m.channel_id = ?1 AND m.user_id <> ?2";
        let read = |row: &Row<'_>| {
            Ok(Peer {
                id: UserId(row.get(0)?),
                name: row.get(1)?,
                username: row.get(2)?,
                online: false,
            })
        };
        Ok(self.query(sql)?.query_row([channel.0, of.0], read).optional()?)
    }

    fn directs(
        &mut self,
        of: UserId,
        with_empty: bool,
        limit: usize,
    ) -> Stored<Vec<DirectMessage>> {
        let sql = format!(
            "SELECT c.id, c.name, l.text, s.name, l.created_at, u.id, u.name, u.username
             FROM channel_members mine
             JOIN channels c ON c.id = mine.channel_id
             JOIN channel_members theirs ON theirs.channel_id = c.id AND theirs.user_id <> ?1
             JOIN users u ON u.id = theirs.user_id
             {LATEST}
             LEFT JOIN users s ON s.id = l.sender_id
             WHERE mine.user_id = ?1 AND mine.left_pos IS NULL
               AND c.channel_type = 'direct' AND c.deleted_at IS NULL
               AND (?2 OR l.id IS NOT NULL)
             ORDER BY l.id DESC NULLS LAST, c.id DESC LIMIT ?3"
        );
        let values = params![of.0, with_empty, limit as i64];
        Ok(self.query(&sql)?.query_map(values, direct)?.collect::<Result<_, _>>()?)
    }

    fn put_channel(&mut self, channel: &ChannelRow) -> Stored<()> {
        let sql = "INSERT INTO channels
                       (id, bucket_id, name, channel_type, last_seq, created_at, updated_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.query(sql)?.execute(params![
            channel.id.0,
            channel.bucket.map(|id| id.0),
            channel.name,
            channel.channel_type.as_str(),
            channel.last_seq.0,
            channel.created_at.as_millis(),
            channel.updated_at.as_millis(),
        ])?;
        Ok(())
    }

    fn change_channel(
        &mut self,
        id: ChannelId,
        name: &str,
        topic: &str,
        at: Timestamp,
    ) -> Stored<()> {
        let sql = "UPDATE channels SET name = ?2, topic = ?3, updated_at = ?4 WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, name, topic, at.as_millis()])?;
        Ok(())
    }

    fn advance_channel(&mut self, id: ChannelId, seq: Seq) -> Stored<()> {
        self.query("UPDATE channels SET last_seq = ?2 WHERE id = ?1")?.execute([id.0, seq.0])?;
        Ok(())
    }

    fn end_channel(&mut self, id: ChannelId, at: Timestamp, pos: i64) -> Stored<()> {
        let sql = "UPDATE channel_members SET left_pos = ?2
                   WHERE channel_id = ?1 AND left_pos IS NULL";
        self.query(sql)?.execute([id.0, pos])?;
        let sql = "UPDATE channels SET deleted_at = ?2 WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, at.as_millis()])?;
        Ok(())
    }

    fn put_channel_member(&mut self, member: &NewMember<ChannelId>) -> Stored<()> {
        let sql = "INSERT INTO channel_members
                       (id, channel_id, user_id, created_at, updated_at, joined_pos)
                   VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
        let values =
            params![member.id.0, member.of.0, member.user.0, member.at.as_millis(), member.pos];
        self.query(sql)?.execute(values)?;
        Ok(())
    }

    fn end_channel_member(&mut self, channel: ChannelId, user: UserId, pos: i64) -> Stored<()> {
        let sql = "UPDATE channel_members SET left_pos = ?3
                   WHERE channel_id = ?1 AND user_id = ?2 AND left_pos IS NULL";
        self.query(sql)?.execute(params![channel.0, user.0, pos])?;
        Ok(())
    }
}
