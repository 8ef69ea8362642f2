//! Cards: issued for an active stay, numbered by the home department, reviewed once a year, handed back at the end; the
//! codes under which they appear, what such a code is worth when it is shown, and the card as a picture.
//!
//! `model.rs` says what a card is open to in each state, `verify.rs` judges a shown code: both pure. The phones, which
//! stand on cards, have a folder of their own.

mod batch;
mod card_image;
mod checking;
mod code_store;
mod endings;
mod faces;
mod minting;
mod model;
mod number;
mod pictures;
mod presentation;
mod routes;
mod service;
mod sheet_routes;
mod sheet_store;
mod sheets;
mod status_list;
mod store;
mod verify;
mod views;

pub use code_store::{FoundCard, codes_of, find_by_codes};
pub use endings::carry_out;
pub use minting::{Credential, PhoneKey, credential, renew_phone_code};
pub use model::{CardAct, CardStatus, PHONES, REVIEW_AHEAD_DAYS};
pub use number::CardNumber;
pub use presentation::{Examined, Presented, examine, present};
pub use routes::router;
pub use service::{act, activation, code_hash, issue, replace};
pub use status_list::{PLACES as STATUS_LIST_PLACES, status_lists};
pub use store::{CardRow, by_id, by_number, forget_words, newest_of_member};
pub use verify::{CardVerdict, Occasion, OnRecord, Presence, Showing, judge};
pub use views::{Card, CardStep, IssuedCard, OneTimeLink, card_of_member, cards_of_member, shown, within};
