//! What one says for the words of the closed lists, in whatever is handed out: the very dictionary of the pages, so that a
//! file and a screen cannot say different things.

use std::{collections::HashMap, sync::LazyLock};

use crate::{
    clock::{Day, Instant},
    words,
};

words! {
    /// The language of a file.
    pub enum Lang {
        /// Chinese.
        Zh = "zh",
        /// English.
        En = "en",
    }
}

/// `'list.word': 'what one says',` line by line, Chinese first.
const PAGES: [&str; 3] = [
    include_str!("../../pwa/src/shared/i18n/terms.ts"),
    include_str!("../../pwa/src/shared/i18n/terms-records.ts"),
    include_str!("../../pwa/src/shared/i18n/terms-work.ts"),
];

type Dictionary = HashMap<&'static str, &'static str>;

static DICTIONARIES: LazyLock<(Dictionary, Dictionary)> = LazyLock::new(|| {
    let parts = PAGES.map(|page| page.split_once("  en: {").unwrap_or((page, "")));
    let entry = |line: &'static str| line.trim().strip_prefix('\'')?.strip_suffix("',")?.split_once("': '");
    let read = |texts: [&'static str; 3]| texts.into_iter().flat_map(str::lines).filter_map(entry).collect();
    (read(parts.map(|(chinese, _)| chinese)), read(parts.map(|(_, english)| english)))
});

/// What one says for a word of a closed list, `("registration", "active")`; the word itself where the dictionary lacks it.
pub fn term<'w>(lang: Lang, list: &str, word: &'w str) -> &'w str {
    let dictionary = match lang {
        Lang::Zh => &DICTIONARIES.0,
        Lang::En => &DICTIONARIES.1,
    };
    dictionary.get(format!("{list}.{word}").as_str()).copied().unwrap_or(word)
}

