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

/// From when to when nothing disturbs, in minutes of the day; it may go past midnight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuietHours(Option<(u16, u16)>);

impl QuietHours {
    /// Whether a minute of the day is among them.
    #[must_use]
    pub fn hold(self, minute: u16) -> bool {
        match self.0 {
            Some((from, to)) if from <= to => (from..to).contains(&minute),
            Some((from, to)) => minute >= from || minute < to,
            None => false,
        }
    }
}

impl Chosen for QuietHours {
    const KIND: Kind = Kind::Text(" like \"22:00-08:00\", or \"\"");

    fn chosen(value: &Value) -> Option<Self> {
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        match value {
            Value::Word(text) if text.trim().is_empty() => Some(Self(None)),
            Value::Word(text) => {
                let (from, to) = text.split_once('-')?;
                Some(Self(Some((minute(from)?, minute(to)?))))
            }
            _ => None,
        }
    }

    fn value(&self) -> Value {
        let written = |(from, to): (u16, u16)| {
            format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
        };
        Value::Word(self.0.map(written).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::{Chosen, QuietHours, Value};

    #[track_caller]
    fn check(written: &str, quiet: &[u16], loud: &[u16]) {
        let hours = QuietHours::chosen(&Value::Word(written.to_owned())).unwrap();
        assert!(quiet.iter().all(|hour| hours.hold(hour * 60)), "{written}");
        assert!(!loud.iter().any(|hour| hours.hold(hour * 60)), "{written}");
        assert_eq!(QuietHours::chosen(&hours.value()), Some(hours));
    }

    #[test]
    fn quiet_hours_may_go_past_midnight() {
        check("22:00-08:00", &[22, 23, 0, 7], &[8, 12, 21]);
        check("12:00-13:00", &[12], &[11, 13, 0]);
        check(" 9:00 - 17:30 ", &[9, 17], &[18]);
        check("", &[], &[0, 12]);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for written in ["22-8", "24:00-08:00", "22:00", "22:60-1:00", "a:b-c:d"] {
            assert_eq!(QuietHours::chosen(&Value::Word(written.to_owned())), None, "{written}");
        }
    }
}
