//! `pail-server import`: an export, line by line, into a database that has nobody yet. All of it is
//! one transaction: a file that is refused leaves nothing. What the lines mean is for the rules.

use std::collections::BTreeSet;
use std::io::{BufRead, Read};

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pail_protocol::UserId;
use pail_protocol::event::Event;
use pail_protocol::export::{
    Content, End, EventLine, FORMAT, Header, LINE_BYTES_MAX, Line, Person,
};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::attachments::{AttachmentError, Attachments, Incoming};
use crate::auth::tokens;
use crate::chat::import::{self, ImportError, content_hash};
use crate::clock::Stamp;
use crate::store::tx::{ContentHash, Stored};
use crate::store::{Location, Store, StoreError, Tx};

/// How long people may wait before they come back, in seconds: a year.
const CLAIM_SECONDS: i64 = 366 * 24 * 3600;

/// What was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The bucket's name.
    pub name: String,
    /// How many events it has.
    pub events: u64,
    /// How many different files its attachments are.
    pub files: u64,
    /// How the people become themselves again.
    pub claims: Vec<Claim>,
}

/// Whoever registers under that name with that code has the imported account.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Their username.
    pub username: String,
    /// The code, which works once.
    pub code: String,
}

/// Why a file was refused, and where.
#[derive(Debug, Clone, thiserror::Error)]
enum Refused {
    #[error("line {line}: {why}")]
    Line { line: u64, why: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Imports an export into the database at a location, which has nobody yet.
///
/// # Errors
/// Another process has the database; somebody has registered; the file cannot be read, is cut, or is
/// no export: then with the line's number, and nothing is kept.
pub async fn import(
    location: Location,
    file: impl BufRead + Send + 'static,
) -> anyhow::Result<Imported> {
    let opened = spawn_blocking(move || -> anyhow::Result<_> {
        let store = Store::open(&location)?;
        let attachments = Attachments::open(&location, store.clone())?;
        Ok((store, attachments))
    });
    let (store, attachments) = opened.await??;
    let runtime = Handle::current();
    let imported = store.write(move |tx| {
        let lines = Lines { file, number: 0 };
        Run::new(attachments, runtime).run(tx, lines)
    });
    let imported = imported.await;
    store.close().await;
    imported.context("nothing was imported")
}

/// The lines of a file, one at a time, however long somebody made them.
struct Lines<R> {
    file: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Result<Line, Refused> {
        self.number += 1;
        let mut text = Vec::new();
        let bounded = (&mut self.file).take(LINE_BYTES_MAX as u64 + 1);
        let read = { bounded }.read_until(b'\n', &mut text);
        read.map_err(|error| self.refused(error.to_string()))?;
        if text.is_empty() {
            return Err(self.refused("the file ends before its last line: it was cut"));
        }
        if text.len() > LINE_BYTES_MAX {
            return Err(self.refused("longer than any line of an export"));
        }
        serde_json::from_slice(&text).map_err(|error| self.refused(error.to_string()))
    }

    fn refused(&self, why: impl Into<String>) -> Refused {
        Refused::Line { line: self.number, why: why.into() }
    }

    fn at<T>(&self, result: Result<T, ImportError>) -> Result<T, Refused> {
        result.map_err(|error| match error {
            ImportError::Store(error @ (StoreError::Full | StoreError::Broken(_))) => error.into(),
            other => self.refused(other.to_string()),
        })
    }
}

/// An import under way.
struct Run {
    attachments: Attachments,
    runtime: Handle,
    people: Vec<(UserId, String)>,
    events: u64,
    /// Which contents are still to come.
    wanted: BTreeSet<ContentHash>,
    files: u64,
    incoming: Option<Incoming>,
}

impl Run {
    fn new(attachments: Attachments, runtime: Handle) -> Self {
        let (people, wanted) = (Vec::new(), BTreeSet::new());
        Self { attachments, runtime, people, events: 0, wanted, files: 0, incoming: None }
    }

    fn run<R: BufRead>(
        mut self,
        tx: &mut dyn Tx,
        mut lines: Lines<R>,
    ) -> Result<Imported, Refused> {
        let header = match lines.next()? {
            Line::Header(header) if header.format == FORMAT => header,
            Line::Header(Header { format, .. }) => {
                let why = format!("format {format}; this pail-server reads format {FORMAT}");
                return Err(lines.refused(why));
            }
            _ => return Err(lines.refused("an export begins with its header")),
        };
        lines.at(import::begin(tx, &header))?;
        loop {
            let line = lines.next()?;
            let last = matches!(line, Line::End(_));
            let taken = self.take(tx, &header, line, lines.number);
            lines.at(taken)?;
            if last {
                break;
            }
        }
        lines.at(import::end(tx))?;
        let (events, files) = (self.events, self.files);
        Ok(Imported { name: header.name, events, files, claims: self.claims(tx)? })
    }

    fn take(
        &mut self,
        tx: &mut dyn Tx,
        header: &Header,
        line: Line,
        number: u64,
    ) -> Result<(), ImportError> {
        match line {
            Line::Header(_) => Err(ImportError::Invalid("a second header".to_owned())),
            Line::Person(person) => self.person(tx, &person),
            Line::Event(event) => self.event(tx, header, event),
            Line::Content(content) => self.content(content),
            Line::End(end) => self.end(tx, end, number),
        }
    }

    fn person(&mut self, tx: &mut dyn Tx, person: &Person) -> Result<(), ImportError> {
        let id = import::person(tx, person)?;
        if !person.bot && !person.closed {
            self.people.push((id, person.username.clone()));
        }
        Ok(())
    }

    fn event(
        &mut self,
        tx: &mut dyn Tx,
        header: &Header,
        line: EventLine,
    ) -> Result<(), ImportError> {
        match &line.event {
            Event::BucketCreated { bucket, .. } if *bucket != header.bucket => {
                return Err(ImportError::Foreign);
            }
            Event::MessagePosted { context, .. } => {
                for attachment in &context.attachments {
                    self.wanted.insert(content_hash(&attachment.sha256)?);
                }
            }
            _ => {}
        }
        self.events += 1;
        import::event(tx, line)
    }

    /// Takes a piece of a content; with the last one, the whole has to be what it says it is.
    fn content(&mut self, line: Content) -> Result<(), ImportError> {
        let invalid = |why: &str| ImportError::Invalid(why.to_owned());
        let sha256 = content_hash(&line.sha256)?;
        if !self.wanted.contains(&sha256) {
            return Err(invalid("no attachment before it contains this"));
        }
        let piece = STANDARD.decode(&line.base64).map_err(|error| invalid(&error.to_string()))?;
        let incoming = self.incoming.take();
        let kept = self.runtime.block_on(async {
            let incoming = match incoming {
                Some(incoming) => incoming,
                None => self.attachments.begin_content().await?,
            };
            let incoming = incoming.write(&piece).await?;
            if !line.last {
                self.incoming = Some(incoming);
                return Ok(None);
            }
            self.attachments.keep_content(incoming).await.map(|kept| Some(kept.sha256))
        });
        match kept.map_err(failed)? {
            Some(kept) if kept != sha256 => Err(invalid("the content does not have that hash")),
            Some(_) => {
                self.wanted.remove(&sha256);
                self.files += 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn end(&self, tx: &mut dyn Tx, end: End, number: u64) -> Result<(), ImportError> {
        let invalid = |why: &str| Err(ImportError::Invalid(why.to_owned()));
        if end.lines != number - 1 {
            return invalid("lines are missing or doubled before this one");
        }
        if self.incoming.is_some() {
            return invalid("a content is not whole");
        }
        // What only deleted messages carried does not come, and need not.
        for sha256 in &self.wanted {
            if tx.is_content_used(sha256)? {
                return invalid("the content of an attachment is missing");
            }
        }
        Ok(())
    }

    fn claims(self, tx: &mut dyn Tx) -> Stored<Vec<Claim>> {
        let expires_at = Stamp::now().now.plus_seconds(CLAIM_SECONDS);
        let claim = |(user, username)| {
            let code = tokens::new_invite_code();
            tx.insert_claim(tokens::hash(&code), user, expires_at)?;
            Ok(Claim { username, code })
        };
        self.people.into_iter().map(claim).collect()
    }
}

fn failed(error: AttachmentError) -> ImportError {
    match error {
        AttachmentError::Full => ImportError::Store(StoreError::Full),
        other => ImportError::Store(StoreError::Broken(other.to_string())),
    }
}
