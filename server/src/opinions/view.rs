//! An opinion as it is shown: to officers, to whoever gave it with their name, and to whom it was published.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{Disposition, OpinionAction, OpinionRow, OpinionSource, OpinionState, OpinionTopic},
    publishing::PUBLISHED,
    service::{NOTE, OUTCOME, TEXT},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, OpinionId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// What was noted while it was in hand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpinionNote {
    /// When.
    pub at: Instant,
    /// What happened.
    pub text: String,
}

/// To whom an opinion was published, and how.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Publication {
    /// When.
    pub on: Day,
    /// To the members of these units and of all below them.
    pub units: Vec<UnitRef>,
    /// In which words.
    pub text: Option<String>,
    /// With the name of the giver.
    pub named: bool,
}

/// An opinion, to officers. It holds no instant at which it was given: that would lead to whoever gave it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Opinion {
    /// Its id.
    pub id: OpinionId,
    /// Whom it is addressed to.
    pub unit: UnitRef,
    /// How it came.
    pub source: OpinionSource,
    /// Whether it was given with a name.
    pub named: bool,
    /// Who gave it, where they wished to be named; null in lists.
    pub member: Option<MemberRef>,
    /// What was said; null once the giver's data has gone.
    pub text: Option<String>,
    /// About what.
    pub topic: Option<OpinionTopic>,
    /// How far it has come.
    pub state: OpinionState,
    /// How it is dealt with.
    pub disposition: Option<Disposition>,
    /// By when the next thing is to be done about it: to sort it and take it in hand, or to put it right.
    pub due_on: Day,
    /// Whether that day has passed without it.
    pub overdue: bool,
    /// The explanation, or what was put right.
    pub outcome: Option<String>,
    /// How it went on, oldest first; empty in lists.
    pub notes: Vec<OpinionNote>,
    /// The day on which it was given.
    pub collected_on: Day,
    /// The day on which it was put right or explained.
    pub done_on: Option<Day>,
    /// To whom it was published.
    pub published: Option<Publication>,
    /// What this caller may do now.
    pub actions: Vec<OpinionAction>,
}

/// An opinion, to members: one's own, or one that was published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyOpinion {
    /// Its id.
    pub id: OpinionId,
    /// Whom it is addressed to.
    pub unit: UnitRef,
    /// The name of whoever gave it, where it was published with it.
    pub by: Option<String>,
    /// What was said; a publication's own words.
    pub text: Option<String>,
    /// About what.
    pub topic: Option<OpinionTopic>,
    /// How far it has come.
    pub state: OpinionState,
    /// How it is dealt with.
    pub disposition: Option<Disposition>,
    /// By when it will be put right.
    pub due_on: Option<Day>,
    /// The explanation, or what was put right.
    pub outcome: Option<String>,
    /// The day on which it was given.
    pub collected_on: Day,
    /// The day on which it was put right or explained.
    pub done_on: Option<Day>,
    /// The day on which it was published.
    pub published_on: Option<Day>,
}

/// As many opinions of one member are told at once; nobody has given more.
const MOST: i64 = 1000;

/// What a member has given with their name, newest first.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    _caller: &Caller,
    member: MemberId,
) -> Result<Vec<MyOpinion>, ApiError> {
    let rows = store::own(c, member, None, MOST).await?;
    show_own(c, app, rows).await
}

fn open(app: &AppState, field: &str, row: &OpinionRow, sealed: Option<&Vec<u8>>) -> Result<Option<String>, ApiError> {
    sealed.map(|sealed| app.keys.vault.open_text(field, row.id.0.as_bytes(), sealed)).transpose()
}

/// What was published of it: its own words, or else those of the giver.
fn published_text(app: &AppState, row: &OpinionRow) -> Result<Option<String>, ApiError> {
    match &row.published_text_sealed {
        Some(sealed) => open(app, PUBLISHED, row, Some(sealed)),
        None => open(app, TEXT, row, row.text_sealed.as_ref()),
    }
}

/// A member's own opinions, in their order.
pub(super) async fn show_own(
    c: &mut Conn<'_>,
    app: &AppState,
    rows: Vec<OpinionRow>,
) -> Result<Vec<MyOpinion>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::unit_refs(c, &units).await?;
    rows.into_iter()
        .map(|row| {
            let text = open(app, TEXT, &row, row.text_sealed.as_ref())?;
            let unit = units.get(&row.unit_id).cloned();
            to_member(app, row, unit, text, None)
        })
        .collect()
}

