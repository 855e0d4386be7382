//! Losing and finding the server: nothing is lost, nothing comes twice.

use pail::state::connection::Link;
use pail::state::effect::Generation;
use pail::state::keepsake::{Keepsake, KeptMessage};
use pail::state::outbox::{UNSENT_MAX, UNSENT_SHOWN_MAX};
use pail::state::page::Page;
use pail::state::{Answer, Call, Effect, NetEvent, News, Screen};
use pail_protocol::channel::ChannelType;
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{
    ChannelCreated, ClientFrame, Cursor, FrameError, MemberAdded, ServerFrame, Subscribe,
};
use pail_protocol::message::Refers;
use pail_protocol::{BucketId, ChannelId, Nonce, Seq, UserId};

use crate::harness::{
    ANA_SOUZA, BEA_LIND, DIRECT, GENERAL, OPS, calls, connecting, failed, last_in, live, page,
    posted, posted_as, refused, sent, unread,
};
use crate::pages::nowhere;

#[test]
fn what_is_typed_before_any_channel_is_there_is_kept_for_the_first() {
    let mut app = connecting(Keepsake::default());
    app.hello("e1");
    app.ready(&[(GENERAL, 0, true), (OPS, 0, true), (DIRECT, 0, true)]);
    app.keys("hello");
    app.answer_lists(&[]);
    let effects = app.keys(" all<enter>");
    assert_eq!(
        sent(&effects).iter().map(|send| &send.message_text).collect::<Vec<_>>(),
        ["hello all"]
    );
}

#[test]
fn a_client_says_hello_back_with_what_it_has() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "one"));
    app.closed(None);
    let effects = app.hello("e1");
    let cursor = |seq| Cursor { after: Seq(seq) };
    let expected = Subscribe {
        presence: true,
        epoch: Some("e1".to_owned()),
        channels: [(GENERAL, 1), (OPS, 0), (DIRECT, 0)]
            .map(|(id, seq)| (ChannelId(id), cursor(seq)))
            .into(),
    };
    let frame = Effect::SendFrame(app.generation(), ClientFrame::Subscribe(expected));
    assert_eq!(effects, [frame]);
    assert_eq!(app.link(), &Link::Resuming);
}

#[test]
fn a_lost_connection_comes_back_after_a_wait_and_says_when() {
    let mut app = live();
    let effects = app.closed(Some(1001));
    let delay_ms = match effects.as_slice() {
        [Effect::Connect { delay_ms, .. }] => *delay_ms,
        other => panic!("{other:?}"),
    };
    assert!((100..=200).contains(&delay_ms));
    assert!(matches!(app.link(), Link::Offline { .. }));
    assert!(app.state.next_wake().is_some());
    app.wait(200);
    assert_eq!(app.link(), &Link::Connecting);
}

#[test]
fn nothing_wakes_a_client_that_is_live() {
    let mut app = live();
    app.wait(10_000);
    assert_eq!(app.state.next_wake(), None);
}

#[test]
fn after_a_sleep_the_server_is_asked_and_nothing_waits_for_a_dead_connection() {
    let mut app = live();
    app.keys("on its way<enter>");
    let effects = app.wait(3_600_000);
    let ping = Effect::SendFrame(app.generation(), ClientFrame::Ping {});
    assert!(effects.contains(&ping), "{effects:?}");
    app.frame(ServerFrame::Pong {});
    assert_eq!(app.state.next_wake(), None);
    app.wait(3_600_000);
    let effects = app.wait(10_000);
    assert!(matches!(effects[0], Effect::Connect { delay_ms: 0, .. }), "{effects:?}");
    app.hello("e1");
    assert_eq!(sent(&app.ready(&[(GENERAL, 0, true)])).len(), 1, "it goes out again");
}

#[test]
fn what_an_older_connection_says_is_not_heard() {
    let mut app = live();
    let old = app.generation();
    app.closed(None);
    app.news(News::Net(old, NetEvent::Frame(Box::new(posted(GENERAL, 1, BEA_LIND, "late")))));
    app.news(News::Answered(old, Call::Buckets, Ok(Answer::Buckets(Vec::new()))));
    assert_eq!(app.texts(), [""; 0]);
    assert_eq!(app.chat().roster().buckets().len(), 1);
    assert_eq!(app.generation(), Generation(old.0 + 1));
}

