//! Vim's normal mode over a draft: counts, operators, motions, text objects.
//!
//! `grammar` reads keys, `plan` says what a command does to a text, [`Memory`] does it to a
//! draft and remembers what the next command may refer to. No registers but the killed pieces, no
//! visual mode, no ex commands; an unfinished command lives with the keyboard, not here.

mod grammar;
mod lines;
mod motion;
mod object;
mod plan;
#[cfg(test)]
mod tests;

pub use grammar::{COUNT_MAX, Command, Deed, Stop, parse};

use super::draft::Draft;
use grammar::{Find, Motion, Operator, Target};
use plan::Plan;

/// What later commands refer to: `.` to a change, `;` and `,` to a search in the line.
#[derive(Debug, Default)]
pub struct Memory {
    last: Option<(Command, String)>,
    find: Option<Find>,
    writing: Option<Writing>,
}

/// A change that goes on as long as one writes.
#[derive(Debug)]
struct Writing {
    command: Command,
    plan: Plan,
    /// The text before the change.
    origin: String,
    /// What stood around the caret when writing began.
    around: (String, String),
}

/// What came of a command.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Whether one writes now.
    pub inserts: bool,
    /// How many bytes did not fit.
    pub cut: usize,
}

impl Memory {
    /// Does a command to a draft. What cannot be done changes nothing.
    pub fn perform(&mut self, command: Command, draft: &mut Draft) -> Done {
        let done = match (command.deed, &self.last) {
            (Deed::Again, Some((last, written))) => {
                let last = Command { count: command.count.or(last.count), ..*last };
                let written = written.clone();
                self.carry_out(last, draft, Some(&written))
            }
            (Deed::Again, None) => Done::default(),
            _ => self.carry_out(command, draft, None),
        };
        if !done.inserts {
            rest(draft);
        }
        done
    }

    /// Esc: what was written belongs to the change it began with, and the caret goes back onto it.
    pub fn end_writing(&mut self, draft: &mut Draft) {
        if let Some(Writing { command, mut plan, origin, around }) = self.writing.take() {
            let rest = draft.text().strip_prefix(around.0.as_str());
            let written = rest.and_then(|rest| rest.strip_suffix(around.1.as_str()));
            if let Some(written) = written.map(str::to_owned) {
                plan.write(&written);
                draft.join_since(&origin, plan.range, &plan.with);
                self.last = Some((command, written));
            }
        }
        let back = motion::left(draft.text(), draft.caret(), 1);
        draft.put_caret(back);
    }

    /// With what was written before, it is written again.
    fn carry_out(&mut self, command: Command, draft: &mut Draft, written: Option<&str>) -> Done {
        let command = self.resolved(command);
        let newest = draft.newest_killed().unwrap_or_default();
        let Some(mut plan) = plan::plan(command, draft.text(), draft.caret(), newest) else {
            return Done::default();
        };
        if let Some(written) = written.filter(|_| plan.inserts) {
            plan.write(written);
        }
        if let Some(piece) = plan.killed.take() {
            draft.keep(piece);
        }
        if command.deed.changes() && written.is_none() {
            self.last = Some((command, String::new()));
        }
        let origin = plan.inserts.then(|| draft.text().to_owned());
        let cut = draft.change(plan.range.clone(), &plan.with, plan.caret);
        let inserts = plan.inserts;
        self.writing = origin.map(|origin| {
            let (before, after) = draft.text().split_at(draft.caret());
            Writing { command, plan, origin, around: (before.to_owned(), after.to_owned()) }
        });
        Done { inserts, cut }
    }

    /// With `;` and `,` being what they stand for; a search is remembered.
    fn resolved(&mut self, command: Command) -> Command {
        let resolve = |motion: Motion, last: Option<Find>| match (motion, last) {
            (Motion::FindAgain { turned }, Some(find)) => Motion::Find(find.again(turned)),
            _ => motion,
        };
        let deed = match command.deed {
            Deed::Move(motion) => Deed::Move(resolve(motion, self.find)),
            Deed::Operate(operator, Target::Motion(motion)) => {
                Deed::Operate(operator, Target::Motion(resolve(motion, self.find)))
            }
            deed => deed,
        };
        let (Deed::Move(asked) | Deed::Operate(_, Target::Motion(asked))) = command.deed else {
            return command;
        };
        if let Motion::Find(find) = asked {
            self.find = Some(find);
        }
        Command { deed, ..command }
    }
}

impl Deed {
    /// Whether `.` does it again.
    fn changes(self) -> bool {
        match self {
            Self::Move(_) | Self::Operate(Operator::Yank, _) => false,
            Self::Undo | Self::Redo | Self::Again => false,
            Self::Operate(..) | Self::Replace(_) | Self::FlipCase | Self::Put(_) => true,
            Self::Write(_) => true,
        }
    }
}

/// In normal mode the caret stands on something, where the line has something.
pub fn rest(draft: &mut Draft) {
    let caret = motion::resting(draft.text(), draft.caret());
    draft.put_caret(caret);
}
