//! What the rules of filing say about a row, as remarks on its cells.

use super::{
    header::Layout,
    model::{Field, Note, Remark},
};
use crate::{
    error::{ApiError, Code, FieldError},
    registrations::End,
};

/// The field of a pointer into a filing.
fn field_of(pointer: &str) -> Option<Field> {
    Some(match pointer {
        "/person/name" => Field::Name,
        "/person/gender" => Field::Gender,
        "/person/birth_date" => Field::BirthDate,
        "/person/id_number" => Field::IdNumber,
        "/person/phone" => Field::Phone,
        "/person/joined_on" => Field::JoinedOn,
        "/started_on" => Field::StartedOn,
        "/consent/given_on" => Field::ConsentGivenOn,
        "/home_unit_id" => Field::Home,
        "/host_unit_id" => Field::Host,
        _ => return None,
    })
}

/// What a bad field of a filing is on the sheet.
pub(super) fn about(error: &FieldError) -> (Option<Field>, Note) {
    let field = field_of(&error.pointer);
    let (code, zh) = match field {
        Some(Field::Gender) => ("differs", "与身份证号中的性别不一致"),
        Some(Field::BirthDate) => ("differs", "与身份证号中的出生日期不一致"),
        Some(Field::IdNumber) => ("invalid", "其中的出生日期晚于今天"),
        Some(Field::JoinedOn) if error.detail.contains("future") => ("invalid", "不能晚于今天"),
        Some(Field::JoinedOn) => ("invalid", "应晚于出生日期"),
        Some(Field::StartedOn) if error.detail.contains("ahead") => ("invalid", "不能晚于今天之后三个月"),
        Some(Field::StartedOn) => ("invalid", "应晚于出生日期"),
        Some(Field::ConsentGivenOn) => ("invalid", "不能晚于今天"),
        Some(Field::Home) if error.code == "unknown" => ("unknown_unit", "没有找到这个单位"),
        Some(Field::Home) => ("invalid", "应在某个组织部之下"),
        Some(Field::Host) if error.code == "unknown" => ("unknown_unit", "没有找到这个单位"),
        Some(Field::Host) if error.detail.contains("home unit") => ("invalid", "不能与流出地党组织相同"),
        Some(Field::Host) => ("invalid", "应是党支部、党小组、党总支或党委"),
        _ => ("invalid", "填写得不对"),
    };
    (field, Note::new(code, error.detail.clone(), zh))
}

/// A unit at the filing end which is none of the caller's.
pub(super) fn out_of_reach() -> Note {
    Note::new("out_of_reach", "is not one of the units for which you may register", "不在您可以登记的单位范围内")
}

/// What a refusal of the registry is on the sheet; what is none, such as a lost database, is handed back.
pub(super) fn refusal(error: ApiError, filed_by: End) -> Result<Vec<(Option<Field>, Note)>, ApiError> {
    Ok(match error.code() {
        Code::Invalid => error.errors().iter().map(about).collect(),
        Code::NotFound => {
            let field = if filed_by == End::Home { Field::Home } else { Field::Host };
            vec![(Some(field), out_of_reach())]
        }
        Code::OpenRegistrationExists => vec![(
            Some(Field::IdNumber),
            Note::new(
                "open_registration_exists",
                "belongs to a person who has an open registration already: ask the member, or the home department",
                "这位党员已有一份进行中的流动登记：请向本人或流出地组织部了解",
            ),
        )],
        Code::PersonDiffers => vec![(
            Some(Field::IdNumber),
            Note::new(
                "person_differs",
                "is on record with another name or birth date: compare it with the ID",
                "已有记录，但姓名或出生日期对不上：请对照证件核对",
            ),
        )],
        _ => return Err(error),
    })
}

/// The same with the cells.
pub(super) fn on_the_sheet(said: Vec<(Option<Field>, Note)>, layout: &Layout) -> Vec<Remark> {
    let remark = |(field, note): (Option<Field>, Note)| {
        let column = field.and_then(|field| layout.column(field));
        Remark { column, field, note }
    };
    said.into_iter().map(remark).collect()
}
