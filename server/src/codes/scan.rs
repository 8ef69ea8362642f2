//! What a scanner hands over: a whole address, or the digits alone.

use super::{CardCode, EventCode, digits};

/// The longest text that can be a code: a live one has 447 digits; the rest is for the address.
const LONGEST: usize = 1024;

/// A code of ours that was read, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// A card's.
    Card(CardCode),
    /// An event's.
    Event(EventCode),
}

/// Reads `https://HOST/v#<digits>`, `https://HOST/e#<digits>` or the bare digits; `None` for all else. The host is not
/// compared: one registry may be reached under several names, and the signature decides.
pub fn read(text: &str) -> Option<Scanned> {
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim();
    let (page, digits) = match text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
        None => (None, text),
        Some(address) => {
            let (host, rest) = address.split_once('/')?;
            let (page, digits) = rest.split_once('#')?;
            if host.is_empty() || host.contains(char::is_whitespace) {
                return None;
            }
            (Some(page), digits)
        }
    };
    let bytes = digits::unpack(digits)?;
    match page {
        Some("v") => CardCode::parse(bytes).map(Scanned::Card),
        Some("e") => EventCode::parse(&bytes).map(Scanned::Event),
        Some(_) => None,
        None => EventCode::parse(&bytes).map(Scanned::Event).or_else(|| CardCode::parse(bytes).map(Scanned::Card)),
    }
}

/// Whether a text that [`read`] has refused was meant to pass for a card code: digits and nothing else, by themselves or
/// behind the address of the page that shows cards.
pub fn poses_as_card(text: &str) -> bool {
    let digits = text.rsplit_once("/v#").map_or(text, |(_, digits)| digits).trim();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}
