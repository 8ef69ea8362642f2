//! The steps of the plan as calls of the features' services, each by the officer or member who would do it.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    offices::doing,
    parsed,
    plan::{Holder, How, Step},
    play::{Score, Stage},
};
use crate::{
    access::{Caller, Operation},
    app::AppState,
    cards::{self, CardAct},
    check_ins::{self, CheckInRequest, Item, NewRecord, Unscanned, decide::Method},
    clock::Instant,
    codes::{EventCode, Window},
    db::Conn,
    devices,
    error::ApiError,
    events::{self, NewEvent, WindowInput},
    home::{self, StatusCheckRequest},
    http::IfMatch,
    ids::CheckInId,
    people::Consent,
    registrations::{
        self, Action, ContactMethod, ContactOutcome, End, Filing, NewContact, NewRequest, RequestKind, Status, Stay,
    },
};

/// Nobody else edits meanwhile.
const UNSEEN: IfMatch = IfMatch(None);

impl Stage {
    /// Who confirms a member.
    fn department(&self, member: usize) -> &Caller {
        &self.offices.departments[self.plan.parts[member].city]
    }

    fn secretary(&self, branch: usize) -> &Caller {
        &self.offices.secretaries[branch]
    }

    /// The secretary of the branch where a member is now.
    fn host(&self, stay: &Stay) -> &Caller {
        let branch = self.organisation.branches.iter().position(|branch| branch.id == stay.host_unit_id);
        self.secretary(branch.unwrap_or(0))
    }

    fn holder(&self, meeting: usize) -> &Caller {
        match self.plan.meetings[meeting].holder {
            Holder::Committee => &self.offices.committee,
            Holder::Branch(branch) => self.secretary(branch),
        }
    }
}

/// Takes one step, on `app`'s clock; those that write by themselves are not for here.
pub(super) async fn take(
    c: &mut Conn<'_>,
    stage: &Stage,
    app: &AppState,
    score: &mut Score,
    step: Step,
) -> Result<(), ApiError> {
    match step {
        Step::File { member, branch } => file(c, stage, app, score, member, branch).await,
        Step::Agree { member } => agree(c, stage, app, score, member).await,
        Step::Move { member, branch } => {
            let host = stage.organisation.branches[branch].id;
            let step = registrations::Step { new_host: Some(host), ..registrations::Step::new(Action::Move, None) };
            go_on(c, app, score, member, stage.department(member), step).await
        }
        Step::Return { member } => {
            let step = registrations::Step::new(Action::Return, Some("返乡工作".into()));
            go_on(c, app, score, member, stage.department(member), step).await
        }
        Step::LoseContact { member } => {
            let step = registrations::Step::new(Action::OutOfContact, Some("多次联系未果".into()));
            go_on(c, app, score, member, stage.department(member), step).await
        }
        Step::Call { member } => {
            let by = doing(stage.department(member), Operation::LogContact);
            let call =
                NewContact { at: None, method: ContactMethod::Phone, outcome: ContactOutcome::NoAnswer, note: None };
            registrations::log_contact(c, app, &by, score.stay(member)?, call).await.map(drop)
        }
        Step::Issue { member } => {
            let stay = stay(c, score, member).await?;
            let by = doing(stage.host(&stay), Operation::IssueCard);
            let issued = cards::issue(c, app, &by, stay.id).await?;
            score.played[member].card = Some(issued.card.number);
            score.played[member].link = Some(issued.activation.code);
            Ok(())
        }
        Step::Bind { member } => {
            let code = score.played[member].link.take().unwrap_or_default();
            let bound = devices::activate(c, app, &code, phone_key()?).await?;
            score.played[member].device = Some(bound.device_id);
            Ok(())
        }
        Step::Review { member } => {
            let by = doing(stage.department(member), Operation::ReviewCard);
            cards::act(c, app, &by, score.card(member)?, UNSEEN, CardAct::Review, None).await.map(drop)
        }
        Step::Hold { meeting } => hold(c, stage, app, score, meeting).await,
        Step::Leave { meeting, member } => leave(c, stage, app, score, meeting, member).await,
        Step::Absent { meeting, member } => {
            by_officer(c, stage, app, score, (meeting, member), Unscanned::Absent, "未到，会后电话提醒").await
        }
        Step::Ask { member, kind, wished } => ask(c, app, score, member, kind, wished).await,
        Step::Refuse { member } => {
            let by = doing(stage.department(member), Operation::RefuseRequest);
            let reason = parsed("新单位的党组织尚未确定，确定后再办理")?;
            registrations::refuse_request(c, app, &by, score.request(member)?, reason).await.map(drop)
        }
        Step::Dispute { meeting, member } => {
            let by = score.oneself(member).ok_or_else(ApiError::not_found)?;
            let reason = parsed("当天到了会场，手机没有网络，没有扫上码")?;
            check_ins::dispute(c, app, &by, score.entry(meeting, member)?.0, reason).await.map(drop)
        }
        Step::Answer { meeting, member } => {
            let by = doing(stage.holder(meeting), Operation::AnswerDispute);
            let reason = parsed("已向当天参加的三位同志核实，会场没有见到本人")?;
            check_ins::answer_dispute(c, app, &by, score.entry(meeting, member)?.0, reason).await.map(drop)
        }
        Step::CheckIn { .. } | Step::LookUp { .. } => Ok(()),
    }
}

