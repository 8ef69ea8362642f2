//! How a figure is written on paper and in a spreadsheet.

use super::model::{Amount, Figure, Measure};
use crate::terms::{Lang, term};

/// What the figure is called.
pub(super) fn name(lang: Lang, figure: &Figure) -> String {
    let name = term(lang, "figure", figure.key.word());
    match &figure.title {
        Some(title) => format!("{name} · {title}"),
        None => name.to_owned(),
    }
}

/// The figure itself: `3 / 25`, `48.5`, `20680.00`.
pub(super) fn value(figure: &Figure) -> String {
    let value = match figure.value {
        None => return "—".into(),
        Some(Amount::Hours(hours)) => hours.to_string(),
        Some(Amount::Whole(fen)) if figure.measure == Measure::Fen => {
            format!("{}.{:02}", fen / 100, fen.rem_euclid(100))
        }
        Some(Amount::Whole(value)) => value.to_string(),
    };
    match figure.of {
        Some(of) => format!("{value} / {of}"),
        None => value,
    }
}

/// In what it is given, where that is not plain.
pub(super) fn measure(lang: Lang, figure: &Figure) -> &'static str {
    match (lang, figure.measure) {
        (_, Measure::Count) => "",
        (Lang::Zh, Measure::Hours) => "小时",
        (Lang::En, Measure::Hours) => "hours",
        (Lang::Zh, Measure::Characters) => "字",
        (Lang::En, Measure::Characters) => "characters",
        (Lang::Zh, Measure::Fen) => "元",
        (Lang::En, Measure::Fen) => "yuan",
    }
}

/// What it consists of, and until when.
pub(super) fn remark(lang: Lang, figure: &Figure) -> String {
    let (between, by) = match lang {
        Lang::Zh => ("，", "期限"),
        Lang::En => (", ", "by"),
    };
    let parts = figure.parts.iter().map(|part| format!("{} {}", term(lang, part.list, part.key), part.value));
    let day = figure.day.map(|day| format!("{by} {day}"));
    parts.chain(day).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::model::{FigureKey, SectionKey};

    #[test]
    fn every_figure_and_section_has_its_words() {
        let words = FigureKey::ALL.iter().map(|key| ("figure", key.word()));
        for (list, word) in words.chain(SectionKey::ALL.iter().map(|key| ("section", key.word()))) {
            for lang in [Lang::Zh, Lang::En] {
                assert!(term(lang, list, word) != word, "{lang}: {list}.{word} is missing");
            }
        }
    }

    #[test]
    fn a_figure_is_written_as_one_reads_it() {
        let money = Figure::count(FigureKey::AidMoney, 2_068_005).measured(Measure::Fen);
        assert_eq!((value(&money).as_str(), measure(Lang::Zh, &money)), ("20680.05", "元"));
        let unable = Figure::count(FigureKey::BranchesUnable, 3).of(25).with("reason", [("bankrupt", 2), ("other", 0)]);
        assert_eq!((value(&unable).as_str(), remark(Lang::Zh, &unable).as_str()), ("3 / 25", "单位破产 2"));
        assert_eq!(value(&Figure::unknown(FigureKey::OwnElectionDue)), "—");
        assert_eq!(value(&Figure::hours(FigureKey::StudyHours, 2910)), "48.5");
    }
}
