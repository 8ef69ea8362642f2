//! An election as it is shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    holding,
    model::{self, ElectionAction, ElectionRow, ElectionState},
    people::{self, CandidateLine, ElectedLine},
    quorum::Quorum,
    service::{self, REASON},
    store,
};
use crate::{
    access::{self, Caller},
    app::AppState,
    clock::{Day, Instant},
    db::Conn,
    error::ApiError,
    events,
    ids::{ElectionId, EventId},
    posts::PostKind,
    units::{self, UnitRef},
};

/// An election at the end of a term.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Election {
    /// Its id.
    pub id: ElectionId,
    /// The unit that elects.
    pub unit: UnitRef,
    /// When the term ends (or ended).
    pub due_on: Day,
    /// Whether that day passes, or passed, without an approved result.
    pub overdue: bool,
    /// How far it has come.
    pub state: ElectionState,
    /// How many are to be elected, and how many stand.
    pub seats: Vec<SeatLine>,
    /// Who stands.
    pub candidates: Vec<CandidateLine>,
    /// The meeting.
    pub event: Option<ElectionEvent>,
    /// Whether enough electors are there: live until the result is recorded, and as it was from then on.
    pub quorum: Option<Quorum>,
    /// The result.
    pub result: Option<ResultSheet>,
    /// Who approved, where the unit above is in no registry.
    pub authority: Option<String>,
    /// When the result was approved.
    pub approved_on: Option<Day>,
    /// What happened, the oldest first.
    pub steps: Vec<ElectionStep>,
    /// When it was opened.
    pub created_at: Instant,
    /// What this caller may do now.
    pub actions: Vec<ElectionAction>,
}

/// The seats of a post.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct SeatLine {
    /// The post.
    pub post: PostKind,
    /// How many are to be elected.
    pub seats: i64,
    /// How many stand.
    pub candidates: i64,
    /// Whether more stand than are elected, as the rule asks (差额选举).
    pub more_candidates: bool,
}

/// The meeting of an election.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ElectionEvent {
    /// The event.
    pub id: EventId,
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub starts_at: Instant,
}

/// What came out of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultSheet {
    /// The day of the meeting.
    pub held_on: Day,
    /// Who was elected.
    pub elected: Vec<ElectedLine>,
    /// Ballots that were given out.
    pub ballots_given: i64,
    /// Ballots that came back.
    pub ballots_returned: i64,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ElectionStep {
    /// What.
    pub action: ElectionAction,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Option<String>,
    /// Of a meeting in whose place another is held: the electors expected.
    pub electors_expected: Option<i64>,
    /// And those who came.
    pub present: Option<i64>,
}

/// An election that the caller is known to reach.
pub(super) async fn shown(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: ElectionRow,
) -> Result<Election, ApiError> {
    let above = access::ancestors_of(c, &[row.unit_id]).await?;
    let above = above.get(&row.unit_id).map_or(&[][..], Vec::as_slice);
    let may = |action: &&ElectionAction| {
        let reach = caller.scope_in(action.operation());
        model::may(**action, row.state, service::standing(&reach, &reach, row.unit_id, above))
    };
    let actions = ElectionAction::ALL.iter().filter(may).copied().collect();
    let quorum = match (row.held_on, row.event_id) {
        // A result that was sent back is counted anew.
        (Some(_), _) if matches!(row.state, ElectionState::Result | ElectionState::Approved) => Some(frozen(&row)),
        (_, Some(event)) => Some(holding::live(c, &row, event).await?),
        _ => None,
    };
    let present = quorum.as_ref().map_or(0, |quorum| quorum.present);
    let (candidates, elected) = people::show(c, app, row.id, present).await?;
    let count = |post: PostKind| candidates.iter().filter(|one| one.post == post).fold(0, |sum, _| sum + 1);
    let mut seats: Vec<SeatLine> = Vec::new();
    for super::input::Seats { post, seats: of } in store::seats(c, row.id).await? {
        let standing = count(post);
        seats.push(SeatLine { post, seats: of, candidates: standing, more_candidates: standing > of });
    }
    seats.sort_by_key(|line| line.post);
    let event = match row.event_id {
        Some(id) => events::event(c, id).await?,
        None => None,
    };
    let mut steps = Vec::new();
    for step in store::steps(c, row.id).await? {
        let open = |sealed: &Vec<u8>| app.keys.vault.open_text(REASON, step.id.0.as_bytes(), sealed);
        steps.push(ElectionStep {
            action: step.action,
            at: step.at,
            reason: step.reason_sealed.as_ref().map(open).transpose()?,
            electors_expected: step.electors_expected,
            present: step.present,
        });
    }
    let result = row.held_on.filter(|_| !elected.is_empty()).map(|held_on| ResultSheet {
        held_on,
        elected,
        ballots_given: row.ballots_given.unwrap_or_default(),
        ballots_returned: row.ballots_returned.unwrap_or_default(),
    });
    let ended = row.approved_on.unwrap_or_else(|| app.clock.now().day());
    Ok(Election {
        unit: units::unit_ref(c, row.unit_id).await?,
        overdue: row.due_on < ended && row.state != ElectionState::Withdrawn,
        event: event.map(|event| ElectionEvent { id: event.id, title: event.title, starts_at: event.starts_at }),
        id: row.id,
        due_on: row.due_on,
        state: row.state,
        seats,
        candidates,
        quorum,
        result,
        authority: row.authority,
        approved_on: row.approved_on,
        steps,
        created_at: row.created_at,
        actions,
    })
}

/// The quorum as it was when the result was recorded.
fn frozen(row: &ElectionRow) -> Quorum {
    let counted = [row.scanned, row.floating, row.probationary].map(Option::unwrap_or_default);
    Quorum::frozen(row.electors_expected.unwrap_or_default(), row.on_paper.unwrap_or_default(), counted)
}

/// An election as lists show it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ElectionLine {
    /// Its id.
    pub id: ElectionId,
    /// The unit that elects.
    pub unit: UnitRef,
    /// When the term ends (or ended).
    pub due_on: Day,
    /// How far it has come.
    pub state: ElectionState,
    /// When the result was approved.
    pub approved_on: Option<Day>,
}

/// Elections that the caller is known to reach, in their order.
pub(super) async fn lines(c: &mut Conn<'_>, rows: Vec<ElectionRow>) -> Result<Vec<ElectionLine>, ApiError> {
    let units: Vec<_> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::unit_refs(c, &units).await?;
    let show = |row: ElectionRow| {
        let unit = units.get(&row.unit_id)?.clone();
        let (due_on, state, approved_on) = (row.due_on, row.state, row.approved_on);
        Some(ElectionLine { id: row.id, unit, due_on, state, approved_on })
    };
    Ok(rows.into_iter().filter_map(show).collect())
}
