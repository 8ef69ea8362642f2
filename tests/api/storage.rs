//! The promises of the group-commit writer and of the audit chain, on both engines.

use guiyan::{
    access::audit::{self, Actor, Record, Verdict},
    db::Conn,
    error::ApiError,
    execute,
    ids::RowId,
    on_engine,
};

use crate::{on_both, support::TestApp};

async fn put(c: &mut Conn<'_>, app_row: RowId, text: &str) -> Result<(), ApiError> {
    execute!(
        c,
        sqlx::query("insert into sign_in_failures (key, failed_at, id) values ($1, 1, $2)")
            .bind(text.as_bytes().to_vec())
            .bind(app_row)
    )?;
    Ok(())
}

async fn count(app: &TestApp) -> i64 {
    let mut reader = app.state.db.read().await.unwrap();
    on_engine!(&mut reader.conn(), |c| sqlx::query_scalar("select cast(count(*) as bigint) from sign_in_failures")
        .fetch_one(c))
    .unwrap()
}

fn row(app: &TestApp) -> RowId {
    RowId::new(app.now(), &app.state.entropy)
}

on_both!(a_failing_write_undoes_itself_and_nothing_else, |app| {
    let jobs = (0..60).map(|n| {
        let (db, id) = (app.state.db.clone(), row(&app));
        tokio::spawn(async move {
            db.write(move |c| {
                Box::pin(async move {
                    put(c, id, &format!("row {n}")).await?;
                    if n % 3 == 0 { Err(ApiError::wrong_state("refused after writing")) } else { Ok(n) }
                })
            })
            .await
        })
    });
    let mut done = 0;
    for job in jobs.collect::<Vec<_>>() {
        done += i64::from(job.await.unwrap().is_ok());
    }
    assert_eq!((done, count(&app).await), (40, 40));
});

on_both!(a_broken_statement_spoils_only_its_own_job, |app| {
    let id = row(&app);
    app.state.db.write(move |c| Box::pin(async move { put(c, id, "first").await })).await.unwrap();
    let again = app.state.db.write(move |c| Box::pin(async move { put(c, id, "the same key").await }));
    let (other, db) = (row(&app), app.state.db.clone());
    let beside =
        tokio::spawn(async move { db.write(move |c| Box::pin(async move { put(c, other, "beside").await })).await });
    assert!(again.await.is_err());
    beside.await.unwrap().unwrap();
    assert_eq!(count(&app).await, 2);
});

on_both!(a_panic_in_a_write_does_not_stop_the_writer, |app| {
    let id = row(&app);
    let fallen = app.state.db.write::<(), _>(move |c| {
        Box::pin(async move {
            put(c, id, "before the fall").await?;
            panic!("on purpose")
        })
    });
    assert!(fallen.await.is_err());
    let id = row(&app);
    app.state.db.write(move |c| Box::pin(async move { put(c, id, "after").await })).await.unwrap();
    assert_eq!(count(&app).await, 1);
});

on_both!(a_caller_who_hangs_up_leaves_no_half_written_state, |app| {
    for n in 0..50 {
        let (first, second, db) = (row(&app), row(&app), app.state.db.clone());
        let task = tokio::spawn(async move {
            db.write(move |c| {
                Box::pin(async move {
                    put(c, first, "one").await?;
                    tokio::task::yield_now().await;
                    put(c, second, "two").await
                })
            })
            .await
        });
        if n % 2 == 0 {
            tokio::task::yield_now().await;
            task.abort();
        } else {
            task.await.unwrap().unwrap();
        }
    }
    // The queue is in order: when this one is answered, all before it have ended.
    app.state.db.write(|_| Box::pin(async { Ok(()) })).await.unwrap();
    assert_eq!(count(&app).await % 2, 0);
});

async fn log(app: &TestApp, action: &'static str) {
    let now = app.now();
    app.state
        .db
        .write(move |c| {
            Box::pin(async move {
                audit::append(c, now, Record::new(Actor::System, action, ("test", "1".into())).because(Some("测试")))
                    .await
            })
        })
        .await
        .unwrap();
}

async fn verdict(app: &TestApp) -> Verdict {
    let mut reader = app.state.db.read().await.unwrap();
    audit::verify(&mut reader.conn()).await.unwrap()
}

on_both!(the_audit_chain_shows_every_change, |app| {
    let Verdict::Whole(before) = verdict(&app).await else { panic!("broken at the start") };
    for _ in 0..5 {
        log(&app, "test.done").await;
    }
    assert_eq!(verdict(&app).await, Verdict::Whole(before + 5));
    for (change, back) in [
        (
            "update audit_log set note = 'else' where seq = $1",
            Some("update audit_log set note = '测试' where seq = $1"),
        ),
        ("update audit_log set at = at + 1 where seq = $1", Some("update audit_log set at = at - 1 where seq = $1")),
        ("delete from audit_log where seq = $1", None),
    ] {
        let seq = before + 3;
        for (sql, expected) in [(Some(change), Verdict::BrokenAt(seq)), (back, Verdict::Whole(before + 5))] {
            let Some(sql) = sql else { continue };
            app.state
                .db
                .write(move |c| Box::pin(async move { Ok(execute!(c, sqlx::query(sql).bind(seq))?) }))
                .await
                .unwrap();
            assert_eq!(verdict(&app).await, expected, "{sql}");
        }
    }
});

on_both!(an_audit_chain_cut_at_its_end_is_broken, |app| {
    for _ in 0..3 {
        log(&app, "test.done").await;
    }
    let Verdict::Whole(length) = verdict(&app).await else { panic!("broken at the start") };
    app.state
        .db
        .write(move |c| {
            Box::pin(async move { Ok(execute!(c, sqlx::query("delete from audit_log where seq = $1").bind(length))?) })
        })
        .await
        .unwrap();
    assert_eq!(verdict(&app).await, Verdict::BrokenAt(length));
});
