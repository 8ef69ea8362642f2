//! The records of the units' work that the walk meets: how one is made, and what is sent about it.

use guiyan::access::{Operation, Row};
use serde_json::Value;

use super::{Maker, Target};
use crate::support::TestApp;

/// The id of a record of the row's feature that belongs to the target's unit, made by whoever keeps its records
/// (`maker.desk(target)`); empty where the row is about none.
pub(super) async fn record(_maker: &Maker<'_>, row: &Row, _target: &Target) -> String {
    let of_whom = row.path.strip_prefix("/me").filter(|rest| rest.starts_with('/')).unwrap_or(row.path);
    match of_whom.split('/').nth(1).unwrap_or_default() {
        _ => String::new(),
    }
}

/// What a body says to be about the target and its record; `None` where the path says all.
pub(super) fn body(operation: Operation, _target: &Target, _app: &TestApp) -> Option<Value> {
    match operation {
        _ => None,
    }
}
