//! What REST calls bring. Lists and pages count only on the connection they were asked on; what a
//! person asked for counts always.

use pail_protocol::channel::Unread;
use pail_protocol::error::ErrorCode;
use pail_protocol::{BucketId, ChannelId, Seq};

use super::net::LOGIN_ENDED;
use super::{Chat, day_in};
use crate::state::Surroundings;
use crate::state::effect::{Call, Effect, Generation};
use crate::state::input::{Answer, Refusal};
use crate::state::overlay::{Card, Overlay, Prompt, Purpose};
use crate::state::page::Page;
use crate::state::random::Random;
use crate::state::roster::{Channel, Home};
use crate::state::timeline::{Entry, Timeline};

impl Call {
    fn is_list(&self) -> bool {
        matches!(self, Self::Buckets | Self::Channels { .. } | Self::Directs | Self::Unread)
    }

    /// The channel of which it fetches a page.
    fn page_of(&self) -> Option<ChannelId> {
        match self {
            Self::HistoryBefore { channel, .. }
            | Self::HistoryAfter { channel, .. }
            | Self::HistoryAround { channel, .. } => Some(*channel),
            _ => None,
        }
    }

    /// Whether it fetches a page of a channel's history.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.page_of().is_some()
    }

    /// Whether the chat cannot go on without the answer. The lists of all one has are never
    /// refused by a server of ours; one bucket or channel may be gone meanwhile.
    fn fails_connection(&self, refusal: &Refusal) -> bool {
        let may_be_gone = self.is_page() || matches!(self, Self::Channels { .. });
        (self.is_list() || self.is_page())
            && !ends_login(refusal)
            && !(refusal.is_final && may_be_gone)
    }

    fn belongs_to_connection(&self) -> bool {
        self.is_list() || self.is_page() || matches!(self, Self::People | Self::MarkRead { .. })
    }
}

fn ends_login(refusal: &Refusal) -> bool {
    let codes = [ErrorCode::NotAuthenticated, ErrorCode::AuthenticationFailed];
    refusal.code.is_some_and(|code| codes.contains(&code))
}

impl Chat {
    /// A call was answered.
    pub(in crate::state) fn answered(
        &mut self,
        generation: Generation,
        call: &Call,
        result: Result<Answer, Refusal>,
        around: &Surroundings,
        random: &mut Random,
    ) -> Vec<Effect> {
        let is_void = call.belongs_to_connection() && generation != self.connection.generation();
        if is_void || self.logged_out.is_some() {
            return Vec::new();
        }
        match result {
            Ok(answer) => self.answer(call, answer, around),
            Err(refusal) if call.fails_connection(&refusal) => {
                self.lost(refusal.sentence, around, random);
                return self.finish(around);
            }
            Err(refusal) => self.refusal(call, &refusal, around),
        }
        if call.is_list() {
            self.list_arrived(around);
        }
        if *call == Call::People {
            self.people_arrived();
        }
        if call.is_list() || *call == Call::People {
            self.renew_palette();
        }
        self.finish(around)
    }

