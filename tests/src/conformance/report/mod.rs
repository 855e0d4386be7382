//! What a run found out, for people and for programs.

mod human;
mod json;
mod junit;
mod tap;

use std::time::Duration;

use super::play::{Failure, Outcome};
use super::suite::Group;

pub use human::Paint;

/// What is known of one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The clause.
    pub name: String,
    /// Which document.
    pub group: Group,
    /// `tests/cases/seed/buckets.case:12`.
    pub place: String,
    /// The sentence it checks.
    pub sentence: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Checks that were made.
    pub checks: usize,
    /// How long it took.
    pub took: Duration,
    /// What could not be taken away.
    pub left: Vec<String>,
}

/// All of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// In the order of the suite.
    pub verdicts: Vec<Verdict>,
    /// How long it took.
    pub took: Duration,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A line for each clause, and what went wrong
    Human,
    /// One JSON object
    Json,
    /// XML as CI servers read it
    Junit,
    /// Test Anything Protocol, version 14
    Tap,
}

/// Numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Clauses that hold.
    pub passed: usize,
    /// Clauses that do not.
    pub failed: usize,
    /// Clauses that were not tried.
    pub skipped: usize,
    /// Checks that were made.
    pub checks: usize,
}

impl Verdict {
    /// What went wrong, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Why it was not tried, if it was not.
    #[must_use]
    pub fn skipped(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Skipped(reason) => Some(reason),
            _ => None,
        }
    }
}

impl Report {
    /// Counts.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let failed = self.verdicts.iter().filter(|one| one.failure().is_some()).count();
        let skipped = self.verdicts.iter().filter(|one| one.skipped().is_some()).count();
        let checks = self.verdicts.iter().map(|one| one.checks).sum();
        Totals { passed: self.verdicts.len() - failed - skipped, failed, skipped, checks }
    }

    /// What could not be taken away, counted by what it is.
    #[must_use]
    pub fn left(&self) -> Vec<&str> {
        self.verdicts.iter().flat_map(|one| one.left.iter().map(String::as_str)).collect()
    }

    /// The whole report.
    #[must_use]
    pub fn written(&self, format: Format, paint: Paint) -> String {
        match format {
            Format::Human => {
                let lines = self.verdicts.iter().map(|verdict| paint.verdict(verdict));
                format!("{}{}", lines.collect::<String>(), paint.totals(self))
            }
            Format::Json => json::written(self),
            Format::Junit => junit::written(self),
            Format::Tap => tap::written(self),
        }
    }
}
