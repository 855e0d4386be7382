//! Accounts: who plays the users of the clauses.
//!
//! A few are shared by all clauses; a clause may have some of its own. What was registered is
//! deleted in the end where the server can do that.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::net::{NetError, Request, Target};

/// Accounts that are registered for all clauses together.
pub const SHARED_MAX: usize = 8;
/// Times a registration is tried when the server says 429.
const TRIES_MAX: u32 = 20;
/// Longest wait after a 429.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// In front of every username the suite makes.
const PREFIX: &str = "conformance-";

/// Where accounts come from.
#[derive(Debug, Clone, Default)]
pub struct Recruiting {
    /// Whether accounts may be registered.
    pub registers: bool,
    /// An invite for registering, where the server wants one.
    pub invite: Option<String>,
    /// Accounts that are there already.
    pub tokens: Vec<Credentials>,
}

/// A token, and whose it is if that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user's id.
    pub id: Option<i64>,
    /// What goes behind `Authorization: Token`.
    pub token: String,
}

impl std::str::FromStr for Credentials {
    type Err = std::convert::Infallible;

    /// `TOKEN`, or `ID:TOKEN`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once(':').map(|(id, token)| (id.parse().ok(), token));
        Ok(match parts {
            Some((Some(id), token)) => Self { id: Some(id), token: token.to_owned() },
            _ => Self { id: None, token: text.to_owned() },
        })
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The token.
    pub token: String,
    /// What `{{ann…}}` stands for: `id`, `token`, and what else is known.
    pub known: Value,
    /// Set when the suite registered them.
    password: Option<String>,
}

impl Person {
    /// The user's id.
    #[must_use]
    pub fn id(&self) -> &Value {
        &self.known["id"]
    }

    /// The username, or the id of somebody whose name is not known.
    #[must_use]
    pub fn label(&self) -> String {
        self.known["username"].as_str().map_or_else(|| self.id().to_string(), str::to_owned)
    }
}

/// Why there are no accounts.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PeopleError {
    /// The server was not heard.
    #[error(transparent)]
    Net(#[from] NetError),
    /// It was, and said no.
    #[error("POST /api/auth/register/ was refused: {0}")]
    Refused(String),
    /// A token leads to nobody.
    #[error("a --token is no good: GET /api/auth/me/ says {0}; or say --token ID:TOKEN")]
    BadToken(String),
    /// Neither way was chosen.
    #[error("say --register to make accounts, or give --token once for each")]
    NoWay,
}

/// The accounts of a run.
#[derive(Debug)]
pub struct People {
    target: Target,
    recruiting: Recruiting,
    /// One registration at a time: servers make passwords slow on purpose.
    registering: Mutex<()>,
    count: AtomicU32,
    run: u128,
    /// For all clauses.
    pub shared: Vec<Person>,
}

impl People {
    /// Registers, or asks the tokens who they are.
    ///
    /// # Errors
    /// There is nobody.
    pub async fn gather(
        target: &Target,
        recruiting: Recruiting,
        wanted: usize,
    ) -> Result<Self, PeopleError> {
        let mut people = Self {
            target: target.clone(),
            recruiting,
            registering: Mutex::new(()),
            count: AtomicU32::new(0),
            run: run_number(),
            shared: Vec::new(),
        };
        for credentials in people.recruiting.tokens.clone() {
            let person = people.introduced(&credentials).await?;
            people.shared.push(person);
        }
        if !people.recruiting.registers {
            return if people.shared.is_empty() { Err(PeopleError::NoWay) } else { Ok(people) };
        }
        while people.shared.len() < wanted.min(SHARED_MAX) {
            let person = people.register().await?;
            people.shared.push(person);
        }
        Ok(people)
    }

    /// Whether clauses can have accounts of their own.
    #[must_use]
    pub fn can_register(&self) -> bool {
        self.recruiting.registers
    }

