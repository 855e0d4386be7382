//! Two clients and a real server, without a terminal: everything between a key and a screen on
//! the other side.

mod unlocking;

use std::sync::Arc;
use std::time::Duration;

use hyper::Method;
use jiff::tz::TimeZone;
use pail::embed::{Hosted, Hosting, Keeping, host};
use pail::io::accounts::{Account, Accounts};
use pail::io::address::JoinLink;
use pail::io::entry::{Doors, Opened, register};
use pail::io::files::ClientDirs;
use pail::io::keyring::Keyring;
use pail::io::secrets::Secrets;
use pail::io::{Edge, LOGOUT, Outside};
use pail::runtime::now;
use pail::state::effect::Secret;
use pail::state::welcome::{Suggestions, Welcome};
use pail::state::{Action, Chat, Effect, Input, Outgoing, Screen, Size, State};
use pail_protocol::UserId;
use tempfile::TempDir;
use tokio::sync::{Mutex, mpsc};
use tokio::time::{sleep, timeout};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

struct Client {
    state: State,
    edge: Edge,
    outside: mpsc::Receiver<Outside>,
}

fn hosting(keeping: Keeping, port: u16) -> Hosting {
    Hosting { listen: ([127, 0, 0, 1], port).into(), keeping, team: "Acme".to_owned() }
}

fn doors(dir: &TempDir) -> Arc<Doors> {
    let accounts = Accounts::new(&ClientDirs::new(Some(dir.path().to_owned())).unwrap());
    doors_with(dir, Secrets::new(accounts, Keyring::none(), true))
}

fn doors_with(dir: &TempDir, secrets: Secrets) -> Arc<Doors> {
    let dirs = ClientDirs::new(Some(dir.path().to_owned())).unwrap();
    let hosting = hosting(Keeping::Memory, 0);
    let (accounts, hosted) = (Accounts::new(&dirs), Mutex::new(None));
    Arc::new(Doors { accounts, secrets, insecure: false, hosting, hosted })
}

impl Client {
    fn open(dir: &TempDir, opened: Opened, seed: u128) -> Self {
        Self::open_with(dir, doors(dir), opened, seed)
    }

    fn open_with(dir: &TempDir, doors: Arc<Doors>, opened: Opened, seed: u128) -> Self {
        let dirs = ClientDirs::new(Some(dir.path().to_owned())).unwrap();
        let (edge, outside) = Edge::new(doors, dirs);
        let welcome = Welcome::chooser(Suggestions::default(), None);
        let state = State::new(welcome, Size { columns: 80, rows: 24 }, TimeZone::UTC, seed);
        let mut client = Self { state, edge, outside };
        let entered = client.edge.open(opened);
        client.input(Input::Entered(Ok(entered)));
        client
    }

    fn input(&mut self, input: Input) {
        let effects = self.state.update(Input::Time(now()));
        let more = self.state.update(input);
        for outgoing in effects.into_iter().chain(more) {
            if !matches!(outgoing.effect, Effect::Bell | Effect::Notify(_)) {
                self.edge.run(outgoing);
            }
        }
    }

    fn say(&mut self, text: &str) {
        text.chars().for_each(|character| self.input(Input::Typed(character)));
        self.input(Input::Do(Action::Submit));
    }

    fn chat(&self) -> &Chat {
        match self.state.screen() {
            Screen::Chat(chat) => chat,
            Screen::Welcome(welcome) => panic!("{welcome:?}"),
        }
    }

    fn texts(&self) -> Vec<String> {
        let entries = self.chat().timeline().into_iter().flat_map(|timeline| timeline.entries());
        entries.map(|entry| entry.text.to_string()).collect()
    }

    async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                tokio::select! {
                    outside = self.outside.recv() => {
                        if let Some(input) = self.edge.receive(outside.expect("the edge is there")) {
                            self.input(input);
                        }
                    }
                    () = sleep(Duration::from_millis(50)) => self.input(Input::Time(now())),
                }
            }
        };
        let in_time = timeout(PATIENCE, waiting).await.is_ok();
        assert!(in_time, "never: {what}; {:?} {:?}", self.texts(), self.chat().connection());
    }

    async fn until_open(&mut self) {
        self.until("a channel is open", |client| client.chat().timeline().is_some()).await;
    }
}

