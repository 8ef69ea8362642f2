//! From a line of the sheet to a filing, with every cell that has to be mended.

use std::{collections::HashMap, sync::Arc};

use super::{
    around,
    cells::{self, Read},
    header::Layout,
    model::{Field, Judged, Note, Remark},
    rules,
    table::{Line, Value},
    unit_names::Directory,
    words,
};
use crate::{
    clock::Day,
    ids::UnitId,
    parsing::Line as TextLine,
    people::{Consent, Membership, NewPerson},
    registrations::{self, End, Filer, Filing, FlowReason},
};

/// What rows take where the sheet says nothing, and what their words are held against.
pub(super) struct Basis {
    pub(super) filer: Filer,
    pub(super) filed_by: End,
    pub(super) home: Option<UnitId>,
    pub(super) host: Option<UnitId>,
    pub(super) flow_reason: FlowReason,
    pub(super) started_on: Day,
    pub(super) membership: Membership,
    pub(super) consent_version: TextLine<40>,
    pub(super) consent_given_on: Day,
    pub(super) today: Day,
    /// Read only where a column names units.
    pub(super) directory: Option<Directory>,
}

/// What a line came to.
pub(super) enum Outcome {
    /// A verdict already.
    Settled(Judged),
    /// A filing that the registry has to judge.
    Filed { row: u32, filing: Box<Filing>, remarks: Vec<Remark> },
}

/// Reads the lines of one sheet, one after the other.
pub(super) struct RowReader {
    basis: Arc<Basis>,
    layout: Layout,
    is_1904: bool,
    /// In which row an ID number was met.
    people: HashMap<String, u32>,
    phones: HashMap<String, u32>,
    /// What unit names mean, each looked for once.
    units: HashMap<(Field, String), Result<UnitId, Note>>,
}

/// What is said about the row that is being read.
#[derive(Default)]
struct Said {
    errors: Vec<Remark>,
    remarks: Vec<Remark>,
}

impl Said {
    fn wrong(&mut self, field: Field, column: Option<u16>, note: Note) {
        self.errors.push(Remark { column, field: Some(field), note });
    }

    /// From left to right; what has no column comes last.
    fn in_order(mut self) -> Self {
        for list in [&mut self.errors, &mut self.remarks] {
            list.sort_by_key(|remark| remark.column.unwrap_or(u16::MAX));
        }
        self
    }

    fn blames(&self, field: Field) -> bool {
        self.errors.iter().any(|error| error.field == Some(field))
    }
}

impl RowReader {
    pub(super) fn new(basis: Arc<Basis>, layout: Layout, is_1904: bool) -> Self {
        Self { basis, layout, is_1904, people: HashMap::new(), phones: HashMap::new(), units: HashMap::new() }
    }

    /// What a line below the headings comes to; `None` where it holds nothing but a serial number.
    pub(super) fn read(&mut self, line: &Line) -> Option<Outcome> {
        let settled = |judged| Some(Outcome::Settled(judged));
        if self.layout.is_repeated_in(line) {
            return settled(Judged::skipped(line.number, Note::new("headings", "repeats the headings", "重复的表头")));
        }
        if around::is_example(line) {
            return settled(Judged::skipped(line.number, Note::new("example", "is an example", "示例行")));
        }
        let names_a_person =
            [Field::IdNumber, Field::Phone].iter().any(|field| around::is_a_number(self.value(line, *field)));
        if !names_a_person && around::is_footer(line) {
            return settled(Judged::skipped(
                line.number,
                Note::new("no_member", "names no member", "不是党员信息（表尾或小标题）"),
            ));
        }
        let mut fields = Field::ALL.iter().map(|field| self.value(line, *field));
        if !self.layout.fields.is_empty() && fields.all(Value::is_empty) {
            return None;
        }
        Some(self.person(line))
    }

