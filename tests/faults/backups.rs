//! Backups that are taken while members check in, and put back.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use guiyan::db::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, TypeInfo as _, ValueRef as _};

use crate::{
    load::{self, Ledger, Temper},
    registry::{Officer, Registry, now, open},
    support::stderr,
};

/// Every row of every table, as text.
async fn everything(file: &Path) -> BTreeMap<String, Vec<String>> {
    let mut c = open(file).await;
    let tables: Vec<String> = sqlx::query_scalar("select name from sqlite_schema where type = 'table' order by name")
        .fetch_all(&mut c)
        .await
        .expect("tables");
    let mut all = BTreeMap::new();
    for table in tables {
        let rows =
            sqlx::query(AssertSqlSafe(format!("select * from \"{table}\""))).fetch_all(&mut c).await.expect("rows");
        let mut texts: Vec<String> = rows.iter().map(text).collect();
        texts.sort();
        all.insert(table, texts);
    }
    c.close().await.expect("closes");
    all
}

fn text(row: &SqliteRow) -> String {
    let mut text = String::new();
    for column in 0..row.len() {
        let value = row.try_get_raw(column).expect("a value");
        let kind = value.type_info().name().to_owned();
        let shown = match kind.as_str() {
            _ if value.is_null() => "null".to_owned(),
            "INTEGER" => row.get_unchecked::<i64, _>(column).to_string(),
            "REAL" => row.get_unchecked::<f64, _>(column).to_string(),
            "TEXT" => format!("{:?}", row.get_unchecked::<String, _>(column)),
            _ => hex::encode(row.get_unchecked::<Vec<u8>, _>(column)),
        };
        text.push_str(&shown);
        text.push('|');
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_one_moment_and_comes_back_row_by_row() {
    let registry = Registry::new().await;
    let server = registry.place.serve(&[]);
    let officer = Officer::sign_in(&server).await;
    let ledger = Arc::new(Ledger::default());
    let work = officer.work(10).await;
    let (all, running) = (work.len(), load::start(&officer, work, 16, Temper::Stubborn, &ledger));
    let mut copies = Vec::new();
    for n in 0..3 {
        let copy = registry.place.folder.path().join(format!("copy-{n}.db"));
        let known = ledger.acknowledged();
        let made = registry.place.run(&["backup", &copy.display().to_string()]);
        assert!(made.status.success(), "{}", stderr(&made));
        copies.push((copy, known, ledger.acknowledged()));
    }
    load::ended(running).await;
    assert_eq!(ledger.acknowledged(), all);
    assert_eq!(server.end("-TERM").0, Some(0));
    ledger.is_kept_in(&registry.file()).await;

    let place = |args: &[&str]| registry.place.run(args);
    for (copy, before, after) in copies {
        // The copy without its seal is the database that was copied.
        let whole = std::fs::read(&copy).expect("a copy");
        let bare = registry.place.folder.path().join("bare.db");
        std::fs::write(&bare, &whole[..whole.len() - 47]).expect("written");
        let in_copy = everything(&bare).await;
        let restored = place(&["restore", &copy.display().to_string()]);
        assert!(restored.status.success(), "{}", stderr(&restored));
        let in_place = everything(&registry.file()).await;
        assert!(in_copy.len() > 60, "{} tables", in_copy.len());
        for (table, rows) in &in_copy {
            assert_eq!(in_place.get(table), Some(rows), "{table}");
        }
        assert_eq!(in_place.len(), in_copy.len());
        // One moment between the beginning and the end of the copying: all that was acknowledged before is in it.
        let demo = in_copy["check_in_attempts"].iter().filter(|row| row.contains("\"manual\"")).count();
        assert!(demo >= before, "{demo} of {before} to {after}");
        registry.is_whole();
        std::fs::remove_file(&bare).expect("removed");
    }
    // What came after the backup is known to the phones, which send it again.
    let server = registry.place.serve(&[]);
    let officer = Officer::sign_in(&server).await;
    assert!(!officer.members().await.is_empty());
    officer.event(now()).await;
    assert_eq!(server.end("-TERM").0, Some(0));
}
