//! What is done with cards: each act is one function call inside one write.

use aws_lc_rs::digest::{SHA256, digest};

use super::{
    minting,
    model::{self, CardAct, CardStatus},
    number::CardNumber,
    store::{self, CardRow, Step},
    views::{self, Card, IssuedCard, OneTimeLink},
};
use crate::{
    access::{Caller, Side, audit},
    app::AppState,
    db::Conn,
    error::{ApiError, Code},
    http::IfMatch,
    ids::{CardId, RegistrationId, RowId},
    notices::{self, News},
    registrations::{self, Status, Stay},
    units,
};

/// A link for binding a phone serves for this long.
const LINK_SECONDS: i64 = 15 * 60;

/// Makes a card for an active stay.
pub async fn issue(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    stay: RegistrationId,
) -> Result<IssuedCard, ApiError> {
    let stay = registrations::stay_within(c, &caller.scope, stay).await?;
    if let Some(before) = store::newest_of_stay(c, stay.id).await? {
        if before.status.is_living() {
            return Err(ApiError::new(Code::CardExists, "The registration has a card; replace it if it is lost."));
        }
        if before.status == CardStatus::Lost {
            return succeed(c, app, caller, before, stay, None).await;
        }
        // What the department has ended, only the department begins again.
        if before.status == CardStatus::Revoked && !reaches_home(c, caller, &stay).await? {
            return Err(ApiError::wrong_state("The home department has revoked this member's card."));
        }
    }
    let card = make(c, app, caller, &stay, CardStatus::Active).await?;
    tell(c, app, caller, &card, &stay, CardAct::Issue).await?;
    handed_over(c, app, caller, card, &stay).await
}

/// A new card in the place of one that is lost or worn: the old one and its phones are dead at once.
pub async fn replace(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    number: &CardNumber,
    seen: IfMatch,
    reason: &str,
) -> Result<IssuedCard, ApiError> {
    let (card, stay) = views::within(c, caller, number).await?;
    seen.check(card.version)?;
    succeed(c, app, caller, card, stay, Some(reason)).await
}

async fn succeed(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    old: CardRow,
    stay: Stay,
    reason: Option<&str>,
) -> Result<IssuedCard, ApiError> {
    // A suspension is the department's word: losing the card does not lift it.
    let suspended = old.status == CardStatus::Suspended
        || (old.status == CardStatus::Lost && store::was_lost_suspended(c, old.id).await?);
    let old = advance(c, app, caller, old, &stay, CardAct::Replace, reason).await?;
    let status = if suspended { CardStatus::Suspended } else { CardStatus::Active };
    let card = make(c, app, caller, &stay, status).await?;
    store::set_successor(c, old.id, card.id).await?;
    tell(c, app, caller, &card, &stay, CardAct::Replace).await?;
    handed_over(c, app, caller, card, &stay).await
}

/// Does one of the acts that leave the card's number as it is.
pub async fn act(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    number: &CardNumber,
    seen: IfMatch,
    act: CardAct,
    reason: Option<&str>,
) -> Result<Card, ApiError> {
    let (card, stay) = views::within(c, caller, number).await?;
    seen.check(card.version)?;
    let card = advance(c, app, caller, card, &stay, act, reason).await?;
    tell(c, app, caller, &card, &stay, act).await?;
    views::shown(c, app, caller, card, &stay).await
}

/// A card that the caller looks at, with its stay. The look goes into the log first, but for one's own card.
pub(super) async fn looked_at(
    app: &AppState,
    caller: &Caller,
    number: CardNumber,
    action: &'static str,
) -> Result<(CardRow, Stay), ApiError> {
    if caller.scope.own.is_some() {
        let mut reader = app.db.read().await?;
        return views::within(&mut reader.conn(), caller, &number).await;
    }
    let (state, by) = (app.clone(), caller.clone());
    app.db
        .write(move |c| {
            Box::pin(async move {
                let (card, stay) = views::within(c, &by, &number).await?;
                log(c, &state, &by, &card, action).await?;
                Ok((card, stay))
            })
        })
        .await
}

/// A one-time link for binding another phone.
pub async fn activation(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    number: &CardNumber,
) -> Result<OneTimeLink, ApiError> {
    let (card, stay) = views::within(c, caller, number).await?;
    require_open_to(&card, &stay, CardAct::Activate, app)?;
    if store::phones(c, card.id).await? >= model::PHONES {
        return Err(ApiError::new(Code::DeviceLimit, "Two phones are bound already; remove one first."));
    }
    log(c, app, caller, &card, CardAct::Activate.audit()).await?;
    link(c, app, caller, card.id).await
}

