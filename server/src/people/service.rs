//! Sealing and opening, and the rules of a member's record.

use super::{
    IdNumber, Phone,
    model::{Consent, Member, NewPerson, OwnChanges, OwnField, PersonName},
    names::pinyin_initials,
    store::{self, MemberRow, MemberSearch},
};
use crate::{
    access::{Caller, audit},
    app::AppState,
    clock::Instant,
    db::Conn,
    error::{ApiError, Code},
    http::IfMatch,
    ids::{Entropy, MemberId},
    keys::Vault,
    parsing::Change,
};

/// The names under which fields are sealed and indexed; changing one makes what is stored unreadable.
mod field {
    pub(super) const ID_NUMBER: &str = "member.id_number";
    pub(super) const PHONE: &str = "member.phone";
    pub(super) const PHONE_TAIL: &str = "member.phone_tail";
    pub(super) const ADDRESS: &str = "member.address";
}

/// A member, opened; `None` where there is none.
pub async fn member(c: &mut Conn<'_>, vault: &Vault, id: MemberId) -> Result<Option<Member>, ApiError> {
    let Some(row) = store::find(c, id).await? else { return Ok(None) };
    let has_photo = store::has_photo(c, id).await?;
    open(vault, row, has_photo).map(Some)
}

fn open(vault: &Vault, row: MemberRow, has_photo: bool) -> Result<Member, ApiError> {
    let id_number = open_id_number(vault, &row)?;
    let phone = vault.open_text(field::PHONE, row.id.0.as_bytes(), &row.phone_sealed)?;
    let address = match &row.address_sealed {
        Some(sealed) => Some(vault.open_text(field::ADDRESS, row.id.0.as_bytes(), sealed)?),
        None => None,
    };
    Ok(Member {
        id: row.id,
        name: row.name,
        gender: row.gender,
        birth_date: row.birth_date,
        id_number_masked: id_number.masked(),
        phone: phone.parse().map_err(ApiError::internal)?,
        joined_on: row.joined_on,
        membership: row.membership,
        retired: row.retired,
        employer: row.employer,
        address,
        consent: Consent { version: row.consent_version, given_on: row.consent_given_on },
        has_photo,
        version: row.version,
    })
}

fn open_id_number(vault: &Vault, row: &MemberRow) -> Result<IdNumber, ApiError> {
    let text = vault.open_text(field::ID_NUMBER, row.id.0.as_bytes(), &row.id_number_sealed)?;
    text.parse().map_err(ApiError::internal)
}

/// The sealed fields that lists of people show a part of; opened one by one, and only as far as they are shown.
#[derive(sqlx::FromRow)]
pub struct SealedBrief {
    /// The member's id.
    pub id: MemberId,
    id_number_sealed: Vec<u8>,
    phone_sealed: Vec<u8>,
}

impl SealedBrief {
    /// The ID number, its middle hidden.
    pub fn id_number_masked(&self, vault: &Vault) -> Result<String, ApiError> {
        let text = vault.open_text(field::ID_NUMBER, self.id.0.as_bytes(), &self.id_number_sealed)?;
        Ok(text.parse::<IdNumber>().map_err(ApiError::internal)?.masked())
    }

    /// The mobile number.
    pub fn phone(&self, vault: &Vault) -> Result<String, ApiError> {
        vault.open_text(field::PHONE, self.id.0.as_bytes(), &self.phone_sealed)
    }
}

/// The whole ID number: only for the department that is asked whether the person is theirs.
pub async fn id_number(c: &mut Conn<'_>, vault: &Vault, id: MemberId) -> Result<Option<IdNumber>, ApiError> {
    match store::find(c, id).await? {
        Some(row) => open_id_number(vault, &row).map(Some),
        None => Ok(None),
    }
}

/// A member who is on record already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The member.
    pub id: MemberId,
    /// Whether the name and the birth date on record are those of the person.
    pub agrees: bool,
}

/// Whether there is a member with the person's ID number.
pub async fn recognise(c: &mut Conn<'_>, vault: &Vault, person: &NewPerson) -> Result<Option<Known>, ApiError> {
    let row = store::find_by_id_number(c, &vault.blind(field::ID_NUMBER, person.id_number.as_str())).await?;
    Ok(row.map(|row| Known { id: row.id, agrees: agrees(&row, person) }))
}

fn agrees(row: &MemberRow, person: &NewPerson) -> bool {
    row.name == person.name.as_str() && row.birth_date == person.birth_date
}

/// 409 for an ID number that is on record with other particulars.
pub fn differs() -> ApiError {
    ApiError::new(
        Code::PersonDiffers,
        "This ID number is on record with another name or birth date. Compare it with the ID.",
    )
}

/// What of a person is sealed or found by a digest, as it is stored.
pub struct SealedPerson {
    /// The ID number.
    pub id_number: Vec<u8>,
    /// Its digest.
    pub id_number_index: Vec<u8>,
    /// The mobile number.
    pub phone: Vec<u8>,
    /// Its digest.
    pub phone_index: Vec<u8>,
    /// The digest of its last four digits.
    pub phone_tail_index: Vec<u8>,
    /// Where the person lives.
    pub address: Option<Vec<u8>>,
}

