//! Synthetic people: ID numbers under region code 990000, which was never assigned.

use serde_json::{Value, json};

/// What a secretary types in about a person.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub gender: &'static str,
    pub birth_date: String,
    pub id_number: String,
    pub phone: String,
}

const NAMES: [&str; 12] =
    ["张秀英", "王建国", "李芳", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "周涛", "吴敏", "徐强", "孙莉"];

impl Person {
    /// The `n`th person; the same number is the same person.
    pub fn nth(n: u32) -> Self {
        let birth_date = format!("{}-{:02}-{:02}", 1950 + n % 50, 1 + n % 12, 1 + n % 28);
        let sequence = 100 + n % 900;
        let gender = if sequence % 2 == 1 { "male" } else { "female" };
        let region = 990_000 + n / 900 % 100;
        let id_number = with_check_digit(&format!("{region:06}{}{sequence:03}", birth_date.replace('-', "")));
        let name = NAMES[n as usize % NAMES.len()];
        Self { name: name.into(), gender, birth_date, id_number, phone: format!("199{n:08}") }
    }

    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The `person` of a registration.
    pub fn json(&self) -> Value {
        json!({
            "name": self.name, "gender": self.gender, "birth_date": self.birth_date, "id_number": self.id_number,
            "phone": self.phone, "joined_on": "2005-07-01", "membership": "full", "retired": false,
            "employer": "浦江示范机械厂", "address": "浦东新区示例路 8 号"
        })
    }
}

/// Appends the check character of GB 11643.
pub fn with_check_digit(seventeen: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = seventeen.chars().zip(WEIGHTS).map(|(c, w)| c.to_digit(10).expect("a digit") * w).sum();
    format!("{seventeen}{}", "10X98765432".as_bytes()[(sum % 11) as usize] as char)
}