    fn answer(&mut self, call: &Call, answer: Answer, around: &Surroundings) {
        match answer {
            Answer::Buckets(buckets) => {
                self.roster.set_buckets(&buckets);
                for bucket in &buckets {
                    self.lists.awaited += 1;
                    self.call(Call::Channels { bucket: bucket.id });
                }
            }
            Answer::Channels(channels) => {
                if let Call::Channels { bucket } = call {
                    self.roster.set_channels(*bucket, &channels);
                }
            }
            Answer::ChannelMembers(list) => self.members_arrived(call, &list),
            Answer::BucketMembers(list) => self.roles_arrived(call, &list),
            Answer::Directs(directs) => self.roster.set_directs(&directs),
            Answer::People(people) => self.people_listed(&people, around),
            Answer::Unread(rows) => self.lists.unread = rows,
            Answer::History(page) => self.history(call, page, around),
            Answer::MarkedRead(row) => self.marked(row.channel),
            Answer::BucketCreated(bucket) => self.first_channel_of(bucket.id, &bucket.name),
            Answer::ChannelCreated(channel) => {
                let home = channel.bucket.map_or(Home::Direct(None), Home::Bucket);
                self.show_new(Channel::new(channel.id, &channel.name, home, true), around);
            }
            Answer::DirectOpened(channel) => {
                let name = channel.peer.as_ref().map_or(&channel.name, |peer| &peer.name);
                let home = Home::Direct(channel.peer.as_ref().map(|peer| peer.id));
                self.show_new(Channel::new(channel.id, name, home, true), around);
            }
            Answer::AddedToChannel(member) if member.user == self.me.id => {
                self.desired = Some(member.channel);
                self.fetch_lists();
            }
            Answer::AddedToChannel(member) => {
                let label =
                    self.roster.channel(member.channel).map(Channel::label).unwrap_or_default();
                self.say(&format!("{} is now in {label}.", member.user_name), around);
            }
            Answer::AddedToBucket(member) => {
                self.say(&format!("{} is now in the bucket.", member.user_name), around);
            }
            Answer::LeftChannel => {
                if let Call::LeaveChannel { channel } = call {
                    self.forget_channel(*channel, around);
                }
            }
            Answer::Invited(line) => self.show_invite(&line),
            Answer::MarkedUnread(row) => self.marked_unread(&row),
            Answer::Muted(row) => self.set_unread(&row),
            Answer::JoinedChannel(member) => {
                self.desired = Some(member.channel);
                self.fetch_lists();
            }
            Answer::Changed => {
                if let Call::EditMessage { message, text } = call {
                    self.edit_saved(*message, text, around);
                }
            }
            Answer::Found(page) => self.search_found(call, &page),
            Answer::FoundHere(page) => self.search_found_here(call, &page),
            Answer::Message(message) => self.found(&message, around),
            Answer::Threads(messages) => self.inbox_arrived(&messages, around),
            Answer::Thread(page) => self.thread_arrived(call, &page, around),
            Answer::StatusSet(status) => self.status_set(status.as_ref(), around),
            Answer::Renamed => self.name_or_topic_set(call, around),
            Answer::Revisions(revisions) => self.show_history(&revisions, around),
        }
    }

    fn refusal(&mut self, call: &Call, refusal: &Refusal, around: &Surroundings) {
        if ends_login(refusal) {
            return self.end_login(LOGIN_ENDED);
        }
        if let Some(timeline) = call.page_of().and_then(|id| self.timelines.get_mut(&id)) {
            timeline.page_refused();
            self.aim = None;
        }
        match (call, &mut self.overlay) {
            (Call::Thread { root, .. }, _) => {
                if self.thread_refused(*root) {
                    self.complain(refusal.sentence.as_str(), around);
                }
            }
            (Call::Message { .. }, _) => {
                let sentence = format!("That message cannot be shown: {}", refusal.sentence);
                self.complain(&sentence, around);
            }
            (Call::MarkRead { channel, .. }, _) => self.marked(*channel),
            (Call::Search(asked), _) => self.search_refused(asked, refusal),
            (
                Call::CreateBucket { .. }
                | Call::CreateChannel { .. }
                | Call::SetTopic { .. }
                | Call::Rename { .. },
                Some(Overlay::Prompt(prompt)),
            ) => {
                (prompt.is_busy, prompt.error) = (false, Some(refusal.sentence.clone()));
            }
            _ => self.complain(refusal.sentence.as_str(), around),
        }
    }

