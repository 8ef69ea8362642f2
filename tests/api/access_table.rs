//! THE table role × operation against what the server does: every row × every role × {own scope, other scope, none}, the
//! member concerned, another member, and a stranger. What is expected follows from the row alone.

mod work;

use std::collections::{BTreeMap, BTreeSet};

use guiyan::access::{Access, Operation, Role, Row, Side, TABLE};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::{
    on_both,
    support::{Answer, Person, Phone, TestApp, User},
};

/// `GetMyCredential` → `get_my_credential`.
fn snake_case(operation: Operation) -> String {
    let mut name = String::new();
    for c in format!("{operation:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    name
}

#[test]
fn every_route_has_its_row_and_every_row_its_route() {
    let document = serde_json::to_value(guiyan::openapi::document()).expect("JSON");
    let mut documented = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let path = path.strip_prefix("/api/v1").expect("below /api/v1").to_owned();
            let id = operation["operationId"].as_str().expect("an operationId").to_owned();
            documented.insert((path, method.to_uppercase()), id);
        }
    }
    let table: BTreeMap<_, _> =
        TABLE.iter().map(|row| ((row.path.to_owned(), row.method.to_owned()), snake_case(row.operation))).collect();
    assert_eq!(documented, table);
    assert_eq!(TABLE.len(), table.len(), "no path and method stand twice");
    let operations: BTreeSet<_> = table.values().collect();
    assert_eq!(operations.len(), table.len(), "no operation stands twice");
}

/// One half of the world: a home department with a committee, a branch and a liaison office below it, and a host
/// committee with a branch. The two halves share nothing.
struct Half {
    department: String,
    home_committee: String,
    home: String,
    liaison_office: String,
    committee: String,
    host: String,
}

impl Half {
    async fn build(root: &User<'_>, division_code: &str) -> Self {
        let unit = async |kind: &str, parent: Option<&str>, code: Option<&str>| {
            let body = json!({"kind": kind, "name": kind, "parent_id": parent, "division_code": code});
            root.post("/units", body).await.is(201).text("id")
        };
        let department = unit("department", None, Some(division_code)).await;
        let home_committee = unit("committee", Some(&department), None).await;
        let home = unit("branch", Some(&home_committee), None).await;
        let liaison_office = unit("liaison_office", Some(&department), None).await;
        let committee = unit("committee", None, None).await;
        let host = unit("branch", Some(&committee), None).await;
        Self { department, home_committee, home, liaison_office, committee, host }
    }

    /// The unit on which a role reaches this half's records by that side.
    fn unit_of(&self, role: Role, side: Side) -> &str {
        match (role, side) {
            (Role::Administrator | Role::Supervisor, _) => &self.committee,
            (Role::DepartmentOfficer, _) => &self.department,
            (Role::LiaisonOfficer, _) => &self.liaison_office,
            (Role::CommitteeOfficer, Side::Home) => &self.home_committee,
            (Role::CommitteeOfficer, _) => &self.committee,
            (Role::BranchSecretary, Side::Home) => &self.home,
            (Role::BranchSecretary, _) => &self.host,
        }
    }

    async fn officer<'a>(&self, app: &'a TestApp, role: Role, side: Side) -> User<'a> {
        app.officer(role, Some(self.unit_of(role, side))).await
    }
}

/// Records of one half, and the unit they are looked at from: a registered member with photo, card and phone, present at an event; and an account.
struct Target {
    unit: String,
    filing: Value,
    registration: String,
    member: String,
    card: String,
    phone: Phone,
    event: String,
    /// What the event's screen shows.
    code: String,
    entry: String,
    /// A scan that waits to be settled.
    conflict: String,
    account: String,
    assignment: String,
    /// What the member asks for.
    request: String,
    /// The code of the host's report-in poster.
    report_in: String,
    /// The record of the unit's work that the row is about.
    record: String,
}

