//! Kept counts for the first screens of wide units: what would take seconds to count is counted as it changes.
//!
//! `rule.rs` says for which units a stay counts, and as what; `presences.rs` counts presences at events by month. A change
//! is a few rows added to `tally_changes` in the very write that it counts: nothing is updated, so no writer waits for another.
//! Reading adds what is kept to what has changed since, so a count is right at any moment; [`fold`] keeps the changes few.
//!
//! Only departments and committees are kept in full: what stands below them is small enough to be counted when looked at.
//! This stands below all features, which call it where the state of theirs changes, and knows none of them.

mod presences;
mod recount;
mod rule;
mod store;
mod sums;

pub use presences::{Meeting, came, held, month_key};
pub use recount::{Difference, count_first, recount};
pub use rule::{Counted, Figure};
pub use store::{cards, children, fold, largest, of_unit};
pub use sums::Sums;

use std::collections::BTreeMap;

use crate::{
    clock::Instant,
    db::Conn,
    error::ApiError,
    ids::{Entropy, RowId, UnitId},
};

/// Counts a stay anew that was as `before` and is as `after`; no stay where there is none.
pub async fn changed(
    c: &mut Conn<'_>,
    (now, entropy): (Instant, &Entropy),
    before: Option<&Counted<'_>>,
    after: Option<&Counted<'_>>,
) -> Result<(), ApiError> {
    let ends = [before, after].into_iter().flatten().flat_map(|stay| [stay.home, stay.host]);
    let above = store::above(c, &ends.collect::<Vec<UnitId>>()).await?;
    let mut changes = BTreeMap::new();
    for (stay, n) in [(before, -1), (after, 1)] {
        if let Some(stay) = stay {
            stay.count(&above, |unit, figure, key| *changes.entry((unit, figure, key)).or_default() += n);
        }
    }
    store::add(c, RowId::new(now, entropy), changes).await
}

/// Counts the open stays hosted by a unit under the district `after` instead of `before`.
pub async fn district_changed(
    c: &mut Conn<'_>,
    (now, entropy): (Instant, &Entropy),
    host: UnitId,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<(), ApiError> {
    if before == after {
        return Ok(());
    }
    let homes = store::homes_of_guests(c, host).await?;
    let mut ends: Vec<UnitId> = homes.iter().map(|(home, _)| *home).collect();
    ends.push(host);
    let above = store::above(c, &ends).await?;
    let mut changes: BTreeMap<(UnitId, Figure, String), i64> = BTreeMap::new();
    for (home, stays) in homes {
        for unit in rule::counting(&above, home, host).filter(|unit| unit.is_wide()) {
            for (district, n) in [(before, -stays), (after, stays)] {
                let key = district.unwrap_or_default().to_owned();
                *changes.entry((unit.id, Figure::District, key)).or_default() += n;
            }
        }
    }
    store::add(c, RowId::new(now, entropy), changes).await
}
