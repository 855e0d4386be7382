//! The rules: who may do what, and what then happens.
//!
//! Every command is a plain function over one transaction: no clock, no randomness, no IO, no
//! waiting. What it checked stays true until it is done. It changes history only through
//! `record`; who hears of it is not its business.

pub(crate) mod access;
pub mod attachments;
pub mod buckets;
pub mod channels;
pub mod departure;
pub mod direct;
pub mod edits;
mod error;
pub mod export;
mod fields;
pub mod import;
pub mod invites;
pub mod members;
mod mentions;
pub mod messages;
pub mod missed;
mod names;
pub mod people;
pub mod reactions;
pub mod reads;
mod record;
mod refers;
pub mod search;
#[cfg(test)]
mod tests;
pub mod webhooks;
pub mod words;

pub use error::ChatError;
pub use fields::{Wrong, within};
pub use names::{
    BOT_USERNAME_PREFIX, Blankable, deleted_username, is_of_a_bot, is_of_a_deleted_account, name,
};
pub use record::project;

/// The answer of every rule.
pub type Ruled<T> = Result<T, ChatError>;
