//! A sheet as it was read: lines of values, whatever file they came from.

use super::fields::half_width;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text, as it is.
    Text(String),
    /// A number that is not formatted as a date.
    Number(f64),
    /// A date cell, by its serial number in the 1900 system.
    Date(f64),
    /// Yes or no.
    Bool(bool),
    /// A formula that came to an error.
    Fault,
}

impl Value {
    /// A text as a value; blanks alone are nothing.
    pub(super) fn text(text: &str) -> Self {
        // What no field can hold, told and not kept.
        let cut: String = text.chars().take(LONGEST).collect();
        if tidy(&cut).is_empty() { Self::Empty } else { Self::Text(cut) }
    }

    /// Whether nothing stands there.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// What a person reads in the cell; whole numbers without exponent.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => tidy(text),
            Self::Number(number) => format!("{number}"),
            Self::Date(serial) => {
                super::dates::of_serial(*serial).map_or_else(|_| format!("{serial}"), |day| day.to_string())
            }
            Self::Bool(true) => "是".into(),
            Self::Bool(false) => "否".into(),
            Self::Fault => "#".into(),
        }
    }
}

/// As many characters of a cell as are kept: more than any field takes.
const LONGEST: usize = 1000;

/// A text without what is only typography: the apostrophe that makes Excel keep a text, the `="…"` of other programs'
/// CSV files, blanks and invisible characters around it; line breaks become blanks.
pub(super) fn tidy(text: &str) -> String {
    let text = text.trim_matches(is_blank);
    let text = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let text = text.trim_start_matches(['\'', '\u{2019}', '\u{ff07}', '`']).trim_matches(is_blank);
    text.chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}'))
        .map(|c| if is_blank(c) { ' ' } else { c })
        .collect()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || half_width(c) == ' ' || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}')
}

/// A line that holds something.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    /// Its number, as a spreadsheet counts.
    pub(super) number: u32,
    /// Its cells from the first column on.
    pub(super) cells: Vec<Value>,
}

impl Line {
    /// The value in a column.
    pub(super) fn at(&self, column: u16) -> &Value {
        self.cells.get(usize::from(column)).unwrap_or(&Value::Empty)
    }

    /// The columns that hold something.
    pub(super) fn filled(&self) -> impl Iterator<Item = (u16, &Value)> {
        (0..).zip(&self.cells).filter(|(_, value)| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_is_no_content() {
        for (typed, words) in [
            (" 张三\u{3000}", "张三"),
            ("'990000194912310029", "990000194912310029"),
            ("\t990000194912310029", "990000194912310029"),
            ("=\"13800000000\"", "13800000000"),
            ("\u{feff}张\n三", "张 三"),
            ("\u{a0}", ""),
        ] {
            assert_eq!(tidy(typed), words, "{typed:?}");
        }
        assert_eq!(Value::text(" \u{3000}\n"), Value::Empty);
        assert_eq!(Value::Number(13_812_345_678.0).words(), "13812345678");
        assert_eq!(Value::Date(38_353.0).words(), "2005-01-01");
    }
}
