//! What is said about a unit, what becomes of it, and that nothing leads back to whoever gave no name.

use std::collections::BTreeMap;

use guiyan::{
    clock::Period,
    ids::UnitId,
    on_engine,
    opinions::{self, OpinionFigures, OpinionTally},
};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::{
    on_both,
    support::{Engine, TestApp, User, World},
};

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

async fn items(user: &User<'_>, path: &str) -> Vec<Value> {
    user.get(path).await.ok()["items"].as_array().expect("items").clone()
}

async fn figures(app: &TestApp, unit: &str, from: &str, to: &str) -> OpinionFigures {
    let unit: UnitId = unit.parse().expect("a unit");
    let mut reader = app.state.db.read().await.expect("a reader");
    let period = Period { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
    opinions::figures(&mut reader.conn(), unit, period).await.expect("figures")
}

async fn column(app: &TestApp, sql: String) -> Vec<String> {
    let mut reader = app.state.db.read().await.expect("a reader");
    let mut conn = reader.conn();
    on_engine!(&mut conn, |c| sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(c)).expect("rows")
}

/// Every row of every table as text, in small letters; bytes and ids in hexadecimal digits without dashes.
async fn everything(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let tables = match app.engine {
        Engine::Sqlite => "select name from sqlite_master where type = 'table'",
        Engine::Postgres => {
            // A table in partitions is read once, as a whole.
            "select cast(relname as text) from pg_class
              where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"
        }
    };
    let mut all = BTreeMap::new();
    for table in column(app, tables.into()).await {
        let row = match app.engine {
            Engine::Sqlite => {
                let names = column(app, format!("select name from pragma_table_info('{table}')")).await;
                names.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join(" || ',' || ")
            }
            Engine::Postgres => "cast(t as text)".into(),
        };
        let mut rows = column(app, format!("select {row} from \"{table}\" t")).await;
        rows.iter_mut().for_each(|row| *row = row.to_lowercase().replace('-', ""));
        rows.sort();
        all.insert(table, rows);
    }
    all
}

/// The rows that are new, by table.
fn added(
    before: &BTreeMap<String, Vec<String>>,
    after: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    let fresh = after.iter().map(|(table, rows)| {
        let known = &before[table];
        (table.clone(), rows.iter().filter(|row| !known.contains(row)).cloned().collect::<Vec<_>>())
    });
    fresh.filter(|(_, rows)| !rows.is_empty()).collect()
}

on_both!(without_a_name_nothing_that_is_kept_leads_back, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let member = phone.user(&app);
    // What was said with a name, before and after, must not frame it either.
    let named = json!({"unit_id": world.host, "text": "例会太长", "named": true});
    member.post("/me/opinions", named.clone()).await.is(201);
    app.advance(1234);
    let new = json!({"unit_id": world.committee, "text": "希望公开党费使用", "topic": "services", "named": false});
    let give = |user: &User<'_>, body: &Value| {
        user.request(reqwest::Method::POST, "/me/opinions").header("Idempotency-Key", "chance").json(body)
    };

    let before = everything(&app).await;
    let answer = member.send(give(&member, &new)).await.is(201).json;
    assert_eq!(answer, json!({"opinion": null}));
    let after = everything(&app).await;
    let fresh = added(&before, &after);
    let tables: Vec<&str> = fresh.keys().map(String::as_str).collect();
    assert_eq!(tables, ["audit_head", "audit_log", "opinions"], "nothing else is written: {fresh:?}");
    assert_eq!((fresh["audit_log"].len(), fresh["opinions"].len()), (1, 1));

    // Nothing of the giver: member, phone, card, stay and its units; and no instant, neither as a number nor within an id.
    let stay = member.get("/me").await.ok()["registration"].clone();
    let traces = [
        phone.member_id.clone(),
        phone.device_id.clone(),
        phone.card.to_lowercase(),
        text(&stay, "id"),
        text(&stay["home"], "id"),
        text(&stay["host"], "id"),
        "chance".into(),
        "chance".bytes().map(|byte| format!("{byte:02x}")).collect(),
        app.now().0.to_string(),
        format!("{:012x}", app.now().0),
    ];
    let written: Vec<&String> = fresh.values().flatten().collect();
    for trace in traces {
        let trace = trace.replace('-', "");
        assert!(written.iter().all(|row| !row.contains(&trace)), "{trace} in {written:?}");
    }
    let day = app.now().day().starts();
    assert!(fresh["audit_log"][0].contains(&day.0.to_string()) && fresh["audit_log"][0].contains("stranger"));
    assert!(fresh["opinions"][0].contains(&format!("{:012x}", day.0)), "its id is made for the day");

    // The same under the same key is taken once; somebody else's is their own.
    assert_eq!(member.send(give(&member, &new)).await.is(201).json, answer);
    assert_eq!(added(&after, &everything(&app).await), BTreeMap::new());
    let others = other.user(&app);
    let another = json!({"unit_id": world.committee, "text": "希望多到工地", "named": false});
    others.send(give(&others, &another)).await.is(201);
    assert_eq!(items(&world.committee_officer, "/opinions").await.len(), 3);

    // Officers read what was said and whom it is addressed to, no more.
    let seen = items(&world.committee_officer, &format!("/opinions?unit_id={}&here=true", world.committee)).await;
    assert_eq!(seen.len(), 2);
    let id = text(seen.iter().find(|one| one["topic"] == "services").expect("it is there"), "id");
    let seen = world.committee_officer.get(&format!("/opinions/{id}")).await.ok();
    assert_eq!(
        (&seen["text"], &seen["named"], &seen["member"], &seen["source"], &seen["state"]),
        (&json!("希望公开党费使用"), &json!(false), &json!(null), &json!("member"), &json!("collected"))
    );
    world.secretary.get(&format!("/opinions/{id}")).await.problem(404, "not_found");
    // The giver sees no more of it than that it was sent: not in the list, not in one's own data, not in the inbox.
    let mine = items(&member, "/me/opinions").await;
    assert_eq!((mine.len(), &mine[0]["text"]), (1, &json!("例会太长")));
    let data = member.get("/me/data").await.ok();
    assert_eq!(data["opinions"].as_array().map(Vec::len), Some(1));
    assert!(!data.to_string().contains(&id));
    world.committee_officer.post(&format!("/opinions/{id}/sort"), json!({"topic": "services"})).await.ok();
    let explained = json!({"disposition": "explained", "answer": "每季度公布"});
    world.committee_officer.post(&format!("/opinions/{id}/dispose"), explained).await.ok();
    assert!(items(&member, "/me/notices").await.iter().all(|notice| notice["subject"].is_null()));
    let named = json!({"named": true});
    let answer = world.committee_officer.post(&format!("/opinions/{id}/publish"), named).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/named"]);
});

