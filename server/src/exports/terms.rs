//! What one says for the words of the closed lists: the very dictionary of the pages, so that a file and a screen cannot
//! say different things.

use std::{collections::HashMap, sync::LazyLock};

use super::model::Lang;

/// `'list.word': 'what one says',` line by line, Chinese first.
const PAGES: &str = include_str!("../../../pwa/src/shared/i18n/terms.ts");

type Dictionary = HashMap<&'static str, &'static str>;

static DICTIONARIES: LazyLock<(Dictionary, Dictionary)> = LazyLock::new(|| {
    let (chinese, english) = PAGES.split_once("  en: {").unwrap_or((PAGES, ""));
    let read = |text: &'static str| {
        let lines =
            text.lines().filter_map(|line| line.trim().strip_prefix('\'')?.strip_suffix("',")?.split_once("': '"));
        lines.collect()
    };
    (read(chinese), read(english))
});

/// What one says for a word of a closed list, `("registration", "active")`; the word itself where the dictionary lacks it.
pub(super) fn term(lang: Lang, list: &str, word: &'static str) -> &'static str {
    let dictionary = match lang {
        Lang::Zh => &DICTIONARIES.0,
        Lang::En => &DICTIONARIES.1,
    };
    dictionary.get(format!("{list}.{word}").as_str()).copied().unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check_ins::{EntryMethod, decide::Outcome},
        events::EventKind,
        people::{Gender, Membership},
        registrations::{CardStatus, FlowReason, Status},
    };

    #[test]
    fn every_word_is_said_in_both_languages() {
        let mut words: Vec<(&str, &'static str)> = Vec::new();
        words.extend(Status::ALL.iter().map(|w| ("registration", w.word())));
        words.extend(FlowReason::ALL.iter().map(|w| ("reason", w.word())));
        words.extend(CardStatus::ALL.iter().map(|w| ("card", w.word())));
        words.extend(Membership::ALL.iter().map(|w| ("membership", w.word())));
        words.extend(Gender::ALL.iter().map(|w| ("gender", w.word())));
        words.extend(EventKind::ALL.iter().map(|w| ("event", w.word())));
        words.extend(Outcome::ALL.iter().map(|w| ("outcome", w.word())));
        words.extend(EntryMethod::ALL.iter().map(|w| ("method", w.word())));
        for (list, word) in words {
            for lang in [Lang::Zh, Lang::En] {
                assert!(term(lang, list, word) != word, "{lang}: {list}.{word} is missing");
            }
        }
        assert_eq!(term(Lang::Zh, "registration", "out_of_contact"), "失联");
        assert_eq!(term(Lang::En, "registration", "out_of_contact"), "Out of contact");
    }
}
