//! Values: which Rust types stand for which kinds of SQLite's.

use std::{borrow::Cow, fmt};

use rusqlite::types::Value;
use sqlx::{
    Decode, Encode, Type,
    encode::IsNull,
    error::{BoxDynError, UnexpectedNullError},
};
use uuid::Uuid;

use super::Sqlite;

/// The kinds of values that SQLite has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// A whole number, or a truth.
    Integer,
    /// A number.
    Real,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

impl Kind {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(_) => Self::Integer,
            Value::Real(_) => Self::Real,
            Value::Text(_) => Self::Text,
            Value::Blob(_) => Self::Blob,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(sqlx::TypeInfo::name(self))
    }
}

impl sqlx::TypeInfo for Kind {
    fn is_null(&self) -> bool {
        *self == Self::Null
    }

    fn name(&self) -> &str {
        match self {
            Self::Null => "NULL",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
            Self::Blob => "BLOB",
        }
    }
}

/// A value of a row.
#[derive(Clone, Debug)]
pub struct Held(pub(super) Value);

impl sqlx::Value for Held {
    type Database = Sqlite;

    fn as_ref(&self) -> Shown<'_> {
        Shown(&self.0)
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(Kind::of(&self.0))
    }

    fn is_null(&self) -> bool {
        self.0 == Value::Null
    }
}

/// A borrowed value of a row.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'r>(pub(super) &'r Value);

impl<'r> sqlx::ValueRef<'r> for Shown<'r> {
    type Database = Sqlite;

    fn to_owned(&self) -> Held {
        Held(self.0.clone())
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(Kind::of(self.0))
    }

    fn is_null(&self) -> bool {
        *self.0 == Value::Null
    }
}

impl Shown<'_> {
    fn is_not(&self, wanted: Kind) -> BoxDynError {
        match self.0 {
            Value::Null => Box::new(UnexpectedNullError),
            other => format!("{} instead of {wanted}", Kind::of(other)).into(),
        }
    }
}

/// `types => kind`: what the kind stands for.
macro_rules! kinds {
    ($($type:ty),* => $kind:ident) => {$(
        impl Type<Sqlite> for $type {
            fn type_info() -> Kind {
                Kind::$kind
            }
        }
    )*};
}

kinds!(i64, i32, bool => Integer);
kinds!(f64 => Real);
kinds!(str, String => Text);
kinds!([u8], Vec<u8>, Uuid => Blob);

/// `type => kind, of what is bound`.
macro_rules! bound {
    ($type:ty => $kind:ident, |$it:ident| $value:expr) => {
        impl Encode<'_, Sqlite> for $type {
            fn encode(self, values: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
                let $it = self;
                values.push(Value::$kind($value));
                Ok(IsNull::No)
            }

            fn encode_by_ref(&self, values: &mut Vec<Value>) -> Result<IsNull, BoxDynError> {
                Encode::<Sqlite>::encode(Clone::clone(self), values)
            }
        }
    };
}

bound!(i64 => Integer, |n| n);
bound!(i32 => Integer, |n| n.into());
bound!(bool => Integer, |truth| truth.into());
bound!(f64 => Real, |x| x);
bound!(&'_ str => Text, |text| text.to_owned());
bound!(String => Text, |text| text);
bound!(&'_ [u8] => Blob, |bytes| bytes.to_vec());
bound!(Vec<u8> => Blob, |bytes| bytes);
bound!(Uuid => Blob, |id| id.as_bytes().to_vec());

sqlx_core::impl_encode_for_option!(Sqlite);

/// `type => kind, of what is read`.
macro_rules! read {
    ($type:ty => $kind:ident, |$it:ident| $value:expr) => {
        impl<'r> Decode<'r, Sqlite> for $type {
            fn decode(value: Shown<'r>) -> Result<Self, BoxDynError> {
                match value.0 {
                    Value::$kind($it) => Ok($value),
                    _ => Err(value.is_not(Kind::$kind)),
                }
            }
        }
    };
}

read!(i64 => Integer, |n| *n);
read!(i32 => Integer, |n| (*n).try_into()?);
read!(bool => Integer, |n| *n != 0);
read!(f64 => Real, |x| *x);
read!(&'r str => Text, |text| text);
read!(String => Text, |text| text.clone());
read!(&'r [u8] => Blob, |bytes| bytes);
read!(Vec<u8> => Blob, |bytes| bytes.clone());
read!(Uuid => Blob, |bytes| Self::from_slice(bytes)?);
