//! Guiyan (归雁): a registry for floating members, their activity cards and check-ins.
//!
//! Data flows one way: route → service → store → database, and back. A folder a feature; what may live in a file is told
//! by its name. Features import only those to their left:
//! `units ← people ← notices ← registrations ← imports ← cards ← devices ← events ← calendar ← check_ins ← exports ← home ← print
//! ← inbox ← own_data`.
//!
//! Invariants: every write goes through `db.write` and is answered after it is durable; every route has a row in
//! `access/operations.rs`; every change and every look-up of a person is in the audit chain, in the same transaction;
//! ID numbers, phones and addresses are sealed at rest; time and randomness are passed in.

pub mod access;
pub mod app;
pub mod attachments;
pub mod auth;
pub mod bulletins;
pub mod calendar;
pub mod cards;
pub mod censuses;
pub mod check_ins;
pub mod clock;
pub mod codes;
pub mod commendations;
pub mod config;
pub mod db;
pub mod demo;
pub mod devices;
pub mod documents;
pub mod elections;
pub mod error;
pub mod events;
pub mod exports;
pub mod figures;
pub mod generate;
pub mod home;
pub mod http;
pub mod ids;
pub mod imports;
pub mod inbox;
pub mod keys;
pub mod metrics;
pub mod notices;
pub mod openapi;
pub mod opinions;
pub mod own_data;
pub mod pairings;
pub mod paper;
pub mod parsing;
pub mod people;
pub mod plans;
pub mod posts;
pub mod print;
pub mod pwa;
pub mod recruits;
pub mod registrations;
pub mod retention;
pub mod router;
pub mod sheets;
pub mod submissions;
pub mod summary;
pub mod supervision;
pub mod talks;
pub mod tallies;
pub mod terms;
pub mod together;
pub mod units;
