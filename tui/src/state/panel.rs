//! The panel right of the chat: what it shows, and whether it has the keys.
//!
//! Only what a panel is made of is here; what changes it is in `chat`, a file per kind.

use std::collections::BTreeMap;

use pail_protocol::bucket::{BucketMember, Role};
use pail_protocol::channel::ChannelMember;
use pail_protocol::{ChannelId, UserId};

use super::boxes;
use super::geometry::Wanted;
use super::input::Size;
use super::roster::Roster;
use super::thread::Thread;
use crate::text::SafeText;

/// An open panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// What it shows.
    pub shows: Shows,
    /// Whether it has the keys.
    pub has_keys: bool,
}

/// What a panel can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows {
    /// Who is in the open channel.
    Members(Members),
    /// A thread.
    Thread(Thread),
}

/// Who is in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// Which channel.
    pub channel: ChannelId,
    /// The marked one.
    pub marked: Option<UserId>,
    /// Everybody, once they are known.
    list: Option<Vec<Member>>,
    roles: BTreeMap<UserId, Role>,
    /// Whether the list is on its way, or not to be had.
    pub(super) is_asked: bool,
}

/// Somebody in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub id: UserId,
    /// Their full name.
    pub name: SafeText,
    /// What mentions name.
    pub username: SafeText,
}

impl Panel {
    /// What it asks of the geometry.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        if self.has_keys { Wanted::WithKeys } else { Wanted::Beside }
    }
}

impl Members {
    /// A list that is still to come.
    #[must_use]
    pub fn of(channel: ChannelId) -> Self {
        let (list, roles) = (None, BTreeMap::new());
        Self { channel, marked: None, list, roles, is_asked: false }
    }

    /// Takes in the list.
    pub fn set(&mut self, members: &[ChannelMember]) {
        let member = |member: &ChannelMember| Member {
            id: member.user,
            name: SafeText::name(&member.user_name),
            username: SafeText::name(&member.username),
        };
        self.list = Some(members.iter().map(member).collect());
    }

    /// Takes in who has which role in the bucket around it.
    pub fn set_roles(&mut self, members: &[BucketMember]) {
        self.roles = members.iter().map(|member| (member.user, member.role)).collect();
    }

    /// What somebody may do that not every member may, in a word.
    #[must_use]
    pub fn role_of(&self, user: UserId) -> Option<&'static str> {
        match self.roles.get(&user)? {
            Role::Admin => Some("admin"),
            Role::Moderator => Some("moderator"),
            Role::Member => None,
        }
    }

    /// Whether the list has come.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.list.is_some()
    }

    /// Everybody, those who are there first.
    #[must_use]
    pub fn rows(&self, roster: &Roster) -> Vec<&Member> {
        let mut rows: Vec<&Member> = self.list.iter().flatten().collect();
        rows.sort_by_key(|it| (!roster.is_online(it.id), it.name.as_str().to_lowercase()));
        rows
    }

    /// The first of so many rows below the title that are seen.
    #[must_use]
    pub fn first_shown(&self, roster: &Roster, room: usize) -> usize {
        let rows = self.rows(roster);
        let at = rows.iter().position(|member| Some(member.id) == self.marked);
        boxes::first_shown(at.unwrap_or(0), room)
    }

    /// Who is on a row of the screen.
    #[must_use]
    pub fn at_row(&self, roster: &Roster, screen: Size, row: u16) -> Option<UserId> {
        // Title above, status below.
        let room = usize::from(screen.rows.saturating_sub(2));
        let down = usize::from(row).checked_sub(1).filter(|down| *down < room)?;
        let at = self.first_shown(roster, room) + down;
        self.rows(roster).get(at).map(|member| member.id)
    }

    /// Marks somebody so many rows further.
    pub fn step(&mut self, roster: &Roster, step: isize) {
        let rows = self.rows(roster);
        let last = rows.len().saturating_sub(1) as isize;
        let at = rows.iter().position(|member| Some(member.id) == self.marked);
        let to = at.map_or(0, |at| (at as isize).saturating_add(step).clamp(0, last));
        self.marked = rows.get(to as usize).map(|member| member.id);
    }
}
