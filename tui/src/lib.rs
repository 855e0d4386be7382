//! The terminal client of Pail.
//!
//! [`state`] is the client as a pure machine, [`keys`] what keys mean in it, [`view`] how it looks;
//! [`io`] carries out what it asks for, and [`runtime`] is the one loop that joins them. Text of
//! others reaches a screen only as [`text::SafeText`]. Only [`embed`] knows the server's crate.

pub mod cli;
pub mod demo;
pub mod embed;
pub mod io;
pub mod keys;
pub mod launch;
pub mod plain;
pub mod runtime;
pub mod state;
pub mod text;
pub mod view;