#[test]
fn a_sent_line_waits_for_its_echo() {
    let mut app = live();
    let sent = sent(&app.keys("hello<enter>"));
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].channel_id, sent[0].message_text.as_str()), (ChannelId(GENERAL), "hello"));
    let echo = posted_as(GENERAL, 1, ANA_SOUZA, "hello", Some(sent[0].nonce.clone()));
    assert_eq!(app.texts(), [""; 0]);
    app.frame(echo.clone());
    app.frame(echo);
    assert_eq!(app.texts(), ["hello"]);
    assert_eq!(app.chat().feed(&app.state.around).unwrap().items.len(), 2);
}

#[test]
fn what_is_written_offline_goes_out_once_and_in_order() {
    let mut app = live();
    app.closed(None);
    assert_eq!(sent(&app.keys("one<enter>two<enter>")), []);
    assert_eq!(app.chat().waiting(), 2);
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 0, true)]);
    let texts: Vec<_> = sent(&effects).into_iter().map(|send| send.message_text).collect();
    assert_eq!(texts, ["one", "two"]);
    assert_eq!(sent(&app.wait(1_000)), []);
}

#[test]
fn what_was_sent_and_not_acknowledged_is_sent_again_under_the_same_name() {
    let mut app = live();
    let first = sent(&app.keys("hello<enter>"));
    app.closed(None);
    app.hello("e1");
    assert_eq!(sent(&app.ready(&[(GENERAL, 0, true)])), first);
    app.closed(None);
    app.hello("e1");
    app.frame(posted_as(GENERAL, 1, ANA_SOUZA, "hello", Some(first[0].nonce.clone())));
    assert_eq!(sent(&app.ready(&[(GENERAL, 1, true)])), []);
}

#[test]
fn a_refused_line_says_why_and_can_be_taken_back() {
    let mut app = live();
    let nonce = sent(&app.keys("hello<enter>"))[0].nonce.clone();
    app.frame(ServerFrame::Error(FrameError {
        error: "Not a member".to_owned(),
        code: ErrorCode::NotAMember,
        nonce: Some(nonce),
    }));
    let feed = app.chat().feed(&app.state.around).unwrap();
    assert_eq!(feed.items.last().unwrap().refusal().unwrap().as_str(), "Not a member");
    app.keys("<up>e");
    assert_eq!(app.chat().draft().unwrap().text(), "hello");
}

#[test]
fn a_gap_is_filled_from_history() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "one"));
    app.closed(None);
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 5_000, false), (OPS, 0, true), (DIRECT, 0, true)]);
    let before = Call::HistoryBefore { channel: ChannelId(GENERAL), before: Seq(5_001) };
    assert!(calls(&effects).contains(&&before), "{effects:?}");
    app.answer(|call| *call == before, Ok(page(GENERAL, 4_901, 5_000)));
    assert_eq!(app.texts().len(), 100);
}

#[test]
fn another_database_voids_everything_that_was_kept() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "one"));
    app.closed(None);
    let effects = app.hello("e2");
    let [Effect::SendFrame(_, ClientFrame::Subscribe(subscribe))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(subscribe.channels.len(), 0);
    assert_eq!(subscribe.epoch.as_deref(), Some("e2"));
}

#[test]
fn an_ended_login_shows_the_ways_in_and_does_not_come_back() {
    let mut app = live();
    let effects = app.closed(Some(4001));
    assert_eq!(effects.last(), Some(&Effect::Close));
    let Screen::Welcome(welcome) = app.state.screen() else { panic!("still in the chat") };
    assert!(welcome.message.as_ref().unwrap().as_str().contains("login"));
}

