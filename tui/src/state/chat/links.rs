//! Opening what a message links to: chosen when there are several, and asked first with the whole
//! address, for what a link says and where it leads may differ. What leads to a message of one of
//! our accounts is gone to.

use pail_protocol::{ChannelId, MessageId};

use super::Chat;
use crate::state::accounts::AccountKey;
use crate::state::effect::Effect;
use crate::state::overlay::{Card, Confirms, Overlay};
use crate::state::palette::{Choice, Scope, Target};
use crate::state::permalink::Permalink;
use crate::state::timeline::Entry;
use crate::state::{Surroundings, Wish};
use crate::text::located::Located;
use crate::text::markup::{Content, Link, Markup};

/// Links of one message that are offered.
const LINKS_MAX: usize = 50;

/// What is said of a link to a message where we have no account.
const ELSEWHERE: &str = "It leads to a message on a server where you are not logged in.";

impl Chat {
    pub(super) fn open_link(&mut self, entry: &Entry, around: &Surroundings) {
        match self.leads(entry).as_slice() {
            [] => self.complain("That message has no link.", around),
            [lead] => self.follow_lead(lead, around),
            _ => self.choose_from(Scope::Links(entry.id), "Open what?"),
        }
    }

    pub(super) fn open_link_at(&mut self, message: MessageId, at: usize, around: &Surroundings) {
        let lead = self.entry_of(message).and_then(|entry| self.leads(entry).into_iter().nth(at));
        if let Some(lead) = lead {
            self.follow_lead(&lead, around);
        }
    }

    /// Its links, then the files it names that are there.
    fn leads(&self, entry: &Entry) -> Vec<Lead> {
        let mut files: Vec<Located> = Vec::new();
        for (_, file) in self.nearby.places(entry.text.as_str()) {
            if files.len() < LINKS_MAX && !files.contains(&file) {
                files.push(file);
            }
        }
        let links = links(entry).into_iter().map(Lead::Link);
        links.chain(files.into_iter().map(Lead::File)).collect()
    }

    fn follow_lead(&mut self, lead: &Lead, around: &Surroundings) {
        match lead {
            Lead::Link(link) => self.follow(link, around),
            Lead::File(file) => self.out.push(Effect::OpenFile(file.clone())),
        }
    }

    pub(super) fn link_choices(&self, message: MessageId) -> Vec<Choice> {
        let leads = self.entry_of(message).map(|entry| self.leads(entry)).unwrap_or_default();
        let choice = |(at, lead): (usize, &Lead)| match lead {
            Lead::File(file) => Choice::new(&file.shown(), "in your editor", Target::Link(at)),
            Lead::Link(link) => {
                let place = Permalink::parse(link.as_str()).and_then(|place| self.place_of(&place));
                let detail = place.map(|place| place.words(self)).unwrap_or_default();
                Choice::new(link.as_str(), &detail, Target::Link(at))
            }
        };
        leads.iter().enumerate().map(choice).collect()
    }

    /// What leads to a message of one of our accounts goes there; about the rest it is asked.
    pub(super) fn follow(&mut self, link: &Link, around: &Surroundings) {
        let place = Permalink::parse(link.as_str());
        match place.as_ref().map(|place| self.place_of(place)) {
            Some(Some(found)) => self.go_to_place(&found, around),
            Some(None) => self.ask_to_open(link, Some(ELSEWHERE)),
            None => self.ask_to_open(link, None),
        }
    }

    /// Where a link to a message leads, if one of our accounts is on its server: this one first, but
    /// another one when this one has no such channel.
    pub(super) fn place_of(&self, link: &Permalink) -> Option<Found> {
        let is_here = link.is_on(self.me.server.as_str());
        let is_listed = self.roster.channel(link.channel).is_some_and(|channel| channel.is_member);
        let found = |account| Found { account, channel: link.channel, message: link.message };
        let mut others = self.neighbours.iter();
        let other = others.find(|other| link.is_on(other.server.as_str()));
        match (is_here, is_listed, other) {
            (true, true, _) | (true, false, None) => Some(found(None)),
            (_, _, Some(other)) => Some(found(Some(other.key))),
            (false, _, None) => None,
        }
    }

    pub(super) fn go_to_place(&mut self, found: &Found, around: &Surroundings) {
        self.overlay = None;
        match found.account {
            None => self.jump_to_known(found.message, around),
            Some(account) => self.wish = Some(Wish::Message(account, found.message)),
        }
    }

    fn ask_to_open(&mut self, link: &Link, remark: Option<&str>) {
        let mut lines = vec![link.as_str(), ""];
        lines.extend(remark.into_iter().flat_map(|remark| [remark, ""]));
        lines.push("Enter opens it in your browser (over SSH it is copied instead), Esc does not.");
        let confirms = Some(Confirms::OpenLink(link.as_str().to_owned()));
        let card = Card::new("Open this link?", &lines);
        self.overlay = Some(Overlay::Card(Card { confirms, ..card }));
    }
}

/// What a message leads to.
#[derive(Debug)]
enum Lead {
    /// A link.
    Link(Link),
    /// A file of this machine.
    File(Located),
}

/// A message of one of our accounts.
#[derive(Debug)]
pub(super) struct Found {
    /// Another account than this one.
    account: Option<AccountKey>,
    channel: ChannelId,
    message: MessageId,
}

impl Found {
    fn words(&self, chat: &Chat) -> String {
        let listed = chat.roster.channel(self.channel).filter(|_| self.account.is_none());
        let other = chat.neighbours.iter().find(|other| Some(other.key) == self.account);
        match (listed, other) {
            (Some(channel), _) => format!("a message in {}", channel.label()),
            (None, Some(other)) => format!("a message of {}", other.label),
            (None, None) => "a message".to_owned(),
        }
    }
}

/// The links of a message, each once, in the order in which they stand.
fn links(entry: &Entry) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for block in Markup::read(entry.raw()).blocks {
        let Content::Text(spans) = block.content else { continue };
        for link in spans.into_iter().filter_map(|span| span.link) {
            if links.len() < LINKS_MAX && !links.contains(&link) {
                links.push(link);
            }
        }
    }
    links
}
