//! Who stands and who was elected: put on record, shown, told to the member concerned.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    input::{Candidate, Elected},
    model::{ElectionRow, ElectionState},
    people_store::{self, OwnRow},
    store::{self, PersonRow},
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    clock::Day,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{ElectionId, MemberId, RowId, UnitId},
    people::{self, MemberRef, PersonName},
    posts::{NewPost, PostKind},
    registrations,
    units::{self, UnitRef},
};

/// Under these names what is typed about people is sealed, each for its own line.
const NAME: &str = "election.name";
const DUAL_TITLE: &str = "election.dual_title";

/// Someone who stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CandidateLine {
    /// For which post.
    pub post: PostKind,
    /// The member; null where they have no record as one.
    pub member: Option<MemberRef>,
    /// The name.
    pub name: String,
}

/// Someone who was elected.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ElectedLine {
    /// To which post.
    pub post: PostKind,
    /// The member; null where they have no record as one.
    pub member: Option<MemberRef>,
    /// The name.
    pub name: String,
    /// The votes for them.
    pub votes: i64,
    /// Whether that is more than half of the electors present, as the rules ask.
    pub over_half: bool,
    /// The administrative post held beside it (一肩挑).
    pub dual_title: Option<String>,
}

/// Of these members: those whom the caller may not know, by their place below `list`.
pub(super) async fn unknown(
    c: &mut Conn<'_>,
    caller: &Caller,
    list: &str,
    members: impl Iterator<Item = Option<MemberId>>,
) -> Result<Vec<FieldError>, ApiError> {
    let mut errors = Vec::new();
    for (at, member) in members.enumerate() {
        let Some(member) = member else { continue };
        if let Some(error) = registrations::unknown_member(c, caller, member).await? {
            errors.push(FieldError { pointer: format!("{list}/{at}{}", error.pointer), ..error });
        }
    }
    Ok(errors)
}

fn line(
    app: &AppState,
    elected: bool,
    post: PostKind,
    who: (Option<MemberId>, Option<PersonName>),
) -> Result<PersonRow, ApiError> {
    let id = RowId::new(app.clock.now(), &app.entropy);
    let seal = |name: PersonName| app.keys.vault.seal(NAME, id.0.as_bytes(), name.as_str().as_bytes(), &app.entropy);
    let name_sealed = who.1.map(seal).transpose()?;
    Ok(PersonRow { id, elected, post, member_id: who.0, name_sealed, votes: None, dual_title_sealed: None })
}

/// Puts the candidates on record.
pub(super) async fn put_candidates(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &ElectionRow,
    candidates: Vec<Candidate>,
) -> Result<(), ApiError> {
    let mut lines = Vec::with_capacity(candidates.len());
    for one in candidates {
        lines.push(line(app, false, one.post, (one.member_id, one.name))?);
    }
    store::put_people(c, row.id, false, &lines).await?;
    log_each(c, app, caller, row, &lines, "election.candidate").await
}

/// Puts the elected on record.
pub(super) async fn put_elected(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &ElectionRow,
    elected: Vec<Elected>,
) -> Result<(), ApiError> {
    let mut lines = Vec::with_capacity(elected.len());
    for one in elected {
        let line = line(app, true, one.post, (one.member_id, one.name))?;
        let seal = |title: &str| app.keys.vault.seal(DUAL_TITLE, line.id.0.as_bytes(), title.as_bytes(), &app.entropy);
        let dual_title_sealed = one.dual_title.map(|title| seal(title.as_str())).transpose()?;
        lines.push(PersonRow { votes: Some(one.votes), dual_title_sealed, ..line });
    }
    store::put_people(c, row.id, true, &lines).await?;
    log_each(c, app, caller, row, &lines, "election.elected").await
}

async fn log_each(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    row: &ElectionRow,
    lines: &[PersonRow],
    action: &str,
) -> Result<(), ApiError> {
    for member in lines.iter().filter_map(|line| line.member_id) {
        let record = Record::new(caller.into(), action, ("election", row.id.to_string())).about(member);
        audit::append(c, app.clock.now(), record.from_unit(row.unit_id)).await?;
    }
    Ok(())
}

/// The posts of those elected who have a record as members.
pub(super) async fn posts_of(
    c: &mut Conn<'_>,
    app: &AppState,
    row: &ElectionRow,
    from: Day,
) -> Result<Vec<NewPost>, ApiError> {
    let mut posts = Vec::new();
    for line in store::people(c, row.id).await?.into_iter().filter(|line| line.elected) {
        let Some(member_id) = line.member_id else { continue };
        let title = open(app, DUAL_TITLE, line.id, line.dual_title_sealed.as_deref())?;
        let dual_title = title.map(|title| title.parse()).transpose().map_err(ApiError::internal)?;
        posts.push(NewPost { unit_id: row.unit_id, member_id, kind: line.post, dual_title, from, until: None });
    }
    Ok(posts)
}

fn open(app: &AppState, field: &str, id: RowId, sealed: Option<&[u8]>) -> Result<Option<String>, ApiError> {
    sealed.map(|sealed| app.keys.vault.open_text(field, id.0.as_bytes(), sealed)).transpose()
}

/// The people of an election as they are shown; `present` are the electors who were there.
pub(super) async fn show(
    c: &mut Conn<'_>,
    app: &AppState,
    id: ElectionId,
    present: i64,
) -> Result<(Vec<CandidateLine>, Vec<ElectedLine>), ApiError> {
    let lines = store::people(c, id).await?;
    let members: Vec<MemberId> = lines.iter().filter_map(|line| line.member_id).collect();
    let briefs = people::briefs(c, &members).await?;
    let (mut candidates, mut elected) = (Vec::new(), Vec::new());
    for line in lines {
        let brief = line.member_id.and_then(|id| briefs.get(&id));
        let member = brief.map(|brief| MemberRef { id: brief.id, name: brief.name.clone() });
        let typed = open(app, NAME, line.id, line.name_sealed.as_deref())?;
        let name = typed.or_else(|| member.as_ref().map(|member| member.name.clone()));
        let name = name.unwrap_or_else(|| people::REDUCED_NAME.into());
        if !line.elected {
            candidates.push(CandidateLine { post: line.post, member, name });
            continue;
        }
        let votes = line.votes.unwrap_or_default();
        let dual_title = open(app, DUAL_TITLE, line.id, line.dual_title_sealed.as_deref())?;
        elected.push(ElectedLine { post: line.post, member, name, votes, over_half: votes * 2 > present, dual_title });
    }
    Ok((candidates, elected))
}

/// A member's part in an election.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnElection {
    /// The election.
    pub election_id: ElectionId,
    /// The unit that elects.
    pub unit: UnitRef,
    /// How far it has come.
    pub state: ElectionState,
    /// The day of the meeting, once there is a result.
    pub held_on: Option<Day>,
    /// Whether the member was elected; else the member stood.
    pub elected: bool,
    /// For which post.
    pub post: PostKind,
    /// The votes for the member.
    pub votes: Option<i64>,
}

/// Where a member has stood and was elected, newest first.
pub async fn of_member(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<OwnElection>, ApiError> {
    let rows = people_store::own(c, member).await?;
    let units: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::unit_refs(c, &units).await?;
    let show = |row: OwnRow| {
        Some(OwnElection {
            unit: units.get(&row.unit_id)?.clone(),
            election_id: row.id,
            state: row.state,
            held_on: row.held_on,
            elected: row.elected,
            post: row.post,
            votes: row.votes,
        })
    };
    Ok(rows.into_iter().filter_map(show).collect())
}

pub use people_store::forget_words;
