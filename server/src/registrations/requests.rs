//! What a member asks for: to go home, to another host, to transfer. Either end carries it out, which takes the very step
//! that it asks for, or answers it with a reason.
//!
//! It stands with the registrations because every step closes what it settles: a request is done when its step is taken,
//! from whatever screen, and lapses when the stay ends in another way. Carrying out is with the cards, as endings are.

mod model;
pub(super) mod routes;
mod service;
mod store;
mod view;

pub use model::{CarryOut, NewRequest, RequestKind, RequestStatus};
pub(super) use service::close_by_step;
pub use service::{file, refuse, take_back, to_carry_out};
pub use store::kinds_of;
pub use view::{MemberRequest, of_member, shown};
