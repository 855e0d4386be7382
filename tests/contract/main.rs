//! The contract of `docs/api.md` and `docs/seed-api.md`, clause by clause, over the wire only: these
//! tests could judge a server written in another language.

mod accounts;
mod attachments;
mod bad_input;
mod bucket_changes;
mod bucket_members;
mod buckets;
mod channel_changes;
mod channel_members;
mod channel_resume;
mod channel_socket;
mod channels;
mod connections;
mod direct_messages;
mod documents;
mod edits;
mod events_socket;
mod invites;
mod mentions;
mod messages;
mod order_of_checks;
mod paging;
mod private_channels;
mod races;
mod reactions;
mod read_markers;
mod resuming;
mod roles;
mod scopes;
mod shutdown;
mod signals;
mod slow_readers;
mod threads;
mod tokens;
mod unread;
mod webhooks;
