//! A small world: two cities with a department, a home branch and a liaison office each, one committee in Shanghai with a
//! general branch and two branches, and an officer for every role.

use guiyan::access::Role;
use serde_json::{Value, json};

use super::{Person, Phone, TestApp, User};

pub struct World<'a> {
    pub app: &'a TestApp,
    pub admin: User<'a>,
    /// The department of Huangshan, its home branch, its liaison office.
    pub department: String,
    pub home: String,
    pub liaison_office: String,
    /// Another city's department and home branch.
    pub other_department: String,
    pub other_home: String,
    pub committee: String,
    pub general_branch: String,
    /// The host branch, and another one beside it.
    pub host: String,
    pub other_host: String,
    pub department_officer: User<'a>,
    pub other_department_officer: User<'a>,
    pub committee_officer: User<'a>,
    pub secretary: User<'a>,
    pub other_secretary: User<'a>,
    pub home_secretary: User<'a>,
    pub liaison_officer: User<'a>,
    pub supervisor: User<'a>,
}

impl<'a> World<'a> {
    pub async fn build(app: &'a TestApp) -> Self {
        let admin = app.officer(Role::Administrator, None).await;
        let department = unit(&admin, "department", "黄山市委组织部", None, Some("341000")).await;
        let home = unit(&admin, "branch", "黄山市屯溪区示范支部", Some(&department), None).await;
        let liaison_office = unit(&admin, "liaison_office", "黄山市驻沪联络处", Some(&department), None).await;
        let other_department = unit(&admin, "department", "阜阳市委组织部", None, Some("341200")).await;
        let other_home = unit(&admin, "branch", "阜阳市颍州区示范支部", Some(&other_department), None).await;
        let committee = unit(&admin, "committee", "驻沪党委", None, None).await;
        let general_branch = unit(&admin, "general_branch", "第一党总支", Some(&committee), None).await;
        let host = unit(&admin, "branch", "金山区第一支部", Some(&general_branch), None).await;
        let other_host = unit(&admin, "branch", "青浦区第一支部", Some(&general_branch), None).await;
        let on = |role, unit: &str| {
            let unit = unit.to_owned();
            async move { app.officer(role, Some(&unit)).await }
        };
        Self {
            app,
            department_officer: on(Role::DepartmentOfficer, &department).await,
            other_department_officer: on(Role::DepartmentOfficer, &other_department).await,
            committee_officer: on(Role::CommitteeOfficer, &committee).await,
            secretary: on(Role::BranchSecretary, &host).await,
            other_secretary: on(Role::BranchSecretary, &other_host).await,
            home_secretary: on(Role::BranchSecretary, &home).await,
            liaison_officer: on(Role::LiaisonOfficer, &liaison_office).await,
            supervisor: on(Role::Supervisor, &committee).await,
            admin,
            department,
            home,
            liaison_office,
            other_department,
            other_home,
            committee,
            general_branch,
            host,
            other_host,
        }
    }

    /// The body of a registration filed by the host branch.
    pub fn filing(&self, person: &Person) -> Value {
        json!({
            "filed_by": "host", "home_unit_id": self.home, "host_unit_id": self.host, "flow_reason": "employment",
            "started_on": "2026-03-01", "person": person.json(), "consent": {"version": "1", "given_on": "2026-11-01"}
        })
    }

    /// Files a registration at the host branch; the answer's body.
    pub async fn filed(&self, n: u32) -> Value {
        self.secretary.post("/registrations", self.filing(&Person::nth(n))).await.ok()
    }

    /// An active registration: filed by the host branch, confirmed by the home department.
    pub async fn registered(&self, n: u32) -> Value {
        let id = self.filed(n).await["id"].as_str().expect("an id").to_owned();
        self.department_officer.post(&format!("/registrations/{id}/confirm"), json!({})).await.ok()
    }

    /// The same at the other city and the other branch.
    pub async fn registered_elsewhere(&self, n: u32) -> Value {
        let mut filing = self.filing(&Person::nth(n));
        filing["home_unit_id"] = json!(self.other_home);
        filing["host_unit_id"] = json!(self.other_host);
        let id =
            self.other_secretary.post("/registrations", filing).await.ok()["id"].as_str().expect("an id").to_owned();
        self.other_department_officer.post(&format!("/registrations/{id}/confirm"), json!({})).await.ok()
    }

    /// A registered member's card, as the issuing answers it (with `activation`).
    pub async fn card(&self, registration: &Value) -> Value {
        let id = registration["id"].as_str().expect("an id");
        self.secretary.post(&format!("/registrations/{id}/cards"), json!({})).await.ok()
    }

    /// A registered member with a card on a bound phone.
    pub async fn member(&self, n: u32) -> Phone {
        let registration = self.registered(n).await;
        let card = self.card(&registration).await;
        let code = card["activation"]["code"].as_str().expect("a code").to_owned();
        Phone::new().activate(self.app, &code).await
    }

    /// An event of the host branch that is open now.
    pub async fn event(&self) -> Value {
        self.secretary.post("/events", self.event_body()).await.ok()
    }

    /// The same, before it is sent.
    pub fn event_body(&self) -> Value {
        let now = self.app.now();
        json!({
            "unit_id": self.host, "kind": "collective_study", "title": "十一月集中学习", "place": "金山区示例路 1 号",
            "starts_at": now.plus_seconds(-600), "ends_at": now.plus_seconds(6600), "hours": 2.0, "audience": "unit",
            "check_in": {"opens_at": now.plus_seconds(-1800), "closes_at": now.plus_seconds(7200)}
        })
    }
}

async fn unit(admin: &User<'_>, kind: &str, name: &str, parent: Option<&str>, division_code: Option<&str>) -> String {
    let mut body = json!({"kind": kind, "name": name, "parent_id": parent, "division_code": division_code});
    if kind != "group" {
        body["contact"] = json!({"name": "联系人", "phone": "021-55550100"});
    }
    admin.post("/units", body).await.is(201).text("id")
}
