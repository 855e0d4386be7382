//! The keys as they are now: the defaults with what the configuration says of them.
//!
//! What cannot be had is a problem to be told, never a reason to end.

use std::collections::HashMap;

use super::chord::{Chord, Sequence};
use super::defaults::{Binding, bindings};
use crate::state::keytable::{KeyRow, KeyTable, name_of};
use crate::state::settings::{CtrlK, Problem, Settings};
use crate::state::{Action, Context, Edit, Open};

/// Keys for an action, as the configuration names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Where; everywhere the action has keys when there is none.
    pub context: Option<String>,
    /// The action's name.
    pub action: String,
    /// Sequences; `none` stands for no key.
    pub keys: Vec<String>,
    /// The line of the file.
    pub line: usize,
}

/// What is bound to what.
#[derive(Debug)]
pub struct KeyMap {
    rows: Vec<Row>,
    index: HashMap<(Context, Vec<Chord>), Bound>,
}

/// The keys of an action, by context.
type Places = Vec<(Context, Vec<Sequence>)>;

/// A default with its keys of now.
#[derive(Debug)]
struct Row {
    noun: &'static str,
    binding: &'static Binding,
    keys: Places,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    action: Action,
    is_chosen: bool,
}

/// What some chords are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// They mean this.
    Action(Action),
    /// They are the beginning of something.
    Beginning,
    /// Nothing.
    Nothing,
}

impl Default for KeyMap {
    fn default() -> Self {
        Self::new(&Settings::default(), &[]).0
    }
}

impl KeyMap {
    /// The defaults, changed; and what could not be done.
    #[must_use]
    pub fn new(settings: &Settings, overrides: &[Override]) -> (Self, Vec<Problem>) {
        let mut map = Self { rows: default_rows(), index: HashMap::new() };
        map.index_rows();
        if settings.keys.ctrl_k == CtrlK::KillLine {
            map.give_ctrl_k_to_the_line();
        }
        let mut problems = Vec::new();
        for change in overrides {
            map.apply(change, &mut problems);
        }
        (map, problems)
    }

    /// What chords mean in a context.
    #[must_use]
    pub fn meaning(&self, context: Context, chords: &[Chord]) -> Meaning {
        let places = [Some(context), context.around()];
        for place in places.into_iter().flatten() {
            if let Some(bound) = self.index.get(&(place, chords.to_vec())) {
                return Meaning::Action(bound.action);
            }
            if self.begins(place, chords) {
                return Meaning::Beginning;
            }
        }
        Meaning::Nothing
    }

    /// Whether nobody chose what chords mean in a context, or that they mean nothing.
    #[must_use]
    pub fn is_as_it_came(&self, context: Context, chords: &[Chord]) -> bool {
        let is_here = |binding: &Binding| {
            let is_one = matches!(chords, [only] if binding.chords.contains(only));
            binding.contexts.contains(&context) && (is_one || binding.sequences.contains(&chords))
        };
        let default = bindings().map(|(_, binding)| binding).find(|binding| is_here(binding));
        let bound = self.index.get(&(context, chords.to_vec())).map(|bound| bound.action);
        let begins_chosen = self.index.iter().any(|((place, keys), bound)| {
            let is_longer = keys.len() > chords.len() && keys.starts_with(chords);
            *place == context && bound.is_chosen && is_longer
        });
        bound == default.map(|binding| binding.action) && !begins_chosen
    }

    /// Everything one can do, with its keys.
    #[must_use]
    pub fn table(&self) -> KeyTable {
        let spelled = |keys: &[Sequence]| keys.iter().map(ToString::to_string).collect();
        let row = |row: &Row| KeyRow {
            action: row.binding.action,
            noun: row.noun,
            words: row.binding.help,
            keys: row.keys.iter().map(|(context, keys)| (*context, spelled(keys))).collect(),
        };
        self.rows.iter().map(row).collect()
    }

