//! An account whose login is in a keyring that somebody has to unlock first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use pail::embed::{Keeping, host};
use pail::io::accounts::{Account, Accounts};
use pail::io::files::ClientDirs;
use pail::io::keyring::{Keyring, Shelf, Trouble};
use pail::io::secrets::Secrets;
use pail::state::connection::Link;
use tempfile::TempDir;

use super::{Client, doors_with, founder, hosting};

/// What a keyring says.
type Said = Result<String, Trouble>;

/// Gives nothing before it is unlocked, and then a token or nothing at all.
#[derive(Clone, Default)]
struct Locked(Arc<(Mutex<Option<Said>>, Condvar)>, Arc<AtomicUsize>);

impl Locked {
    fn answers(&self, answer: Said) {
        *self.0.0.lock().unwrap() = Some(answer);
        self.0.1.notify_all();
    }
}

impl Shelf for Locked {
    fn read(&self, _name: &str) -> Said {
        self.1.fetch_add(1, Ordering::Relaxed);
        let answer = self.0.1.wait_while(self.0.0.lock().unwrap(), |answer| answer.is_none());
        answer.unwrap().clone().unwrap()
    }

    fn write(&self, _name: &str, _label: &str, _secret: &str) -> Result<(), Trouble> {
        Err(Trouble::Unavailable)
    }

    fn erase(&self, _name: &str) -> Result<(), Trouble> {
        Err(Trouble::Unavailable)
    }
}

/// A client of somebody who has been here before, and the token that their keyring has.
async fn returning(dir: &TempDir, keyring: &Locked, account: Account) -> (Client, String) {
    let accounts = Accounts::new(&ClientDirs::new(Some(dir.path().to_owned())).unwrap());
    accounts.save(&account).unwrap();
    assert!(accounts.is_in_keyring(&account.token_id).unwrap());
    let secrets = Secrets::new(accounts.clone(), Keyring::new(keyring.clone()), true);
    let doors = doors_with(dir, secrets);
    let saved = accounts.last().unwrap().unwrap();
    assert!(saved.token().is_none() && saved.is_logged_in());
    let opened = doors.saved(saved).await.unwrap();
    (Client::open_with(dir, doors, opened, 2), account.token)
}

fn reason(client: &Client) -> String {
    match client.chat().connection().link() {
        Link::Offline { reason, .. } => reason.as_str().to_owned(),
        _ => String::new(),
    }
}

#[tokio::test]
async fn what_is_here_is_shown_while_the_keyring_is_locked_and_the_rest_comes_once_it_is_not() {
    let (dir, keyring) = (TempDir::new().unwrap(), Locked::default());
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let opened = founder(&dir, &server).await;
    let account = opened.account.clone();
    let mut before = Client::open(&dir, opened, 1);
    before.until_open().await;
    before.say("said before");
    before.until("it is said", |before| before.texts() == ["said before"]).await;
    before.edge.close().await;
    let (mut ana, token) = returning(&dir, &keyring, account).await;
    assert_eq!(ana.texts(), ["said before"]);
    ana.say("written meanwhile");
    ana.until("it says what it waits for", |ana| reason(ana).contains("keyring")).await;
    keyring.answers(Ok(token));
    ana.until("it goes out", |ana| ana.texts() == ["said before", "written meanwhile"]).await;
    server.stop().await;
}

#[tokio::test]
async fn a_keyring_that_stays_locked_is_asked_once_and_says_what_to_do() {
    let (dir, keyring) = (TempDir::new().unwrap(), Locked::default());
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let account = founder(&dir, &server).await.account;
    let (mut ana, token) = returning(&dir, &keyring, account).await;
    keyring.answers(Err(Trouble::Refused));
    ana.until("it says so", |ana| reason(ana).contains("stays locked")).await;
    keyring.answers(Ok(token));
    let tries = |ana: &Client| ana.chat().connection().generation();
    let before = tries(&ana);
    ana.until("it has tried again", |ana| tries(ana).0 > before.0 + 2).await;
    assert!(reason(&ana).contains("stays locked"), "{}", reason(&ana));
    server.stop().await;
}

#[tokio::test]
async fn whoever_puts_the_question_away_after_a_while_is_not_asked_again() {
    let (dir, keyring) = (TempDir::new().unwrap(), Locked::default());
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let account = founder(&dir, &server).await.account;
    let (mut ana, _) = returning(&dir, &keyring, account).await;
    let tries = |ana: &Client| ana.chat().connection().generation().0;
    let before = tries(&ana);
    ana.until("it has tried again", |ana| tries(ana) > before + 1).await;
    keyring.answers(Err(Trouble::Refused));
    ana.until("it says so", |ana| reason(ana).contains("stays locked")).await;
    assert_eq!(keyring.1.load(Ordering::Relaxed), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_login_that_the_keyring_has_lost_is_over() {
    let (dir, keyring) = (TempDir::new().unwrap(), Locked::default());
    let server = host(hosting(Keeping::Memory, 0)).await.unwrap();
    let account = founder(&dir, &server).await.account;
    let (mut ana, _) = returning(&dir, &keyring, account).await;
    keyring.answers(Err(Trouble::Missing));
    ana.until("the ways in are shown", |ana| ana.state.accounts.iter().len() == 0).await;
    server.stop().await;
}
