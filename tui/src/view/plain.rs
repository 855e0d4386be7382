//! The chat as lines of text, for screen readers, dumb terminals and pipes: what is new since the last
//! time, each line whole in itself. No colours, no boxes, no cursor; it prints nothing itself.

use std::collections::BTreeMap;

use pail_protocol::{ChannelId, Nonce, Seq, Timestamp};

use crate::state::chat::Chat;
use crate::state::clock::moment;
use crate::state::connection::Link;
use crate::state::entry::Entry;
use crate::state::outbox::Progress;
use crate::state::overlay::Overlay;
use crate::state::roster::Channel;
use crate::state::slash::COMMANDS;
use crate::state::timeline::Timeline;
use crate::state::{AccountKey, State, Surroundings};
use crate::text::SafeText;

/// Messages told of a channel that is opened.
pub const OPENING_MESSAGES: usize = 10;

/// What has been told so far.
#[derive(Debug, Default)]
pub struct Transcript {
    accounts: BTreeMap<AccountKey, Told>,
    has_helped: bool,
    has_left: bool,
}

/// What has been told of one account.
#[derive(Debug, Default)]
struct Told {
    is_live: Option<bool>,
    notice: Option<(SafeText, Timestamp)>,
    warning: Option<SafeText>,
    overlay: Vec<String>,
    open: Option<ChannelId>,
    /// Up to where each channel has been told.
    channels: BTreeMap<ChannelId, Seq>,
    refused: Vec<Nonce>,
}

impl Transcript {
    /// What is new, as lines.
    pub fn news(&mut self, state: &State) -> Vec<String> {
        let mut lines = Vec::new();
        let has_left = !self.accounts.is_empty() && state.accounts.front().is_none();
        if has_left && !std::mem::replace(&mut self.has_left, has_left) {
            lines.push("You are logged out. Start pail again to log in.".to_owned());
        }
        if state.help.is_some() && !self.has_helped {
            lines.extend(commands());
        }
        self.has_helped = state.help.is_some();
        let front = state.accounts.front();
        for (key, chat) in state.accounts.iter() {
            let told = self.accounts.entry(key).or_default();
            told.connection(chat, &mut lines);
            told.sentences(chat, &mut lines);
            if front == Some(key) {
                told.overlay(chat, &mut lines);
                told.opened(chat, &state.around, &mut lines);
            }
            told.messages(chat, &state.around, &mut lines);
            told.refused(chat, &mut lines);
        }
        lines
    }
}

impl Told {
    fn connection(&mut self, chat: &Chat, lines: &mut Vec<String>) {
        let (server, me) = (&chat.me().server, &chat.me().username);
        match chat.connection().link() {
            Link::Live { .. } if self.is_live != Some(true) => {
                self.is_live = Some(true);
                lines.push(format!("Connected to {server} as {me}."));
            }
            Link::Offline { reason, .. } if self.is_live != Some(false) => {
                self.is_live = Some(false);
                lines.push(format!(
                    "Not connected to {server}: {reason}. What you write is kept, and goes out later."
                ));
            }
            _ => {}
        }
    }

    fn sentences(&mut self, chat: &Chat, lines: &mut Vec<String>) {
        let notice = chat.notice().map(|notice| (notice.text.clone(), notice.until));
        if notice != self.notice {
            lines.extend(notice.iter().map(|(text, _)| text.to_string()));
            self.notice = notice;
        }
        if chat.warning() != self.warning.as_ref() {
            self.warning = chat.warning().cloned();
            lines.extend(self.warning.iter().map(|warning| format!("Warning: {warning}.")));
        }
    }

    fn overlay(&mut self, chat: &Chat, lines: &mut Vec<String>) {
        let now = chat.overlay().map(in_lines).unwrap_or_default();
        if now != self.overlay {
            lines.extend(now.iter().cloned());
            self.overlay = now;
        }
    }

