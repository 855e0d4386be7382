//! Asking for messages with certain words: when it is asked, what has been found, what is still to
//! come. An answer counts only for the words that are wanted now.
//!
//! It asks nothing itself and knows nothing of the screen.

use pail_protocol::limits::SEARCH_PAGE_MAX;
use pail_protocol::search::SearchHit;
use pail_protocol::{BucketId, ChannelId, MessageId, Seq, Timestamp};

use super::draft::Draft;
use super::effect::{Call, Search, Within};
use crate::text::SafeText;

/// How long somebody must have stopped typing before it is asked, in milliseconds.
pub const PAUSE_MS: i64 = 150;
/// Most messages that are listed; whoever wants others says more words.
pub const HITS_MAX: usize = 500;

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Which message.
    pub id: MessageId,
    /// In which channel.
    pub channel: ChannelId,
    /// Where in it.
    pub seq: Seq,
    /// What the channel is called, with its sign.
    pub place: SafeText,
    /// Who wrote it.
    pub author: SafeText,
    /// When.
    pub at: Timestamp,
    /// The part of it around the first match: pieces, and whether they match.
    pub snippet: Vec<(SafeText, bool)>,
}

impl Hit {
    fn of(hit: &SearchHit, place: SafeText) -> Self {
        let message = &hit.message;
        Self {
            id: message.id,
            channel: message.channel,
            seq: message.seq,
            place,
            author: SafeText::name(&message.sender.name),
            at: message.created_at,
            snippet: pieces(&hit.snippet, &hit.matches),
        }
    }

    /// The snippet without its marks.
    #[must_use]
    pub fn text(&self) -> String {
        self.snippet.iter().map(|(piece, _)| piece.as_str()).collect()
    }
}

/// A text cut where matches begin and end. Places that are none are left aside.
fn pieces(text: &str, matches: &[[usize; 2]]) -> Vec<(SafeText, bool)> {
    let at = |characters: usize| {
        text.char_indices().nth(characters).map_or(text.len(), |(byte, _)| byte)
    };
    let mut pieces = Vec::new();
    let mut done = 0;
    let mut push = |piece: &str, is_match| {
        if !piece.is_empty() {
            pieces.push((SafeText::line(piece), is_match));
        }
    };
    for [from, to] in matches.iter().map(|[from, to]| [at(*from), at(*to)]) {
        if from >= done && to > from {
            push(&text[done..from], false);
            push(&text[from..to], true);
            done = to;
        }
    }
    push(&text[done..], false);
    pieces
}

/// What is asked, and what has come of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inquiry {
    wanted: Search,
    due: Option<Timestamp>,
    asked: Option<Search>,
    hits: Vec<Hit>,
    is_complete: bool,
    /// Whether this machine alone was searched.
    is_local: bool,
    error: Option<SafeText>,
}

impl Inquiry {
    /// These words are wanted there. It is asked after a pause.
    pub fn want(&mut self, words: &str, within: Within, now: Timestamp) {
        let wanted = Search { words: words.trim().to_owned(), within, before: None };
        if wanted == self.wanted {
            return;
        }
        (self.asked, self.error, self.is_complete) = (None, None, false);
        if wanted.words.is_empty() {
            self.hits.clear();
            self.due = None;
        } else {
            self.due = Some(Timestamp::from_millis(now.as_millis().saturating_add(PAUSE_MS)));
        }
        self.wanted = wanted;
    }

