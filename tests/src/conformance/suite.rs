//! All clauses, which of them are asked for, and running them against a server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::Instant;

use super::grammar::{CaseError, CaseFile, Clause, Need, Reference, file::files_below};
use super::net::{NetError, Request, Target};
use super::people::{People, PeopleError};
use super::play::{Cast, Outcome, play};
use super::report::{Report, Verdict};

/// Clauses that are played at once.
pub const AT_ONCE: usize = 8;

/// Which document a clause belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Group {
    /// `docs/seed-api.md`, with its gaps filled.
    Seed,
    /// What `docs/api.md` adds.
    Extensions,
}

impl Group {
    /// Its folder below `tests/cases`.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Extensions => "extensions",
        }
    }
}

/// Why there is no suite.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, std::io::Error),
    /// A file is wrong.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The server cannot be asked.
    #[error(transparent)]
    Net(#[from] NetError),
    /// There are no accounts.
    #[error(transparent)]
    People(#[from] PeopleError),
}

/// Clauses in the order in which they are told.
#[derive(Debug, Clone, Default)]
pub struct Suite {
    /// With their groups.
    pub clauses: Vec<(Group, Clause)>,
}

impl Suite {
    /// Reads all case files of a folder.
    ///
    /// # Errors
    /// The first file that cannot be read or is wrong, or a name that two clauses have.
    pub fn load(cases: &Path) -> Result<Self, SuiteError> {
        let mut suite = Self::default();
        for group in [Group::Seed, Group::Extensions] {
            let folder = cases.join(group.folder());
            let unreadable = |path: &Path| {
                let shown = path.display().to_string();
                move |error| SuiteError::Unreadable(shown, error)
            };
            if !folder.exists() && group == Group::Extensions {
                continue;
            }
            for path in files_below(&folder, "case").map_err(unreadable(&folder))? {
                let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
                let shown = path.strip_prefix(cases).unwrap_or(&path);
                let file = CaseFile::parse(&format!("tests/cases/{}", shown.display()), &text)?;
                suite.clauses.extend(file.clauses.into_iter().map(|clause| (group, clause)));
            }
        }
        suite.names_are_unique()?;
        Ok(suite)
    }

    fn names_are_unique(&self) -> Result<(), CaseError> {
        let mut known = BTreeMap::new();
        for (_, clause) in &self.clauses {
            if let Some(other) = known.insert(&clause.name, &clause.file) {
                let sentence = format!("the clause `{}` is in {other} already", clause.name);
                return Err(CaseError { file: clause.file.clone(), line: clause.line, sentence });
            }
        }
        Ok(())
    }

    /// Those of one group, and whose name or file contains the word.
    #[must_use]
    pub fn only(mut self, group: Option<Group>, word: Option<&str>) -> Self {
        let word = word.unwrap_or_default();
        self.clauses.retain(|(of, clause)| {
            let asked_for = clause.name.contains(word) || clause.file.contains(word);
            group.is_none_or(|group| group == *of) && asked_for
        });
        self
    }

    /// Accounts that must be there for every clause to be played.
    #[must_use]
    pub fn users(&self) -> usize {
        self.clauses.iter().map(|(_, clause)| clause.users.len()).max().unwrap_or_default()
    }

    /// Checks that are made when everything holds.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.clauses.iter().map(|(_, clause)| clause.checks()).sum()
    }

    /// Plays everything, telling each clause in its order as soon as it and those before it ended.
    pub async fn run(
        &self,
        target: &Target,
        people: &People,
        interrupted: &AtomicBool,
        mut tell: impl FnMut(&Verdict),
    ) -> Report {
        let began = Instant::now();
        let missing = self.missing(target).await;
        let playing = self.clauses.iter().enumerate().map(|(number, (group, clause))| {
            let missing = &missing;
            async move {
                let began = Instant::now();
                let reason = self.obstacle(clause, people, missing, interrupted);
                let (outcome, checks, left) = match reason {
                    Some(reason) => (Outcome::Skipped(reason), 0, Vec::new()),
                    None => with_cast(clause, number, target, people).await,
                };
                Verdict { took: began.elapsed(), ..verdict(*group, clause, outcome, checks, left) }
            }
        });
        let mut played = stream::iter(playing).buffered(AT_ONCE);
        let mut verdicts = Vec::new();
        while let Some(verdict) = played.next().await {
            tell(&verdict);
            verdicts.push(verdict);
        }
        Report { verdicts, took: began.elapsed() }
    }

    /// Why a clause is not played.
    fn obstacle(
        &self,
        clause: &Clause,
        people: &People,
        missing: &BTreeSet<Need>,
        interrupted: &AtomicBool,
    ) -> Option<String> {
        if interrupted.load(Ordering::Relaxed) {
            return Some("interrupted".to_owned());
        }
        if let Some(need) = clause.needs.iter().find(|need| missing.contains(need)) {
            return Some(format!("the server has no {} {}", need.method, need.path));
        }
        let (needed, there) = (clause.users.len(), people.shared.len());
        if needed > there {
            return Some(format!("it takes {needed} users, and {there} tokens were given"));
        }
        if !clause.fresh.is_empty() && !people.can_register() {
            return Some("it takes accounts of its own, which takes --register".to_owned());
        }
        let cast = shared_cast(clause, 0, people);
        clause.references().into_iter().find_map(|reference| unknown(reference, &cast))
    }

    /// What clauses need and the server has not. Without credentials an endpoint that is there
    /// answers anything but 404, and an `Allow` header names its methods.
    async fn missing(&self, target: &Target) -> BTreeSet<Need> {
        let needs: BTreeSet<_> =
            self.clauses.iter().flat_map(|(_, clause)| clause.needs.iter().cloned()).collect();
        let mut missing = BTreeSet::new();
        for need in needs {
            let request = Request::new(&need.method, &need.path, None, super::AGENT);
            let is_there = request.send(target).await.is_ok_and(|answer| {
                let allows = answer.header("allow").is_none_or(|all| all.contains(&need.method));
                ![404, 405].contains(&answer.status) && allows
            });
            if !is_there {
                missing.insert(need);
            }
        }
        missing
    }
}

