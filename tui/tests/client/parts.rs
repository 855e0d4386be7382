//! What is beside the chat: the rail, the sidebar, the members; which has the keys, and which is
//! seen at which size.

use insta::assert_snapshot;
use pail::state::{Answer, Call, Context, Effect};
use pail_protocol::bucket::{BucketMember, BucketSummary, Role};
use pail_protocol::channel::{ChannelMember, ChannelSummary};
use pail_protocol::frame::{BucketCreated, MemberUpdated, Presence, ServerFrame};
use pail_protocol::{BucketId, ChannelId, MemberId, Timestamp, UserId};

use crate::harness::{
    ANA, App, BEA, BEA_LIND, DIRECT, GENERAL, OPS, SECOND, calls, channel, live, posted, refused,
};

const DESIGN: i64 = 30;

fn bucket(id: i64, name: &str, role: Role) -> BucketSummary {
    BucketSummary { icon: None, id: BucketId(id), name: name.to_owned(), member_count: 3, role }
}

fn channels_of(bucket: BucketId) -> Vec<ChannelSummary> {
    let topic = "Releases, and what broke 🔥".to_owned();
    match bucket.0 {
        1 => vec![ChannelSummary { topic, ..channel(GENERAL, "general") }, channel(OPS, "ops")],
        2 => vec![channel(DESIGN, "design"), channel(31, "brand")],
        _ => vec![channel(40, "monads")],
    }
}

/// Three buckets, with something new in each of the others.
fn several() -> App {
    let mut app = live();
    let created = BucketCreated { bucket_id: BucketId(2), name: "Blue Studio".to_owned() };
    app.frame(ServerFrame::BucketCreated(created));
    let buckets = vec![
        bucket(1, "Acme", Role::Admin),
        bucket(2, "Blue Studio", Role::Member),
        BucketSummary { icon: Some("λ".to_owned()), ..bucket(3, "Types", Role::Member) },
    ];
    app.answer(|call| *call == Call::Buckets, Ok(Answer::Buckets(buckets)));
    for bucket in [1, 2, 3].map(BucketId) {
        let answer = Ok(Answer::Channels(channels_of(bucket)));
        app.answer(|call| *call == Call::Channels { bucket }, answer);
    }
    app.answer_lists(&[]);
    app.frame(posted(OPS, 1, BEA_LIND, "disk"));
    app.frame(posted(31, 1, BEA_LIND, "which blue?"));
    app.frame(ServerFrame::Presence(Presence { user_id: UserId(BEA), online: true }));
    app
}

fn many() -> App {
    let mut app = live();
    let mut channels: Vec<_> =
        (0..40).map(|at| channel(100 + at, &format!("channel-{at}"))).collect();
    channels.insert(0, channel(GENERAL, "general"));
    app.list_channels(channels);
    app.frame(posted(110, 1, BEA_LIND, "in sight"));
    app.frame(posted(138, 1, BEA_LIND, "far below"));
    app.frame(posted(139, 1, BEA_LIND, "farther below"));
    app
}

fn member(user: i64, name: &str) -> ChannelMember {
    let at = Timestamp::default();
    ChannelMember {
        id: MemberId(user),
        channel: ChannelId(GENERAL),
        user: UserId(user),
        created_at: at,
        updated_at: at,
        user_name: name.to_owned(),
        username: name.split(' ').next().unwrap_or_default().to_lowercase(),
    }
}

