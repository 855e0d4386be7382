//! A message as it is kept: what others wrote, made safe to show, and what has become of it.
//!
//! It knows nothing of rows, colours or the channel around it.

use jiff::civil::Date;
use pail_protocol::frame::{ChatMessage, MessageEdited};
use pail_protocol::message::{Context, Message, Reaction};
use pail_protocol::{AttachmentId, MessageId, Nonce, Seq, Timestamp, UserId};

use super::layouts::fingerprint;
use super::pictures::is_picture;
use crate::text::SafeText;
use crate::text::markup::{self, Markup};

/// Characters of a message that are shown where another one refers to it.
const EXCERPT_CHARACTERS: usize = 160;
/// Characters that are read for them, markup and white space among them.
const EXCERPT_READ: usize = 400;

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which message.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// Who wrote it.
    pub author: UserId,
    /// Their full name.
    pub name: SafeText,
    /// When the server took it in.
    pub at: Timestamp,
    /// The day of that, where the reader is.
    pub day: Date,
    /// What it says; nothing when it was deleted.
    pub text: SafeText,
    /// What it says to the byte, where that is not what is shown.
    raw: Option<Box<str>>,
    fingerprint: u64,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The root of the thread it is in.
    pub thread: Option<MessageId>,
    /// Messages in the thread of which it is the root.
    pub reply_count: u64,
    /// Whom it mentions.
    pub mentions: Vec<UserId>,
    /// Whether it calls everybody.
    pub calls_all: bool,
    /// Its files.
    pub files: Vec<File>,
    /// Who reacted to it how.
    pub reactions: Vec<Reacted>,
    /// Whether it once said something else.
    pub is_edited: bool,
    /// Whether nothing but its place is left.
    pub is_deleted: bool,
    /// Our own name for it, if it is ours.
    pub nonce: Option<Nonce>,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Which one.
    pub id: AttachmentId,
    /// What it is called.
    pub name: SafeText,
    /// In bytes.
    pub size: u64,
    /// What its uploader says it is.
    pub content_type: SafeText,
    /// The SHA-256 of its bytes, as the server says it.
    pub sha256: Box<str>,
}

/// One reaction and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reacted {
    /// The emoji, as it is shown.
    pub shown: SafeText,
    /// The emoji, as the server has it.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// Some of them, ourselves always when we are one.
    pub users: Vec<UserId>,
}

impl Entry {
    /// From history.
    #[must_use]
    pub fn of_message(message: &Message, day: impl Fn(Timestamp) -> Date) -> Self {
        let at =
            if message.ts_ms == Timestamp::default() { message.created_at } else { message.ts_ms };
        let mut entry = Self {
            id: message.id,
            seq: message.seq,
            author: message.sender.id,
            name: SafeText::name(&message.sender.name),
            at,
            day: day(at),
            text: SafeText::default(),
            raw: None,
            fingerprint: 0,
            reply_to: None,
            thread: None,
            reply_count: message.reply_count,
            mentions: Vec::new(),
            calls_all: false,
            files: Vec::new(),
            reactions: message.reactions.iter().map(Reacted::of).collect(),
            is_edited: message.edited_at.is_some(),
            is_deleted: message.deleted_at.is_some(),
            nonce: message.nonce.clone(),
        };
        entry.says(&message.message_text);
        entry.refers(&message.context);
        entry
    }

    /// From the socket.
    #[must_use]
    pub fn of_frame(frame: &ChatMessage, day: impl Fn(Timestamp) -> Date) -> Self {
        let mut entry = Self {
            id: frame.id,
            seq: frame.seq,
            author: frame.sender_id,
            name: SafeText::name(&frame.sender),
            at: frame.ts_ms,
            day: day(frame.ts_ms),
            text: SafeText::default(),
            raw: None,
            fingerprint: 0,
            reply_to: None,
            thread: None,
            reply_count: 0,
            mentions: Vec::new(),
            calls_all: false,
            files: Vec::new(),
            reactions: Vec::new(),
            is_edited: false,
            is_deleted: false,
            nonce: frame.nonce.clone(),
        };
        entry.says(&frame.message);
        entry.refers(&frame.context);
        entry
    }

    /// Whether it calls somebody, by name or with everybody else.
    #[must_use]
    pub fn calls(&self, user: UserId) -> bool {
        self.calls_all || self.mentions.contains(&user)
    }

