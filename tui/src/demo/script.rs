//! What the pretend team does, as a table: who, when, and how it shows what Pail can do.

/// The names of the team, in the order of [`Line::who`].
pub(super) const TEAM: [&str; 3] = ["Bea Lind", "Carlos Pinto", "Dagny Moe"];
const BEA: usize = 0;
const CARLOS: usize = 1;
const DAGNY: usize = 2;

/// Something a teammate does.
pub(super) struct Line {
    /// How long they wait first, in milliseconds. What waits for nothing is there from the start.
    pub after_ms: u64,
    /// Who.
    pub who: usize,
    /// What.
    pub act: Act,
}

/// What a teammate can do. `{you}` in words is your username; messages of the script are known by
/// their number in it, from 0.
pub(super) enum Act {
    /// Says something in a channel.
    Says(&'static str, &'static str),
    /// The same with a picture.
    Shows(&'static str, &'static str),
    /// Answers a message.
    Answers(usize, &'static str),
    /// Says something in the thread of a message.
    InThread(usize, &'static str),
    /// Reacts to a message.
    Reacts(usize, &'static str),
    /// Says something else than before.
    Edits(usize, &'static str),
    /// Says something of themselves, beside their name.
    Is(&'static str),
    /// Lets others see that something is being written.
    Types(&'static str),
}

/// What somebody answers to what you say, one after the other.
pub(super) const ANSWERS: &[&str] = &[
    "Sounds good to me 👍",
    "Let me check and come back to you, @{you}.",
    "Interesting. How did you find out?",
    "Agreed. Shall we do it this week?",
];

/// What is said to you alone.
pub(super) const GREETING: &str = "Psst. This is a direct message; only the two of us see it.";

const fn line(after_ms: u64, who: usize, act: Act) -> Line {
    Line { after_ms, who, act }
}

/// All of it.
pub(super) const SCRIPT: &[Line] = &[
    line(0, BEA, Act::Says("general", "Good morning! Coffee is ready ☕")),
    line(
        0,
        CARLOS,
        Act::Says("general", "Morning all. Deploy of **1.4** went out at 9, nothing on fire."),
    ),
    line(0, DAGNY, Act::Reacts(1, "🎉")),
    line(0, BEA, Act::Reacts(1, "🎉")),
    line(
        0,
        DAGNY,
        Act::Says("ops", "Disk on `db-2` is at 81%, I'll clean up the snapshots today."),
    ),
    line(0, BEA, Act::Says("random", "Who wants to play table football after lunch?")),
    line(0, DAGNY, Act::Is("on the train to Trondheim")),
    line(0, DAGNY, Act::InThread(1, "Did the migration take long?")),
    line(0, CARLOS, Act::InThread(1, "Four seconds. I timed it.")),
    line(
        1_500,
        BEA,
        Act::Says("general", "@{you} welcome! **Alt-A** walks you through what is unread."),
    ),
    line(
        1_500,
        CARLOS,
        Act::Says("ops", "@{you} could you look at the login latency graph later?"),
    ),
    line(1_500, DAGNY, Act::Answers(3, "I'm in ⚽  日本語 and emoji 👩‍👩‍👧 work here, by the way.")),
    line(1_000, CARLOS, Act::Types("general")),
    line(
        2_000,
        CARLOS,
        Act::Says(
            "general",
            "This is the retry I meant, what do you think?\n```rust\nfn backoff(attempt: u32) -> \
             Duration {\n    // Doubles, and never waits longer than a minute.\n    \
             Duration::from_secs(1 << attempt.min(6))\n}\n```\nPress ↑ to select it and `1` to copy the code.",
        ),
    ),
    line(
        1_500,
        DAGNY,
        Act::Shows("general", "Logins yesterday: three o'clock is what we look at."),
    ),
    line(2_000, BEA, Act::Says("general", "Ctrl-K goes anywere: type a few letters of a name.")),
    line(1_500, BEA, Act::Edits(8, "Ctrl-K goes anywhere: type a few letters of a name.")),
    line(1_000, DAGNY, Act::Reacts(8, "👍")),
];

#[cfg(test)]
mod tests {
    use super::{Act, SCRIPT, TEAM};

    #[test]
    fn what_is_referred_to_has_been_said_and_only_its_author_changes_it() {
        let mut authors = Vec::new();
        for line in SCRIPT {
            assert!(line.who < TEAM.len());
            match line.act {
                Act::Says(..) | Act::Shows(..) => authors.push(line.who),
                Act::Answers(about, _) | Act::InThread(about, _) | Act::Reacts(about, _) => {
                    assert!(about < authors.len());
                }
                Act::Edits(what, _) => assert_eq!(authors[what], line.who),
                Act::Types(_) | Act::Is(_) => {}
            }
        }
    }
}
