//! Event codes, rotating and printed.
//!
//! ```text
//! event    0x21 event:8 window:4 mac:8      window = ⌊unix seconds / 10⌋   (0x22: printed, ⌊/86400⌋)
//! ```

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    hmac,
};

use super::digits;
use crate::clock::Instant;

/// An event's random short id, as its codes carry it.
pub type EventCodeId = [u8; 8];

/// What stands before the bytes that the MAC covers.
const TAG: &[u8] = b"guiyan/event/1";
/// Type, event and window.
const BODY: usize = 13;
const LENGTH: usize = BODY + 8;

/// How long one code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Ten seconds, on a screen.
    Rotating,
    /// A day (UTC), on paper.
    Printed,
}

impl Window {
    const fn kind(self) -> u8 {
        match self {
            Self::Rotating => 0x21,
            Self::Printed => 0x22,
        }
    }

    /// Seconds of a window.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Rotating => 10,
            Self::Printed => 86_400,
        }
    }

    /// The number of the window in which `at` lies.
    pub fn number(self, at: Instant) -> u32 {
        u32::try_from(at.seconds().div_euclid(self.seconds()).clamp(0, i64::from(u32::MAX))).unwrap_or(0)
    }

    /// When window `number` begins; it ends where the next one begins.
    pub fn starts(self, number: u32) -> Instant {
        Instant::from_seconds(i64::from(number) * self.seconds())
    }
}

/// An event code; one that was read is not yet believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventCode {
    /// How long it stands.
    pub window: Window,
    /// The event's short id.
    pub event: EventCodeId,
    /// The window's number.
    pub number: u32,
    mac: [u8; 8],
}

impl EventCode {
    /// Makes the code of window `number` under the event's key ([`crate::keys::Vault::event_key`]).
    pub fn make(window: Window, event: EventCodeId, number: u32, event_key: &[u8; 32]) -> Self {
        let mut code = Self { window, event, number, mac: [0; 8] };
        code.mac = code.expected_mac(event_key);
        code
    }

    /// Reads the bytes; `None` where type and length are not those of an event code.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LENGTH] = bytes.try_into().ok()?;
        let window = [Window::Rotating, Window::Printed].into_iter().find(|window| window.kind() == bytes[0])?;
        Some(Self {
            window,
            event: bytes[1..9].try_into().ok()?,
            number: u32::from_be_bytes(bytes[9..BODY].try_into().ok()?),
            mac: bytes[BODY..].try_into().ok()?,
        })
    }

    /// Whether it was made under the event's key.
    pub fn made_with(&self, event_key: &[u8; 32]) -> bool {
        verify_slices_are_equal(&self.mac, &self.expected_mac(event_key)).is_ok()
    }

    /// The digits behind `/e#`.
    pub fn digits(&self) -> String {
        digits::pack(&[&self.body()[..], &self.mac].concat())
    }

    fn body(&self) -> [u8; BODY] {
        let mut body = [0; BODY];
        body[0] = self.window.kind();
        body[1..9].copy_from_slice(&self.event);
        body[9..].copy_from_slice(&self.number.to_be_bytes());
        body
    }

    fn expected_mac(&self, event_key: &[u8; 32]) -> [u8; 8] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, event_key), &[TAG, &self.body()].concat());
        let mut mac = [0; 8];
        mac.copy_from_slice(&tag.as_ref()[..8]);
        mac
    }
}

/// The audience of a live card code made for one event: the first 4 bytes of SHA-256 over the event's short id.
pub fn audience(event: EventCodeId) -> [u8; 4] {
    let mut audience = [0; 4];
    audience.copy_from_slice(&digest(&SHA256, &event).as_ref()[..4]);
    audience
}
