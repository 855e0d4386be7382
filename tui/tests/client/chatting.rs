//! Reading, writing, going elsewhere: what keys and messages of others do.

use pail::state::draft::DRAFT_BYTES_MAX;
use pail::state::effect::Effect;
use pail::state::notices::NOTICE_MS;
use pail::state::overlay::Overlay;
use pail::state::timeline::{OPEN_MESSAGES_MAX, Scroll};
use pail::state::{Answer, Call, Input};
use pail_protocol::channel::{Channel, ChannelType};
use pail_protocol::frame::{ChannelCreated, MemberAdded, MemberRemoved, ReadUpdated, ServerFrame};
use pail_protocol::{BucketId, ChannelId, Seq, Timestamp, UserId};

use crate::harness::{
    ANA, BEA_LIND, DIRECT, GENERAL, OPS, calls, connecting, live, page, posted, refused, sent,
    unread,
};

fn mark(channel: i64, seq: i64) -> Call {
    Call::MarkRead { channel: ChannelId(channel), seq: Seq(seq) }
}

#[test]
fn what_is_seen_is_marked_read_and_what_is_not_is_counted() {
    let mut app = live();
    let effects = app.frame(posted(GENERAL, 1, BEA_LIND, "seen"));
    assert_eq!(calls(&effects), [&mark(GENERAL, 1)]);
    let effects = app.frame(posted(OPS, 1, BEA_LIND, "elsewhere"));
    assert_eq!(calls(&effects), Vec::<&Call>::new());
    assert_eq!((app.unread(GENERAL), app.unread(OPS)), (0, 1));
}

#[test]
fn marks_do_not_pile_up() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "one"));
    for seq in 2..=9 {
        assert_eq!(calls(&app.frame(posted(GENERAL, seq, BEA_LIND, "more"))).len(), 0);
    }
    let row = unread(GENERAL, 1, 1, 0);
    let effects = app.answer(|call| *call == mark(GENERAL, 1), Ok(Answer::MarkedRead(row)));
    assert_eq!(calls(&effects), [&mark(GENERAL, 9)]);
}