    /// A channel that was opened, and the end of what was said in it.
    fn opened(&mut self, chat: &Chat, around: &Surroundings, lines: &mut Vec<String>) {
        let Some((channel, timeline)) = chat.current().zip(chat.timeline()) else { return };
        if self.open == Some(channel.id) || (timeline.is_empty() && !timeline.is_complete()) {
            return;
        }
        self.open = Some(channel.id);
        lines.push(format!("Now in {}.", channel.label()));
        let mut last: Vec<&Entry> = timeline.entries().rev().take(OPENING_MESSAGES).collect();
        last.reverse();
        lines.extend(last.into_iter().flat_map(|entry| said(entry, channel, chat, around)));
        self.channels.insert(channel.id, timeline.cursor());
    }

    fn messages(&mut self, chat: &Chat, around: &Surroundings, lines: &mut Vec<String>) {
        for (id, timeline) in chat.timelines() {
            let told = self.channels.entry(id).or_insert_with(|| known_from(timeline, chat));
            let Some(channel) = chat.roster().channel(id) else { continue };
            let fresh = timeline.entries().filter(|entry| entry.seq > *told);
            lines.extend(fresh.flat_map(|entry| said(entry, channel, chat, around)));
            *told = timeline.cursor().max(*told);
        }
    }

    fn refused(&mut self, chat: &Chat, lines: &mut Vec<String>) {
        let refused: Vec<_> = chat.unsendable().collect();
        for unsent in &refused {
            if let Progress::Refused(reason) = &unsent.progress
                && !self.refused.contains(&unsent.nonce)
            {
                lines.push(format!("Not sent: {reason}. It said: {}", unsent.shown));
            }
        }
        self.refused = refused.into_iter().map(|unsent| unsent.nonce.clone()).collect();
    }
}

/// What can be written instead of a message.
fn commands() -> impl Iterator<Item = String> {
    COMMANDS.iter().map(|command| {
        let name = command.names.first().copied().unwrap_or_default();
        let takes =
            if command.takes.is_empty() { String::new() } else { format!(" {}", command.takes) };
        format!("/{name}{takes}: {}", command.help)
    })
}

/// What of a channel counts as told when it is first seen: everything before the connection is live,
/// and what was read.
fn known_from(timeline: &Timeline, chat: &Chat) -> Seq {
    if chat.connection().is_live() {
        timeline.entries().next().map_or(timeline.cursor(), |first| Seq(first.seq.0 - 1))
    } else {
        timeline.cursor()
    }
}

/// A message as lines: who, where, when and what; what follows its first line is indented.
fn said(entry: &Entry, channel: &Channel, chat: &Chat, around: &Surroundings) -> Vec<String> {
    let place = match (channel.is_direct(), entry.author == chat.me().id) {
        (true, true) => format!("to {}", channel.label()),
        (true, false) => "to you".to_owned(),
        (false, _) => format!("in {}", channel.label()),
    };
    let thread = if entry.thread.is_some() { ", in a thread" } else { "" };
    let mut text = entry.text.as_str().lines();
    let first = if entry.is_deleted { "(deleted)" } else { text.next().unwrap_or_default() };
    let at = moment(entry.at, around);
    let mut lines = vec![format!("{} {place}{thread}, {at}: {first}", entry.name)];
    lines.extend(text.map(|line| format!("  {line}")));
    lines.extend(entry.files.iter().map(|file| format!("  File: {}", file.name)));
    lines
}

fn in_lines(overlay: &Overlay) -> Vec<String> {
    match overlay {
        Overlay::Card(card) => {
            let mut lines = vec![format!("{}:", card.title)];
            lines.extend(card.lines.iter().map(|line| format!("  {line}")));
            lines.push("An empty line goes on, /cancel goes back.".to_owned());
            lines
        }
        Overlay::Prompt(prompt) => {
            let error = prompt.error.iter().map(|error| format!("{error}."));
            let asks = format!("{}? Write it, or /cancel.", prompt.title);
            error.chain([asks]).collect()
        }
        Overlay::Palette(palette) => {
            let mut lines = vec![format!("{}:", palette.title)];
            let first = palette.matches().take(OPENING_MESSAGES);
            lines.extend(first.map(|(choice, _)| format!("  {}", choice.label)));
            lines.push(
                "Write what you look for; the best match is taken. /cancel goes back.".into(),
            );
            lines
        }
        _ => Vec::new(),
    }
}