/// What stands ready to make targets of a half.
struct Maker<'a> {
    app: &'a TestApp,
    half: Half,
    root: User<'a>,
    department: User<'a>,
    committee: User<'a>,
    secretary: User<'a>,
    made: u32,
    first: u32,
}

impl<'a> Maker<'a> {
    async fn new(app: &'a TestApp, root: User<'a>, division_code: &str, first: u32) -> Self {
        let half = Half::build(&root, division_code).await;
        let department = half.officer(app, Role::DepartmentOfficer, Side::Home).await;
        let committee = half.officer(app, Role::CommitteeOfficer, Side::Host).await;
        let secretary = half.officer(app, Role::BranchSecretary, Side::Host).await;
        Self { app, half, root, department, committee, secretary, made: 0, first }
    }

    fn filing(&self, n: u32) -> Value {
        json!({
            "filed_by": "host", "home_unit_id": self.half.home, "host_unit_id": self.half.host,
            "flow_reason": "employment", "started_on": "2026-03-01", "person": Person::nth(n).json(),
            "consent": {"version": "1", "given_on": "2026-11-01"}
        })
    }

    fn event(&self) -> Value {
        let now = self.app.now();
        json!({
            "unit_id": self.half.host, "kind": "lecture", "title": "党课", "starts_at": now.plus_seconds(-600),
            "ends_at": now.plus_seconds(6600), "hours": 2.0, "audience": "unit",
            "check_in": {"opens_at": now.plus_seconds(-1800), "closes_at": now.plus_seconds(7200)}
        })
    }

    /// A new person, so that no request meets the traces of another.
    fn next_person(&mut self) -> u32 {
        self.made += 1;
        self.first + self.made
    }

    /// A check-in by name; its id.
    async fn scan(&self, event: &str, member: &str, verdict: &str) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let item = json!({
            "id": id, "event_id": event, "occurred_at": self.app.now(), "method": "manual", "member_id": member,
            "note": "no phone"
        });
        let scanned = self.secretary.post("/check-ins", json!({"items": [item]})).await.ok();
        assert_eq!(scanned["items"][0]["verdict"], verdict, "{scanned}");
        id
    }

    /// A scan that disagrees with what a person has recorded, at an event of its own.
    async fn conflict(&self, member: &str) -> String {
        let event = self.secretary.post("/events", self.event()).await.is(201).text("id");
        let absent = json!({"member_id": member, "outcome": "absent", "reason": "as the walk asks"});
        let path = format!("/events/{event}/attendance");
        let entry = self.secretary.post(&path, absent).await.is(201).text("entry_id");
        let leave = json!({"outcome": "on_leave", "reason": "as the walk asks"});
        self.secretary.post(&format!("/check-ins/{entry}/correct"), leave).await.is(200);
        self.scan(&event, member, "conflict").await
    }

    /// Whoever keeps the records of the target's unit.
    fn desk(&self, target: &Target) -> &User<'a> {
        match &target.unit {
            unit if *unit == self.half.department => &self.department,
            unit if *unit == self.half.committee => &self.committee,
            _ => &self.secretary,
        }
    }

    async fn target(&mut self) -> Target {
        let n = self.next_person();
        let registration = self.secretary.post("/registrations", self.filing(n)).await.is(201).text("id");
        self.department.post(&format!("/registrations/{registration}/confirm"), json!({})).await.is(200);
        let card = self.secretary.post(&format!("/registrations/{registration}/cards"), json!({})).await.is(201).json;
        let phone = Phone::new().activate(self.app, card["activation"]["code"].as_str().expect("a code")).await;
        let member = phone.member_id.clone();
        let request = self.secretary.request(Method::PUT, &format!("/members/{member}/photo"));
        self.secretary.send(request.header("content-type", "image/png").body(photo())).await.is(204);
        let event = self.secretary.post("/events", self.event()).await.is(201).text("id");
        let screen = self.secretary.get(&format!("/events/{event}/code")).await.ok();
        let code = screen["url"].as_str().expect("a URL").split_once('#').expect("a fragment").1.to_owned();
        let entry = self.scan(&event, &member, "accepted").await;
        let conflict = self.conflict(&member).await;
        let new = json!({"username": format!("target-{n}"), "role": "supervisor", "unit_id": self.half.committee});
        let account = self.root.post("/accounts", new).await.is(201).text("id");
        let assignment = self.root.get(&format!("/accounts/{account}")).await.ok()["assignments"][0]["id"].clone();
        let filing = self.filing(self.first + 500 + self.made);
        let wish = json!({"kind": "going_home"});
        let request = phone.user(self.app).post("/me/requests", wish).await.is(201).text("id");
        Target {
            unit: self.half.host.clone(),
            filing,
            registration,
            member,
            card: phone.card.clone(),
            phone,
            event,
            code,
            entry,
            conflict,
            account,
            assignment: assignment.as_str().expect("an id").to_owned(),
            request,
            report_in: report_in_code(self.app, &self.half.host),
            record: String::new(),
        }
    }
}

