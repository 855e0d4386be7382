//! A client to press keys on, and a server of a few words to answer it.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

pub use crate::pages::page;
use jiff::tz::TimeZone;
use pail::io::screen::Screen;
use pail::keys::{Chord, Key, KeyMap, Keyboard, Override};
use pail::state::cached::Cached;
use pail::state::connection::Link;
use pail::state::effect::Generation;
use pail::state::input::{Entered, Me};
use pail::state::keepsake::{Keepsake, Whereabouts};
use pail::state::layouts::{Layout, Layouts};
use pail::state::settings::Settings;
use pail::state::welcome::{Suggestions, Welcome};
use pail::state::{
    self, AccountKey, Answer, Call, Chat, Configuration, Effect, Input, NetEvent, News, Refusal,
    Size, State,
};
use pail::text::SafeText;
use pail::view::{Cache, Theme, draw};
use pail_protocol::account::{Limits, Profile, User};
use pail_protocol::bucket::{BucketSummary, Role};
use pail_protocol::channel::{ChannelSummary, ChannelType, DirectMessage, Peer, Unread};
use pail_protocol::frame::{
    BucketCreated, ChatMessage, ClientFrame, Hello, Ready, Resumed, Send, ServerFrame,
};
use pail_protocol::message::Context;
use pail_protocol::{BucketId, ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

pub const ANA: i64 = 1;
pub const BEA: i64 = 2;
pub const GENERAL: i64 = 10;
pub const OPS: i64 = 11;
pub const DIRECT: i64 = 20;
/// 2026-03-04T09:30:00Z, a Wednesday.
pub const NOW_MS: i64 = 1_772_616_600_000;

pub struct App {
    pub state: State,
    pub keyboard: Keyboard,
    pub now_ms: i64,
    /// The account whose server is played.
    pub account: AccountKey,
    /// Its calls that were not answered yet.
    pub calls: Vec<(Generation, Call)>,
    /// Those of the other accounts.
    other_calls: BTreeMap<AccountKey, Vec<(Generation, Call)>>,
    /// What the next run would begin with, by account.
    kept: BTreeMap<AccountKey, Keepsake>,
}

pub const FIRST: AccountKey = AccountKey(1);
pub const SECOND: AccountKey = AccountKey(2);

pub fn size(columns: u16, rows: u16) -> Size {
    Size { columns, rows }
}

/// A client before the chat.
pub fn welcome(screen: Welcome) -> App {
    let zone = TimeZone::fixed(jiff::tz::offset(1));
    let state = State::new(screen, size(80, 24), zone, 7);
    let (keyboard, calls, other_calls) = (Keyboard::default(), Vec::new(), BTreeMap::new());
    let (account, now_ms, kept) = (FIRST, NOW_MS, BTreeMap::new());
    let mut app = App { state, keyboard, now_ms, account, calls, other_calls, kept };
    app.configure(Settings::default(), &[]);
    app.wait(0);
    app
}

/// A client that is connecting as Ana.
pub fn connecting(keepsake: Keepsake) -> App {
    let mut app = welcome(Welcome::chooser(Suggestions::default(), None));
    app.enter(FIRST, "http://127.0.0.1:7245", keepsake, false);
    app
}

/// What a run leaves that ended in this channel.
pub fn last_in(channel: i64) -> Keepsake {
    let current = Some(ChannelId(channel));
    let whereabouts = Whereabouts { current, ..Whereabouts::default() };
    Keepsake { whereabouts, ..Keepsake::default() }
}

/// A client that is connecting as Ana, and knows what earlier runs learned.
pub fn connecting_with(keepsake: Keepsake, cached: Cached) -> App {
    let mut app = welcome(Welcome::chooser(Suggestions::default(), None));
    app.enter_with(FIRST, "http://127.0.0.1:7245", keepsake, cached, false);
    app
}

/// A client that is live as Ana, in `#general`, with everything read.
pub fn live() -> App {
    let mut app = connecting(Keepsake::default());
    app.go_live(&[(GENERAL, 0), (OPS, 0), (DIRECT, 0)]);
    app
}

impl App {
    pub fn input(&mut self, input: Input) -> Vec<Effect> {
        let outgoing = self.state.update(input);
        for (account, effect) in
            outgoing.iter().map(|outgoing| (outgoing.account, &outgoing.effect))
        {
            if let (Some(account), Effect::Call(generation, call)) = (account, effect) {
                let is_played = account == self.account;
                let others = self.other_calls.entry(account).or_default();
                let calls = if is_played { &mut self.calls } else { others };
                calls.push((*generation, call.clone()));
            }
            if let (Some(account), Effect::Remember(changes)) = (account, effect) {
                self.kept.entry(account).or_default().apply(changes.clone());
            }
        }
        outgoing.into_iter().map(|outgoing| outgoing.effect).collect()
    }

    /// Ana is let into a server.
    pub fn enter(
        &mut self,
        account: AccountKey,
        server: &str,
        keepsake: Keepsake,
        is_background: bool,
    ) -> Vec<Effect> {
        self.enter_with(account, server, keepsake, Cached::default(), is_background)
    }

    /// Ana is let into a server of which something is known already.
    pub fn enter_with(
        &mut self,
        account: AccountKey,
        server: &str,
        keepsake: Keepsake,
        cached: Cached,
        is_background: bool,
    ) -> Vec<Effect> {
        let me = Me {
            server: SafeText::line(server),
            id: UserId(ANA),
            username: SafeText::name("ana"),
            name: SafeText::name("Ana Souza"),
        };
        self.kept.insert(account, keepsake.clone());
        let (keepsake, cached) = (Box::new(keepsake), Box::new(cached));
        let entered = Entered { account, me, keepsake, cached, is_background };
        self.input(Input::Entered(Ok(entered)))
    }

    /// What the next run begins with, as the disk gives it back.
    pub fn kept(&self) -> Keepsake {
        let written = serde_json::to_string(&self.kept[&self.account]).expect("it can be written");
        serde_json::from_str(&written).expect("it can be read")
    }

    /// From now on the server of this account is played.
    pub fn play(&mut self, account: AccountKey) {
        let calls = self.other_calls.remove(&account).unwrap_or_default();
        let left = std::mem::replace(&mut self.calls, calls);
        self.other_calls.insert(std::mem::replace(&mut self.account, account), left);
    }

    /// Something new for the account that is played.
    pub fn news(&mut self, news: News) -> Vec<Effect> {
        self.input(Input::Account(self.account, news))
    }

    /// Chooses settings and keys.
    pub fn configure(&mut self, settings: Settings, overrides: &[Override]) {
        let (map, problems) = KeyMap::new(&settings, overrides);
        assert_eq!(problems, []);
        let keys = map.table();
        self.keyboard = Keyboard::new(Arc::new(map));
        self.input(Input::Configured(Box::new(Configuration { settings, keys, problem: None })));
    }

    /// Presses keys: characters, and names in `<>` such as `<enter>`, `<ctrl-k>`, `<alt-a>`.
    pub fn keys(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut rest = keys;
        while let Some(first) = rest.chars().next() {
            let (chord, length) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some((name, _)) => (chord(name), name.len() + 2),
                None => (Chord::plain(Key::Char(first)), first.len_utf8()),
            };
            rest = &rest[length..];
            let input = self.keyboard.press(self.state.context(), chord);
            effects
                .extend(input.into_iter().flat_map(|input| self.input(input)).collect::<Vec<_>>());
        }
        effects
    }

    pub fn wait(&mut self, ms: i64) -> Vec<Effect> {
        self.now_ms += ms;
        self.input(Input::Time(Timestamp::from_millis(self.now_ms)))
    }

    pub fn chat(&self) -> &Chat {
        match self.state.screen() {
            state::Screen::Chat(chat) => chat,
            state::Screen::Welcome(welcome) => panic!("{welcome:?}"),
        }
    }

    /// The chat of the account that is played.
    pub fn played(&self) -> &Chat {
        self.state.accounts.get(self.account).expect("the account is open")
    }

    pub fn link(&self) -> &Link {
        self.played().connection().link()
    }

    pub fn generation(&self) -> Generation {
        self.played().connection().generation()
    }

    pub fn frame(&mut self, frame: ServerFrame) -> Vec<Effect> {
        let generation = self.generation();
        self.news(News::Net(generation, NetEvent::Frame(Box::new(frame))))
    }

    pub fn closed(&mut self, code: Option<u16>) -> Vec<Effect> {
        let (generation, reason) = (self.generation(), SafeText::line("the connection ended"));
        self.news(News::Net(generation, NetEvent::Closed { code, reason }))
    }

    pub fn hello(&mut self, epoch: &str) -> Vec<Effect> {
        self.frame(ServerFrame::Hello(Hello {
            epoch: epoch.to_owned(),
            server_version: "0.1.0".to_owned(),
            user: user(ANA, "ana", "Ana Souza"),
            limits: Limits::default(),
        }))
    }

    pub fn ready(&mut self, channels: &[(i64, i64, bool)]) -> Vec<Effect> {
        let resumed = |(id, last, recovered): &(i64, i64, bool)| {
            (ChannelId(*id), Resumed { last_seq: Seq(*last), recovered: *recovered })
        };
        let channels: BTreeMap<_, _> = channels.iter().map(resumed).collect();
        self.frame(ServerFrame::Ready(Ready { epoch: "e1".to_owned(), channels, online: None }))
    }

    /// Hello, ready, and answers to every list.
    pub fn go_live(&mut self, channels: &[(i64, i64)]) {
        self.hello("e1");
        self.ready(&channels.iter().map(|(id, last)| (*id, *last, true)).collect::<Vec<_>>());
        self.answer_lists(&[]);
    }

    /// Answers the calls for lists: one bucket, two channels, one direct message.
    pub fn answer_lists(&mut self, unread: &[Unread]) {
        while let Some(at) = self.calls.iter().position(|(_, call)| list(call, unread).is_some()) {
            let (generation, call) = self.calls.remove(at);
            let answer = list(&call, unread).expect("it is a list");
            self.news(News::Answered(generation, call, Ok(answer)));
        }
    }

    /// The bucket has these channels from now on.
    pub fn list_channels(&mut self, channels: Vec<ChannelSummary>) {
        let bucket_id = BucketId(1);
        let created = BucketCreated { bucket_id, name: "Acme".to_owned() };
        self.frame(ServerFrame::BucketCreated(created));
        let buckets = list(&Call::Buckets, &[]).expect("it is a list");
        self.answer(|call| *call == Call::Buckets, Ok(buckets));
        self.answer(|call| matches!(call, Call::Channels { .. }), Ok(Answer::Channels(channels)));
        self.answer_lists(&[]);
    }

    /// Answers the oldest open call that fits.
    pub fn answer(
        &mut self,
        fits: impl Fn(&Call) -> bool,
        result: Result<Answer, Refusal>,
    ) -> Vec<Effect> {
        let at = self.calls.iter().position(|(_, call)| fits(call));
        let at = at.unwrap_or_else(|| panic!("nobody asked: {:?}", self.calls));
        let (generation, call) = self.calls.remove(at);
        self.news(News::Answered(generation, call, result))
    }

    pub fn screen(&mut self, columns: u16, rows: u16) -> TestBackend {
        self.input(Input::Resized(size(columns, rows)));
        self.drawn(Theme::default())
    }

    /// The cells with their colours, at the size of the last screen.
    pub fn styled(&self, theme: Theme) -> Vec<Cell> {
        self.drawn(theme).buffer().content.clone()
    }

    fn drawn(&self, theme: Theme) -> TestBackend {
        self.drawn_with(&mut Cache { theme, ..Cache::default() })
    }

    /// The cells, at the size of the last screen.
    pub fn drawn_with(&self, cache: &mut Cache) -> TestBackend {
        let Size { columns, rows } = self.state.around.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a test backend");
        terminal.draw(|frame| draw(&self.state, cache, frame)).expect("a test backend");
        terminal.backend().clone()
    }

    /// The cells as they are meant, and draws the same to a screen whose bytes are kept.
    pub fn drawn_to(&mut self, screen: &mut Screen<impl Write>, cache: &mut Cache) -> Buffer {
        screen.draw(&self.state, cache).expect("bytes are kept");
        self.drawn_with(cache).buffer().clone()
    }

    /// The texts of the messages that are kept of the open channel.
    pub fn texts(&self) -> Vec<String> {
        let timeline = self.chat().timeline().expect("a channel is open");
        let text = |entry| rows_of(&Layouts::default().of_entry(entry, 200)).join("\n");
        timeline.entries().map(text).collect()
    }

    pub fn unread(&self, channel: i64) -> u64 {
        self.chat().roster().channel(ChannelId(channel)).expect("it is listed").unread
    }

    pub fn open_channel(&self) -> i64 {
        self.chat().current().expect("a channel is open").id.0
    }
}

