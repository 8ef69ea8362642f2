//! The record of an export. One record in the audit chain says who, why, what and how many; a narrow table beside it says
//! whose rows were in the file. So the chain does not grow by a record a member, and still every member reads every export
//! that they were in, not by a rule that is worked out later but by what the file held.

use super::{
    model::{Export, Made},
    store,
};
use crate::{
    access::{Caller, audit},
    app::AppState,
    error::ApiError,
    ids::{MemberId, UnitId},
};

/// As many members as one write takes, so that check-ins do not wait behind a large export.
const AT_ONCE: usize = 2_000;

/// Writes an export down, before it is answered: the record first, with the first members in the same transaction. Should the
/// rest fail, nobody gets the file.
pub(super) async fn keep(
    app: &AppState,
    caller: &Caller,
    unit: UnitId,
    export: &Export,
    made: &Made,
) -> Result<(), ApiError> {
    let mut members = made.members.clone();
    members.sort_unstable();
    members.dedup();
    let mut parts = members.chunks(AT_ONCE).map(<[MemberId]>::to_vec);
    let first = parts.next().unwrap_or_default();
    // Its particulars stand in the chain, in the words of the request: what was asked of which unit, and how many it gave.
    let target = format!("{unit}?members={}{}", members.len(), export.particulars());
    let (now, by, export) = (app.clock.now(), caller.clone(), export.clone());
    let seq = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let record = audit::Record::new((&by).into(), export.report.action(), ("unit", target));
                let record = record.from_unit(by.unit()).because(Some(export.purpose.as_str()));
                audit::append(c, now, record).await?;
                let seq = audit::newest(c).await?;
                store::keep_members(c, seq, &first).await?;
                Ok(seq)
            })
        })
        .await?;
    for part in parts {
        app.db.write(move |c| Box::pin(async move { store::keep_members(c, seq, &part).await })).await?;
    }
    Ok(())
}
