//! SQL of members. Sealed columns go in and out as they are; `service.rs` opens them.

use std::collections::HashMap;

use sqlx::{Database, Encode, QueryBuilder, Type};

use super::model::{Gender, MemberBrief, Membership};
use crate::{
    clock::{Day, Instant},
    db::{Conn, push_ids},
    error::ApiError,
    execute,
    ids::MemberId,
    on_engine,
    parsing::Line,
};

/// A member as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct MemberRow {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) pinyin: String,
    pub(super) gender: Gender,
    pub(super) birth_date: Day,
    pub(super) id_number_sealed: Vec<u8>,
    pub(super) id_number_index: Vec<u8>,
    pub(super) phone_sealed: Vec<u8>,
    pub(super) phone_index: Vec<u8>,
    pub(super) phone_tail_index: Vec<u8>,
    pub(super) joined_on: Day,
    pub(super) membership: Membership,
    pub(super) retired: bool,
    pub(super) employer: Option<Line<100>>,
    pub(super) address_sealed: Option<Vec<u8>>,
    pub(super) consent_version: Line<40>,
    pub(super) consent_given_on: Day,
    pub(super) version: i64,
}

const COLUMNS: &str = "id, name, pinyin, gender, birth_date, id_number_sealed, id_number_index, phone_sealed, phone_index,
    phone_tail_index, joined_on, membership, retired, employer, address_sealed, consent_version, consent_given_on, version";

pub(super) async fn find(c: &mut Conn<'_>, id: MemberId) -> Result<Option<MemberRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from members where reduced_at is null and id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

pub(super) async fn find_by_id_number(c: &mut Conn<'_>, index: &[u8]) -> Result<Option<MemberRow>, ApiError> {
    Ok(on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select ");
        query.push(COLUMNS).push(" from members where id_number_index = ").push_bind(index.to_vec());
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// The short form of each of these members.
pub async fn briefs(c: &mut Conn<'_>, ids: &[MemberId]) -> Result<HashMap<MemberId, MemberBrief>, ApiError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let briefs: Vec<MemberBrief> = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select id, name, gender, membership from members where id in ");
        push_ids(&mut query, ids.iter().map(|id| id.0));
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(briefs.into_iter().map(|member| (member.id, member)).collect())
}

/// The member is a full one from now on; one who is already stays as they are.
pub async fn become_full(c: &mut Conn<'_>, id: MemberId, now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "update members set membership = 'full', version = version + 1, updated_at = $2
              where id = $1 and membership = 'probationary' and reduced_at is null"
        )
        .bind(id)
        .bind(now)
    )?;
    Ok(())
}

/// Adds a member; false where the ID number is known already.
pub(super) async fn insert(c: &mut Conn<'_>, member: &MemberRow, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "insert into members (id, name, pinyin, gender, birth_date, id_number_sealed, id_number_index, phone_sealed,
                                  phone_index, phone_tail_index, joined_on, membership, retired, employer, address_sealed,
                                  consent_version, consent_given_on, version, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)
             on conflict do nothing"
        )
        .bind(member.id)
        .bind(&member.name)
        .bind(&member.pinyin)
        .bind(member.gender)
        .bind(member.birth_date)
        .bind(&member.id_number_sealed)
        .bind(&member.id_number_index)
        .bind(&member.phone_sealed)
        .bind(&member.phone_index)
        .bind(&member.phone_tail_index)
        .bind(member.joined_on)
        .bind(member.membership)
        .bind(member.retired)
        .bind(&member.employer)
        .bind(&member.address_sealed)
        .bind(&member.consent_version)
        .bind(member.consent_given_on)
        .bind(member.version)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// Writes what may change of a member as its next version; false where another one has come between.
pub(super) async fn update(c: &mut Conn<'_>, member: &MemberRow, now: Instant) -> Result<bool, ApiError> {
    let touched = execute!(
        c,
        sqlx::query(
            "update members set phone_sealed = $3, phone_index = $4, phone_tail_index = $5, joined_on = $6,
                    membership = $7, retired = $8, employer = $9, address_sealed = $10, consent_version = $11,
                    consent_given_on = $12, version = $2, updated_at = $13
              where id = $1 and version = $2 - 1"
        )
        .bind(member.id)
        .bind(member.version)
        .bind(&member.phone_sealed)
        .bind(&member.phone_index)
        .bind(&member.phone_tail_index)
        .bind(member.joined_on)
        .bind(member.membership)
        .bind(member.retired)
        .bind(&member.employer)
        .bind(&member.address_sealed)
        .bind(&member.consent_version)
        .bind(member.consent_given_on)
        .bind(now)
    )?;
    Ok(touched == 1)
}

