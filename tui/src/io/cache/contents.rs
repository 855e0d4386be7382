//! What the server said, kept up with: every frame and every answer finds its way into the rows,
//! and what that makes of each channel's ranges is remembered.

use std::collections::{BTreeMap, BTreeSet};

use pail_protocol::frame::{Ready, ServerFrame};
use pail_protocol::{ChannelId, Seq, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::coverage::Coverage;
use super::{lists, messages};
use crate::state::page::Page;
use crate::state::spans::Span;
use crate::state::{Answer, Call};

/// New messages of a channel after which it is looked whether old ones must go.
const TRIM_EVERY: usize = 1_000;

/// What is in the file, but for the messages themselves.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) me: UserId,
    /// The database the numbers belong to.
    pub(super) epoch: Option<String>,
    pub(super) channels: BTreeMap<ChannelId, Coverage>,
    /// Channels whose ranges are not written down yet.
    changed: BTreeSet<ChannelId>,
    /// Messages put into channels since the last look.
    added: BTreeMap<ChannelId, usize>,
}

impl Contents {
    /// What is in an empty file.
    pub(super) fn of(me: UserId) -> Self {
        Self { me, ..Self::default() }
    }

    /// What is in a file.
    pub(super) fn read(conn: &Connection, me: UserId) -> rusqlite::Result<Self> {
        let epoch = "SELECT body FROM kept WHERE name = 'epoch'";
        let epoch = conn.query_row(epoch, [], |row| row.get(0)).optional()?;
        let mut contents = Self { epoch, ..Self::of(me) };
        let mut cursors = conn.prepare("SELECT channel, cursor FROM channel")?;
        let mut rows = cursors.query([])?;
        while let Some(row) = rows.next()? {
            let cursor = row.get::<_, Option<i64>>(1)?.map(Seq);
            let coverage = Coverage { cursor, ..Coverage::default() };
            contents.channels.insert(ChannelId(row.get(0)?), coverage);
        }
        let mut spans = conn.prepare("SELECT channel, after, upto, is_stale FROM span")?;
        let mut rows = spans.query([])?;
        while let Some(row) = rows.next()? {
            let coverage = contents.channels.entry(ChannelId(row.get(0)?)).or_default();
            let span = Span::new(Seq(row.get(1)?), Seq(row.get(2)?));
            match row.get(3)? {
                true => coverage.stale.insert(span),
                false => coverage.fresh.insert(span),
            }
        }
        Ok(contents)
    }

    /// Takes in a frame of a connection to the database of that epoch.
    pub(super) fn hear(
        &mut self,
        conn: &Connection,
        epoch: &str,
        frame: &ServerFrame,
    ) -> rusqlite::Result<()> {
        if self.epoch.as_deref() != Some(epoch) {
            self.begin_anew(conn, epoch)?;
        }
        if let Some((channel, seq)) = frame.place()
            && !self.coverage(channel).event(seq)
        {
            return Ok(());
        }
        match frame {
            ServerFrame::Ready(ready) => self.resumed(conn, ready),
            ServerFrame::Message(it) => {
                *self.added.entry(it.channel_id).or_default() += 1;
                lists::posted(conn, self.me, it)?;
                messages::posted(conn, it)
            }
            ServerFrame::MessageEdited(it) => messages::edited(conn, it),
            ServerFrame::MessageDeleted(it) => messages::deleted(conn, it.id, it.deleted_at),
            ServerFrame::ReactionAdded(it) => messages::reacted(conn, it, true),
            ServerFrame::ReactionRemoved(it) => messages::reacted(conn, it, false),
            ServerFrame::ReadUpdated(it) => lists::read_to(conn, it.channel_id, it.read_seq),
            ServerFrame::MuteUpdated(it) => lists::muted(conn, it.channel_id, it.muted),
            ServerFrame::ChannelDeleted(it) => self.forget(conn, it.channel_id),
            ServerFrame::MemberRemoved(it) if it.user_id == self.me => {
                it.channel_id.map_or(Ok(()), |channel| self.forget(conn, channel))
            }
            _ => Ok(()),
        }
    }

