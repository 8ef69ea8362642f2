//! What of a stay is counted, for the kept counts.

use super::{
    model::{CardStatus, Stay},
    store,
};
use crate::{
    app::AppState,
    clock::Day,
    db::Conn,
    error::ApiError,
    tallies::{self, Counted},
    units,
};

/// Counts a stay anew that was `before` and is `after`.
pub(super) async fn moved(
    c: &mut Conn<'_>,
    app: &AppState,
    before: Option<&Stay>,
    after: &Stay,
) -> Result<(), ApiError> {
    let due = match before {
        Some(stay) => store::living_card_due(c, stay.id).await?,
        None => None,
    };
    let was = match before {
        Some(stay) => units::district_of(c, stay.host_unit_id).await?,
        None => None,
    };
    let is = units::district_of(c, after.host_unit_id).await?;
    let before = before.map(|stay| counted(stay, due, was.as_deref()));
    let after = counted(after, due, is.as_deref());
    tallies::changed(c, (app.clock.now(), &app.entropy), before.as_ref(), Some(&after)).await
}

/// Counts the card of a stay anew that was, and is now, in a state and due for review on a day.
pub async fn card_moved(
    c: &mut Conn<'_>,
    app: &AppState,
    stay: &Stay,
    before: Option<(CardStatus, Day)>,
    after: (CardStatus, Day),
) -> Result<(), ApiError> {
    let due = |(status, due): (CardStatus, Day)| status.is_living().then_some(due);
    let (before, after) = (before.and_then(due), due(after));
    if before == after {
        return Ok(());
    }
    // The rest of the stay is the same on both sides, and cancels out.
    let (before, after) = (counted(stay, before, None), counted(stay, after, None));
    tallies::changed(c, (app.clock.now(), &app.entropy), Some(&before), Some(&after)).await
}

fn counted<'a>(stay: &Stay, card_due: Option<Day>, district: Option<&'a str>) -> Counted<'a> {
    Counted {
        home: stay.home_unit_id,
        host: stay.host_unit_id,
        status: stay.status.word(),
        open: stay.status.is_open(),
        reason: stay.flow_reason.word(),
        started_on: stay.started_on,
        active_since: stay.active_since,
        card_due,
        district,
    }
}
