//! Searching messages: the layer over the chat, and what the palette finds below its places.

use pail_protocol::Timestamp;
use pail_protocol::search::SearchHit;

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::Action;
use crate::state::effect::{Call, Search, Within};
use crate::state::input::Refusal;
use crate::state::overlay::Overlay;
use crate::state::palette::{Choice, Kind, Scope, Target};
use crate::state::roster::Home;
use crate::state::search::{Finder, Hit, Inquiry};
use crate::text::SafeText;

/// Rows a page of what was found is.
const PAGE_HITS: isize = 5;
/// From so many letters on the palette looks for messages as well.
const PALETTE_LETTERS_MIN: usize = 3;
/// Messages the palette lists below places, people and commands.
const PALETTE_HITS_MAX: usize = 10;

impl Chat {
    /// Opens the search, perhaps with words in it.
    pub fn open_search(&mut self, words: &str, around: &Surroundings) {
        let channel = self.current().map(|channel| (channel.id, channel.label()));
        let bucket = self.current().and_then(|channel| match channel.home {
            Home::Bucket(bucket) => self.roster.bucket(bucket),
            Home::Direct(_) => None,
        });
        let bucket = bucket.map(|bucket| (bucket.id, bucket.name.clone()));
        let mut finder = Finder::new(channel, bucket);
        finder.draft.insert_line(words);
        finder.changed(around.now);
        self.overlay = Some(Overlay::Search(Box::new(finder)));
    }

    /// A key while the search is open.
    pub(super) fn perform_in_search(&mut self, action: Action, around: &Surroundings) {
        let Some(Overlay::Search(finder)) = &mut self.overlay else { return };
        let more = match action {
            Action::Up => finder.mark(-1),
            Action::Down => finder.mark(1),
            Action::PageUp => finder.mark(-PAGE_HITS),
            Action::PageDown => finder.mark(PAGE_HITS),
            Action::Widen => {
                finder.widen(around.now);
                None
            }
            Action::Edit(edit) => {
                finder.draft.edit(edit);
                finder.changed(around.now);
                None
            }
            Action::Submit => {
                let target = finder.marked_hit().map(|hit| (hit.channel, hit.seq));
                if let Some((channel, seq)) = target {
                    self.jump(channel, seq, around);
                }
                return;
            }
            _ => None,
        };
        more.into_iter().for_each(|call| self.call(call));
    }

    /// Asks what is due.
    pub(super) fn ask_what_is_sought(&mut self, around: &Surroundings) {
        let call = inquiry_of(&mut self.overlay).and_then(|inquiry| inquiry.ask(around.now));
        call.into_iter().for_each(|call| self.call(call));
    }

    /// When something is to be asked.
    pub(super) fn search_due(&self) -> Option<Timestamp> {
        match &self.overlay {
            Some(Overlay::Search(finder)) => finder.inquiry.due(),
            Some(Overlay::Palette(palette)) => palette.inquiry.due(),
            _ => None,
        }
    }

    /// An answer, unless the words have changed since.
    pub(super) fn search_found(&mut self, call: &Call, page: &[SearchHit]) {
        let Call::Search(asked) = call else { return };
        let roster = &self.roster;
        let place = |hit: &SearchHit| match roster.channel(hit.message.channel) {
            Some(channel) => channel.label(),
            None => SafeText::line(&format!("#{}", hit.channel_name)),
        };
        let inquiry = inquiry_of(&mut self.overlay);
        let is_ours = inquiry.is_some_and(|inquiry| inquiry.found(asked, page, place));
        match &mut self.overlay {
            Some(Overlay::Search(finder)) if is_ours && asked.before.is_none() => finder.marked = 0,
            Some(Overlay::Palette(palette)) if is_ours => palette.list_found(hit_choice),
            _ => {}
        }
    }

    /// An answer of this machine alone.
    pub(super) fn search_found_here(&mut self, call: &Call, page: &[SearchHit]) {
        self.search_found(call, page);
        if let Some(inquiry) = inquiry_of(&mut self.overlay).filter(|inquiry| !inquiry.is_busy()) {
            inquiry.found_here();
        }
    }

    /// It could not be asked. Whoever has closed the search or changed the words need not know.
    pub(super) fn search_refused(&mut self, asked: &Search, refusal: &Refusal) {
        if let Some(inquiry) = inquiry_of(&mut self.overlay) {
            inquiry.refused(asked, &refusal.sentence);
        }
    }

    /// The palette's words have changed: messages with them are listed below.
    pub(super) fn seek_from_palette(&mut self, around: &Surroundings) {
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return };
        if palette.scope != Scope::Everything {
            return;
        }
        let (kind, words) = palette.asked();
        let is_enough = match kind {
            Kind::Messages => !words.is_empty(),
            Kind::Any => words.chars().count() >= PALETTE_LETTERS_MIN,
            _ => false,
        };
        let words = if is_enough { words.to_owned() } else { String::new() };
        palette.found_max = if kind == Kind::Messages { usize::MAX } else { PALETTE_HITS_MAX };
        palette.inquiry.want(&words, Within::Everything, around.now);
        palette.list_found(hit_choice);
    }
}

fn inquiry_of(overlay: &mut Option<Overlay>) -> Option<&mut Inquiry> {
    match overlay {
        Some(Overlay::Search(finder)) => Some(&mut finder.inquiry),
        Some(Overlay::Palette(palette)) => Some(&mut palette.inquiry),
        _ => None,
    }
}

fn hit_choice(hit: &Hit) -> Choice {
    let detail = format!("{} · {}", hit.place, hit.author);
    Choice::new(&hit.text(), &detail, Target::Message(hit.channel, hit.seq))
}