    /// Somebody new.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn register(&self) -> Result<Person, PeopleError> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let username = format!("{PREFIX}{:x}-{number}", self.run);
        let password = format!("correct horse {:x}", self.run);
        let first = first_name(number);
        let mut body = json!({
            "username": username, "password": password,
            "name": format!("{first} Example"), "email": format!("{username}@example.com"),
        });
        if let Some(invite) = &self.recruiting.invite {
            body["invite"] = json!(invite);
        }
        let _one_at_a_time = self.registering.lock().await;
        let answer = self.insisting(&body).await?;
        let answered = answer.json().unwrap_or_default();
        let (Some(token), true) = (answered["token"].as_str(), answer.status == 201) else {
            return Err(PeopleError::Refused(answer.to_string()));
        };
        let mut known = answered["user"].clone();
        known["token"] = json!(token);
        known["password"] = json!(password);
        known["first"] = json!(first);
        known["invite"] = json!(self.recruiting.invite.as_deref().unwrap_or_default());
        known["registered"] = answered.clone();
        let person = Person { token: token.to_owned(), known, password: Some(password) };
        if self.recruiting.invite.is_some() {
            self.leave_all(&person).await?;
        }
        Ok(person)
    }

    /// Who came with an invite is in its bucket, and begins as alone as everybody else.
    async fn leave_all(&self, person: &Person) -> Result<(), NetError> {
        let ask = |method: &str, path: &str| {
            Request::new(method, path, None, super::AGENT).token(&person.token)
        };
        let buckets = ask("GET", "/api/chat/buckets/").send(&self.target).await?.json();
        for bucket in buckets.iter().filter_map(Value::as_array).flatten() {
            let path =
                format!("/api/chat/buckets/{}/members/{}/remove/", bucket["id"], person.id());
            ask("DELETE", &path).send(&self.target).await?;
        }
        Ok(())
    }

    async fn insisting(&self, body: &Value) -> Result<super::net::Answer, PeopleError> {
        let request = Request::new("POST", "/api/auth/register/", Some(body), super::AGENT);
        let mut answer = request.send(&self.target).await?;
        for _ in 1..TRIES_MAX {
            if answer.status != 429 {
                break;
            }
            let seconds = answer.header("retry-after").and_then(|text| text.parse().ok());
            sleep(Duration::from_secs(seconds.unwrap_or(1)).min(WAIT_MAX)).await;
            answer = request.send(&self.target).await?;
        }
        Ok(answer)
    }

    async fn introduced(&self, credentials: &Credentials) -> Result<Person, PeopleError> {
        let request = Request::new("GET", "/api/auth/me/", None, super::AGENT);
        let answer = request.token(&credentials.token).send(&self.target).await?;
        let mut known = answer.json().filter(Value::is_object).unwrap_or_else(|| json!({}));
        match credentials.id {
            Some(id) => known["id"] = json!(id),
            None if answer.status == 200 && known["id"].is_i64() => {}
            None => return Err(PeopleError::BadToken(answer.to_string())),
        }
        known["token"] = json!(credentials.token);
        Ok(Person { token: credentials.token.clone(), known, password: None })
    }

    /// Deletes an account that was registered. Whether it is gone; a clause may have deleted it.
    pub async fn dismiss(&self, person: &Person) -> bool {
        let Some(password) = &person.password else { return true };
        let body = json!({ "password": password });
        let ask = |path: &str, body: &Value| {
            Request::new("POST", path, Some(body), super::AGENT).token(&person.token)
        };
        let deleted = ask("/api/auth/me/delete/", &body).send(&self.target).await;
        if deleted.is_ok_and(|answer| answer.status < 300) {
            return true;
        }
        let body = json!({ "username": person.known["username"], "password": password });
        let login = ask("/api/auth/login/", &body).send(&self.target).await;
        login.is_ok_and(|answer| answer.status == 400)
    }

    /// Deletes the shared accounts. How many stay.
    pub async fn dismiss_all(&self) -> usize {
        let mut staying = 0;
        for person in &self.shared {
            staying += usize::from(!self.dismiss(person).await);
        }
        staying
    }
}

/// Names differ between runs, so that two runs against one server do not meet.
#[expect(clippy::disallowed_methods, reason = "usernames of two runs must differ")]
fn run_number() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros()
}

fn first_name(number: u32) -> String {
    const NAMES: [&str; 8] = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal"];
    NAMES[number as usize % NAMES.len()].to_owned()
}
