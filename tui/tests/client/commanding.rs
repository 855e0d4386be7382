//! Commands written in the composer: what they do, and what they never do.

use insta::assert_snapshot;
use pail::state::effect::Effect;
use pail::state::{Call, Input};
use pail_protocol::{BucketId, ChannelId, MessageId, UserId};

use crate::harness::{
    ANA_SOUZA, App, BEA, BEA_LIND, DIRECT, GENERAL, OPS, calls, channel, live, posted, sent,
};
use crate::writing::SIZES;

const CARLOS: i64 = 3;

fn draft(app: &App) -> &str {
    app.chat().draft().map(|draft| draft.text()).unwrap_or_default()
}

fn notice(app: &App) -> &str {
    app.chat().notice().map(|notice| notice.text.as_str()).unwrap_or_default()
}

#[track_caller]
fn check_call(keys: &str, expected: &Call) {
    let mut app = live();
    let effects = app.keys(keys);
    assert!(calls(&effects).contains(&expected), "{keys}: {effects:?}");
    assert_eq!(draft(&app), "", "{keys}");
}

#[track_caller]
fn check_sent(keys: &str, expected: &str) {
    let mut app = live();
    let effects = app.keys(keys);
    let texts: Vec<_> = sent(&effects).into_iter().map(|send| send.message_text).collect();
    assert_eq!(texts, [expected], "{keys}");
}

#[test]
fn commands_ask_the_server_for_what_they_say() {
    let channel = ChannelId(GENERAL);
    let topic = "release of 1.4".to_owned();
    check_call("/topic release of 1.4<enter>", &Call::SetTopic { channel, topic });
    check_call("/mute<enter>", &Call::Mute { channel, is_muted: true });
    check_call("/unmute<enter>", &Call::Mute { channel, is_muted: false });
    check_call("/invite <enter>", &Call::Invite { bucket: BucketId(1) });
    check_call(
        "/invite @Carlos<enter><enter>",
        &Call::AddToChannel { channel, user: UserId(CARLOS) },
    );
    check_call("/msg carlos<enter>", &Call::OpenDirect { user: UserId(CARLOS) });
}

#[test]
fn some_commands_say_something_else_than_what_was_written() {
    check_sent("/me waves<enter>", "_waves_");
    check_sent("/shrug no idea<enter>", r"no idea ¯\\_(ツ)_/¯");
    check_sent("//topic sets the topic<enter>", "/topic sets the topic");
    check_sent("/usr/bin is full<enter>", "/usr/bin is full");
}

#[test]
fn one_goes_where_a_command_says() {
    let mut app = live();
    app.keys("/go op<enter>");
    assert_eq!((app.open_channel(), draft(&app)), (OPS, ""));
    app.keys("/join #general<esc><enter>");
    assert_eq!(app.open_channel(), GENERAL);
    let effects = app.keys("/msg @bea psst<enter>");
    assert_eq!(app.open_channel(), DIRECT);
    assert_eq!(
        (sent(&effects)[0].channel_id, &*sent(&effects)[0].message_text),
        (ChannelId(DIRECT), "psst")
    );
    app.frame(posted(OPS, 1, BEA_LIND, "unread"));
    app.keys("/next <enter>");
    assert_eq!(app.open_channel(), OPS);
}

#[test]
fn a_closed_channel_is_joined() {
    let mut app = live();
    let closed = pail_protocol::channel::ChannelSummary { is_member: false, ..channel(30, "rust") };
    app.list_channels(vec![channel(GENERAL, "general"), closed]);
    let effects = app.keys("/join rust<enter>");
    assert_eq!(calls(&effects), [&Call::JoinChannel { channel: ChannelId(30) }]);
}

#[test]
fn words_for_somebody_new_wait_in_the_composer() {
    let mut app = live();
    let effects = app.keys("/msg @carlos hello there<enter>");
    assert_eq!(sent(&effects), []);
    assert!(calls(&effects).contains(&&Call::OpenDirect { user: UserId(CARLOS) }));
    app.keys("<alt-down>");
    assert_eq!(draft(&app), "hello there");
}

