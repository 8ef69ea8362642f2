//! SQL of members' own parts in elections.

use super::model::ElectionState;
use crate::{
    clock::Day,
    db::Conn,
    error::ApiError,
    execute,
    ids::{ElectionId, MemberId, UnitId},
    on_engine,
    posts::PostKind,
};

/// A member's part in an election.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct OwnRow {
    pub(super) id: ElectionId,
    pub(super) unit_id: UnitId,
    pub(super) state: ElectionState,
    pub(super) held_on: Option<Day>,
    pub(super) elected: bool,
    pub(super) post: PostKind,
    pub(super) votes: Option<i64>,
}

/// Every part of a member, newest election first.
pub(super) async fn own(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<OwnRow>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select q.id, q.unit_id, q.state, q.held_on, p.elected, p.post, p.votes
           from election_people p join elections q on q.id = p.election_id
          where p.member_id = $1 order by q.id desc, p.elected, p.place"
    )
    .bind(member)
    .fetch_all(c))?)
}

/// Empties what a member was called beside a post.
pub async fn forget_words(c: &mut Conn<'_>, member: MemberId) -> Result<(), ApiError> {
    let sql = "update election_people set dual_title_sealed = null where member_id = $1";
    execute!(c, sqlx::query(sql).bind(member))?;
    Ok(())
}
