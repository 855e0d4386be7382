//! What a click on a row of the messages means: a link, a reaction, a thread, a file, or the message.

use std::ops::Range;

use pail_protocol::{MessageId, UserId};

use super::Chat;
use super::marking::{row, text_of};
use crate::state::Surroundings;
use crate::state::effect::{Call, Effect};
use crate::state::entry::{Entry, Reacted};
use crate::state::feed::Content;
use crate::state::lines::{Line, REACTION_GAP};
use crate::state::pointer::Spot;
use crate::state::timeline::ItemId;
use crate::text::columns;
use crate::text::located::Located;
use crate::text::markup::{Link, Row};

/// What is under the pointer.
#[derive(Debug)]
enum Under {
    /// A link, which is asked about before it is opened.
    Link(Link),
    /// A file of this machine.
    Nearby(Located),
    /// A reaction: ours afterwards, or no longer.
    Reaction(Call),
    /// A row that leads to a thread.
    Thread(MessageId),
    /// A message that is answered.
    Answered(MessageId),
    /// A file of a message, by its place.
    File(MessageId, usize),
    /// The rest of a long message.
    Folded(MessageId),
    /// Anything else.
    Item,
}

impl Chat {
    /// One press and release on the same spot.
    pub(super) fn clicked(&mut self, spot: &Spot, is_thread: bool, around: &Surroundings) {
        match self.under(spot, is_thread, around) {
            Under::Link(link) => self.follow(&link, around),
            Under::Nearby(file) => self.out.push(Effect::OpenFile(file)),
            Under::Reaction(call) => self.call(call),
            Under::Thread(root) => self.show_thread_here(root),
            Under::Answered(message) => self.jump_to_known(message, around),
            Under::File(message, at) => self.save_file_at(message, at),
            Under::Folded(message) => self.layouts.toggle_fold(message),
            Under::Item if spot.item == ItemId::Beginning => {}
            Under::Item => self.selection = Some(spot.item.clone()),
        }
    }

    /// Two presses on the name over a message mention whoever wrote it. Whether they were there.
    pub(super) fn mention_author(
        &mut self,
        spot: &Spot,
        is_thread: bool,
        around: &Surroundings,
    ) -> bool {
        let author = self.author_at(spot, is_thread, around);
        let person = author.and_then(|author| self.roster.person(author));
        let Some(username) = person.map(|person| person.username.clone()) else { return false };
        self.selection = None;
        let cut = self.write(&format!("@{username} "), around);
        self.say_cut(cut, around);
        true
    }

    fn author_at(&self, spot: &Spot, is_thread: bool, around: &Surroundings) -> Option<UserId> {
        let feed = self.feed_of(is_thread, around)?;
        let index = feed.position(&spot.item)?;
        match (feed.lines(index).get(spot.line)?, feed.items[index].content) {
            (Line::Header, Content::Message(entry)) => Some(entry.author),
            _ => None,
        }
    }

    fn under(&self, spot: &Spot, is_thread: bool, around: &Surroundings) -> Under {
        let Some(feed) = self.feed_of(is_thread, around) else { return Under::Item };
        let Some(index) = feed.position(&spot.item) else { return Under::Item };
        let Content::Message(entry) = feed.items[index].content else { return Under::Item };
        let lines = feed.lines(index);
        let Some(line) = lines.get(spot.line) else { return Under::Item };
        let found = match line {
            Line::Text { .. } => {
                let link = row(line).and_then(|row| link_at(&row, spot.column)).map(Under::Link);
                link.or_else(|| self.file_at(&text_of(&lines, spot.line)?, spot.column))
            }
            Line::Reactions(shown) => self.reaction_at(entry, shown, spot).map(Under::Reaction),
            Line::Replies(..) | Line::Refers { is_in_thread: true, .. } => {
                Some(Under::Thread(entry.thread.unwrap_or(entry.id)))
            }
            Line::Refers { to, is_in_thread: false } => Some(Under::Answered(*to)),
            Line::File(file) => {
                let at = entry.files.iter().position(|known| known.id == file.id);
                at.map(|at| Under::File(entry.id, at))
            }
            Line::Folded(_) => Some(Under::Folded(entry.id)),
            _ => None,
        };
        found.unwrap_or(Under::Item)
    }

    fn file_at(&self, text: &str, column: usize) -> Option<Under> {
        let mut places = self.nearby.places(text).into_iter();
        let is_there = |range: &Range<usize>| {
            (columns(&text[..range.start])..columns(&text[..range.end])).contains(&column)
        };
        places.find(|(range, _)| is_there(range)).map(|(_, file)| Under::Nearby(file))
    }

    fn reaction_at(&self, entry: &Entry, shown: &[Reacted], spot: &Spot) -> Option<Call> {
        let mut begins = 0;
        for reaction in shown {
            let wide = reaction.shown.width() + 1 + reaction.count.to_string().len();
            if (begins..begins + wide).contains(&spot.column) {
                let (message, emoji) = (entry.id, reaction.emoji.clone());
                return Some(match reaction.users.contains(&self.me.id) {
                    true => Call::Unreact { message, emoji },
                    false => Call::React { message, emoji },
                });
            }
            begins += wide + REACTION_GAP;
        }
        None
    }
}

fn link_at(row: &Row, column: usize) -> Option<Link> {
    let mut ends = 0;
    let span = row.spans.iter().find(|span| {
        ends += span.text.width();
        column < ends
    });
    span?.link.clone()
}