#[test]
fn quitting_has_every_name_it_ever_had() {
    for keys in ["/quit<enter>", "/q<enter>", ":q<enter>", ":wq<enter>"] {
        assert!(live().keys(keys).contains(&Effect::Quit), "{keys}");
    }
    let mut app = live();
    app.keys("/help <enter>");
    assert!(app.state.help.is_some());
}

#[test]
fn one_goes_back_and_forward_again() {
    let mut app = live();
    app.keys("<alt-down>/back<enter>");
    assert_eq!(app.open_channel(), GENERAL);
    app.keys("/forward<enter>");
    assert_eq!(app.open_channel(), OPS);
    app.keys("/forward<enter>");
    assert!(notice(&app).contains("nothing further forward"), "{}", notice(&app));
}

#[test]
fn what_is_no_command_or_lacks_words_stays_and_says_so() {
    for (keys, words) in [
        ("/nonsense at all", "no command /nonsense"),
        ("/topic ", "/topic words"),
        ("/go zzzz", "Nothing is called zzzz"),
        ("/msg @nobody hi", "called @nobody"),
        ("s/a/b/", "No message of yours"),
    ] {
        let mut app = live();
        app.keys(keys);
        assert_eq!(app.keys("<enter>"), [], "{keys}");
        assert!(notice(&app).contains(words), "{keys}: {}", notice(&app));
        assert_eq!(draft(&app), keys);
    }
}

#[test]
fn what_was_pasted_is_never_carried_out() {
    for text in ["/quit", "/leave\n", "/topic gone"] {
        let mut app = live();
        app.input(Input::Pasted(text.to_owned()));
        assert_eq!(app.keys("<enter>"), [], "{text}");
        assert!(notice(&app).contains("Only what is typed"), "{}", notice(&app));
    }
    let mut app = live();
    app.input(Input::Pasted("/var is full".to_owned()));
    assert_eq!(sent(&app.keys("<enter>"))[0].message_text, "/var is full");
    let mut app = live();
    app.input(Input::Pasted(":q".to_owned()));
    assert_eq!(sent(&app.keys("<enter>"))[0].message_text, ":q");
}

#[test]
fn the_last_message_of_ours_is_changed_by_a_substitution() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, ANA_SOUZA, "teh end of teh day"));
    app.frame(posted(GENERAL, 2, (BEA, "Bea Lind"), "teh what?"));
    let change = |text: &str| Call::EditMessage { message: MessageId(1), text: text.to_owned() };
    assert_eq!(calls(&app.keys("s/teh/the/<enter>")), [&change("the end of teh day")]);
    assert_eq!(calls(&app.keys("s/teh/the/g<enter>")), [&change("the end of the day")]);
    assert_eq!(app.keys("s/tea/the/<enter>"), []);
    assert!(notice(&app).contains("does not say “tea”"), "{}", notice(&app));
}

#[test]
fn commands_are_completed_and_found_in_the_palette() {
    let mut app = live();
    app.keys("/to<tab>");
    assert_eq!(draft(&app), "/topic ");
    app.keys("<ctrl-c><ctrl-k>channel is about<enter>");
    assert_eq!(draft(&app), "/topic ");
}

#[test]
fn commands() {
    for (name, keys) in [("commands", "/"), ("usage", "/topic "), ("substitution", "s/meat/meet/")]
    {
        let mut app = live();
        app.frame(posted(GENERAL, 1, ANA_SOUZA, "Let us meat at eleven."));
        app.keys(keys);
        if name == "commands" {
            app.keys("<tab>");
        }
        for (columns, rows) in SIZES {
            assert_snapshot!(format!("{name}@{columns}x{rows}"), app.screen(columns, rows));
        }
    }
}
