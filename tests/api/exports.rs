//! Spreadsheets: what is in them, who gets them, and that those who are in them read of it.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader as _, Xlsx};
use guiyan::{
    access::audit::{self, Verdict},
    demo::{self, Filled},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Answer, Person, TestApp, User, World},
};

/// A workbook as its reader sees it: the rows of each sheet, without the lines of title.
struct Workbook {
    sheets: Vec<(String, Vec<String>, Vec<Vec<Data>>)>,
}

impl Workbook {
    #[track_caller]
    fn read(answer: Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.json);
        assert_eq!(answer.headers["content-type"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        assert_eq!(answer.headers["cache-control"], "no-store");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).expect("a workbook");
        let sheets = book.sheet_names().into_iter().map(|name| {
            let formulas = book.worksheet_formula(&name).expect("its formulas");
            assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{name} has a formula");
            let range = book.worksheet_range(&name).expect("its cells");
            let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
            // The header is the first row that is full.
            let header = rows.iter().position(|row| row.iter().all(|cell| *cell != Data::Empty)).expect("a header");
            let titles = rows[..header].iter().map(|row| row[0].to_string()).collect();
            (name, titles, rows[header..].to_vec())
        });
        let sheets = sheets.collect();
        Self { sheets }
    }

    #[track_caller]
    fn sheet(&self, name: &str) -> &[Vec<Data>] {
        &self.sheets.iter().find(|(sheet, _, _)| sheet == name).unwrap_or_else(|| panic!("no sheet {name}")).2
    }

    /// The column under a header.
    #[track_caller]
    fn column(&self, sheet: &str, header: &str) -> Vec<Data> {
        let rows = self.sheet(sheet);
        let place = rows[0].iter().position(|cell| *cell == *header);
        let place = place.unwrap_or_else(|| panic!("no column {header} in {:?}", rows[0]));
        rows[1..].iter().map(|row| row[place].clone()).collect()
    }

    #[track_caller]
    fn texts(&self, sheet: &str, header: &str) -> Vec<String> {
        self.column(sheet, header).iter().map(ToString::to_string).collect()
    }

    /// The lines of a table of counts under `(counted by, category)`, each with its numbers.
    fn counts(&self, sheet: &str) -> BTreeMap<(String, String), Vec<i64>> {
        let rows = &self.sheet(sheet)[1..];
        let number = |cell: &Data| match cell {
            #[expect(clippy::cast_possible_truncation, reason = "counts")]
            Data::Float(n) => *n as i64,
            other => panic!("a number, not {other:?}"),
        };
        rows.iter()
            .map(|row| ((row[0].to_string(), row[1].to_string()), row[2..].iter().map(number).collect()))
            .collect()
    }

    fn everything(&self) -> String {
        self.sheets.iter().map(|(name, titles, rows)| format!("{name} {titles:?} {rows:?}")).collect()
    }
}

fn path(unit: &str, query: &str) -> String {
    format!("/units/{unit}/export.xlsx?purpose=%E5%B9%B4%E7%BB%88%E7%BB%9F%E8%AE%A1&{query}")
}

async fn sign_in<'a>(app: &'a TestApp, filled: &Filled, username: &str) -> (User<'a>, String) {
    let login = filled.logins.iter().find(|login| login.username == username).expect("a login of that name");
    let body = json!({"username": login.username, "password": login.password});
    let token = app.stranger().post("/sessions", body).await.is(200).text("access_token");
    (app.with_token(&token), login.unit_id.expect("a unit").to_string())
}