fn rows_of(layout: &Layout) -> Vec<String> {
    let rows = layout.rows.iter();
    rows.map(|row| row.spans.iter().map(|span| span.text.as_str()).collect()).collect()
}

fn chord(name: &str) -> Chord {
    Chord::parse(name).unwrap_or_else(|why| panic!("{why}"))
}

pub fn list(call: &Call, unread: &[Unread]) -> Option<Answer> {
    Some(match call {
        Call::Buckets => Answer::Buckets(vec![BucketSummary {
            icon: None,
            id: BucketId(1),
            name: "Acme".to_owned(),
            member_count: 3,
            role: Role::Admin,
        }]),
        Call::Channels { .. } => {
            Answer::Channels(vec![channel(GENERAL, "general"), channel(OPS, "ops")])
        }
        Call::Directs => Answer::Directs(vec![direct(DIRECT, BEA, "bea", "Bea Lind")]),
        Call::People => Answer::People(vec![
            person(ANA, "ana", "Ana Souza"),
            person(BEA, "bea", "Bea Lind"),
            person(3, "carlos", "Carlos Pinto"),
        ]),
        Call::Unread => Answer::Unread(unread.to_vec()),
        _ => return None,
    })
}

pub fn user(id: i64, username: &str, name: &str) -> User {
    User {
        id: UserId(id),
        username: username.into(),
        name: name.into(),
        email: String::new(),
        bot: false,
    }
}

