//! A member's own data on paper.

use super::{
    care,
    model::{OwnData, OwnStay},
    organisation,
};
use crate::{
    check_ins::OwnAttendance,
    error::ApiError,
    paper::{Column, Report},
    terms::{minute, word},
};

/// As many rows of the longest tables are printed; the JSON has all.
const MOST: usize = 2000;

/// A column of a table.
pub(super) const fn column(title: &'static str, share: f64) -> Column {
    Column { title, share }
}

/// The report as PDF.
pub(super) fn pdf(data: &OwnData) -> Result<Vec<u8>, ApiError> {
    let made = minute(data.generated_at);
    let below = format!("系统中保存的与您有关的全部信息，生成于 {made}。工作人员只写明身份和单位，不写姓名。");
    let mut report = Report::new("我的全部数据", &below, &format!("本人资料，请妥善保管 · {made}"));
    person(&mut report, data);
    for (at, stay) in data.registrations.iter().enumerate() {
        registration(&mut report, at + 1, stay);
    }
    cards(&mut report, data);
    phones(&mut report, data);
    attendance(&mut report, data);
    attempts(&mut report, data);
    requests(&mut report, data);
    documents(&mut report, data);
    organisation::print(&mut report, &data.organisation);
    care::print(&mut report, &data.care);
    notices(&mut report, data);
    looks(&mut report, data);
    report.pdf()
}

fn person(report: &mut Report, data: &OwnData) {
    let person = &data.person;
    report.heading("个人信息");
    if let Some(photo) = &data.photo {
        report.portrait(photo);
    }
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    report.facts(&[
        ("姓名", person.name.clone()),
        ("检索用的拼音首字母", data.name_initials.clone()),
        ("性别", word("gender", person.gender.word()).into()),
        ("出生日期", person.birth_date.to_string()),
        ("公民身份号码", data.id_number.as_str().into()),
        ("手机号码", person.phone.as_str().into()),
        ("入党日期", person.joined_on.to_string()),
        ("党员类别", word("membership", person.membership.word()).into()),
        ("是否退休", if person.retired { "是" } else { "否" }.into()),
        ("工作单位", text(person.employer.as_ref().map(|line| line.as_str()))),
        ("现住址", text(person.address.as_deref())),
        ("知情同意", format!("第 {} 版，{} 同意", person.consent.version.as_str(), person.consent.given_on)),
        ("照片", if data.photo.is_some() { "有" } else { "无" }.into()),
    ]);
}