    /// The bindings with their groups and their keys of now, in the order of the help.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'static str, &'static Binding, &Places)> {
        self.rows.iter().map(|row| (row.noun, row.binding, &row.keys))
    }

    /// Every context, action and its keys, in the order of the help.
    pub fn bound(&self) -> impl Iterator<Item = (Context, Action, &[Sequence])> {
        self.rows.iter().flat_map(|row| {
            row.keys.iter().map(|(context, keys)| (*context, row.binding.action, keys.as_slice()))
        })
    }

    fn begins(&self, context: Context, chords: &[Chord]) -> bool {
        let is_longer = |keys: &[Chord]| keys.len() > chords.len() && keys.starts_with(chords);
        self.index.keys().any(|(place, keys)| *place == context && is_longer(keys))
    }

    fn index_rows(&mut self) {
        for row in &self.rows {
            for (context, sequences) in &row.keys {
                for Sequence(chords) in sequences {
                    let bound = Bound { action: row.binding.action, is_chosen: false };
                    self.index.entry((*context, chords.clone())).or_insert(bound);
                }
            }
        }
    }

    fn give_ctrl_k_to_the_line(&mut self) {
        let keys = |names: &[&str]| -> Vec<Sequence> {
            names.iter().filter_map(|name| Sequence::parse(name).ok()).collect()
        };
        let kill = keys(&["ctrl-k", "alt-k", "ctrl-x ctrl-k"]);
        let ignored = &mut Vec::new();
        self.rebind(Context::Chat, Action::Open(Open::Palette), keys(&["alt-g"]), 0, ignored);
        self.rebind(Context::Chat, Action::Edit(Edit::KillToEnd), kill, 0, ignored);
    }

    fn apply(&mut self, change: &Override, problems: &mut Vec<Problem>) {
        let line = change.line;
        let mut refuse = |sentence: String| problems.push(Problem { line, sentence });
        let named = self.rows.iter().find(|row| name_of(&row.binding.action) == change.action);
        let Some(action) = named.map(|row| row.binding.action) else {
            return refuse(format!(
                "there is no action {:?}; `pail keys` lists all of them",
                change.action
            ));
        };
        let mut keys = Vec::new();
        for written in change.keys.iter().filter(|written| *written != "none") {
            match Sequence::parse(written) {
                Ok(sequence) => keys.push(sequence),
                Err(why) => refuse(format!("{} = {written:?}: {why}", change.action)),
            }
        }
        if keys.is_empty() && change.keys.iter().any(|written| written != "none") {
            return;
        }
        let chosen = match &change.context {
            None => self.places_of(action),
            Some(name) => match self.place_named(name, action) {
                Ok(place) => vec![place],
                Err(sentence) => return refuse(sentence),
            },
        };
        for context in chosen {
            self.rebind(context, action, keys.clone(), line, problems);
        }
    }

    /// The context of a name, when the action means something there or around it.
    fn place_named(&self, name: &str, action: Action) -> Result<Context, String> {
        let places = self.places_of(action);
        let mut all = self.rows.iter().flat_map(|row| &row.keys).map(|(place, _)| *place);
        let named = all.find(|place| name_of(place) == name);
        let fits = |place: &Context| {
            places.contains(place) || place.around().is_some_and(|place| places.contains(&place))
        };
        named.filter(fits).ok_or_else(|| {
            let known = places.iter().map(name_of).collect::<Vec<_>>().join(", ");
            format!("{} means nothing in {name}, but in: {known}", name_of(&action))
        })
    }

    fn places_of(&self, action: Action) -> Vec<Context> {
        let rows = self.rows.iter().filter(|row| row.binding.action == action);
        let mut places: Vec<Context> = Vec::new();
        for (context, _) in rows.flat_map(|row| &row.keys) {
            if !places.contains(context) {
                places.push(*context);
            }
        }
        places
    }

    /// Gives an action these keys in a context and no others. A default gives way, and it is said.
    fn rebind(
        &mut self,
        context: Context,
        action: Action,
        keys: Vec<Sequence>,
        line: usize,
        problems: &mut Vec<Problem>,
    ) {
        self.index.retain(|(place, _), bound| *place != context || bound.action != action);
        let mut kept = Vec::new();
        for sequence in keys {
            match self.make_room(context, action, &sequence) {
                Ok(displaced) => {
                    problems.extend(displaced.map(|sentence| Problem { line, sentence }));
                    let bound = Bound { action, is_chosen: true };
                    self.index.insert((context, sequence.0.clone()), bound);
                    kept.push(sequence);
                }
                Err(sentence) => problems.push(Problem { line, sentence }),
            }
        }
        self.write_down(context, action, kept);
    }

    /// Takes away what a sequence would be mistaken for. `Err` when that was chosen as well.
    fn make_room(
        &mut self,
        context: Context,
        action: Action,
        wanted: &Sequence,
    ) -> Result<Option<String>, String> {
        let clashes = |keys: &[Chord]| keys.starts_with(&wanted.0) || wanted.0.starts_with(keys);
        let mut found: Vec<(Sequence, Bound)> = self
            .index
            .iter()
            .filter(|((place, keys), bound)| {
                *place == context && bound.action != action && clashes(keys)
            })
            .map(|((_, keys), bound)| (Sequence(keys.clone()), *bound))
            .collect();
        found.sort_by_key(|(keys, _)| keys.spelled());
        let place = name_of(&context);
        if let Some((keys, other)) = found.iter().find(|(_, bound)| bound.is_chosen) {
            let (action, other) = (name_of(&action), name_of(&other.action));
            return Err(format!(
                "in {place}, {wanted} for {action} clashes with {keys} for {other}; \
                 {other} keeps it"
            ));
        }
        let mut others: Vec<String> = Vec::new();
        for (keys, bound) in found {
            self.index.remove(&(context, keys.0.clone()));
            for row in self.rows.iter_mut().filter(|row| row.binding.action == bound.action) {
                for (_, held) in row.keys.iter_mut().filter(|(place, _)| *place == context) {
                    held.retain(|sequence| *sequence != keys);
                }
            }
            others.push(format!("{} ({keys})", name_of(&bound.action)));
        }
        let (action, others_text) = (name_of(&action), others.join(", "));
        Ok((!others.is_empty())
            .then(|| format!("in {place}, {wanted} is now {action} and no longer {others_text}")))
    }

    fn write_down(&mut self, context: Context, action: Action, keys: Vec<Sequence>) {
        let rows = self.rows.iter_mut().filter(|row| row.binding.action == action);
        let mut places: Vec<&mut Vec<Sequence>> = rows
            .flat_map(|row| &mut row.keys)
            .filter(|(place, _)| *place == context)
            .map(|(_, held)| held)
            .collect();
        for held in &mut places {
            held.clear();
        }
        if let Some(first) = places.first_mut() {
            **first = keys;
        } else if let Some(row) = self.rows.iter_mut().find(|row| row.binding.action == action) {
            row.keys.push((context, keys));
        }
    }
}

fn default_rows() -> Vec<Row> {
    let row = |(noun, binding): (&'static str, &'static Binding)| {
        let plain = binding.chords.iter().map(|chord| Sequence(vec![*chord]));
        let longer = binding.sequences.iter().map(|chords| Sequence(chords.to_vec()));
        let keys: Vec<Sequence> = plain.chain(longer).collect();
        let keys = binding.contexts.iter().map(|context| (*context, keys.clone())).collect();
        Row { noun, binding, keys }
    };
    bindings().map(row).collect()
}
