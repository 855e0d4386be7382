//! The parts beside the chat: the sidebar, the members of a channel, the buckets of all accounts.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::{Chat, EmptyDraft, Filter, Members, Select, Sidebar};
use crate::state::action::{Action, Context, Go, OnMember, Open};

const LISTS: &[Context] = &[Sidebar, Filter, Members];
const WITHOUT_TYPING: &[Context] = &[Sidebar, Members];

pub(super) const BINDINGS: &[Binding] = &[
    bind(
        &[Chat, Select],
        &[Chord::plain(Key::Function(2))],
        Action::Open(Open::Sidebar),
        "sidebar; again: hide it",
    ),
    bind(
        &[Chat, Select],
        &[Chord::plain(Key::Function(3))],
        Action::Open(Open::Members),
        "members of the channel; again: close",
    ),
    bind(
        &[EmptyDraft, Sidebar, Filter, Members],
        &[Chord::plain(Key::Tab)],
        Action::Go(Go::NextPart),
        "next part of the screen (composer empty)",
    ),
    bucket(1, "bucket 1; up to Alt-9"),
    quiet_bucket(2),
    quiet_bucket(3),
    quiet_bucket(4),
    quiet_bucket(5),
    quiet_bucket(6),
    quiet_bucket(7),
    quiet_bucket(8),
    quiet_bucket(9),
    bind(
        &[Chat, Select],
        &[Chord::ctrl(Key::PageUp)],
        Action::Go(Go::PreviousBucket),
        "bucket above",
    ),
    bind(
        &[Chat, Select],
        &[Chord::ctrl(Key::PageDown)],
        Action::Go(Go::NextBucket),
        "bucket below",
    ),
    quiet(LISTS, &[Chord::plain(Key::Enter)], Action::Submit),
    quiet(LISTS, &[Chord::plain(Key::Up), Chord::ctrl(key('p'))], Action::Up),
    quiet(LISTS, &[Chord::plain(Key::Down), Chord::ctrl(key('n'))], Action::Down),
    quiet(WITHOUT_TYPING, &[Chord::plain(key('k'))], Action::Up),
    quiet(WITHOUT_TYPING, &[Chord::plain(key('j'))], Action::Down),
    quiet(
        WITHOUT_TYPING,
        &[Chord::plain(key('g')), Chord::plain(Key::Home)],
        Action::Go(Go::First),
    ),
    quiet(
        WITHOUT_TYPING,
        &[Chord::plain(key('G')), Chord::plain(Key::End)],
        Action::Go(Go::Newest),
    ),
    quiet(LISTS, &[Chord::plain(Key::Esc), Chord::ctrl(key('c'))], Action::Cancel),
    quiet(WITHOUT_TYPING, &[Chord::plain(key('q'))], Action::Cancel),
    bind(
        &[Sidebar],
        &[Chord::plain(key('/'))],
        Action::Open(Open::Filter),
        "narrow the sidebar (in it)",
    ),
    bind(
        &[Members],
        &[Chord::plain(key('a'))],
        Action::Member(OnMember::Add),
        "add a member (among members)",
    ),
    bind(
        &[Members],
        &[Chord::plain(key('x')), Chord::plain(Key::Delete)],
        Action::Member(OnMember::Remove),
        "remove a member (among members)",
    ),
];

const fn bucket(number: u8, help: &'static str) -> Binding {
    Binding { help: Some(help), ..quiet_bucket(number) }
}

const fn quiet_bucket(number: u8) -> Binding {
    quiet(&[Chat, Select], DIGITS[number as usize - 1], Action::Go(Go::Bucket(number)))
}

const DIGITS: [&[Chord]; 9] = [
    &[Chord::alt(key('1'))],
    &[Chord::alt(key('2'))],
    &[Chord::alt(key('3'))],
    &[Chord::alt(key('4'))],
    &[Chord::alt(key('5'))],
    &[Chord::alt(key('6'))],
    &[Chord::alt(key('7'))],
    &[Chord::alt(key('8'))],
    &[Chord::alt(key('9'))],
];
