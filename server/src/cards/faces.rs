//! What stands on a card, gathered for drawing.

use std::collections::{HashMap, hash_map::Entry};

use super::{card_image::Face, minting, store::CardRow};
use crate::{
    app::AppState,
    db::Conn,
    error::ApiError,
    ids::{MemberId, UnitId},
    people,
    registrations::Stay,
    units,
};

/// A living card and the two ends that stand on it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Printable {
    #[sqlx(flatten)]
    pub(super) card: CardRow,
    pub(super) home_unit_id: UnitId,
    pub(super) host_unit_id: UnitId,
}

/// The address in a card's printed code.
pub(super) async fn printed_address(c: &mut Conn<'_>, app: &AppState, card: &CardRow) -> Result<String, ApiError> {
    Ok(format!("{}/v#{}", app.config.public_url, minting::print_digits(c, card).await?))
}

/// What stands on one card.
pub(super) async fn face(c: &mut Conn<'_>, app: &AppState, card: CardRow, stay: &Stay) -> Result<Face, ApiError> {
    let one = Printable { card, home_unit_id: stay.home_unit_id, host_unit_id: stay.host_unit_id };
    faces(c, app, vec![one]).await?.pop().ok_or_else(gone)
}

/// What stands on these cards, in their order.
pub(super) async fn faces(c: &mut Conn<'_>, app: &AppState, cards: Vec<Printable>) -> Result<Vec<Face>, ApiError> {
    let today = app.clock.now().day();
    let ends: Vec<UnitId> = cards.iter().flat_map(|one| [one.home_unit_id, one.host_unit_id]).collect();
    let ends = units::unit_refs(c, &ends).await?;
    let members: Vec<MemberId> = cards.iter().map(|one| one.card.member_id).collect();
    let mut members = people::briefs(c, &members).await?;
    let mut departments = HashMap::new();
    let mut faces = Vec::with_capacity(cards.len());
    for Printable { card, home_unit_id, host_unit_id } in cards {
        let department = match departments.entry(card.department_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(units::department_above(c, card.department_id).await?.ok_or_else(gone)?),
        };
        let name = |unit| ends.get(unit).map(|unit| unit.name.clone()).ok_or_else(gone);
        faces.push(Face {
            title: department.card_title.clone(),
            department: department.name.clone(),
            name: members.remove(&card.member_id).ok_or_else(gone)?.name,
            home: name(&home_unit_id)?,
            host: name(&host_unit_id)?,
            review_overdue: card.review_due < today,
            review_due: card.review_due,
            photo: people::photo_jpeg(c, &app.keys.vault, card.member_id).await?,
            address: printed_address(c, app, &card).await?,
            number: card.number,
        });
    }
    Ok(faces)
}

fn gone() -> ApiError {
    ApiError::internal("a card names what is not there")
}
