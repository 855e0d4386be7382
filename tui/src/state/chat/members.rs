//! The panel beside the chat, and the members of the open channel in it.

use pail_protocol::bucket::{BucketMember, Role};
use pail_protocol::channel::ChannelMember;
use pail_protocol::{BucketId, ChannelId, UserId};

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::{Action, Go, OnMember};
use crate::state::effect::Call;
use crate::state::geometry::Wanted;
use crate::state::overlay::{Card, Confirms, Overlay};
use crate::state::palette::Scope;
use crate::state::panel::{Members, Panel, Shows};
use crate::state::roster::Home;

/// Rows that a page is.
const PAGE_ROWS: isize = 10;

impl Chat {
    /// What is open beside the chat.
    #[must_use]
    pub fn panel(&self) -> Option<&Panel> {
        self.panel.as_ref()
    }

    pub(super) fn panel_wanted(&self) -> Wanted {
        self.panel.as_ref().map_or(Wanted::No, Panel::wanted)
    }

    pub(super) fn panel_has_keys(&self) -> bool {
        self.panel.as_ref().is_some_and(|panel| panel.has_keys)
    }

    /// The keys are for the list of members.
    pub(super) fn members_have_keys(&self) -> bool {
        self.panel_has_keys() && self.thread().is_none()
    }

    /// The keys go to the panel, if there is one.
    pub(in crate::state) fn panel_takes_keys(&mut self) {
        if let Some(panel) = &mut self.panel {
            panel.has_keys = true;
        }
    }

    /// The keys go back to the composer. Whether the panel had them.
    pub(in crate::state) fn panel_gives_keys_back(&mut self) -> bool {
        let panel = self.panel.as_mut();
        panel.is_some_and(|panel| std::mem::replace(&mut panel.has_keys, false))
    }

    /// Opened with the keys; put away when it has them, or gets them when it has not.
    pub(super) fn toggle_members(&mut self) {
        match (&mut self.panel, self.current) {
            (Some(Panel { shows: Shows::Members(_), has_keys }), _) if !*has_keys => {
                *has_keys = true;
            }
            (Some(Panel { shows: Shows::Members(_), .. }), _) => self.panel = None,
            (_, Some(channel)) => {
                let shows = Shows::Members(Members::of(channel));
                self.panel = Some(Panel { shows, has_keys: true });
            }
            (_, None) => {}
        }
    }

    pub(super) fn perform_in_members(&mut self, action: Action, around: &Surroundings) {
        let Some(Panel { shows: Shows::Members(members), .. }) = &mut self.panel else { return };
        let (channel, marked) = (members.channel, members.marked);
        match action {
            Action::Up => members.step(&self.roster, -1),
            Action::Down => members.step(&self.roster, 1),
            Action::PageUp => members.step(&self.roster, -PAGE_ROWS),
            Action::PageDown => members.step(&self.roster, PAGE_ROWS),
            Action::Go(Go::First) => members.step(&self.roster, isize::MIN),
            Action::Go(Go::Newest) => members.step(&self.roster, isize::MAX),
            Action::Submit => self.write_to(marked),
            Action::Member(OnMember::Add) => self.add_member(channel, around),
            Action::Member(OnMember::Remove) => self.ask_to_remove(channel, marked, around),
            _ => drop(self.panel_gives_keys_back()),
        }
    }

    /// The list follows the open channel.
    pub(super) fn follow_with_members(&mut self) {
        let (current, is_live) = (self.current, self.connection.is_live());
        let Some(Panel { shows: Shows::Members(members), .. }) = &mut self.panel else { return };
        let Some(current) = current else { return };
        if members.channel != current {
            *members = Members::of(current);
        }
        if is_live && !std::mem::replace(&mut members.is_asked, true) {
            self.call(Call::ChannelMembers { channel: current });
            let bucket = self.bucket_of(current);
            bucket.into_iter().for_each(|bucket| self.call(Call::BucketMembers { bucket }));
        }
        if let Some(Panel { shows: Shows::Members(members), .. }) = &mut self.panel {
            // Whoever was marked may be gone: then the first is.
            members.step(&self.roster, 0);
        }
    }

    pub(super) fn members_arrived(&mut self, call: &Call, list: &[ChannelMember]) {
        if let Some(Panel { shows: Shows::Members(members), .. }) = &mut self.panel
            && *call == (Call::ChannelMembers { channel: members.channel })
        {
            members.set(list);
        }
    }

    pub(super) fn roles_arrived(&mut self, call: &Call, list: &[BucketMember]) {
        let Some(Panel { shows: Shows::Members(members), .. }) = &self.panel else { return };
        let bucket = self.bucket_of(members.channel);
        if let Some(Panel { shows: Shows::Members(members), .. }) = &mut self.panel
            && bucket.is_some_and(|bucket| *call == Call::BucketMembers { bucket })
        {
            members.set_roles(list);
        }
    }

    /// Somebody may do something else from now on.
    pub(super) fn roles_changed(&mut self, bucket: BucketId) {
        let Some(Panel { shows: Shows::Members(members), .. }) = &self.panel else { return };
        if self.bucket_of(members.channel) == Some(bucket) {
            self.members_changed(members.channel);
        }
    }

    fn bucket_of(&self, channel: ChannelId) -> Option<BucketId> {
        match self.roster.channel(channel)?.home {
            Home::Bucket(bucket) => Some(bucket),
            Home::Direct(_) => None,
        }
    }

    /// Somebody came or went.
    pub(super) fn members_changed(&mut self, changed: ChannelId) {
        if let Some(Panel { shows: Shows::Members(members), .. }) = &mut self.panel
            && members.channel == changed
        {
            members.is_asked = false;
        }
    }

    pub(super) fn write_to(&mut self, user: Option<UserId>) {
        if let Some(user) = user.filter(|user| *user != self.me.id) {
            self.panel_gives_keys_back();
            self.call(Call::OpenDirect { user });
        }
    }

    fn add_member(&mut self, channel: ChannelId, around: &Surroundings) {
        if !self.moderates(channel) {
            return self.complain("Only moderators and admins add people here.", around);
        }
        let title = format!("Add whom to {}?", self.label(channel));
        self.open_palette(Scope::AddToChannel(channel), &title);
    }

    fn ask_to_remove(&mut self, channel: ChannelId, user: Option<UserId>, around: &Surroundings) {
        let Some(user) = user else { return };
        if !self.moderates(channel) {
            return self.complain("Only moderators and admins remove people here.", around);
        }
        let name = self.member_name(user);
        let title = format!("Remove {name} from {}?", self.label(channel));
        let lines = ["They can be added again.", "", "Enter removes them, Esc does not."];
        let confirms = Some(Confirms::Call(Call::RemoveFromChannel { channel, user }));
        self.overlay = Some(Overlay::Card(Card { confirms, ..Card::new(&title, &lines) }));
    }

    fn member_name(&self, user: UserId) -> String {
        let Some(Panel { shows: Shows::Members(members), .. }) = &self.panel else {
            return String::new();
        };
        let rows = members.rows(&self.roster);
        let member = rows.iter().find(|member| member.id == user);
        member.map(|member| member.name.to_string()).unwrap_or_default()
    }

    /// Whether we may add and remove people there.
    fn moderates(&self, channel: ChannelId) -> bool {
        let bucket = self.bucket_of(channel).and_then(|bucket| self.roster.bucket(bucket));
        bucket.is_some_and(|bucket| bucket.role >= Role::Moderator)
    }
}
