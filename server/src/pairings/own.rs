//! What of the help concerns a member: on which side, with whom, and what became of it. Somebody else's difficulty is named to
//! whoever helps by its kind alone.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    aid::{self, AidKind, AidState},
    cases::{self, CaseState, CaseSubject},
    model::{HelpSide, PairState, PairingRow},
    store,
    view::household,
};
use crate::{
    access::Caller,
    app::AppState,
    clock::Day,
    db::Conn,
    error::ApiError,
    ids::{AidId, CaseId, MemberId, PairingId, UnitId},
    people,
    units::{self, UnitRef},
};

/// A pair, to a member in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyPair {
    /// Its id.
    pub id: PairingId,
    /// The unit that brought it about.
    pub unit: UnitRef,
    /// On which side one stands.
    pub side: HelpSide,
    /// Who is on the other side: a member, a unit or a household.
    pub other: String,
    /// The first day.
    pub since: Day,
    /// The last day.
    pub until: Option<Day>,
    /// Whether it goes on.
    pub state: PairState,
}

/// A case, to a member concerned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyCase {
    /// Its id.
    pub id: CaseId,
    /// The unit.
    pub unit: UnitRef,
    /// On which side one stands.
    pub side: HelpSide,
    /// What kind of difficulty.
    pub about: CaseSubject,
    /// What was noted; only to whom it is about.
    pub note: Option<String>,
    /// When it was opened.
    pub opened_on: Day,
    /// When it was solved.
    pub solved_on: Option<Day>,
    /// How; only to whom it is about.
    pub how: Option<String>,
    /// Whether it is solved.
    pub state: CaseState,
}

/// Something given, to a member concerned.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyAid {
    /// Its id.
    pub id: AidId,
    /// The unit.
    pub unit: UnitRef,
    /// On which side one stands.
    pub side: HelpSide,
    /// Money, or something else.
    pub kind: AidKind,
    /// How much, or its value.
    pub amount_fen: i64,
    /// What.
    pub what: Option<String>,
    /// When.
    pub given_on: Day,
    /// Whether it was recorded by mistake.
    pub state: AidState,
}

/// The help that concerns a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyHelp {
    /// Pairs, the latest first.
    pub pairs: Vec<MyPair>,
    /// Cases, the latest first.
    pub cases: Vec<MyCase>,
    /// What was given, the latest first.
    pub aid: Vec<MyAid>,
}

const fn side(member: MemberId, helped: Option<MemberId>) -> HelpSide {
    match helped {
        Some(helped) if helped.0.as_u128() == member.0.as_u128() => HelpSide::Helped,
        _ => HelpSide::Helping,
    }
}

/// All help that concerns a member.
pub async fn of_member(
    c: &mut Conn<'_>,
    app: &AppState,
    _caller: &Caller,
    member: MemberId,
) -> Result<MyHelp, ApiError> {
    let pairs = store::own(c, member).await?;
    let ids: Vec<PairingId> = pairs.iter().map(|pair| pair.id).collect();
    let cases = cases::own(c, member, &ids).await?;
    let aid = aid::own(c, member, &ids).await?;
    let unit_ids: Vec<UnitId> = pairs
        .iter()
        .flat_map(|pair| [Some(pair.unit_id), pair.helper_unit_id])
        .flatten()
        .chain(cases.iter().map(|case| case.unit_id))
        .chain(aid.iter().map(|aid| aid.unit_id))
        .collect();
    let units = units::unit_refs(c, &unit_ids).await?;
    let members: Vec<MemberId> = pairs.iter().flat_map(PairingRow::members).collect();
    let names: HashMap<MemberId, String> =
        people::briefs(c, &members).await?.into_iter().map(|(id, brief)| (id, brief.name)).collect();
    let unit = |id: UnitId| units.get(&id).cloned().ok_or_else(|| ApiError::internal("help names no unit"));
    let pair = |row: PairingRow| {
        let side = side(member, row.helped_id);
        let name = |id: Option<MemberId>| id.and_then(|id| names.get(&id).cloned());
        let other = match side {
            HelpSide::Helped => name(row.helper_id)
                .or_else(|| row.helper_unit_id.and_then(|id| units.get(&id)).map(|unit| unit.name.clone())),
            HelpSide::Helping => name(row.helped_id).or(household(app, &row)?),
        };
        let state = row.state();
        Ok(MyPair {
            id: row.id,
            unit: unit(row.unit_id)?,
            side,
            other: other.unwrap_or_default(),
            since: row.since_on,
            until: row.until_on,
            state,
        })
    };
    let case = |row: cases::CaseRow| {
        let side = side(member, row.member_id);
        let (note, how) = if side == HelpSide::Helped { cases::words(app, &row)? } else { (None, None) };
        Ok(MyCase {
            id: row.id,
            unit: unit(row.unit_id)?,
            side,
            about: row.about,
            note,
            how,
            opened_on: row.opened_on,
            solved_on: row.solved_on,
            state: row.state(),
        })
    };
    let given = |row: aid::AidRow| {
        let what = aid::what(app, &row)?;
        Ok(MyAid {
            id: row.id,
            unit: unit(row.unit_id)?,
            side: side(member, row.member_id),
            kind: row.kind,
            amount_fen: row.amount_fen,
            what,
            given_on: row.given_on,
            state: row.state(),
        })
    };
    Ok(MyHelp {
        pairs: pairs.into_iter().map(pair).collect::<Result<_, ApiError>>()?,
        cases: cases.into_iter().map(case).collect::<Result<_, ApiError>>()?,
        aid: aid.into_iter().map(given).collect::<Result<_, ApiError>>()?,
    })
}
