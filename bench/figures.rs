//! What was measured: a table for people, a line of JSON a figure for machines.

use serde_json::json;

/// All figures of a run.
#[derive(Default)]
pub struct Figures(Vec<Figure>);

struct Figure {
    part: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    goal: Option<Goal>,
}

/// What a figure is to be.
#[derive(Clone, Copy)]
pub enum Goal {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
}

impl Goal {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }
}

impl Figures {
    /// Keeps a figure and tells it at once.
    pub fn add(&mut self, part: &'static str, name: impl Into<String>, value: f64, unit: &'static str) {
        self.keep(Figure { part, name: name.into(), value, unit, goal: None });
    }

    /// Keeps a figure that has a goal.
    pub fn aim(&mut self, part: &'static str, name: impl Into<String>, value: f64, unit: &'static str, goal: Goal) {
        self.keep(Figure { part, name: name.into(), value, unit, goal: Some(goal) });
    }

    fn keep(&mut self, figure: Figure) {
        let (most, least, met) = match figure.goal {
            Some(goal @ Goal::AtMost(value)) => (Some(value), None, Some(goal.is_met(figure.value))),
            Some(goal @ Goal::AtLeast(value)) => (None, Some(value), Some(goal.is_met(figure.value))),
            None => (None, None, None),
        };
        let Figure { part, name, value, unit, .. } = &figure;
        println!(
            "{}",
            json!({"part": part, "figure": name, "value": rounded(*value), "unit": unit, "at_most": most, "at_least": least, "met": met})
        );
        self.0.push(figure);
    }

    /// The table, in Markdown.
    pub fn table(&self) -> String {
        let mut text = String::from("| part | figure | value | goal | |\n|---|---|---:|---|---|\n");
        for Figure { part, name, value, unit, goal } in &self.0 {
            let (goal_text, met) = match goal {
                Some(goal @ Goal::AtMost(most)) => (format!("≤ {most}"), goal.is_met(*value)),
                Some(goal @ Goal::AtLeast(least)) => (format!("≥ {least}"), goal.is_met(*value)),
                None => (String::new(), true),
            };
            let mark = if goal.is_none() {
                ""
            } else if met {
                "met"
            } else {
                "**not met**"
            };
            text.push_str(&format!("| {part} | {name} | {} {unit} | {goal_text} | {mark} |\n", rounded(*value)));
        }
        text
    }
}

/// Three figures that count.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    let factor = 10_f64.powi(digits.max(0));
    (value * factor).round() / factor
}

/// The value below which `part` (0 to 1) of the sorted durations lie, in milliseconds.
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(at.saturating_sub(1).min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