/// Hands the card back when its stay ends; does nothing where there is no living one.
pub(super) async fn surrender_with_stay(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    stay: &Stay,
    reason: Option<&str>,
) -> Result<(), ApiError> {
    match store::newest_of_stay(c, stay.id).await? {
        Some(card) if card.status.is_living() => {
            advance(c, app, caller, card, stay, CardAct::Surrender, reason).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Takes the card one step on, with all that hangs on it: history, phones, codes, the audit log.
async fn advance(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    mut card: CardRow,
    stay: &Stay,
    act: CardAct,
    reason: Option<&str>,
) -> Result<CardRow, ApiError> {
    let (now, from, due) = (app.clock.now(), card.status, card.review_due);
    card.status = require_open_to(&card, stay, act, app)?;
    card.version += 1;
    if act == CardAct::Review {
        card.review_due = model::next_review(card.review_due, now.day()).unwrap_or(card.review_due);
    }
    if !store::update(c, &card, now).await? {
        return Err(ApiError::changed());
    }
    registrations::card_moved(c, app, stay, Some((from, due)), (card.status, card.review_due)).await?;
    match card.status {
        CardStatus::Lost => store::kill_phones(c, card.id, act, now).await?,
        CardStatus::Active if act == CardAct::Review => minting::mint_print(c, app, &card).await?,
        _ => {}
    }
    let step = Step { act, from: Some(from), to: card.status, account: caller.account().ok(), reason };
    store::append(c, RowId::new(now, &app.entropy), card.id, now, &step).await?;
    log(c, app, caller, &card, act.audit()).await?;
    Ok(card)
}

/// Tells the member what was done with the card; of what a member has done, both ends.
async fn tell(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    card: &CardRow,
    stay: &Stay,
    act: CardAct,
) -> Result<(), ApiError> {
    let Some(kind) = act.news() else { return Ok(()) };
    let news = News::new(kind, card.member_id).of_stay(stay.id).of_card(&card.number);
    if caller.scope.own == Some(card.member_id) {
        registrations::tell_both_ends(c, app, stay, &news).await
    } else {
        notices::tell_member(c, app, &news).await
    }
}

/// The state after the act; 409 where the card is not open to it.
fn require_open_to(card: &CardRow, stay: &Stay, act: CardAct, app: &AppState) -> Result<CardStatus, ApiError> {
    let situation = card.situation(stay.status == Status::Active);
    situation.after(act, app.clock.now().day()).ok_or_else(|| {
        ApiError::wrong_state(match act {
            CardAct::Replace if stay.status != Status::Active => "Only an active registration has a card made.".into(),
            CardAct::Replace if situation.replaced => "The card has been replaced already.".into(),
            CardAct::Review if card.status == CardStatus::Active => {
                format!("The review has been made: the next one is due on {}.", card.review_due)
            }
            act => format!("The card is {}; {act} does not fit.", card.status),
        })
    })
}

/// Takes the next number of the home department's series and makes the card.
async fn make(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    stay: &Stay,
    status: CardStatus,
) -> Result<CardRow, ApiError> {
    if stay.status != Status::Active {
        return Err(ApiError::wrong_state("Only an active registration has a card made."));
    }
    let now = app.clock.now();
    let today = now.day();
    let department = units::unit(c, stay.home_department_id).await?;
    let valid = department.valid_from.is_none_or(|from| from <= today)
        && department.valid_until.is_none_or(|until| today <= until);
    let division = department.division_code.filter(|_| valid).ok_or_else(|| {
        ApiError::wrong_state("The home department has no division code that is valid today; it cannot number a card.")
    })?;
    let full = || ApiError::wrong_state("The department's numbers of this year are used up.");
    let serial = store::next_serial(c, division.as_str(), today.year()).await?.ok_or_else(full)?;
    let card = CardRow {
        id: CardId::new(now, &app.entropy),
        number: CardNumber::new(division.as_str(), today.year(), serial).ok_or_else(full)?,
        registration_id: stay.id,
        member_id: stay.member_id,
        department_id: stay.home_department_id,
        status,
        issued_on: today,
        review_due: model::first_review(today),
        replaced_by: None,
        version: 1,
        created_at: now,
    };
    if !store::insert(c, &card).await? {
        return Err(ApiError::new(Code::CardExists, "The registration has a card."));
    }
    registrations::card_moved(c, app, stay, None, (status, card.review_due)).await?;
    let step = Step { act: CardAct::Issue, from: None, to: status, account: caller.account().ok(), reason: None };
    store::append(c, RowId::new(now, &app.entropy), card.id, now, &step).await?;
    minting::mint_print(c, app, &card).await?;
    log(c, app, caller, &card, CardAct::Issue.audit()).await?;
    Ok(card)
}

async fn handed_over(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    card: CardRow,
    stay: &Stay,
) -> Result<IssuedCard, ApiError> {
    Ok(IssuedCard {
        qr_url: format!("{}/api/v1/cards/{}/qr.svg", app.config.public_url, card.number),
        activation: link(c, app, caller, card.id).await?,
        card: views::shown(c, app, caller, card, stay).await?,
    })
}

/// The digest under which a one-time code is kept.
pub fn code_hash(code: &str) -> Vec<u8> {
    digest(&SHA256, code.as_bytes()).as_ref().to_vec()
}

async fn link(c: &mut Conn<'_>, app: &AppState, caller: &Caller, card: CardId) -> Result<OneTimeLink, ApiError> {
    let code = app.entropy.one_time_code();
    let expires_at = app.clock.now().plus_seconds(LINK_SECONDS);
    store::insert_activation(c, &code_hash(&code), card, caller.account().ok(), expires_at).await?;
    Ok(OneTimeLink { url: format!("{}/a#{code}", app.config.public_url), code, expires_at })
}

/// Whether the caller reaches the stay from its home end.
async fn reaches_home(c: &mut Conn<'_>, caller: &Caller, stay: &Stay) -> Result<bool, ApiError> {
    let mut scope = caller.scope.clone();
    scope.grants.retain(|grant| grant.side == Side::Home);
    scope.reaches_stay(c, stay.member_id, stay.home_unit_id, stay.host_unit_id).await
}

/// Appends to the audit log what was done with a card, or that it was looked at.
pub(super) async fn log(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    card: &CardRow,
    action: &str,
) -> Result<(), ApiError> {
    let record = audit::Record::new(caller.into(), action, ("card", card.number.to_string())).about(card.member_id);
    let record = match caller.unit() {
        Some(unit) => record.from_unit(unit),
        None => record,
    };
    audit::append(c, app.clock.now(), record).await
}
