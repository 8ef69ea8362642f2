//! How long a text is, as Chinese offices count: every CJK character and every full-width mark is one, every unbroken run of
//! other characters is one. The same cases are run by the pages, whose editor counts while one types.

/// A count that goes on as the text comes.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    count: i64,
    before: Before,
}

/// What the last character was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    /// Nothing that a run could go on from.
    #[default]
    Gap,
    /// A run that ends in a letter or a digit.
    Word,
    /// A run that ends in something else.
    Sign,
    /// A shared mark right behind a letter or a digit: what follows says whether it stands inside a word.
    Mark,
}

impl Counter {
    /// Counts on.
    pub fn read(&mut self, text: &str) {
        for c in text.chars().filter(|c| !is_unseen(*c)) {
            self.push(c);
        }
    }

    fn push(&mut self, c: char) {
        let in_run = matches!(self.before, Before::Word | Before::Sign);
        if self.before == Before::Mark {
            if is_letter(c) {
                self.before = Before::Word;
                return;
            }
            self.count += 1;
        }
        if c.is_whitespace() || c.is_control() {
            self.before = Before::Gap;
        } else if is_shared(c) {
            if self.before == Before::Word {
                self.before = Before::Mark;
            } else {
                self.count += 1;
                self.before = Before::Gap;
            }
        } else if is_cjk(c) {
            self.count += 1;
            self.before = Before::Gap;
        } else {
            self.count += i64::from(!in_run);
            self.before = if is_letter(c) { Before::Word } else { Before::Sign };
        }
    }

    /// How many there were.
    pub fn count(&self) -> i64 {
        self.count + i64::from(self.before == Before::Mark)
    }
}

/// How long a text is.
pub fn length(text: &str) -> i64 {
    let mut counter = Counter::default();
    counter.read(text);
    counter.count()
}

/// A letter or a digit of a script that is written in words.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_cjk(c)
}

/// Quotation marks, dash, ellipsis and dot, which Chinese and Latin text share.
const fn is_shared(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '—' | '…' | '·')
}

/// What joins or parts the characters around it, and is not seen itself.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// Ideographs, kana, hangul and bopomofo, and the marks and forms of full width.
const fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}'          // hangul letters
        | '\u{2e80}'..='\u{2fff}'        // radicals
        | '\u{3001}'..='\u{9fff}'        // marks, kana, bopomofo, enclosed and compatibility forms, ideographs
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' // hangul
        | '\u{f900}'..='\u{faff}'        // compatibility ideographs
        | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe6f}' // vertical and small forms
        | '\u{ff01}'..='\u{ffef}'        // forms of full and half width
        | '\u{20000}'..='\u{3ffff}'      // further ideographs
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Table {
        cases: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        text: String,
        length: i64,
        why: String,
    }

    #[test]
    fn the_case_table_holds() {
        let table: Table =
            serde_json::from_str(include_str!("../../../tests/cases/document_lengths.json")).expect("the case table");
        assert!(table.cases.len() >= 50);
        for case in table.cases {
            assert_eq!(length(&case.text), case.length, "{}: {}", case.text, case.why);
            // A file comes piece by piece, and a piece may end anywhere.
            let mut counter = Counter::default();
            case.text.chars().for_each(|c| counter.read(c.encode_utf8(&mut [0; 4])));
            assert_eq!(counter.count(), case.length, "in pieces, {}", case.text);
        }
    }
}
