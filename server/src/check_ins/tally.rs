//! Who was at which events: the record as it stands, corrections included, for those who count it.

use sqlx::QueryBuilder;

use crate::{
    clock::{Instant, Period},
    db::Conn,
    error::ApiError,
    events::EventKind,
    ids::MemberId,
    on_engine,
    registrations::Counted,
};

/// An event at which a member was, or which was made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// Who.
    pub member_id: MemberId,
    /// When it began.
    pub starts_at: Instant,
    /// What it counts, in minutes.
    pub minutes: i64,
}

/// The events of these kinds in the period at which these members were, or which they made up; cancelled ones count nothing.
pub async fn sessions_of(
    c: &mut Conn<'_>,
    members: &Counted,
    kinds: &[EventKind],
    period: Period,
) -> Result<Vec<Session>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new(
            "select t.member_id, t.starts_at, e.minutes from attendance t join events e on e.id = t.event_id
              where t.outcome in ('present', 'made_up') and e.cancelled_at is null and t.starts_at >= ",
        );
        query.push_bind(period.from.starts()).push(" and t.starts_at < ").push_bind(period.to.plus_days(1).starts());
        query.push(" and e.kind in (");
        let mut list = query.separated(", ");
        for kind in kinds {
            list.push_bind(*kind);
        }
        query.push(") and t.member_id in ");
        members.push_ids(&mut query);
        query.build_query_as().fetch_all(c).await
    })?)
}
