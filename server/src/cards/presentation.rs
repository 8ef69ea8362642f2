//! A card that is shown: reads the code, checks its signatures, finds the card, and judges.

use super::{
    code_store::{self, FoundCard},
    verify::{self, CardVerdict, Occasion, Presence, Showing},
};
use crate::{
    codes::{self, CodeId, Scanned},
    db::Conn,
    error::ApiError,
    keys::{KeyUse, Ring},
};

/// What a scanned text is, as far as it tells by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examined {
    /// No card code at all.
    Foreign,
    /// It poses as a card code, and is none of ours.
    Forged,
    /// A card code of ours.
    Genuine {
        /// The random id under which the card appears.
        id: CodeId,
        /// What it shows here and now.
        showing: Showing,
    },
}

/// Examines a scanned text: the costly part, without the database.
pub fn examine(ring: &Ring, text: &str, occasion: &Occasion) -> Examined {
    match codes::read(text) {
        Some(Scanned::Card(code)) => {
            let issuer = ring.verifying(code.claims.kid, KeyUse::Cards);
            if verify::genuine(&code, issuer.map(|key| &key.public[..])) {
                Examined::Genuine { id: code.claims.id, showing: verify::showing(&code, occasion) }
            } else {
                Examined::Forged
            }
        }
        None if codes::poses_as_card(text) => Examined::Forged,
        Some(Scanned::Event(_)) | None => Examined::Foreign,
    }
}

/// A card that was shown, with the verdict.
#[derive(Clone, Debug)]
pub struct Presented {
    /// What it is worth.
    pub verdict: CardVerdict,
    /// Of a valid one: what it says about the person.
    pub presence: Option<Presence>,
    /// The card, where the code is genuine and on record.
    pub card: Option<FoundCard>,
}

/// The verdict on what [`examine`] found.
pub async fn present(c: &mut Conn<'_>, examined: Examined, occasion: &Occasion) -> Result<Presented, ApiError> {
    let unproven = |verdict| Presented { verdict, presence: None, card: None };
    match examined {
        Examined::Foreign => Ok(unproven(CardVerdict::Unknown)),
        Examined::Forged => Ok(unproven(CardVerdict::Forged)),
        Examined::Genuine { id, showing } => {
            let card = code_store::find_by_codes(c, &[id]).await?.remove(&id);
            let record = card.as_ref().map(FoundCard::on_record);
            let (verdict, presence) = verify::judge(showing, record.as_ref(), occasion.at.day());
            Ok(Presented { verdict, presence, card })
        }
    }
}
