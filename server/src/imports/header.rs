//! Finding the headings: below titles, in one line or in merged ones over two or three.

use std::collections::BTreeMap;

use super::{
    fields::{self, Meaning, meaning, plain},
    model::{ColumnFound, Field},
    options::{Mapping, letters},
    table::{Line, Value},
};

/// As many lines as are looked at for headings.
pub(super) const LINES: usize = 30;
/// Headings that stand over each other.
const HIGHEST: usize = 3;
/// Fewer known headings are none: any list has names.
const FEWEST: usize = 2;

/// Where the headings stand, and what their columns hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// The lowest line of headings; members stand below it.
    pub(super) row: u32,
    /// The columns of fields.
    pub(super) fields: BTreeMap<Field, u16>,
    /// Every column with a heading.
    pub(super) columns: Vec<ColumnFound>,
}

impl Layout {
    /// Where a field stands.
    pub(super) fn column(&self, field: Field) -> Option<u16> {
        self.fields.get(&field).copied()
    }

    /// Whether a line repeats the headings, as on every printed page.
    pub(super) fn is_repeated_in(&self, line: &Line) -> bool {
        let same = self.fields.iter().filter(|(field, column)| {
            let Value::Text(text) = line.at(**column) else { return false };
            matches!(meaning(&plain(text)), Meaning::Field(found, _) if found == **field)
        });
        same.count() >= FEWEST
    }
}

/// Finds the headings among the first lines of a sheet; what a person says about row and columns counts more.
pub(super) fn find(first: &[Line], row: Option<u32>, mapping: &Mapping) -> Option<Layout> {
    let blocks = (1..=HIGHEST).flat_map(|height| first.windows(height));
    let fits = |block: &&[Line]| {
        let together = block.windows(2).all(|pair| pair[1].number == pair[0].number + 1);
        let last = block.last().map(|line| line.number);
        together && row.is_none_or(|row| last == Some(row))
    };
    let mut best: Option<(usize, u32, &[Line])> = None;
    // Low blocks come first, and among them the upper ones: a higher or lower one has to be better.
    for block in blocks.filter(fits) {
        let known = headings(block).values().filter(|heading| heading.is_field()).count();
        let first_row = block.first().map_or(0, |line| line.number);
        if best.is_none_or(|(most, ..)| known > most) {
            best = Some((known, first_row, block));
        }
    }
    let block = match best {
        Some((known, _, block)) if known >= FEWEST || row.is_some() => block,
        // Nothing that is known: the line with the most words may be the headings.
        _ => {
            let words = |line: &Line| line.filled().filter(|(_, value)| matches!(value, Value::Text(_))).count();
            let most = first.iter().map(words).max()?;
            let at = first.iter().position(|line| words(line) == most)?;
            &first[at..=at]
        }
    };
    Some(layout(block, mapping))
}

/// A heading with what stands above it.
struct Heading {
    text: String,
    meaning: Meaning,
}

impl Heading {
    fn is_field(&self) -> bool {
        matches!(self.meaning, Meaning::Field(..))
    }
}

/// The headings of a block of lines by column. The lowest filled cell names the column; the cells above it, which may be
/// merged over several columns, name the group.
fn headings(block: &[Line]) -> BTreeMap<u16, Heading> {
    let width = block.iter().map(|line| line.cells.len()).max().unwrap_or(0);
    let mut found = BTreeMap::new();
    for column in 0..u16::try_from(width).unwrap_or(u16::MAX) {
        let Some(low) = block.iter().rposition(|line| !line.at(column).is_empty()) else { continue };
        let own = block[low].at(column).words();
        let groups: Vec<String> = block[..low].iter().filter_map(|line| group_over(line, column)).collect();
        found.insert(column, heading(&own, &groups));
    }
    found
}

/// The text that spans a column in a line of merged cells: its own, or the nearest to the left.
fn group_over(line: &Line, column: u16) -> Option<String> {
    (0..=column).rev().map(|at| line.at(at)).find(|value| !value.is_empty()).map(Value::words)
}

fn heading(own: &str, groups: &[String]) -> Heading {
    let text = groups.iter().map(String::as_str).chain([own]).collect::<Vec<_>>().join(" / ");
    let alone = meaning(&plain(own));
    let Some(group) = groups.last() else { return Heading { text: own.to_owned(), meaning: alone } };
    let together = meaning(&format!("{}{}", plain(group), plain(own)));
    let of_a_unit = matches!(meaning(&plain(group)), Meaning::Field(Field::Home | Field::Host, _));
    let meaning = match together {
        Meaning::Field(..) => together,
        // A phone under “home unit” is that unit's, not the member's.
        _ if of_a_unit => match (meaning(&plain(group)), alone, plain(own).as_str()) {
            (unit, Meaning::EitherEnd, _) | (unit, _, "名称" | "全称") => unit,
            _ => Meaning::Nothing,
        },
        _ => alone,
    };
    Heading { text, meaning }
}