/// What the code of a unit's report-in poster says.
fn report_in_code(app: &TestApp, unit: &str) -> String {
    let id: uuid::Uuid = unit.parse().expect("a UUID");
    let proof = app.state.keys.vault.blind("unit.report_in", unit);
    guiyan::codes::pack(&[&id.as_bytes()[..], &proof[..8]].concat())
}

fn photo() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 80, image::Rgb([200, 180, 160]))
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a PNG");
    png.into_inner()
}

/// The path of a row with a target's ids in it.
fn path_to(row: &Row, target: &Target, role: Option<Role>) -> String {
    let of_whom = row.path.strip_prefix("/me").filter(|rest| rest.starts_with('/')).unwrap_or(row.path);
    let feature = of_whom.split('/').nth(1).unwrap_or_default();
    let id = match feature {
        "registrations" => &target.registration,
        "members" => &target.member,
        "events" => &target.event,
        "check-ins" if row.operation == Operation::SettleCheckIn => &target.conflict,
        "check-ins" => &target.entry,
        "accounts" => &target.account,
        "devices" => &target.phone.device_id,
        "requests" => &target.request,
        "units" | "imports" => &target.unit,
        _ if !target.record.is_empty() => &target.record,
        _ => &target.unit,
    };
    let end = if role == Some(Role::DepartmentOfficer) { "home_unit_id" } else { "host_unit_id" };
    let branch = target.filing[end].as_str().expect("an id");
    let number = if feature == "status-lists" { "0" } else { &target.card };
    row.path
        .replace("{id}/attachments/{attachment_id}", id)
        .replace("{id}", id)
        .replace("{number}", number)
        .replace("{code}", &target.report_in)
        .replace("{device_id}", &target.phone.device_id)
        .replace("{unit_id}", branch)
        .replace("{member_id}", &target.member)
        .replace("{other_id}", id)
        .replace("{assignment_id}", &target.assignment)
}

