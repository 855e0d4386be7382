//! One clause against the server: its setup, its steps, and what it leaves behind taken away.

mod failure;
mod requests;
mod scenery;
mod seen;
mod sockets;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::Value;

use super::grammar::{Action, Clause, Scope, Step};
use super::net::{Request, Socket, Target};
use super::people::Person;
use seen::Seen;

pub use failure::Failure;

/// Who plays whom.
pub type Cast = BTreeMap<String, Person>;

/// What became of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything held.
    Passed,
    /// Something did not.
    Failed(Box<Failure>),
    /// It was not tried, for this reason.
    Skipped(String),
}

/// A clause that was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// What became of it.
    pub outcome: Outcome,
    /// Checks that were made.
    pub checks: usize,
    /// Buckets that could not be deleted.
    pub left: usize,
}

/// A clause in progress.
struct Play<'p> {
    target: &'p Target,
    cast: &'p Cast,
    file: &'p str,
    agent: String,
    scope: Scope,
    sockets: BTreeMap<String, Socket>,
    /// Buckets, and the tokens that made them.
    made: Vec<(String, Value)>,
    checks: usize,
}

/// A step that did not go well: what was sent, what came, what is wrong.
struct Trouble {
    sent: String,
    came: String,
    wrong: Vec<String>,
}

impl Trouble {
    fn of(wrong: impl ToString) -> Self {
        Self { sent: String::new(), came: String::new(), wrong: vec![wrong.to_string()] }
    }
}

/// What a step brought, with how to repeat it.
struct Brought {
    seen: Seen,
    sent: String,
    came: String,
}

/// Plays a clause.
pub async fn play(clause: &Clause, target: &Target, cast: &Cast) -> Played {
    let mut play = Play {
        target,
        cast,
        file: &clause.file,
        agent: format!("{} setup", super::AGENT),
        scope: scope_of(cast),
        sockets: BTreeMap::new(),
        made: Vec::new(),
        checks: 0,
    };
    let mut ended = play.steps(&clause.setup.steps).await;
    let in_setup = ended.is_err();
    if !in_setup {
        play.agent = format!("{} {}", super::AGENT, clause.name);
        ended = play.steps(&clause.steps).await;
    }
    let left = play.clear_away().await;
    let outcome = match ended {
        Ok(()) => Outcome::Passed,
        Err(failure) => {
            let secrets: Vec<_> =
                cast.iter().map(|(name, person)| (person.token.clone(), name.clone())).collect();
            let failure = Failure { in_setup, ..*failure };
            Outcome::Failed(Box::new(failure.without(&secrets)))
        }
    };
    Played { outcome, checks: play.checks, left }
}

fn scope_of(cast: &Cast) -> Scope {
    let mut scope = Scope::default();
    for (name, person) in cast {
        scope.set(name, person.known.clone());
    }
    scope
}