on_both!(an_opinion_is_sorted_put_right_and_published, |app| {
    let world = World::build(&app).await;
    let (phone, other) = (world.member(1).await, world.member(2).await);
    let (member, others) = (phone.user(&app), other.user(&app));
    let units = items(&member, "/me/opinions/units").await;
    let names: Vec<&str> = units.iter().filter_map(|unit| unit["name"].as_str()).collect();
    assert_eq!(names, ["金山区第一支部", "第一党总支", "驻沪党委"], "the nearest first");

    let new = json!({"unit_id": world.host, "text": "张书记开会\n总是迟到", "named": true});
    let send = || {
        let request = member.request(reqwest::Method::POST, "/me/opinions").header("Idempotency-Key", "k");
        member.send(request.json(&new))
    };
    let given = send().await.is(201).json["opinion"].clone();
    assert_eq!((&given["state"], &given["due_on"]), (&json!("collected"), &json!(null)));
    assert_eq!(send().await.is(201).json["opinion"], given);
    let path = format!("/opinions/{}", text(&given, "id"));

    // Within seven days somebody deals with it.
    let tasks = items(&world.secretary, "/me/tasks?kind=sort_opinion").await;
    assert_eq!((tasks.len(), &tasks[0]["due_on"]), (1, &json!("2026-11-30")));
    let seen = world.secretary.get(&path).await.ok();
    assert_eq!((&seen["member"]["id"], &seen["actions"]), (&json!(phone.member_id), &json!(["sort"])));
    let looks = items(&member, "/me/access-log").await;
    assert!(looks.iter().any(|look| look["action"] == "opinion.view"), "{looks:?}");
    assert_eq!(world.supervisor.get(&path).await.ok()["actions"], json!([]));
    world.supervisor.post(&format!("{path}/sort"), json!({"topic": "style"})).await.problem(403, "not_allowed");
    world.other_secretary.get(&path).await.problem(404, "not_found");
    world.other_secretary.post(&format!("{path}/sort"), json!({"topic": "style"})).await.problem(404, "not_found");
    world.admin.get("/opinions").await.problem(403, "not_allowed");

    for (step, body) in [
        ("dispose", json!({"disposition": "at_once"})),
        ("note", json!({"text": "x"})),
        ("done", json!({"result": "x"})),
        ("publish", json!({})),
    ] {
        world.secretary.post(&format!("{path}/{step}"), body).await.problem(409, "wrong_state");
    }
    let sorted = world.secretary.post(&format!("{path}/sort"), json!({"topic": "style"})).await.ok();
    assert_eq!((&sorted["state"], &sorted["actions"]), (&json!("sorted"), &json!(["sort", "dispose"])));
    let bad = json!({"disposition": "by_date", "answer": "x"});
    let answer = world.secretary.post(&format!("{path}/dispose"), bad).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/answer", "/due_on"]);
    let by = json!({"disposition": "by_date", "due_on": "2026-12-10"});
    let in_hand = world.secretary.post(&format!("{path}/dispose"), by).await.ok();
    assert_eq!((&in_hand["state"], &in_hand["due_on"]), (&json!("in_hand"), &json!("2026-12-10")));
    assert_eq!(items(&world.secretary, "/me/tasks?kind=sort_opinion").await.len(), 0);
    assert_eq!(items(&world.secretary, "/me/tasks?kind=rectify_opinion").await[0]["due_on"], "2026-12-10");
    let noted = world.secretary.post(&format!("{path}/note"), json!({"text": "支委会已讨论"})).await.ok();
    assert_eq!(noted["notes"][0]["text"], "支委会已讨论");

    // Past its day it stands in the list of what is overdue.
    assert_eq!(items(&world.secretary, "/opinions?overdue=true").await.len(), 0);
    app.advance(18 * 86_400);
    let overdue = items(&world.committee_officer, "/opinions?overdue=true").await;
    assert_eq!((overdue.len(), &overdue[0]["overdue"]), (1, &json!(true)));
    let result = json!({"result": "会议准时开始", "on": "2026-12-12"});
    let answer = world.secretary.post(&format!("{path}/done"), result).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/on"]);
    let done = world.secretary.post(&format!("{path}/done"), json!({"result": "会议准时开始"})).await.ok();
    assert_eq!((&done["state"], &done["done_on"]), (&json!("done"), &json!("2026-12-11")));
    assert_eq!((&done["overdue"], &done["actions"]), (&json!(false), &json!(["publish"])));
    assert_eq!(items(&world.secretary, "/opinions?overdue=true").await.len(), 0);
    let mine = items(&member, "/me/opinions").await;
    assert_eq!((&mine[0]["outcome"], &mine[0]["text"]), (&json!("会议准时开始"), &json!("张书记开会\n总是迟到")));
    let told = items(&member, "/me/notices").await;
    assert!(told.iter().any(|notice| notice["kind"] == "opinion_done" && notice["subject"]["id"] == given["id"]));

    // Published to the units that it concerns, in words that give nobody away.
    let elsewhere = json!({"unit_ids": [world.other_host, world.committee, world.host]});
    let answer = world.secretary.post(&format!("{path}/publish"), elsewhere).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["/unit_ids/0", "/unit_ids/1"]);
    assert_eq!(items(&others, "/me/opinions?published=true").await.len(), 0);
    let words = json!({"text": "会议有时不准时"});
    let published = world.secretary.post(&format!("{path}/publish"), words).await.ok();
    assert_eq!((&published["state"], &published["actions"]), (&json!("published"), &json!([])));
    assert_eq!(published["published"]["units"][0]["id"], json!(world.host));
    let read = items(&others, "/me/opinions?published=true").await;
    assert_eq!(
        (&read[0]["text"], &read[0]["by"], &read[0]["outcome"], &read[0]["published_on"]),
        (&json!("会议有时不准时"), &json!(null), &json!("会议准时开始"), &json!("2026-12-11"))
    );
    assert!(items(&others, "/me/notices").await.iter().any(|notice| notice["kind"] == "opinion_published"));
    assert_eq!(items(&others, "/me/opinions").await.len(), 0, "it is not theirs");
    world.secretary.post(&format!("{path}/publish"), json!({})).await.problem(409, "wrong_state");
});