/// Seals a person for the record of member `id`.
pub fn seal_person(
    vault: &Vault,
    entropy: &Entropy,
    id: MemberId,
    person: &NewPerson,
) -> Result<SealedPerson, ApiError> {
    let seal = |field: &str, text: &str| vault.seal(field, id.0.as_bytes(), text.as_bytes(), entropy);
    Ok(SealedPerson {
        id_number: seal(field::ID_NUMBER, person.id_number.as_str())?,
        id_number_index: vault.blind(field::ID_NUMBER, person.id_number.as_str()).to_vec(),
        phone: seal(field::PHONE, person.phone.as_str())?,
        phone_index: vault.blind(field::PHONE, person.phone.as_str()).to_vec(),
        phone_tail_index: vault.blind(field::PHONE_TAIL, person.phone.tail()).to_vec(),
        address: person.address.as_ref().map(|address| seal(field::ADDRESS, address.as_str())).transpose()?,
    })
}

/// Records a person who comes to a new stay: a new member, or the one with this ID number, brought up to date. The name
/// and birth date on record have to agree.
pub async fn enrol(
    c: &mut Conn<'_>,
    app: &AppState,
    person: NewPerson,
    consent: Consent,
) -> Result<MemberId, ApiError> {
    let (now, vault) = (app.clock.now(), &app.keys.vault);
    let index = vault.blind(field::ID_NUMBER, person.id_number.as_str());
    let known = store::find_by_id_number(c, &index).await?;
    if known.as_ref().is_some_and(|known| !agrees(known, &person)) {
        return Err(differs());
    }
    let id = known.as_ref().map_or_else(|| MemberId::new(now, &app.entropy), |known| known.id);
    let sealed = seal_person(vault, &app.entropy, id, &person)?;
    let row = MemberRow {
        id,
        pinyin: pinyin_initials(person.name.as_str()),
        name: person.name.to_string(),
        gender: person.gender,
        birth_date: person.birth_date,
        id_number_sealed: sealed.id_number,
        id_number_index: index.to_vec(),
        phone_sealed: sealed.phone,
        phone_index: sealed.phone_index,
        phone_tail_index: sealed.phone_tail_index,
        joined_on: person.joined_on,
        membership: person.membership,
        retired: person.retired,
        employer: person.employer,
        address_sealed: sealed.address,
        consent_version: consent.version,
        consent_given_on: consent.given_on,
        version: known.as_ref().map_or(1, |known| known.version + 1),
    };
    let written = match known {
        Some(_) => store::update(c, &row, now).await?,
        None => store::insert(c, &row, now).await?,
    };
    if written { Ok(id) } else { Err(ApiError::changed()) }
}

/// Changes what members may change of their own record; says which of it is another than before.
pub async fn change_own(
    c: &mut Conn<'_>,
    app: &AppState,
    caller: &Caller,
    seen: IfMatch,
    changes: OwnChanges,
) -> Result<(Member, Vec<OwnField>), ApiError> {
    let (id, _) = caller.member()?;
    let (now, vault) = (app.clock.now(), &app.keys.vault);
    let mut row = store::find(c, id).await?.ok_or_else(ApiError::not_found)?;
    seen.check(row.version)?;
    let before = open(vault, row.clone(), false)?;
    let seal = |field: &str, text: &str| vault.seal(field, id.0.as_bytes(), text.as_bytes(), &app.entropy);
    if let Some(phone) = &changes.phone {
        row.phone_sealed = seal(field::PHONE, phone.as_str())?;
        row.phone_index = vault.blind(field::PHONE, phone.as_str()).to_vec();
        row.phone_tail_index = vault.blind(field::PHONE_TAIL, phone.tail()).to_vec();
    }
    row.employer = changes.employer.over(row.employer);
    row.address_sealed = match changes.address {
        Change::Keep => row.address_sealed,
        Change::Clear => None,
        Change::Set(address) => Some(seal(field::ADDRESS, address.as_str())?),
    };
    row.version += 1;
    if !store::update(c, &row, now).await? {
        return Err(ApiError::changed());
    }
    let record = audit::Record::new(caller.into(), "member.update_own", ("member", id.to_string())).about(id);
    audit::append(c, now, record).await?;
    let has_photo = store::has_photo(c, id).await?;
    let after = open(vault, row, has_photo)?;
    let changed = [
        (OwnField::Phone, before.phone != after.phone),
        (OwnField::Employer, before.employer != after.employer),
        (OwnField::Address, before.address != after.address),
    ];
    Ok((after, changed.into_iter().filter_map(|(field, changed)| changed.then_some(field)).collect()))
}

/// Empties what is known of a person who left long ago. Who comes back is a new member: the ID number is no longer known.
pub async fn reduce(c: &mut Conn<'_>, id: MemberId, now: Instant, entropy: &Entropy) -> Result<(), ApiError> {
    store::reduce(c, id, &entropy.bytes::<32>(), now).await
}

/// How a search text finds people; nothing of it is kept.
pub fn searches(vault: &Vault, text: &str) -> Vec<MemberSearch> {
    let mut ways = Vec::new();
    if text.parse::<PersonName>().is_ok() && text.chars().any(char::is_alphabetic) {
        ways.push(MemberSearch::Name(text.to_owned()));
    }
    if text.bytes().all(|b| b.is_ascii_alphabetic()) {
        ways.push(MemberSearch::Initials(text.to_ascii_lowercase()));
    }
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        ways.push(MemberSearch::PhoneTail(vault.blind(field::PHONE_TAIL, text).to_vec()));
    }
    if let Ok(phone) = text.parse::<Phone>() {
        ways.push(MemberSearch::Phone(vault.blind(field::PHONE, phone.as_str()).to_vec()));
    }
    if let Ok(number) = text.parse::<IdNumber>() {
        ways.push(MemberSearch::IdNumber(vault.blind(field::ID_NUMBER, number.as_str()).to_vec()));
    }
    ways
}
