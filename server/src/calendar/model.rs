//! The link, its token, and what of an event a calendar is told.

use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{clock::Instant, ids::EventId};

/// A link's path ends in this, so that every calendar knows what it is.
const ENDING: &str = ".ics";

/// The secret in a link: 128 random bits as 32 hexadecimal digits.
pub(super) struct Token(String);

impl Token {
    /// What is kept of it.
    pub(super) fn hash(&self) -> Vec<u8> {
        digest(&SHA256, self.0.as_bytes()).as_ref().to_vec()
    }

    /// A token fresh from the source of randomness.
    pub(super) fn new(code: String) -> Self {
        Self(code)
    }

    /// The whole link, below the address at which the registry is reached.
    pub(super) fn link(&self, public_url: &str) -> String {
        format!("{public_url}/api/v1/calendar/{}{ENDING}", self.0)
    }
}

/// The last part of a link's path.
impl FromStr for Token {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let token = text.strip_suffix(ENDING).ok_or(())?;
        let is_one = token.len() == 32 && token.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_one { Ok(Self(token.to_owned())) } else { Err(()) }
    }
}

/// A link that was just made. It is told this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct NewLink {
    /// The link. Whoever has it reads the member's events.
    pub(super) url: String,
    /// When it was made.
    pub(super) made_at: Instant,
}

/// Whether there is a link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct LinkState {
    /// When the link was made; null where there is none.
    pub(super) made_at: Option<Instant>,
    /// Whether it answers: not after a phone of the member was removed or reported lost, nor without an open stay.
    pub(super) works: bool,
}

/// What a calendar is told of an event.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Entry {
    pub(super) id: EventId,
    pub(super) title: String,
    pub(super) starts_at: Instant,
    pub(super) ends_at: Instant,
    pub(super) place: Option<String>,
    pub(super) cancelled_at: Option<Instant>,
    pub(super) version: i64,
    pub(super) updated_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_exactly_what_a_link_holds() {
        let token = Token::new("0123456789abcdef0123456789abcdef".into());
        let link = token.link("https://guiyan.example");
        assert_eq!(link, "https://guiyan.example/api/v1/calendar/0123456789abcdef0123456789abcdef.ics");
        let (_, last) = link.rsplit_once('/').expect("a path");
        assert_eq!(last.parse::<Token>().map(|read| read.hash()), Ok(token.hash()));
        for bad in ["", ".ics", "0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789abcdef.ics", "é.ics"] {
            assert!(bad.parse::<Token>().is_err(), "{bad}");
        }
    }
}
