//! Commands that are written instead of a message: `/topic`, `/join`, `:q`, and how they are told
//! from text. The help, the completion and the line over the composer read the same table.
//!
//! Only what was typed is a command. It carries out nothing.

use std::borrow::Cow;

use super::action::{Action, Compose, Go, OnMessage, Open};
use super::substitution::Substitution;

/// Shrugs, in Markdown's way of writing a backslash.
const SHRUG: &str = r"¯\\_(ツ)_/¯";
/// What leaves vim leaves here, too.
const VIM_QUITS: [&str; 4] = [":q", ":q!", ":wq", ":x"];

/// What a command does.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// What a key does.
    Act(Action),
    /// Says something else than what was written.
    Say(fn(&str) -> String),
    /// Opens a channel, entering it first where that is needed.
    Join,
    /// Asks whether to leave the open channel.
    Leave,
    /// Writes to somebody.
    Message,
    /// Says what the open channel is about.
    Topic,
    /// Whether the open channel is quiet.
    Mute(bool),
    /// Whether anything disturbs.
    Quiet,
    /// What we say of ourselves beside our name.
    Status,
    /// Makes an invite, or adds somebody to the open channel.
    Invite,
    /// Goes where a few letters lead.
    Go,
    /// Looks for messages.
    Search,
    /// Writes a block of code in the editor.
    Snippet,
    /// Attaches a file to the next message.
    Upload,
    /// Takes the last file off the next message.
    Cancel,
}

/// A command.
#[derive(Debug)]
pub struct Command {
    /// What it is called; the first name is the one that is shown.
    pub names: &'static [&'static str],
    /// What is written behind it; nothing for a command that stands alone.
    pub takes: &'static str,
    /// What it does, in words.
    pub help: &'static str,
    /// What it does.
    pub does: Does,
}

/// All of them, the most used first.
pub const COMMANDS: &[Command] = &[
    command(&["join", "j"], "#channel", "enter a channel, or go there", Does::Join),
    command(&["leave", "part"], "", "leave this channel", Does::Leave),
    command(&["msg", "dm", "query"], "@name words", "write to somebody", Does::Message),
    command(&["me"], "words", "say what you are doing", Does::Say(me)),
    command(&["topic"], "words", "say what this channel is about", Does::Topic),
    command(&["mute"], "", "only mentions call from here", Does::Mute(true)),
    command(&["unmute"], "", "this channel calls again", Does::Mute(false)),
    command(&["dnd"], "[2h | until 18:00 | off]", "nothing disturbs you", Does::Quiet),
    command(
        &["status"],
        "[words for 2h]",
        "what stands beside your name; alone takes it back",
        Does::Status,
    ),
    command(&["invite"], "[@name]", "add somebody here, or make an invite", Does::Invite),
    command(&["go", "goto"], "anywhere", "go where a few letters lead", Does::Go),
    command(&["next"], "", "next unread", Does::Act(Action::Go(Go::NextUnread))),
    command(&["mentions"], "", "next mention", Does::Act(Action::Go(Go::NextMention))),
    command(&["back"], "", "back to where you were", Does::Act(Action::Go(Go::Back))),
    command(&["forward"], "", "forward again", Does::Act(Action::Go(Go::Forward))),
    command(&["catchup"], "", "what is unread", Does::Act(Action::Open(Open::Digest))),
    command(&["threads"], "", "the threads you are in", Does::Act(Action::Open(Open::Threads))),
    command(&["search", "find"], "[words]", "search messages", Does::Search),
    command(&["recents"], "", "where you were", Does::Act(Action::Open(Open::Recents))),
    command(&["select"], "", "select a message", Does::Act(Action::Message(OnMessage::Select))),
    command(
        &["edit", "editor"],
        "",
        "write in your editor",
        Does::Act(Action::Compose(Compose::Elsewhere)),
    ),
    command(
        &["upload", "attach"],
        "path",
        "attach a file to the next message; Tab completes",
        Does::Upload,
    ),
    command(&["snippet"], "[language]", "write a block of code in your editor", Does::Snippet),
    command(&["cancel"], "", "take the last file off again", Does::Cancel),
    command(&["shrug"], "[words]", r"say words, and ¯\_(ツ)_/¯", Does::Say(shrug)),
    command(&["help", "keys"], "", "all keys", Does::Act(Action::Open(Open::Help))),
    command(&["redraw"], "", "draw the screen anew", Does::Act(Action::Redraw)),
    command(&["quit", "exit", "q"], "", "quit", Does::Act(Action::Quit)),
];

