//! The audit log: append only, each record chained to the one before by SHA-256, written in the same transaction as what
//! it records. What concerns a member is what that member reads in the access log.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{Caller, Who};
use crate::{
    clock::Instant,
    db::{
        Conn,
        partitions::{self, Partitioned},
        portions,
    },
    error::ApiError,
    execute,
    ids::{AccountId, DeviceId, MemberId, UnitId},
    on_engine,
};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An officer's account.
    Account(AccountId),
    /// A member's phone.
    Device(MemberId, DeviceId),
    /// The program itself or its command line.
    System,
    /// Someone not signed in.
    Stranger,
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        match &caller.who {
            Who::Officer { account, .. } => Self::Account(*account),
            Who::Member { member, device } => Self::Device(*member, *device),
        }
    }
}

/// One record to append. Everything here may be read later by the member concerned: no personal data in `note`.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// Who did it.
    pub actor: Actor,
    /// What, as `feature.verb`: `registration.confirm`, `member.view`, `status_check`.
    pub action: &'a str,
    /// The kind and id of what it was done to, `("card", number)`.
    pub target: (&'a str, String),
    /// The member concerned, if one is.
    pub member: Option<MemberId>,
    /// The unit from which it was done, where it is known.
    pub unit: Option<UnitId>,
    /// The stated purpose or reason.
    pub note: Option<&'a str>,
    /// Whether it was done (true) or refused.
    pub success: bool,
}

impl<'a> Record<'a> {
    /// A successful act of `actor`.
    pub fn new(actor: Actor, action: &'a str, target: (&'a str, String)) -> Self {
        Self { actor, action, target, member: None, unit: None, note: None, success: true }
    }

    /// Names the member concerned.
    #[must_use]
    pub fn about(mut self, member: MemberId) -> Self {
        self.member = Some(member);
        self
    }

    /// Names the unit from which it was done, where it is known.
    #[must_use]
    pub fn from_unit(mut self, unit: impl Into<Option<UnitId>>) -> Self {
        self.unit = unit.into();
        self
    }

    /// States the purpose or reason.
    #[must_use]
    pub fn because(mut self, note: Option<&'a str>) -> Self {
        self.note = note;
        self
    }

    /// Marks it as refused.
    #[must_use]
    pub fn refused(mut self) -> Self {
        self.success = false;
        self
    }

    /// As it is stored under its number.
    fn stored(self, seq: i64, at: Instant) -> Stored {
        let (actor_kind, actor_id, device_id) = match self.actor {
            Actor::Account(account) => ("account", Some(account.0), None),
            Actor::Device(member, device) => ("member", Some(member.0), Some(device)),
            Actor::System => ("system", None, None),
            Actor::Stranger => ("stranger", None, None),
        };
        Stored {
            seq,
            at,
            actor_kind: actor_kind.into(),
            actor_id,
            device_id,
            action: self.action.into(),
            target_kind: self.target.0.into(),
            target_id: self.target.1,
            member_id: self.member,
            unit_id: self.unit,
            note: self.note.map(Into::into),
            success: self.success,
        }
    }
}

/// A stored record, in the order of its hash.
#[derive(Clone, Debug, sqlx::FromRow, Serialize)]
struct Stored {
    seq: i64,
    at: Instant,
    actor_kind: String,
    actor_id: Option<uuid::Uuid>,
    device_id: Option<DeviceId>,
    action: String,
    target_kind: String,
    target_id: String,
    member_id: Option<MemberId>,
    unit_id: Option<UnitId>,
    note: Option<String>,
    success: bool,
}

#[derive(sqlx::FromRow)]
struct Link {
    #[sqlx(flatten)]
    record: Stored,
    hash: Vec<u8>,
}

/// SHA-256 over the hash before and the record as a JSON array, whose order is that of the struct.
fn chain(before: &[u8], record: &Stored) -> Result<Vec<u8>, ApiError> {
    let text = serde_json::to_vec(record).map_err(ApiError::internal)?;
    Ok(digest(&SHA256, &[before, &text].concat()).as_ref().to_vec())
}

/// Appends a record to the chain; call it inside the write that it records.
pub async fn append(c: &mut Conn<'_>, now: Instant, record: Record<'_>) -> Result<(), ApiError> {
    append_all(c, vec![(now, record)]).await
}