/// List, word, and what one says for it in Chinese where the pages say it in their own messages.
const MORE: &[(&str, &str, &str)] = &[
    ("by", "member", "本人"),
    ("by", "officer", "工作人员"),
    ("by", "program", "系统"),
    ("step", "file", "登记"),
    ("step", "confirm", "流出地确认"),
    ("step", "accept", "流入地接收"),
    ("step", "decline", "未通过"),
    ("step", "withdraw", "撤回"),
    ("step", "move", "更换流入地"),
    ("step", "return", "返回"),
    ("step", "transfer", "转接组织关系"),
    ("step", "out_of_contact", "记为失联"),
    ("step", "restore", "恢复在册"),
    ("step", "issue_card", "发证"),
    ("contact", "phone", "电话"),
    ("contact", "message", "短信或消息"),
    ("contact", "visit", "走访"),
    ("contact", "via_relative", "通过亲友"),
    ("contact", "other", "其他方式"),
    ("contact_outcome", "reached", "联系上了"),
    ("contact_outcome", "no_answer", "无人接听"),
    ("contact_outcome", "wrong_number", "号码不对"),
    ("contact_outcome", "refused", "不愿沟通"),
    ("card_act", "issue", "发证"),
    ("card_act", "suspend", "暂停"),
    ("card_act", "resume", "恢复"),
    ("card_act", "report_lost", "挂失"),
    ("card_act", "replace", "补办"),
    ("card_act", "revoke", "注销"),
    ("card_act", "review", "年审"),
    ("card_act", "surrender", "交回"),
    ("card_act", "activate", "绑定手机"),
    ("card_act", "removed", "解绑"),
    ("verdict", "accepted", "通过"),
    ("verdict", "replayed", "重复提交"),
    ("verdict", "duplicate", "已经签到"),
    ("verdict", "conflict", "待核对"),
    ("verdict", "rejected", "未通过"),
    ("refused", "unknown_event", "找不到这次活动"),
    ("refused", "event_not_open", "活动没有开放签到"),
    ("refused", "too_early", "还没到签到时间"),
    ("refused", "too_late", "签到时间已过"),
    ("refused", "code_invalid", "不是有效的活动码"),
    ("refused", "code_expired", "活动码已过期"),
    ("refused", "unknown_card", "不认识这张证件"),
    ("refused", "card_suspended", "证件已暂停使用"),
    ("refused", "card_lost", "证件已挂失"),
    ("refused", "card_revoked", "证件已注销"),
    ("refused", "card_surrendered", "证件已交回"),
    ("refused", "presentation_invalid", "二维码有误"),
    ("refused", "presentation_stale", "二维码已过时"),
    ("refused", "registration_not_active", "流动登记不在册"),
    ("refused", "not_in_audience", "不在参加范围内"),
    ("refused", "not_permitted", "无权代为签到"),
    ("refused", "clock_implausible", "手机时间不对"),
    ("notice", "registration_confirmed", "流出地确认了登记"),
    ("notice", "registration_accepted", "流入地接收了登记"),
    ("notice", "registration_declined", "登记未通过"),
    ("notice", "registration_withdrawn", "登记被撤回"),
    ("notice", "registration_moved", "流入地变更，等新的支部接收"),
    ("notice", "registration_returned", "办理了返回"),
    ("notice", "registration_transferred", "组织关系已转接"),
    ("notice", "registration_out_of_contact", "被记为失联"),
    ("notice", "registration_restored", "恢复在册"),
    ("notice", "card_issued", "已发证"),
    ("notice", "card_suspended", "证件暂停使用"),
    ("notice", "card_resumed", "证件恢复使用"),
    ("notice", "card_lost", "证件已挂失"),
    ("notice", "card_replaced", "补办了新证件"),
    ("notice", "card_revoked", "证件已注销"),
    ("notice", "card_reviewed", "证件通过年审"),
    ("notice", "card_surrendered", "证件已交回"),
    ("notice", "device_bound", "一部手机绑定了证件"),
    ("notice", "device_removed", "一部手机已解绑"),
    ("notice", "event_changed", "活动有变动"),
    ("notice", "event_cancelled", "活动已取消"),
    ("notice", "attendance_corrected", "参加记录已更正"),
    ("notice", "dispute_answered", "支部答复了异议"),
    ("notice", "leave_asked", "请假"),
    ("notice", "entry_disputed", "对参加记录提出异议"),
    ("notice", "phone_changed", "更换了手机号码"),
    ("notice", "employer_changed", "更改了工作单位"),
    ("notice", "address_changed", "更改了现住址"),
    ("notice", "request_filed", "提出了申请"),
    ("notice", "request_taken_back", "收回了申请"),
    ("notice", "request_done", "申请已办理"),
    ("notice", "request_refused", "申请暂不办理"),
    ("notice", "plan_started", "学习计划开始了"),
    ("notice", "document_returned", "材料被退回修改"),
    ("notice", "post_recorded", "任职已登记"),
    ("notice", "post_ended", "任职已结束"),
    ("notice", "census_opened", "摸排开始"),
    ("notice", "election_asked", "请求批准换届"),
    ("notice", "election_allowed", "同意换届"),
    ("notice", "election_sent_back", "换届材料被退回"),
    ("notice", "election_result", "换届结果报批"),
    ("notice", "election_approved", "换届结果已批准"),
    ("notice", "document_accepted", "材料已通过"),
    ("notice", "talk_recorded", "登记了一次谈心谈话"),
    ("notice", "talk_followed_up", "谈话中答应的事已办"),
    ("notice", "talk_voided", "一次谈话登记有误，已作废"),
    ("notice", "opinion_taken_up", "您提的意见已着手整改"),
    ("notice", "opinion_done", "您提的意见已办结"),
    ("notice", "opinion_published", "公布了一条意见的整改情况"),
    ("notice", "pairing_begun", "建立了结对"),
    ("notice", "pairing_ended", "一个结对已结束"),
    ("notice", "pairing_voided", "一个结对登记有误，已作废"),
    ("notice", "case_opened", "您的困难已登记，着手解决"),
    ("notice", "case_solved", "您的困难已解决"),
    ("notice", "case_voided", "一件困难登记有误，已作废"),
    ("notice", "aid_given", "登记了给您的帮扶"),
    ("notice", "aid_voided", "一笔帮扶登记有误，已作废"),
    ("notice", "visit_recorded", "登记了一次走访"),
    ("notice", "finding_answered", "答复了走访发现的问题"),
    ("notice", "submission_answered", "上级答复了请示"),
    ("notice", "submission_acknowledged", "上级已阅报告"),
    ("notice", "bulletin_published", "发布了简报"),
    ("notice", "commendation_nominated", "被推荐表彰"),
    ("notice", "commendation_confirmed", "表彰已确定"),
    ("notice", "commendation_published", "表彰已公布"),
    ("request", "going_home", "返回"),
    ("request", "moved", "换流入地"),
    ("request", "transfer", "转接组织关系"),
    ("request_status", "open", "等待办理"),
    ("request_status", "done", "已办理"),
    ("request_status", "refused", "暂不办理"),
    ("request_status", "taken_back", "已收回"),
    ("request_status", "lapsed", "已另行办结"),
    ("look", "registration.view", "查看登记"),
    ("look", "registration.history", "查看登记经过"),
    ("look", "registration.contacts", "查看联系记录"),
    ("look", "member.view", "查看个人资料"),
    ("look", "member.view_photo", "查看照片"),
    ("look", "member.attendance", "查看参加活动的记录"),
    ("look", "card.view", "查看证件"),
    ("look", "card.history", "查看证件经过"),
    ("look", "card.picture", "打印或保存证件"),
    ("look", "card.verify", "扫码核对证件"),
    ("look", "event.sign_in_sheet", "打印签到表"),
    ("look", "import.check", "导入名单时核对是否已登记"),
    ("look", "recruit.view", "查看发展党员的记录"),
    ("look", "export.floating_members", "导出流动党员统计表"),
    ("look", "export.department_list", "导出流动党员名册"),
    ("look", "export.attendance", "导出一段时间的参加情况"),
    ("look", "export.event", "导出一次活动的签到表"),
    ("look", "document.view", "查看个人材料"),
    ("look", "commendation.view", "查看表彰推荐"),
    ("look", "status_check", "查询状态"),
    ("look", "talk.view", "查看谈心谈话记录"),
    ("look", "opinion.view", "查看署名提出的意见"),
    ("look", "pairing.view", "查看结对"),
    ("look", "case.view", "查看困难和解决情况"),
    ("look", "aid.view", "查看帮扶款物"),
];

