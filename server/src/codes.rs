//! The codes that stand in QR pictures: their bytes, their digits, their signatures. `docs/trust.md` says what each
//! proves; `tests/cases/codes.json` holds the vectors that Rust and TypeScript both run.
//!
//! Everything here is pure: keys, times and records come from the caller.

mod card;
mod digits;
mod event;
mod roster;
mod scan;

pub use card::{CardClaims, CardCode, CodeId, Holder, LIVE_PREFIX, STATIC_CARD};
pub use digits::{pack, unpack};
pub use event::{EventCode, EventCodeId, Window, audience};
pub use roster::{SealedRecord, seal_record};
pub use scan::{Scanned, poses_as_card, read};

#[cfg(test)]
mod tests;