#[test]
fn what_the_last_run_left_unsent_goes_out_and_drafts_are_back() {
    let kept = KeptMessage {
        channel: ChannelId(OPS),
        nonce: Nonce::new("kept-1").unwrap(),
        text: "from yesterday".into(),
        refers: Default::default(),
        files: Vec::new(),
        written_ms: 0,
        refused: None,
    };
    let drafts = [(ChannelId(OPS), "half a sen".to_owned())].into();
    let unsent = [(1, kept)].into();
    let keepsake = Keepsake { drafts, unsent, ..last_in(OPS) };
    let mut app = connecting(keepsake);
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 0, true), (OPS, 0, true)]);
    assert_eq!(sent(&effects)[0].nonce.as_str(), "kept-1");
    app.answer_lists(&[]);
    assert_eq!(app.open_channel(), OPS);
    assert_eq!(app.chat().draft().unwrap().text(), "half a sen");
}

#[test]
fn drafts_are_kept_a_moment_after_the_last_key() {
    let mut app = live();
    app.wait(10_000);
    app.keys("half");
    assert!(app.state.next_wake().is_some());
    let effects = app.wait(2_000);
    assert!(matches!(effects.as_slice(), [Effect::Remember(_)]), "{effects:?}");
    assert_eq!(app.kept().drafts[&ChannelId(GENERAL)], "half");
}

#[test]
fn the_queue_of_unsent_messages_is_bounded_and_says_so() {
    let waiting = |number: usize| KeptMessage {
        channel: ChannelId(GENERAL),
        nonce: Nonce::new(format!("n{number}")).unwrap(),
        text: "x".into(),
        refers: Refers::default(),
        files: Vec::new(),
        written_ms: 0,
        refused: None,
    };
    let unsent = (1..).zip((0..UNSENT_MAX).map(waiting)).collect();
    let mut app = connecting(Keepsake { unsent, ..last_in(GENERAL) });
    assert_eq!(app.chat().waiting(), UNSENT_MAX);
    let feed = app.chat().feed(&app.state.around).unwrap();
    assert_eq!(feed.items.len(), UNSENT_SHOWN_MAX);
    app.keys("one too many<enter>");
    assert_eq!(app.chat().draft().unwrap().text(), "one too many");
    assert!(app.chat().notice().unwrap().text.as_str().contains("wait already"));
}

#[test]
fn what_is_typed_before_the_server_is_reached_is_not_lost() {
    let mut app = connecting(last_in(OPS));
    app.keys("early bird<enter>and more");
    assert_eq!(app.chat().waiting(), 1);
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 0, true), (OPS, 3, true)]);
    assert_eq!(sent(&effects)[0].channel_id, ChannelId(OPS));
    app.answer_lists(&[unread(OPS, 3, 1, 2)]);
    assert_eq!((app.open_channel(), app.unread(OPS)), (OPS, 2));
    app.answer(|call| matches!(call, Call::HistoryBefore { .. }), Ok(page(OPS, 1, 3)));
    assert_eq!(app.unread(OPS), 0);
    assert_eq!(app.chat().timeline().unwrap().seen_to, Some(Seq(1)));
    assert_eq!(app.chat().draft().unwrap().text(), "and more");
}

#[test]
fn a_refused_message_is_still_one_in_the_next_run_and_goes_nowhere_by_itself() {
    let mut app = live();
    let nonce = sent(&app.keys("no good<enter>"))[0].nonce.clone();
    let (error, code) = ("Not a member".to_owned(), ErrorCode::NotAMember);
    app.frame(ServerFrame::Error(FrameError { error, code, nonce: Some(nonce.clone()) }));
    app.keys("half");
    app.wait(2_000);
    let mut next = connecting(app.kept());
    next.hello("e1");
    assert_eq!(sent(&next.ready(&[(GENERAL, 0, true), (OPS, 0, true)])), []);
    next.answer_lists(&[]);
    assert_eq!(next.chat().draft().unwrap().text(), "half");
    assert!(next.screen(80, 24).to_string().contains("✕ refused: Not a member"));
    assert_eq!(sent(&next.keys("<ctrl-u><up>R"))[0].nonce, nonce);
}