/// Appends records to the chain in their order; call it inside the write that they record.
pub async fn append_all(c: &mut Conn<'_>, records: Vec<(Instant, Record<'_>)>) -> Result<(), ApiError> {
    let count = i64::try_from(records.len()).map_err(ApiError::internal)?;
    if count == 0 {
        return Ok(());
    }
    // The update comes first: it locks the head against the writers of other servers.
    let (newest, before): (i64, Vec<u8>) = on_engine!(&mut *c, |c| sqlx::query_as(
        "update audit_head set seq = seq + $1 where id = 1 returning seq, hash"
    )
    .bind(count)
    .fetch_one(c))?;
    let mut links: Vec<Link> = Vec::with_capacity(records.len());
    for ((at, record), seq) in records.into_iter().zip(newest - count + 1..) {
        let record = record.stored(seq, at);
        let hash = chain(links.last().map_or(&before, |link| &link.hash), &record)?;
        links.push(Link { record, hash });
    }
    for some in portions(&links) {
        on_engine!(&mut *c, |c| async {
            let mut query = QueryBuilder::new(
                "insert into audit_log (seq, at, actor_kind, actor_id, device_id, action, target_kind, target_id,
                                        member_id, unit_id, note, success, hash) ",
            );
            query.push_values(some, |mut row, Link { record, hash }| {
                row.push_bind(record.seq)
                    .push_bind(record.at)
                    .push_bind(&record.actor_kind)
                    .push_bind(record.actor_id)
                    .push_bind(record.device_id)
                    .push_bind(&record.action)
                    .push_bind(&record.target_kind)
                    .push_bind(&record.target_id)
                    .push_bind(record.member_id)
                    .push_bind(record.unit_id)
                    .push_bind(&record.note)
                    .push_bind(record.success)
                    .push_bind(hash);
            });
            query.build().execute(c).await.map(drop)
        })?;
    }
    let hash = links.last().map(|link| &link.hash);
    execute!(c, sqlx::query("update audit_head set hash = $1 where id = 1").bind(hash))?;
    Ok(())
}

/// A record, as far as whoever follows the log needs it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Noted {
    /// Its number.
    pub seq: i64,
    /// What was done.
    pub action: String,
    /// The id of what it was done to.
    pub target_id: String,
}

/// The records about things of one `kind` after the first of these numbers and up to the second, at most `most`, in order.
pub async fn about(c: &mut Conn<'_>, kind: &str, (after, to): (i64, i64), most: i64) -> Result<Vec<Noted>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_as(
        "select seq, action, target_id from audit_log
          where seq > $1 and seq <= $2 and target_kind = $3 order by seq limit $4"
    )
    .bind(after)
    .bind(to)
    .bind(kind)
    .bind(most)
    .fetch_all(c))?)
}

/// The number of the newest record: right after [`append`], in the same transaction, of the one just appended.
pub async fn newest(c: &mut Conn<'_>) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select seq from audit_head where id = 1").fetch_one(c))?)
}

/// What a walk along the chain found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every record follows from the one before; the number of the newest.
    Whole(i64),
    /// The first record that does not (its seq), or the one after the last where the end was cut off.
    BrokenAt(i64),
}

/// The record after which the chain begins: the newest that was let go, or none.
async fn anchor(c: &mut Conn<'_>) -> Result<(i64, Vec<u8>), ApiError> {
    let found = on_engine!(c, |c| sqlx::query_as("select seq, hash from audit_anchor where id = 1").fetch_optional(c))?;
    Ok(found.unwrap_or_else(|| (0, vec![0; 32])))
}

/// How many records were written before `before`.
pub async fn count_before(c: &mut Conn<'_>, before: Instant) -> Result<i64, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select cast(count(*) as bigint) from audit_log where at < $1")
        .bind(before)
        .fetch_one(c))?)
}

/// Lets the oldest records go, `most` at once, up to the first that was written at or after `before`; the chain begins behind
/// them then. That they went is a record itself. Answers how many went.
pub async fn cut(c: &mut Conn<'_>, before: Instant, most: i64, now: Instant) -> Result<i64, ApiError> {
    let oldest: Vec<(i64, Instant, Vec<u8>)> =
        on_engine!(&mut *c, |c| sqlx::query_as("select seq, at, hash from audit_log order by seq limit $1")
            .bind(most)
            .fetch_all(c))?;
    let Some((seq, _, hash)) = oldest.iter().take_while(|(_, at, _)| *at < before).last() else { return Ok(0) };
    let gone = execute!(&mut *c, sqlx::query("delete from audit_log where seq <= $1").bind(seq))?;
    begin_after(c, *seq, hash, now).await?;
    i64::try_from(gone).map_err(ApiError::internal)
}