fn layout(block: &[Line], mapping: &Mapping) -> Layout {
    let headings = headings(block);
    let mut fields: BTreeMap<Field, u16> =
        mapping.0.iter().filter_map(|(column, field)| field.map(|field| (field, *column))).collect();
    for entry in fields::TABLE {
        if fields.contains_key(&entry.field) {
            continue;
        }
        let said = headings.iter().filter_map(|(column, heading)| match heading.meaning {
            Meaning::Field(field, rank) if field == entry.field && !mapping.0.contains_key(column) => {
                Some((rank, *column))
            }
            _ => None,
        });
        let clearest = said.clone().map(|(rank, _)| rank).min();
        let mut columns = said.filter(|(rank, _)| Some(*rank) == clearest).map(|(_, column)| column);
        // Two columns that say the same: a person has to choose.
        if let (Some(column), None) = (columns.next(), columns.next()) {
            fields.insert(entry.field, column);
        }
    }
    let field_at = |column: u16| fields.iter().find(|(_, at)| **at == column).map(|(field, _)| *field);
    let in_doubt = |column: u16, heading: &Heading| match heading.meaning {
        _ if mapping.0.contains_key(&column) || field_at(column).is_some() => false,
        Meaning::EitherEnd => !(fields.contains_key(&Field::Home) && fields.contains_key(&Field::Host)),
        Meaning::Field(field, _) => !fields.contains_key(&field),
        Meaning::Nothing => false,
    };
    let columns = headings.iter().map(|(column, heading)| ColumnFound {
        column: letters(*column),
        header: heading.text.chars().take(100).collect(),
        field: field_at(*column),
        doubt: in_doubt(*column, heading),
    });
    let columns = columns.collect();
    Layout { row: block.last().map_or(0, |line| line.number), columns, fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: &[&[&str]]) -> Vec<Line> {
        let line = |(number, cells): (u32, &&[&str])| Line {
            number,
            cells: cells.iter().map(|text| Value::text(text)).collect(),
        };
        (1..).zip(rows).map(line).filter(|line| line.filled().count() > 0).collect()
    }

    fn found(rows: &[&[&str]]) -> (u32, Vec<(String, &'static str)>, Vec<String>) {
        let layout = find(&lines(rows), None, &Mapping::default()).expect("headings");
        let fields = layout.fields.iter().map(|(field, column)| (letters(*column), field.word())).collect();
        let doubt = layout.columns.iter().filter(|column| column.doubt).map(|column| column.column.clone()).collect();
        (layout.row, fields, doubt)
    }

    fn named(pairs: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        pairs.iter().map(|(column, field)| ((*column).to_owned(), *field)).collect()
    }

    #[test]
    fn below_titles_and_blank_lines() {
        let (row, fields, doubt) = found(&[
            &["流动党员登记表"],
            &["填报单位：第一支部", "", "", "2026年11月"],
            &[],
            &["序号", "姓名", "性别", "身份证号", "联系电话", "备注"],
            &["1", "张三", "男", "x", "y", ""],
        ]);
        assert_eq!(row, 4);
        assert_eq!(fields, named(&[("B", "name"), ("C", "gender"), ("D", "id_number"), ("E", "phone")]));
        assert!(doubt.is_empty());
    }

    #[test]
    fn merged_over_two_lines() {
        let (row, fields, _) = found(&[
            &["流动党员信息采集表"],
            &["序号", "个人信息", "", "", "联系方式", "", "流出地党组织", "", "", "现居住地"],
            &["", "姓名", "性别", "身份证号", "手机", "微信", "名称", "联系人", "联系电话", ""],
            &["1", "张三", "男", "990000194912310029", "13800000000", "", "某支部", "李四", "021-1", "某路"],
        ]);
        assert_eq!(row, 3);
        assert_eq!(
            fields,
            named(&[
                ("B", "name"),
                ("C", "gender"),
                ("D", "id_number"),
                ("E", "phone"),
                ("G", "home"),
                ("J", "address")
            ])
        );
    }

    #[test]
    fn what_says_the_same_or_may_mean_either_end_is_asked() {
        let (_, fields, doubt) = found(&[&["姓名", "身份证号", "手机号", "手机号", "所在党支部"]]);
        assert_eq!(fields, named(&[("A", "name"), ("B", "id_number")]));
        assert_eq!(doubt, ["C", "D", "E"]);
        // The clearer one is taken.
        let (_, fields, doubt) = found(&[&["姓名", "身份证号", "手机", "联系电话"]]);
        assert_eq!(fields, named(&[("A", "name"), ("B", "id_number"), ("C", "phone")]));
        assert!(doubt.is_empty());
    }

    #[test]
    fn what_a_person_says_counts_more() {
        let rows = lines(&[&["标题"], &["姓名", "身份证号", "手机", "所在党支部", "甲"]]);
        let mapping: Mapping = r#"{"D": "host", "E": "phone", "A": null}"#.parse().expect("a mapping");
        let layout = find(&rows, Some(2), &mapping).expect("headings");
        assert_eq!(layout.fields, BTreeMap::from([(Field::IdNumber, 1), (Field::Phone, 4), (Field::Host, 3)]));
        assert!(layout.columns.iter().all(|column| !column.doubt));
    }

    #[test]
    fn a_sheet_without_known_headings_has_columns_to_choose_from() {
        let (row, fields, _) = found(&[&["名单"], &["甲", "乙", "丙"], &["1", "2", "3"]]);
        assert_eq!((row, fields.len()), (2, 0));
        assert_eq!(find(&[], None, &Mapping::default()), None);
    }
}
