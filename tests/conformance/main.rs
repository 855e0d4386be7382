//! The conformance suite, run: against our own server, with its reports read back and its quotes
//! looked up in the documents, and against a server that breaks its promises one by one.

mod command;
mod mutants;
mod reports;
mod suite;
