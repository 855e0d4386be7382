//! Which keys are which command. Nothing is known here of texts.

/// The largest count; keys that make a larger one are no command.
pub const COUNT_MAX: usize = 999;

/// What was asked for, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// How often, if that was said.
    pub count: Option<usize>,
    /// What.
    pub deed: Deed,
}

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Deed {
    Move(Motion),
    Operate(Operator, Target),
    Replace(char),
    FlipCase,
    Put(Side),
    Write(Start),
    Undo,
    Redo,
    Again,
}

/// What is done to a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Delete,
    Change,
    Yank,
}

/// Which range that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Up to where this leads.
    Motion(Motion),
    /// What the caret is in.
    Object(Object),
    /// The whole line: the operator twice.
    Line,
}

/// What makes a word: letters or signs, or whatever is not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Small,
    Big,
}

/// Where a caret goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    Left,
    Right,
    Up,
    Down,
    Word(Size),
    Back(Size),
    End(Size),
    LineStart,
    FirstWord,
    LineEnd,
    FirstLine,
    LastLine,
    Find(Find),
    FindAgain { turned: bool },
}

/// A character looked for in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Find {
    /// Which one.
    pub wanted: char,
    /// Whether to the left.
    pub is_back: bool,
    /// Whether the caret stops short of it.
    pub is_till: bool,
    /// Whether it was looked for before: the one next to the caret does not count again.
    pub is_again: bool,
}

impl Find {
    /// The same once more, or the other way.
    pub(super) fn again(self, turned: bool) -> Self {
        Self { is_back: self.is_back != turned, is_again: true, ..self }
    }
}

/// What a caret can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// What.
    pub kind: Kind,
    /// Whether with what is around it.
    pub is_around: bool,
}

/// What is around a caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word(Size),
    Quotes(char),
    Brackets(char, char),
    Paragraph,
}

/// Where a piece is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

/// Where writing begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Here,
    Behind,
    FirstWord,
    LineEnd,
    Below,
    Above,
}

/// Why keys are no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// There must be more of them.
    Unfinished,
    /// Nothing begins like that.
    Unknown,
}

/// What keys ask for.
///
/// # Errors
/// When they are the beginning of a command, or of none.
pub fn parse(keys: &[char]) -> Result<Command, Stop> {
    let (count, rest) = number(keys)?;
    let (first, more) = next(rest)?;
    if let Some(operator) = operator(first) {
        return operation(operator, first, count, more);
    }
    let deed = match first {
        'r' => Deed::Replace(next(more)?.0),
        '~' => Deed::FlipCase,
        'p' => Deed::Put(Side::After),
        'P' => Deed::Put(Side::Before),
        'u' => Deed::Undo,
        'U' => Deed::Redo,
        '.' => Deed::Again,
        _ => match (short(first), start(first)) {
            (Some(deed), _) => deed,
            (None, Some(start)) if count.is_none() => Deed::Write(start),
            _ => Deed::Move(motion(rest)?),
        },
    };
    Ok(Command { count, deed })
}

fn next(keys: &[char]) -> Result<(char, &[char]), Stop> {
    keys.split_first().map(|(key, rest)| (*key, rest)).ok_or(Stop::Unfinished)
}

/// A `0` begins no number: it is a motion.
fn number(keys: &[char]) -> Result<(Option<usize>, &[char]), Stop> {
    let is_digit = |key: &&char| key.is_ascii_digit();
    let length = match keys.first() {
        Some('0') => 0,
        _ => keys.iter().take_while(is_digit).count(),
    };
    let (digits, rest) = keys.split_at(length);
    let number = digits.iter().filter_map(|key| key.to_digit(10)).try_fold(0, |sum, digit| {
        let sum = sum * 10 + digit as usize;
        (sum <= COUNT_MAX).then_some(sum).ok_or(Stop::Unknown)
    })?;
    Ok(((length > 0).then_some(number), rest))
}