    fn history(&mut self, call: &Call, page: Page, around: &Surroundings) {
        let page = page.map(|message| Entry::of_message(&message, day_in(around)));
        page.messages.iter().for_each(|entry| self.reconcile(entry, around));
        let Some(channel) = call.page_of() else { return };
        if matches!(call, Call::HistoryAround { .. }) && self.digest_page(channel, &page.messages) {
            return;
        }
        let Some(timeline) = self.timelines.get_mut(&channel) else { return };
        match call {
            Call::HistoryBefore { before, .. } => timeline.page_before(*before, page),
            Call::HistoryAfter { channel, after } => {
                timeline.page_after(*after, page);
                self.aim_has_come(*channel);
            }
            // What was left meanwhile stays as it was left.
            Call::HistoryAround { channel, .. } if self.current == Some(*channel) => {
                timeline.page_around(page);
                self.aim_has_come(*channel);
            }
            _ => {}
        }
    }

    fn list_arrived(&mut self, around: &Surroundings) {
        self.lists.awaited = self.lists.awaited.saturating_sub(1);
        if self.lists.awaited > 0 {
            return;
        }
        for row in std::mem::take(&mut self.lists.unread) {
            self.set_unread(&row);
        }
        let is_start = !self.lists.have_arrived && self.away_since.is_none();
        self.lists.have_arrived = true;
        self.settle(around);
        self.offer_digest(is_start, around);
        self.remember_soon(around);
        if std::mem::take(&mut self.lists.again) {
            self.fetch_lists();
        }
    }

    fn people_arrived(&mut self) {
        self.lists.people_awaited = false;
        if std::mem::take(&mut self.lists.people_again) {
            self.fetch_people();
        }
    }

    pub(super) fn set_unread(&mut self, row: &Unread) {
        let (me, timeline) = (self.me.id, self.timelines.get(&row.channel));
        let of_others = |beyond: Seq| {
            let entries = timeline.into_iter().flat_map(Timeline::entries);
            let of_others = entries.filter(|entry| entry.seq > beyond && entry.author != me);
            of_others.fold((0, 0), |(unread, mentions), entry| {
                (unread + 1, mentions + u64::from(entry.calls(me)))
            })
        };
        let is_settled = self.is_settled(row.channel);
        self.roster.set_unread(row, is_settled, of_others);
        if let Some(mark) = self.marks.get_mut(&row.channel).filter(|_| is_settled) {
            (mark.wanted, mark.posted) = (row.read_seq, row.read_seq);
        }
    }

    /// What was marked unread stays so while one looks at it; the line says from where on.
    fn marked_unread(&mut self, row: &Unread) {
        self.roster.set_unread(row, true, |_| (0, 0));
        self.marks.insert(row.channel, super::Mark::default());
        if self.current == Some(row.channel) {
            self.held = self.current;
            if let Some(timeline) = self.timelines.get_mut(&row.channel) {
                timeline.seen_to = Some(row.read_seq);
            }
        }
    }

    fn marked(&mut self, channel: ChannelId) {
        if let Some(mark) = self.marks.get_mut(&channel) {
            mark.in_flight = false;
        }
    }

    fn show_new(&mut self, channel: Channel, around: &Surroundings) {
        let id = channel.id;
        self.roster.put(channel);
        self.timelines.entry(id).or_insert_with(|| Timeline::starting_after(Seq(0)));
        self.overlay = None;
        self.walk = None;
        self.leave_place();
        self.open_channel(id, around);
    }

    fn first_channel_of(&mut self, bucket: BucketId, name: &str) {
        self.fetch_lists();
        let title = format!("Name of the first channel in {name}");
        self.overlay = Some(Overlay::Prompt(Prompt::new(&title, Purpose::CreateChannel(bucket))));
    }

    /// Whoever is typing somewhere else is not interrupted.
    fn show_invite(&mut self, line: &str) {
        if self.overlay.is_some() {
            return;
        }
        let lines = [
            "Send this line to whoever shall join:",
            "",
            line,
            "",
            "It works for a week, for 25 people.",
        ];
        self.overlay = Some(Overlay::Card(Card::new("Invite", &lines)));
    }
}