async fn all(user: &User<'_>, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = user.get(&format!("{path}&limit=200{cursor}")).await.ok();
        items.extend(page["items"].as_array().expect("a list").clone());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

const OPEN: &str = "/registrations?status=pending_home,pending_host,active,out_of_contact";

/// What a line of the summary counts by, and in which of its categories a stay falls.
type Respect = (&'static str, fn(&Value) -> String);

/// Counts stays as the columns of the summary do, from what the API lists.
fn counted(stays: &[&Value]) -> Vec<i64> {
    let count = |holds: &dyn Fn(&Value) -> bool| i64::try_from(stays.iter().filter(|s| holds(s)).count()).unwrap();
    vec![
        count(&|_| true),
        count(&|s| s["status"] == "active"),
        count(&|s| s["status"] == "pending_home" || s["status"] == "pending_host"),
        count(&|s| s["status"] == "out_of_contact"),
        count(&|s| matches!(s["card"]["status"].as_str(), Some("active" | "suspended"))),
        count(&|s| !matches!(s["card"]["status"].as_str(), Some("active" | "suspended"))),
        count(&|s| s["member"]["membership"] == "full"),
        count(&|s| s["member"]["membership"] == "probationary"),
    ]
}

on_both!(the_year_end_table_says_what_the_api_counts, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    for who in ["committee", "department", "secretary"] {
        let (officer, unit) = sign_in(&app, &filled, who).await;
        let book = Workbook::read(officer.get(&path(&unit, "report=floating_members")).await);
        let stays = all(&officer, OPEN).await;
        let table = book.counts("统计表");
        let line = |by: &str, category: &str| table.get(&(by.to_owned(), category.to_owned())).cloned();
        let everyone = counted(&stays.iter().collect::<Vec<_>>());
        assert_eq!(line("合计", "").as_ref(), Some(&everyone), "{who}");
        // The same figure as on the first screen.
        let overview = officer.get(&format!("/units/{unit}/overview")).await.ok();
        let figure = |key: &str| overview["counts"][key].as_i64().unwrap();
        assert_eq!(everyone[..2], [figure("members"), figure("active")], "{who}");
        assert_eq!((everyone[3], everyone[4]), (figure("out_of_contact"), figure("with_card")), "{who}");

        let respects: [Respect; 5] = [
            ("流出地", |s| s["home_department"]["name"].as_str().unwrap().into()),
            ("流入地党组织", |s| s["host"]["name"].as_str().unwrap().into()),
            ("党员类别", |s| {
                if s["member"]["membership"] == "full" { "正式党员".into() } else { "预备党员".into() }
            }),
            ("持证情况", |s| match s["card"]["status"].as_str() {
                Some("active" | "suspended") => "持流动党员活动证".into(),
                _ => "未持证".into(),
            }),
            ("流动原因", |s| {
                let said = [
                    ("employment", "务工就业"),
                    ("business", "经商"),
                    ("study", "学习"),
                    ("family", "随家人居住"),
                    ("retirement", "退休居住"),
                    ("restructured", "单位改制"),
                    ("bankrupt", "单位破产"),
                    ("dissolved", "单位撤销"),
                    ("laid_off", "下岗"),
                    ("other", "其他"),
                ];
                said.iter().find(|(word, _)| s["flow_reason"] == *word).unwrap().1.into()
            }),
        ];
        for (by, of) in respects {
            let mut groups: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
            for stay in &stays {
                groups.entry(of(stay)).or_default().push(stay);
            }
            for (category, group) in &groups {
                assert_eq!(line(by, category), Some(counted(group)), "{who}: {by} {category}");
            }
            let lines: Vec<_> = table.iter().filter(|((b, c), _)| b == by && c != "小计").collect();
            let in_use = lines.iter().filter(|(_, numbers)| numbers[0] > 0).count();
            assert_eq!(in_use, groups.len(), "{who}: {by}");
        }
        // Every respect adds up to the same, destinations and states too.
        let mut sums: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for ((by, _), numbers) in table.iter().filter(|((_, category), _)| category != "小计") {
            let sum = sums.entry(by).or_insert_with(|| vec![0; 8]);
            sum.iter_mut().zip(numbers).for_each(|(sum, n)| *sum += n);
        }
        assert_eq!(sums.len(), 8);
        assert!(sums.values().all(|sum| *sum == everyone), "{who}: {sums:?}");
        let subtotals: Vec<_> = table.iter().filter(|((_, category), _)| category == "小计").collect();
        assert_eq!(subtotals.len(), 7);
        assert!(subtotals.iter().all(|(_, numbers)| **numbers == everyone));

        // The list holds the same members, in the order of hosts (a department's own first), never of a count.
        let names = |list: Vec<String>| {
            let mut list = list;
            list.sort();
            list
        };
        let listed = names(stays.iter().map(|s| s["member"]["name"].as_str().unwrap().to_owned()).collect());
        assert_eq!(names(book.texts("名单", "姓名")), listed);
        let places = book.texts("名单", "流入地党组织");
        assert!(places.is_sorted(), "{places:?}");
        assert!(book.column("名单", "流动起始").iter().all(|day| matches!(day, Data::DateTime(_))));
    }
});

on_both!(a_table_as_of_a_day_shows_that_day, |app| {
    let world = World::build(&app).await;
    let stay = world.registered(1).await;
    world.card(&stay).await;
    world.registered(2).await;
    let then = app.now().day();
    app.advance(40 * 86_400);
    let id = stay["id"].as_str().unwrap();
    world.department_officer.post(&format!("/registrations/{id}/return"), json!({"reason": "回乡"})).await.ok();
    world.registered(3).await;
    world.filed(4).await;

    let table = async |query: &str| {
        let unit = &world.department;
        let answer = world.department_officer.get(&path(unit, &format!("report=floating_members{query}"))).await;
        let book = Workbook::read(answer);
        let total = book.counts("统计表")[&("合计".to_owned(), String::new())].clone();
        (total, book.texts("名单", "姓名"), book.texts("名单", "证号"))
    };
    // members, registered, pending, out of contact, with a card, without, full, probationary
    let (total, names, cards) = table(&format!("&to={then}")).await;
    assert_eq!(total, [2, 2, 0, 0, 1, 1, 2, 0]);
    assert_eq!(names, ["李芳", "王建国"], "by pinyin");
    assert_eq!(cards.iter().filter(|number| !number.is_empty()).count(), 1, "the card was good then");
    let (total, names, _) = table("").await;
    assert_eq!(total, [3, 2, 1, 0, 0, 3, 3, 0]);
    assert_eq!(names, ["陈静", "李芳", "刘洋"]);
    let before = then.plus_days(-1);
    let (total, names, _) = table(&format!("&to={before}")).await;
    assert_eq!((total[0], names.len()), (0, 0), "nobody was registered yet");
});

on_both!(the_list_of_members_tells_what_a_desk_needs_and_no_more, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    world.registered(2).await;
    world.registered_elsewhere(3).await;
    let event = world.event().await;
    let item = json!({"id": uuid::Uuid::new_v4(), "event_id": event["id"], "occurred_at": app.now(), "method": "manual",
                      "member_id": phone.member_id, "note": "忘带手机"});
    world.secretary.post("/check-ins", json!({"items": [item]})).await.ok();

    let answer = world.department_officer.get(&path(&world.department, "report=department_list")).await;
    let name = answer.headers["content-disposition"].to_str().unwrap().to_owned();
    let today = app.now().day();
    assert!(
        name.starts_with(&format!("attachment; filename=\"department_list-{today}.xlsx\"; filename*=UTF-8''%E6%B5%81"))
    );
    let book = Workbook::read(answer);
    assert_eq!(book.texts("名单", "姓名"), ["李芳", "王建国"]);
    let (of, people) = (|header: &str| book.texts("名单", header), [Person::nth(2), Person::nth(1)]);
    let masked = |person: &Person| format!("{}***********{}", &person.id_number[..3], &person.id_number[14..]);
    assert_eq!(of("公民身份号码"), people.clone().map(|person| masked(&person)));
    assert_eq!(of("手机号码"), people.map(|person| person.phone));
    assert_eq!(of("登记状态"), ["在册", "在册"]);
    assert_eq!(of("证号"), [String::new(), phone.card.clone()]);
    assert_eq!(of("证件状态"), ["", "有效"]);
    assert_eq!(of("流入地联系人"), ["联系人", "联系人"]);
    let last = &book.column("名单", "最近组织生活")[1];
    assert!(matches!(last, Data::DateTime(at) if at.as_f64() > 46_000.0), "{last:?}");
    assert!(!book.everything().contains(&Person::nth(1).id_number), "no whole ID number");

    // In English by the same rules, with the same words as the pages.
    let english = Workbook::read(world.secretary.get(&path(&world.host, "report=department_list&lang=en")).await);
    assert_eq!(english.texts("List", "State"), ["Registered", "Registered"]);
    assert!(english.sheets[0].1[1].starts_with("Unit: 金山区第一支部    As of: "), "{:?}", english.sheets[0].1);
});