#[test]
fn what_is_kept_is_what_has_changed_however_much_waits() {
    let mut app = live();
    app.closed(None);
    for number in 0..200 {
        app.keys(&format!("{number}<enter>"));
    }
    app.keys("<alt-down>a draft<alt-up>");
    app.wait(2_000);
    let rows = |effects: Vec<Effect>| -> Vec<(usize, usize)> {
        let changes = effects.into_iter().filter_map(|effect| match effect {
            Effect::Remember(changes) => Some(changes),
            _ => None,
        });
        changes.map(|changes| (changes.drafts.len(), changes.unsent.len())).collect()
    };
    assert_eq!(rows(app.keys("one more<enter>")), [(1, 1)]);
    app.keys("half");
    assert_eq!(rows(app.wait(2_000)), [(1, 0)]);
    app.keys("<ctrl-u><up>x");
    let kept = app.kept();
    assert_eq!((kept.unsent.len(), kept.drafts.len()), (200, 1));
    let texts: Vec<String> = kept.unsent.values().map(|message| message.text.to_string()).collect();
    assert_eq!(texts, (0..200).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_list_that_fails_is_a_lost_connection_that_comes_back() {
    let lists = [Call::Buckets, Call::Directs, Call::Unread];
    for (list, error) in
        lists.into_iter().zip([failed("It broke."), refused("Not found."), failed("Late.")])
    {
        let reason = error.sentence.clone();
        let mut app = connecting(Keepsake::default());
        app.hello("e1");
        app.ready(&[(GENERAL, 0, true)]);
        assert!(app.screen(80, 24).to_string().contains("One moment…"));
        let effects = app.answer(|call| *call == list, Err(error));
        assert!(matches!(effects.as_slice(), [Effect::Connect { .. }]), "{effects:?}");
        assert!(matches!(app.link(), Link::Offline { reason: why, .. } if *why == reason));
        let screen = app.screen(80, 24).to_string();
        assert!(screen.contains("server not reached, trying again in 1s"), "{screen}");
        assert!(screen.contains(reason.as_str()) && !screen.contains("no channel"), "{screen}");
        app.calls.clear();
        app.go_live(&[(GENERAL, 0)]);
        assert_eq!(app.open_channel(), GENERAL);
    }
}

#[test]
fn the_channels_of_a_bucket_that_is_gone_may_be_refused() {
    let mut app = connecting(Keepsake::default());
    app.hello("e1");
    app.ready(&[(GENERAL, 0, true)]);
    let bucket = pail_protocol::bucket::BucketSummary {
        icon: None,
        id: BucketId(1),
        name: "Acme".to_owned(),
        member_count: 1,
        role: pail_protocol::bucket::Role::Member,
    };
    app.answer(|call| *call == Call::Buckets, Ok(Answer::Buckets(vec![bucket])));
    app.answer(|call| matches!(call, Call::Channels { .. }), Err(refused("Not found.")));
    app.answer(|call| *call == Call::Directs, Ok(Answer::Directs(Vec::new())));
    app.answer(|call| *call == Call::Unread, Ok(Answer::Unread(Vec::new())));
    assert!(matches!(app.link(), Link::Live { .. }));
    assert!(app.screen(80, 24).to_string().contains("You are in no channel yet."));
}

#[test]
fn a_page_that_fails_is_asked_for_again_on_the_next_connection() {
    let mut app = connecting(Keepsake::default());
    app.go_live(&[(GENERAL, 250), (OPS, 0), (DIRECT, 0)]);
    let page = Call::HistoryBefore { channel: ChannelId(GENERAL), before: Seq(251) };
    let effects = app.answer(|call| *call == page, Err(failed("It broke.")));
    assert!(matches!(effects.as_slice(), [Effect::Connect { .. }, ..]), "{effects:?}");
    app.answer(|call| *call == page, Ok(nowhere()));
    assert!(!app.chat().timeline().unwrap().loading);
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 250, true), (OPS, 0, true), (DIRECT, 0, true)]);
    assert!(calls(&effects).contains(&&page), "{effects:?}");
}

