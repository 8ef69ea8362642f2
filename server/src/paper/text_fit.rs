//! Fits a text into a box of a template: smaller first, then over more lines, then cut with an ellipsis.

use super::escaped;

/// How far a Chinese character's middle is above the base line, in ems.
const MIDDLE: f64 = 0.36;

/// A text with the size and the breaks at which it fits.
#[derive(Debug, PartialEq)]
pub struct Fitted {
    size: f64,
    spacing: f64,
    lines: Vec<String>,
}

/// Takes the first of `sizes` (font size, lines) at which `text`, spaced by ems, fits into `width`; the last one cuts it.
pub fn fit(text: &str, width: f64, spacing: f64, sizes: &[(f64, usize)]) -> Fitted {
    let mut best = Fitted { size: 16.0, spacing, lines: Vec::new() };
    for (size, most) in sizes {
        best = Fitted { size: *size, spacing, lines: broken(text, width / size, spacing) };
        if best.lines.len() <= *most {
            return best;
        }
        best.lines.truncate(*most);
    }
    if let Some(last) = best.lines.last_mut() {
        // The ellipsis is as wide as a Chinese character; what gives way to it may be narrower.
        let mut room = 0.0;
        while room < advance('…') {
            let Some(cut) = last.pop() else { break };
            room += advance(cut);
        }
        last.push('…');
    }
    best
}

/// Breaks a text into lines of `ems` at most. Chinese breaks anywhere but before a closing mark; a foreign word or a number
/// goes to the next line whole, if it fits on one.
pub(super) fn broken(text: &str, ems: f64, spacing: f64) -> Vec<String> {
    let width = |text: &str| text.chars().map(|c| advance(c) + spacing).sum::<f64>();
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for c in text.chars() {
        let advance = advance(c) + spacing;
        if used + advance > ems && !line.is_empty() {
            let kept = parted_from(&line, c).len();
            let carried = line.split_off(if kept == 0 { line.len() } else { kept });
            lines.push(std::mem::replace(&mut line, carried).trim_end().to_owned());
            used = width(&line);
            if c == ' ' && line.is_empty() {
                continue;
            }
        }
        line.push(c);
        used += advance;
    }
    lines.push(line);
    lines
}

/// What of a line stays on it where `next` goes to the next one.
fn parted_from(line: &str, next: char) -> &str {
    let closes = |c: char| "，。、；：？！）」』》”’…%".contains(c);
    let in_a_word = |c: char| c.is_ascii_graphic();
    if closes(next) {
        // A closing mark takes what it closes along.
        let before = line.trim_end_matches(closes);
        return match before.chars().next_back() {
            Some(last) if in_a_word(last) => before.trim_end_matches(in_a_word),
            Some(last) => &before[..before.len() - last.len_utf8()],
            None => "",
        };
    }
    if in_a_word(next) { line.trim_end_matches(in_a_word) } else { line }
}

/// The width of a character in ems, rather too wide than too narrow.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' => 0.34,
        // The card's face draws it as wide as a Chinese character.
        '·' => 1.0,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' => 0.74,
        c if c.is_ascii() => 0.6,
        '\u{300}'..='\u{36f}' => 0.0,
        '\u{80}'..='\u{24f}' => 0.7,
        _ => 1.0,
    }
}

impl Fitted {
    /// How high the lines are together.
    pub fn height(&self) -> f64 {
        self.leading() * u32::try_from(self.lines.len()).map_or(1.0, f64::from)
    }

    fn leading(&self) -> f64 {
        self.size * 1.28
    }

    /// The lines as SVG text, centred on the height `middle`.
    pub fn svg(&self, x: f64, middle: f64) -> String {
        let leading = self.leading();
        let count = u32::try_from(self.lines.len()).map_or(1.0, f64::from);
        let first = middle + self.size * MIDDLE - leading * (count - 1.0) / 2.0;
        let mut base = first;
        let mut svg = String::new();
        for line in &self.lines {
            svg.push_str(&format!(
                r#"<text x="{x}" y="{base:.2}" font-size="{}" letter-spacing="{:.2}">{}</text>"#,
                self.size,
                self.size * self.spacing,
                escaped(line)
            ));
            base += leading;
        }
        svg
    }
}

/// One line as SVG text, its middle at the height `middle`.
pub(super) fn text_at(text: &str, x: f64, middle: f64, size: f64, ink: &str) -> String {
    let base = middle + size * MIDDLE;
    format!(r#"<text x="{x:.2}" y="{base:.2}" font-size="{size}" fill="{ink}">{}</text>"#, escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: &[(f64, usize)] = &[(20.0, 1), (10.0, 2)];

    fn sizes_and_lines(text: &str, spacing: f64) -> (f64, Vec<String>) {
        let fitted = fit(text, 80.0, spacing, SIZES);
        (fitted.size, fitted.lines)
    }

    #[test]
    fn a_text_shrinks_then_wraps_then_is_cut() {
        assert_eq!(sizes_and_lines("金山支部", 0.0), (20.0, vec!["金山支部".into()]));
        assert_eq!(sizes_and_lines("金山支部", 0.1), (10.0, vec!["金山支部".into()]));
        let (size, two) = sizes_and_lines("上海市金山区第一党支部委员会", 0.0);
        assert_eq!((size, two.len(), two.concat().as_str()), (10.0, 2, "上海市金山区第一党支部委员会"));
        assert_eq!(sizes_and_lines(&"长".repeat(100), 0.0).1, ["长".repeat(8), "长".repeat(7) + "…"]);
    }

    #[test]
    fn words_stay_whole_and_no_line_begins_with_a_closing_mark() {
        assert_eq!(broken("2026-10-03 10:00", 8.0, 0.0), ["2026-10-03", "10:00"]);
        assert_eq!(broken("于2026年开始", 4.0, 0.0), ["于2026", "年开始"]);
        assert_eq!(broken("签到（扫码）", 5.0, 0.0), ["签到（扫", "码）"]);
        assert_eq!(broken(&"长".repeat(9), 4.0, 0.0), ["长长长长", "长长长长", "长"]);
        assert_eq!(broken(&"x".repeat(9), 3.0, 0.0), ["xxxxx", "xxxx"]);
        assert_eq!(broken("。。。。。。", 2.0, 0.0), ["。。", "。。", "。。"]);
        assert_eq!(broken("", 2.0, 0.0), [""]);
    }

    #[test]
    fn no_line_is_wider_than_the_box() {
        for text in [
            "阿依古丽·买买提·吐尔逊·阿卜杜热合曼",
            "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
            "Łódź, Łódź, Łódź, Łódź",
        ] {
            let (size, lines) = sizes_and_lines(text, 0.0);
            for line in lines {
                assert!(line.chars().map(advance).sum::<f64>() <= 80.0 / size, "{line}");
            }
        }
        assert_eq!(sizes_and_lines("阿依·古丽", 0.0).0, 10.0, "a dot between names takes the room of a character");
    }

    #[test]
    fn markup_stays_text() {
        let svg = fit("<b>&\"'\u{1}", 900.0, 0.0, SIZES).svg(0.0, 0.0);
        assert!(svg.contains(">&lt;b&gt;&amp;&quot;&#39;</text>"), "{svg}");
    }
}
