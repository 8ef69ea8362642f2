//! Which stays count for a unit: the one rule behind overviews and reports.

use crate::{
    db::Conn,
    error::ApiError,
    ids::UnitId,
    units::{self, UnitKind, UnitRef},
};

/// Which end of a stay has to lie at or below the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedEnd {
    /// For a department: those that began below it.
    Home,
    /// For all others: those that lead there, and those that began there.
    Both,
}

/// The unit whose stays are counted, and which of them: a liaison office shows its department's.
pub async fn counted(c: &mut Conn<'_>, unit: UnitId) -> Result<(UnitRef, CountedEnd), ApiError> {
    let asked = units::unit_ref(c, unit).await?;
    match asked.kind {
        UnitKind::Department => Ok((asked, CountedEnd::Home)),
        UnitKind::LiaisonOffice => match units::department_above(c, unit).await? {
            Some(department) => {
                let department = UnitRef { id: department.id, kind: UnitKind::Department, name: department.name };
                Ok((department, CountedEnd::Home))
            }
            None => Ok((asked, CountedEnd::Both)),
        },
        _ => Ok((asked, CountedEnd::Both)),
    }
}