#[test]
fn an_unfocused_terminal_reads_nothing_and_calls_for_mentions() {
    let mut app = live();
    app.input(Input::Focus(false));
    let effects = app.frame(posted(GENERAL, 1, BEA_LIND, "nothing special"));
    assert_eq!(effects, []);
    let effects = app.frame(posted(GENERAL, 2, BEA_LIND, "look, @Ana"));
    let [Effect::Bell, Effect::Notify(notification)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(notification.title.as_str(), "Bea Lind in #general");
    assert_eq!(app.unread(GENERAL), 2);
    assert_eq!(calls(&app.input(Input::Focus(true))), [&mark(GENERAL, 2)]);
}

#[test]
fn the_first_direct_message_from_somebody_calls_before_any_list_is_fetched() {
    let mut app = live();
    app.input(Input::Focus(false));
    app.frame(ServerFrame::MemberAdded(MemberAdded {
        bucket_id: None,
        channel_id: Some(ChannelId(77)),
        channel_name: Some("Bea and Ana".to_owned()),
        channel_type: Some(ChannelType::Direct),
        seq: Some(Seq(3)),
        user_id: UserId(ANA),
        user_name: "Ana Souza".to_owned(),
        username: "ana".to_owned(),
        role: None,
    }));
    let effects = app.frame(posted(77, 4, BEA_LIND, "are you there?"));
    assert!(matches!(effects.as_slice(), [Effect::Bell, Effect::Notify(_)]), "{effects:?}");
    assert_eq!(app.unread(77), 1);
}

#[test]
fn a_direct_message_calls_and_what_is_replayed_does_not() {
    let mut app = live();
    app.input(Input::Focus(false));
    assert!(app.frame(posted(DIRECT, 1, BEA_LIND, "psst")).contains(&Effect::Bell));
    app.closed(None);
    app.hello("e1");
    assert_eq!(app.frame(posted(DIRECT, 2, BEA_LIND, "while you were away")), []);
}

#[test]
fn counts_come_from_the_server_and_go_on_from_there() {
    let mut app = connecting(Default::default());
    app.hello("e1");
    app.ready(&[(GENERAL, 3, true), (OPS, 40, true), (DIRECT, 0, true)]);
    app.frame(posted(OPS, 41, BEA_LIND, "counted by the server already"));
    app.frame(posted(OPS, 42, BEA_LIND, "not yet"));
    app.answer_lists(&[unread(GENERAL, 3, 3, 0), unread(OPS, 41, 36, 4)]);
    assert_eq!(app.unread(OPS), 5);
    app.frame(posted(OPS, 43, BEA_LIND, "one more"));
    assert_eq!(app.unread(OPS), 6);
}

#[test]
fn alt_a_walks_what_is_unread_and_returns() {
    let mut app = live();
    app.frame(posted(OPS, 1, BEA_LIND, "one"));
    app.frame(posted(DIRECT, 1, BEA_LIND, "two"));
    let mut visited = Vec::new();
    for _ in 0..3 {
        app.keys("<alt-a>");
        visited.push(app.open_channel());
    }
    assert_eq!(visited, [DIRECT, OPS, GENERAL], "direct messages go first");
    app.keys("<alt-a>");
    assert!(app.chat().notice().is_some());
}

#[test]
fn drafts_stay_with_their_channel() {
    let mut app = live();
    app.keys("for general<alt-down>for ops<alt-up>");
    assert_eq!(app.chat().draft().unwrap().text(), "for general");
    app.keys("<ctrl-down>");
    assert_eq!(app.chat().draft().unwrap().text(), "for ops");
}

#[test]
fn escape_never_destroys_a_draft_and_ctrl_c_gives_it_back() {
    let mut app = live();
    app.keys("precious<esc><esc><ctrl-k><esc>");
    assert_eq!(app.chat().draft().unwrap().text(), "precious");
    app.keys("<ctrl-c><ctrl-y>");
    assert_eq!(app.chat().draft().unwrap().text(), "precious");
    app.keys("<ctrl-c>");
    assert_eq!(app.keys("<ctrl-c>").last(), Some(&Effect::Quit));
}

#[test]
fn pasted_lines_do_not_send() {
    let mut app = live();
    assert_eq!(sent(&app.input(Input::Pasted("rm -rf\r\n/\n".to_owned()))), []);
    assert_eq!(app.chat().draft().unwrap().text(), "rm -rf\n/\n");
    app.keys("x<ctrl-j>y");
    assert_eq!(sent(&app.keys("<enter>"))[0].message_text, "rm -rf\n/\nx\ny");
}

#[test]
fn a_question_mark_helps_only_when_nothing_is_written() {
    let mut app = live();
    app.keys("?");
    assert!(app.state.help.is_some());
    app.keys("<esc>why?");
    assert_eq!((&app.state.help, app.chat().draft().unwrap().text()), (&None, "why?"));
}

#[test]
fn too_long_a_message_stays_in_the_composer() {
    let mut app = live();
    app.input(Input::Pasted("x".repeat(17_000)));
    app.keys("<enter>");
    assert_eq!(sent(&app.keys("<enter>")), []);
    assert_eq!(app.chat().draft().unwrap().text().len(), 17_000);
    assert!(app.chat().notice().unwrap().is_error);
}

#[test]
fn scrolled_up_the_place_stays_while_messages_come() {
    let mut app = live();
    for seq in 1..=60 {
        app.frame(posted(GENERAL, seq, BEA_LIND, &format!("message {seq}")));
    }
    for seq in [1, 60] {
        let row = Ok(Answer::MarkedRead(unread(GENERAL, seq, seq, 0)));
        app.answer(|call| *call == mark(GENERAL, seq), row);
    }
    app.keys("<pgup><pgup>");
    let place = app.chat().timeline().unwrap().scroll.clone();
    assert_ne!(place, Scroll::Bottom);
    assert_eq!(calls(&app.frame(posted(GENERAL, 61, BEA_LIND, "new"))).len(), 0);
    assert_eq!(app.chat().timeline().unwrap().scroll, place);
    assert_eq!((app.chat().timeline().unwrap().new_below, app.unread(GENERAL)), (1, 1));
    assert_eq!(calls(&app.keys("<end>")), [&mark(GENERAL, 61)]);
    assert_eq!(app.chat().timeline().unwrap().new_below, 0);
}

#[test]
fn page_down_undoes_page_up() {
    let mut app = live();
    for seq in 1..=80 {
        app.frame(posted(GENERAL, seq, BEA_LIND, "some words\nand more of them"));
    }
    app.keys("<pgup>");
    let once = app.chat().timeline().unwrap().scroll.clone();
    app.keys("<pgup><pgup><pgdn><pgdn>");
    assert_eq!(app.chat().timeline().unwrap().scroll, once);
    app.keys("<pgdn>");
    assert_eq!(app.chat().timeline().unwrap().scroll, Scroll::Bottom);
}

#[test]
fn scrolling_up_fetches_pages_until_the_beginning() {
    let mut app = connecting(Default::default());
    app.go_live(&[(GENERAL, 250), (OPS, 0), (DIRECT, 0)]);
    let wanted = |before| Call::HistoryBefore { channel: ChannelId(GENERAL), before: Seq(before) };
    app.answer(|call| *call == wanted(251), Ok(page(GENERAL, 151, 250)));
    assert_eq!(app.texts().len(), 100);
    for _ in 0..12 {
        app.keys("<pgup>");
    }
    let place = app.chat().timeline().unwrap().scroll.clone();
    app.answer(|call| *call == wanted(151), Ok(page(GENERAL, 51, 150)));
    assert_eq!(app.chat().timeline().unwrap().scroll, place);
    for _ in 0..20 {
        app.keys("<pgup>");
    }
    app.answer(|call| *call == wanted(51), Ok(page(GENERAL, 1, 50)));
    assert!(app.chat().timeline().unwrap().is_complete());
    assert_eq!(app.texts().len(), 250);
}

#[test]
fn an_open_channel_keeps_a_bounded_number_of_messages() {
    let mut app = live();
    let extra = 50;
    for seq in 1..=(OPEN_MESSAGES_MAX as i64 + extra) {
        app.frame(posted(GENERAL, seq, BEA_LIND, "flood"));
    }
    assert_eq!(app.texts().len(), OPEN_MESSAGES_MAX);
    assert_eq!(app.chat().timeline().unwrap().wants_before(), Some(Seq(extra + 1)));
}

#[test]
fn the_palette_goes_where_a_few_letters_lead() {
    let mut app = live();
    app.keys("<ctrl-k>ops<enter>");
    assert_eq!(app.open_channel(), OPS);
    app.keys("<ctrl-k>carl");
    let effects = app.keys("<enter>");
    assert_eq!(calls(&effects), [&Call::OpenDirect { user: UserId(3) }]);
}

#[test]
fn a_channel_is_created_from_the_palette_and_opened() {
    let mut app = live();
    app.keys("<ctrl-k>create channel<enter>");
    let wanted = Call::CreateChannel { bucket: BucketId(1), name: "rust".to_owned() };
    assert_eq!(calls(&app.keys("rust<enter>")), [&wanted]);
    app.answer(|call| *call == wanted, Err(refused("name: exists already")));
    let Some(Overlay::Prompt(prompt)) = app.chat().overlay() else { panic!("no prompt") };
    assert_eq!(prompt.error.as_ref().unwrap().as_str(), "name: exists already");
    app.keys("<enter>");
    let at = Timestamp::default();
    let created = Channel {
        topic: String::new(),
        id: ChannelId(30),
        name: "rust".to_owned(),
        channel_type: ChannelType::Group,
        bucket: Some(BucketId(1)),
        created_at: at,
        updated_at: at,
        peer: None,
    };
    app.answer(|call| *call == wanted, Ok(Answer::ChannelCreated(created)));
    assert_eq!(app.open_channel(), 30);
    assert!(app.chat().overlay().is_none());
}

#[test]
fn somebody_is_added_from_a_list_of_people() {
    let mut app = live();
    app.keys("<ctrl-k>add member #general<enter>bea");
    let effects = app.keys("<enter>");
    let added = Call::AddToChannel { channel: ChannelId(GENERAL), user: UserId(2) };
    assert_eq!(calls(&effects), [&added]);
}

#[test]
fn leaving_and_logging_out_are_asked_for_twice() {
    let mut app = live();
    assert_eq!(calls(&app.keys("<ctrl-k>leave<enter>")).len(), 1);
    assert_eq!(calls(&app.keys("<enter>")), [&Call::LeaveChannel { channel: ChannelId(GENERAL) }]);
    app.keys("<ctrl-k>log out<enter>");
    assert!(app.keys("<enter>").contains(&Effect::LogOut));
}

#[test]
fn who_is_removed_from_the_open_channel_lands_in_another() {
    let mut app = live();
    let removed = MemberRemoved {
        bucket_id: None,
        channel_id: Some(ChannelId(GENERAL)),
        seq: Some(Seq(1)),
        user_id: UserId(ANA),
    };
    app.frame(ServerFrame::MemberRemoved(removed));
    assert_eq!(app.open_channel(), OPS);
}

#[test]
fn the_line_new_is_where_one_stopped_reading() {
    let mut app = live();
    app.frame(posted(OPS, 1, BEA_LIND, "unread"));
    app.keys("<alt-a>");
    let first = |app: &crate::harness::App| {
        let feed = app.chat().feed(&app.state.around).unwrap();
        feed.items.iter().position(|item| item.is_first_unread)
    };
    assert_eq!(first(&app), Some(1));
    app.keys("answer<enter>");
    assert_eq!(first(&app), None);
}

#[test]
fn the_first_direct_message_of_somebody_calls_before_the_lists_are_there() {
    let mut app = live();
    app.input(Input::Focus(false));
    app.frame(ServerFrame::ChannelCreated(ChannelCreated {
        channel_id: ChannelId(40),
        seq: Seq(1),
        bucket_id: None,
        name: "Carlos and Ana".to_owned(),
        channel_type: ChannelType::Direct,
    }));
    let effects = app.frame(posted(40, 2, (3, "Carlos Pinto"), "hi"));
    assert!(effects.contains(&Effect::Bell), "{effects:?}");
}

#[test]
fn people_who_come_in_late_are_in_the_open_list() {
    let mut app = live();
    app.keys("<ctrl-k>");
    app.answer(|call| *call == Call::People, Ok(Answer::People(Vec::new())));
    app.keys("dora");
    let people = vec![crate::harness::person(9, "dora", "Dora Diaz")];
    app.keys("<esc><ctrl-k>dora");
    app.answer(|call| *call == Call::People, Ok(Answer::People(people)));
    let Some(Overlay::Palette(palette)) = app.chat().overlay() else { panic!("no palette") };
    assert_eq!(palette.marked_choice().unwrap().label.as_str(), "Dora Diaz");
}

#[test]
fn a_card_waits_for_enter_or_escape() {
    let mut app = live();
    app.keys("<ctrl-k>invite<enter>");
    let line = "pail join http://127.0.0.1:7245/join/x".to_owned();
    app.answer(|call| matches!(call, Call::Invite { .. }), Ok(Answer::Invited(line)));
    assert!(matches!(app.chat().overlay(), Some(Overlay::Card(_))));
    assert_eq!(app.keys("hello<alt-a><alt-down><ctrl-k><pgup>"), []);
    assert!(matches!(app.chat().overlay(), Some(Overlay::Card(_))));
    assert!(app.chat().draft().is_none_or(|draft| draft.is_empty()));
    app.keys("<esc>");
    assert!(app.chat().overlay().is_none());
    app.keys("<ctrl-k>leave<enter>y");
    assert!(app.chat().overlay().is_some(), "what is to be confirmed stays");
}

#[test]
fn a_paste_that_is_cut_says_so_at_once() {
    let mut app = live();
    app.input(Input::Pasted("x".repeat(DRAFT_BYTES_MAX)));
    app.keys("<enter>");
    assert_eq!(app.chat().notice(), None);
    app.input(Input::Pasted("beyond".to_owned()));
    assert_eq!(app.chat().draft().unwrap().text().len(), DRAFT_BYTES_MAX);
    let notice = app.chat().notice().unwrap();
    assert!(notice.is_error && notice.text.as_str().contains("6 bytes"), "{notice:?}");
}

#[test]
fn a_notice_gives_way_and_leaves_room_for_a_key() {
    let mut app = live();
    app.wait(10_000);
    let sentence = "a sentence that goes on and on ".repeat(5);
    app.keys("<ctrl-k>create bucket<enter>x<enter><esc>");
    app.answer(|call| matches!(call, Call::CreateBucket { .. }), Err(refused(&sentence)));
    let status = |app: &mut crate::harness::App| {
        let screen = app.screen(80, 24).to_string();
        screen.lines().last().unwrap().to_owned()
    };
    let row = status(&mut app);
    assert!(row.contains("a sentence that") && row.contains("Ctrl-K go anywhere"), "{row}");
    let wake = app.state.next_wake().expect("it goes away by itself");
    assert!(wake.as_millis() <= app.now_ms + NOTICE_MS);
    app.wait(NOTICE_MS);
    assert_eq!(app.chat().notice(), None);
    assert!(status(&mut app).contains("● live"));
    assert_eq!(app.state.next_wake(), None);
}

#[test]
fn what_was_read_on_another_device_is_read_here() {
    let mut app = live();
    let read = |seq: i64| {
        let (channel_id, read_seq) = (ChannelId(OPS), Seq(seq));
        ServerFrame::ReadUpdated(ReadUpdated { channel_id, read_seq })
    };
    app.frame(posted(OPS, 1, BEA_LIND, "one"));
    app.frame(posted(OPS, 2, BEA_LIND, "two"));
    assert_eq!(app.unread(OPS), 2);
    let partly = app.frame(read(1));
    assert!(calls(&partly).contains(&&Call::Unread), "how many are left is asked");
    let wholly = app.frame(read(2));
    assert!(calls(&wholly).is_empty(), "{wholly:?}");
    assert_eq!(app.unread(OPS), 0);
    assert!(calls(&app.frame(read(2))).is_empty(), "an echo");
}
