//! The client without terminal, network and clock: keys and frames in, effects and screens out.

mod accounts;
mod acting;
mod changes;
mod chatting;
mod commanding;
mod completing;
mod configuring;
mod connecting;
mod emulated;
mod entering;
mod frames;
mod harness;
mod hostile;
mod moving;
mod offline;
mod pages;
mod parts;
mod purity;
mod queueing;
mod reacting;
mod reading;
mod screens;
mod selecting;
mod signals;
mod unread;
mod writing;
