//! Acting on messages: selecting one, and what is done about it.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::{Chat, EmptyDraft, Members, Picture, Select};
use crate::state::action::{Action, OnMessage, Open};

pub(super) const BINDINGS: &[Binding] = &[
    bind(
        &[EmptyDraft],
        &[Chord::plain(Key::Up)],
        Action::Message(OnMessage::Select),
        "select a message (composer empty)",
    ),
    bind(&[Select], &[Chord::plain(key('k')), Chord::plain(Key::Up)], Action::Up, "older message"),
    bind(
        &[Select],
        &[Chord::plain(key('j')), Chord::plain(Key::Down)],
        Action::Down,
        "newer message",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('g')), Chord::plain(Key::Home)],
        Action::Message(OnMessage::First),
        "oldest message here",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('G')), Chord::plain(Key::End)],
        Action::Message(OnMessage::Last),
        "newest message",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('e'))],
        Action::Message(OnMessage::Edit),
        "edit one of yours, or take a refused one back",
    ),
    bind(&[Select], &[Chord::plain(key('r'))], Action::Message(OnMessage::Reply), "reply"),
    bind(
        &[Select],
        &[Chord::plain(key('t')), Chord::plain(Key::Enter)],
        Action::Message(OnMessage::Thread),
        "open its thread beside the chat",
    ),
    bind(
        &[Chat, Select, Members],
        &[Chord::plain(Key::Function(4))],
        Action::Open(Open::Thread),
        "the thread beside the chat, once more puts it away",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('h'))],
        Action::Message(OnMessage::History),
        "what it said before it was changed",
    ),
    bind(&[Select], &[Chord::plain(key('d'))], Action::Message(OnMessage::Delete), "delete"),
    bind(
        &[Select],
        &[Chord::plain(key('R'))],
        Action::Message(OnMessage::Retry),
        "send a refused one again",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('x'))],
        Action::Message(OnMessage::Discard),
        "discard an unsent one",
    ),
    bind(&[Select], &[Chord::plain(key('y'))], Action::Message(OnMessage::Copy), "copy its text"),
    bind(
        &[Select],
        &[Chord::plain(key('Y'))],
        Action::Message(OnMessage::CopyLink),
        "copy a link to it",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('z'))],
        Action::Message(OnMessage::Unfold),
        "unfold a long message, fold it again",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('a'))],
        Action::Message(OnMessage::GoToAnswered),
        "go to what it answers",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('+')), Chord::plain(key(':'))],
        Action::Message(OnMessage::React),
        "react, or take it back",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('s'))],
        Action::Message(OnMessage::Save),
        "save a file of it, or what it says",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('v'))],
        Action::Message(OnMessage::View),
        "its picture on the whole screen",
    ),
    quiet(&[Picture], &[Chord::plain(key('s'))], Action::Message(OnMessage::Save)),
    quiet(
        &[Picture],
        &[Chord::plain(Key::Down), Chord::plain(key('j')), Chord::plain(Key::Right)],
        Action::Down,
    ),
    quiet(
        &[Picture],
        &[Chord::plain(Key::Up), Chord::plain(key('k')), Chord::plain(Key::Left)],
        Action::Up,
    ),
    quiet(&[Picture], &[Chord::plain(key('v')), Chord::plain(key('q'))], Action::Cancel),
    bind(
        &[Select],
        &[Chord::plain(key('U'))],
        Action::Message(OnMessage::MarkUnread),
        "mark unread from it on",
    ),
    bind(
        &[Select],
        &[Chord::plain(key('|'))],
        Action::Message(OnMessage::Pipe),
        "pipe it, or its block of code, through a command",
    ),
    bind(&[Select], &[Chord::plain(key('o'))], Action::Message(OnMessage::OpenLink), "open a link"),
    bind(
        &[Select],
        &[Chord::plain(key('1'))],
        Action::Message(OnMessage::CopyBlock(1)),
        "copy code block 1, to the byte; 2 to 9 the others",
    ),
    quiet(&[Select], &[Chord::plain(key('2'))], Action::Message(OnMessage::CopyBlock(2))),
    quiet(&[Select], &[Chord::plain(key('3'))], Action::Message(OnMessage::CopyBlock(3))),
    quiet(&[Select], &[Chord::plain(key('4'))], Action::Message(OnMessage::CopyBlock(4))),
    quiet(&[Select], &[Chord::plain(key('5'))], Action::Message(OnMessage::CopyBlock(5))),
    quiet(&[Select], &[Chord::plain(key('6'))], Action::Message(OnMessage::CopyBlock(6))),
    quiet(&[Select], &[Chord::plain(key('7'))], Action::Message(OnMessage::CopyBlock(7))),
    quiet(&[Select], &[Chord::plain(key('8'))], Action::Message(OnMessage::CopyBlock(8))),
    quiet(&[Select], &[Chord::plain(key('9'))], Action::Message(OnMessage::CopyBlock(9))),
    quiet(&[Select], &[Chord::plain(Key::PageUp)], Action::PageUp),
    quiet(&[Select], &[Chord::plain(Key::PageDown)], Action::PageDown),
    bind(
        &[Select],
        &[Chord::plain(key('i')), Chord::plain(Key::Esc), Chord::ctrl(key('c'))],
        Action::Cancel,
        "back to the composer",
    ),
];
