//! Vim's normal mode over the composer, for `keys.mode = "vim"`: the keys that can be bound anew.
//!
//! Most of them are words of the grammar of `state::vim`, too, which knows what they mean after a
//! count or an operator. A key that somebody chose goes before it, one that was given up is none.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::Normal;
use crate::state::action::{Action, Edit, Go, Open};
use crate::state::modal::Modal;

/// With what the grammar adds.
pub(super) const NOUN: &str =
    "Vim's normal mode, with 3w 2dd d3w ciw da( yip ct, ; r ~ . and so on";

const HERE: &[crate::state::Context] = &[Normal];

const fn plain(character: char) -> Chord {
    Chord::plain(key(character))
}

pub(super) const BINDINGS: &[Binding] = &[
    bind(HERE, &[plain('i')], Action::Modal(Modal::Insert), "write here"),
    bind(HERE, &[plain('a')], Action::Modal(Modal::Append), "write behind"),
    bind(HERE, &[plain('I')], Action::Modal(Modal::InsertAtStart), "write at the start"),
    bind(HERE, &[plain('A')], Action::Modal(Modal::AppendAtEnd), "write at the end"),
    bind(HERE, &[plain('o')], Action::Modal(Modal::OpenBelow), "write a line below"),
    bind(HERE, &[plain('O')], Action::Modal(Modal::OpenAbove), "write a line above"),
    quiet(HERE, &[plain('h'), Chord::plain(Key::Backspace)], Action::Edit(Edit::Left)),
    quiet(HERE, &[plain('l'), plain(' ')], Action::Edit(Edit::Right)),
    quiet(HERE, &[plain('j')], Action::Edit(Edit::LineDown)),
    quiet(HERE, &[plain('k')], Action::Edit(Edit::LineUp)),
    bind(HERE, &[plain('w'), plain('e')], Action::Edit(Edit::WordRight), "a word on"),
    bind(HERE, &[plain('b')], Action::Edit(Edit::WordLeft), "a word back"),
    quiet(HERE, &[plain('0'), plain('^')], Action::Edit(Edit::LineStart)),
    quiet(HERE, &[plain('$')], Action::Edit(Edit::LineEnd)),
    bind(HERE, &[], Action::Modal(Modal::First), "first line").or(&[&[plain('g'), plain('g')]]),
    bind(HERE, &[plain('G')], Action::Modal(Modal::Last), "last line"),
    bind(HERE, &[plain('x')], Action::Edit(Edit::Delete), "delete a character"),
    bind(HERE, &[plain('D')], Action::Edit(Edit::KillToEnd), "delete to the end of the line"),
    bind(HERE, &[], Action::Modal(Modal::DeleteLine), "delete the line")
        .or(&[&[plain('d'), plain('d')]]),
    bind(HERE, &[], Action::Edit(Edit::DeleteWordForward), "delete a word")
        .or(&[&[plain('d'), plain('w')]]),
    bind(HERE, &[], Action::Modal(Modal::ChangeWord), "write another word")
        .or(&[&[plain('c'), plain('w')]]),
    bind(HERE, &[plain('C')], Action::Modal(Modal::ChangeToEnd), "write another end"),
    bind(HERE, &[plain('S')], Action::Modal(Modal::ChangeLine), "write another line")
        .or(&[&[plain('c'), plain('c')]]),
    bind(HERE, &[plain('Y')], Action::Modal(Modal::CopyLine), "copy the line")
        .or(&[&[plain('y'), plain('y')]]),
    bind(HERE, &[plain('p'), plain('P')], Action::Edit(Edit::Yank), "put what was deleted"),
    bind(HERE, &[plain('u')], Action::Edit(Edit::Undo), "undo"),
    bind(HERE, &[plain('U'), Chord::ctrl(key('r'))], Action::Edit(Edit::Redo), "redo"),
    bind(HERE, &[plain('/')], Action::Open(Open::Search), "search"),
    bind(HERE, &[plain(':')], Action::Open(Open::Palette), "go anywhere, do anything"),
    bind(HERE, &[plain('?')], Action::Open(Open::Help), "help"),
    quiet(HERE, &[Chord::plain(Key::End)], Action::Go(Go::Newest)),
];