/// What one says on paper, which is Chinese.
pub fn word<'w>(list: &str, word: &'w str) -> &'w str {
    let more = MORE.iter().find(|(l, w, _)| *l == list && *w == word);
    more.map_or_else(|| term(Lang::Zh, list, word), |(_, _, said)| said)
}

/// `2026年11月25日`.
pub fn day(day: Day) -> String {
    let text = day.to_string();
    let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default();
    format!("{}年{}月{}日", next(), next(), next())
}

/// `2026-11-25 16:30`, in China's time.
pub fn minute(at: Instant) -> String {
    format!("{} {}", at.day(), at.time_of_day())
}

/// `2026年11月25日 14:00–16:00`, with the second day where there is one.
pub fn span(from: Instant, to: Instant) -> String {
    let ends =
        if from.day() == to.day() { to.time_of_day() } else { format!("{} {}", day(to.day()), to.time_of_day()) };
    format!("{} {}–{ends}", day(from.day()), from.time_of_day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::Role,
        check_ins::{EntryMethod, Outcome},
        documents::{DocumentKind, DocumentState},
        events::EventKind,
        people::{Gender, Membership},
        plans::{PlanCategory, PlanState},
        registrations::{CardStatus, FlowReason, Status},
        units::UnitKind,
    };

    #[test]
    fn every_word_is_said_in_both_languages() {
        let mut words: Vec<(&str, &'static str)> = Vec::new();
        words.extend(Status::ALL.iter().map(|w| ("registration", w.word())));
        words.extend(FlowReason::ALL.iter().map(|w| ("reason", w.word())));
        words.extend(CardStatus::ALL.iter().map(|w| ("card", w.word())));
        words.extend(Membership::ALL.iter().map(|w| ("membership", w.word())));
        words.extend(Gender::ALL.iter().map(|w| ("gender", w.word())));
        words.extend(UnitKind::ALL.iter().map(|w| ("unit", w.word())));
        words.extend(Role::ALL.iter().map(|w| ("role", w.word())));
        words.extend(EventKind::ALL.iter().map(|w| ("event", w.word())));
        words.extend(Outcome::ALL.iter().map(|w| ("outcome", w.word())));
        words.extend(EntryMethod::ALL.iter().map(|w| ("method", w.word())));
        words.extend(PlanCategory::ALL.iter().map(|w| ("plan_category", w.word())));
        words.extend(PlanState::ALL.iter().map(|w| ("plan_state", w.word())));
        words.extend(DocumentKind::ALL.iter().map(|w| ("document_kind", w.word())));
        words.extend(DocumentState::ALL.iter().map(|w| ("document_state", w.word())));
        for (list, word) in words {
            for lang in [Lang::Zh, Lang::En] {
                assert!(term(lang, list, word) != word, "{lang}: {list}.{word} is missing");
            }
        }
        assert_eq!(term(Lang::Zh, "registration", "out_of_contact"), "失联");
        assert_eq!(term(Lang::En, "registration", "out_of_contact"), "Out of contact");
    }

    #[test]
    fn a_span_names_its_second_day_only_where_there_is_one() {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        let from = at("2026-11-05T06:00:00Z");
        assert_eq!(span(from, at("2026-11-05T08:30:00Z")), "2026年11月5日 14:00–16:30");
        assert_eq!(span(from, at("2026-11-05T16:00:00Z")), "2026年11月5日 14:00–2026年11月6日 00:00");
        assert_eq!(minute(from), "2026-11-05 14:00");
    }
}