/// What a query or body says to be about the target; `None` where the path says all.
fn body_about(operation: Operation, target: &Target, app: &TestApp, role: Option<Role>) -> Option<Value> {
    use Operation as O;
    let reason = json!({"reason": "as the walk asks"});
    Some(match operation {
        O::CreateSession => json!({"username": "nobody", "password": "wild geese return"}),
        O::CreateDeviceSession => json!({"assertion": "a.b.c"}),
        O::SetUpAccount => json!({"code": "00000000000000000000000000000000", "password": "wild geese return"}),
        O::Activate => json!({"code": "00000000000000000000000000000000", "public_key": Phone::new().jwk()}),
        O::VerifyCard => json!({"presentation": "0"}),
        O::RefreshSession | O::EndSession => return None,
        O::ChangePassword => json!({"current": "not the password", "new": "wild geese return"}),
        O::BeginTotp => json!({"password": "not the password"}),
        O::ConfirmTotp => json!({"code": "000000"}),
        O::RemoveTotp => json!({"password": "not the password", "code": "000000"}),
        O::CreateAccount => {
            json!({"username": format!("new-{}", uuid::Uuid::new_v4()), "role": "supervisor", "unit_id": target.unit})
        }
        O::AddAssignment => json!({"role": "branch_secretary", "unit_id": target.unit}),
        O::RenewAccountSetup | O::DisableAccount | O::EnableAccount => json!({}),
        O::CreateUnit => json!({"kind": "group", "name": "小组", "parent_id": target.unit}),
        O::UpdateUnit => json!({"address": "示例路 2 号"}),
        O::CreateRegistration => {
            let mut filing = target.filing.clone();
            if role == Some(Role::DepartmentOfficer) {
                filing["filed_by"] = json!("home");
            }
            filing
        }
        O::ConfirmRegistration | O::AcceptRegistration => json!({}),
        O::DeclineRegistration
        | O::WithdrawRegistration
        | O::ReturnRegistration
        | O::TransferRegistration
        | O::SetOutOfContact
        | O::RestoreRegistration => reason,
        O::MoveRegistration => json!({"host_unit_id": target.unit, "reason": "as the walk asks"}),
        O::LogContact => json!({"method": "phone", "outcome": "reached"}),
        O::UpdateMe => json!({"employer": "示例厂"}),
        O::IssueCard | O::CreateActivation => json!({}),
        O::SuspendCard
        | O::ResumeCard
        | O::ReportCardLost
        | O::ReplaceCard
        | O::RevokeCard
        | O::ReviewCard
        | O::SurrenderCard => reason,
        O::CreateEvent => {
            let now = app.now();
            json!({
                "unit_id": target.unit, "kind": "lecture", "title": "党课", "starts_at": now.plus_seconds(3600),
                "ends_at": now.plus_seconds(7200), "hours": 1.0, "audience": "unit"
            })
        }
        O::UpdateEvent => json!({"title": "党课(二)"}),
        O::CancelEvent | O::AskLeave | O::DisputeCheckIn => reason,
        O::RecordAttendance => json!({"member_id": target.member, "outcome": "absent", "reason": "as the walk asks"}),
        O::CheckIn => {
            let mut item = json!({
                "id": uuid::Uuid::new_v4().to_string(), "event_id": target.event, "occurred_at": app.now(),
                "method": "event_code", "code": target.code
            });
            if role.is_some() {
                item["method"] = json!("manual");
                item["member_id"] = json!(target.member);
                item["note"] = json!("as the walk asks");
            }
            json!({"items": [item]})
        }
        O::SettleCheckIn => json!({"keep": "scan"}),
        O::CorrectCheckIn => json!({"outcome": "absent", "reason": "as the walk asks"}),
        O::CreateMyRequest => json!({"kind": "transfer", "note": "as the walk asks"}),
        O::TakeBackMyRequest | O::CarryOutRequest => json!({}),
        O::RefuseRequest | O::AnswerDispute => reason,
        O::ReadMyNotices => json!({"until": target.event}),
        O::SuggestMembers => json!({"q": Person::nth(1001).name}),
        O::CheckStatus => json!({"member_id": target.member, "purpose": "as the walk asks"}),
        other => return work::body(other, target, app),
    })
}

/// Whether a call may leave its target in another state, so that the next one needs a target of its own.
fn spends_its_target(row: &Row) -> bool {
    let changes = row.method != "GET" && row.path.contains('{');
    changes && (row.method == "DELETE" || !["/accounts/", "/units/"].iter().any(|part| row.path.starts_with(part)))
}

/// A list of one person for the target's units.
fn form_about(target: &Target, role: Option<Role>) -> Form {
    let person = &target.filing["person"];
    let cell = |field: &str| person[field].as_str().expect("a text").to_owned();
    let list =
        ["姓名,身份证号,手机,入党时间".to_owned(), ["name", "id_number", "phone", "joined_on"].map(cell).join(",")];
    let unit = |end: &str| target.filing[end].as_str().expect("an id").to_owned();
    let filed_by = if role == Some(Role::DepartmentOfficer) { "home" } else { "host" };
    Form::new()
        .part("file", Part::bytes(list.join("\n").into_bytes()))
        .text("filed_by", filed_by)
        .text("home_unit_id", unit("home_unit_id"))
        .text("host_unit_id", unit("host_unit_id"))
}

