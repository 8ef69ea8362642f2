//! A stay's past as it is shown: to officers with the names of those who acted, to the member without.

use serde::Serialize;
use utoipa::ToSchema;

use super::{log_store, model::Status};
use crate::{
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{RegistrationId, UnitId},
    units::{self, UnitRef},
};

/// One step of a registration's past.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryItem {
    /// When.
    pub at: Instant,
    /// `file`, or one of the actions.
    pub action: String,
    /// The state before; none at the filing.
    pub from_status: Option<Status>,
    /// The state after.
    pub to_status: Status,
    /// The host then.
    pub host: UnitRef,
    /// The account's user name (to a member: `officer`), `member`, or `program` where the command line filed it.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
}

/// The history of a stay, oldest first. Members read what was done and from where, not by whom.
pub async fn history(c: &mut Conn<'_>, id: RegistrationId, names_officers: bool) -> Result<Vec<HistoryItem>, ApiError> {
    let past = log_store::history(c, id).await?;
    let hosts: Vec<UnitId> = past.iter().map(|step| step.host_unit_id).collect();
    let hosts = units::unit_refs(c, &hosts).await?;
    let items = past.into_iter().filter_map(|step| {
        Some(HistoryItem {
            host: hosts.get(&step.host_unit_id)?.clone(),
            at: step.at,
            from_status: step.from_status,
            to_status: step.to_status,
            by: match step.username {
                Some(username) if names_officers => username,
                Some(_) => "officer".into(),
                // No member files: that was the program, told by its command line.
                None if step.action == "file" => "program".into(),
                None => "member".into(),
            },
            action: step.action,
            reason: step.reason,
        })
    });
    Ok(items.collect())
}
