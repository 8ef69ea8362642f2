//! The feed as RFC 5545 wants it. Times are UTC, so no time zone has to be described; the library folds and escapes.

use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};

use super::model::Entry;

const PRODUCT: &str = "-//Guiyan//Events//ZH";
const NAME: &str = "归雁 · 我的活动";
/// How often a calendar should ask again.
const REFRESH: &str = "PT4H";

/// A calendar of these events. The same events give the same bytes: an event is stamped with its own last change.
pub(super) fn calendar(entries: &[Entry]) -> String {
    // Empty, as the library's own name would stand beside ours.
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", PRODUCT))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("NAME", NAME))
        .append_property(Property::new("X-WR-CALNAME", NAME))
        .append_property(Property::new("REFRESH-INTERVAL", REFRESH).add_parameter("VALUE", "DURATION").done())
        .append_property(Property::new("X-PUBLISHED-TTL", REFRESH));
    for entry in entries {
        calendar.push(event(entry));
    }
    calendar.to_string()
}

fn event(entry: &Entry) -> Event {
    let mut event = Event::new();
    event
        .uid(&format!("{}@guiyan", entry.id))
        .summary(&entry.title)
        .append_property(Property::new("DTSTAMP", entry.updated_at.basic()))
        .append_property(Property::new("LAST-MODIFIED", entry.updated_at.basic()))
        .append_property(Property::new("DTSTART", entry.starts_at.basic()))
        .append_property(Property::new("DTEND", entry.ends_at.basic()))
        // A version grows with every change, so a calendar takes the newer one; the first revision of an event is 0.
        .sequence(u32::try_from(entry.version - 1).unwrap_or(0))
        .status(if entry.cancelled_at.is_some() { EventStatus::Cancelled } else { EventStatus::Confirmed });
    if let Some(place) = &entry.place {
        event.location(place);
    }
    event.done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Instant,
        ids::{Entropy, EventId},
    };

    fn entry(title: &str) -> Entry {
        let now: Instant = "2026-11-23T01:30:00.250Z".parse().expect("an instant");
        Entry {
            id: EventId::new(now, &Entropy::seeded(1)),
            title: title.into(),
            starts_at: now.plus_seconds(3600),
            ends_at: now.plus_seconds(7200),
            place: Some("金山区示例路 1 号, 三楼; 左手".into()),
            cancelled_at: None,
            version: 1,
            updated_at: now,
        }
    }

    #[test]
    fn an_event_is_told_by_title_time_and_place() {
        let text = calendar(&[entry("党课")]);
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Guiyan//Events//ZH",
            "SUMMARY:党课",
            "DTSTAMP:20261123T013000Z",
            "DTSTART:20261123T023000Z",
            "DTEND:20261123T033000Z",
            "LOCATION:金山区示例路 1 号\\, 三楼\\; 左手",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "END:VCALENDAR",
        ] {
            assert!(text.split("\r\n").any(|l| l == line), "{line} in\n{text}");
        }
        let head: Vec<&str> = text.split("\r\n").take_while(|l| *l != "BEGIN:VEVENT").collect();
        for name in ["VERSION", "PRODID", "CALSCALE", "NAME"] {
            let stands = head.iter().filter(|l| l.starts_with(&format!("{name}:"))).count();
            assert_eq!(stands, 1, "{name} once in\n{text}");
        }
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "only CRLF ends a line");
        assert_eq!(text, calendar(&[entry("党课")]), "the same events, the same bytes");
    }

    #[test]
    fn a_change_and_a_cancellation_are_told() {
        let text = calendar(&[Entry { version: 4, cancelled_at: Some(Instant(1)), ..entry("党课") }]);
        assert!(text.contains("\r\nSEQUENCE:3\r\n") && text.contains("\r\nSTATUS:CANCELLED\r\n"), "{text}");
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_characters() {
        for filler in ["学", "a学", "ab学", "𠮷", ",", "\\"] {
            let title = filler.repeat(40);
            let text = calendar(&[entry(&title)]);
            assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
            let unfolded = text.replace("\r\n ", "");
            let escaped = title.replace('\\', "\\\\").replace(',', "\\,");
            assert!(unfolded.contains(&format!("SUMMARY:{escaped}\r\n")), "{unfolded}");
        }
    }
}
