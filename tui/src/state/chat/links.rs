//! Opening what a message links to: chosen when there are several, and asked first with the whole
//! address, for what a link says and where it leads may differ.

use pail_protocol::MessageId;

use super::Chat;
use crate::state::Surroundings;
use crate::state::overlay::{Card, Confirms, Overlay};
use crate::state::palette::{Choice, Scope, Target};
use crate::state::timeline::Entry;
use crate::text::markup::{Content, Link, Markup};

/// Links of one message that are offered.
const LINKS_MAX: usize = 50;

impl Chat {
    pub(super) fn open_link(&mut self, entry: &Entry, around: &Surroundings) {
        match links(entry).as_slice() {
            [] => self.complain("That message has no link.", around),
            [link] => self.ask_to_open(link),
            _ => self.choose_from(Scope::Links(entry.id), "Open which link?"),
        }
    }

    pub(super) fn open_link_at(&mut self, message: MessageId, at: usize) {
        let link = self.entry_of(message).and_then(|entry| links(entry).into_iter().nth(at));
        if let Some(link) = link {
            self.ask_to_open(&link);
        }
    }

    pub(super) fn link_choices(&self, message: MessageId) -> Vec<Choice> {
        let links = self.entry_of(message).map(links).unwrap_or_default();
        let choice = |(at, link): (usize, &Link)| Choice::new(link.as_str(), "", Target::Link(at));
        links.iter().enumerate().map(choice).collect()
    }

    pub(super) fn ask_to_open(&mut self, link: &Link) {
        let lines = [
            link.as_str(),
            "",
            "Enter opens it in your browser (over SSH it is copied instead), Esc does not.",
        ];
        let confirms = Some(Confirms::OpenLink(link.as_str().to_owned()));
        let card = Card::new("Open this link?", &lines);
        self.overlay = Some(Overlay::Card(Card { confirms, ..card }));
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
