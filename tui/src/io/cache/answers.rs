//! What can be answered without a server: pages, threads, messages, searches, and the first frame.
//!
//! While there is a server only what is up to date is answered here; without one, whatever there
//! is, and how far it reaches.

use pail_protocol::limits::{HISTORY_PAGE_DEFAULT, SUBSCRIBE_CHANNELS_MAX};
use pail_protocol::{ChannelId, Seq};
use rusqlite::Connection;

use super::contents::Contents;
use super::coverage::{Coverage, Found};
use super::{lists, messages, search};
use crate::state::cached::Cached;
use crate::state::keepsake::Whereabouts;
use crate::state::page::{PRESENT, Page};
use crate::state::spans::Span;
use crate::state::{Answer, Call};

/// Replies of a thread that are answered at once.
const REPLIES_MAX: usize = HISTORY_PAGE_DEFAULT;

impl Contents {
    /// The answer to a call; `None` when the server must be asked.
    pub(super) fn answer(
        &self,
        conn: &Connection,
        call: &Call,
        is_live: bool,
    ) -> rusqlite::Result<Option<Answer>> {
        let page = match call {
            Call::HistoryBefore { channel, before } => {
                self.before(conn, *channel, *before, is_live)
            }
            Call::HistoryAfter { channel, after } => self.after(conn, *channel, *after, is_live),
            Call::HistoryAround { channel, seq } => self.around(conn, *channel, *seq, is_live),
            Call::Threads => return Ok(Some(Answer::Threads(messages::threads(conn, self.me)?))),
            _ if is_live => return Ok(None),
            Call::Thread { root, before } => {
                let before = before.unwrap_or(PRESENT);
                let found = messages::thread(conn, *root, before, REPLIES_MAX)?;
                return Ok(Some(Answer::Thread(found)));
            }
            Call::Message { message } => {
                let found = messages::one(conn, *message)?;
                return Ok(found.map(|message| Answer::Message(Box::new(message))));
            }
            Call::Search(wanted) => {
                let found = search::find(conn, wanted, &lists::places(conn)?)?;
                return Ok(Some(Answer::FoundHere(found)));
            }
            _ => return Ok(None),
        };
        Ok(page?.map(Answer::History))
    }

    /// What the first frame shows.
    pub(super) fn first(&self, conn: &Connection, left: &Whereabouts) -> rusqlite::Result<Cached> {
        let cursor = |(id, coverage): (&ChannelId, &Coverage)| Some((*id, coverage.cursor?));
        let cursors = self.channels.iter().filter_map(cursor).take(SUBSCRIBE_CHANNELS_MAX);
        let current = left.current.and_then(|id| Some((id, self.channels.get(&id)?.cursor?)));
        let page = match current.map(|(id, cursor)| (id, cursor, left.positions.get(&id))) {
            Some((id, _, Some(position))) => self.around(conn, id, *position, false)?,
            Some((id, cursor, None)) => self.before(conn, id, after(cursor), false)?,
            None => None,
        };
        let (epoch, lists) = (self.epoch.clone(), lists::read(conn)?);
        Ok(Cached { epoch, lists, cursors: cursors.collect(), page })
    }

    fn before(
        &self,
        conn: &Connection,
        channel: ChannelId,
        end: Seq,
        is_live: bool,
    ) -> rusqlite::Result<Option<Page>> {
        let last = Seq(end.0.saturating_sub(1));
        let Some(found) = self.find(channel, last, is_live, Coverage::at_or_below) else {
            return Ok((!is_live).then(nothing));
        };
        let span = Span::new(found.span.after, found.span.upto.min(last));
        let messages = messages::newest(conn, channel, span, HISTORY_PAGE_DEFAULT)?;
        let begins = match messages.first() {
            Some(first) if messages.len() >= HISTORY_PAGE_DEFAULT => {
                Seq(first.seq.0.saturating_sub(1))
            }
            _ => span.after,
        };
        // A server has more of what is not a whole page.
        let is_enough = !is_live || begins == Seq(0) || messages.len() >= HISTORY_PAGE_DEFAULT;
        let span = Span::new(begins, span.upto);
        Ok(is_enough.then_some(Page { messages, span, is_stale: found.is_stale }))
    }

    fn after(
        &self,
        conn: &Connection,
        channel: ChannelId,
        start: Seq,
        is_live: bool,
    ) -> rusqlite::Result<Option<Page>> {
        let Some(found) = self.find(channel, after(start), is_live, Coverage::at_or_above) else {
            return Ok((!is_live).then(|| present(start)));
        };
        let span = Span::new(found.span.after.max(start), found.span.upto);
        let messages = messages::oldest(conn, channel, span, HISTORY_PAGE_DEFAULT)?;
        let is_present = self.channels.get(&channel).and_then(|c| c.cursor) <= Some(span.upto);
        let ends = match messages.last() {
            Some(last) if messages.len() >= HISTORY_PAGE_DEFAULT => last.seq,
            _ if is_present => PRESENT,
            _ => span.upto,
        };
        let is_enough = !is_live || ends == PRESENT || messages.len() >= HISTORY_PAGE_DEFAULT;
        let span = Span::new(span.after, ends);
        Ok(is_enough.then_some(Page { messages, span, is_stale: found.is_stale }))
    }

    fn around(
        &self,
        conn: &Connection,
        channel: ChannelId,
        seq: Seq,
        is_live: bool,
    ) -> rusqlite::Result<Option<Page>> {
        let Some(found) = self.find(channel, seq, is_live, Coverage::at_or_below) else {
            return Ok((!is_live).then(nothing));
        };
        let half = HISTORY_PAGE_DEFAULT / 2;
        let upto = found.span.upto.min(Seq(seq.0.saturating_sub(1)));
        let older = Span::new(found.span.after, upto);
        let newer = Span::new(older.upto, found.span.upto);
        let mut messages = messages::newest(conn, channel, older, half)?;
        let begins = if messages.len() < half {
            older.after
        } else {
            Seq(messages[0].seq.0.saturating_sub(1))
        };
        let rest = messages::oldest(conn, channel, newer, half)?;
        let ends = if rest.len() < half { newer.upto } else { rest[half - 1].seq };
        messages.extend(rest);
        let is_enough = !is_live || messages.len() >= HISTORY_PAGE_DEFAULT;
        let span = Span::new(begins, ends);
        Ok(is_enough.then_some(Page { messages, span, is_stale: found.is_stale }))
    }

    fn find(
        &self,
        channel: ChannelId,
        seq: Seq,
        is_live: bool,
        otherwise: impl Fn(&Coverage, Seq) -> Option<Found>,
    ) -> Option<Found> {
        let coverage = self.channels.get(&channel)?;
        if is_live { coverage.fresh_at(seq) } else { otherwise(coverage, seq) }
    }
}

/// Nothing older is here, and the server was not asked.
#[must_use]
pub fn nothing() -> Page {
    Page { messages: Vec::new(), span: Span::default(), is_stale: true }
}

/// Nothing newer is here.
fn present(start: Seq) -> Page {
    Page { messages: Vec::new(), span: Span::new(start, PRESENT), is_stale: true }
}

fn after(seq: Seq) -> Seq {
    Seq(seq.0.saturating_add(1))
}
