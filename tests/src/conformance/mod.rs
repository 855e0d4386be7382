//! The conformance suite: runs clauses of the API's documents against any server that claims to
//! speak it, over HTTP and WebSockets, and says which hold.
//!
//! It knows the documents, not the code: no type of the other crates is used here, and what it
//! sends and expects is all in `tests/cases`. How to run it and write a case: `docs/conformance.md`.

pub mod grammar;
mod matching;
pub mod mutants;
pub mod net;
pub mod people;
pub mod play;
pub mod proxy;
pub mod report;
pub mod suite;

pub use net::Target;
pub use people::{Credentials, People, Recruiting};
pub use play::{Failure, Outcome};
pub use report::{Format, Paint, Report, Verdict};
pub use suite::{Group, Suite, SuiteError};

/// What requests say they are from, in front of the clause's name or `setup`.
pub const AGENT: &str = "pail-conformance";
