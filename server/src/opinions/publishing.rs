//! Publishing: what was said, in words that give nobody away, and what became of it, to the members of the units that it concerns.

use super::{
    model::{OpinionAction, OpinionRow, OpinionState, Publish},
    service, store,
    view::Opinion,
};
use crate::{
    access::{self, Caller},
    app::AppState,
    db::Conn,
    error::{ApiError, FieldError},
    ids::{OpinionId, UnitId},
    notices::{self, News, NoticeKind, SubjectKind},
    registrations,
};

/// As many units as one opinion is published to by name; each has all below it.
const MOST_UNITS: usize = 200;
/// Under this name the words of the publication are sealed.
pub(super) const PUBLISHED: &str = "opinion.published_text";

/// Publishes what is done; the members of those units are told.
pub async fn publish(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    id: OpinionId,
    what: Publish,
) -> Result<Opinion, ApiError> {
    let before = service::to_act_on(c, &caller.scope, id, OpinionAction::Publish).await?;
    let (units, mut errors) = audience(c, caller, &before, what.unit_ids).await?;
    if what.named && before.member_id.is_none() {
        errors.push(FieldError::new("/named", "invalid", "was given without a name"));
    }
    if !errors.is_empty() {
        return Err(ApiError::invalid(errors));
    }
    let row = OpinionRow {
        state: OpinionState::Published,
        published_on: Some(app.clock.now().day()),
        published_named: what.named,
        published_text_sealed: what.text.map(|text| service::seal(app, PUBLISHED, id, text.as_str())).transpose()?,
        ..before.clone()
    };
    store::set_units(c, id, &units).await?;
    let shown = service::advance(c, app, caller, &before, row, "opinion.publish").await?;
    let members = registrations::members_at(c, &units).await?;
    let news = News::of(NoticeKind::OpinionPublished, SubjectKind::Opinion, id);
    notices::tell_members(c, app, &news, &members).await?;
    Ok(shown)
}

/// The units, each once; every one that is neither at or below the opinion's nor above it within reach is named.
async fn audience(
    c: &mut Conn<'_>,
    caller: &Caller,
    row: &OpinionRow,
    asked: Option<Vec<UnitId>>,
) -> Result<(Vec<UnitId>, Vec<FieldError>), ApiError> {
    let Some(asked) = asked else { return Ok((vec![row.unit_id], Vec::new())) };
    if asked.is_empty() || asked.len() > MOST_UNITS {
        let error = FieldError::new("/unit_ids", "invalid", "must name between one and 200 units");
        return Ok((Vec::new(), vec![error]));
    }
    let everything: Vec<UnitId> = asked.iter().copied().chain([row.unit_id]).collect();
    let above = access::ancestors_of(c, &everything).await?;
    let line = |unit: UnitId| above.get(&unit).map_or(&[][..], Vec::as_slice);
    let (mut units, mut errors) = (Vec::with_capacity(asked.len()), Vec::new());
    for (at, unit) in asked.into_iter().enumerate() {
        let below = line(unit).contains(&row.unit_id);
        let above = line(row.unit_id).contains(&unit) && caller.scope.covers_unit(line(unit));
        if !below && !above {
            let detail = "is neither at or below the unit of the opinion nor above it within your reach";
            errors.push(FieldError::new(format!("/unit_ids/{at}"), "unknown", detail));
        } else if !units.contains(&unit) {
            units.push(unit);
        }
    }
    Ok((units, errors))
}
