//! The demo: the source's figures, made by the product's own rules, and a login for every role.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use guiyan::{
    access::audit::{self, Verdict},
    demo::{self, Filled},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{
        Phone, TestApp, User,
        report::{every_list_adds_up, figure, figures},
    },
};

async fn sign_in<'a>(app: &'a TestApp, filled: &Filled, username: &str) -> User<'a> {
    let login = filled.logins.iter().find(|login| login.username == username).expect("a login of that name");
    let body = json!({"username": login.username, "password": login.password});
    let token = app.stranger().post("/sessions", body).await.is(200).text("access_token");
    app.with_token(&token)
}

fn unit_of(filled: &Filled, username: &str) -> String {
    let login = filled.logins.iter().find(|login| login.username == username).expect("a login of that name");
    login.unit_id.expect("a unit").to_string()
}

async fn all(user: &User<'_>, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = user.get(&format!("{path}{joint}limit=200{cursor}")).await.ok();
        items.extend(page["items"].as_array().expect("a list").clone());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

fn number(of: &Value, key: &str) -> i64 {
    of[key].as_i64().unwrap_or_else(|| panic!("{key} in {of}"))
}

on_both!(the_figures_are_those_of_the_source, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    let committee = sign_in(&app, &filled, "committee").await;
    let overview = committee.get(&format!("/units/{}/overview", unit_of(&filled, "committee"))).await.ok();
    let counts = &overview["counts"];
    assert_eq!((number(counts, "members"), number(counts, "units")), (162, 28));
    assert_eq!(overview["children"].as_array().map(Vec::len), Some(3));
    assert_eq!(overview["by_host"].as_array().map(Vec::len), Some(25));
    assert!(number(counts, "active") > 145 && number(counts, "with_card") > 140, "{counts}");
    assert_eq!((number(counts, "pending_home"), number(counts, "pending_host")), (6, 4));
    assert_eq!(number(counts, "out_of_contact"), 1);
    assert!(number(counts, "please_call") >= 8 && number(counts, "review_due") > 0, "{counts}");
    let months = overview["activity"].as_array().expect("a series");
    assert!(months.iter().all(|month| number(month, "check_ins") > 0), "{months:?}");
    assert_eq!(overview["today"].as_array().map(Vec::len), Some(1));

    let units = all(&committee, "/units").await;
    let kind = |kind: &str| units.iter().filter(|unit| unit["kind"] == kind).collect::<Vec<_>>();
    assert_eq!((kind("committee").len(), kind("general_branch").len(), kind("department").len()), (1, 3, 17));
    let ended: Vec<_> = kind("department").into_iter().filter(|unit| !unit["valid_until"].is_null()).collect();
    assert_eq!(
        (ended.len(), &ended[0]["division_code"], &ended[0]["valid_until"]),
        (1, &json!("341400"), &json!("2011-08-22"))
    );
    let general: Vec<_> = kind("general_branch").into_iter().map(|unit| unit["id"].clone()).collect();
    assert_eq!(kind("branch").iter().filter(|unit| general.contains(&unit["parent_id"])).count(), 25);

    // Members come from all the cities that still are.
    let stays = all(&committee, "/registrations?status=pending_home,pending_host,active,out_of_contact").await;
    let mut homes: Vec<_> = stays.iter().filter_map(|stay| stay["home_department"]["name"].as_str()).collect();
    homes.sort_unstable();
    homes.dedup();
    assert_eq!((stays.len(), homes.len()), (162, 16));

    let Verdict::Whole(records) =
        audit::verify(&mut app.state.db.read().await.expect("a reader").conn()).await.expect("a walk")
    else {
        panic!("the audit chain is broken")
    };
    assert!(records > 1000, "{records}");
});

