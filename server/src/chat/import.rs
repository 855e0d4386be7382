//! An export, recorded anew: the same events at the same times with the same numbers, under ids of
//! this server. Reading lines and keeping files is for others.

use pail_protocol::attachment::Attachment;
use pail_protocol::channel::ChannelType;
use pail_protocol::event::{Actor, Event, IdMut};
use pail_protocol::export::{EventLine, Header, Person};
use pail_protocol::limits::{
    EMAIL_CHARS_MAX, EMOJI_BYTES_MAX, ICON_CHARS_MAX, MESSAGE_TEXT_BYTES_MAX, NAME_CHARS_MAX,
    TOPIC_CHARS_MAX, USER_NAME_CHARS_MAX, USERNAME_CHARS_MAX,
};
use pail_protocol::{BucketId, ChannelId, MemberId, MessageId, Seq, Timestamp, UserId};

use super::record::record;
use super::{Blankable, ChatError, deleted_username, is_of_a_bot, is_of_a_deleted_account, name};
use crate::clock::Stamp;
use crate::store::tx::{ContentHash, NewAttachment, Noun, Renamed};
use crate::store::{StoreError, Tx};

/// Why a line cannot be imported.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ImportError {
    /// Somebody has registered here.
    #[error("this server has people already; import into an empty data directory")]
    NotEmpty,
    /// It names what no line before it brought.
    #[error("{0:?} {1} was not there before")]
    Unknown(Renamed, i64),
    /// It brings what a line before it brought.
    #[error("{0:?} {1} was there before")]
    Twice(Renamed, i64),
    /// The event belongs to no bucket, or to more than one.
    #[error("this event is no part of a bucket's export")]
    Foreign,
    /// An event of its channel is missing or doubled.
    #[error("the event's seq should be {expected:?}")]
    Seq {
        /// The next one of its channel.
        expected: Option<Seq>,
    },
    /// A value is out of its bounds.
    #[error("{0}")]
    Invalid(String),
    /// The rules refused.
    #[error(transparent)]
    Chat(ChatError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ChatError> for ImportError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Store(error) => Self::Store(error),
            ChatError::Invalid(wrong) => {
                let sentences = wrong.iter().map(|(name, sentence)| format!("{name}: {sentence}"));
                Self::Invalid(sentences.collect::<Vec<_>>().join("; "))
            }
            other => Self::Chat(other),
        }
    }
}

type Imported<T> = Result<T, ImportError>;

/// Begins an import.
///
/// # Errors
/// [`ImportError::NotEmpty`]; the header's name is out of its bounds.
pub fn begin(tx: &mut dyn Tx, header: &Header) -> Imported<()> {
    name("name", &header.name, NAME_CHARS_MAX, Blankable::No)?;
    if tx.has_users()? || tx.head()? > 0 {
        return Err(ImportError::NotEmpty);
    }
    Ok(tx.begin_renaming()?)
}

/// Ends an import.
///
/// # Errors
/// Only the store's.
pub fn end(tx: &mut dyn Tx) -> Imported<()> {
    Ok(tx.end_renaming()?)
}

/// Adds somebody, who has no password.
///
/// # Errors
/// They were there before; a name is out of its bounds.
pub fn person(tx: &mut dyn Tx, person: &Person) -> Imported<UserId> {
    name("name", &person.name, USER_NAME_CHARS_MAX, Blankable::Yes)?;
    name("email", &person.email, EMAIL_CHARS_MAX, Blankable::Yes)?;
    if !person.closed {
        check_username(person)?;
    }
    if tx.user_by_name(&person.username)?.is_some() {
        return Err(ImportError::Invalid("username: somebody else is called so".to_owned()));
    }
    let id = tx.insert_person(person)?;
    if person.closed {
        let actor = Actor { id, username: deleted_username(id), name: person.name.clone() };
        tx.close_user(&actor, person.created_at_ms)?;
    }
    bring(tx, Renamed::User, person.id.0, id.0)?;
    Ok(id)
}

fn check_username(person: &Person) -> Imported<()> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let username = name("username", &person.username, USERNAME_CHARS_MAX, Blankable::No)?;
    let fits = username == person.username
        && username.chars().all(is_plain)
        && is_of_a_bot(&username) == person.bot;
    if fits { Ok(()) } else { Err(ImportError::Invalid("username: no username".to_owned())) }
}

/// Records an event under ids of this server.
///
/// # Errors
/// It is no part of a bucket's log as it would be here.
pub fn event(tx: &mut dyn Tx, line: EventLine) -> Imported<()> {
    let EventLine { at_ms: at, seq, mut event } = line;
    check(&event)?;
    rename(tx, at, &mut event)?;
    let recorded = record(tx, Stamp { now: at }, event)?;
    if recorded.seq == seq { Ok(()) } else { Err(ImportError::Seq { expected: recorded.seq }) }
}

