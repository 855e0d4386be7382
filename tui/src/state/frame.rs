//! What is around the chat: keys for the sidebar, buckets of all accounts, who has the keys.

use super::accounts::AccountKey;
use super::action::{Action, Go, Open};
use super::effect::Outgoing;
use super::geometry::{Beside, Geometry, Part, Wanted};
use super::pointer::{DOUBLE_MS, Gesture, Pointer, WHEEL_ROWS};
use super::sidebar::{self, Row};
use super::{Screen, State, Wish};

/// Rows of the sidebar that a page is.
const PAGE_ROWS: isize = 10;

impl State {
    /// What is wanted beside the chat. The chat adds its panel.
    pub(super) fn beside(&self) -> Beside {
        let has_rail = sidebar::buckets(&self.accounts).len() > 1;
        Beside { has_rail, sidebar: self.sidebar.wanted(), panel: Wanted::No }
    }

    /// What the window is called: words of our own, and counts.
    #[must_use]
    pub fn title(&self) -> String {
        let channels = self.accounts.iter().flat_map(|(_, chat)| chat.roster().in_order());
        let (unread, mentions) = channels.fold((0_u64, 0_u64), |(unread, mentions), channel| {
            let counted = if channel.is_muted { 0 } else { channel.unread };
            let calls = if channel.is_direct() { counted } else { channel.mentions };
            (unread.saturating_add(counted), mentions.saturating_add(calls))
        });
        match (mentions, unread) {
            (0, 0) => "pail".to_owned(),
            (0, unread) => format!("pail · {unread} unread"),
            (mentions, unread) => format!("({mentions}) pail · {unread} unread"),
        }
    }

    /// Whether the rail is seen now.
    #[must_use]
    pub fn has_rail(&self) -> bool {
        match self.screen() {
            Screen::Chat(chat) => chat.geometry(&self.around).rail_columns > 0,
            Screen::Welcome(_) => false,
        }
    }

    /// The rows of the sidebar.
    #[must_use]
    pub fn sidebar_rows(&self) -> Vec<Row> {
        self.sidebar.rows(&self.accounts, self.has_rail())
    }

    /// What concerns no single chat. `None` when it is for the chat.
    pub(super) fn perform_in_frame(&mut self, action: Action) -> Option<Vec<Outgoing>> {
        match action {
            Action::Open(Open::Sidebar) => self.toggle_sidebar(),
            Action::Go(Go::Bucket(number)) => return Some(self.go_to_bucket_number(number)),
            Action::Go(Go::NextBucket) => return Some(self.step_bucket(1)),
            Action::Go(Go::PreviousBucket) => return Some(self.step_bucket(-1)),
            Action::Go(Go::NextPart) => self.next_part(),
            _ if self.sidebar.has_keys() => return self.perform_in_sidebar(action),
            _ => return None,
        }
        Some(Vec::new())
    }

    /// Text while the sidebar has the keys. Whether it was for the sidebar.
    pub(super) fn type_in_sidebar(&mut self, text: &str) -> bool {
        match self.sidebar.filter_mut() {
            Some(filter) => {
                filter.insert_line(text);
                self.settle_sidebar();
                true
            }
            None => {
                self.sidebar.give_keys_back();
                false
            }
        }
    }

    fn perform_in_sidebar(&mut self, action: Action) -> Option<Vec<Outgoing>> {
        match action {
            Action::Up => self.step_sidebar(-1),
            Action::Down => self.step_sidebar(1),
            Action::PageUp => self.step_sidebar(-PAGE_ROWS),
            Action::PageDown => self.step_sidebar(PAGE_ROWS),
            Action::Go(Go::First) => self.step_sidebar(isize::MIN),
            Action::Go(Go::Newest) => self.step_sidebar(isize::MAX),
            Action::Submit => return Some(self.go_to_marked()),
            Action::Open(Open::Filter) => self.sidebar.begin_filter(),
            Action::Edit(edit) => {
                if let Some(filter) = self.sidebar.filter_mut() {
                    filter.edit(edit);
                    self.settle_sidebar();
                }
            }
            Action::Cancel if self.sidebar.end_filter() => self.settle_sidebar(),
            Action::Cancel => self.sidebar.give_keys_back(),
            _ => {
                self.sidebar.give_keys_back();
                return None;
            }
        }
        Some(Vec::new())
    }

