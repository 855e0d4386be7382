//! Vim's modes for those who chose them: which one is on, and what a key that has a name does.
//!
//! Those keys are in `keys::defaults::vim` and can be bound anew like all others; what several keys
//! make together is [`super::vim`]. A draft is never lost: Esc goes to normal mode, and what is
//! deleted can be put back.

use super::action::{Action, Context, Edit};
use super::draft::Draft;
use super::settings::Mode;
use super::vim::{self, Command, Deed, Done, Memory};
use super::{Outgoing, State};

/// What a key of normal mode does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Modal {
    Insert,
    Append,
    InsertAtStart,
    AppendAtEnd,
    OpenBelow,
    OpenAbove,
    ChangeWord,
    ChangeToEnd,
    ChangeLine,
    DeleteLine,
    CopyLine,
    First,
    Last,
}

impl Modal {
    /// The keys that mean it, as they come.
    fn keys(self) -> &'static [char] {
        match self {
            Self::Insert => &['i'],
            Self::Append => &['a'],
            Self::InsertAtStart => &['I'],
            Self::AppendAtEnd => &['A'],
            Self::OpenBelow => &['o'],
            Self::OpenAbove => &['O'],
            Self::ChangeWord => &['c', 'w'],
            Self::ChangeToEnd => &['C'],
            Self::ChangeLine => &['S'],
            Self::DeleteLine => &['d', 'd'],
            Self::CopyLine => &['y', 'y'],
            Self::First => &['g', 'g'],
            Self::Last => &['G'],
        }
    }
}

/// Where keys go in normal mode: only writing has one.
#[must_use]
pub fn normal(context: Context) -> Context {
    match context {
        Context::Chat | Context::EmptyDraft | Context::Completion => Context::Normal,
        other => other,
    }
}

impl State {
    pub(super) fn perform_modal(&mut self, modal: Modal) -> Vec<Outgoing> {
        vim::parse(modal.keys()).map(|command| self.perform_command(command)).unwrap_or_default()
    }

    /// What normal mode's keys ask for. Undoing is the chat's: a message that waits comes back, too.
    pub(super) fn perform_command(&mut self, command: Command) -> Vec<Outgoing> {
        let edit = match command.deed {
            Deed::Undo => Edit::Undo,
            Deed::Redo => Edit::Redo,
            _ => return self.change_draft(|memory, draft| memory.perform(command, draft)),
        };
        let Some(front) = self.shown() else { return Vec::new() };
        let times = 0..command.count.unwrap_or(1);
        let mut out: Vec<Outgoing> =
            times.flat_map(|_| self.perform_in_chat(front, Action::Edit(edit))).collect();
        out.extend(self.change_draft(|_, draft| {
            vim::rest(draft);
            Done::default()
        }));
        out
    }

    /// The caret goes back onto what was written last, as in vim, but to no other line.
    pub(super) fn leave_insert(&mut self) -> Vec<Outgoing> {
        self.change_draft(|memory, draft| {
            memory.end_writing(draft);
            Done::default()
        })
    }

    fn change_draft(
        &mut self,
        change: impl FnOnce(&mut Memory, &mut Draft) -> Done,
    ) -> Vec<Outgoing> {
        let Some(front) = self.shown() else { return Vec::new() };
        let mut memory = std::mem::take(&mut self.vim);
        let mut inserts = false;
        let out = self.with(front, |chat, around, _| {
            let change = |draft: &mut Draft| {
                let done = change(&mut memory, draft);
                inserts = done.inserts;
                done.cut
            };
            chat.change_draft(change, around)
        });
        (self.vim, self.around.is_normal) = (memory, !inserts);
        out
    }

    /// With nothing written, Esc means what it does without modes: it selects a message.
    pub(super) fn leaves_insert(&self) -> bool {
        let is_vim = self.around.chosen.settings.keys.mode == Mode::Vim;
        is_vim && matches!(self.context(), Context::Chat | Context::Completion)
    }
}
