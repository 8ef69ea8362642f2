//! The codes for the screen and for the printed sheet.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::EventRow;
use crate::{
    clock::Instant,
    codes::{EventCode, Window},
};

/// A code and the time for which it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreenCode {
    /// What stands in the QR code.
    pub url: String,
    /// Show it from then on.
    pub valid_from: Instant,
    /// Until then.
    pub valid_until: Instant,
}

/// The code of now and those that follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScreenCodes {
    /// The code of now.
    #[serde(flatten)]
    pub now: ScreenCode,
    /// The codes that follow, without a gap.
    pub ahead: Vec<ScreenCode>,
    /// The server's time, by which a screen corrects its own.
    pub server_time: Instant,
}

/// The code of now and `count` that follow. A printed sheet's first day is that on which checking in opens.
pub fn codes(
    event: &EventRow,
    key: &[u8; 32],
    window: Window,
    count: u32,
    public_url: &str,
    now: Instant,
) -> ScreenCodes {
    let first = window.number(match window {
        Window::Rotating => now,
        Window::Printed => now.max(event.opens_at),
    });
    let code = |ahead: u32| {
        let number = first.saturating_add(ahead);
        ScreenCode {
            url: format!("{public_url}/e#{}", EventCode::make(window, event.code_id, number, key).digits()),
            valid_from: window.starts(number),
            valid_until: window.starts(number.saturating_add(1)),
        }
    };
    ScreenCodes { now: code(0), ahead: (1..=count).map(code).collect(), server_time: now }
}
