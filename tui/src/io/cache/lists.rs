//! What the server listed, word for word: buckets, channels, people, and where one stands.

use pail_protocol::bucket::BucketSummary;
use pail_protocol::channel::{ChannelSummary, DirectMessage, Unread};
use pail_protocol::frame::ChatMessage;
use pail_protocol::limits::UNREAD_COUNT_MAX;
use pail_protocol::{BucketId, ChannelId, Seq, UserId};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::kept::{understood, written};
use super::search::Place;
use crate::state::{Answer, Call};

/// Keeps a list that the server answered. What is no list is left alone.
pub(super) fn keep(conn: &Connection, call: &Call, answer: &Answer) -> rusqlite::Result<()> {
    match (call, answer) {
        (Call::Buckets, Answer::Buckets(rows)) => {
            put(conn, "buckets", 0, rows)?;
            forget_others(conn, rows)
        }
        (Call::Channels { bucket }, Answer::Channels(rows)) => {
            put(conn, "channels", bucket.0, rows)
        }
        (Call::Directs, Answer::Directs(rows)) => put(conn, "directs", 0, rows),
        (Call::People, Answer::People(rows)) => put(conn, "profiles", 0, rows),
        (Call::Unread, Answer::Unread(rows)) => {
            conn.execute("DELETE FROM standing", [])?;
            rows.iter().try_for_each(|row| stand(conn, row))
        }
        (_, Answer::MarkedRead(row) | Answer::MarkedUnread(row) | Answer::Muted(row)) => {
            stand(conn, row)
        }
        _ => Ok(()),
    }
}

/// All lists, in the order in which they make sense.
pub(super) fn read(conn: &Connection) -> rusqlite::Result<Vec<(Call, Answer)>> {
    let mut lists = Vec::new();
    for (_, rows) in rows(conn, "buckets")? {
        lists.push((Call::Buckets, Answer::Buckets(rows)));
    }
    for (bucket, rows) in rows(conn, "channels")? {
        lists.push((Call::Channels { bucket: BucketId(bucket) }, Answer::Channels(rows)));
    }
    for (_, rows) in rows(conn, "directs")? {
        lists.push((Call::Directs, Answer::Directs(rows)));
    }
    for (_, rows) in rows(conn, "profiles")? {
        lists.push((Call::People, Answer::People(rows)));
    }
    lists.push((Call::Unread, Answer::Unread(standing(conn)?)));
    Ok(lists)
}

/// What the channels are called, and where they are.
pub(super) fn places(conn: &Connection) -> rusqlite::Result<Vec<Place>> {
    let mut places = Vec::new();
    for (bucket, rows) in rows::<Vec<ChannelSummary>>(conn, "channels")? {
        let place = |row: ChannelSummary| Place {
            channel: row.id,
            name: row.name,
            bucket: Some(BucketId(bucket)),
        };
        places.extend(rows.into_iter().map(place));
    }
    for (_, rows) in rows::<Vec<DirectMessage>>(conn, "directs")? {
        let place = |row: DirectMessage| {
            let name = row.peer.map_or(row.channel_name, |peer| peer.name);
            Place { channel: row.channel_id, name, bucket: None }
        };
        places.extend(rows.into_iter().map(place));
    }
    Ok(places)
}

/// A message came: of others, it is unread.
pub(super) fn posted(conn: &Connection, me: UserId, it: &ChatMessage) -> rusqlite::Result<()> {
    let is_of_others = it.sender_id != me;
    let calls = is_of_others && (it.context.here || it.context.mentions.contains(&me));
    let sql = "UPDATE standing SET last_seq = ?2, unread = min(unread + ?3, ?5),
                 mentions = min(mentions + ?4, ?5) WHERE channel = ?1 AND last_seq < ?2";
    let max = i64::try_from(UNREAD_COUNT_MAX).unwrap_or(i64::MAX);
    let params = params![it.channel_id.0, it.seq.0, is_of_others, calls, max];
    conn.prepare_cached(sql)?.execute(params).map(|_| ())
}

/// Our marker moved.
pub(super) fn read_to(conn: &Connection, channel: ChannelId, seq: Seq) -> rusqlite::Result<()> {
    let sql = "UPDATE standing SET read_seq = max(read_seq, ?2),
                 unread = iif(?2 >= last_seq, 0, unread),
                 mentions = iif(?2 >= last_seq, 0, mentions) WHERE channel = ?1";
    conn.prepare_cached(sql)?.execute(params![channel.0, seq.0]).map(|_| ())
}

/// A channel was muted, or no longer.
pub(super) fn muted(conn: &Connection, channel: ChannelId, is_muted: bool) -> rusqlite::Result<()> {
    let sql = "UPDATE standing SET muted = ?2 WHERE channel = ?1";
    conn.prepare_cached(sql)?.execute(params![channel.0, is_muted]).map(|_| ())
}

fn put(conn: &Connection, kind: &str, of: i64, rows: &impl Serialize) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO list (kind, of, body) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?.execute(params![kind, of, written(rows)?]).map(|_| ())
}

/// Buckets that are not listed any more have no channels.
fn forget_others(conn: &Connection, buckets: &[BucketSummary]) -> rusqlite::Result<()> {
    let mut known = conn.prepare_cached("SELECT of FROM list WHERE kind = 'channels'")?;
    let known = known.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    for of in known.into_iter().filter(|of| buckets.iter().all(|bucket| bucket.id.0 != *of)) {
        let sql = "DELETE FROM list WHERE kind = 'channels' AND of = ?1";
        conn.prepare_cached(sql)?.execute([of])?;
    }
    Ok(())
}

fn rows<T: DeserializeOwned>(conn: &Connection, kind: &str) -> rusqlite::Result<Vec<(i64, T)>> {
    let mut lists = conn.prepare_cached("SELECT of, body FROM list WHERE kind = ?1 ORDER BY of")?;
    let read = |row: &Row<'_>| Ok((row.get(0)?, understood(&row.get::<_, String>(1)?)?));
    lists.query_map([kind], read)?.collect()
}

fn stand(conn: &Connection, row: &Unread) -> rusqlite::Result<()> {
    let sql =
        "INSERT OR REPLACE INTO standing (channel, last_seq, read_seq, unread, mentions, muted)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let count = |number: u64| i64::try_from(number.min(UNREAD_COUNT_MAX)).unwrap_or_default();
    let (unread, mentions) = (count(row.unread), count(row.mentions));
    let params =
        params![row.channel.0, row.last_seq.0, row.read_seq.0, unread, mentions, row.muted];
    conn.prepare_cached(sql)?.execute(params).map(|_| ())
}

fn standing(conn: &Connection) -> rusqlite::Result<Vec<Unread>> {
    let sql = "SELECT channel, last_seq, read_seq, unread, mentions, muted FROM standing";
    let mut rows = conn.prepare_cached(sql)?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let read = |row: &Row<'_>| {
        Ok(Unread {
            channel: ChannelId(row.get(0)?),
            last_seq: Seq(row.get(1)?),
            read_seq: Seq(row.get(2)?),
            unread: count(row.get(3)?),
            mentions: count(row.get(4)?),
            muted: row.get(5)?,
        })
    };
    rows.query_map([], read)?.collect()
}
