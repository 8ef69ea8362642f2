//! Parse, don't validate: value types are made from text by `FromStr`, and these macros give them the same face
//! everywhere: JSON in (with *every* bad field reported, by eserde), JSON out, OpenAPI, and a text column.

mod text;

pub use text::Text;

/// Gives a type with `FromStr` + `Display` its JSON form (a string) and its OpenAPI schema.
///
/// `parsed!(Type, "format", "example")`
#[macro_export]
macro_rules! parsed {
    ($type:ty, $format:literal, $example:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        $crate::reports_errors!($type);

        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::SchemaFormat::Custom($format.into())))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }

        impl utoipa::ToSchema for $type {}
    };
}

/// Lets eserde go on behind a bad value of this type and name it.
#[macro_export]
macro_rules! reports_errors {
    ($type:ty) => {
        impl<'de> eserde::EDeserialize<'de> for $type {
            fn deserialize_for_errors<D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
                <$type as serde::Deserialize>::deserialize(deserializer)
                    .map(drop)
                    .map_err(eserde::reporter::ErrorReporter::report)
            }
        }
    };
}

/// Stores a type with `FromStr` + `Display` as text, on both engines.
#[macro_export]
macro_rules! stored_as_text {
    ($type:ty) => {
        impl<DB: sqlx::Database> sqlx::Type<DB> for $type
        where
            String: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as sqlx::Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as sqlx::Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $type
        where
            String: sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <DB as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <String as sqlx::Encode<'q, DB>>::encode(self.to_string(), buffer)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $type
        where
            String: sqlx::Decode<'r, DB>,
        {
            fn decode(value: <DB as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <String as sqlx::Decode<'r, DB>>::decode(value)?.parse().map_err(Into::into)
            }
        }
    };
}

/// Declares a closed list: an enum whose words are snake_case in JSON, OpenAPI and the database.
///
/// `words! { /// Doc. pub enum Kind { Branch = "branch", … } }`
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* #[doc = $word] $variant),* }

        impl $name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in JSON and in the database.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.word() == text).ok_or_else(|| {
                    format!("must be one of {}", Self::ALL.iter().map(|v| v.word()).collect::<Vec<_>>().join(", "))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        $crate::reports_errors!($name);
        $crate::stored_as_text!($name);

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|v| v.word())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

/// A line of text as people type it: trimmed, 1 to `MAX` characters, at least one that can be seen, no control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> std::str::FromStr for Line<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        // They join or part the characters around them; alone they leave a name that nobody sees.
        let unseen =
            |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{3164}' | '\u{ad}');
        if text.chars().all(unseen) {
            return Err("must not be empty".into());
        }
        if text.chars().count() > MAX {
            return Err(format!("must have at most {MAX} characters"));
        }
        // Bidirectional marks would let a name on a card read as another; a line or paragraph separator is no part of a line.
        let hidden = |c: char| {
            c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        if text.chars().any(hidden) {
            return Err("must not contain control characters".into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> std::fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> serde::Serialize for Line<MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> serde::Deserialize<'de> for Line<MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<'de, const MAX: usize> eserde::EDeserialize<'de> for Line<MAX> {
    fn deserialize_for_errors<D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
        <Self as serde::Deserialize>::deserialize(deserializer)
            .map(drop)
            .map_err(eserde::reporter::ErrorReporter::report)
    }
}

impl<const MAX: usize, DB: sqlx::Database> sqlx::Type<DB> for Line<MAX>
where
    String: sqlx::Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as sqlx::Type<DB>>::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        <String as sqlx::Type<DB>>::compatible(info)
    }
}

impl<'q, const MAX: usize, DB: sqlx::Database> sqlx::Encode<'q, DB> for Line<MAX>
where
    String: sqlx::Encode<'q, DB>,
{
    fn encode_by_ref(
        &self,
        buffer: &mut <DB as sqlx::Database>::ArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        <String as sqlx::Encode<'q, DB>>::encode_by_ref(&self.0, buffer)
    }
}

impl<'r, const MAX: usize, DB: sqlx::Database> sqlx::Decode<'r, DB> for Line<MAX>
where
    String: sqlx::Decode<'r, DB>,
{
    fn decode(value: <DB as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        // What is stored was a line when it came in; a bound that has shrunk since must not hide it.
        <String as sqlx::Decode<'r, DB>>::decode(value).map(Self)
    }
}

impl<const MAX: usize> utoipa::PartialSchema for Line<MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MAX: usize> utoipa::ToSchema for Line<MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Line{MAX}").into()
    }
}

/// A field of a PATCH: absent keeps, `null` clears, a value sets. Give such a field `#[serde(default)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The field was not sent.
    #[default]
    Keep,
    /// The field was sent as `null`.
    Clear,
    /// The new value.
    Set(T),
}

impl<T> Change<T> {
    /// The value after the change.
    pub fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Whether the field was sent.
    pub fn is_sent(&self) -> bool {
        !matches!(self, Self::Keep)
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}

impl<'de, T: eserde::EDeserialize<'de>> eserde::EDeserialize<'de> for Change<T> {
    fn deserialize_for_errors<D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), ()> {
        <Option<T> as eserde::EDeserialize>::deserialize_for_errors(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_line_can_be_seen_and_reads_as_it_is_written() {
        for good in ["支部", " 支部 ", "a\u{200d}b", "می\u{200c}خواهم", "👩\u{200d}👧"] {
            assert!(good.parse::<Line<20>>().is_ok(), "{good:?}");
        }
        for empty in ["", " ", "\u{3000}", "\u{200b}", "\u{200b} \u{2060}", "\u{3164}", "\u{ad}"] {
            assert_eq!(empty.parse::<Line<20>>().expect_err(empty), "must not be empty", "{empty:?}");
        }
        for hidden in
            ["a\u{202e}b", "a\u{200f}b", "a\u{2066}b", "a\u{2028}b", "a\u{2029}b", "a\u{feff}b", "a\nb", "a\u{7f}b"]
        {
            assert!(hidden.parse::<Line<20>>().is_err(), "{hidden:?}");
        }
    }
}