on_both!(a_sign_in_sheet_has_everyone_and_no_reasons, |app| {
    let world = World::build(&app).await;
    let phone = world.member(1).await;
    let away = world.member(2).await;
    world.registered(3).await;
    let guest = world.registered_elsewhere(4).await["member_id"].as_str().unwrap().to_owned();
    let now = app.now();
    let event = world.secretary.post("/events", json!({
        "unit_id": world.host, "kind": "lecture", "title": "=HYPERLINK(\"http://example.invalid\",\"点我\")", "place": "@SUM(A1)",
        "starts_at": now.plus_seconds(-600), "ends_at": now.plus_seconds(6600), "hours": 1.5, "audience": "open",
    })).await.ok()["id"].as_str().unwrap().to_owned();
    for member in [&phone.member_id, &guest] {
        let item = json!({"id": uuid::Uuid::new_v4(), "event_id": event, "occurred_at": app.now(), "method": "manual",
                          "member_id": member, "note": "忘带手机"});
        world.secretary.post("/check-ins", json!({"items": [item]})).await.ok();
    }
    away.user(&app).post(&format!("/events/{event}/leave"), json!({"reason": "老家有急事"})).await.is(201);

    for officer in [&world.secretary, &world.committee_officer, &world.supervisor] {
        let unit = if std::ptr::eq(officer, &world.secretary) { &world.host } else { &world.committee };
        let query = format!("report=event&event_id={event}");
        let book = Workbook::read(officer.get(&path(unit, &query)).await);
        let of = |header: &str| book.texts("活动签到表", header);
        assert_eq!(of("姓名"), ["李芳", "刘洋", "王建国", "陈静"], "by unit and name, visitors last");
        assert_eq!(of("出席情况"), ["请假", "应到", "已签到", "已签到"]);
        assert_eq!(of("签到方式"), ["本人请假", "", "人工登记", "人工登记"]);
        assert_eq!(of("备注"), ["", "", "", "来宾"]);
        assert!(matches!(book.column("活动签到表", "签到时间")[2], Data::DateTime(_)));
        let text = book.everything();
        assert!(!text.contains("老家") && !text.contains("忘带手机"), "reasons are private: {text}");
        assert!(text.contains("应到：3 · 实到：2 · 其中来宾：1 · 请假：1"), "{text}");
        assert!(text.contains("=HYPERLINK(\\\"http"), "a title is a text: {text}");
    }
    // An event of someone else, or of nobody, is not there; a department has no events.
    let query = format!("report=event&event_id={event}");
    world.other_secretary.get(&path(&world.other_host, &query)).await.problem(404, "not_found");
    world.committee_officer.get(&path(&world.other_host, &query)).await.problem(404, "not_found");
    world.department_officer.get(&path(&world.department, &query)).await.problem(403, "not_allowed");
});

