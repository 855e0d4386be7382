//! A keyring of a few lines that dies after any step, and two clients at once. The real one is asked in
//! the end-to-end tests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use pail_protocol::UserId;
use tempfile::TempDir;

use super::{Secret, Secrets, Whereabouts};
use crate::io::accounts::{Account, Accounts};
use crate::io::files::ClientDirs;
use crate::io::keyring::{Keyring, Shelf, Trouble};

/// Steps enough for everything that is tried here.
const STEPS_MAX: usize = 30;

type Contents = Arc<Mutex<BTreeMap<String, String>>>;

/// Takes part in so many steps, then never again; the last one may be done and not be told.
struct Mortal {
    contents: Contents,
    steps_left: AtomicUsize,
    does_last: bool,
}

impl Mortal {
    fn step<T>(&self, step: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> Result<T, Trouble> {
        let left = self.steps_left.load(Ordering::Relaxed);
        self.steps_left.store(left.saturating_sub(1), Ordering::Relaxed);
        if left > 1 || (left == 1 && self.does_last) {
            let done = step(&mut self.contents.lock().unwrap());
            return if left > 1 { Ok(done) } else { Err(Trouble::Unavailable) };
        }
        Err(Trouble::Unavailable)
    }
}

impl Shelf for Mortal {
    fn read(&self, name: &str) -> Result<String, Trouble> {
        self.step(|contents| contents.get(name).cloned())?.ok_or(Trouble::Missing)
    }

    fn write(&self, name: &str, _label: &str, secret: &str) -> Result<(), Trouble> {
        self.step(|contents| drop(contents.insert(name.to_owned(), secret.to_owned())))
    }

    fn erase(&self, name: &str) -> Result<(), Trouble> {
        self.step(|contents| contents.remove(name))?.map(drop).ok_or(Trouble::Missing)
    }
}

struct Machine {
    dir: TempDir,
    contents: Contents,
}

impl Machine {
    fn new() -> Self {
        Self { dir: TempDir::new().unwrap(), contents: Contents::default() }
    }

    fn accounts(&self) -> Accounts {
        Accounts::new(&ClientDirs::new(Some(self.dir.path().to_owned())).unwrap())
    }

    /// A client whose keyring takes part in so many steps.
    fn client(&self, steps: usize, does_last: bool, is_wanted: bool) -> Secrets {
        let (contents, steps_left) = (self.contents.clone(), AtomicUsize::new(steps));
        let keyring = Keyring::new(Mortal { contents, steps_left, does_last });
        Secrets::new(self.accounts(), keyring, is_wanted)
    }

    fn healthy(&self, is_wanted: bool) -> Secrets {
        self.client(usize::MAX, true, is_wanted)
    }

    fn in_keyring(&self) -> Vec<String> {
        self.contents.lock().unwrap().values().cloned().collect()
    }

    fn in_file(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("accounts.json")).unwrap()
    }

    /// What a start finds.
    async fn login(&self) -> (Result<Secret, Trouble>, Result<Secret, Trouble>) {
        let (secrets, account) = (self.healthy(true), self.accounts().last().unwrap().unwrap());
        (secrets.token(&account).await, secrets.password(&account).await)
    }
}

fn ana() -> Account {
    Account {
        server: "http://127.0.0.1:7245".to_owned(),
        user_id: UserId(1),
        username: "ana".to_owned(),
        name: "Ana".to_owned(),
        password: "the password".to_owned(),
        token: "the token".to_owned(),
        password_id: "p1".to_owned(),
        token_id: "t1".to_owned(),
    }
}

fn whole() -> (Result<Secret, Trouble>, Result<Secret, Trouble>) {
    (Ok(Secret("the token".to_owned())), Ok(Secret("the password".to_owned())))
}

/// However a client dies on the way, in either direction, the next one has the login.
async fn check_deaths(was_wanted: bool, is_wanted: bool) {
    for (steps, does_last) in (0..STEPS_MAX).flat_map(|steps| [(steps, false), (steps, true)]) {
        let machine = Machine::new();
        machine.accounts().save(&ana()).unwrap();
        machine.healthy(was_wanted).settle().await.unwrap();
        let _ = machine.client(steps, does_last, is_wanted).settle().await;
        assert_eq!(machine.login().await, whole(), "killed after {steps} steps");
        machine.healthy(is_wanted).settle().await.unwrap();
        assert_eq!(machine.login().await, whole(), "killed after {steps} steps, and settled");
        assert_eq!(machine.in_keyring().len(), if is_wanted { 2 } else { 0 });
        assert_eq!(machine.in_file().contains("the token"), !is_wanted);
        assert_eq!(machine.in_file().contains("the password"), !is_wanted);
    }
}

