//! End to end: the real client in real terminals, against the real server, as people use them.

mod bus;
mod chat;
mod doctor;
mod first_run;
mod keyring;
mod leaving;
mod notification;
mod offline;
mod pasting;
mod people;
mod pictures;
mod plain;
mod twenty;
