//! Synthetic people: common names, ID numbers under a region code that was never assigned, phones counted up from
//! 199 0000 0000, invented employers and roads. The same seed gives the same people.

use super::parsed;
use crate::{
    clock::Day,
    error::ApiError,
    ids::Entropy,
    people::{Gender, IdNumber, Membership, NewPerson},
};

/// Before the birth date in every ID number here. No place ever had this code; the check digit holds all the same.
const REGION: &str = "990000";
/// The first phone number; the rest are counted up from it.
const FIRST_PHONE: u64 = 19_900_000_000;
/// Phones and ID numbers stay distinct up to here.
const MOST: u64 = 9_000_000;
/// Days between the oldest and the youngest birth date.
const BIRTH_DAYS: u64 = 57 * 365;

const SURNAMES: &str =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈";
const MEN: [&str; 32] = [
    "伟", "锋", "健", "亮", "磊", "涛", "斌", "浩", "建国", "建军", "志强", "志明", "国庆", "国平", "永和", "永福",
    "文斌", "文涛", "海波", "海涛", "立新", "立群", "春生", "秋生", "金宝", "大伟", "学文", "学武", "明亮", "长江",
    "守义", "少华",
];
const WOMEN: [&str; 32] = [
    "芳", "敏", "静", "丽", "艳", "娟", "霞", "萍", "桂英", "秀英", "秀兰", "玉兰", "玉梅", "春梅", "冬梅", "小红",
    "小燕", "晓燕", "海燕", "丽华", "丽萍", "美玲", "雪梅", "雪莲", "凤英", "月华", "爱华", "爱莲", "婷婷", "佳慧",
    "思雨", "文静",
];
/// Firms named after the wild goose, so that they are nobody's.
const FIRMS: [&str; 6] = ["雁南", "雁北", "雁来", "归雁", "鸿渐", "云雁"];
const TRADES: [&str; 10] = [
    "建筑工程有限公司",
    "装饰有限公司",
    "物流有限公司",
    "餐饮管理有限公司",
    "服装有限公司",
    "机械有限公司",
    "家政服务有限公司",
    "电子有限公司",
    "食品有限公司",
    "园林绿化有限公司",
];
/// Roads that no map has.
const ROADS: [&str; 8] = ["归雁路", "鸿渐路", "雁南路", "雁栖支路", "云程路", "北飞路", "芦洲路", "秋汀路"];

/// An endless line of people; ID numbers and phones do not repeat within the first nine million.
pub struct People {
    entropy: Entropy,
    today: Day,
    next: u64,
}

impl People {
    /// The people of `seed`, grown up a few years before `today`.
    pub fn new(seed: u64, today: Day) -> Self {
        Self { entropy: Entropy::seeded(seed), today, next: 0 }
    }

    /// The next person, living in `place`, as they were on the day `on`.
    pub fn next_in(&mut self, place: &str, on: Day) -> Result<NewPerson, ApiError> {
        let n = self.next % MOST;
        self.next += 1;
        let pick = |end: u64| self.entropy.below(end);

        let female = pick(100) < 32;
        // One birth date and one sequence number for each n. 7919 is prime to the number of days, so neighbours in the
        // line are years apart.
        let oldest = Day::new(self.today.year() - 79, 1, 1).unwrap_or(self.today);
        let birth_date = oldest.plus_days(days(n * 7919 % BIRTH_DAYS));
        let sequence = n / BIRTH_DAYS % 500 * 2 + u64::from(!female);
        let age = i64::from(on.year() - birth_date.year());

        let probationary = age < 50 && pick(12) == 0;
        let joined_on = if probationary {
            on.plus_days(-30 - days(pick(300)))
        } else {
            let years = u64::try_from(age - 20).unwrap_or(1).clamp(1, 25);
            birth_date.plus_years(19 + days(pick(years))).plus_days(days(pick(180)))
        };
        let retired = age >= if female { 55 } else { 60 };
        let surname = SURNAMES.chars().nth(index(pick(50))).unwrap_or('王');
        let given = (if female { WOMEN } else { MEN })[index(pick(32))];
        let employer = format!("{}{}", FIRMS[index(pick(6))], TRADES[index(pick(10))]);
        let address = format!("{place}{}{}弄{}号", ROADS[index(pick(8))], pick(900) + 1, pick(60) + 1);
        Ok(NewPerson {
            name: parsed(&format!("{surname}{given}"))?,
            gender: if female { Gender::Female } else { Gender::Male },
            birth_date,
            id_number: id_number(birth_date, sequence)?,
            phone: parsed(&(FIRST_PHONE + n + 1).to_string())?,
            joined_on,
            membership: if probationary { Membership::Probationary } else { Membership::Full },
            retired,
            employer: if retired { None } else { Some(parsed(&employer)?) },
            address: Some(parsed(&address)?),
        })
    }
}

/// `REGION`, birth date, three digits of sequence, and the one check character that makes it valid.
fn id_number(birth_date: Day, sequence: u64) -> Result<IdNumber, ApiError> {
    let body = format!("{REGION}{}{sequence:03}", birth_date.to_string().replace('-', ""));
    let mut valid = "0123456789X".chars().filter_map(|check| format!("{body}{check}").parse().ok());
    valid.next().ok_or_else(|| ApiError::internal("no check character makes this ID number valid"))
}

fn days(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(0)
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn people_are_distinct_plausible_and_the_same_again() {
        let today = Day::new(2026, 11, 23).expect("a date");
        let (mut people, mut again) = (People::new(7, today), People::new(7, today));
        let (mut numbers, mut phones) = (HashSet::new(), HashSet::new());
        for _ in 0..30_000 {
            let person = people.next_in("上海市金山区", today).expect("a person");
            let same = again.next_in("上海市金山区", today).expect("a person");
            let number = person.id_number.to_string();
            assert_eq!((&person.name, &number), (&same.name, &same.id_number.to_string()));
            assert!(number.starts_with(REGION));
            assert!(person.contradictions("", today).is_empty(), "{person:?}");
            assert!(person.joined_on >= person.birth_date.plus_years(18), "{person:?}");
            assert!(numbers.insert(number), "{person:?}");
            assert!(phones.insert(person.phone.to_string()));
        }
    }
}
