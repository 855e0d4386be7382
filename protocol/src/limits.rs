//! Every bound that is part of the contract, with its unit and its reason. Bounds that concern
//! only one side live beside the code they bound.

/// Longest `message_text`, in bytes of UTF-8. Mattermost has 16,383; four such messages still
/// fit in one frame.
pub const MESSAGE_TEXT_BYTES_MAX: usize = 16_384;
/// Longest WebSocket message, and frame, in bytes (OWASP's WebSocket sheet: 64 KB or less).
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Longest REST body, in bytes, also when it comes chunked.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Longest bucket or channel name, in characters.
pub const NAME_CHARS_MAX: usize = 64;
/// Longest username, in characters; as IRC's nicks.
pub const USERNAME_CHARS_MAX: usize = 32;
/// Longest full name, in characters.
pub const USER_NAME_CHARS_MAX: usize = 64;
/// Longest status of somebody, in characters: it stands beside a name.
pub const STATUS_CHARS_MAX: usize = 100;
/// Longest a status lasts that ends by itself, in seconds: 30 days.
pub const STATUS_SECONDS_MAX: u32 = 30 * 24 * 60 * 60;
/// Longest e-mail address, in characters (RFC 5321's path limit).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Shortest password, in bytes (OWASP ASVS 6.2.1, Django's own default).
pub const PASSWORD_BYTES_MIN: usize = 8;
/// Longest password, in bytes: enough for any phrase, too short to be a load.
pub const PASSWORD_BYTES_MAX: usize = 1024;
/// Longest nonce, in bytes: a UUID or two.
pub const NONCE_BYTES_MAX: usize = 64;
/// Messages in a history page when `limit` is not given but `before` or `after` is.
pub const HISTORY_PAGE_DEFAULT: usize = 100;
/// Largest `limit` of a history page, in messages.
pub const HISTORY_PAGE_MAX: usize = 200;
/// Rows of `direct-messages/recent/` when `limit` is not given, and its largest value.
pub const RECENT_DIRECT_MAX: usize = 50;
/// Rows a user search answers.
pub const USER_SEARCH_MAX: usize = 50;
/// An unread count stops counting here; clients show it as "999+".
pub const UNREAD_COUNT_MAX: u64 = 1000;
/// Messages beyond a read marker that an unread count looks at, the newest ones. Bounds the count's
/// time, to about a millisecond, where most of them are the reader's own.
pub const UNREAD_MESSAGES_MAX: usize = 2000;
/// Events replayed per channel to a client that resumes. Who missed more fetches pages instead.
pub const REPLAY_EVENTS_MAX: usize = 1000;
/// Channels one `subscribe` may name.
pub const SUBSCRIBE_CHANNELS_MAX: usize = 1000;
/// Uses of an invite when `max_uses` is not given.
pub const INVITE_USES_DEFAULT: u32 = 25;
/// Largest `max_uses`.
pub const INVITE_USES_MAX: u32 = 10_000;
/// Seconds an invite lives when `expires_in` is not given: a week.
pub const INVITE_SECONDS_DEFAULT: u32 = 7 * 24 * 3600;
/// Largest `expires_in` of an invite, in seconds: a year.
pub const INVITE_SECONDS_MAX: u32 = 366 * 24 * 3600;
/// Channels an invite may lead into.
pub const INVITE_CHANNELS_MAX: usize = 50;
/// Longest topic of a channel, in characters.
pub const TOPIC_CHARS_MAX: usize = 256;
/// Longest icon of a bucket, in characters: an emoji, however it is composed, or a few letters.
pub const ICON_CHARS_MAX: usize = 16;
/// Longest emoji of a reaction, in bytes: the longest composed ones have 35.
pub const EMOJI_BYTES_MAX: usize = 64;
/// Different emoji on one message.
pub const MESSAGE_EMOJI_MAX: usize = 50;
/// People a reaction names; the others are only counted. As many as a line of text has room for.
pub const REACTION_USERS_MAX: usize = 20;
/// How often one message may be edited.
pub const REVISIONS_MAX: usize = 100;
/// People one message may mention by name; further names are only text.
pub const MENTIONS_MAX: usize = 50;
/// Attachments of one message.
pub const MESSAGE_ATTACHMENTS_MAX: usize = 10;
/// Largest attachment, in bytes.
pub const ATTACHMENT_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// What the attachments of one person may take together, in bytes.
pub const ATTACHMENTS_BYTES_PER_USER_MAX: u64 = 1024 * 1024 * 1024;
/// What an attachment takes of it at the least, in bytes: a block of most file systems. It bounds
/// the number of files too.
pub const ATTACHMENT_CHARGE_BYTES_MIN: u64 = 4096;
/// Longest file name of an attachment, in characters (and file systems' usual bound in bytes).
pub const FILE_NAME_CHARS_MAX: usize = 255;
/// Rows a search answers when `limit` is not given, and its largest value.
pub const SEARCH_PAGE_MAX: usize = 50;
/// Longest search query, in characters; what is beyond it is not looked for.
pub const SEARCH_QUERY_CHARS_MAX: usize = 256;
/// Tokens a person may have, logins included; the least recently used login makes room.
pub const TOKENS_PER_USER_MAX: usize = 200;
/// Scopes of one token.
pub const SCOPES_MAX: usize = 50;
/// Longest label of a token, in characters.
pub const LABEL_CHARS_MAX: usize = 64;
/// Largest `expires_in` of a token, in seconds: ten years.
pub const TOKEN_SECONDS_MAX: u32 = 10 * 366 * 24 * 3600;
/// Webhooks of one channel.
pub const WEBHOOKS_PER_CHANNEL_MAX: usize = 20;
/// Milliseconds in which one connection may say once that its user is typing in a channel; more
/// is dropped. Receivers show it for twice as long.
pub const TYPING_INTERVAL_MS: u64 = 3000;