/// Ana is an admin, Carlos a moderator, and Bea has this role.
fn roles(of_bea: Role) -> Vec<BucketMember> {
    let roles = [(ANA, Role::Admin), (BEA, of_bea), (3, Role::Moderator)];
    let member = |(user, role)| BucketMember {
        id: MemberId(user),
        bucket: BucketId(1),
        user: UserId(user),
        role,
        create_at: Timestamp::default(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        user_name: String::new(),
        username: String::new(),
    };
    roles.map(member).into()
}

/// The members have the keys: Ana, Bea and Carlos.
pub fn with_members() -> App {
    let mut app = several();
    app.keys("<f3>");
    let list = vec![member(ANA, "Ana Souza"), member(3, "Carlos Pinto"), member(BEA, "Bea Lind")];
    let is_asked = |call: &Call| matches!(call, Call::ChannelMembers { .. });
    app.answer(is_asked, Ok(Answer::ChannelMembers(list)));
    let asked = Call::BucketMembers { bucket: BucketId(1) };
    app.answer(|call| *call == asked, Ok(Answer::BucketMembers(roles(Role::Member))));
    app
}

fn at_all_sizes(name: &str, app: &mut App) {
    for (columns, rows) in [(60, 20), (80, 24), (120, 24), (200, 24), (40, 10), (20, 5)] {
        assert_snapshot!(format!("{name}@{columns}x{rows}"), app.screen(columns, rows));
    }
}

#[test]
fn several_buckets() {
    at_all_sizes("several_buckets", &mut several());
}

#[test]
fn sidebar_with_the_keys() {
    let mut app = several();
    app.keys("<f2>j");
    at_all_sizes("sidebar_with_the_keys", &mut app);
}

#[test]
fn members() {
    at_all_sizes("members", &mut with_members());
}

#[test]
fn a_long_sidebar_says_what_is_unread_out_of_sight() {
    let mut app = many();
    assert_snapshot!("long_sidebar@80x24", app.screen(80, 24));
}

#[test]
fn a_screen_of_any_size_is_drawn() {
    let mut app = with_members();
    for (columns, rows) in (0..45).flat_map(|columns| [(columns, 3), (columns, 9), (60, columns)]) {
        app.screen(columns.max(1), rows.max(1));
    }
    assert_snapshot!("too_small@19x4", app.screen(19, 4));
}

#[test]
fn the_sidebar_is_walked_and_left_with_a_choice() {
    let mut app = several();
    app.screen(80, 24);
    app.keys("<f2>");
    assert_eq!(app.state.context(), Context::Sidebar);
    app.keys("j<enter>");
    assert_eq!((app.open_channel(), app.state.context()), (OPS, Context::EmptyDraft));
    app.keys("<f2>G<enter>");
    assert_eq!(app.open_channel(), DIRECT);
}

#[test]
fn what_is_typed_in_the_sidebar_is_not_lost() {
    let mut app = several();
    app.keys("<f2>Hello");
    assert_eq!(app.chat().draft().unwrap().text(), "Hello");
    assert_eq!(app.state.context(), Context::Chat);
}

#[test]
fn the_sidebar_is_narrowed_by_typing() {
    let mut app = several();
    app.screen(120, 24);
    app.keys("<f2>/mon");
    assert_eq!(app.state.context(), Context::Filter);
    assert_snapshot!("narrowed@120x24", app.screen(120, 24));
    app.keys("<enter>");
    assert_eq!((app.open_channel(), app.state.context()), (40, Context::EmptyDraft));
    app.keys("<f2>/zzz<enter>");
    assert_eq!(app.state.context(), Context::Filter, "there is nothing to go to");
    app.keys("<esc>");
    assert_eq!(app.state.context(), Context::Sidebar);
    app.keys("<esc>");
    assert_eq!(app.state.context(), Context::EmptyDraft);
}

#[test]
fn a_folded_bucket_lists_only_its_news() {
    let mut app = several();
    app.screen(80, 24);
    app.keys("<f2>gjjj<enter><esc>");
    assert_snapshot!("folded@80x24", app.screen(80, 24));
}

#[test]
fn the_sidebar_hides_and_comes_back() {
    let mut app = several();
    let is_seen = |app: &mut App| app.screen(80, 24).to_string().contains("#ops");
    assert!(is_seen(&mut app));
    app.keys("<f2><f2>");
    assert!(!is_seen(&mut app));
    assert_eq!(app.state.context(), Context::EmptyDraft);
    app.keys("<f2>");
    assert!(is_seen(&mut app));
}

#[test]
fn tab_in_an_empty_composer_leads_around_the_screen() {
    let mut app = with_members();
    app.keys("<esc>");
    let contexts: Vec<Context> = (0..3)
        .map(|_| {
            app.keys("<tab>");
            app.state.context()
        })
        .collect();
    assert_eq!(contexts, [Context::Sidebar, Context::Members, Context::EmptyDraft]);
}

#[test]
fn buckets_are_reached_by_number_and_one_after_the_other() {
    let mut app = several();
    app.keys("<alt-2>");
    assert_eq!(app.open_channel(), DESIGN);
    app.keys("<alt-down><alt-1><alt-2>");
    assert_eq!(app.open_channel(), 31, "where one was last");
    app.keys("<ctrl-pgdn>");
    assert_eq!(app.open_channel(), 40);
    app.keys("<ctrl-pgdn>");
    assert_eq!(app.open_channel(), GENERAL);
    app.keys("<ctrl-pgup><alt-9>");
    assert_eq!(app.open_channel(), 40, "there is no ninth");
}

#[test]
fn the_buckets_of_another_account_are_reached_alike() {
    let mut app = several();
    app.play(SECOND);
    app.enter(SECOND, "https://chat.example.org", Default::default(), true);
    app.go_live(&[(GENERAL, 0), (OPS, 0), (DIRECT, 0)]);
    app.frame(posted(GENERAL, 1, BEA_LIND, "abroad"));
    assert_snapshot!("rail_of_two_accounts@120x24", app.screen(120, 24));
    app.keys("<alt-4>");
    assert_eq!(app.state.accounts.front(), Some(SECOND));
    assert_eq!(app.texts(), ["abroad"]);
}

#[test]
fn a_member_is_written_to_added_and_removed() {
    let mut app = with_members();
    // Whoever is there comes first: we, then Bea.
    let effects = app.keys("j<enter>");
    assert_eq!(calls(&effects), [&Call::OpenDirect { user: UserId(BEA) }]);
    app.keys("<f3>x");
    let effects = app.keys("<enter>");
    let [Call::RemoveFromChannel { channel, .. }] = calls(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(*channel, ChannelId(GENERAL));
    app.keys("a");
    assert_eq!(app.state.context(), Context::Palette);
}

#[test]
fn roles_are_those_of_the_bucket_and_follow_what_is_changed() {
    let mut app = with_members();
    let role_of = |app: &mut App, name: &str| {
        let screen = app.screen(120, 24).to_string();
        let line = screen.lines().find(|line| line.contains(name)).expect("everybody is listed");
        ["admin", "moderator"].into_iter().find(|role| line.contains(role))
    };
    assert_eq!(role_of(&mut app, "@bea"), None);
    assert_eq!(role_of(&mut app, "@carlos"), Some("moderator"));
    let effects = app.frame(ServerFrame::MemberUpdated(MemberUpdated {
        bucket_id: BucketId(1),
        user_id: UserId(BEA),
        role: Role::Admin,
    }));
    let asked = Call::BucketMembers { bucket: BucketId(1) };
    assert!(calls(&effects).contains(&&asked), "{effects:?}");
    app.answer(|call| *call == asked, Ok(Answer::BucketMembers(roles(Role::Admin))));
    assert_eq!(role_of(&mut app, "@bea"), Some("admin"));
}

#[test]
fn members_follow_the_channel_and_whoever_comes_and_goes() {
    let mut app = with_members();
    app.keys("<esc>");
    let effects = app.keys("<alt-down>");
    assert!(calls(&effects).contains(&&Call::ChannelMembers { channel: ChannelId(OPS) }));
    let is_asked = |call: &Call| matches!(call, Call::ChannelMembers { .. });
    app.answer(is_asked, Err(refused("no")));
    let effects = app.keys("<f3><f3>");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Call(..))), "asked once");
    assert!(app.chat().panel().is_none());
}