#[test]
fn a_page_that_is_refused_is_not_awaited_and_asked_for_on_the_next_visit() {
    let mut app = connecting(Keepsake::default());
    app.go_live(&[(GENERAL, 250), (OPS, 0), (DIRECT, 0)]);
    let page = Call::HistoryBefore { channel: ChannelId(GENERAL), before: Seq(251) };
    let effects = app.answer(|call| *call == page, Err(refused("Not a member.")));
    assert_eq!(effects, []);
    assert_eq!(calls(&app.keys("<pgup>")), Vec::<&Call>::new());
    assert!(!app.screen(80, 24).to_string().contains("loading…"));
    assert_eq!(app.chat().notice().unwrap().text.as_str(), "Not a member.");
    app.keys("<alt-down>");
    assert!(calls(&app.keys("<alt-up>")).contains(&&page));
}

#[test]
fn a_flood_of_events_fetches_the_lists_once_more() {
    let mut app = live();
    let created = |id| {
        ServerFrame::ChannelCreated(ChannelCreated {
            channel_id: ChannelId(id),
            seq: Seq(1),
            bucket_id: Some(BucketId(1)),
            name: "flood".to_owned(),
            channel_type: ChannelType::Group,
        })
    };
    (100..200).for_each(|id| drop(app.frame(created(id))));
    for _ in 0..2 {
        for list in [Call::Buckets, Call::Directs, Call::Unread, Call::People] {
            assert_eq!(app.calls.iter().filter(|(_, call)| *call == list).count(), 1, "{list:?}");
        }
        answer_one_round(&mut app);
    }
    assert_eq!(app.calls, []);
}

/// Answers the lists that are awaited now, and those of the buckets they name.
fn answer_one_round(app: &mut crate::harness::App) {
    app.answer(|call| *call == Call::Buckets, Ok(Answer::Buckets(Vec::new())));
    app.answer(|call| *call == Call::Directs, Ok(Answer::Directs(Vec::new())));
    app.answer(|call| *call == Call::People, Ok(Answer::People(Vec::new())));
    app.answer(|call| *call == Call::Unread, Ok(Answer::Unread(Vec::new())));
}

#[test]
fn what_waits_is_seen_before_the_server_is_reached() {
    let mut app = live();
    app.closed(None);
    app.keys("written in the dark<enter>");
    let mut next = connecting(app.kept());
    next.closed(None);
    let screen = next.screen(80, 24).to_string();
    let row = |words: &str| screen.lines().position(|row| row.contains(words));
    let sentence = row("Your messages appear as soon as").expect("why nothing else is there");
    assert!(row("▏ written in the dark  ⋯ waiting").is_some_and(|row| row > sentence), "{screen}");
    (0..40).for_each(|_| drop(next.keys("and more<enter>")));
    let screen = next.screen(80, 24).to_string();
    assert!(screen.contains("Your messages appear as soon as the server is reached."), "{screen}");
    next.screen(20, 4);
}

#[test]
fn numbers_at_the_end_of_their_range_break_nothing() {
    let mut app = connecting(Keepsake::default());
    app.hello("e1");
    app.ready(&[(GENERAL, i64::MAX, true), (OPS, i64::MIN, false), (DIRECT, -1, true)]);
    app.answer_lists(&[
        unread(GENERAL, i64::MAX, i64::MIN, u64::MAX),
        unread(OPS, i64::MIN, i64::MAX, u64::MAX),
    ]);
    for (channel, seq) in
        [(GENERAL, i64::MIN), (OPS, i64::MAX), (OPS, i64::MIN), (DIRECT, i64::MAX)]
    {
        app.frame(ServerFrame::MemberAdded(MemberAdded {
            bucket_id: None,
            channel_id: Some(ChannelId(channel)),
            channel_name: None,
            channel_type: None,
            seq: Some(Seq(seq)),
            user_id: UserId(3),
            user_name: String::new(),
            username: String::new(),
            role: None,
        }));
    }
    app.keys("<alt-down><pgup><alt-down><pgup>");
    let page = Answer::History(Page::fresh(Vec::new(), Seq(0), Seq(i64::MAX - 1)));
    app.answer(|call| matches!(call, Call::HistoryBefore { .. }), Ok(page));
    app.screen(80, 24);
}