    /// The pointer did something: over the rail, the sidebar, or the chat.
    pub(super) fn pointed(&mut self, pointer: Pointer) -> Vec<Outgoing> {
        let is_double = self.is_double(pointer);
        if self.help.is_some() || self.sheet.is_some() {
            return match pointer.gesture {
                Gesture::WheelUp => self.perform(Action::Up),
                Gesture::WheelDown => self.perform(Action::Down),
                Gesture::Press | Gesture::Drag | Gesture::Release => Vec::new(),
            };
        }
        let Some(front) = self.shown() else { return Vec::new() };
        let Some(chat) = self.accounts.get(front) else { return Vec::new() };
        let geometry = chat.geometry(&self.around);
        let is_status = pointer.row + 1 >= self.around.size.rows;
        let is_press = pointer.gesture == Gesture::Press;
        let is_free = chat.overlay().is_none() && (!is_press || !is_status);
        if is_free && pointer.column < geometry.rail_columns {
            return if is_press { self.press_on_rail(pointer.row) } else { Vec::new() };
        }
        let is_sidebar = pointer.column < geometry.left_columns();
        if is_free && (is_sidebar || geometry.over == Some(Part::Sidebar)) {
            return self.pointed_at_sidebar(pointer);
        }
        if is_press && is_free {
            self.sidebar.give_keys_back();
        }
        let mut out = self.with(front, |chat, around, _| chat.pointed(pointer, is_double, around));
        out.extend(self.grant_wish(front));
        out
    }

    /// What a chat asks of what is around it.
    pub(super) fn grant_wish(&mut self, front: AccountKey) -> Vec<Outgoing> {
        let mut out = Vec::new();
        let wish = self.accounts.get_mut(front).and_then(|chat| chat.wish.take());
        match wish {
            // Once: what is chosen chooses nothing by itself.
            Some(Wish::Do(action)) => out.extend(self.perform(action)),
            Some(Wish::AddAccount) => out.extend(self.add_account()),
            Some(Wish::Quiet(quiet)) => out.extend(self.keep_quiet(quiet)),
            Some(Wish::Account(key)) => out.extend(self.bring_forward(key)),
            Some(Wish::Message(key, message)) => {
                out.extend(self.bring_forward(key));
                out.extend(self.with(key, |chat, around, _| chat.show_message(message, around)));
            }
            None => {}
        }
        out
    }

    fn is_double(&mut self, pointer: Pointer) -> bool {
        if pointer.gesture != Gesture::Press {
            return false;
        }
        let now = self.around.now;
        let last = self.pressed.replace((now, pointer));
        let is_double = last.is_some_and(|(at, before)| {
            before == pointer && now.as_millis() - at.as_millis() < DOUBLE_MS
        });
        // A third press begins anew.
        self.pressed = self.pressed.filter(|_| !is_double);
        is_double
    }

    fn press_on_rail(&mut self, row: u16) -> Vec<Outgoing> {
        match sidebar::rail(&self.accounts).get(usize::from(row)) {
            Some(Row::Bucket(account, bucket)) => self.go_to_bucket(*account, *bucket),
            Some(Row::Directs(account)) => {
                let directs = self.accounts.get(*account).map(|chat| chat.roster().directs());
                let first = directs.and_then(|directs| directs.max_by_key(|c| c.unread.min(1)));
                let first = first.map(|channel| Row::Channel(*account, channel.id));
                first.map_or_else(Vec::new, |row| self.go_to_row(row))
            }
            _ => Vec::new(),
        }
    }

    fn pointed_at_sidebar(&mut self, pointer: Pointer) -> Vec<Outgoing> {
        let rows = self.sidebar_rows();
        let filter_rows = usize::from(self.sidebar.filter().is_some());
        let room = usize::from(self.around.size.rows.saturating_sub(1)) - filter_rows;
        match pointer.gesture {
            Gesture::WheelUp => {
                self.sidebar.scroll(&rows, room, &self.accounts, -(WHEEL_ROWS as isize));
            }
            Gesture::WheelDown => {
                self.sidebar.scroll(&rows, room, &self.accounts, WHEEL_ROWS as isize);
            }
            Gesture::Press => {
                let first = self.sidebar.first_shown(&rows, room, &self.accounts);
                let at = usize::from(pointer.row).checked_sub(filter_rows);
                let row = at.and_then(|at| rows.get(first + at)).copied();
                return row.map_or_else(Vec::new, |row| self.go_to_row(row));
            }
            Gesture::Drag | Gesture::Release => {}
        }
        Vec::new()
    }