const fn command(
    names: &'static [&'static str],
    takes: &'static str,
    help: &'static str,
    does: Does,
) -> Command {
    Command { names, takes, help, does }
}

fn me(words: &str) -> String {
    format!("_{words}_")
}

fn shrug(words: &str) -> String {
    format!("{words} {SHRUG}").trim_start().to_owned()
}

impl Command {
    /// Its name, and what is written behind it.
    #[must_use]
    pub fn usage(&self) -> String {
        format!("/{} {}", self.names[0], self.takes).trim_end().to_owned()
    }

    /// Whether it does nothing without words behind it.
    #[must_use]
    pub fn needs_words(&self) -> bool {
        !self.takes.is_empty() && !self.takes.starts_with('[')
    }

    fn is(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// What is written in the composer.
#[derive(Debug)]
pub enum Written<'a> {
    /// Something to say.
    Text(Cow<'a, str>),
    /// A command, and what is written behind it.
    Command(&'static Command, &'a str),
    /// A command that there is not.
    Unknown(&'a str),
    /// A command that was pasted.
    Pasted(&'static Command),
    /// Other words for the last message.
    Substitution(Substitution),
}

/// Tells commands from text. `is_typed` says whether the first character was typed.
#[must_use]
pub fn read(text: &str, is_typed: bool) -> Written<'_> {
    let Some((name, rest)) = named(text) else {
        return match Substitution::read(text).filter(|_| is_typed) {
            Some(substitution) => Written::Substitution(substitution),
            None if is_typed && VIM_QUITS.contains(&text.trim()) => quit(),
            None => Written::Text(without_escape(text)),
        };
    };
    match (COMMANDS.iter().find(|command| command.is(name)), is_typed) {
        (Some(command), true) => Written::Command(command, rest.trim()),
        (Some(command), false) => Written::Pasted(command),
        (None, true) => Written::Unknown(name),
        (None, false) => Written::Text(Cow::Borrowed(text)),
    }
}

/// Where the path begins of what attaches a file, once something may be written there.
#[must_use]
pub fn path_in(text: &str) -> Option<usize> {
    let (name, rest) = named(text)?;
    let command = COMMANDS.iter().find(|command| command.is(name))?;
    let is_upload = matches!(command.does, Does::Upload) && rest.starts_with(char::is_whitespace);
    is_upload.then(|| text.len() - rest.trim_start().len())
}

/// The name behind the slash, and the rest. A path has no name.
fn named(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix('/')?;
    let end = after.find(char::is_whitespace).unwrap_or(after.len());
    let (name, rest) = after.split_at(end);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name.then_some((name, rest))
}

fn quit() -> Written<'static> {
    match COMMANDS.iter().find(|command| command.is("quit")) {
        Some(command) => Written::Command(command, ""),
        None => Written::Unknown("quit"),
    }
}

/// Two slashes at the start are one.
fn without_escape(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(if text.starts_with("//") { &text[1..] } else { text })
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, Written, read};

    fn told(text: &str, is_typed: bool) -> String {
        match read(text, is_typed) {
            Written::Text(text) => format!("text {text}"),
            Written::Command(command, rest) => format!("{} [{rest}]", command.names[0]),
            Written::Unknown(name) => format!("unknown {name}"),
            Written::Pasted(command) => format!("pasted {}", command.names[0]),
            Written::Substitution(_) => "substitution".to_owned(),
        }
    }

    #[test]
    fn commands_are_told_from_text() {
        for (text, expected) in [
            ("/topic  the new  release ", "topic [the new  release]"),
            ("/JOIN #ops", "join [#ops]"),
            ("/q", "quit []"),
            (":wq", "quit []"),
            (":q is how one quits", "text :q is how one quits"),
            ("/nonsense at all", "unknown nonsense"),
            ("//topic is a command", "text /topic is a command"),
            ("/etc/hosts is a file", "text /etc/hosts is a file"),
            ("/ alone", "text / alone"),
            ("say /quit", "text say /quit"),
            (" /quit", "text  /quit"),
            ("s/a/b/", "substitution"),
        ] {
            assert_eq!(told(text, true), expected);
        }
    }

    #[test]
    fn what_was_pasted_is_no_command() {
        assert_eq!(told("/quit", false), "pasted quit");
        assert_eq!(told("/usr is full", false), "text /usr is full");
        assert_eq!(told(":q", false), "text :q");
        assert_eq!(told("s/a/b/", false), "text s/a/b/");
    }

    #[test]
    fn no_name_means_two_commands() {
        let mut names: Vec<_> = COMMANDS.iter().flat_map(|command| command.names).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
