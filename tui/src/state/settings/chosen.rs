//! The types a setting may have, and how each is written in the file.

use std::fmt;

/// Most items of a list; what stands beyond is left out.
pub const LIST_MAX: usize = 100;

/// A value as the file knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Switch(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Word(String),
    /// Texts.
    List(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(is_on) => write!(f, "{is_on}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => write!(f, "{word:?}"),
            Self::List(words) => write!(f, "{words:?}"),
        }
    }
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On or off.
    Switch,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, or a name of one's own.
    Named(&'static [&'static str]),
    /// A number from, to.
    Number(i64, i64),
    /// A text, like this one.
    Text(&'static str),
    /// Texts.
    List,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch => f.write_str("true or false"),
            Self::Number(from, to) => write!(f, "a number from {from} to {to}"),
            Self::Text(like) => write!(f, "a text{like}"),
            Self::List => write!(f, "a list of at most {LIST_MAX} texts"),
            Self::OneOf(words) | Self::Named(words) => {
                for (at, word) in words.iter().enumerate() {
                    let between = match at {
                        0 => "",
                        _ if at + 1 == words.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{between}{word:?}")?;
                }
                match self {
                    Self::Named(_) => f.write_str(", or the name of one of yours"),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// A type a setting may have.
pub trait Chosen: Sized {
    /// What it takes.
    const KIND: Kind;
    /// From the file; `None` when it is of another kind or out of bounds.
    fn chosen(value: &Value) -> Option<Self>;
    /// For the file.
    fn value(&self) -> Value;
}

impl Chosen for bool {
    const KIND: Kind = Kind::Switch;

    fn chosen(value: &Value) -> Option<Self> {
        match value {
            Value::Switch(is_on) => Some(*is_on),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        Value::Switch(*self)
    }
}

/// A number within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count<const MIN: u32, const MAX: u32>(pub u32);

impl<const MIN: u32, const MAX: u32> Chosen for Count<MIN, MAX> {
    const KIND: Kind = Kind::Number(MIN as i64, MAX as i64);

    fn chosen(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => {
                let number = u32::try_from(*number).ok()?;
                (MIN..=MAX).contains(&number).then_some(Self(number))
            }
            _ => None,
        }
    }

    fn value(&self) -> Value {
        Value::Number(i64::from(self.0))
    }
}

impl Chosen for String {
    const KIND: Kind = Kind::Text("");

    fn chosen(value: &Value) -> Option<Self> {
        match value {
            Value::Word(word) => Some(word.clone()),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        Value::Word(self.clone())
    }
}

impl Chosen for Vec<String> {
    const KIND: Kind = Kind::List;

    fn chosen(value: &Value) -> Option<Self> {
        match value {
            Value::List(words) if words.len() <= LIST_MAX => Some(words.clone()),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        Value::List(self.clone())
    }
}

/// The themes that come with pail; a test of the view wants the same.
pub const THEMES: &[&str] = &["auto", "terminal", "dark", "light", "contrast"];

/// One of [`THEMES`], or somebody's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeName(pub String);

impl Default for ThemeName {
    fn default() -> Self {
        Self(THEMES[0].to_owned())
    }
}

impl Chosen for ThemeName {
    const KIND: Kind = Kind::Named(THEMES);

    fn chosen(value: &Value) -> Option<Self> {
        match value {
            Value::Word(name) if !name.trim().is_empty() => Some(Self(name.clone())),
            _ => None,
        }
    }

    fn value(&self) -> Value {
        Value::Word(self.0.clone())
    }
}

/// A type of a few words.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$words:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$words])* $variant,)+ }

        impl $crate::state::settings::chosen::Chosen for $name {
            const KIND: $crate::state::settings::Kind =
                $crate::state::settings::Kind::OneOf(&[$($word),+]);

            fn chosen(value: &$crate::state::settings::Value) -> Option<Self> {
                match value {
                    $($crate::state::settings::Value::Word(word) if word == $word =>
                        Some(Self::$variant),)+
                    _ => None,
                }
            }

            fn value(&self) -> $crate::state::settings::Value {
                let word = match self { $(Self::$variant => $word,)+ };
                $crate::state::settings::Value::Word(word.to_owned())
            }
        }

        impl From<$name> for $crate::state::settings::Value {
            fn from(chosen: $name) -> Self {
                $crate::state::settings::chosen::Chosen::value(&chosen)
            }
        }
    };
}
pub(super) use choice;
