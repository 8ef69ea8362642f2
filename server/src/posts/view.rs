//! A post as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{PostKind, PostRow, Tenure, TenureAction},
    service::DUAL_TITLE,
    store::{self, Filter},
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, PostId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// A post that a member holds, or held, in a unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// The unit.
    pub unit: UnitRef,
    /// Who holds it.
    pub member: MemberRef,
    /// Which post.
    pub kind: PostKind,
    /// Whether an administrative post is held beside it (一肩挑).
    pub dual: bool,
    /// The name of that post.
    pub dual_title: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last day; null while it is held.
    pub until: Option<Day>,
    /// Whether it is still held.
    pub state: Tenure,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<TenureAction>,
}

/// As many posts of one member are told at once; nobody has held more.
const MOST: i64 = 1000;

/// All posts that a member has ever held, newest first.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    member: MemberId,
) -> Result<Vec<Post>, ApiError> {
    let rows = store::list(c, None, &Filter { member: Some(member), ..Filter::default() }, MOST).await?;
    show(c, app, caller, rows).await
}

/// One post that the caller is known to reach.
pub(super) async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: PostRow) -> Result<Post, ApiError> {
    show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)
}

/// Posts that the caller is known to reach, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<PostRow>,
) -> Result<Vec<Post>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let members: Vec<MemberId> = rows.iter().map(|row| row.member_id).collect();
    let above = access::ancestors_of(c, &units).await?;
    let units = units::unit_refs(c, &units).await?;
    let members = people::briefs(c, &members).await?;
    let reach = caller.scope_in(Operation::EndPost);
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let member = members.get(&row.member_id).ok_or_else(|| ApiError::internal("a post names no member"))?;
        let open = |sealed: &Vec<u8>| app.keys.vault.open_text(DUAL_TITLE, row.id.0.as_bytes(), sealed);
        let state = Tenure::of(row.until_on);
        shown.push(Post {
            id: row.id,
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a post names no unit"))?,
            member: MemberRef { id: member.id, name: member.name.clone() },
            kind: row.kind,
            dual: row.dual,
            dual_title: row.dual_title_sealed.as_ref().map(open).transpose()?,
            from: row.from_on,
            until: row.until_on,
            state,
            created_at: row.created_at,
            actions: state.actions(reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice))),
        });
    }
    Ok(shown)
}