on_both!(officers_write_down_what_was_said_and_every_bad_field_is_named, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let member = phone.user(&app);
    let stranger = text(&world.registered_elsewhere(2).await, "member_id");
    for (body, bad) in [
        (json!({}), vec!["/source", "/text", "/unit_id"]),
        (
            json!({
                "unit_id": world.host, "source": "member", "text": "x", "named_member_id": stranger,
                "collected_on": "2026-11-24"
            }),
            vec!["/collected_on", "/named_member_id", "/source"],
        ),
        (
            json!({"unit_id": world.host, "source": "box", "text": "字".repeat(1001), "topic": "rain"}),
            vec!["/text", "/topic"],
        ),
    ] {
        let answer = world.secretary.post("/opinions", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    let mut new = json!({"unit_id": world.other_host, "source": "meeting", "text": "请多办培训"});
    world.secretary.post("/opinions", new.clone()).await.problem(404, "not_found");
    new["unit_id"] = json!(world.host);
    assert_eq!(world.secretary.post("/opinions", new.clone()).await.is(201).json["state"], "collected");
    new["topic"] = json!("study");
    new["named_member_id"] = json!(phone.member_id);
    let named = world.secretary.post("/opinions", new).await.is(201).json;
    assert_eq!((&named["state"], &named["member"]["id"]), (&json!("sorted"), &json!(phone.member_id)));
    assert_eq!(items(&member, "/me/opinions").await[0]["id"], named["id"], "it is theirs to follow");
    assert_eq!(items(&world.secretary, "/opinions?state=sorted").await[0]["member"], json!(null));

    for (body, bad) in [
        (json!({"text": " ", "named": "yes"}), vec!["/named", "/text", "/unit_id"]),
        (json!({"unit_id": world.other_host, "text": "x", "named": true}), vec!["/unit_id"]),
        (json!({"unit_id": world.other_host, "text": "x", "named": false}), vec!["/unit_id"]),
        (json!({"unit_id": world.home, "text": "x", "named": false}), vec!["/unit_id"]),
    ] {
        let answer = member.post("/me/opinions", body.clone()).await;
        assert_eq!(answer.problem(422, "invalid").bad_fields(), bad, "{body}");
    }
    // Whoever has left speaks to nobody's unit.
    let stay = text(&member.get("/me").await.ok()["registration"], "id");
    world.department_officer.post(&format!("/registrations/{stay}/return"), json!({"reason": "回乡"})).await.ok();
    let late = json!({"unit_id": world.host, "text": "x", "named": false});
    let answer = member.post("/me/opinions", late).await;
    assert!(matches!(answer.status.as_u16(), 401 | 409), "{}", answer.json);
});

on_both!(the_figures_are_the_lists, |app| {
    let world = World::build(&app).await;
    for (unit, day, done) in [
        (&world.committee, "2026-03-01", Some("2026-04-01")),
        (&world.committee, "2026-03-02", Some("2026-11-01")),
        (&world.committee, "2026-05-01", None),
        (&world.host, "2026-03-01", Some("2026-03-31")),
        (&world.other_host, "2026-03-31", Some("2026-04-01")),
        (&world.general_branch, "2026-02-28", Some("2026-03-01")),
    ] {
        let new = json!({"unit_id": unit, "source": "box", "text": "x", "topic": "other", "collected_on": day});
        let id = text(&world.committee_officer.post("/opinions", new).await.is(201).json, "id");
        if let Some(on) = done {
            let how = json!({"disposition": "explained", "answer": "y", "on": on});
            world.committee_officer.post(&format!("/opinions/{id}/dispose"), how).await.ok();
        }
    }
    for (unit, from, to) in [
        (&world.committee, "2026-01-01", "2026-12-31"),
        (&world.committee, "2026-03-01", "2026-03-31"),
        (&world.general_branch, "2026-02-01", "2026-03-31"),
        (&world.host, "2026-03-01", "2026-03-01"),
    ] {
        let count = async |part: &str, rectified: bool| {
            let query = format!("/opinions?unit_id={unit}&from={from}&to={to}&{part}=true&rectified={rectified}");
            items(&world.committee_officer, &query).await.len() as i64
        };
        let tally =
            async |part: &str| OpinionTally { collected: count(part, false).await, rectified: count(part, true).await };
        let expected = OpinionFigures { here: tally("here").await, below: tally("below").await };
        assert_eq!(figures(&app, unit, from, to).await, expected, "{unit} {from} {to}");
    }
    let march = figures(&app, &world.committee, "2026-03-01", "2026-03-31").await;
    assert_eq!(march.here, OpinionTally { collected: 2, rectified: 0 });
    assert_eq!(march.below, OpinionTally { collected: 2, rectified: 1 });
    // Page by page it is the same list.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.committee_officer.get(&format!("/opinions?limit=4{cursor}")).await.ok();
        seen.extend(page["items"].as_array().expect("items").iter().map(|one| text(one, "id")));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let whole: Vec<String> =
        items(&world.committee_officer, "/opinions").await.iter().map(|one| text(one, "id")).collect();
    assert_eq!((seen.len(), seen), (6, whole));
});