/// Calls a row about a target.
async fn call(user: &User<'_>, row: &Row, target: &Target, role: Option<Role>) -> Answer {
    let method = row.method.parse().expect("a method");
    let mut path = path_to(row, target, role);
    if row.operation == Operation::ExportUnit {
        path.push_str("?report=department_list&purpose=as+the+walk+asks");
    }
    if row.operation == Operation::ListSupervisionCandidates {
        path = format!("{path}?unit_id={}", target.unit);
    }
    let mut request = user.request(method, &path);
    if row.operation == Operation::PutMemberPhoto {
        request = request.header("content-type", "image/png").body(photo());
    }
    if matches!(row.operation, Operation::CreateImport | Operation::RemarkImport) {
        request = request.multipart(form_about(target, role));
    }
    if row.operation == Operation::CreateAttachment {
        let file = Part::bytes("读书笔记".as_bytes().to_vec());
        request = request.multipart(Form::new().part("file", file).text("name", "笔记.txt"));
    }
    if let Some(body) = body_about(row.operation, target, user.app, role) {
        request = request.json(&body);
    }
    let response = request.send().await.expect("an answer");
    // The live wall never ends by itself; that it began is all there is to see here.
    if row.operation == Operation::WatchEvent && response.status() == 200 {
        let (status, headers) = (response.status(), response.headers().clone());
        return Answer { status, headers, bytes: Vec::new(), json: Value::Null };
    }
    Answer::read(response).await
}

/// Whether an answer is what someone gets who may do this: done, or refused for a reason of its own.
fn let_through(row: &Row, answer: &Answer) -> bool {
    let verdict = answer.json["items"][0]["verdict"].as_str().unwrap_or_default();
    if row.operation == Operation::CheckIn {
        return answer.status == 200 && matches!(verdict, "accepted" | "duplicate");
    }
    !matches!(answer.status.as_u16(), 401 | 403 | 404 | 500..)
}

/// Whether an answer keeps a record of the other half to itself.
fn kept_out(row: &Row, answer: &Answer, other: &Target) -> bool {
    let lists = row.operation == Operation::SuggestMembers || (row.method == "GET" && !row.path.contains('{'));
    // A mark can only be set at a notice of one's own; whose the other is, is not told.
    if row.operation == Operation::ReadMyNotices {
        return answer.status == 422;
    }
    if lists {
        let text = String::from_utf8_lossy(&answer.bytes);
        let theirs = [&other.registration, &other.member, &other.card, &other.event, &other.account, &other.request];
        let record = Some(&other.record).filter(|id| !id.is_empty());
        return answer.status == 200 && !theirs.into_iter().chain(record).any(|id| text.contains(id.as_str()));
    }
    if row.operation == Operation::CheckIn {
        return answer.status == 200
            && answer.json["items"][0]["verdict"] == "rejected"
            && answer.json["items"][0]["check_in"].is_null();
    }
    answer.status == 404 && answer.json["code"] == "not_found"
}

/// What did not go as the table says.
#[derive(Default)]
struct Report(Vec<String>);

impl Report {
    fn expect(&mut self, holds: bool, row: &Row, who: &str, answer: &Answer) {
        if !holds {
            let detail = String::from_utf8_lossy(&answer.bytes[..answer.bytes.len().min(300)]).into_owned();
            self.0.push(format!("{:?} by {who}: {} {detail}", row.operation, answer.status));
        }
    }
}

