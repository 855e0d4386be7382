//! Buckets and their members in SQLite.

use pail_protocol::bucket::{Bucket, BucketMember, BucketSummary, Role};
use pail_protocol::{BucketId, MemberId, Timestamp, UserId};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{Buckets, NewMember, Stored};

/// Reads a role; a word that is none is a defect of the database.
pub(super) fn role(row: &Row<'_>, column: usize) -> rusqlite::Result<Role> {
    let word: String = row.get(column)?;
    Role::parse(&word).ok_or_else(|| {
        let error = format!("`{word}` is not a role");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<BucketMember> {
    let created_at = Timestamp::from_millis(row.get(4)?);
    Ok(BucketMember {
        id: MemberId(row.get(0)?),
        bucket: BucketId(row.get(1)?),
        user: UserId(row.get(2)?),
        role: role(row, 3)?,
        create_at: created_at,
        created_at,
        updated_at: Timestamp::from_millis(row.get(5)?),
        user_name: row.get(6)?,
        username: row.get(7)?,
    })
}

/// The columns [`member`] reads, of current memberships.
const MEMBERS: &str = "SELECT m.id, m.bucket_id, m.user_id, m.role, m.created_at, m.updated_at,
                              u.name, u.username
                       FROM bucket_members m JOIN users u ON u.id = m.user_id
                       WHERE m.left_pos IS NULL";

impl Buckets for SqliteTx<'_> {
    fn bucket(&mut self, id: BucketId) -> Stored<Option<Bucket>> {
        let sql = "SELECT id, name, created_at, updated_at, icon FROM buckets
                   WHERE id = ?1 AND deleted_at IS NULL";
        let read = |row: &Row<'_>| {
            let created_at = Timestamp::from_millis(row.get(2)?);
            Ok(Bucket {
                id: BucketId(row.get(0)?),
                name: row.get(1)?,
                create_at: created_at,
                created_at,
                updated_at: Timestamp::from_millis(row.get(3)?),
                icon: row.get(4)?,
            })
        };
        Ok(self.query(sql)?.query_row([id.0], read).optional()?)
    }

    fn buckets_of(&mut self, user: UserId) -> Stored<Vec<BucketSummary>> {
        let sql = "SELECT b.id, b.name, m.role,
                          (SELECT count(*) FROM bucket_members a
                           WHERE a.bucket_id = b.id AND a.left_pos IS NULL), b.icon
                   FROM bucket_members m JOIN buckets b ON b.id = m.bucket_id
                   WHERE m.user_id = ?1 AND m.left_pos IS NULL AND b.deleted_at IS NULL
                   ORDER BY b.id";
        let read = |row: &Row<'_>| {
            Ok(BucketSummary {
                id: BucketId(row.get(0)?),
                name: row.get(1)?,
                role: role(row, 2)?,
                member_count: row.get::<_, u32>(3)?.into(),
                icon: row.get(4)?,
            })
        };
        Ok(self.query(sql)?.query_map([user.0], read)?.collect::<Result<_, _>>()?)
    }

    fn bucket_member(&mut self, bucket: BucketId, user: UserId) -> Stored<Option<BucketMember>> {
        let sql = format!("{MEMBERS} AND m.bucket_id = ?1 AND m.user_id = ?2");
        Ok(self.query(&sql)?.query_row([bucket.0, user.0], member).optional()?)
    }

    fn bucket_members(&mut self, bucket: BucketId) -> Stored<Vec<BucketMember>> {
        let sql = format!("{MEMBERS} AND m.bucket_id = ?1 ORDER BY m.id");
        Ok(self.query(&sql)?.query_map([bucket.0], member)?.collect::<Result<_, _>>()?)
    }

    fn count_role(&mut self, bucket: BucketId, role: Role) -> Stored<u64> {
        let sql = "SELECT count(*) FROM bucket_members
                   WHERE bucket_id = ?1 AND role = ?2 AND left_pos IS NULL";
        let values = params![bucket.0, role.as_str()];
        Ok(self.query(sql)?.query_row(values, |row| row.get::<_, u32>(0))?.into())
    }

    fn all_bucket_members(&mut self) -> Stored<Vec<(BucketId, UserId)>> {
        let sql = "SELECT m.bucket_id, m.user_id FROM bucket_members m
                   JOIN buckets b ON b.id = m.bucket_id
                   WHERE m.left_pos IS NULL AND b.deleted_at IS NULL";
        let read = |row: &Row<'_>| Ok((BucketId(row.get(0)?), UserId(row.get(1)?)));
        Ok(self.query(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    fn put_bucket(&mut self, id: BucketId, name: &str, at: Timestamp) -> Stored<()> {
        let sql = "INSERT INTO buckets (id, name, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)";
        self.query(sql)?.execute(params![id.0, name, at.as_millis()])?;
        Ok(())
    }

    fn change_bucket(
        &mut self,
        id: BucketId,
        name: &str,
        icon: Option<&str>,
        at: Timestamp,
    ) -> Stored<()> {
        let sql = "UPDATE buckets SET name = ?2, icon = ?3, updated_at = ?4 WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, name, icon, at.as_millis()])?;
        Ok(())
    }

    fn change_bucket_role(
        &mut self,
        bucket: BucketId,
        user: UserId,
        role: Role,
        at: Timestamp,
    ) -> Stored<()> {
        let sql = "UPDATE bucket_members SET role = ?3, updated_at = ?4
                   WHERE bucket_id = ?1 AND user_id = ?2 AND left_pos IS NULL";
        self.query(sql)?.execute(params![bucket.0, user.0, role.as_str(), at.as_millis()])?;
        Ok(())
    }

    fn end_bucket(&mut self, id: BucketId, at: Timestamp, pos: i64) -> Stored<()> {
        let (deleted, left) = (params![id.0, at.as_millis()], [id.0, pos]);
        let sql =
            "UPDATE channel_members SET left_pos = ?2 WHERE left_pos IS NULL AND channel_id IN
                       (SELECT id FROM channels WHERE bucket_id = ?1 AND deleted_at IS NULL)";
        self.query(sql)?.execute(left)?;
        let sql = "UPDATE channels SET deleted_at = ?2 WHERE bucket_id = ?1 AND deleted_at IS NULL";
        self.query(sql)?.execute(deleted)?;
        let sql = "UPDATE bucket_members SET left_pos = ?2
                   WHERE bucket_id = ?1 AND left_pos IS NULL";
        self.query(sql)?.execute(left)?;
        self.query("UPDATE buckets SET deleted_at = ?2 WHERE id = ?1")?.execute(deleted)?;
        Ok(())
    }

    fn put_bucket_member(&mut self, member: &NewMember<BucketId>, role: Role) -> Stored<()> {
        let sql = "INSERT INTO bucket_members
                       (id, bucket_id, user_id, role, created_at, updated_at, joined_pos)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
        let (at, role) = (member.at.as_millis(), role.as_str());
        let values = params![member.id.0, member.of.0, member.user.0, role, at, member.pos];
        self.query(sql)?.execute(values)?;
        Ok(())
    }

    fn end_bucket_member(&mut self, bucket: BucketId, user: UserId, pos: i64) -> Stored<()> {
        let sql = "UPDATE bucket_members SET left_pos = ?3
                   WHERE bucket_id = ?1 AND user_id = ?2 AND left_pos IS NULL";
        self.query(sql)?.execute(params![bucket.0, user.0, pos])?;
        Ok(())
    }
}