#[tokio::test]
async fn whatever_step_is_the_last_one_the_login_is_there() {
    check_deaths(false, true).await;
    check_deaths(true, false).await;
}

#[tokio::test]
async fn what_an_older_client_saved_is_moved_too() {
    let machine = Machine::new();
    let old = r#"{"account": [{"server": "http://127.0.0.1:7245", "user_id": 1, "username": "ana",
        "name": "Ana", "password": "the password", "token": "the token"}]}"#;
    std::fs::write(machine.dir.path().join("accounts.json"), old).unwrap();
    assert_eq!(machine.login().await, whole());
    machine.healthy(true).settle().await.unwrap();
    assert_eq!(machine.login().await, whole());
    assert!(!machine.in_file().contains("the "), "{}", machine.in_file());
}

#[tokio::test]
async fn logging_out_and_forgetting_clear_the_keyring_whoever_dies_meanwhile() {
    for steps in 0..STEPS_MAX {
        let machine = Machine::new();
        machine.accounts().save(&ana()).unwrap();
        machine.healthy(true).settle().await.unwrap();
        machine.accounts().log_out(&ana()).unwrap();
        let _ = machine.client(steps, true, true).settle().await;
        assert_eq!(machine.login().await, (Err(Trouble::Missing), whole().1));
        machine.healthy(true).settle().await.unwrap();
        assert_eq!(machine.in_keyring(), ["the password"]);
        machine.accounts().forget(&ana()).unwrap();
        let _ = machine.client(steps, true, true).settle().await;
        machine.healthy(true).settle().await.unwrap();
        assert!(machine.in_keyring().is_empty());
        assert!(machine.accounts().discarded().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_new_login_replaces_the_old_one_and_the_password_stays_where_it_is() {
    let machine = Machine::new();
    machine.accounts().save(&ana()).unwrap();
    machine.healthy(true).settle().await.unwrap();
    let again = Account { token: "newer".to_owned(), token_id: "t2".to_owned(), ..ana() };
    machine.accounts().save(&again).unwrap();
    assert!(!machine.in_file().contains("the password"), "it is in the keyring alone");
    assert_eq!(machine.login().await, (Ok(Secret("newer".to_owned())), whole().1));
    machine.healthy(true).settle().await.unwrap();
    assert_eq!(machine.in_keyring(), ["the password", "newer"]);
}

#[tokio::test]
async fn an_account_that_is_forgotten_while_it_moves_leaves_nothing_behind() {
    let machine = Machine::new();
    machine.accounts().save(&ana()).unwrap();
    let secrets = machine.healthy(true);
    let moving = machine.accounts().secrets().unwrap();
    machine.accounts().forget(&ana()).unwrap();
    machine.healthy(true).settle().await.unwrap();
    for kept in moving {
        secrets.lock_away(&kept.id, &kept.label, &kept.value.unwrap()).await.unwrap();
    }
    assert!(machine.in_keyring().is_empty());
}

#[tokio::test]
async fn of_two_clients_one_moves_and_the_other_lets_it() {
    let machine = Machine::new();
    machine.accounts().save(&ana()).unwrap();
    let lock = machine.accounts().lock_for_moving().unwrap();
    assert!(!machine.healthy(true).settle().await.unwrap());
    assert_eq!(machine.in_keyring().len(), 0);
    drop(lock);
    let (one, other) = (machine.healthy(true), machine.healthy(true));
    let (one, other) = tokio::join!(one.settle(), other.settle());
    one.and(other).unwrap();
    assert_eq!(machine.login().await, whole());
    assert_eq!(machine.in_keyring().len(), 2);
}

#[tokio::test]
async fn without_a_keyring_everything_stays_in_the_file_and_that_is_said_once() {
    let machine = Machine::new();
    machine.accounts().save(&ana()).unwrap();
    for said in [true, false] {
        let secrets = Secrets::new(machine.accounts(), Keyring::none(), true);
        let settled = secrets.settle().await;
        assert_eq!(secrets.complaint(&settled).is_some(), said);
        assert_eq!(secrets.whereabouts().unwrap(), Whereabouts { in_keyring: 0, in_file: 2 });
    }
    assert_eq!(machine.login().await, whole());
}

#[tokio::test]
async fn nobody_is_told_of_a_keyring_that_is_not_wanted() {
    let machine = Machine::new();
    machine.accounts().save(&ana()).unwrap();
    let secrets = Secrets::new(machine.accounts(), Keyring::none(), false);
    let settled = secrets.settle().await;
    assert!(settled.is_ok() && secrets.complaint(&settled).is_none());
}
