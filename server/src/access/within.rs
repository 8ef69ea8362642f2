//! Lists of the units' work are narrowed alike, and the report counts by the very same condition.

use serde::Deserialize;
use sqlx::{Database, Encode, QueryBuilder, Type};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    clock::{Day, Period},
    error::ApiError,
    ids::UnitId,
};

/// What a list of the units' work is narrowed to.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Within {
    /// Only of this unit and all below it.
    pub unit_id: Option<UnitId>,
    /// Only from this day on, by the date that the report counts by.
    pub from: Option<Day>,
    /// Only until this day, itself included.
    pub to: Option<Day>,
}

impl Within {
    /// A unit and all below it, in a period.
    pub const fn of(unit: UnitId, period: Period) -> Self {
        Self { unit_id: Some(unit), from: Some(period.from), to: Some(period.to) }
    }

    /// 422 where the days are the wrong way round.
    pub fn check(self) -> Result<Self, ApiError> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if to < from => {
                Err(ApiError::bad_field("?to", "invalid", "must not be before from"))
            }
            _ => Ok(self),
        }
    }

    /// Appends ` and …`: the rows whose `unit` column lies at or below the unit.
    pub fn push_unit<DB>(&self, query: &mut QueryBuilder<DB>, unit: &'static str)
    where
        DB: Database,
        Uuid: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if let Some(above) = self.unit_id {
            query.push(" and ").push(unit);
            query.push(" in (select unit_id from unit_ancestors where ancestor_id = ").push_bind(above.0).push(")");
        }
    }

    /// Appends ` and …`: the rows whose `day` column, a date, lies in the period.
    pub fn push_days<DB>(&self, query: &mut QueryBuilder<DB>, day: &'static str)
    where
        DB: Database,
        String: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if let Some(from) = self.from {
            query.push(" and ").push(day).push(" >= ").push_bind(from.to_string());
        }
        if let Some(to) = self.to {
            query.push(" and ").push(day).push(" <= ").push_bind(to.to_string());
        }
    }

    /// Appends ` and …`: the rows whose `at` column, an instant, lies in the period.
    pub fn push_instants<DB>(&self, query: &mut QueryBuilder<DB>, at: &'static str)
    where
        DB: Database,
        i64: Type<DB> + for<'q> Encode<'q, DB>,
    {
        if let Some(from) = self.from {
            query.push(" and ").push(at).push(" >= ").push_bind(from.starts().0);
        }
        if let Some(to) = self.to {
            query.push(" and ").push(at).push(" < ").push_bind(to.plus_days(1).starts().0);
        }
    }
}