fn registration(report: &mut Report, number: usize, own: &OwnStay) {
    let stay = &own.registration;
    report.heading(&format!("流动登记 {number}"));
    let day = |at: Option<crate::clock::Instant>| at.map(minute).unwrap_or_default();
    report.facts(&[
        ("状态", word("registration", stay.status.word()).into()),
        ("流出地", stay.home.name.clone()),
        ("主管组织部", stay.home_department.name.clone()),
        ("流入地", stay.host.name.clone()),
        ("外出原因", word("reason", stay.flow_reason.word()).into()),
        ("外出日期", stay.started_on.to_string()),
        ("登记时间", minute(stay.created_at)),
        ("生效时间", day(stay.active_since)),
        ("最近一次组织生活", day(stay.last_activity_at)),
        ("结束时间", day(stay.ended_at)),
        ("结束原因", stay.end_reason.clone().unwrap_or_default()),
        ("适用规定", stay.rule_version.clone()),
    ]);
    let columns = [
        column("时间", 20.0),
        column("事项", 14.0),
        column("状态", 18.0),
        column("流入地", 24.0),
        column("经办", 12.0),
        column("事由", 24.0),
    ];
    let rows: Vec<_> = own
        .history
        .iter()
        .map(|step| {
            vec![
                minute(step.at),
                word("step", &step.action).into(),
                word("registration", step.to_status.word()).into(),
                step.host.name.clone(),
                word("by", &step.by).into(),
                step.reason.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "登记经过", &columns, rows);
    let columns = [column("时间", 20.0), column("方式", 20.0), column("结果", 40.0)];
    let rows: Vec<_> = own
        .contacts
        .iter()
        .map(|one| {
            vec![
                minute(one.at),
                word("contact", one.method.word()).into(),
                word("contact_outcome", one.outcome.word()).into(),
            ]
        })
        .collect();
    table(report, "组织与您联系的记录（不含工作人员的备注，其中可能涉及他人）", &columns, rows);
}

fn cards(report: &mut Report, data: &OwnData) {
    report.heading("证件");
    if data.cards.is_empty() {
        report.note("没有证件。");
    }
    for own in &data.cards {
        let card = &own.card;
        report.facts(&[
            ("证号", card.number.to_string()),
            ("状态", word("card", card.status.word()).into()),
            ("发证单位", card.department.name.clone()),
            ("发证日期", card.issued_on.to_string()),
            ("年审日期", card.review_due.to_string()),
        ]);
        let columns = [
            column("时间", 20.0),
            column("事项", 16.0),
            column("状态", 14.0),
            column("经办", 12.0),
            column("事由", 38.0),
        ];
        let rows: Vec<_> = own
            .history
            .iter()
            .map(|step| {
                vec![
                    minute(step.at),
                    word("card_act", step.action.word()).into(),
                    word("card", step.to_status.word()).into(),
                    word("by", &step.by).into(),
                    step.reason.clone().unwrap_or_default(),
                ]
            })
            .collect();
        table(report, "证件经过", &columns, rows);
    }
}

fn phones(report: &mut Report, data: &OwnData) {
    report.heading("绑定过的手机");
    let columns = [column("绑定时间", 22.0), column("停用时间", 22.0), column("停用原因", 20.0), column("编号", 56.0)];
    let rows: Vec<_> = data
        .devices
        .iter()
        .map(|phone| {
            let why = phone.revoked_reason.as_deref().unwrap_or_default();
            vec![
                minute(phone.bound_at),
                phone.revoked_at.map(minute).unwrap_or_default(),
                word("card_act", why).into(),
                phone.id.to_string(),
            ]
        })
        .collect();
    table(report, "", &columns, rows);
    report.note("只保存手机的公钥，不保存型号、号码和位置。");
}

fn attendance(report: &mut Report, data: &OwnData) {
    report.heading("参加活动的记录");
    let columns = [
        column("活动", 34.0),
        column("时间", 20.0),
        column("组织单位", 24.0),
        column("结果", 12.0),
        column("登记经过", 32.0),
        column("本人的说明", 22.0),
    ];
    let rows: Vec<_> = data.attendance.iter().map(attendance_row).collect();
    table(report, "", &columns, rows);
}

fn attendance_row(own: &OwnAttendance) -> Vec<String> {
    let entries: Vec<String> = own
        .entries
        .iter()
        .map(|entry| {
            let late = if entry.late { "，事后补传" } else { "" };
            let weak = if entry.weak { "，印刷码或静态证" } else { "" };
            let (outcome, method) = (word("outcome", entry.outcome.word()), word("method", entry.method.word()));
            format!("{} {outcome}（{method}{late}{weak}）", minute(entry.recorded_at))
        })
        .collect();
    let reasons = own.entries.iter().filter_map(|entry| entry.own_reason.as_ref()).map(|why| format!("请假：{why}"));
    let said: Vec<String> = reasons.chain(own.dispute.as_ref().map(|why| format!("异议：{why}"))).collect();
    vec![
        own.row.event.title.clone(),
        minute(own.row.event.starts_at),
        own.row.event.unit.name.clone(),
        word("outcome", own.row.outcome.word()).into(),
        entries.join("；"),
        said.join("；"),
    ]
}

fn attempts(report: &mut Report, data: &OwnData) {
    report.heading("签到尝试");
    let columns = [column("时间", 24.0), column("方式", 20.0), column("结论", 20.0), column("原因", 36.0)];
    let rows: Vec<_> = data
        .attempts
        .iter()
        .map(|attempt| {
            vec![
                minute(attempt.recorded_at),
                word("method", attempt.method.word()).into(),
                word("verdict", attempt.verdict.word()).into(),
                attempt.reason.map(|reason| word("refused", reason.word())).unwrap_or_default().into(),
            ]
        })
        .collect();
    table(report, "", &columns, rows);
}

fn looks(report: &mut Report, data: &OwnData) {
    report.heading("谁看过我的记录");
    let columns = [
        column("时间", 22.0),
        column("查看内容", 28.0),
        column("身份", 20.0),
        column("单位", 28.0),
        column("事由", 28.0),
    ];
    let rows: Vec<_> = data
        .access_log
        .iter()
        .map(|look| {
            vec![
                minute(look.at),
                word("look", &look.action).into(),
                look.by_role.map_or("—", |role| word("role", role.word())).into(),
                look.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default(),
                look.purpose.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "", &columns, rows);
}

fn requests(report: &mut Report, data: &OwnData) {
    report.heading("我的申请");
    let columns =
        [column("时间", 20.0), column("申请", 16.0), column("状态", 14.0), column("说明", 28.0), column("答复", 28.0)];
    let rows: Vec<_> = data
        .requests
        .iter()
        .map(|request| {
            let place = request.new_host.as_ref().map(|unit| unit.name.clone()).or_else(|| request.place.clone());
            let said = [place, request.note.clone()].into_iter().flatten().collect::<Vec<_>>().join("；");
            vec![
                minute(request.filed_at),
                word("request", request.kind.word()).into(),
                word("request_status", request.status.word()).into(),
                said,
                request.answer.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(report, "", &columns, rows);
}

fn documents(report: &mut Report, data: &OwnData) {
    report.heading("我的材料");
    let columns =
        [column("日期", 16.0), column("种类", 18.0), column("题目", 34.0), column("字数", 16.0), column("状态", 16.0)];
    let rows: Vec<_> = data
        .documents
        .iter()
        .map(|own| {
            let document = &own.document;
            let said = if document.stated { "（自报）" } else { "" };
            vec![
                document.written_on.to_string(),
                word("document_kind", document.kind.word()).into(),
                document.title.clone().unwrap_or_default(),
                format!("{}{said}", document.length),
                word("document_state", document.state.word()).into(),
            ]
        })
        .collect();
    table(report, "正文见 JSON 文件", &columns, rows);
}

fn notices(report: &mut Report, data: &OwnData) {
    report.heading("给我的通知");
    let columns = [column("时间", 20.0), column("通知", 50.0), column("活动", 36.0)];
    let rows: Vec<_> = data
        .notices
        .iter()
        .map(|notice| {
            let event = notice.event.as_ref().map(|event| event.title.clone()).unwrap_or_default();
            vec![minute(notice.at), word("notice", notice.kind.word()).into(), event]
        })
        .collect();
    table(report, "", &columns, rows);
    let link = data.calendar_link_since.map_or_else(|| "无".to_owned(), |since| format!("{} 起有效", minute(since)));
    report.facts(&[("日历订阅链接", link)]);
}

/// A table with a line above it; an empty one says so.
pub(super) fn table(report: &mut Report, name: &str, columns: &[Column], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        let name = if name.is_empty() { "记录" } else { name };
        report.note(&format!("{name}：无。"));
        return;
    }
    if !name.is_empty() {
        report.note(&format!("{name}："));
    }
    let shown = rows.len().min(MOST);
    report.table(columns, &rows[..shown], 0.0);
    if shown < rows.len() {
        report.note(&format!("另有 {} 条较早的记录，见 JSON 文件。", rows.len() - shown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cards::{CardAct, CardStatus},
        check_ins::decide::{CheckInVerdict, Method, Outcome, RejectReason},
        people::{Gender, Membership},
        registrations::{Action, ContactMethod, ContactOutcome, FlowReason, Status},
    };

    #[test]
    fn every_word_on_paper_is_chinese() {
        let mut foreign = Vec::new();
        let mut check = |list: &'static str, words: Vec<&'static str>| {
            foreign.extend(words.into_iter().filter(|w| word(list, w) == *w).map(|w| format!("{list}.{w}")));
        };
        macro_rules! all {
            ($($list:literal $kind:ty),*) => {$(check($list, <$kind>::ALL.iter().map(|w| w.word()).collect());)*};
        }
        all!("gender" Gender, "membership" Membership, "registration" Status, "reason" FlowReason, "step" Action,
             "contact" ContactMethod, "contact_outcome" ContactOutcome, "card" CardStatus, "card_act" CardAct,
             "outcome" Outcome, "method" Method, "verdict" CheckInVerdict, "refused" RejectReason,
             "method" crate::check_ins::EntryMethod, "event" crate::events::EventKind, "role" crate::access::Role,
             "unit" crate::units::UnitKind, "notice" crate::notices::NoticeKind,
             "request" crate::registrations::RequestKind, "request_status" crate::registrations::RequestStatus,
             "document_kind" crate::documents::DocumentKind, "document_state" crate::documents::DocumentState,
             "post" crate::posts::PostKind, "recruit_stage" crate::recruits::RecruitStage);
        all!("talk_mode" crate::talks::TalkMode, "talk_topic" crate::talks::TalkTopic);
        all!("census_reason" crate::censuses::UnableReason);
        all!("talk_mode" crate::talks::TalkMode, "talk_topic" crate::talks::TalkTopic,
             "opinion_state" crate::opinions::OpinionState, "help_side" crate::pairings::HelpSide,
             "case_subject" crate::pairings::CaseSubject, "aid_kind" crate::pairings::AidKind,
             "aid_state" crate::pairings::AidState);
        all!("commendation_title" crate::commendations::CommendationTitle,
             "commendation_state" crate::commendations::CommendationState);
        check("look", crate::home::LOOK_UPS.to_vec());
        assert!(foreign.is_empty(), "{foreign:?}");
    }
}
