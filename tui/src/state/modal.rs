//! Vim's modes for those who chose them: what its keys do to a draft, said in edits that there are.
//!
//! Which keys these are is `keys::defaults::vim`, so that they are bound anew like all others. A
//! draft is never lost: Esc goes to normal mode, and what is deleted can be put back.

use super::action::{Action, Context, Edit};
use super::draft::Draft;
use super::settings::Mode;
use super::{Chat, Outgoing, State};

/// Most rows that are gone through to the first or the last one.
const ROWS_MAX: usize = 4096;

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
    /// The edits it is made of.
    #[must_use]
    pub fn edits(self) -> Vec<Edit> {
        match self {
            Self::Insert => Vec::new(),
            Self::Append => vec![Edit::Right],
            Self::InsertAtStart => vec![Edit::LineStart],
            Self::AppendAtEnd => vec![Edit::LineEnd],
            Self::OpenBelow => vec![Edit::LineEnd, Edit::NewLine],
            Self::OpenAbove => vec![Edit::LineStart, Edit::NewLine, Edit::Left],
            Self::ChangeWord => vec![Edit::DeleteWordForward],
            Self::ChangeToEnd => vec![Edit::KillToEnd],
            Self::ChangeLine => vec![Edit::LineStart, Edit::KillToEnd],
            Self::DeleteLine => vec![Edit::LineStart, Edit::KillToEnd, Edit::Delete],
            Self::CopyLine => vec![Edit::LineStart, Edit::KillToEnd, Edit::Yank],
            Self::First => vec![Edit::LineUp; ROWS_MAX],
            Self::Last => vec![Edit::LineDown; ROWS_MAX],
        }
    }

    /// Whether one writes afterwards.
    #[must_use]
    pub fn inserts(self) -> bool {
        !matches!(self, Self::DeleteLine | Self::CopyLine | Self::First | Self::Last)
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
        let Some(front) = self.shown() else { return Vec::new() };
        self.around.is_normal = !modal.inserts();
        let edits = modal.edits().into_iter();
        edits.flat_map(|edit| self.perform_in_chat(front, Action::Edit(edit))).collect()
    }

    /// The caret goes back onto what was written last, as in vim, but to no other line.
    pub(super) fn leave_insert(&mut self) -> Vec<Outgoing> {
        self.around.is_normal = true;
        let draft = self.accounts.chat().and_then(Chat::draft);
        let is_line_start = |draft: &Draft| {
            let before = &draft.text()[..draft.caret()];
            before.is_empty() || before.ends_with('\n')
        };
        match self.shown().filter(|_| !draft.is_none_or(is_line_start)) {
            Some(front) => self.perform_in_chat(front, Action::Edit(Edit::Left)),
            None => Vec::new(),
        }
    }

    /// With nothing written, Esc means what it does without modes: it selects a message.
    pub(super) fn leaves_insert(&self) -> bool {
        let is_vim = self.around.chosen.settings.keys.mode == Mode::Vim;
        is_vim && matches!(self.context(), Context::Chat | Context::Completion)
    }
}
