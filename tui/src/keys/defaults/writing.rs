//! Writing: sending, and readline's edits in every line one can type in.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::{Chat, Completion, Form, Palette, Paste, Prompt, Search};
use crate::state::action::{Action, Compose, Context, Edit, InPaste};

const TYPING: &[Context] = &[Chat, Palette, Prompt, Search, Form];

pub(super) const BINDINGS: &[Binding] = &[
    bind(&[Chat], &[Chord::plain(Key::Enter)], Action::Submit, "send"),
    bind(
        &[Chat],
        &[Chord::ctrl(key('j')), Chord::alt(Key::Enter), Chord::shift(Key::Enter)],
        Action::Edit(Edit::NewLine),
        "new line",
    ),
    bind(
        &[Chat],
        &[Chord::plain(Key::Tab)],
        Action::Compose(Compose::Complete),
        "complete @ # : / names, paths",
    ),
    quiet(
        &[Completion],
        &[Chord::plain(Key::Up), Chord::ctrl(key('p')), Chord::shift(Key::Tab)],
        Action::Up,
    ),
    quiet(&[Completion], &[Chord::plain(Key::Down), Chord::ctrl(key('n'))], Action::Down),
    bind(
        &[Chat],
        &[Chord::alt(key('e'))],
        Action::Compose(Compose::Elsewhere),
        "write in your editor",
    )
    .or(&[&[Chord::ctrl(key('x')), Chord::ctrl(key('e'))]]),
    bind(
        &[Chat],
        &[Chord::ctrl(key('v')), Chord::alt(key('v'))],
        Action::Compose(Compose::Paste),
        "paste text or a picture",
    ),
    quiet(&[Paste], &[Chord::plain(key('s'))], Action::Paste(InPaste::Send)),
    quiet(&[Paste], &[Chord::plain(key('c'))], Action::Paste(InPaste::Code)),
    quiet(&[Paste], &[Chord::plain(key('f'))], Action::Paste(InPaste::File)),
    quiet(
        &[Paste],
        &[Chord::plain(Key::Enter), Chord::plain(key('e'))],
        Action::Paste(InPaste::Edit),
    ),
    bind(&[Chat], &[Chord::ctrl(key('c'))], Action::Compose(Compose::Clear), "clear the draft"),
    bind(
        TYPING,
        &[Chord::ctrl(key('a')), Chord::plain(Key::Home)],
        Action::Edit(Edit::LineStart),
        "start of the line",
    ),
    bind(TYPING, &[Chord::ctrl(key('e'))], Action::Edit(Edit::LineEnd), "end of the line"),
    quiet(TYPING, &[Chord::plain(Key::End)], Action::Edit(Edit::LineEnd)),
    bind(
        TYPING,
        &[Chord::alt(key('b')), Chord::ctrl(Key::Left), Chord::alt(Key::Left)],
        Action::Edit(Edit::WordLeft),
        "a word left",
    ),
    bind(
        TYPING,
        &[Chord::alt(key('f')), Chord::ctrl(Key::Right), Chord::alt(Key::Right)],
        Action::Edit(Edit::WordRight),
        "a word right",
    ),
    bind(
        TYPING,
        &[Chord::ctrl(key('w')), Chord::alt(Key::Backspace)],
        Action::Edit(Edit::DeleteWordBack),
        "delete the word before",
    ),
    bind(
        TYPING,
        &[Chord::alt(key('d'))],
        Action::Edit(Edit::DeleteWordForward),
        "delete the word after",
    ),
    bind(
        TYPING,
        &[Chord::ctrl(key('u'))],
        Action::Edit(Edit::KillToStart),
        "delete to the start of the line",
    ),
    bind(
        TYPING,
        &[Chord::alt(key('k'))],
        Action::Edit(Edit::KillToEnd),
        "delete to the end of the line",
    )
    .or(&[&[Chord::ctrl(key('x')), Chord::ctrl(key('k'))]]),
    bind(TYPING, &[Chord::ctrl(key('y'))], Action::Edit(Edit::Yank), "bring back what was deleted"),
    bind(
        TYPING,
        &[Chord::alt(key('y'))],
        Action::Edit(Edit::YankOlder),
        "then: what was deleted before it",
    ),
    bind(TYPING, &[Chord::ctrl(key('_')), Chord::ctrl(key('/'))], Action::Edit(Edit::Undo), "undo"),
    bind(TYPING, &[Chord::alt(key('_')), Chord::alt(key('/'))], Action::Edit(Edit::Redo), "redo"),
    quiet(TYPING, &[Chord::plain(Key::Backspace)], Action::Edit(Edit::Backspace)),
    quiet(TYPING, &[Chord::plain(Key::Delete), Chord::ctrl(key('d'))], Action::Edit(Edit::Delete)),
    quiet(TYPING, &[Chord::plain(Key::Left), Chord::ctrl(key('b'))], Action::Edit(Edit::Left)),
    quiet(TYPING, &[Chord::plain(Key::Right)], Action::Edit(Edit::Right)),
    quiet(&[Palette, Prompt, Form], &[Chord::ctrl(key('f'))], Action::Edit(Edit::Right)),
    quiet(&[Chat], &[Chord::plain(Key::Up)], Action::Edit(Edit::LineUp)),
    quiet(&[Chat], &[Chord::plain(Key::Down)], Action::Edit(Edit::LineDown)),
];