    /// Takes in what a call brought; `is_fresh` when nothing can have been missed since.
    pub(super) fn learn(
        &mut self,
        conn: &Connection,
        call: &Call,
        answer: &Answer,
        is_fresh: bool,
    ) -> rusqlite::Result<()> {
        match (call, answer) {
            (
                Call::HistoryBefore { channel, .. }
                | Call::HistoryAfter { channel, .. }
                | Call::HistoryAround { channel, .. },
                Answer::History(page),
            ) => self.learn_page(conn, *channel, page, is_fresh),
            _ => lists::keep(conn, call, answer),
        }
    }

    /// A message that claims another channel than the one that was asked about is left out.
    fn learn_page(
        &mut self,
        conn: &Connection,
        channel: ChannelId,
        page: &Page,
        is_fresh: bool,
    ) -> rusqlite::Result<()> {
        let last = page.messages.iter().map(|message| message.seq).max();
        let span = self.coverage(channel).page(page.span, last, is_fresh);
        for message in &page.messages {
            if message.channel == channel && span.contains(message.seq) {
                messages::put(conn, message)?;
            }
        }
        *self.added.entry(channel).or_default() += page.messages.len();
        Ok(())
    }

    fn resumed(&mut self, conn: &Connection, ready: &Ready) -> rusqlite::Result<()> {
        let left = self.channels.keys().filter(|id| !ready.channels.contains_key(id));
        for channel in left.copied().collect::<Vec<_>>() {
            self.forget(conn, channel)?;
        }
        for (channel, resumed) in &ready.channels {
            self.coverage(*channel).resumed(resumed.last_seq, resumed.recovered);
        }
        Ok(())
    }

    /// The server has another database: every number means something else.
    fn begin_anew(&mut self, conn: &Connection, epoch: &str) -> rusqlite::Result<()> {
        conn.execute_batch(
            "DELETE FROM message; DELETE FROM span; DELETE FROM channel; DELETE FROM standing;
             INSERT INTO words (words) VALUES ('delete-all');",
        )?;
        let sql = "INSERT OR REPLACE INTO kept (name, body) VALUES ('epoch', ?1)";
        conn.execute(sql, [epoch])?;
        *self = Self { epoch: Some(epoch.to_owned()), ..Self::of(self.me) };
        Ok(())
    }

    /// A channel is gone, or we are.
    fn forget(&mut self, conn: &Connection, channel: ChannelId) -> rusqlite::Result<()> {
        self.channels.remove(&channel);
        self.changed.insert(channel);
        messages::forget_to(conn, channel, Seq(i64::MAX))
    }

    fn coverage(&mut self, channel: ChannelId) -> &mut Coverage {
        self.changed.insert(channel);
        self.channels.entry(channel).or_default()
    }

    /// Writes down what is not written yet, and lets go what is too much.
    pub(super) fn save(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let full = self.added.iter().filter(|(_, added)| **added >= TRIM_EVERY);
        for channel in full.map(|(channel, _)| *channel).collect::<Vec<_>>() {
            self.added.remove(&channel);
            let gone = messages::trim(conn, channel)?.map(|seq| (channel, seq));
            for (channel, upto) in gone.into_iter().chain(messages::trim_file(conn)?) {
                self.coverage(channel).forget_to(upto);
            }
        }
        for channel in std::mem::take(&mut self.changed) {
            write(conn, channel, self.channels.get(&channel))?;
        }
        Ok(())
    }
}

fn write(
    conn: &Connection,
    channel: ChannelId,
    coverage: Option<&Coverage>,
) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM channel WHERE channel = ?1")?.execute([channel.0])?;
    conn.prepare_cached("DELETE FROM span WHERE channel = ?1")?.execute([channel.0])?;
    let Some(coverage) = coverage else { return Ok(()) };
    let cursor = coverage.cursor.map(|cursor| cursor.0);
    let sql = "INSERT INTO channel (channel, cursor) VALUES (?1, ?2)";
    conn.prepare_cached(sql)?.execute(params![channel.0, cursor])?;
    let mut insert = conn.prepare_cached(
        "INSERT INTO span (channel, after, upto, is_stale) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (spans, is_stale) in [(&coverage.fresh, false), (&coverage.stale, true)] {
        for span in spans.iter() {
            insert.execute(params![channel.0, span.after.0, span.upto.0, is_stale])?;
        }
    }
    Ok(())
}
