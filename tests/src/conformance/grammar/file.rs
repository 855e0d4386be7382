//! A case file: a setup, and clauses that each begin with it.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use super::matrix;
use super::outline::{self, Node};
use super::step::names;
use super::{CaseError, Sentence, Step, expected, name, word};

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// In order.
    pub clauses: Vec<Clause>,
}

/// One promise of a document, and how it is checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Unique in the whole suite.
    pub name: String,
    /// The file, as it was named.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// The sentences it checks.
    pub quotes: Vec<Quote>,
    /// What the server must have, else the clause is skipped.
    pub needs: Vec<Need>,
    /// Where it begins.
    pub setup: Arc<Setup>,
    /// Those of the setup's users that it has something to do with.
    pub users: Vec<String>,
    /// The same of those with accounts of their own.
    pub fresh: Vec<String>,
    /// In order.
    pub steps: Vec<Step>,
}

/// A sentence of a document, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Which.
    pub document: Document,
    /// Counted from 1.
    pub line: usize,
    /// Markdown as it stands there.
    pub text: String,
}

/// What is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// `docs/seed-api.md`.
    Seed,
    /// `docs/api.md`.
    Api,
}

/// An endpoint that not every server has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The method.
    pub method: String,
    /// From the first slash.
    pub path: String,
}

/// What is there before a clause begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setup {
    /// Users who may be in other clauses as well.
    pub users: Vec<String>,
    /// Users with an account of their own for each clause.
    pub fresh: Vec<String>,
    /// In order.
    pub steps: Vec<Step>,
}

impl CaseFile {
    /// Reads a file's text.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, CaseError> {
        let at = |(line, sentence)| CaseError { file: file.to_owned(), line, sentence };
        let nodes = outline::read(file, text)?;
        let mut setup = Arc::new(Setup::default());
        let mut needs = Vec::new();
        let mut clauses: Vec<Clause> = Vec::new();
        for node in &nodes {
            match word(&node.text) {
                ("setup", "") => {
                    if !clauses.is_empty() {
                        return Err(at((node.line, "expected `setup` before clauses".to_owned())));
                    }
                    setup = Arc::new(Setup::read(node).map_err(at)?);
                }
                ("needs", rest) => needs.push(need(rest).map_err(|error| at((node.line, error)))?),
                ("clause", title) => {
                    let read = clause(file, title, node.line, &node.children, &setup);
                    clauses.push(read.map_err(at)?);
                }
                ("matrix", "") => {
                    clauses.extend(matrix::read(file, node, &setup).map_err(at)?);
                }
                _ => {
                    let sentence = expected("`setup`, `needs`, `clause` or `matrix`", &node.text);
                    return Err(at((node.line, sentence)));
                }
            }
        }
        for clause in &mut clauses {
            clause.needs.extend(needs.iter().cloned());
        }
        Ok(Self { clauses })
    }
}

impl Setup {
    fn read(node: &Node) -> Result<Self, (usize, Sentence)> {
        let mut setup = Self::default();
        for child in &node.children {
            let at = |sentence| (child.line, sentence);
            let people = |rest| names(rest).map(|user| name("a user", user)).collect();
            match word(&child.text) {
                ("users", rest) => {
                    let people: Result<Vec<_>, _> = people(rest);
                    setup.users.extend(people.map_err(at)?);
                }
                ("fresh", rest) => {
                    let people: Result<Vec<_>, _> = people(rest);
                    setup.fresh.extend(people.map_err(at)?);
                }
                _ => setup.steps.push(Step::read(child)?),
            }
        }
        Ok(setup)
    }
}

/// A clause from the lines below its title.
pub(super) fn clause(
    file: &str,
    title: &str,
    line: usize,
    lines: &[Node],
    setup: &Arc<Setup>,
) -> Result<Clause, (usize, Sentence)> {
    let is_title = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if title.is_empty() || !title.chars().all(is_title) {
        let what = "a name in lower case letters, digits and `-`";
        return Err((line, expected(what, title)));
    }
    let mut clause = Clause {
        name: title.to_owned(),
        file: file.to_owned(),
        line,
        quotes: Vec::new(),
        needs: Vec::new(),
        setup: setup.clone(),
        users: setup.users.clone(),
        fresh: setup.fresh.clone(),
        steps: Vec::new(),
    };
    for child in lines {
        let (first, rest) = word(&child.text);
        let document = match first {
            "seed" => Document::Seed,
            "api" => Document::Api,
            "needs" => {
                clause.needs.push(need(rest).map_err(|sentence| (child.line, sentence))?);
                continue;
            }
            _ => {
                clause.steps.push(Step::read(child)?);
                continue;
            }
        };
        clause.quotes.push(Quote { document, line: child.line, text: rest.to_owned() });
    }
    if clause.quotes.is_empty() {
        let what = "`seed` or `api` with the sentence that this checks";
        return Err((line, expected(what, "")));
    }
    if clause.checks() == 0 {
        return Err((line, "expected at least one check".to_owned()));
    }
    clause.names_are_known()?;
    let (users, fresh) = (&setup.users, &setup.fresh);
    clause.users = users.iter().filter(|user| clause.mentions(user)).cloned().collect();
    clause.fresh = fresh.iter().filter(|user| clause.mentions(user)).cloned().collect();
    Ok(clause)
}

fn need(text: &str) -> Result<Need, Sentence> {
    let (method, path) = word(text);
    if !path.starts_with('/') {
        return Err(expected("a method and a path", text));
    }
    Ok(Need { method: method.to_owned(), path: path.to_owned() })
}

impl Clause {
    /// How many checks it makes when all of them hold.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.steps.iter().map(Step::checks).sum()
    }

    /// The first sentence it checks.
    #[must_use]
    pub fn sentence(&self) -> &str {
        self.quotes.first().map_or("", |quote| quote.text.as_str())
    }
}

/// All files below a folder that end so, by path.
///
/// # Errors
/// The folder cannot be read.
pub fn files_below(folder: &FilePath, extension: &str) -> std::io::Result<Vec<PathBuf>> {
    let (mut found, mut pending) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
