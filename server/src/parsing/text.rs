//! Text of several lines.

use std::{borrow::Cow, fmt::Display, str::FromStr};

/// A text as people write it, of 1 to `MAX` characters: lines end with `\n`, at least one character can be seen, none only
/// steers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end().trim_start_matches('\n');
        if text.chars().count() > MAX {
            return Err(format!("must have at most {MAX} characters"));
        }
        // Each line by the rule of lines; blank ones part paragraphs.
        let mut seen = false;
        for line in text.lines().map(|line| line.replace('\t', " ")).filter(|line| !line.trim().is_empty()) {
            line.parse::<super::Line<MAX>>()?;
            seen = true;
        }
        if seen { Ok(Self(text.to_owned())) } else { Err("must not be empty".into()) }
    }
}

impl<const MAX: usize> Display for Text<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MAX: usize> serde::Deserialize<'de> for Text<MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de, const MAX: usize> eserde::EDeserialize<'de> for Text<MAX> {
    fn deserialize_for_errors<D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
        <Self as serde::Deserialize>::deserialize(deserializer)
            .map(drop)
            .map_err(eserde::reporter::ErrorReporter::report)
    }
}

impl<const MAX: usize> utoipa::PartialSchema for Text<MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MAX: usize> utoipa::ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_text_keeps_its_lines_and_nothing_that_only_steers() {
        let text: Text<40> = "\r\n# 简报\r\n\r\n\t第一段\r第二段\n\n".parse().expect("a text");
        assert_eq!(text.as_str(), "# 简报\n\n\t第一段\n第二段");
        for empty in ["", " \n\t\n", "\u{3000}\n\u{3000}"] {
            assert_eq!(empty.parse::<Text<9>>().expect_err(empty), "must not be empty", "{empty:?}");
        }
        // Lines of which one holds nothing that can be seen.
        assert!("a\n\u{200b}\nb".parse::<Text<9>>().is_err());
        for hidden in ["a\u{202e}b", "a\u{7}b", "a\nb\u{feff}", "a\u{2028}b"] {
            assert!(hidden.parse::<Text<9>>().is_err(), "{hidden:?}");
        }
        assert_eq!("12\n45".parse::<Text<5>>().expect("five").as_str(), "12\n45");
        assert!("12\n456".parse::<Text<5>>().is_err());
    }
}
