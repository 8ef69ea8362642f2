//! The sign-in sheet of an event: who is asked to come, to sign by hand; what is on record already is filled in.

use crate::{
    access::{
        Caller,
        audit::{self, Record},
    },
    app::AppState,
    check_ins::{self, Attendance, AttendanceItem, Outcome},
    clock::{Day, Instant},
    error::ApiError,
    ids::EventId,
    paper::{Column, Report},
    terms,
};

/// As many people go on one list.
const MOST: usize = 2000;
/// Empty rows for those who come without having been asked.
const GUESTS: usize = 5;
/// A list that nobody is asked to still has rows to sign on.
const BLANK: usize = 20;
/// High enough to sign in.
const ROW: f64 = 26.0;

const COLUMNS: [Column; 5] = [
    Column { title: "序号", share: 8.0 },
    Column { title: "姓名", share: 22.0 },
    Column { title: "所在支部", share: 34.0 },
    Column { title: "签名", share: 22.0 },
    Column { title: "到会时间 / 备注", share: 22.0 },
];

/// Reads who is on the list, and records that each of them was printed.
pub(super) async fn list(app: &AppState, caller: &Caller, id: EventId) -> Result<Attendance, ApiError> {
    let attendance = check_ins::attendance(app, caller, id).await?;
    if attendance.items.len() > MOST {
        return Err(ApiError::wrong_state(
            "More than 2,000 people are asked; let the branches hold events of their own.",
        ));
    }
    let members: Vec<_> = attendance.items.iter().map(|item| item.member.id).collect();
    let (now, by) = (app.clock.now(), caller.clone());
    app.db
        .write(move |c| {
            Box::pin(async move {
                for member in members {
                    let record = Record::new((&by).into(), "event.sign_in_sheet", ("event", id.to_string()));
                    audit::append(c, now, record.about(member).from_unit(by.unit())).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(attendance)
}

/// The sheet as PDF.
pub(super) fn pdf(list: &Attendance, now: Instant) -> Result<Vec<u8>, ApiError> {
    let event = &list.event;
    let foot = format!("打印于 {} · {}", terms::minute(now), event.title);
    let mut sheet = Report::new("签到表", &event.title, &foot);
    sheet.facts(&[
        ("组织单位", event.unit.name.clone()),
        ("活动形式", terms::word("event", event.kind.word()).into()),
        ("时间", terms::span(event.starts_at, event.ends_at)),
        ("地点", event.place.clone().unwrap_or_default()),
        ("应到", format!("{} 人", list.counts.expected)),
    ]);
    let mut rows: Vec<Vec<String>> =
        list.items.iter().enumerate().map(|(at, item)| row(at + 1, item, event.starts_at.day())).collect();
    let blank = if rows.is_empty() { BLANK } else { GUESTS };
    rows.extend((rows.len()..rows.len() + blank).map(|at| {
        let mut row = vec![String::new(); COLUMNS.len()];
        row[0] = (at + 1).to_string();
        row
    }));
    sheet.table(&COLUMNS, &rows, ROW);
    sheet.note("已通过手机或扫证签到的，备注中已注明，不必再签名；请假事由不在本表中。空行供列席人员使用。");
    sheet.pdf()
}

fn row(number: usize, item: &AttendanceItem, day: Day) -> Vec<String> {
    let remark = match item.outcome {
        Outcome::Expected => String::new(),
        Outcome::Present => {
            let time = |at: Instant| if at.day() == day { at.time_of_day() } else { terms::minute(at) };
            format!("已签到 {}", item.occurred_at.map(time).unwrap_or_default()).trim_end().to_owned()
        }
        outcome => terms::word("outcome", outcome.word()).into(),
    };
    vec![number.to_string(), item.member.name.clone(), item.host.name.clone(), String::new(), remark]
}
