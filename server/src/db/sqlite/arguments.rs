//! What is bound to a statement.

use rusqlite::{Statement, types::Value};
use sqlx::{Arguments, Encode, Type, encode::IsNull, error::BoxDynError};

use super::Sqlite;

/// The values of a statement, in the order of their numbers.
#[derive(Debug, Default)]
pub struct SqliteArguments(Vec<Value>);

impl Arguments for SqliteArguments {
    type Database = Sqlite;

    fn reserve(&mut self, additional: usize, _size: usize) {
        self.0.reserve(additional);
    }

    fn add<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> Result<(), BoxDynError> {
        if let IsNull::Yes = value.encode(&mut self.0)? {
            self.0.push(Value::Null);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

sqlx_core::impl_into_arguments_for_arguments!(SqliteArguments);

impl SqliteArguments {
    /// Binds them. SQLite numbers `$1`, `$2` by where they come up first, so that their names are what counts; `?` are
    /// counted. What has no value is null.
    pub(super) fn bind(&self, statement: &mut Statement<'_>) -> rusqlite::Result<()> {
        let mut unnamed = 0;
        for place in 1..=statement.parameter_count() {
            let number = match statement.parameter_name(place) {
                Some(name) => name[1..].parse().map_err(|_| rusqlite::Error::InvalidParameterName(name.to_owned()))?,
                None => {
                    unnamed += 1;
                    unnamed
                }
            };
            if let Some(value) = usize::checked_sub(number, 1).and_then(|n| self.0.get(n)) {
                statement.raw_bind_parameter(place, value)?;
            }
        }
        Ok(())
    }
}
