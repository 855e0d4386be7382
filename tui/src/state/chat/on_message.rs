//! What is done about one message: the one that is selected, else the newest.
//!
//! Moving among messages is in `selection`; what the server makes of a deed comes as events.

use pail_protocol::bucket::Role;
use pail_protocol::{MessageId, Nonce};

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::OnMessage;
use crate::state::effect::{COPY_BYTES_MAX, Call, Effect};
use crate::state::feed::Content;
use crate::state::intent::Conversation;
use crate::state::overlay::{Card, Confirms, Overlay};
use crate::state::permalink::Permalink;
use crate::state::roster::Home;
use crate::state::timeline::{Entry, ItemId};

impl Chat {
    /// A key that is about messages.
    pub(super) fn on_message(&mut self, on_message: OnMessage, around: &Surroundings) {
        match on_message {
            OnMessage::Select | OnMessage::Last => self.select_newest(around),
            OnMessage::First => self.select_oldest(around),
            OnMessage::Unfold => self.unfold_selected(around),
            OnMessage::Edit => self.edit_selected(around),
            OnMessage::Reply => self.with_selected(around, Self::reply),
            OnMessage::Delete => self.with_selected(around, Self::ask_to_delete),
            OnMessage::Retry => self.retry_selected(around),
            OnMessage::Discard => self.discard_selected(around),
            OnMessage::Copy => self.with_selected(around, Self::copy_text),
            OnMessage::CopyLink => self.with_selected(around, Self::copy_link),
            OnMessage::CopyBlock(number) => self.with_selected(around, |chat, entry, around| {
                chat.copy_block(entry, number, around);
            }),
            OnMessage::Save => self.with_selected(around, |chat, entry, _| chat.save(entry)),
            OnMessage::MarkUnread => self.mark_unread(around),
            OnMessage::View => self.with_selected(around, Self::view),
            OnMessage::Pipe => self.with_selected(around, Self::pipe),
            OnMessage::React => self.with_selected(around, Self::pick_reaction),
            OnMessage::History => self.with_selected(around, Self::ask_history),
            OnMessage::Thread => self.with_thread(around),
            OnMessage::OpenLink => self.with_selected(around, Self::open_link),
            OnMessage::GoToAnswered => self.jump_to_answered(around),
        }
    }

    fn unfold_selected(&mut self, around: &Surroundings) {
        let feed = self.feed_here(around);
        let index = feed.as_ref().zip(self.selection.as_ref()).and_then(|(f, id)| f.position(id));
        if let Some(Content::Message(entry)) =
            feed.zip(index).map(|(feed, index)| feed.items[index].content)
        {
            let id = entry.id;
            self.layouts.toggle_fold(id);
        }
    }

    /// The message that is meant.
    pub(super) fn meant(&self) -> Option<&Entry> {
        let (thread, timeline) = (self.thread_with_keys(), self.timeline());
        match (&self.selection, thread) {
            (Some(ItemId::Message(seq)), Some(thread)) => thread.at(*seq),
            (Some(ItemId::Message(seq)), None) => timeline?.at(*seq),
            (Some(_), _) => None,
            (None, Some(thread)) => thread.entries().next_back(),
            (None, None) => timeline?.entries().next_back(),
        }
    }

    /// Does something about a message that has not been deleted.
    pub(super) fn with_selected(
        &mut self,
        around: &Surroundings,
        act: impl FnOnce(&mut Self, &Entry, &Surroundings),
    ) {
        match self.meant().cloned() {
            Some(entry) if entry.is_deleted => {
                self.complain("That message was deleted.", around);
            }
            Some(entry) => act(self, &entry, around),
            None if self.selection.is_some() => {
                self.complain("It has not been sent yet. Try again once it has.", around);
            }
            None => self.complain("There is no message here yet.", around),
        }
    }

    /// The thread of a message that was deleted can be read, too.
    fn with_thread(&mut self, around: &Surroundings) {
        match self.meant().cloned() {
            Some(entry) => self.open_thread(&entry, around),
            None => self.complain("There is no message here yet.", around),
        }
    }