async fn founder(dir: &TempDir, hosted: &Hosted) -> Opened {
    let code = hosted.founding_invite.as_deref().expect("nobody is there yet");
    let account = register(&hosted.local, "Ana Souza", code).await.unwrap();
    doors(dir).saved(account).await.unwrap()
}

/// A port that was given up may be taken for a moment by a connection of another test.
async fn host_again(keeping: Keeping, port: u16) -> Hosted {
    let trying = async {
        loop {
            match host(hosting(keeping.clone(), port)).await {
                Ok(hosted) => return hosted,
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    };
    timeout(PATIENCE, trying).await.expect("the port becomes free again")
}

#[tokio::test]
async fn two_people_meet_talk_and_survive_a_restart_of_the_server() {
    let (data, ana_dir, bea_dir) =
        (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let keeping = Keeping::Directory(data.path().to_owned());
    let server = host(hosting(keeping.clone(), 0)).await.unwrap();
    let port = server.local.port;
    let opened = founder(&ana_dir, &server).await;
    let link: JoinLink = opened.invite().await.unwrap();
    let mut ana = Client::open(&ana_dir, opened, 1);
    ana.until_open().await;
    let joined = doors(&bea_dir).join(&link, "Bea Lind").await.unwrap();
    assert_eq!(joined.account.username, "bea.lind");
    let mut bea = Client::open(&bea_dir, joined, 2);
    bea.until_open().await;

    bea.say("hello");
    ana.until("bea is heard", |ana| ana.texts() == ["hello"]).await;
    bea.until("the echo is there", |bea| bea.chat().waiting() == 0 && bea.texts() == ["hello"])
        .await;

    server.stop().await;
    ana.until("ana is offline", |ana| !ana.chat().connection().is_live()).await;
    bea.until("bea is offline", |bea| !bea.chat().connection().is_live()).await;
    bea.say("one");
    bea.say("two");
    let server = host_again(keeping, port).await;
    assert_eq!(server.founding_invite, None);
    bea.until("what waited is sent", |bea| bea.texts() == ["hello", "one", "two"]).await;
    ana.until("ana catches up", |ana| ana.texts() == ["hello", "one", "two"]).await;
    bea.edge.close().await;

    let account = doors(&bea_dir).accounts.last().unwrap().expect("the login was saved");
    let mut bea = Client::open(&bea_dir, doors(&bea_dir).saved(account).await.unwrap(), 3);
    bea.until("history is there", |bea| bea.texts().len() == 3).await;
    server.stop().await;
}

#[tokio::test]
async fn what_was_read_is_there_without_a_server_and_goes_on_where_it_ended() {
    let (data, dir, bea_dir) =
        (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let keeping = Keeping::Directory(data.path().to_owned());
    let server = host(hosting(keeping.clone(), 0)).await.unwrap();
    let port = server.local.port;
    let opened = founder(&dir, &server).await;
    let (account, link) = (opened.account.clone(), opened.invite().await.unwrap());
    let mut ana = Client::open(&dir, opened, 1);
    ana.until_open().await;
    for number in 1..=150 {
        ana.say(&format!("number {number}"));
    }
    ana.until("all is said", |ana| ana.chat().waiting() == 0 && ana.texts().len() == 150).await;
    ana.edge.close().await;
    let joined = doors(&bea_dir).join(&link, "Bea Lind").await.unwrap();
    let mut bea = Client::open(&bea_dir, joined, 2);
    bea.until_open().await;
    bea.say("while ana was away");
    let is_last = |c: &Client, text: &str| c.texts().last().is_some_and(|last| last == text);
    bea.until("it is said", |bea| is_last(bea, "while ana was away")).await;
    server.stop().await;

    let mut ana = Client::open(&dir, doors(&dir).saved(account).await.unwrap(), 3);
    assert_eq!(ana.texts().last().map(String::as_str), Some("number 150"), "at once");
    (0..12).for_each(|_| ana.input(Input::Do(Action::PageUp)));
    ana.until("older ones come", |ana| ana.texts().len() == 150).await;
    assert!(!ana.chat().connection().is_live());
    let _server = host_again(keeping, port).await;
    ana.input(Input::Do(Action::Go(pail::state::Go::Newest)));
    ana.until("the rest comes", |ana| is_last(ana, "while ana was away")).await;
    assert_eq!(ana.texts().len(), 151, "nothing twice, nothing missing");
}

#[tokio::test]
async fn an_invite_taken_with_a_login_opens_that_login() {
    let (ana_dir, bea_dir) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let opened = founder(&ana_dir, &server).await;
    let link = opened.invite().await.unwrap();
    let first = doors(&bea_dir).join(&link, "Bea").await.unwrap();
    let again = doors(&bea_dir).join(&link, "Somebody Else").await.unwrap();
    assert_eq!(first.account.user_id, again.account.user_id);
    let (server_at, nothing) = (server.local.clone(), Secret(String::new()));
    let back = doors(&bea_dir).log_in(server_at.clone(), "bea", nothing.clone()).await.unwrap();
    assert_ne!(back.account.token, first.account.token, "the saved password gives a new token");
    assert!(doors(&ana_dir).log_in(server_at, "bea", nothing).await.is_err());
    let wrong = JoinLink { code: "wrong".to_owned(), ..link };
    let dir = TempDir::new().unwrap();
    assert!(doors(&dir).join(&wrong, "Bea").await.is_err());
    server.stop().await;
}

#[tokio::test]
async fn logging_out_locks_nobody_out() {
    let (data, dir) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let hosting = hosting(Keeping::Directory(data.path().to_owned()), 0);
    let first = doors(&dir);
    let opened = first.host(hosting.clone(), "Ana Souza").await.unwrap().expect("nobody is there");
    let (owner, port) = (opened.account.clone(), opened.rest.server().port);
    let mut ana = Client::open(&dir, opened, 5);
    ana.until_open().await;
    for effect in [Effect::LogOut, Effect::Close] {
        ana.edge.run(Outgoing { account: ana.state.accounts.front(), effect });
    }
    let kept = first.accounts.last().unwrap().expect("the account is kept");
    assert_eq!((kept.is_logged_in(), &kept.password), (false, &owner.password));
    let nothing = Secret(String::new());
    let server = kept.address().unwrap();
    let back = first.log_in(server.clone(), &kept.username, nothing).await.unwrap();
    assert_eq!(back.account.user_id, owner.user_id, "the saved password is enough");
    back.rest.order(Method::POST, LOGOUT).await.unwrap();
    first.close().await;

    // The saved login is not valid any more, and nobody is asked.
    let again = Hosting { listen: ([127, 0, 0, 1], port).into(), ..hosting };
    let doors = doors(&dir);
    let hosting_again = async {
        loop {
            match doors.host(again.clone(), "Ana Souza").await {
                Ok(opened) => return opened.expect("the owner's account is saved"),
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    };
    let opened = timeout(PATIENCE, hosting_again).await.expect("the port becomes free again");
    assert_eq!(opened.account.user_id, owner.user_id);
    assert!(!opened.is_new_team && opened.account.token != owner.token);
    doors.close().await;
}

#[tokio::test]
async fn an_invite_to_a_server_that_knows_us_no_more_makes_somebody_new() {
    let (ana_dir, bea_dir) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let link = founder(&ana_dir, &server).await.invite().await.unwrap();
    let doors = doors(&bea_dir);
    let stale = Account {
        server: server.local.to_string(),
        user_id: UserId(77),
        username: "bea".to_owned(),
        name: "Bea".to_owned(),
        password: "of another database".to_owned(),
        token: "pail_of_another_database".to_owned(),
        password_id: "password".to_owned(),
        token_id: "token".to_owned(),
    };
    doors.accounts.save(&stale).unwrap();
    assert!(doors.join_again(&link).await.unwrap().is_none());
    let wrong = JoinLink { code: "wrong".to_owned(), ..link.clone() };
    let refused = doors.join(&wrong, "Bea").await.err().expect("no such invite").to_string();
    assert!(refused.contains("invite"), "{refused}");
    let joined = doors.join(&link, "Bea").await.unwrap();
    assert_ne!(joined.account.user_id, stale.user_id);
    assert_eq!(doors.accounts.last().unwrap().unwrap().token, joined.account.token);
    assert_eq!(doors.accounts.on(&server.local).unwrap().len(), 2, "the old one is kept aside");
    server.stop().await;
}

#[tokio::test]
async fn of_two_clients_on_one_account_the_second_one_is_warned() {
    let dir = TempDir::new().unwrap();
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let opened = founder(&dir, &server).await;
    let account = opened.account.clone();
    let mut first = Client::open(&dir, opened, 6);
    first.until_open().await;
    assert!(first.chat().warning().is_none());
    let mut second = Client::open(&dir, doors(&dir).saved(account).await.unwrap(), 7);
    second.until("it is warned", |second| second.chat().warning().is_some()).await;
    let warning = second.chat().warning().unwrap().as_str().to_owned();
    assert!(warning.contains("another pail"), "{warning}");
    server.stop().await;
}

#[tokio::test]
async fn two_servers_are_open_side_by_side_and_neither_hinders_the_other() {
    let (dir, bea_dir) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (here, there) = (
        host(hosting(Keeping::Memory, 0)).await.unwrap(),
        host(hosting(Keeping::Memory, 0)).await.unwrap(),
    );
    let at_home = founder(&dir, &here).await;
    doors(&dir).accounts.save(&at_home.account).unwrap();
    let abroad = founder(&bea_dir, &there).await;
    let link = abroad.invite().await.unwrap();
    let mut bea = Client::open(&bea_dir, abroad, 8);
    bea.until_open().await;
    doors(&dir).join(&link, "Ana Souza").await.unwrap();

    // The one that was used last comes first, the other one behind it.
    let saved = doors(&dir).accounts.logged_in().unwrap();
    assert_eq!(saved.len(), 2);
    let first = doors(&dir).saved(saved[0].clone()).await.unwrap();
    let mut ana = Client::open(&dir, first, 9);
    doors(&dir).open_others(Some(saved[0].clone()), ana.edge.inbox()).await;
    ana.until("both are live", |ana| {
        ana.state.accounts.iter().len() == 2
            && ana.state.accounts.iter().all(|(_, chat)| chat.connection().is_live())
    })
    .await;
    assert_eq!(ana.chat().me().server.as_str(), there.local.to_string());
    assert!(ana.state.accounts.iter().all(|(_, chat)| chat.warning().is_none()));

    here.stop().await;
    let behind = |ana: &Client| {
        ana.state.accounts.iter().last().map(|(_, chat)| chat.connection().is_live())
    };
    ana.until("the other one is offline", |ana| behind(ana) == Some(false)).await;
    bea.say("hello");
    ana.until("bea is heard all the same", |ana| ana.texts() == ["hello"]).await;
    ana.edge.close().await;
    there.stop().await;
}

#[tokio::test]
async fn the_demo_talks_to_you() {
    let dir = TempDir::new().unwrap();
    let doors = doors(&dir);
    let opened = doors.demo().await.unwrap();
    let mut you = Client::open(&dir, opened, 4);
    let unread =
        |you: &Client| you.chat().roster().in_order().iter().map(|c| c.unread).sum::<u64>();
    you.until("others are unread", |you| unread(you) > 0).await;
    you.until("somebody is heard", |you| you.texts().len() >= 2).await;
    you.say("hi all");
    you.until("somebody answers", |you| you.texts().iter().any(|text| text.contains("👍"))).await;
    doors.close().await;
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is kept");
}

#[tokio::test]
async fn a_file_goes_along_with_a_message() {
    let (dir, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let hosted = host_again(Keeping::Memory, 0).await;
    let opened = founder(&dir, &hosted).await;
    let mut ana = Client::open(&dir, opened, 1);
    ana.until_open().await;
    let path = files.path().join("a \"trace\" é.txt");
    std::fs::write(&path, "x".repeat(300_000)).unwrap();
    ana.say(&format!("/upload {}", path.display()));
    ana.say("look at this");
    ana.until("it is there", |ana| ana.texts().contains(&"look at this".to_owned())).await;
    let entries = ana.chat().timeline().unwrap().entries();
    let file = entries.flat_map(|entry| &entry.files).next().expect("a file").clone();
    assert_eq!((file.name.as_str(), file.size), ("a \"trace\" é.txt", 300_000));
    assert_eq!(file.content_type.as_str(), "text/plain");
    ana.say("/upload /no/such/file");
    ana.until("it is said", |ana| {
        ana.chat().attached_shown().is_some_and(|shown| shown.as_str().contains("cannot be read"))
    })
    .await;
}
