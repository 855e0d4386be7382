//! Where one has been: the channels last looked at, and the way back and forward.
//!
//! It remembers; going there is the chat's business.

use std::collections::VecDeque;

use pail_protocol::ChannelId;

use super::timeline::Scroll;

/// Channels that are remembered as recent.
pub const RECENTS_MAX: usize = 50;
/// Steps back, and steps forward, that are remembered.
pub const STEPS_MAX: usize = 100;

/// A channel, and what of it was on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The channel.
    pub channel: ChannelId,
    /// What was on the last row.
    pub scroll: Scroll,
}

/// The places one has been to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    recents: VecDeque<ChannelId>,
    back: VecDeque<Place>,
    forward: Vec<Place>,
}

impl Places {
    /// What an earlier run left.
    #[must_use]
    pub fn restored(recents: Vec<ChannelId>) -> Self {
        Self { recents: recents.into_iter().take(RECENTS_MAX).collect(), ..Self::default() }
    }

    /// The channels last looked at, newest first; the open one is the first.
    pub fn recents(&self) -> impl ExactSizeIterator<Item = ChannelId> {
        self.recents.iter().copied()
    }

    /// How many channels were looked at since.
    #[must_use]
    pub fn age(&self, channel: ChannelId) -> Option<usize> {
        self.recents.iter().position(|recent| *recent == channel)
    }

    /// Whether there is a step back.
    #[must_use]
    pub fn can_go_back(&self) -> bool {
        !self.back.is_empty()
    }

    /// Whether there is a step forward.
    #[must_use]
    pub fn can_go_forward(&self) -> bool {
        !self.forward.is_empty()
    }

    /// A channel is looked at.
    pub fn look(&mut self, channel: ChannelId) {
        self.recents.retain(|recent| *recent != channel);
        self.recents.push_front(channel);
        self.recents.truncate(RECENTS_MAX);
    }

    /// A place is left for one that was not on the way back.
    pub fn leave(&mut self, from: Place) {
        self.forward.clear();
        push(&mut self.back, from);
    }

    /// One step back from a place.
    pub fn back(&mut self, from: Option<Place>) -> Option<Place> {
        let to = self.back.pop_back()?;
        self.forward.extend(from);
        Some(to)
    }

    /// One step forward from a place.
    pub fn forward(&mut self, from: Option<Place>) -> Option<Place> {
        let to = self.forward.pop()?;
        from.into_iter().for_each(|from| push(&mut self.back, from));
        Some(to)
    }

    /// A channel is gone, and all ways to it.
    pub fn forget(&mut self, channel: ChannelId) {
        self.recents.retain(|recent| *recent != channel);
        self.back.retain(|place| place.channel != channel);
        self.forward.retain(|place| place.channel != channel);
    }
}

fn push(steps: &mut VecDeque<Place>, place: Place) {
    if steps.back() != Some(&place) {
        steps.push_back(place);
    }
    if steps.len() > STEPS_MAX {
        steps.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use pail_protocol::ChannelId;

    use super::{Place, Places, RECENTS_MAX, STEPS_MAX};
    use crate::state::timeline::Scroll;

    fn place(id: i64) -> Place {
        Place { channel: ChannelId(id), scroll: Scroll::Bottom }
    }

    #[test]
    fn back_and_forward_are_one_way_until_one_turns_off() {
        let mut places = Places::default();
        places.leave(place(1));
        places.leave(place(2));
        assert_eq!(places.back(Some(place(3))), Some(place(2)));
        assert_eq!(places.back(Some(place(2))), Some(place(1)));
        assert_eq!(places.back(Some(place(1))), None);
        assert_eq!(places.forward(Some(place(1))), Some(place(2)));
        places.leave(place(2));
        assert_eq!(places.forward(Some(place(9))), None);
        assert_eq!(places.back(Some(place(9))), Some(place(2)));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_forgotten_with_its_channel() {
        let mut places = Places::default();
        for id in 0..1_000 {
            places.look(ChannelId(id));
            places.leave(place(id));
        }
        assert_eq!((places.recents().len(), places.back.len()), (RECENTS_MAX, STEPS_MAX));
        assert_eq!(places.age(ChannelId(998)), Some(1));
        places.forget(ChannelId(999));
        assert_eq!(places.age(ChannelId(998)), Some(0));
        assert_eq!(places.back(None), Some(place(998)));
    }
}
