//! A talk as it is shown: to officers, and to whom it was with.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    model::{self, TalkAction, TalkMode, TalkRow, TalkState, TalkTopic},
    service::{FOLLOW_UP, VOID_REASON},
    store,
};
use crate::{
    access::{self, Caller, Operation},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    ids::{MemberId, TalkId, UnitId},
    people::{self, MemberRef},
    units::{self, UnitRef},
};

/// What was promised in a talk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FollowUp {
    /// What is to be done; null in lists, and once a member who was talked with is reduced.
    pub what: Option<String>,
    /// By when.
    pub due_on: Day,
    /// When it was done.
    pub done_on: Option<Day>,
    /// Whether that day has passed without it.
    pub overdue: bool,
}

/// A talk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Talk {
    /// Its id.
    pub id: TalkId,
    /// The unit whose talk it was.
    pub unit: UnitRef,
    /// Who led it…
    pub talker: Option<MemberRef>,
    /// …or the post of someone who is in no registry.
    pub talker_post: Option<String>,
    /// The day.
    pub held_on: Day,
    /// How.
    pub mode: TalkMode,
    /// With whom, by name.
    pub with: Vec<MemberRef>,
    /// How many that are: the person-times that it counts for.
    pub persons: i64,
    /// About what kind of thing.
    pub topics: Vec<TalkTopic>,
    /// What was promised.
    pub follow_up: Option<FollowUp>,
    /// What has become of it.
    pub state: TalkState,
    /// Why it does not count; null in lists.
    pub void_reason: Option<String>,
    /// When it was recorded.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<TalkAction>,
}

/// A talk, as it is told to whom it was with, or who led it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyTalk {
    /// Its id.
    pub id: TalkId,
    /// The unit whose talk it was.
    pub unit: UnitRef,
    /// Whether one led it oneself.
    pub led: bool,
    /// The name of whoever led it, or the post.
    pub talker: String,
    /// The day.
    pub held_on: Day,
    /// How.
    pub mode: TalkMode,
    /// How many were talked with.
    pub persons: i64,
    /// About what kind of thing.
    pub topics: Vec<TalkTopic>,
    /// What was promised.
    pub follow_up: Option<FollowUp>,
    /// What has become of it.
    pub state: TalkState,
}

/// As many talks of one member are told at once; nobody has had more.
const MOST: i64 = 1000;

/// All talks with a member, or led by them, the latest first.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    _caller: &Caller,
    member: MemberId,
) -> Result<Vec<MyTalk>, ApiError> {
    let rows = store::own(c, member, None, MOST).await?;
    show_own(c, app, member, rows).await
}

/// The talks of a member, in their order.
pub(super) async fn show_own(
    c: &mut Conn<'_>,
    app: &AppState,
    member: MemberId,
    rows: Vec<TalkRow>,
) -> Result<Vec<MyTalk>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let talkers: Vec<MemberId> = rows.iter().filter_map(|row| row.talker_id).collect();
    let units = units::unit_refs(c, &units).await?;
    let talkers = people::briefs(c, &talkers).await?;
    let today = app.clock.now().day();
    rows.into_iter()
        .map(|row| {
            let name = row.talker_id.and_then(|id| talkers.get(&id)).map(|talker| talker.name.clone());
            let post = row.talker_post.as_ref().map(|post| post.as_str().to_owned());
            Ok(MyTalk {
                id: row.id,
                unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a talk names no unit"))?,
                led: row.talker_id == Some(member),
                talker: name.or(post).unwrap_or_default(),
                held_on: row.held_on,
                mode: row.mode,
                persons: row.persons,
                follow_up: follow_up(app, &row, true, today)?,
                state: row.state(),
                topics: row.topics.0,
            })
        })
        .collect()
}

/// One talk that the caller is known to reach, with what was written about it.
pub(super) async fn shown(c: &mut Conn<'_>, app: &AppState, caller: &Caller, row: TalkRow) -> Result<Talk, ApiError> {
    let reason = row.void_reason_sealed.as_ref();
    let reason = reason.map(|sealed| app.keys.vault.open_text(VOID_REASON, row.id.0.as_bytes(), sealed)).transpose()?;
    let follow_up = follow_up(app, &row, true, app.clock.now().day())?;
    let talk = show(c, app, caller, vec![row]).await?.pop().ok_or_else(ApiError::not_found)?;
    Ok(Talk { follow_up, void_reason: reason, ..talk })
}

/// Talks that the caller is known to reach, in their order, without what was written about them.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    rows: Vec<TalkRow>,
) -> Result<Vec<Talk>, ApiError> {
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let ids: Vec<TalkId> = rows.iter().map(|row| row.id).collect();
    let mut with = store::members_of(c, &ids).await?;
    let members: Vec<MemberId> =
        with.values().flatten().copied().chain(rows.iter().filter_map(|row| row.talker_id)).collect();
    let above = access::ancestors_of(c, &units).await?;
    let units = units::unit_refs(c, &units).await?;
    let members = people::briefs(c, &members).await?;
    let name = |id: MemberId| members.get(&id).map(|member| MemberRef { id, name: member.name.clone() });
    let reach = caller.scope_in(Operation::VoidTalk);
    let today = app.clock.now().day();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let within = reach.covers_unit(above.get(&row.unit_id).map_or(&[], Vec::as_slice));
        let may = |action: &&TalkAction| within && model::may(**action, row.state());
        let mut names: Vec<_> = with.remove(&row.id).unwrap_or_default().into_iter().filter_map(name).collect();
        names.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        shown.push(Talk {
            unit: units.get(&row.unit_id).cloned().ok_or_else(|| ApiError::internal("a talk names no unit"))?,
            talker: row.talker_id.and_then(name),
            talker_post: row.talker_post.as_ref().map(|post| post.as_str().to_owned()),
            with: names,
            follow_up: follow_up(app, &row, false, today)?,
            state: row.state(),
            void_reason: None,
            actions: TalkAction::ALL.iter().filter(may).copied().collect(),
            id: row.id,
            held_on: row.held_on,
            mode: row.mode,
            persons: row.persons,
            topics: row.topics.0,
            created_at: row.created_at,
        });
    }
    Ok(shown)
}

fn follow_up(app: &AppState, row: &TalkRow, with_words: bool, today: Day) -> Result<Option<FollowUp>, ApiError> {
    let Some(due_on) = row.follow_up_due_on else { return Ok(None) };
    let sealed = row.follow_up_sealed.as_ref().filter(|_| with_words);
    let what = sealed.map(|sealed| app.keys.vault.open_text(FOLLOW_UP, row.id.0.as_bytes(), sealed)).transpose()?;
    let overdue = row.state() == TalkState::FollowUp && due_on < today;
    Ok(Some(FollowUp { what, due_on, done_on: row.follow_up_done_on, overdue }))
}