/// What stands for the name of someone whose data has gone.
pub const REDUCED_NAME: &str = "＊＊＊";

/// Empties a member but for what figures need: gender, kind of membership, years. `index` takes the place of the ID number's.
pub(super) async fn reduce(c: &mut Conn<'_>, member: MemberId, index: &[u8], now: Instant) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query(
            "update members set name = $2, pinyin = '', birth_date = substr(birth_date, 1, 4) || '-01-01',
                    joined_on = substr(joined_on, 1, 4) || '-01-01', id_number_sealed = $3, id_number_index = $4,
                    phone_sealed = $3, phone_index = $3, phone_tail_index = $3, employer = null, address_sealed = null,
                    reduced_at = $5, version = version + 1, updated_at = $5
              where id = $1"
        )
        .bind(member)
        .bind(REDUCED_NAME)
        .bind(Vec::<u8>::new())
        .bind(index)
        .bind(now)
    )?;
    execute!(c, sqlx::query("delete from member_photos where member_id = $1").bind(member))?;
    Ok(())
}

/// The sealed photo of a member.
pub(super) async fn photo(c: &mut Conn<'_>, member: MemberId) -> Result<Option<Vec<u8>>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select jpeg_sealed from member_photos where member_id = $1")
        .bind(member)
        .fetch_optional(c))?)
}

/// Whether there is a photo of a member.
pub async fn has_photo(c: &mut Conn<'_>, member: MemberId) -> Result<bool, ApiError> {
    let found: Option<i64> =
        on_engine!(c, |c| sqlx::query_scalar("select cast(1 as bigint) from member_photos where member_id = $1")
            .bind(member)
            .fetch_optional(c))?;
    Ok(found.is_some())
}

pub(super) async fn put_photo(c: &mut Conn<'_>, member: MemberId, sealed: &[u8], now: Instant) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query(
            "insert into member_photos (member_id, jpeg_sealed, updated_at) values ($1, $2, $3)
             on conflict (member_id) do update set jpeg_sealed = excluded.jpeg_sealed, updated_at = excluded.updated_at"
        )
        .bind(member)
        .bind(sealed)
        .bind(now)
    )?;
    Ok(())
}

/// One way to find a person; each is a range on an index.
#[derive(Clone, Debug)]
pub enum MemberSearch {
    /// The beginning of the name.
    Name(String),
    /// The beginning of the pinyin initials.
    Initials(String),
    /// The last four digits of the phone, by blind index.
    PhoneTail(Vec<u8>),
    /// The whole phone, by blind index.
    Phone(Vec<u8>),
    /// The ID number, by blind index.
    IdNumber(Vec<u8>),
}

impl MemberSearch {
    /// The column that it searches.
    pub fn column(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Initials(_) => "pinyin",
            Self::PhoneTail(_) => "phone_tail_index",
            Self::Phone(_) => "phone_index",
            Self::IdNumber(_) => "id_number_index",
        }
    }

    /// Whether stays carry the column too, so that it can be searched within a reach.
    pub fn is_of_stays(&self) -> bool {
        matches!(self, Self::Name(_) | Self::Initials(_))
    }

    /// Appends the condition over a table or alias, given as `m.` (or nothing).
    pub fn push_condition<DB>(&self, query: &mut QueryBuilder<DB>, alias: &'static str)
    where
        DB: Database,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push(alias).push(self.column());
        match self {
            Self::Name(prefix) | Self::Initials(prefix) => {
                query.push(" >= ").push_bind(prefix.clone()).push(" and ").push(alias).push(self.column());
                query.push(" < ").push_bind(format!("{prefix}\u{10ffff}"));
            }
            Self::PhoneTail(index) | Self::Phone(index) | Self::IdNumber(index) => {
                query.push(" = ").push_bind(index.clone());
            }
        }
    }

    /// Appends `select id from members where …`.
    pub fn push<DB>(&self, query: &mut QueryBuilder<DB>)
    where
        DB: Database,
        String: Type<DB> + for<'q> Encode<'q, DB>,
        Vec<u8>: Type<DB> + for<'q> Encode<'q, DB>,
    {
        query.push("select id from members where ");
        self.push_condition(query, "");
    }
}

/// Whether a search finds as many members as `many`, in the whole registry.
pub async fn is_common(c: &mut Conn<'_>, search: &MemberSearch, many: i64) -> Result<bool, ApiError> {
    let found: i64 = on_engine!(c, |c| async {
        let mut query = QueryBuilder::new("select cast(count(*) as bigint) from (select 1 from members where ");
        search.push_condition(&mut query, "");
        query.push(" limit ").push_bind(many).push(") found");
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok(found >= many)
}