impl Play<'_> {
    async fn steps(&mut self, steps: &[Step]) -> Result<(), Box<Failure>> {
        for step in steps {
            // Boxed, because steps may hold steps.
            Box::pin(self.step(step)).await?;
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step) -> Result<(), Box<Failure>> {
        if let Action::Together(steps) = &step.action {
            return self.together(steps).await;
        }
        self.perform(step).await.map_err(|trouble| {
            let place = format!("{}:{}", self.file, step.line);
            let Trouble { sent, came, wrong } = trouble;
            let step = step.source.clone();
            Box::new(Failure { place, step, sent, came, wrong, in_setup: false })
        })
    }

    async fn perform(&mut self, step: &Step) -> Result<(), Trouble> {
        match &step.action {
            Action::Request { eventually: true, .. } => self.eventually(step).await,
            Action::Request { .. } => {
                let brought = self.request(step).await?;
                self.expect(step, &brought)
            }
            Action::Open(actor, path, headers, name) => {
                let brought = self.open(step, actor, path, headers, name).await?;
                self.expect(step, &brought)
            }
            Action::Send(socket, text, times, is_text) => {
                self.send(socket, text, *times, *is_text).await
            }
            Action::Hear(socket, hearing, capture) => {
                let brought = self.hear(socket, hearing, capture.as_deref()).await?;
                self.expect(step, &brought)
            }
            Action::Closed(socket, code) => {
                let brought = self.closed(socket, *code).await?;
                self.expect(step, &brought)
            }
            Action::Close(socket) => self.close(socket).await,
            Action::Bucket(name, members) => self.bucket(name, members).await,
            Action::Channel(name, bucket, members) => self.channel(name, bucket, members).await,
            Action::Direct(name, users) => self.direct(name, users).await,
            Action::Say(user, text, channel) => self.say(user, text, channel).await,
            Action::Together(_) => Ok(()),
        }
    }

    /// Makes every check of a step, so that all that is wrong with it is told at once.
    fn expect(&mut self, step: &Step, brought: &Brought) -> Result<(), Trouble> {
        let mut wrong = Vec::new();
        for expectation in &step.expectations {
            self.checks += usize::from(expectation.test.is_some());
            if let Err(sentence) = brought.seen.check(expectation, &self.scope) {
                let place = format!("{}:{}", self.file, expectation.line);
                wrong.push(format!("{place}: {}: {sentence}", expectation.source));
                continue;
            }
            if let Some(name) = &expectation.capture {
                let value = brought.seen.value(&expectation.subject, &self.scope);
                let value = value.ok().flatten();
                match value {
                    Some(value) => self.scope.set(name, value),
                    None => wrong.push(format!("there is nothing to call `{name}`")),
                }
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Trouble { sent: brought.sent.clone(), came: brought.came.clone(), wrong })
    }

    /// Plays steps at once. Those of one socket stay in their order; each socket may be used by
    /// one group only, and what a step captures is known to the others afterwards.
    async fn together(&mut self, steps: &[Step]) -> Result<(), Box<Failure>> {
        let mut groups: Vec<(Option<&str>, Vec<&Step>)> = Vec::new();
        for step in steps {
            let socket = step.action.socket();
            match groups.iter_mut().find(|(name, _)| name.is_some() && *name == socket) {
                Some((_, group)) => group.push(step),
                None => groups.push((socket, vec![step])),
            }
        }
        let mut plays = Vec::new();
        for (socket, group) in groups {
            let taken = socket.and_then(|name| self.sockets.remove_entry(name));
            let play = Play {
                agent: self.agent.clone(),
                scope: self.scope.clone(),
                sockets: taken.into_iter().collect(),
                made: Vec::new(),
                checks: 0,
                ..*self
            };
            plays.push((play, group));
        }
        let running = plays.into_iter().map(|(mut play, group)| async move {
            let mut ended = Ok(());
            for step in group {
                ended = Box::pin(play.step(step)).await;
                if ended.is_err() {
                    break;
                }
            }
            (play.scope, play.sockets, play.made, play.checks, ended)
        });
        let mut first_failure = Ok(());
        for (scope, sockets, made, checks, ended) in join_all(running).await {
            self.scope.learn(scope);
            self.sockets.extend(sockets);
            self.made.extend(made);
            self.checks += checks;
            if first_failure.is_ok() {
                first_failure = ended;
            }
        }
        first_failure
    }

    fn person(&self, name: &str) -> Result<&Person, Trouble> {
        self.cast.get(name).ok_or_else(|| Trouble::of(format!("nobody is called `{name}`")))
    }

    /// Closes sockets and deletes buckets. How many buckets stay.
    async fn clear_away(&mut self) -> usize {
        self.sockets.clear();
        let mut left = 0;
        for (token, bucket) in std::mem::take(&mut self.made) {
            let others = self.cast.values().map(|person| person.token.clone());
            let mut gone = false;
            for token in [token].into_iter().chain(others) {
                let path = format!("/api/chat/buckets/{bucket}/delete/");
                let request = Request::new("DELETE", &path, None, super::AGENT).token(&token);
                let answer = request.send(self.target).await;
                gone = answer.is_ok_and(|answer| [200, 204, 404].contains(&answer.status));
                if gone {
                    break;
                }
            }
            left += usize::from(!gone);
        }
        left
    }
}
