//! Migrations by sqlx's runner: the table that sqlx keeps of them, as it makes it on SQLite.

use std::time::Duration;

use futures::{FutureExt as _, future::BoxFuture};
use sqlx::{
    AssertSqlSafe,
    migrate::{AppliedMigration, Migrate, MigrateError, Migration},
};

use super::SqliteConnection;

/// What takes a while is not measured.
const UNMEASURED: Duration = Duration::ZERO;

impl Migrate for SqliteConnection {
    fn create_schema_if_not_exists<'e>(&'e mut self, name: &'e str) -> BoxFuture<'e, Result<(), MigrateError>> {
        async move { Err(MigrateError::CreateSchemasNotSupported(name.to_owned())) }.boxed()
    }

    fn ensure_migrations_table<'e>(&'e mut self, table: &'e str) -> BoxFuture<'e, Result<(), MigrateError>> {
        let sql = format!(
            "create table if not exists {table} (
                 version bigint primary key,
                 description text not null,
                 installed_on timestamp not null default current_timestamp,
                 success boolean not null,
                 checksum blob not null,
                 execution_time bigint not null
             )"
        );
        async move { Ok(self.batch(&sql).await?) }.boxed()
    }

    fn dirty_version<'e>(&'e mut self, table: &'e str) -> BoxFuture<'e, Result<Option<i64>, MigrateError>> {
        let sql = format!("select version from {table} where not success order by version limit 1");
        async move { Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_optional(self).await?) }.boxed()
    }

    fn list_applied_migrations<'e>(
        &'e mut self,
        table: &'e str,
    ) -> BoxFuture<'e, Result<Vec<AppliedMigration>, MigrateError>> {
        let sql = format!("select version, checksum from {table} order by version");
        async move {
            let found: Vec<(i64, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(self).await?;
            let applied = |(version, checksum): (_, Vec<u8>)| AppliedMigration { version, checksum: checksum.into() };
            Ok(found.into_iter().map(applied).collect())
        }
        .boxed()
    }

    fn lock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        async { Ok(()) }.boxed()
    }

    fn unlock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        async { Ok(()) }.boxed()
    }

    /// The migration and the note of it come in one transaction.
    fn apply<'e>(
        &'e mut self,
        table: &'e str,
        migration: &'e Migration,
    ) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        let noted = format!(
            "insert into {table} (version, description, success, checksum, execution_time) values ($1, $2, true, $3, $4)"
        );
        async move {
            let failed = |error| MigrateError::ExecuteMigration(error, migration.version);
            let mut transaction = sqlx::Connection::begin(self).await?;
            transaction.batch(migration.sql.as_str()).await.map_err(failed)?;
            sqlx::query(AssertSqlSafe(noted))
                .bind(migration.version)
                .bind(&*migration.description)
                .bind(&*migration.checksum)
                .bind(0_i64)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(UNMEASURED)
        }
        .boxed()
    }

    fn revert<'e>(&'e mut self, _: &'e str, migration: &'e Migration) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        async move { Err(MigrateError::VersionNotPresent(migration.version)) }.boxed()
    }
}
