//! The API's tests: they speak like users, over HTTP, on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails, also in the helpers of test functions")]

#[allow(dead_code, unused_imports, reason = "each test file uses its part")]
mod support;

mod access_table;
mod accounts;
mod attachments;
mod attendance;
mod bulletins;
mod calendar;
mod card_codes;
mod card_pictures;
mod cards;
mod censuses;
mod check_ins;
mod command_line;
mod commendations;
mod conventions;
mod demo;
mod devices;
mod documents;
mod elections;
mod events;
mod exports;
mod foundation;
mod home;
mod imports;
mod inbox;
mod live;
mod look_ups;
mod merging;
mod offline;
mod opinions;
mod own_data;
mod pairings;
mod people;
mod plans;
mod please_call;
mod posts;
mod print;
mod recruits;
mod registrations;
mod requests;
mod retention;
mod sessions;
mod several;
mod stays;
mod storage;
mod submissions;
mod suggestions;
mod summary;
mod supervision;
mod talks;
mod tasks;
mod units;