/// The same for a whole partition, where the database has partitions and the oldest holds nothing else; its rows.
pub async fn cut_partition(c: &mut Conn<'_>, before: Instant, now: Instant) -> Result<Option<i64>, ApiError> {
    let Some(spent) = partitions::spent(c, Partitioned::AuditLog, before, now).await? else { return Ok(None) };
    let newest = format!("select seq, hash from {} order by seq desc limit 1", spent.name);
    let newest: Option<(i64, Vec<u8>)> =
        on_engine!(&mut *c, |c| sqlx::query_as(AssertSqlSafe(newest)).fetch_optional(c))?;
    partitions::drop_spent(c, &spent).await?;
    if let Some((seq, hash)) = newest {
        begin_after(c, seq, &hash, now).await?;
    }
    Ok(Some(spent.rows))
}

/// The chain begins behind this record from now on, and says so.
async fn begin_after(c: &mut Conn<'_>, seq: i64, hash: &[u8], now: Instant) -> Result<(), ApiError> {
    execute!(
        &mut *c,
        sqlx::query(
            "insert into audit_anchor (id, seq, hash) values (1, $1, $2)
             on conflict (id) do update set seq = excluded.seq, hash = excluded.hash"
        )
        .bind(seq)
        .bind(hash)
    )?;
    append(c, now, Record::new(Actor::System, "audit.cut", ("audit_log", seq.to_string()))).await
}

/// Walks the whole chain, a thousand records at a time.
pub async fn verify(c: &mut Conn<'_>) -> Result<Verdict, ApiError> {
    let start = anchor(c).await?;
    walk(c, start).await
}

/// Walks the newest `most` records only: enough to see that the end is whole, quick however long the log is.
pub async fn verify_newest(c: &mut Conn<'_>, most: i64) -> Result<Verdict, ApiError> {
    let first = newest(c).await? - most;
    let start: Option<(i64, Vec<u8>)> =
        on_engine!(&mut *c, |c| sqlx::query_as("select seq, hash from audit_log where seq = $1")
            .bind(first)
            .fetch_optional(c))?;
    match start {
        Some(start) => walk(c, start).await,
        None => verify(c).await,
    }
}

/// When the newest record was written.
pub async fn newest_at(c: &mut Conn<'_>) -> Result<Option<Instant>, ApiError> {
    Ok(on_engine!(c, |c| sqlx::query_scalar("select at from audit_log order by seq desc limit 1").fetch_optional(c))?)
}

async fn walk(c: &mut Conn<'_>, (mut seq, mut hash): (i64, Vec<u8>)) -> Result<Verdict, ApiError> {
    loop {
        let links: Vec<Link> = on_engine!(&mut *c, |c| {
            sqlx::query_as(
            "select seq, at, actor_kind, actor_id, device_id, action, target_kind, target_id, member_id, unit_id, note,
                    success, hash
               from audit_log where seq > $1 order by seq limit 1000"
        )
        .bind(seq)
        .fetch_all(c)
        })?;
        if links.is_empty() {
            break;
        }
        for link in links {
            let expected = chain(&hash, &link.record)?;
            if link.record.seq != seq + 1 || expected != link.hash {
                return Ok(Verdict::BrokenAt(seq + 1));
            }
            (seq, hash) = (link.record.seq, link.hash);
        }
    }
    let head: Option<(i64, Vec<u8>)> =
        on_engine!(c, |c| sqlx::query_as("select seq, hash from audit_head where id = 1").fetch_optional(c))?;
    Ok(if head == Some((seq, hash)) { Verdict::Whole(seq) } else { Verdict::BrokenAt(seq + 1) })
}

/// Makes the head of an empty chain; does nothing where there is one.
pub async fn start_chain(c: &mut Conn<'_>) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into audit_head (id, seq, hash) values (1, 0, $1) on conflict do nothing")
            .bind(vec![0_u8; 32])
    )?;
    Ok(())
}