pub fn person(id: i64, username: &str, name: &str) -> Profile {
    let user = user(id, username, name);
    Profile { user, online: false, status: None, created_at: Timestamp::default() }
}

pub fn channel(id: i64, name: &str) -> ChannelSummary {
    ChannelSummary {
        topic: String::new(),
        id: ChannelId(id),
        name: name.to_owned(),
        channel_type: ChannelType::Group,
        latest_message: String::new(),
        latest_message_id: None,
        latest_at: None,
        is_member: true,
    }
}

pub fn direct(id: i64, peer: i64, username: &str, name: &str) -> DirectMessage {
    DirectMessage {
        channel_id: ChannelId(id),
        channel_name: "Ana and Bea".to_owned(),
        latest_message: String::new(),
        latest_sender: None,
        timestamp: None,
        peer: Some(Peer {
            id: UserId(peer),
            name: name.to_owned(),
            username: username.to_owned(),
            online: false,
        }),
    }
}

pub fn unread(channel: i64, last: i64, read: i64, unread: u64) -> Unread {
    Unread {
        channel: ChannelId(channel),
        last_seq: Seq(last),
        read_seq: Seq(read),
        unread,
        mentions: 0,
        muted: false,
    }
}

/// A message as the socket brings it, a minute of `seq` after nine o'clock.
pub fn posted(channel: i64, seq: i64, sender: (i64, &str), text: &str) -> ServerFrame {
    posted_as(channel, seq, sender, text, None)
}