/// Bounds of what an event says; and that it is one of those an export has.
fn check(event: &Event) -> Imported<()> {
    let visible = |field: &str, text: &str, max: usize| -> Imported<()> {
        Ok(name(field, text, max, Blankable::Yes).map(|_| ())?)
    };
    let text = |text: &str| match text.len() <= MESSAGE_TEXT_BYTES_MAX {
        true => Ok(()),
        false => Err(ImportError::Invalid("text: too long".to_owned())),
    };
    match event {
        Event::BucketCreated { name, .. } => visible("name", name, NAME_CHARS_MAX),
        Event::BucketChanged { name, icon, .. } => {
            visible("icon", icon.as_deref().unwrap_or_default(), ICON_CHARS_MAX)?;
            visible("name", name, NAME_CHARS_MAX)
        }
        Event::ChannelCreated { bucket: None, .. }
        | Event::ChannelCreated { channel_type: ChannelType::Direct, .. } => {
            Err(ImportError::Foreign)
        }
        Event::ChannelCreated { name, .. } => visible("name", name, NAME_CHARS_MAX),
        Event::ChannelChanged { name, topic, .. } => {
            visible("topic", topic, TOPIC_CHARS_MAX)?;
            visible("name", name, NAME_CHARS_MAX)
        }
        Event::MessagePosted { text: said, .. } | Event::MessageEdited { text: said, .. } => {
            text(said)
        }
        Event::ReactionAdded { emoji, .. } if emoji.len() > EMOJI_BYTES_MAX => {
            Err(ImportError::Invalid("emoji: too long".to_owned()))
        }
        Event::BucketDeleted { .. } | Event::ProfileChanged { .. } | Event::LoginEnded { .. } => {
            Err(ImportError::Foreign)
        }
        Event::BucketMemberAdded { .. }
        | Event::BucketRoleChanged { .. }
        | Event::BucketMemberRemoved { .. }
        | Event::ChannelDeleted { .. }
        | Event::ChannelMemberAdded { .. }
        | Event::ChannelMemberRemoved { .. }
        | Event::MessageDeleted { .. }
        | Event::ReactionAdded { .. }
        | Event::ReactionRemoved { .. }
        | Event::ReadMoved { .. }
        | Event::ChannelMuted { .. } => Ok(()),
    }
}

/// Replaces every id inside an event, and gives out those of what it creates.
fn rename(tx: &mut dyn Tx, at: Timestamp, event: &mut Event) -> Imported<()> {
    let sender = match event {
        Event::MessagePosted { sender, .. } => sender.id,
        _ => UserId::default(),
    };
    for id in event.ids_mut() {
        match id {
            IdMut::User(UserId(id)) => *id = known(tx, Renamed::User, *id)?,
            IdMut::Actor(actor) => {
                actor.id = UserId(known(tx, Renamed::User, actor.id.0)?);
                if is_of_a_deleted_account(&actor.username) {
                    actor.username = deleted_username(actor.id);
                }
            }
            IdMut::Bucket(BucketId(id)) => *id = known(tx, Renamed::Bucket, *id)?,
            IdMut::Channel(ChannelId(id)) => *id = known(tx, Renamed::Channel, *id)?,
            IdMut::Message(MessageId(id)) => *id = known(tx, Renamed::Message, *id)?,
            IdMut::NewBucket(BucketId(id)) => *id = fresh(tx, Renamed::Bucket, Noun::Bucket, *id)?,
            IdMut::NewChannel(ChannelId(id)) => {
                *id = fresh(tx, Renamed::Channel, Noun::Channel, *id)?;
            }
            IdMut::NewMember(MemberId(id)) => *id = fresh(tx, Renamed::Member, Noun::Member, *id)?,
            IdMut::NewMessage(MessageId(id)) => {
                *id = fresh(tx, Renamed::Message, Noun::Message, *id)?;
            }
            IdMut::NewAttachment(attachment) => {
                *attachment = keep(tx, at, sender, attachment)?;
            }
            IdMut::Login(_) => return Err(ImportError::Foreign),
        }
    }
    Ok(())
}

fn known(tx: &mut dyn Tx, of: Renamed, id: i64) -> Imported<i64> {
    tx.renamed(of, id)?.ok_or(ImportError::Unknown(of, id))
}

fn fresh(tx: &mut dyn Tx, of: Renamed, noun: Noun, id: i64) -> Imported<i64> {
    let new = tx.next_id(noun)?;
    bring(tx, of, id, new)?;
    Ok(new)
}

fn bring(tx: &mut dyn Tx, of: Renamed, old: i64, new: i64) -> Imported<()> {
    if tx.renamed(of, old)?.is_some() {
        return Err(ImportError::Twice(of, old));
    }
    Ok(tx.rename(of, old, new)?)
}

/// Keeps an attachment as its sender's. `sender` is still an id of the file's.
fn keep(
    tx: &mut dyn Tx,
    at: Timestamp,
    sender: UserId,
    attachment: &Attachment,
) -> Imported<Attachment> {
    let user = UserId(known(tx, Renamed::User, sender.0)?);
    let sha256 = content_hash(&attachment.sha256)?;
    let id = tx.insert_attachment(&NewAttachment {
        user,
        name: &attachment.name,
        size: attachment.size,
        content_type: &attachment.content_type,
        sha256,
        created_at: at,
    })?;
    bring(tx, Renamed::Attachment, attachment.id.0, id.0)?;
    let kept = tx.attachment(id)?.map(|row| row.attachment);
    kept.ok_or(ImportError::Unknown(Renamed::Attachment, attachment.id.0))
}

/// The hash in 64 hexadecimal digits.
///
/// # Errors
/// It is none.
pub fn content_hash(digits: &str) -> Imported<ContentHash> {
    let none = || ImportError::Invalid("sha256: not 64 hexadecimal digits".to_owned());
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(none());
    }
    let mut hash = ContentHash::default();
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).map_err(|_| none())?;
    }
    Ok(hash)
}