on_both!(attendance_of_a_period_agrees_with_the_records, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    let (secretary, unit) = sign_in(&app, &filled, "secretary").await;
    let today = app.now().day();
    let from = today.first_of_year();
    let book = Workbook::read(secretary.get(&path(&unit, &format!("report=attendance&from={from}"))).await);
    let number = |cell: &Data| match cell {
        Data::Float(n) => *n,
        other => panic!("a number, not {other:?}"),
    };
    // By event: what the list of events says.
    let since = from.starts();
    let mut events = all(&secretary, &format!("/events?from={since}&to={}", app.now())).await;
    events.retain(|event| event["state"] != "cancelled");
    events.sort_by_key(|event| (event["starts_at"].as_str().unwrap().to_owned(), event["id"].to_string()));
    assert!(events.len() >= 8);
    let titles: Vec<_> = events.iter().map(|event| event["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(book.texts("按活动", "活动"), titles);
    for (header, key) in [("应到", "expected"), ("实到", "present"), ("请假", "on_leave"), ("缺席", "absent")] {
        let said: Vec<f64> = book.column("按活动", header).iter().map(number).collect();
        let counted: Vec<f64> = events.iter().map(|event| event["counts"][key].as_f64().unwrap()).collect();
        assert_eq!(said, counted, "{header}");
    }
    // By member: what each one's own attendance says, over the events of this branch.
    let mut expected: BTreeMap<String, (f64, f64, f64, f64)> = BTreeMap::new();
    for event in &events {
        let list = secretary.get(&format!("/events/{}/attendance", event["id"].as_str().unwrap())).await.ok();
        for item in list["items"].as_array().unwrap() {
            let line = expected.entry(item["member"]["name"].as_str().unwrap().to_owned()).or_default();
            let of = |outcome: &str| f64::from(u8::from(item["outcome"] == outcome));
            line.0 += f64::from(u8::from(item["visitor"] == false));
            line.1 += of("present");
            line.2 += of("expected");
            let counts = item["outcome"] == "present" || item["outcome"] == "made_up";
            line.3 += if counts { event["hours"].as_f64().unwrap() } else { 0.0 };
        }
    }
    let names = book.texts("按党员", "姓名");
    let columns = ["应到", "实到", "无记录", "学时"].map(|header| book.column("按党员", header));
    let said: BTreeMap<_, _> = names
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let at = |column: usize| number(&columns[column][n]);
            (name.clone(), (at(0), at(1), at(2), at(3)))
        })
        .collect();
    assert_eq!(said.len(), names.len(), "the demo's names at this branch differ");
    assert_eq!(said, expected);
    let units = book.texts("按党员", "流入地党组织");
    assert!(units.is_sorted(), "by unit and name, never by how often: {units:?}");

    // A department reads its own members, wherever they were; the events are not its own.
    let (department, unit) = sign_in(&app, &filled, "department").await;
    let book = Workbook::read(department.get(&path(&unit, "report=attendance")).await);
    assert_eq!(book.sheets.len(), 1);
    let stays = all(&department, &format!("{OPEN},returned,transferred")).await;
    let ours: Vec<_> = stays.iter().map(|stay| stay["member"]["name"].as_str().unwrap()).collect();
    let names = book.texts("按党员", "姓名");
    assert!(names.len() > 3 && names.iter().all(|name| ours.contains(&name.as_str())), "{names:?}");
    let one = stays.iter().find(|stay| stay["member"]["name"] == names[0].as_str()).unwrap();
    let record =
        department.get(&format!("/members/{}/attendance?limit=200", one["member_id"].as_str().unwrap())).await.ok();
    assert_eq!(number(&book.column("按党员", "学时")[0]), record["totals"]["hours"].as_f64().unwrap(), "{}", names[0]);
});