pub fn posted_as(
    channel: i64,
    seq: i64,
    (id, name): (i64, &str),
    text: &str,
    nonce: Option<Nonce>,
) -> ServerFrame {
    let at = Timestamp::from_millis(NOW_MS - 3_600_000 + seq * 60_000);
    ServerFrame::Message(ChatMessage {
        context: calling(text),
        message: text.to_owned(),
        sender: name.to_owned(),
        sender_id: UserId(id),
        timestamp: at,
        id: MessageId(seq),
        seq: Seq(seq),
        channel_id: ChannelId(channel),
        sender_name: name.to_owned(),
        sender_username: name.to_lowercase(),
        message_text: text.to_owned(),
        created_at: at,
        ts_ms: at,
        nonce,
    })
}

/// Whom a text calls: Ana, or everybody.
fn calling(text: &str) -> Context {
    let has =
        |word: &str| text.to_lowercase().split(|c: char| " ,.:?!".contains(c)).any(|w| w == word);
    let mentions = if has("@ana") { vec![UserId(ANA)] } else { Vec::new() };
    Context { mentions, here: has("@here"), ..Context::default() }
}

pub const BEA_LIND: (i64, &str) = (BEA, "Bea Lind");
pub const ANA_SOUZA: (i64, &str) = (ANA, "Ana Souza");

/// What the server will not have.
pub fn refused(sentence: &str) -> Refusal {
    Refusal { code: None, is_final: true, sentence: SafeText::line(sentence) }
}

/// What did not work, and may work another time.
pub fn failed(sentence: &str) -> Refusal {
    Refusal { is_final: false, ..refused(sentence) }
}

/// The messages among effects that go to the socket.
pub fn sent(effects: &[Effect]) -> Vec<Send> {
    let frames = effects.iter().filter_map(|effect| match effect {
        Effect::SendFrame(_, ClientFrame::Send(send)) => Some(send.clone()),
        _ => None,
    });
    frames.collect()
}

/// The calls among effects.
pub fn calls(effects: &[Effect]) -> Vec<&Call> {
    let calls = effects.iter().filter_map(|effect| match effect {
        Effect::Call(_, call) => Some(call),
        _ => None,
    });
    calls.collect()
}