async fn file(
    c: &mut Conn<'_>,
    stage: &Stage,
    app: &AppState,
    score: &mut Score,
    member: usize,
    branch: usize,
) -> Result<(), ApiError> {
    let part = &stage.plan.parts[member];
    let by = match part.filed_by {
        End::Home => stage.department(member),
        End::Host => stage.secretary(branch),
    };
    let today = app.clock.now().day();
    let filing = Filing {
        filed_by: part.filed_by,
        home_unit_id: stage.organisation.cities[part.city].branches[part.home],
        host_unit_id: stage.organisation.branches[branch].id,
        flow_reason: part.reason,
        started_on: today.plus_days(-20),
        person: score.people[member].clone(),
        consent: Consent { version: parsed("2026-1")?, given_on: today },
    };
    let filed = registrations::file(c, app, &doing(by, Operation::CreateRegistration), filing).await?;
    score.played[member].member = Some(filed.member_id);
    score.played[member].stay = Some(filed.id);
    Ok(())
}

async fn stay(c: &mut Conn<'_>, score: &Score, member: usize) -> Result<Stay, ApiError> {
    registrations::stay(c, score.stay(member)?).await?.ok_or_else(ApiError::not_found)
}

/// The end that is asked agrees.
async fn agree(c: &mut Conn<'_>, stage: &Stage, app: &AppState, score: &Score, member: usize) -> Result<(), ApiError> {
    let stay = stay(c, score, member).await?;
    let (by, action) = match stay.status {
        Status::PendingHome => (stage.department(member), Action::Confirm),
        _ => (stage.host(&stay), Action::Accept),
    };
    go_on(c, app, score, member, by, registrations::Step::new(action, None)).await
}

async fn go_on(
    c: &mut Conn<'_>,
    app: &AppState,
    score: &Score,
    member: usize,
    by: &Caller,
    step: registrations::Step,
) -> Result<(), ApiError> {
    let by = doing(by, step.action.operation());
    registrations::step(c, app, &by, score.stay(member)?, UNSEEN, step).await.map(drop)
}

async fn hold(
    c: &mut Conn<'_>,
    stage: &Stage,
    app: &AppState,
    score: &mut Score,
    meeting: usize,
) -> Result<(), ApiError> {
    let plan = &stage.plan.meetings[meeting];
    let (unit_id, place) = match plan.holder {
        Holder::Committee => (stage.organisation.committee, "普陀区归雁路 1 号 礼堂".to_owned()),
        Holder::Branch(branch) => {
            let branch = &stage.organisation.branches[branch];
            (branch.id, format!("{} 党员活动室", branch.district))
        }
    };
    let ends_at = plan.starts_at.plus_seconds(plan.hours * 3600);
    let new = NewEvent {
        unit_id,
        kind: plan.kind,
        title: parsed(plan.title)?,
        starts_at: plan.starts_at,
        ends_at,
        place: Some(parsed(&place)?),
        hours: None,
        audience: None,
        check_in: plan.open_until.map(|until| WindowInput { opens_at: None, closes_at: Some(until) }),
    };
    score.events[meeting] = Some(events::create(c, app, stage.holder(meeting).into(), new).await?);
    Ok(())
}

/// The member asks on the phone, or tells the branch.
async fn leave(
    c: &mut Conn<'_>,
    stage: &Stage,
    app: &AppState,
    score: &mut Score,
    meeting: usize,
    member: usize,
) -> Result<(), ApiError> {
    const REASONS: [&str; 5] = ["上夜班", "回乡探亲", "身体不适", "出差在外", "照顾家人"];
    let reason = REASONS[(meeting + member) % REASONS.len()];
    match score.oneself(member) {
        Some(by) => check_ins::ask_leave(c, app, &by, score.event(meeting)?.id, parsed(reason)?).await.map(drop),
        None => by_officer(c, stage, app, score, (meeting, member), Unscanned::OnLeave, reason).await,
    }
}