on_both!(every_role_on_every_row_in_own_and_other_scope, |app| {
    let mut here = Maker::new(&app, app.officer(Role::Administrator, None).await, "341000", 1000).await;
    let mut there = Maker::new(&app, app.officer(Role::Administrator, None).await, "341200", 3000).await;
    let (mut own, mut other) = (here.target().await, there.target().await);
    let mut report = Report::default();
    for row in TABLE {
        let spent = spends_its_target(row);
        let (member_may, roles): (bool, &[(Role, Side)]) = match row.access {
            Access::Public { .. } => continue,
            Access::SignedIn => (true, &[]),
            Access::Only { member, roles } => (member, roles),
        };
        let stranger = call(&app.stranger(), row, &own, None).await;
        report.expect(is_problem(&stranger, 401, "not_signed_in"), row, "a stranger", &stranger);
        for &role in Role::ALL {
            let sides: Vec<Side> = roles.iter().filter(|(r, _)| *r == role).map(|(_, side)| *side).collect();
            if sides.is_empty() && !matches!(row.access, Access::SignedIn) {
                let officer = here.half.officer(&app, role, Side::Either).await;
                let answer = call(&officer, row, &own, Some(role)).await;
                report.expect(is_problem(&answer, 403, "not_allowed"), row, &format!("{role}, no row"), &answer);
            }
            for side in sides {
                let officer = here.half.officer(&app, role, side).await;
                if spent {
                    own = here.target().await;
                }
                own.unit = here.half.unit_of(role, side).to_owned();
                other.unit = there.half.unit_of(role, side).to_owned();
                own.record = work::record(&here, row, &own).await;
                other.record = work::record(&there, row, &other).await;
                let answer = call(&officer, row, &own, Some(role)).await;
                report.expect(let_through(row, &answer), row, &format!("{role}, own scope"), &answer);
                if side != Side::Any {
                    let answer = call(&officer, row, &other, Some(role)).await;
                    report.expect(kept_out(row, &answer, &other), row, &format!("{role}, other scope"), &answer);
                }
            }
        }
        if spent {
            own = here.target().await;
        }
        (own.unit, other.unit) = (here.half.host.clone(), there.half.host.clone());
        own.record = work::record(&here, row, &own).await;
        other.record = work::record(&there, row, &other).await;
        let member = own.phone.user(&app);
        if member_may {
            if row.path.contains('{') || row.operation == Operation::CheckIn {
                let answer = call(&member, row, &other, None).await;
                report.expect(kept_out(row, &answer, &other), row, "another member", &answer);
            }
            let answer = call(&member, row, &own, None).await;
            report.expect(let_through(row, &answer), row, "the member concerned", &answer);
        } else {
            let answer = call(&member, row, &own, None).await;
            report.expect(is_problem(&answer, 403, "not_allowed"), row, "a member", &answer);
        }
    }
    assert!(report.0.is_empty(), "{} answers differ from the table:\n{}", report.0.len(), report.0.join("\n"));
});

/// What a row gives a supervision group: what it gives supervisors, and no more than it gives whoever sends the group.
fn lent(roles: &[(Role, Side)], lender: Role) -> bool {
    let names = |role: Role| roles.iter().any(|(r, _)| *r == role);
    names(Role::Supervisor) && (names(lender) || roles.iter().all(|(r, _)| *r == Role::Supervisor))
}

on_both!(a_group_is_let_in_where_both_supervisors_and_its_lender_are, |app| {
    let mut here = Maker::new(&app, app.officer(Role::Administrator, None).await, "341000", 1000).await;
    let mut own = here.target().await;
    let mut report = Report::default();
    for lender in [Role::DepartmentOfficer, Role::CommitteeOfficer] {
        let visitor = work::sent_by(&here, lender).await;
        for row in TABLE {
            let Access::Only { roles, .. } = row.access else { continue };
            if !roles.iter().any(|(role, _)| *role == Role::Supervisor) {
                continue;
            }
            if spends_its_target(row) {
                own = here.target().await;
            }
            own.unit = here.half.unit_of(lender, Side::Unit).to_owned();
            own.record = work::record(&here, row, &own).await;
            let answer = call(&visitor, row, &own, Some(Role::Supervisor)).await;
            let expected = match lent(roles, lender) {
                true => let_through(row, &answer),
                false => is_problem(&answer, 403, "not_allowed"),
            };
            report.expect(expected, row, &format!("a group of the {lender}"), &answer);
        }
    }
    assert!(report.0.is_empty(), "{} answers differ from the table:\n{}", report.0.len(), report.0.join("\n"));
});

