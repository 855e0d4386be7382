//! The conformance suite, run: against our own server, with its reports read back and its quotes
//! looked up in the documents.

mod reports;
mod suite;
