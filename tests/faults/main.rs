//! What a server promises when something breaks under it: no acknowledged check-in is lost, and none is doubled.
//!
//! Real processes, signals, disks and clocks. `make faults` runs the long form (GUIYAN_FAULT_ROUNDS names the rounds).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails, also in the helpers of test functions")]

#[allow(dead_code, unused_imports, reason = "the faults use their part")]
#[path = "../api/support/mod.rs"]
mod support;

mod backups;
mod clocks;
mod disks;
mod kills;
mod load;
mod registry;
mod torn;
mod twice;
