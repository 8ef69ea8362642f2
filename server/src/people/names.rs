//! Pinyin initials, by which a desk finds a name without an input method: 张三 is `zs`.

use pinyin::ToPinyin as _;

/// Surnames that are not read as their first character usually is; `(surname, its initials)`.
const SURNAMES: &[(&str, &str)] = &[
    ("尉迟", "yc"),
    ("万俟", "mq"),
    ("单于", "cy"),
    ("澹台", "tt"),
    ("单", "s"),
    ("曾", "z"),
    ("解", "x"),
    ("仇", "q"),
    ("查", "z"),
    ("区", "o"),
    ("乐", "y"),
    ("种", "c"),
    ("繁", "p"),
    ("召", "s"),
    ("折", "s"),
    ("秘", "b"),
    ("翟", "z"),
    ("覃", "q"),
    ("祭", "z"),
    ("隗", "w"),
    ("阚", "k"),
    ("粘", "n"),
];

/// The initials of a name in lower case; Latin words count by their first letter, digits as they are.
pub fn pinyin_initials(name: &str) -> String {
    let (mut initials, given) = match SURNAMES.iter().find(|(surname, _)| name.starts_with(surname)) {
        Some((surname, initials)) => ((*initials).to_owned(), &name[surname.len()..]),
        None => (String::new(), name),
    };
    let mut inside_word = false;
    for c in given.chars() {
        if let Some(pinyin) = c.to_pinyin() {
            // ü is written v on keyboards, but no syllable begins with it.
            initials.push_str(pinyin.first_letter());
        } else if c.is_ascii_digit() || c.is_ascii_alphabetic() && !inside_word {
            initials.push(c.to_ascii_lowercase());
        }
        inside_word = c.is_ascii_alphabetic();
    }
    initials
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_read_as_surnames() {
        for (name, initials) in [
            ("张三", "zs"),
            ("单雄信", "sxx"),
            ("曾国藩", "zgf"),
            ("解珍", "xz"),
            ("仇英", "qy"),
            ("任丽", "rl"),
            ("尉迟恭", "ycg"),
            ("区文", "ow"),
            ("阿依古丽·买买提", "ayglmmt"),
            ("John Smith 2", "js2"),
            ("𠮷野", "y"),
        ] {
            assert_eq!(pinyin_initials(name), initials, "{name}");
        }
    }

    #[test]
    fn no_surname_is_listed_in_vain() {
        let usual = |name: &str| name.to_pinyin().flatten().map(|p| p.first_letter()).collect::<String>();
        let vain: Vec<_> = SURNAMES.iter().filter(|(surname, initials)| usual(surname) == *initials).collect();
        assert!(vain.is_empty(), "{vain:?}");
    }
}