    /// When there is something to ask.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.due
    }

    /// What is to be asked now.
    pub fn ask(&mut self, now: Timestamp) -> Option<Call> {
        self.due.take_if(|due| *due <= now)?;
        self.asked = Some(self.wanted.clone());
        Some(Call::Search(Box::new(self.wanted.clone())))
    }

    /// The next page, unless there is none or one is on its way.
    pub fn ask_more(&mut self) -> Option<Call> {
        let is_idle = self.asked.is_none() && self.due.is_none();
        let last = self.hits.last().filter(|_| is_idle && !self.is_complete)?;
        let search = Search { before: Some(last.id), ..self.wanted.clone() };
        self.asked = Some(search.clone());
        Some(Call::Search(Box::new(search)))
    }

    /// Takes in a page, if it is the one that was asked for. Whether it was.
    pub fn found(
        &mut self,
        asked: &Search,
        page: &[SearchHit],
        place: impl Fn(&SearchHit) -> SafeText,
    ) -> bool {
        if self.asked.take_if(|open| open == asked).is_none() {
            return false;
        }
        if asked.before.is_none() {
            self.hits.clear();
        }
        let room = HITS_MAX.saturating_sub(self.hits.len());
        self.hits.extend(page.iter().take(room).map(|hit| Hit::of(hit, place(hit))));
        self.is_complete = page.len() < SEARCH_PAGE_MAX || self.hits.len() >= HITS_MAX;
        self.is_local = false;
        true
    }

    /// What was found is what this machine has: the server could not be asked.
    pub fn found_here(&mut self) {
        self.is_local = true;
    }

    /// It cannot be asked, and why.
    pub fn refused(&mut self, asked: &Search, why: &SafeText) -> bool {
        let is_ours = self.asked.take_if(|open| open == asked).is_some();
        if is_ours {
            (self.error, self.is_complete) = (Some(why.clone()), true);
        }
        is_ours
    }

    /// What was found, newest first.
    #[must_use]
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Why nothing was found.
    #[must_use]
    pub fn error(&self) -> Option<&SafeText> {
        self.error.as_ref()
    }

    /// Whether an answer is to come.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.asked.is_some() || self.due.is_some()
    }

    /// Whether there is nothing beyond what was found.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Whether this machine alone was searched.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.is_local
    }

    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.wanted.words.is_empty()
    }
}

/// Searching on the screen: the words, how far it reaches, what is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finder {
    /// What was typed.
    pub draft: Draft,
    /// How far it may reach, the nearest first: what, and what it is called.
    pub reaches: Vec<(Within, SafeText)>,
    /// How far it reaches now, among these.
    pub reach: usize,
    /// What is asked and found.
    pub inquiry: Inquiry,
    /// The marked one's place among what was found.
    pub marked: usize,
}

impl Finder {
    /// Begins to search where one is.
    #[must_use]
    pub fn new(
        channel: Option<(ChannelId, SafeText)>,
        bucket: Option<(BucketId, SafeText)>,
    ) -> Self {
        let channel = channel.map(|(id, name)| (Within::Channel(id), name));
        let bucket = bucket.map(|(id, name)| (Within::Bucket(id), name));
        let everything = (Within::Everything, SafeText::line("everything"));
        let reaches = channel.into_iter().chain(bucket).chain([everything]).collect();
        let (draft, inquiry) = (Draft::default(), Inquiry::default());
        Self { draft, reaches, reach: 0, inquiry, marked: 0 }
    }

    /// The words or how far it reaches have changed.
    pub fn changed(&mut self, now: Timestamp) {
        let within = self.reaches.get(self.reach).map(|(within, _)| *within).unwrap_or_default();
        self.inquiry.want(self.draft.text(), within, now);
    }

    /// Reaches further; beyond everything, as near as can be.
    pub fn widen(&mut self, now: Timestamp) {
        self.reach = (self.reach + 1) % self.reaches.len().max(1);
        self.changed(now);
    }

    /// Marks what is so many below; more is asked for when the end comes near.
    pub fn mark(&mut self, step: isize) -> Option<Call> {
        let last = self.inquiry.hits().len().saturating_sub(1);
        self.marked = self.marked.saturating_add_signed(step).min(last);
        if step > 0 && self.marked == last { self.inquiry.ask_more() } else { None }
    }

    /// What is marked.
    #[must_use]
    pub fn marked_hit(&self) -> Option<&Hit> {
        self.inquiry.hits().get(self.marked)
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[track_caller]
    fn check(text: &str, matches: &[[usize; 2]], expected: &[(&str, bool)]) {
        let pieces = pieces(text, matches);
        let pieces: Vec<_> = pieces.iter().map(|(piece, is)| (piece.as_str(), *is)).collect();
        assert_eq!(pieces, expected);
    }

    #[test]
    fn matches_are_places_in_characters_and_wrong_ones_are_left_aside() {
        check("a déploy b", &[[2, 8]], &[("a ", false), ("déploy", true), (" b", false)]);
        check("日本語", &[[0, 1], [1, 2]], &[("日", true), ("本", true), ("語", false)]);
        check("abc", &[[2, 1], [7, 9], [0, 99]], &[("abc", true)]);
        check("abc", &[[1, 3], [0, 2]], &[("a", false), ("bc", true)]);
        check("", &[[0, 1]], &[]);
    }
}