/// Published opinions, in their order, in the words of the publication.
pub(super) async fn show_published(
    c: &mut Conn<'_>,
    app: &AppState,
    rows: Vec<OpinionRow>,
) -> Result<Vec<MyOpinion>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let givers: Vec<MemberId> = rows.iter().filter(|row| row.published_named).filter_map(|row| row.member_id).collect();
    let units = units::unit_refs(c, &units).await?;
    let givers = people::briefs(c, &givers).await?;
    rows.into_iter()
        .map(|row| {
            let text = published_text(app, &row)?;
            let by = row.member_id.and_then(|id| givers.get(&id)).map(|giver| giver.name.clone());
            let unit = units.get(&row.unit_id).cloned();
            to_member(app, row, unit, text, by)
        })
        .collect()
}

fn to_member(
    app: &AppState,
    row: OpinionRow,
    unit: Option<UnitRef>,
    text: Option<String>,
    by: Option<String>,
) -> Result<MyOpinion, ApiError> {
    Ok(MyOpinion {
        unit: unit.ok_or_else(|| ApiError::internal("an opinion names no unit"))?,
        by,
        text,
        outcome: open(app, OUTCOME, &row, row.outcome_sealed.as_ref())?,
        due_on: Some(row.due_on).filter(|_| row.state == OpinionState::InHand),
        id: row.id,
        topic: row.topic,
        state: row.state,
        disposition: row.disposition,
        collected_on: row.collected_on,
        done_on: row.done_on,
        published_on: row.published_on,
    })
}

/// One opinion that the caller is known to reach, with its notes and the name of whoever wished to be named.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: OpinionRow,
) -> Result<Opinion, ApiError> {
    let giver: Vec<MemberId> = row.member_id.into_iter().collect();
    let member = people::briefs(c, &giver).await?.into_values().next();
    let open_note = |(id, sealed, at): (crate::ids::RowId, Vec<u8>, Instant)| {
        let text = app.keys.vault.open_text(NOTE, id.0.as_bytes(), &sealed)?;
        Ok(OpinionNote { at, text })
    };
    let notes = store::notes_of(c, row.id).await?.into_iter().map(open_note).collect::<Result<_, ApiError>>()?;
    let opinion = show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    let member = member.map(|member| MemberRef { id: member.id, name: member.name });
    Ok(Opinion { member, notes, ..opinion })
}

/// Opinions that the caller is known to reach, in their order, without who gave them.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<OpinionRow>,
) -> Result<Vec<Opinion>, ApiError> {
    let ids: Vec<OpinionId> = rows.iter().map(|row| row.id).collect();
    let published = store::units_of(c, &ids).await?;
    let own: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let all: Vec<UnitId> = own.iter().copied().chain(published.values().flatten().copied()).collect();
    let above = access::ancestors_of(c, &own).await?;
    let units = units::unit_refs(c, &all).await?;
    let reach = caller.scope_in(Operation::SortOpinion);
    let today = app.clock.now().day();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let within = reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
        let may = |action: &&OpinionAction| within && action.from().contains(&row.state);
        let published = match row.published_on {
            Some(on) => Some(Publication {
                on,
                units: published.get(&row.id).into_iter().flatten().filter_map(|id| units.get(id).cloned()).collect(),
                text: published_text(app, &row)?,
                named: row.published_named,
            }),
            None => None,
        };
        shown.push(Opinion {
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("an opinion names no unit"))?,
            named: row.member_id.is_some(),
            member: None,
            text: open(app, TEXT, &row, row.text_sealed.as_ref())?,
            overdue: row.is_overdue(today),
            outcome: open(app, OUTCOME, &row, row.outcome_sealed.as_ref())?,
            notes: Vec::new(),
            published,
            actions: OpinionAction::ALL.iter().filter(may).copied().collect(),
            id: row.id,
            source: row.source,
            topic: row.topic,
            state: row.state,
            disposition: row.disposition,
            due_on: row.due_on,
            collected_on: row.collected_on,
            done_on: row.done_on,
        });
    }
    Ok(shown)
}
