//! The pointer over what lies over the chat: choosing in lists, buttons of cards, the wheel.

use super::{Chat, Wish};
use crate::state::Surroundings;
use crate::state::action::Action;
use crate::state::boxes::Hit;
use crate::state::overlay::{Button, Overlay};
use crate::state::pointer::{Gesture, Pointer, WHEEL_ROWS};

impl Chat {
    /// The second of two presses is for what was there before the first.
    pub(super) fn pointed_over(
        &mut self,
        pointer: Pointer,
        is_double: bool,
        around: &Surroundings,
    ) {
        match pointer.gesture {
            Gesture::WheelUp => self.wheel_over(Action::Up, around),
            Gesture::WheelDown => self.wheel_over(Action::Down, around),
            Gesture::Press if !is_double => self.press_over(pointer, around),
            Gesture::Press | Gesture::Drag | Gesture::Release => {}
        }
    }

    fn wheel_over(&mut self, action: Action, around: &Surroundings) {
        let rows = if matches!(self.overlay, Some(Overlay::Card(_))) { WHEEL_ROWS } else { 1 };
        (0..rows).for_each(|_| self.perform_in_overlay(action, around));
    }

    fn press_over(&mut self, pointer: Pointer, around: &Surroundings) {
        let Some(overlay) = &self.overlay else { return };
        match overlay.hit(around.size, pointer) {
            // What is being typed is not lost by a slip of the hand.
            Hit::Outside if matches!(overlay, Overlay::Prompt(_)) => {}
            Hit::Outside => self.perform_in_overlay(Action::Cancel, around),
            Hit::Nothing => {}
            Hit::Reach => self.perform_in_overlay(Action::Widen, around),
            Hit::Choice(at) => {
                self.mark_over(at);
                self.perform_in_overlay(Action::Submit, around);
            }
            Hit::Button(Button::Yes) => self.perform_in_overlay(Action::Submit, around),
            Hit::Button(Button::No) => self.perform_in_overlay(Action::Cancel, around),
            Hit::Button(Button::Does(action)) => self.wish = Some(Wish::Do(action)),
        }
    }

    fn mark_over(&mut self, at: usize) {
        match &mut self.overlay {
            Some(Overlay::Palette(list)) => list.marked = at,
            Some(Overlay::Search(list)) => list.marked = at,
            Some(Overlay::Digest(list)) => list.marked = at,
            Some(Overlay::Threads(list)) => list.marked = at,
            Some(Overlay::Prompt(_) | Overlay::Card(_) | Overlay::Picture(_)) | None => {}
        }
    }
}