on_both!(an_export_states_its_purpose_and_names_every_bad_field, |app| {
    let world = World::build(&app).await;
    let get = async |query: &str| {
        world.department_officer.get(&format!("/units/{}/export.xlsx{query}", world.department)).await
    };
    assert_eq!(get("").await.problem(422, "invalid").bad_fields(), ["?purpose", "?report"]);
    for (query, fields) in [
        ("?report=department_list", vec!["?purpose"]),
        ("?report=department_list&purpose=x", vec!["?purpose"]),
        ("?report=everything&purpose=&lang=fr", vec!["?lang", "?purpose", "?report"]),
        ("?report=department_list&purpose=ab&from=2026-01-01", vec!["?from"]),
        (
            "?report=department_list&purpose=ab&to=2026-01-01&event_id=0193a5e4-0000-7000-8000-000000000000",
            vec!["?event_id", "?to"],
        ),
        ("?report=floating_members&purpose=ab&to=2199-12-31", vec!["?to"]),
        ("?report=floating_members&purpose=ab&from=2026-01-01", vec!["?from"]),
        ("?report=attendance&purpose=ab&from=2026-02-01&to=2026-01-01", vec!["?from"]),
        ("?report=attendance&purpose=ab&from=2020-02-01", vec!["?from"]),
        ("?report=attendance&purpose=ab&from=2026-02-30&to=soon", vec!["?from", "?to"]),
    ] {
        assert_eq!(get(query).await.problem(422, "invalid").bad_fields(), fields, "{query}");
    }
    let event = "?report=event&purpose=ab";
    let answer = world.secretary.get(&format!("/units/{}/export.xlsx{event}", world.host)).await;
    assert_eq!(answer.problem(422, "invalid").bad_fields(), ["?event_id"]);
    get("?report=department_list&purpose=%00%00").await.problem(400, "malformed_request");
});