/// Who plays a clause's shared users; which of the accounts differs by clause.
fn shared_cast(clause: &Clause, number: usize, people: &People) -> Cast {
    let users = clause.users.iter().enumerate();
    let person = |index: usize| people.shared[(number + index) % people.shared.len()].clone();
    users.map(|(index, user)| (user.clone(), person(index))).collect()
}

/// What a clause says about a user, when it is not known of the account that plays them.
fn unknown(reference: &Reference, cast: &Cast) -> Option<String> {
    let person = cast.get(&reference.root)?;
    let is_known = reference.path.of(&person.known).is_some();
    let (root, path) = (&reference.root, &reference.path);
    (!is_known).then(|| format!("`{root}{path}` is not known of the account that plays {root}"))
}

async fn with_cast(
    clause: &Clause,
    number: usize,
    target: &Target,
    people: &People,
) -> (Outcome, usize, Vec<String>) {
    let mut cast = shared_cast(clause, number, people);
    let (mut own, mut left) = (Vec::new(), Vec::new());
    let mut refused = None;
    for user in &clause.fresh {
        match people.register().await {
            Ok(person) => {
                own.push(person.clone());
                cast.insert(user.clone(), person);
            }
            Err(error) => refused = Some(error.to_string()),
        }
    }
    let (outcome, checks) = match refused {
        Some(reason) => (Outcome::Skipped(reason), 0),
        None => {
            let played = play(clause, target, &cast).await;
            left.extend((0..played.left).map(|_| "a bucket".to_owned()));
            (played.outcome, played.checks)
        }
    };
    for person in own {
        if !people.dismiss(&person).await {
            left.push(format!("the account {}", person.label()));
        }
    }
    (outcome, checks, left)
}

fn verdict(
    group: Group,
    clause: &Clause,
    outcome: Outcome,
    checks: usize,
    left: Vec<String>,
) -> Verdict {
    Verdict {
        name: clause.name.clone(),
        group,
        place: format!("{}:{}", clause.file, clause.line),
        sentence: clause.sentence().replace(['*', '`'], ""),
        outcome,
        checks,
        took: Duration::ZERO,
        left,
    }
}