on_both!(the_report_states_the_figures_of_the_source, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    let committee = sign_in(&app, &filled, "committee").await;
    let report = committee.get(&format!("/units/{}/summary", unit_of(&filled, "committee"))).await.ok();
    for (key, value) in [
        ("committees", 1),
        ("general_branches", 3),
        ("branches", 25),
        ("members", 162),
        ("branches_unable", 3),
        ("members_unable", 38),
        ("lectures_and_reports", 42),
        ("study_sessions", 16),
        ("study_sessions_each", 16),
        ("talk_person_times", 712),
        ("talk_person_times_by_leaders", 29),
        ("opinions_collected_here", 19),
        ("opinions_rectified_here", 14),
        ("opinions_collected_below", 112),
        ("opinions_rectified_below", 83),
        ("cases_solved", 26),
        ("aid_money", 1_696_000),
        ("aid_in_kind", 372_000),
        ("elections_done", 5),
        ("elections_due", 20),
        ("elections_overdue", 0),
        ("bulletins_published", 32),
        ("recruits", 2),
        ("dual_posts", 6),
        ("contact_points", 9),
        ("problems_found", 5),
        ("problems_answered", 4),
        ("requests_sent", 10),
        ("requests_answered", 7),
        ("reports_sent", 8),
        ("reports_acknowledged", 7),
        ("commendations_nominated", 9),
        ("commendations_confirmed", 6),
        ("commendations_published", 5),
    ] {
        assert_eq!(figure(&report, key)["value"], json!(value), "{key}");
    }
    assert_eq!(figure(&report, "study_hours")["value"], json!(48.0));
    let of = |key: &str| figure(&report, key)["of"].clone();
    assert_eq!((of("branches_unable"), of("members_unable")), (json!(25), json!(162)));
    let reasons: Vec<_> = figure(&report, "members_unable")["parts"].as_array().expect("reasons").iter().collect();
    assert_eq!((reasons.len(), reasons.iter().map(|part| number(part, "value")).sum::<i64>()), (7, 38));
    // The rest elects until the end of October, the committee at the end of that year.
    let day = |key: &str| figure(&report, key)["day"].as_str().expect("a day").to_owned();
    let (october, december) = (day("elections_due"), day("own_election_due"));
    assert_eq!((&october[4..], &december[4..], &october[..4]), ("-10-31", "-12-31", &december[..4]));
    // Of each target some have reached it, and not all.
    let targets: Vec<_> = figures(&report).filter(|figure| figure["key"] == "plan_target").collect();
    assert_eq!(targets.len(), 13);
    assert!(targets.iter().filter(|target| number(target, "value") > 0).count() >= 9, "{targets:?}");
    assert!(targets.iter().all(|target| number(target, "of") > 0), "{targets:?}");
    every_list_adds_up(&committee, &report).await;
});

on_both!(whoever_signs_in_finds_their_own_work, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    for (login, paths) in [
        ("secretary", vec!["/me/tasks", "/documents", "/opinions", "/submissions", "/visits", "/censuses", "/plans"]),
        ("committee", vec!["/me/tasks", "/submissions", "/commendations", "/elections", "/censuses", "/visits"]),
        ("department", vec!["/me/tasks", "/plans", "/bulletins", "/supervision-groups"]),
        ("supervisor", vec!["/supervision-groups", "/visits", "/plans", "/bulletins"]),
        ("liaison", vec!["/supervision-groups", "/bulletins", "/plans"]),
    ] {
        let user = sign_in(&app, &filled, login).await;
        for path in paths {
            let items = user.get(path).await.ok()["items"].as_array().cloned().expect("a list");
            assert!(!items.is_empty(), "{login} finds nothing at {path}");
        }
    }
    let code = filled.member_activation.split_once("/a#").expect("an activation link").1;
    let phone = Phone::new().activate(&app, code).await;
    let member = phone.user(&app);
    let items = async |path: &str| {
        let found = member.get(path).await.ok();
        found["items"].as_array().cloned().unwrap_or_else(|| panic!("a list at {path}: {found}"))
    };
    for path in ["/me/plans", "/me/documents", "/me/talks", "/me/bulletins", "/me/opinions"] {
        assert!(!items(path).await.is_empty(), "the member finds nothing at {path}");
    }
    let documents = items("/me/documents").await;
    let with = |state: &str| documents.iter().filter(|document| document["state"] == state).count();
    assert_eq!((with("accepted"), with("returned")), (2, 1));
    assert!(items("/me/opinions").await.iter().any(|opinion| !opinion["outcome"].is_null()));
});

on_both!(every_login_works_and_finds_its_work, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    let mut roles: Vec<_> = filled.logins.iter().map(|login| login.role.word()).collect();
    roles.sort_unstable();
    roles.dedup();
    assert_eq!(roles.len(), 6, "a login for each role: {roles:?}");
    for login in &filled.logins {
        let me = sign_in(&app, &filled, &login.username).await.get("/me").await.ok();
        let assignment = &me["account"]["assignments"][0];
        assert_eq!((&assignment["role"], &assignment["unit_id"]), (&json!(login.role), &json!(login.unit_id)));
        if let Some(unit) = &login.unit_id {
            assert_eq!((&assignment["unit"]["id"], &assignment["unit"]["name"]), (&json!(unit), &json!(login.unit)));
        }
    }
    let department = sign_in(&app, &filled, "department").await;
    let overview = department.get(&format!("/units/{}/overview", unit_of(&filled, "department"))).await.ok();
    assert!(number(&overview["waiting"], "confirmations") >= 2, "{}", overview["waiting"]);
    let secretary = sign_in(&app, &filled, "secretary").await;
    let overview = secretary.get(&format!("/units/{}/overview", unit_of(&filled, "secretary"))).await.ok();
    assert!(number(&overview["waiting"], "acceptances") >= 1, "{}", overview["waiting"]);
    assert_eq!(
        (&overview["today"][0]["id"], &overview["today"][0]["state"]),
        (&json!(filled.event_id), &json!("open"))
    );
    // Weeks of past events, of several kinds, with presence, leave and absence.
    let events = all(&secretary, "/events?state=closed").await;
    let mut kinds: Vec<_> = events.iter().filter_map(|event| event["kind"].as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(events.len() >= 8 && kinds.len() >= 5, "{} events, {kinds:?}", events.len());
    let sum = |key| events.iter().map(|event| number(&event["counts"], key)).sum::<i64>();
    assert!(sum("present") > 30 && sum("on_leave") > 0 && sum("absent") > 0);
    // An officer of another city sees none of the pilot's members.
    let card = overview_member(&secretary).await;
    let hefei = sign_in(&app, &filled, "hefei").await;
    hefei.post("/status-checks", json!({"card_number": card, "purpose": "好奇"})).await.problem(404, "not_found");
});