    fn value<'l>(&self, line: &'l Line, field: Field) -> &'l Value {
        self.layout.column(field).map_or(&Value::Empty, |column| line.at(column))
    }

    /// Reads a cell that may be empty.
    fn cell<T>(
        &self,
        said: &mut Said,
        line: &Line,
        field: Field,
        read: impl FnOnce(&Value) -> Result<Read<T>, Note>,
    ) -> Option<T> {
        let column = self.layout.column(field);
        match self.value(line, field) {
            Value::Empty => None,
            Value::Fault => {
                let note =
                    Note::new("formula_error", "holds a formula that came to an error", "公式出错，请直接填写内容");
                said.wrong(field, column, note);
                None
            }
            value => match read(value) {
                Ok(Read { value, remark }) => {
                    said.remarks.extend(remark.map(|note| Remark { column, field: Some(field), note }));
                    Some(value)
                }
                Err(note) => {
                    said.wrong(field, column, note);
                    None
                }
            },
        }
    }

    /// Reads a cell that must not be empty.
    fn required<T>(
        &self,
        said: &mut Said,
        line: &Line,
        field: Field,
        read: impl FnOnce(&Value) -> Result<Read<T>, Note>,
    ) -> Option<T> {
        let value = self.cell(said, line, field, read);
        if value.is_none() && !said.blames(field) {
            said.wrong(field, self.layout.column(field), Note::new("required", "is required", "这一项必须填写"));
        }
        value
    }

    fn person(&mut self, line: &Line) -> Outcome {
        let (row, is_1904) = (line.number, self.is_1904);
        let basis = Arc::clone(&self.basis);
        let mut said = Said::default();
        let s = &mut said;
        let day = |value: &Value| cells::day(value, is_1904);
        let name = self.required(s, line, Field::Name, cells::name);
        let id_number = self.required(s, line, Field::IdNumber, cells::id_number);
        let phone = self.required(s, line, Field::Phone, cells::phone);
        let joined_on = self.required(s, line, Field::JoinedOn, day);
        let gender = self.cell(s, line, Field::Gender, words::gender);
        let birth_date = self.birth_date(s, line, id_number.as_ref().map(|id| id.birth_date()));
        let membership = self.cell(s, line, Field::Membership, words::membership);
        let retired = self.cell(s, line, Field::Retired, words::retired);
        let employer = self.cell(s, line, Field::Employer, cells::line);
        let address = self.cell(s, line, Field::Address, cells::line);
        let started_on = self.cell(s, line, Field::StartedOn, day);
        let flow_reason = self.cell(s, line, Field::FlowReason, words::flow_reason);
        let consent_given_on = self.cell(s, line, Field::ConsentGivenOn, day);
        let home = self.unit(s, line, Field::Home, basis.home);
        let host = self.unit(s, line, Field::Host, basis.host);

        let Some(id_number) = id_number else { return Self::settled(row, said) };
        let known = self.people.entry(id_number.as_str().to_owned()).or_insert(row);
        if *known != row {
            let note = Note::new(
                "twice_in_file",
                format!("is that of row {known} too"),
                format!("与第 {known} 行的身份证号相同"),
            );
            said.wrong(Field::IdNumber, self.layout.column(Field::IdNumber), note);
        }
        if let Some(phone) = &phone {
            let known = self.phones.entry(phone.as_str().to_owned()).or_insert(row);
            if *known != row {
                let note = Note::new(
                    "phone_twice",
                    format!("is that of row {known} too, please compare"),
                    format!("与第 {known} 行的手机号相同，请核对"),
                );
                let column = self.layout.column(Field::Phone);
                said.remarks.push(Remark { column, field: Some(Field::Phone), note });
            }
        }
        // What is wrong or missing is held open by something harmless, so that all the rest is judged at once; nothing is
        // said twice about one field, and a row with an error is never filed.
        let open = Day::new(1, 1, 1);
        let (nowhere, elsewhere) = (UnitId(uuid::Uuid::nil()), UnitId(uuid::Uuid::max()));
        let filing = || {
            Some(Filing {
                filed_by: basis.filed_by,
                home_unit_id: home.unwrap_or(nowhere),
                host_unit_id: host.unwrap_or(elsewhere),
                flow_reason: flow_reason.unwrap_or(basis.flow_reason),
                started_on: started_on.unwrap_or(basis.started_on),
                person: NewPerson {
                    name: name.or_else(|| "某".parse().ok())?,
                    gender: gender.unwrap_or(id_number.gender()),
                    birth_date: birth_date.or(open)?,
                    phone: phone.or_else(|| "13000000000".parse().ok())?,
                    joined_on: joined_on.or(open)?,
                    membership: membership.unwrap_or(basis.membership),
                    retired: retired.unwrap_or(false),
                    employer,
                    address,
                    id_number,
                },
                consent: Consent {
                    version: basis.consent_version.clone(),
                    given_on: consent_given_on.unwrap_or(basis.consent_given_on),
                },
            })
        };
        let Some(filing) = filing() else { return Self::settled(row, said) };
        for error in registrations::contradictions(&filing, basis.today) {
            let (field, note) = rules::about(&error);
            if field.is_none_or(|field| !said.blames(field)) {
                let column = field.and_then(|field| self.layout.column(field));
                said.errors.push(Remark { column, field, note });
            }
        }
        if !said.errors.is_empty() {
            return Self::settled(row, said);
        }
        Outcome::Filed { row, filing: Box::new(filing), remarks: said.in_order().remarks }
    }

    fn settled(row: u32, said: Said) -> Outcome {
        let Said { errors, remarks } = said.in_order();
        Outcome::Settled(Judged::new(row, errors, remarks))
    }

    /// The birth date, from its cell or from the ID number. A cell that names only a month says no more than the ID.
    fn birth_date(&self, said: &mut Said, line: &Line, in_id: Option<Day>) -> Option<Day> {
        let before = said.remarks.len();
        let read = self.cell(said, line, Field::BirthDate, |value| cells::day(value, self.is_1904));
        let only_month = said.remarks.get(before).is_some_and(|remark| remark.note.code == "first_of_month");
        match (read, in_id) {
            (Some(day), Some(known)) if only_month => {
                said.remarks.truncate(before);
                Some(if day == known.first_of_month() { known } else { day })
            }
            (Some(day), _) => Some(day),
            (None, known) => known,
        }
    }

    /// The unit that a cell names, or the one that stands for all.
    fn unit(&mut self, said: &mut Said, line: &Line, field: Field, given: Option<UnitId>) -> Option<UnitId> {
        let column = self.layout.column(field);
        let typed = self.value(line, field).words();
        if typed.is_empty() {
            if given.is_none() {
                said.wrong(field, column, Note::new("required", "is required", "这一项必须填写"));
            }
            return given;
        }
        let basis = &self.basis;
        let found = self.units.entry((field, typed)).or_insert_with_key(|(_, typed)| named(basis, field, typed));
        match found {
            Ok(unit) => Some(*unit),
            Err(note) => {
                said.wrong(field, column, note.clone());
                None
            }
        }
    }
}

/// The unit of a name; at the end that files only within reach.
fn named(basis: &Basis, field: Field, typed: &str) -> Result<UnitId, Note> {
    let unknown = || Note::new("unknown_unit", "is no unit that is known here", "没有找到这个单位");
    let directory = basis.directory.as_ref().ok_or_else(unknown)?;
    let end = if field == Field::Home { End::Home } else { End::Host };
    let usable = |id: UnitId| match end {
        End::Home => directory.may_be_home(id),
        End::Host => directory.may_be_host(id),
    };
    if end != basis.filed_by {
        return directory.find(typed, usable);
    }
    let within = |id: UnitId| {
        let above: Vec<UnitId> = directory.path(id).iter().map(|unit| unit.id).collect();
        basis.filer.covers(end, &above)
    };
    directory.find(typed, |id| usable(id) && within(id)).map_err(|note| match directory.find(typed, usable) {
        Ok(_) => rules::out_of_reach(),
        Err(_) => note,
    })
}