    fn reply(&mut self, entry: &Entry, around: &Surroundings) {
        self.begin_reply(entry.id, around);
    }

    fn edit_selected(&mut self, around: &Surroundings) {
        if let Some(ItemId::Unsent(nonce)) = self.selection.clone() {
            return self.take_back(&nonce, around);
        }
        self.with_selected(around, |chat, entry, around| {
            if chat.is_mine(entry) {
                chat.begin_edit(entry.id, entry.raw(), around);
            } else {
                chat.complain("Only who wrote a message can change it. r answers it.", around);
            }
        });
    }

    pub(super) fn take_back(&mut self, nonce: &Nonce, around: &Surroundings) {
        match self.outbox.take_back(nonce) {
            Some(unsent) => {
                self.selection = None;
                if let Some(root) = unsent.refers.thread {
                    self.show_thread(
                        Conversation { channel: unsent.channel, thread: Some(root) },
                        root,
                    );
                }
                if let Some(answered) = unsent.refers.reply_to {
                    self.begin_reply(answered, around);
                }
                for upload in unsent.files {
                    self.uploads.attach(unsent.channel, upload);
                }
                let cut = self.write(&unsent.text, around);
                self.say_cut(cut, around);
            }
            None => self.complain("It is on its way already; edit it once it has arrived.", around),
        }
    }

    fn ask_to_delete(&mut self, entry: &Entry, around: &Surroundings) {
        if !self.is_mine(entry) && !self.may_moderate() {
            return self.complain("Only moderators can delete what others wrote.", around);
        }
        let said = entry.excerpt();
        let lines = [
            &format!("{}: {said}", entry.name),
            "",
            "Its text, files and reactions are gone for everybody and for good.",
            "",
            "Enter deletes, Esc keeps it.",
        ];
        let confirms = Some(Confirms::Call(Call::DeleteMessage { message: entry.id }));
        let card = Card::new("Delete this message?", &lines);
        self.overlay = Some(Overlay::Card(Card { confirms, ..card }));
    }

    fn may_moderate(&self) -> bool {
        match self.current().map(|channel| channel.home) {
            Some(Home::Bucket(bucket)) => {
                self.roster.bucket(bucket).is_some_and(|bucket| bucket.role >= Role::Moderator)
            }
            Some(Home::Direct(_)) | None => false,
        }
    }

    fn copy_text(&mut self, entry: &Entry, around: &Surroundings) {
        if entry.raw().is_empty() {
            return self.complain("That message has no text.", around);
        }
        self.copy(entry.raw().to_owned(), "The message", around);
    }

    /// Code goes to the byte: without gutter, numbers or wrapping.
    fn copy_block(&mut self, entry: &Entry, number: u8, around: &Surroundings) {
        let mut blocks = entry.code_blocks();
        let count = blocks.len();
        match usize::from(number).checked_sub(1).filter(|at| *at < count) {
            Some(at) => {
                let what = format!("Code block {number}");
                self.copy(blocks.swap_remove(at), &what, around);
            }
            None if count == 0 => self.complain("That message has no block of code.", around),
            None => self.complain(&format!("That message has {count} blocks of code."), around),
        }
    }

    fn copy_link(&mut self, entry: &Entry, around: &Surroundings) {
        if let Some(link) = self.permalink(entry.id) {
            self.copy(link, "A link to the message", around);
        }
    }

    fn permalink(&self, message: MessageId) -> Option<String> {
        let channel = self.conversation()?.channel;
        Some(Permalink::of(self.me.server.as_str(), channel, message).link())
    }

    /// To the clipboard, through the terminal.
    pub(super) fn copy(&mut self, text: String, what: &str, around: &Surroundings) {
        if text.len() > COPY_BYTES_MAX {
            let sentence = format!(
                "Too long: terminals copy {} kB at most. s saves it.",
                COPY_BYTES_MAX / 1000
            );
            return self.complain(&sentence, around);
        }
        self.out.push(Effect::Copy(text));
        self.say(&format!("{what} is in the clipboard."), around);
    }
}
