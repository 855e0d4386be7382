//! Proof that the suite can fail: every mutation of the table is put between the suite and a server,
//! and the clauses it is aimed at must notice.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::grammar::CaseError;
use super::people::People;
use super::proxy::Proxy;
use super::proxy::mutation::{Hits, Mutation, read};
use super::suite::{Group, Suite, SuiteError};
use super::{Outcome, Target};

/// Mutations that are tried at once; most of them wait for what does not come.
const AT_ONCE: usize = 12;
/// Mutations between two that are also shown to a clause they are not aimed at.
const BYSTANDER_EVERY: usize = 4;
/// How long a frame that never comes is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// The same where nothing is changed, and everything must come.
const PATIENCE_UNCHANGED: Duration = Duration::from_secs(20);

/// What became of a mutation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The mutation, in words.
    pub name: String,
    /// Clauses that noticed.
    pub caught_by: Vec<String>,
    /// Clauses that should have and did not.
    pub missed_by: Vec<String>,
}

/// All mutations, and what they show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// In the order of the table.
    pub tried: Vec<Tried>,
    /// Clauses of the seed that no mutation made fail.
    pub unproven: Vec<String>,
    /// Clauses that fail through a proxy that changes nothing.
    pub noticing_nothing: Vec<String>,
}

/// Reads the table beside the cases.
///
/// # Errors
/// It cannot be read or is wrong, or it names a clause that is not there.
pub fn load(cases: &Path, suite: &Suite) -> Result<Vec<Mutation>, SuiteError> {
    let path = cases.join("mutants.table");
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|error| SuiteError::Unreadable(path.display().to_string(), error))?;
    let file = "tests/cases/mutants.table";
    let mutations = read(file, &text)?;
    for mutation in &mutations {
        let is_there =
            |aim: &String| suite.clauses.iter().any(|(_, clause)| one(aim).aims_at(&clause.name));
        if let Some(aim) = mutation.aims.iter().find(|aim| !is_there(aim)) {
            let sentence = format!("expected clauses of the suite, found `{aim}`");
            return Err(CaseError { file: file.to_owned(), line: mutation.line, sentence }.into());
        }
    }
    Ok(mutations)
}

fn one(aim: &str) -> Mutation {
    let (hits, change) = (Hits::Nothing, super::proxy::mutation::Change::Nothing);
    Mutation { line: 0, name: String::new(), hits, change, aims: vec![aim.to_owned()] }
}

/// Tries every mutation against a server.
///
/// # Errors
/// There is no port for a proxy.
pub async fn run(
    suite: &Suite,
    mutations: &[Mutation],
    server: SocketAddr,
    people: &People,
) -> anyhow::Result<Table> {
    let unchanged = tried(suite.clone(), one(""), server, people, PATIENCE_UNCHANGED).await?;
    let trying = mutations.iter().enumerate().map(|(number, mutation)| {
        let subset = subset(suite, mutation, number);
        tried(subset, mutation.clone(), server, people, PATIENCE)
    });
    let tried: Vec<_> = stream::iter(trying).buffered(AT_ONCE).collect().await;
    let tried = tried.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let proven: BTreeSet<_> = tried.iter().flat_map(|one| one.caught_by.iter()).collect();
    let seed = suite.clauses.iter().filter(|(group, _)| *group == Group::Seed);
    let names = seed.map(|(_, clause)| clause.name.clone());
    let unproven = names.filter(|name| !proven.contains(name)).collect();
    Ok(Table { tried, unproven, noticing_nothing: unchanged.caught_by })
}

/// The clauses a mutation is aimed at, and now and then one that has nothing to do with it.
fn subset(suite: &Suite, mutation: &Mutation, number: usize) -> Suite {
    let is_watched = number.is_multiple_of(BYSTANDER_EVERY);
    let bystander = if is_watched { number * 7 % suite.clauses.len().max(1) } else { usize::MAX };
    let clauses = suite.clauses.iter().enumerate();
    let chosen = clauses
        .filter(|(index, (_, clause))| *index == bystander || mutation.aims_at(&clause.name));
    Suite { clauses: chosen.map(|(_, clause)| clause.clone()).collect() }
}

async fn tried(
    suite: Suite,
    mutation: Mutation,
    server: SocketAddr,
    people: &People,
    patience: Duration,
) -> anyhow::Result<Tried> {
    let proxy = Proxy::start(server, mutation.clone()).await?;
    let target = Target::parse(&format!("http://{}", proxy.addr), patience)?;
    let report = suite.run(&target, people, &AtomicBool::new(false), |_| {}).await;
    let (mut caught_by, mut missed_by) = (Vec::new(), Vec::new());
    for verdict in report.verdicts {
        match verdict.outcome {
            Outcome::Failed(failure) if !failure.in_setup => caught_by.push(verdict.name),
            // It takes an endpoint that the server does not have; a row of the seed has others.
            Outcome::Skipped(_) => {}
            _ if mutation.aims_at(&verdict.name) => missed_by.push(verdict.name),
            _ => {}
        }
    }
    Ok(Tried { name: mutation.name, caught_by, missed_by })
}

impl Table {
    /// Whether every mutation was noticed where it must be, and every clause of the seed noticed
    /// one.
    #[must_use]
    pub fn holds(&self) -> bool {
        let all_caught = self.tried.iter().all(|one| one.missed_by.is_empty());
        all_caught && self.unproven.is_empty() && self.noticing_nothing.is_empty()
    }

    /// The table, a mutation a line.
    #[must_use]
    pub fn written(&self) -> String {
        let mut text = String::new();
        for one in &self.tried {
            let word = if one.missed_by.is_empty() { "caught" } else { "MISSED" };
            let _ = writeln!(text, "{word}  {}  →  {}", one.name, one.caught_by.join(", "));
            if !one.missed_by.is_empty() {
                let _ = writeln!(text, "        not noticed by {}", one.missed_by.join(", "));
            }
        }
        for name in &self.noticing_nothing {
            let _ = writeln!(text, "{name} fails although nothing is changed");
        }
        for name in &self.unproven {
            let _ = writeln!(text, "no mutation makes {name} fail");
        }
        let missed = self.tried.iter().filter(|one| !one.missed_by.is_empty()).count();
        let _ = writeln!(text, "{} mutations, {missed} missed", self.tried.len());
        text
    }
}