fn operator(key: char) -> Option<Operator> {
    match key {
        'd' => Some(Operator::Delete),
        'c' => Some(Operator::Change),
        'y' => Some(Operator::Yank),
        _ => None,
    }
}

/// `2d3w` is `d6w`.
fn operation(
    operator: Operator,
    key: char,
    before: Option<usize>,
    keys: &[char],
) -> Result<Command, Stop> {
    let (behind, rest) = number(keys)?;
    let count = match (before, behind) {
        (Some(before), Some(behind)) => Some((before * behind).min(COUNT_MAX)),
        (before, behind) => before.or(behind),
    };
    let target = match next(rest)? {
        (again, _) if again == key => Target::Line,
        ('i', more) => Target::Object(Object { kind: kind(more)?, is_around: false }),
        ('a', more) => Target::Object(Object { kind: kind(more)?, is_around: true }),
        _ => Target::Motion(motion(rest)?),
    };
    Ok(Command { count, deed: Deed::Operate(operator, target) })
}

/// What stands for an operator with its target.
fn short(key: char) -> Option<Deed> {
    let (operator, target) = match key {
        'x' => (Operator::Delete, Target::Motion(Motion::Right)),
        'X' => (Operator::Delete, Target::Motion(Motion::Left)),
        'D' => (Operator::Delete, Target::Motion(Motion::LineEnd)),
        's' => (Operator::Change, Target::Motion(Motion::Right)),
        'C' => (Operator::Change, Target::Motion(Motion::LineEnd)),
        'S' => (Operator::Change, Target::Line),
        'Y' => (Operator::Yank, Target::Line),
        _ => return None,
    };
    Some(Deed::Operate(operator, target))
}

fn start(key: char) -> Option<Start> {
    match key {
        'i' => Some(Start::Here),
        'a' => Some(Start::Behind),
        'I' => Some(Start::FirstWord),
        'A' => Some(Start::LineEnd),
        'o' => Some(Start::Below),
        'O' => Some(Start::Above),
        _ => None,
    }
}

fn motion(keys: &[char]) -> Result<Motion, Stop> {
    let (first, more) = next(keys)?;
    Ok(match first {
        'h' => Motion::Left,
        'l' | ' ' => Motion::Right,
        'k' => Motion::Up,
        'j' => Motion::Down,
        'w' => Motion::Word(Size::Small),
        'W' => Motion::Word(Size::Big),
        'b' => Motion::Back(Size::Small),
        'B' => Motion::Back(Size::Big),
        'e' => Motion::End(Size::Small),
        'E' => Motion::End(Size::Big),
        '0' => Motion::LineStart,
        '^' => Motion::FirstWord,
        '$' => Motion::LineEnd,
        'G' => Motion::LastLine,
        'g' if next(more)?.0 == 'g' => Motion::FirstLine,
        'f' | 'F' | 't' | 'T' => Motion::Find(Find {
            wanted: next(more)?.0,
            is_back: first.is_uppercase(),
            is_till: first.eq_ignore_ascii_case(&'t'),
            is_again: false,
        }),
        ';' => Motion::FindAgain { turned: false },
        ',' => Motion::FindAgain { turned: true },
        _ => return Err(Stop::Unknown),
    })
}

fn kind(keys: &[char]) -> Result<Kind, Stop> {
    Ok(match next(keys)?.0 {
        'w' => Kind::Word(Size::Small),
        'W' => Kind::Word(Size::Big),
        'p' => Kind::Paragraph,
        quote @ ('"' | '\'' | '`') => Kind::Quotes(quote),
        '(' | ')' | 'b' => Kind::Brackets('(', ')'),
        '[' | ']' => Kind::Brackets('[', ']'),
        '{' | '}' | 'B' => Kind::Brackets('{', '}'),
        '<' | '>' => Kind::Brackets('<', '>'),
        _ => return Err(Stop::Unknown),
    })
}