    fn toggle_sidebar(&mut self) {
        match (self.shown(), self.sidebar.has_keys()) {
            (Some(_), true) => self.sidebar.hide(),
            (Some(_), false) => {
                self.sidebar.take_keys(&self.accounts);
                self.arrange();
                self.settle_sidebar();
            }
            (None, _) => {}
        }
    }

    /// From the composer to the sidebar, to the panel, and back.
    fn next_part(&mut self) {
        let Some(front) = self.shown() else { return };
        let Some(chat) = self.accounts.get_mut(front) else { return };
        if self.sidebar.has_keys() {
            self.sidebar.give_keys_back();
            chat.panel_takes_keys();
        } else if !chat.panel_gives_keys_back() {
            self.toggle_sidebar();
        }
    }

    fn step_sidebar(&mut self, step: isize) {
        let rows = self.sidebar_rows();
        self.sidebar.step(&rows, step);
    }

    fn settle_sidebar(&mut self) {
        let rows = self.sidebar_rows();
        self.sidebar.settle(&rows);
    }

    fn go_to_marked(&mut self) -> Vec<Outgoing> {
        match self.sidebar.marked() {
            Some(row) => self.go_to_row(row),
            None => Vec::new(),
        }
    }

    /// Does what choosing a row of the sidebar means.
    pub(super) fn go_to_row(&mut self, row: Row) -> Vec<Outgoing> {
        match row {
            Row::Bucket(account, bucket) => self.sidebar.fold(account, bucket),
            Row::Account(account) => return self.bring_forward(account),
            Row::Channel(account, channel) => {
                self.sidebar.give_keys_back();
                let mut out = self.bring_forward(account);
                out.extend(self.with(account, |chat, around, _| chat.go_to(channel, around)));
                return out;
            }
            Row::Directs(_) | Row::Gap => {}
        }
        Vec::new()
    }

    fn go_to_bucket_number(&mut self, number: u8) -> Vec<Outgoing> {
        let buckets = sidebar::buckets(&self.accounts);
        match usize::from(number).checked_sub(1).and_then(|at| buckets.get(at)) {
            Some((account, bucket)) => self.go_to_bucket(*account, *bucket),
            None => Vec::new(),
        }
    }

    fn step_bucket(&mut self, step: isize) -> Vec<Outgoing> {
        let buckets = sidebar::buckets(&self.accounts);
        let Some(front) = self.accounts.front() else { return Vec::new() };
        let open = self.accounts.chat().and_then(|chat| chat.bucket_in_view());
        let at = open.and_then(|open| buckets.iter().position(|it| *it == (front, open)));
        let count = buckets.len() as isize;
        let to = at.map_or(0, |at| (at as isize + step).rem_euclid(count.max(1)));
        match buckets.get(to as usize) {
            Some((account, bucket)) => self.go_to_bucket(*account, *bucket),
            None => Vec::new(),
        }
    }

    /// Goes to where one was last in a bucket of some account.
    pub(super) fn go_to_bucket(
        &mut self,
        account: AccountKey,
        bucket: pail_protocol::BucketId,
    ) -> Vec<Outgoing> {
        self.sidebar.give_keys_back();
        let mut out = self.bring_forward(account);
        out.extend(self.with(account, |chat, around, _| chat.go_into(bucket, around)));
        out
    }

    /// What is beside the chat may have changed; whether it has.
    pub(super) fn arrange(&mut self) -> bool {
        let beside = self.beside();
        std::mem::replace(&mut self.around.beside, beside) != beside
    }

    /// Whether anything one could use fits on the screen.
    #[must_use]
    pub fn fits(&self) -> bool {
        Geometry::fits(self.around.size)
    }
}
