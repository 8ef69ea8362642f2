//! Gathers what the features hold about the member who asks.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{
    care,
    model::{OwnCard, OwnContact, OwnData, OwnStay},
    organisation,
};
use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    calendar, cards, check_ins,
    db::Conn,
    devices, documents,
    error::ApiError,
    home::{self, AccessLogEntry},
    http::PageQuery,
    ids::MemberId,
    inbox::{self, NoticeItem},
    people, registrations,
};

/// Everything about the caller. That it was taken is on record first.
pub(super) async fn own_data(app: &AppState, caller: &Caller) -> Result<OwnData, ApiError> {
    let (member, _) = caller.member()?;
    let (now, by) = (app.clock.now(), caller.clone());
    app.db
        .write(move |c| {
            Box::pin(async move {
                let record = Record::new((&by).into(), "member.own_data", ("member", member.to_string()));
                audit::append(c, now, record.about(member)).await
            })
        })
        .await?;
    let notices = notices(app, caller).await?;
    let mut reader = app.db.read().await?.at_length();
    let c = &mut reader.conn();
    let vault = &app.keys.vault;
    let person = people::member(c, vault, member).await?.ok_or_else(ApiError::not_found)?;
    let photo = people::photo_jpeg(c, vault, member).await?;
    let own_cards = cards::cards_of_member(c, app, caller, member).await?;
    Ok(OwnData {
        generated_at: now,
        id_number: people::id_number(c, vault, member).await?.ok_or_else(ApiError::not_found)?,
        name_initials: people::pinyin_initials(&person.name),
        photo: photo.map(|jpeg| BASE64_STANDARD.encode(jpeg)),
        registrations: stays(c, app, caller, member).await?,
        cards: own_cards.into_iter().map(|(card, history)| OwnCard { card, history }).collect(),
        devices: devices::phones_of(c, member).await?,
        attendance: check_ins::whole_record(c, app, member).await?,
        attempts: check_ins::attempts_of(c, member).await?,
        requests: registrations::requests_of(c, app, caller, member).await?,
        documents: documents::of_member(c, app, caller, member).await?,
        organisation: organisation::gather(c, app, caller, member).await?,
        care: care::gather(c, app, caller, member).await?,
        notices,
        calendar_link_since: calendar::link_since(c, member).await?,
        access_log: looks(c, member).await?,
        person,
    })
}

async fn stays(c: &mut Conn<'_>, app: &AppState, caller: &Caller, member: MemberId) -> Result<Vec<OwnStay>, ApiError> {
    let mut own = Vec::new();
    for stay in registrations::stays_of(c, member).await? {
        let history = registrations::history(c, stay.id, false).await?;
        let contacts = registrations::contacts(c, stay.id).await?.into_iter();
        let contacts =
            contacts.map(|one| OwnContact { at: one.at, method: one.method, outcome: one.outcome }).collect();
        let registration = registrations::shown(c, app, caller, stay).await?;
        own.push(OwnStay { registration, history, contacts });
    }
    Ok(own)
}

/// Everything that the member was told, page by page.
async fn notices(app: &AppState, caller: &Caller) -> Result<Vec<NoticeItem>, ApiError> {
    let mut page = PageQuery { limit: Some(200), cursor: None };
    let mut notices = Vec::new();
    loop {
        let read = inbox::notices(app, caller, &page).await?;
        notices.extend(read.items);
        match read.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return Ok(notices),
        }
    }
}

/// The whole access log, page by page.
async fn looks(c: &mut Conn<'_>, member: MemberId) -> Result<Vec<AccessLogEntry>, ApiError> {
    let mut page = PageQuery { limit: Some(200), cursor: None };
    let mut looks = Vec::new();
    loop {
        let read = home::access_log(c, member, &page).await?;
        looks.extend(read.items);
        match read.next_cursor {
            Some(cursor) => page.cursor = Some(cursor),
            None => return Ok(looks),
        }
    }
}