    /// What it says, to the byte.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.as_deref().unwrap_or(self.text.as_str())
    }

    /// Changes with what it says.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What its blocks of code say, to the byte, in the order of their numbers.
    #[must_use]
    pub fn code_blocks(&self) -> Vec<String> {
        markup::code_blocks(self.raw())
    }

    /// Its beginning on one line, or what it consists of instead.
    #[must_use]
    pub fn excerpt(&self) -> SafeText {
        match (self.is_deleted, self.text.as_str().trim()) {
            (true, _) => SafeText::line("(message deleted)"),
            (false, "") => self.carried(),
            (false, _) => {
                let beginning: String = self.raw().chars().take(EXCERPT_READ).collect();
                Markup::read(&beginning).words().first_characters(EXCERPT_CHARACTERS)
            }
        }
    }

    /// Its files, in a few words.
    fn carried(&self) -> SafeText {
        let Some(first) = self.files.first() else { return SafeText::default() };
        let others = self.files.len() - 1;
        let pictures = self.files.iter().filter(|file| is_picture(file)).count();
        let words = match (pictures, others) {
            (1, 0) => "a picture".to_owned(),
            (count, _) if count == self.files.len() => format!("{count} pictures"),
            (_, 0) => first.name.as_str().to_owned(),
            (_, 1) => format!("{} and another file", first.name),
            (_, _) => format!("{} and {others} other files", first.name),
        };
        SafeText::line(&format!("[{words}]")).first_characters(EXCERPT_CHARACTERS)
    }

    /// It says something else from now on.
    pub fn edited(&mut self, edited: &MessageEdited) {
        self.says(&edited.message_text);
        self.mentions.clone_from(&edited.mentions);
        (self.calls_all, self.is_edited) = (edited.here, true);
    }

    /// Nothing but its place is left.
    pub fn deleted(&mut self) {
        (self.text, self.raw, self.is_deleted) = (SafeText::default(), None, true);
        self.files.clear();
        self.reactions.clear();
    }

    /// Somebody reacted to it, or took it back.
    pub fn reacted(&mut self, user: UserId, emoji: &str, is_added: bool) {
        // A reaction to a message that was deleted meanwhile is replayed without its emoji.
        if emoji.is_empty() {
            return;
        }
        let known = self.reactions.iter().position(|reaction| reaction.emoji == emoji);
        match (known, is_added) {
            (Some(at), true) => self.reactions[at].add(user),
            (None, true) => {
                let users = vec![user];
                self.reactions.push(Reacted::of(&Reaction {
                    emoji: emoji.to_owned(),
                    count: 1,
                    users,
                }));
            }
            (Some(at), false) => {
                self.reactions[at].remove(user);
                self.reactions.retain(|reaction| reaction.count > 0);
            }
            (None, false) => {}
        }
    }

    fn says(&mut self, text: &str) {
        self.text = SafeText::body(text);
        self.raw = (self.text.as_str() != text).then(|| text.into());
        self.fingerprint = fingerprint(text);
    }

    fn refers(&mut self, context: &Context) {
        (self.reply_to, self.thread) = (context.reply_to, context.thread);
        self.mentions.clone_from(&context.mentions);
        self.calls_all = context.here;
        let file = |file: &pail_protocol::attachment::Attachment| File {
            id: file.id,
            name: SafeText::name(&file.name),
            size: file.size,
            content_type: SafeText::line(&file.content_type),
            sha256: file.sha256.as_str().into(),
        };
        self.files = context.attachments.iter().map(file).collect();
    }
}

impl Reacted {
    fn of(reaction: &Reaction) -> Self {
        Self {
            shown: SafeText::name(&reaction.emoji),
            emoji: reaction.emoji.clone(),
            count: reaction.count,
            users: reaction.users.clone(),
        }
    }

    fn add(&mut self, user: UserId) {
        if !self.users.contains(&user) {
            self.users.push(user);
            self.count += 1;
        }
    }

    fn remove(&mut self, user: UserId) {
        self.users.retain(|known| *known != user);
        self.count = self.count.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use pail_protocol::UserId;

    use super::Entry;
    use crate::text::SafeText;

    fn entry(text: &str) -> Entry {
        let json = serde_json::json!({
            "id": 1, "seq": 1, "channel": 1, "created_at": "2026-01-01T00:00:00Z",
            "message_text": text,
            "sender": { "id": 1, "username": "ana", "name": "Ana", "email": "" },
        });
        Entry::of_message(&serde_json::from_value(json).expect("a message"), |_| Date::ZERO)
    }

    #[test]
    fn what_was_written_is_kept_to_the_byte() {
        for text in ["plain", "a\tb", "x\u{202E}y\r\n"] {
            assert_eq!(entry(text).raw(), text);
        }
    }

    #[test]
    fn an_excerpt_is_one_line_or_says_what_there_is_instead() {
        assert_eq!(entry("\n  \n first\nsecond").excerpt().as_str(), "first second");
        let marked = "# Deploy of **1.4**\n> went `out`\n```sh\nmake all\n```\n";
        assert_eq!(entry(marked).excerpt().as_str(), "Deploy of 1.4 went out make all");
        let with = |files: &[(&str, &str)]| {
            let mut entry = entry("");
            let file = |(name, content_type): &(&str, &str)| super::File {
                id: pail_protocol::AttachmentId(1),
                name: SafeText::name(name),
                size: 1,
                content_type: SafeText::line(content_type),
                sha256: "".into(),
            };
            entry.files = files.iter().map(file).collect();
            entry.excerpt()
        };
        let (log, trace, cat) =
            (("build.log", "text/plain"), ("trace", "text/plain"), ("cat.png", "image/png"));
        for (files, expected) in [
            (&[cat][..], "[a picture]"),
            (&[cat, cat], "[2 pictures]"),
            (&[log], "[build.log]"),
            (&[log, cat], "[build.log and another file]"),
            (&[log, trace, cat], "[build.log and 2 other files]"),
            (&[], ""),
        ] {
            assert_eq!(with(files).as_str(), expected);
        }
        let mut gone = entry("secret");
        gone.deleted();
        assert_eq!(gone.excerpt().as_str(), "(message deleted)");
    }

    #[test]
    fn reactions_come_and_go_by_person() {
        let mut entry = entry("hi");
        entry.reacted(UserId(1), "👍", true);
        entry.reacted(UserId(1), "👍", true);
        entry.reacted(UserId(2), "👍", true);
        entry.reacted(UserId(2), "", true);
        assert_eq!((entry.reactions.len(), entry.reactions[0].count), (1, 2));
        entry.reacted(UserId(1), "👍", false);
        assert_eq!(entry.reactions[0].users, [UserId(2)]);
        entry.reacted(UserId(2), "👍", false);
        assert!(entry.reactions.is_empty());
    }
}
