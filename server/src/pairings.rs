//! Pairing and aid (结对帮扶): who helps whom, which difficulties were solved, and what was given. Lists show who and the kind;
//! what somebody's difficulty is stands in the record, and whoever is concerned sees who has looked.

mod aid;
mod cases;
mod model;
mod own;
mod routes;
mod service;
mod store;
mod view;

pub use aid::{Aid, AidKind, AidState, NewAid, give};
pub use cases::{Case, CaseState, CaseSubject, NewCase, SolveCase, open as open_case, solve as solve_case};
pub use model::{EndPairing, HelpSide, NewPairing, PairState};
pub use own::{MyAid, MyCase, MyHelp, MyPair, of_member};
pub use routes::router;
pub use service::{create, end};
pub use store::{PairingFigures, figures, forget_words};
pub use view::Pairing;