fn is_problem(answer: &Answer, status: u16, code: &str) -> bool {
    answer.status == status && answer.json["code"] == code
}

on_both!(public_rows_answer_anyone_and_officers_within_reach_more_fully, |app| {
    let mut here = Maker::new(&app, app.officer(Role::Administrator, None).await, "341000", 1000).await;
    let mut there = Maker::new(&app, app.officer(Role::Administrator, None).await, "341200", 3000).await;
    let (own, other) = (here.target().await, there.target().await);
    let mut report = Report::default();
    let presentation = async |user: &User<'_>, target: &Target| {
        let digits = target.phone.user(&app).get("/me/card/credential").await.ok()["static"].clone();
        user.post("/cards/verify", json!({"presentation": digits})).await
    };
    for row in TABLE {
        let Access::Public { roles } = row.access else { continue };
        let answer = call(&app.stranger(), row, &own, None).await;
        let code = answer.json["code"].as_str().unwrap_or_default();
        let met = !matches!(code, "not_allowed" | "not_found") && answer.status.as_u16() < 500;
        // Without a cookie there is no session to renew.
        report.expect(
            met && (code != "not_signed_in" || row.operation == Operation::RefreshSession),
            row,
            "a stranger",
            &answer,
        );
        for &role in Role::ALL {
            let officer = here.half.officer(&app, role, Side::Either).await;
            let answer = call(&officer, row, &own, Some(role)).await;
            report.expect(
                answer.json["code"] != "not_allowed" && answer.status.as_u16() < 500,
                row,
                role.word(),
                &answer,
            );
        }
        if row.operation != Operation::VerifyCard {
            assert!(roles.is_empty(), "the fuller answer of {:?} needs a walk of its own", row.operation);
            continue;
        }
        let answer = presentation(&app.stranger(), &own).await;
        report.expect(
            answer.json["verdict"] == "valid" && answer.json["person"].is_null(),
            row,
            "a stranger, valid",
            &answer,
        );
        for &role in Role::ALL {
            let side = roles.iter().find(|(r, _)| *r == role).map(|(_, side)| *side);
            let officer = here.half.officer(&app, role, side.unwrap_or(Side::Either)).await;
            let answer = presentation(&officer, &own).await;
            let person = &answer.json["person"];
            let expected = if side.is_some() { person["member_id"] == own.member.as_str() } else { person.is_null() };
            report.expect(answer.status == 200 && expected, row, &format!("{role}, own scope"), &answer);
            let answer = presentation(&officer, &other).await;
            let met = answer.json["verdict"] == "valid" && answer.json["person"].is_null();
            report.expect(met, row, &format!("{role}, other scope"), &answer);
        }
    }
    assert!(report.0.is_empty(), "{} answers differ from the table:\n{}", report.0.len(), report.0.join("\n"));
});

on_both!(an_officer_without_a_role_may_only_ask_who_they_are, |app| {
    let officer = app.officer_with(&[]).await;
    officer.get("/me").await.is(200);
    for row in TABLE.iter().filter(|row| matches!(row.access, Access::Only { .. })) {
        let nowhere = "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b";
        let path =
            ["{id}", "{number}", "{code}", "{device_id}", "{assignment_id}", "{unit_id}", "{member_id}", "{other_id}"]
                .iter()
                .fold(row.path.to_owned(), |p, name| p.replace(name, nowhere));
        let answer = officer.send(officer.request(row.method.parse().expect("a method"), &path)).await;
        assert!(is_problem(&answer, 403, "not_allowed"), "{:?}: {} {}", row.operation, answer.status, answer.json);
    }
});
