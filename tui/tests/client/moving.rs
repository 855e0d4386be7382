//! Finding one's way: the palette and the places one was.

use pail::keys::KeyMap;
use pail::state::action::{Action, Context, Go, Open};
use pail::state::chat::offered;
use pail::state::overlay::Overlay;
use pail::state::palette::Palette;
use pail::state::{Answer, Call};
use pail_protocol::ChannelId;
use pail_protocol::channel::Unread;
use pail_protocol::frame::{MuteUpdated, ServerFrame};

use crate::harness::{
    App, BEA_LIND, DIRECT, GENERAL, OPS, calls, channel, live, person, posted, refused, unread,
};

fn palette(app: &App) -> &Palette {
    match app.chat().overlay() {
        Some(Overlay::Palette(palette)) => palette,
        other => panic!("{other:?}"),
    }
}

fn labels(app: &App) -> Vec<String> {
    palette(app).matches().map(|(choice, _)| choice.label.to_string()).collect()
}

#[test]
fn every_key_of_the_chat_is_in_the_palette() {
    let goes_without_saying = |action: Action| {
        matches!(
            action,
            Action::Edit(_)
                | Action::Submit
                | Action::Cancel
                | Action::Up
                | Action::Down
                | Action::PageUp
                | Action::PageDown
                | Action::Open(Open::Palette)
                // Buckets are listed by name.
                | Action::Go(Go::Bucket(_))
        )
    };
    let keys = KeyMap::default();
    let in_chat = keys.bound().filter(|(at, ..)| matches!(at, Context::Chat | Context::EmptyDraft));
    for (_, action, _) in in_chat.filter(|(_, action, _)| !goes_without_saying(*action)) {
        let is_there = offered().any(|offered| offered == action);
        assert!(is_there, "{action:?} has no row in state/chat/offers.rs");
    }
}

#[test]
fn the_palette_begins_with_where_one_was() {
    let mut app = live();
    app.keys("<alt-down><alt-down><ctrl-k>");
    assert_eq!(&labels(&app)[..3], ["#ops", "#general", "@Bea Lind"]);
    assert!(labels(&app).contains(&"Quit".to_owned()));
    app.keys("<enter>");
    assert_eq!(app.open_channel(), OPS);
}

#[test]
fn what_is_unread_wins_among_equals() {
    let mut app = live();
    app.list_channels(vec![channel(GENERAL, "general"), channel(OPS, "ops"), channel(12, "opera")]);
    app.keys("<ctrl-k>op");
    assert_eq!(&labels(&app)[..2], ["#ops", "#opera"]);
    app.keys("<esc>");
    app.frame(posted(12, 1, BEA_LIND, "hello"));
    app.keys("<ctrl-k>op");
    assert_eq!(&labels(&app)[..2], ["#opera", "#ops"]);
}

#[test]
fn what_is_chosen_is_done_as_if_its_key_were_pressed() {
    let mut app = live();
    app.keys("<ctrl-k>help<enter>");
    assert!(app.state.help.is_some());
    app.keys("<esc><ctrl-k>where you were…");
    assert_eq!(labels(&app), Vec::<String>::new(), "there is only one place");
    app.keys("<esc><alt-down><ctrl-k>where you were…<enter>");
    assert_eq!(labels(&app), ["#general"]);
}

#[test]
fn what_cannot_be_done_offline_says_why_and_stays_open() {
    let mut app = live();
    app.closed(None);
    let effects = app.keys("<ctrl-k>create bucket<enter>");
    assert_eq!(calls(&effects).len(), 1, "the people are asked for, nothing else");
    assert!(app.chat().notice().unwrap().text.as_str().contains("out of reach"));
    assert_eq!(labels(&app)[0], "Create a bucket…");
}

#[test]
fn ctrl_r_enter_is_the_last_place_and_ctrl_r_again_goes_further_back() {
    let mut app = live();
    app.keys("<alt-down><alt-down>");
    assert_eq!(app.open_channel(), DIRECT);
    app.keys("<ctrl-r><enter>");
    assert_eq!(app.open_channel(), OPS);
    app.keys("<ctrl-r><enter>");
    assert_eq!(app.open_channel(), DIRECT);
    app.keys("<ctrl-r><ctrl-r><enter>");
    assert_eq!(app.open_channel(), GENERAL);
}

#[test]
fn a_channel_is_muted_from_the_palette_and_by_another_device() {
    let mut app = live();
    let effects = app.keys("<ctrl-k>mute general<enter>");
    let mute = Call::Mute { channel: ChannelId(GENERAL), is_muted: true };
    assert_eq!(calls(&effects).last(), Some(&&mute));
    let is_muted = |app: &App| app.chat().roster().channel(ChannelId(GENERAL)).unwrap().is_muted;
    let row = Unread { muted: true, ..unread(GENERAL, 0, 0, 0) };
    app.answer(|call| *call == mute, Ok(Answer::Muted(row)));
    assert!(is_muted(&app));
    let channel_id = ChannelId(GENERAL);
    app.frame(ServerFrame::MuteUpdated(MuteUpdated { channel_id, muted: false }));
    assert!(!is_muted(&app));
}

#[test]
fn a_topic_and_a_name_are_changed_in_a_prompt_that_says_what_went_wrong() {
    let mut app = live();
    app.keys("<ctrl-k>is about<enter>");
    let effects = app.keys("Releases<enter>");
    let topic = Call::SetTopic { channel: ChannelId(GENERAL), topic: "Releases".to_owned() };
    assert_eq!(calls(&effects), [&topic]);
    app.answer(|call| *call == topic, Err(refused("you may not do that")));
    assert!(
        matches!(app.chat().overlay(), Some(Overlay::Prompt(prompt)) if prompt.error.is_some())
    );
    app.keys("<esc><ctrl-k>change your name<enter><ctrl-u>Ana Lima<enter>");
    let name = Call::Rename { name: "Ana Lima".to_owned() };
    app.answer(|call| *call == name, Ok(Answer::Renamed));
    assert!(app.chat().overlay().is_none());
    assert_eq!(app.chat().me().name.as_str(), "Ana Lima");
}

/// The work of a key in a large team: run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "it measures"]
#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures")]
fn a_key_among_a_thousand_channels_and_five_thousand_people() {
    let mut app = live();
    let people = (10..5_010).map(|id| person(id, &format!("user{id}"), &format!("Person No {id}")));
    let people = people.collect::<Vec<_>>();
    let channels = (100..1_100).map(|id| channel(id, &format!("team-{id}-releases")));
    app.keys("<ctrl-k>");
    app.answer(|call| *call == Call::People, Ok(Answer::People(people)));
    app.keys("<esc>");
    app.list_channels(channels.collect());
    let start = std::time::Instant::now();
    app.keys("<ctrl-k>");
    println!("open: {:?}", start.elapsed());
    for key in ["r", "e", "l", "e", "a", "<backspace>", "<backspace>"] {
        let start = std::time::Instant::now();
        app.keys(key);
        println!("{key}: {:?}", start.elapsed());
    }
}
