//! What members say on their phones. With a name it is theirs, to be followed; without one it is nobody's: from the check of the
//! unit on, whoever gives it is not at hand any more.

use serde::Serialize;
use utoipa::ToSchema;

pub use super::model::OwnOpinion;
use super::{
    model::{OpinionRow, OpinionSource},
    service::{self, TEXT},
    store,
    view::{self, MyOpinion},
};
use crate::{
    access::{
        self, Caller,
        audit::{self, Actor, Record},
    },
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{MemberId, OpinionId, UnitId},
    registrations::{self, Status},
    units::{self, UnitRef},
};

/// Under this name a repeat of the same, under the same key, is recognised.
const REPEAT: &str = "opinion.repeat";

/// The answer to whoever gave an opinion.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GivenOpinion {
    /// What was given with one's name; null without: then nothing leads back to it, for nobody.
    pub opinion: Option<MyOpinion>,
}

/// The units that a member may speak to: the host of the stay in force, and those above it, the nearest first. 409 without.
pub(super) async fn addressees(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<UnitRef>, ApiError> {
    let stay = registrations::open_stay_of(c, member).await?;
    let stay = stay.filter(|stay| matches!(stay.status, Status::Active | Status::OutOfContact));
    let host = stay.ok_or_else(|| ApiError::wrong_state("Possible once the registration is in force."))?.host_unit_id;
    let line = access::ancestors_of(c, &[host]).await?.remove(&host).unwrap_or_default();
    let above = access::ancestors_of(c, &line).await?;
    let refs = units::unit_refs(c, &line).await?;
    // The more units stand above one, the nearer it is.
    let mut line: Vec<(usize, UnitRef)> =
        line.iter().filter_map(|unit| Some((above.get(unit).map_or(0, Vec::len), refs.get(unit)?.clone()))).collect();
    line.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
    Ok(line.into_iter().map(|(_, unit)| unit).collect())
}

/// 422 unless the member may speak to the unit.
pub(super) async fn require_addressee(c: &mut Conn<'_>, member: MemberId, unit: UnitId) -> Result<(), ApiError> {
    if addressees(c, member).await?.iter().any(|one| one.id == unit) {
        return Ok(());
    }
    Err(ApiError::bad_field("/unit_id", "unknown", "is not your host unit or one above it"))
}

/// A member says something with their name.
pub async fn give_named(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    new: OwnOpinion,
) -> Result<GivenOpinion, ApiError> {
    let (member, _) = caller.member()?;
    require_addressee(c, member, new.unit_id).await?;
    let row = OpinionRow { member_id: Some(member), ..row_of(app, &new)? };
    store::insert(c, &row, None).await?;
    service::log(c, app, caller, &row, "opinion.give").await?;
    let opinion = view::show_own(c, app, vec![row]).await?.pop();
    Ok(GivenOpinion { opinion })
}

/// Somebody says something without their name. Whoever it is was let in and has the unit checked before; here nothing is known
/// of them, so that nothing can be written: no member, phone or account, no instant but the day, no answer kept for a repeat.
pub async fn give_unnamed(
    c: &mut Conn<'_>,
    app: &AppState,
    new: OwnOpinion,
    key: Option<&str>,
) -> Result<GivenOpinion, ApiError> {
    let topic = new.topic.map_or("", |topic| topic.word());
    let sent = |key: &str| format!("{key}\0{}\0{topic}\0{}", new.unit_id, new.text.as_str());
    let repeat = key.map(|key| app.keys.vault.blind(REPEAT, &sent(key)));
    let row = row_of(app, &new)?;
    if store::insert(c, &row, repeat.as_ref().map(<[u8; 16]>::as_slice)).await? {
        // Its place in the chain cannot be helped; its hour, its actor and where it came from are left out.
        let record = Record::new(Actor::Stranger, "opinion.give_unnamed", ("opinion", row.id.to_string()));
        audit::append(c, row.collected_on.starts(), record).await?;
    }
    Ok(GivenOpinion { opinion: None })
}

/// What is stored of either; the id is made for the beginning of the day.
fn row_of(app: &AppState, new: &OwnOpinion) -> Result<OpinionRow, ApiError> {
    let today = app.clock.now().day();
    let id = OpinionId::new(today.starts(), &app.entropy);
    let text = app.keys.vault.seal(TEXT, id.0.as_bytes(), new.text.as_str().as_bytes(), &app.entropy)?;
    let row = OpinionRow::new(id, new.unit_id, OpinionSource::Member, today);
    Ok(OpinionRow { text_sealed: Some(text), topic: new.topic, ..row })
}
