//! Getting around: channels, unread messages, the timeline.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::{Chat, Digest, EmptyDraft, Search, Select, Threads};
use crate::state::action::{Action, Go, InDigest, Open};

pub(super) const BINDINGS: &[Binding] = &[
    bind(
        &[Chat, Select],
        &[Chord::alt(key('a'))],
        Action::Go(Go::NextUnread),
        "next unread, in the end back",
    ),
    bind(
        &[Chat, Select],
        &[Chord::alt(key('A'))],
        Action::Go(Go::NextMention),
        "next mention, in the end back",
    ),
    bind(
        &[Chat, Select],
        &[Chord::alt(key('u'))],
        Action::Go(Go::FirstUnread),
        "first unread message here",
    ),
    bind(
        &[EmptyDraft, Select],
        &[Chord::alt(Key::Left)],
        Action::Go(Go::Back),
        "where you were before (composer empty)",
    ),
    bind(
        &[EmptyDraft, Select],
        &[Chord::alt(Key::Right)],
        Action::Go(Go::Forward),
        "forward again (composer empty)",
    ),
    bind(&[Chat, Select], &[Chord::ctrl(key('f'))], Action::Open(Open::Search), "search messages"),
    quiet(&[Select], &[Chord::plain(key('/'))], Action::Open(Open::Search)),
    bind(
        &[Chat, Select],
        &[Chord::alt(key('c'))],
        Action::Open(Open::Digest),
        "catch up: what is unread, on one screen",
    ),
    bind(
        &[Chat, Select],
        &[Chord::alt(key('t'))],
        Action::Open(Open::Threads),
        "the threads you are in, newest first",
    ),
    bind(
        &[Digest],
        &[Chord::plain(key('e'))],
        Action::Digest(InDigest::Done),
        "done with it: it counts as read",
    ),
    bind(
        &[Digest],
        &[Chord::plain(key('s'))],
        Action::Digest(InDigest::Snooze),
        "put it off till 09:00",
    ),
    bind(&[Digest], &[Chord::plain(key('m'))], Action::Digest(InDigest::Mute), "mute the channel"),
    quiet(
        &[Digest, Threads],
        &[Chord::plain(key('n')), Chord::plain(Key::Down), Chord::plain(key('j'))],
        Action::Down,
    ),
    quiet(
        &[Digest, Threads],
        &[Chord::plain(key('p')), Chord::plain(Key::Up), Chord::plain(key('k'))],
        Action::Up,
    ),
    bind(&[Search], &[Chord::plain(Key::Tab)], Action::Widen, "look further"),
    bind(
        &[Chat, Select],
        &[Chord::ctrl(key('r'))],
        Action::Open(Open::Recents),
        "where you were; again: further back",
    ),
    bind(
        &[Chat, Select],
        &[Chord::alt(Key::Up), Chord::ctrl(Key::Up)],
        Action::Go(Go::PreviousChannel),
        "channel above",
    ),
    bind(
        &[Chat, Select],
        &[Chord::alt(Key::Down), Chord::ctrl(Key::Down)],
        Action::Go(Go::NextChannel),
        "channel below",
    ),
    bind(&[Chat], &[Chord::plain(Key::PageUp)], Action::PageUp, "older messages"),
    bind(&[Chat], &[Chord::plain(Key::PageDown)], Action::PageDown, "newer messages"),
    bind(
        &[EmptyDraft],
        &[Chord::plain(Key::End)],
        Action::Go(Go::Newest),
        "newest message (composer empty)",
    ),
    bind(&[Chat, Select], &[Chord::alt(Key::End)], Action::Go(Go::Newest), "newest message"),
];
