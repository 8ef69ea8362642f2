//! What is in the database: engine, schema, form, audit log, keys, accounts, time.

use guiyan::{
    access::audit::{self, Verdict},
    auth::accounts,
    clock::Instant,
    db::{Inspection, SchemaState},
    keys::{self, KeyUse, Vault},
    tallies, units,
};

use super::Findings;

/// As many of the newest records are walked unless all of them are asked for.
const RECORDS: i64 = 20_000;
/// A signing key that is older is due for a new one.
const KEY_DAYS: i64 = 400;
/// The newest record may be so much ahead of this machine's clock.
const AHEAD_SECONDS: i64 = 60;
/// A standby that is further behind answers with what is no longer so.
const LAG_SECONDS: f64 = 30.0;

pub(super) async fn look(
    found: &mut Findings,
    inspection: &mut Inspection,
    vault: Option<&Vault>,
    now: Instant,
    full: bool,
) -> anyhow::Result<()> {
    let (engine, settings) = (inspection.engine().await?, inspection.settings().await?);
    found.ok("database", engine);
    for setting in settings {
        let says = format!("{} is {}", setting.name, setting.value);
        if setting.safe {
            found.ok("engine", says);
        } else {
            found.error("engine", format!("{says}: what was acknowledged may be lost"));
        }
    }
    match inspection.lag().await? {
        None => {}
        Some(lag) if lag > LAG_SECONDS => found.error("standby", format!("it takes no writes, and lags by {lag:.0} s")),
        Some(lag) => found.error("standby", format!("it takes no writes (it lags by {lag:.0} s): name the primary")),
    }
    let Some(schema) = inspection.schema().await? else {
        found.error("schema", "it holds no registry; the first start of a server makes one");
        return Ok(());
    };
    let readable = tell_schema(found, schema);
    let faults = inspection.faults(full).await?;
    match faults.is_empty() {
        true => {
            found.ok("integrity", if full { "the file is whole, every index compared" } else { "the file is whole" })
        }
        false => found.error("integrity", faults.join("; ")),
    }
    if !readable {
        return Ok(());
    }
    audit_log(found, inspection, full).await?;
    if full {
        kept_counts(found, inspection).await?;
    }
    clock(found, inspection, now).await?;
    if let Some(vault) = vault {
        signing_keys(found, inspection, vault, now).await;
    }
    match accounts::administrators(&mut inspection.conn()).await? {
        0 => {
            found.warning("accounts", "no administrator can sign in: use the link that the server prints at its start")
        }
        n => found.ok("accounts", format!("{n} administrators can sign in")),
    }
    Ok(())
}

/// Whether what this program asks for is there.
fn tell_schema(found: &mut Findings, schema: SchemaState) -> bool {
    let SchemaState { applied, pending, unknown, broken } = schema;
    if unknown > 0 {
        found.error("schema", format!("{unknown} migrations are of a newer version: take that version of guiyan"));
    }
    if broken > 0 {
        found.error("schema", format!("{broken} migrations broke off or had another text: restore a backup"));
    }
    if pending > 0 {
        found.warning(
            "schema",
            format!("{pending} migrations are pending: the next start runs them; take a backup first"),
        );
    }
    if unknown + broken + pending == 0 {
        found.ok("schema", format!("all {applied} migrations have run"));
    }
    pending == 0
}

async fn audit_log(found: &mut Findings, inspection: &mut Inspection, full: bool) -> anyhow::Result<()> {
    let c = &mut inspection.conn();
    let verdict = if full { audit::verify(c).await? } else { audit::verify_newest(c, RECORDS).await? };
    match verdict {
        Verdict::Whole(newest) if full || newest <= RECORDS => {
            found.ok("audit log", format!("it is whole, up to record {newest}"));
        }
        Verdict::Whole(newest) => {
            found.ok("audit log", format!("its newest {RECORDS} records are whole, up to record {newest}"));
        }
        Verdict::BrokenAt(seq) => {
            found.error("audit log", format!("it was changed: record {seq} is the first that does not follow"));
        }
    }
    Ok(())
}

/// Counts everything that the first screens show, and compares. What is written meanwhile may stand in one count and not in
/// the other, so a difference is no error yet.
async fn kept_counts(found: &mut Findings, inspection: &mut Inspection) -> anyhow::Result<()> {
    let differences = tallies::recount(&mut inspection.conn(), units::district).await?;
    match differences.first() {
        None => found.ok("counts", "those that are kept are those that there are"),
        Some(first) => found.warning(
            "counts",
            format!(
                "{} differ from what there is, the first of {} ({} instead of {}); where they still do with no server running, \
                 empty the table tally_state: the next start counts anew",
                differences.len(),
                first.unit,
                first.kept,
                first.counted
            ),
        ),
    }
    Ok(())
}

async fn clock(found: &mut Findings, inspection: &mut Inspection, now: Instant) -> anyhow::Result<()> {
    let Some(newest) = audit::newest_at(&mut inspection.conn()).await? else { return Ok(()) };
    let ahead = newest.seconds() - now.seconds();
    if ahead > AHEAD_SECONDS {
        found.error(
            "clock",
            format!("the newest record was written {ahead} s in this machine's future: its clock is, or was, wrong"),
        );
    } else {
        found.ok("clock", format!("{now}, after the newest record"));
    }
    Ok(())
}

async fn signing_keys(found: &mut Findings, inspection: &mut Inspection, vault: &Vault, now: Instant) {
    let Ok(ring) = keys::check_master_key(&mut inspection.conn(), vault, now).await else {
        found.error("vault", "the registry's keys do not open with this master key: it is another registry's");
        return;
    };
    found.ok("vault", "the master key opens it");
    for key_use in KeyUse::ALL {
        let Some(key) = ring.public_keys().into_iter().find(|key| key.key_use == *key_use && key.retired_at.is_none())
        else {
            found.error("signing key", format!("none for {key_use}: the next start of a server makes one"));
            continue;
        };
        let days = (now.seconds() - key.not_before.seconds()) / 86_400;
        let says = format!("{key_use}: key {} is {days} days old", key.kid);
        match days {
            ..=-2 => found.error("signing key", format!("{says}: it was made in this machine's future")),
            KEY_DAYS.. => found.warning("signing key", format!("{says}: `guiyan keys rotate`")),
            _ => found.ok("signing key", says),
        }
    }
}