on_both!(whoever_is_in_an_export_reads_of_it_and_nobody_else, |app| {
    let world = World::build(&app).await;
    let (first, second) = (world.member(1).await, world.member(2).await);
    let other = world.registered_elsewhere(3).await;
    let card =
        world.other_secretary.post(&format!("/registrations/{}/cards", other["id"].as_str().unwrap()), json!({})).await;
    let code = card.ok()["activation"]["code"].as_str().unwrap().to_owned();
    let other = crate::support::Phone::new().activate(&app, &code).await;
    let records =
        async || match audit::verify(&mut app.state.db.read().await.expect("a reader").conn()).await.expect("a walk") {
            Verdict::Whole(records) => records,
            broken => panic!("{broken:?}"),
        };
    let before = records().await;
    app.advance(60);
    world.liaison_officer.get(&path(&world.liaison_office, "report=department_list")).await.is(200);
    app.advance(60);
    world.department_officer.get(&path(&world.department, "report=floating_members")).await.is(200);
    assert_eq!(records().await, before + 2, "one record an export, not one a member");

    for phone in [&first, &second] {
        let log = phone.user(&app).get("/me/access-log").await.ok();
        let exports: Vec<_> = log["items"].as_array().unwrap().iter().take(2).collect();
        assert_eq!(exports[0]["action"], "export.floating_members");
        assert_eq!(exports[0]["by_role"], "department_officer");
        assert_eq!(exports[0]["purpose"], "年终统计");
        assert_eq!(exports[0]["at"], json!(app.now()));
        assert_eq!(
            (&exports[1]["action"], &exports[1]["by_role"]),
            (&json!("export.department_list"), &json!("liaison_officer"))
        );
        assert_eq!(exports[1]["unit"]["id"], json!(world.liaison_office));
        // Page by page it is the same log.
        let page = phone.user(&app).get("/me/access-log?limit=1").await.ok();
        assert_eq!(page["items"][0], *exports[0]);
        let cursor = page["next_cursor"].as_str().expect("there is more");
        let page = phone.user(&app).get(&format!("/me/access-log?limit=1&cursor={cursor}")).await.ok();
        assert_eq!(page["items"][0], *exports[1]);
    }
    let log = other.user(&app).get("/me/access-log").await.ok();
    assert!(!log.to_string().contains("export."), "{log}");
    // What was refused was no export.
    world
        .other_department_officer
        .get(&path(&world.department, "report=department_list"))
        .await
        .problem(404, "not_found");
    world.department_officer.get(&path(&world.department, "report=nothing")).await.problem(422, "invalid");
    assert_eq!(records().await, before + 2);
});

on_both!(an_export_reaches_as_far_as_the_list_that_it_is_like, |app| {
    let world = World::build(&app).await;
    world.registered(1).await;
    world.registered_elsewhere(2).await;
    let mut third = world.filing(&Person::nth(3));
    third["home_unit_id"] = json!(world.other_home);
    let third = world.secretary.post("/registrations", third).await.ok();
    let id = third["id"].as_str().unwrap();
    world.other_department_officer.post(&format!("/registrations/{id}/confirm"), json!({})).await.ok();

    let names = async |officer: &User<'_>, unit: &str| {
        Workbook::read(officer.get(&path(unit, "report=department_list")).await).texts("名单", "姓名")
    };
    assert_eq!(names(&world.department_officer, &world.department).await, ["王建国"]);
    assert_eq!(names(&world.department_officer, &world.home).await, ["王建国"], "a unit below");
    assert_eq!(names(&world.liaison_officer, &world.liaison_office).await, ["王建国"], "for its department");
    assert_eq!(names(&world.other_department_officer, &world.other_department).await, ["刘洋", "李芳"]);
    assert_eq!(names(&world.secretary, &world.host).await, ["刘洋", "王建国"]);
    assert_eq!(names(&world.home_secretary, &world.home).await, ["王建国"]);
    assert_eq!(names(&world.committee_officer, &world.general_branch).await, ["刘洋", "王建国", "李芳"]);
    assert_eq!(names(&world.supervisor, &world.committee).await, ["刘洋", "王建国", "李芳"]);
    for (officer, unit) in [
        (&world.secretary, &world.other_host),
        (&world.secretary, &world.committee),
        (&world.department_officer, &world.host),
        (&world.department_officer, &world.other_department),
        (&world.liaison_officer, &world.committee),
    ] {
        officer.get(&path(unit, "report=department_list")).await.problem(404, "not_found");
    }
    let nowhere = "0193a5e4-0000-7000-8000-000000000000";
    world.secretary.get(&path(nowhere, "report=department_list")).await.problem(404, "not_found");
    world.admin.get(&path(&world.department, "report=department_list")).await.problem(403, "not_allowed");
});