/// The card number of a member from the pilot city at the branch of the story.
async fn overview_member(secretary: &User<'_>) -> Value {
    let stays = all(secretary, "/registrations?status=active").await;
    let of_pilot = |stay: &&Value| stay["home_department"]["name"] == "黄山市委组织部" && !stay["card"].is_null();
    stays.iter().find(of_pilot).expect("a member with a card")["card"]["number"].clone()
}

on_both!(the_storys_member_checks_in_and_reads_who_looked, |app| {
    let filled = demo::fill(&app.state).await.expect("the demo is filled");
    let code = filled.member_activation.split_once("/a#").expect("an activation link").1;
    let phone = Phone::new().activate(&app, code).await;
    let member = phone.user(&app);
    let me = member.get("/me").await.ok();
    assert_eq!((&me["member"]["name"], &me["registration"]["status"]), (&json!(filled.member), &json!("active")));
    let log = all(&member, "/me/access-log").await;
    let check = log.iter().find(|look| look["action"] == "status_check").expect("a look with a purpose");
    assert_eq!((&check["by_role"], &check["unit"]["name"]), (&json!("department_officer"), &json!("黄山市委组织部")));
    assert!(check["purpose"].is_string(), "{check}");

    let secretary = sign_in(&app, &filled, "secretary").await;
    let shown = secretary.get(&format!("/events/{}/code", filled.event_id)).await.ok();
    let url = shown["url"].as_str().expect("a code");
    let item = json!({
        "id": "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b", "event_id": filled.event_id, "occurred_at": app.now(),
        "method": "event_code", "code": url
    });
    let answer = member.post("/check-ins", json!({"items": [item]})).await.ok();
    assert_eq!(answer["items"][0]["verdict"], "accepted", "{answer}");
});

/// A running `guiyan demo`.
struct Running(Child);

impl Running {
    fn ends_and_leaves_nothing_in(&mut self, folder: &Path) {
        assert_eq!(left_in(folder), 1);
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        assert_eq!(self.0.wait().expect("it ends").code(), Some(0));
        assert_eq!(left_in(folder), 0, "the data set goes with the demo");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guiyan"));
    command.arg("demo").args(args).env("TMPDIR", folder).env("GUIYAN_LOG", "warn").stdin(Stdio::null());
    command
}

fn run(args: &[&str], folder: &Path) -> Output {
    command(args, folder).output().expect("the program runs")
}

fn left_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a folder").count()
}

#[test]
fn the_first_line_tells_scripts_all_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(&["--json", "--listen", "127.0.0.1:0"], folder.path());
    let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    assert!(told["url"].as_str().is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{told}");
    assert!(told["event_id"].is_string() && told["member_activation"].as_str().is_some_and(|url| url.contains("/a#")));
    for login in told["logins"].as_array().expect("logins") {
        assert!(login["role"].is_string() && login["username"].is_string() && login["password"].is_string(), "{login}");
        assert!(login["unit_id"].is_string() || login["role"] == "administrator", "{login}");
    }
    running.ends_and_leaves_nothing_in(folder.path());
}

#[test]
fn a_demo_that_is_ended_while_it_fills_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(&["--listen", "127.0.0.1:0"], folder.path());
    let mut running = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
    while left_in(folder.path()) == 0 {
        std::thread::yield_now();
    }
    running.ends_and_leaves_nothing_in(folder.path());
}

#[test]
fn it_refuses_what_holds_anything_and_a_port_that_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    std::fs::write(data.join("guiyan.db"), b"not even a database").expect("a file");
    let refused = run(&["--listen", "127.0.0.1:0", "--data-dir", data.to_str().expect("UTF-8")], folder.path());
    assert_eq!(refused.status.code(), Some(1), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(std::fs::read(data.join("guiyan.db")).expect("still there"), b"not even a database");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let refused = run(&["--listen", &address], folder.path());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && said.contains(&address) && refused.stdout.is_empty(), "{said}");
}
