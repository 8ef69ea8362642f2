//! A bulletin as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    audience, markdown,
    model::{BulletinAction, BulletinKind, BulletinRow, BulletinState},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{BulletinId, UnitId},
    units::{self, UnitRef},
};

/// A bulletin in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BulletinItem {
    /// Its id.
    pub id: BulletinId,
    /// The unit that publishes it.
    pub unit: UnitRef,
    /// What it is.
    pub kind: BulletinKind,
    /// Where it stands.
    pub state: BulletinState,
    /// The year of its number.
    pub year: Option<i64>,
    /// Its number among the unit's bulletins of that year, since it was published.
    pub issue: Option<i64>,
    /// What it is called.
    pub title: String,
    /// When it was published.
    pub published_at: Option<Instant>,
    /// When it was begun.
    pub created_at: Instant,
    /// Its version, the same as its ETag.
    pub version: i64,
    /// What this caller may do now.
    pub actions: Vec<BulletinAction>,
}

/// A bulletin with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bulletin {
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened")]
    pub item: BulletinItem,
    /// The units to whose members it goes, each with all below it.
    pub audience: Vec<UnitRef>,
    /// The text as HTML that needs no further cleaning.
    pub html: String,
    /// To whoever may write on it: the text in Markdown.
    pub body: Option<String>,
    /// To officers: why it was taken back.
    pub taken_back_reason: Option<String>,
}

/// Bulletins that the caller is known to see, in their order.
pub(super) async fn show(
    c: &mut Conn<'_>,
    caller: &Caller,
    rows: Vec<BulletinRow>,
) -> Result<Vec<BulletinItem>, ApiError> {
    let ids: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::unit_refs(c, &ids).await?;
    let above = access::ancestors_of(c, &ids).await?;
    let writes = caller.scope_in(Operation::UpdateBulletin);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let may = above.get(&row.unit_id).is_some_and(|above| writes.covers_unit(above));
        let actions = BulletinAction::ALL.iter().copied().filter(|action| may && action.state() == row.state);
        items.push(BulletinItem {
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a bulletin names no unit"))?,
            actions: actions.collect(),
            id: row.id,
            kind: row.kind,
            state: row.state,
            year: row.year,
            issue: row.issue,
            title: row.title,
            published_at: row.published_at,
            created_at: row.created_at,
            version: row.version,
        });
    }
    Ok(items)
}

/// A bulletin that the caller is known to see, with its text.
pub(super) async fn whole(c: &mut Conn<'_>, caller: &Caller, row: BulletinRow) -> Result<Bulletin, ApiError> {
    let body = store::body(c, row.id).await?;
    let audience = audience::of(c, &[row.id.0]).await?.remove(&row.id.0).unwrap_or_default();
    let mut audience: Vec<UnitRef> = units::unit_refs(c, &audience).await?.into_values().collect();
    audience.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let taken_back_reason = row.taken_back_reason.clone().filter(|_| caller.scope.own.is_none());
    let item = show(c, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok(Bulletin {
        audience,
        html: markdown::html(&body),
        body: item.actions.contains(&BulletinAction::Edit).then_some(body),
        taken_back_reason,
        item,
    })
}