/// The member asks, on the phone.
async fn ask(
    c: &mut Conn<'_>,
    app: &AppState,
    score: &mut Score,
    member: usize,
    kind: RequestKind,
    wished: Option<Instant>,
) -> Result<(), ApiError> {
    let by = score.oneself(member).ok_or_else(ApiError::not_found)?;
    let (place, note) = match kind {
        RequestKind::Moved => (Some(parsed("松江区示范镇，新厂房附近")?), "公司搬到松江，离原支部太远"),
        RequestKind::GoingHome => (None, "家中老人需要照顾，准备回乡"),
        RequestKind::Transfer => (None, "已在上海买房定居，希望转接组织关系"),
    };
    let wished_on = wished.map(Instant::day);
    let new = NewRequest { kind, wished_on, host_unit_id: None, place, note: Some(parsed(note)?) };
    let filed = registrations::file_request(c, app, &by, new).await?;
    score.played[member].request = Some(filed.id);
    Ok(())
}

async fn by_officer(
    c: &mut Conn<'_>,
    stage: &Stage,
    app: &AppState,
    score: &mut Score,
    (meeting, member): (usize, usize),
    outcome: Unscanned,
    reason: &str,
) -> Result<(), ApiError> {
    let by = doing(stage.holder(meeting), Operation::RecordAttendance);
    let new = NewRecord { member_id: score.member(member)?, outcome, reason: parsed(reason)? };
    let item = check_ins::record_outcome(c, app, &by, score.event(meeting)?.id, new).await?;
    if let Some(entry) = item.entry_id {
        score.entries.insert((meeting, member), entry);
    }
    Ok(())
}

/// Checks a member in: by the own phone in front of the screen, or by the officer, from the roster.
pub(super) async fn check_in(
    stage: &Stage,
    app: &AppState,
    score: &Score,
    (meeting, member): (usize, usize),
    how: How,
) -> Result<(), ApiError> {
    let (event, now) = (score.event(meeting)?, app.clock.now());
    let oneself = match how {
        How::Scan => score.oneself(member),
        How::ByHand => None,
    };
    let item = Item {
        id: CheckInId::new(now, &app.entropy),
        event_id: Some(event.id),
        occurred_at: now,
        method: if oneself.is_some() { Method::EventCode } else { Method::Manual },
        code: None,
        presentation: None,
        member_id: None,
        note: None,
        proof: None,
        station: None,
    };
    let (by, item) = match oneself {
        Some(by) => {
            let key = app.keys.vault.event_key(event.code_id);
            let code = EventCode::make(Window::Rotating, event.code_id, Window::Rotating.number(now), &key);
            (by, Item { code: Some(parsed(&code.digits())?), ..item })
        }
        None => {
            let has_phone = score.oneself(member).is_some();
            let note = Some(parsed(if has_phone { "手机没电" } else { "没有智能手机" })?);
            let by = doing(stage.holder(meeting), Operation::CheckIn);
            (by, Item { member_id: Some(score.member(member)?), note, ..item })
        }
    };
    let answers = check_ins::check_in(app, &by, CheckInRequest { items: vec![item] }).await?;
    match answers.items.first() {
        Some(answer) if answer.check_in.is_some() => Ok(()),
        _ => Err(ApiError::internal("a check-in of the demo was refused")),
    }
}

/// The home department asks how the member is doing.
pub(super) async fn look_up(
    stage: &Stage,
    app: &AppState,
    score: &Score,
    member: usize,
    purpose: &str,
) -> Result<(), ApiError> {
    let by = doing(stage.department(member), Operation::CheckStatus);
    let asked =
        StatusCheckRequest { card_number: None, member_id: Some(score.member(member)?), purpose: parsed(purpose)? };
    home::check_status(app, &by, asked).await.map(drop)
}

/// The public key of a phone that nobody has.
fn phone_key() -> Result<devices::PublicKey, ApiError> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| ApiError::internal("no key"))?;
    let point = pair.public_key().as_ref();
    let coordinate = |range: std::ops::Range<usize>| BASE64_URL_SAFE_NO_PAD.encode(&point[range]);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": coordinate(1..33), "y": coordinate(33..65) });
    serde_json::from_value(jwk).map_err(ApiError::internal)
}
