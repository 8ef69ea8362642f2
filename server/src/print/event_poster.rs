//! The poster of an event: one page for each day on which one can check in, since a printed code serves a day.

use super::poster::Poster;
use crate::{
    access::Caller,
    app::AppState,
    clock::{Day, Instant},
    codes::{EventCode, Window},
    error::ApiError,
    events::{self, EventRow, State},
    ids::EventId,
    terms, units,
};

/// The pages that are still of use: of today and the days after it.
pub(super) async fn posters(app: &AppState, caller: &Caller, id: EventId) -> Result<Vec<Poster>, ApiError> {
    let now = app.clock.now();
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    let event = events::event_within(c, &caller.scope, id).await?;
    match event.state(now) {
        State::Cancelled => return Err(ApiError::wrong_state("The event was cancelled.")),
        State::Closed => return Err(ApiError::wrong_state("Checking in has closed.")),
        State::Upcoming | State::Open => {}
    }
    let unit = units::unit_ref(c, event.unit_id).await?.name;
    let key = app.keys.vault.event_key(event.code_id);
    let days = days(&event, now);
    let several = days.len() > 1;
    Ok(days
        .into_iter()
        .map(|day| {
            let code = EventCode::make(Window::Printed, event.code_id, window_of(day), &key);
            let mut facts = vec![("时间", terms::span(event.starts_at, event.ends_at))];
            facts.extend(event.place.clone().map(|place| ("地点", place)));
            if several {
                facts.push(("本页", format!("{} 签到用", terms::day(day))));
            }
            Poster {
                unit: unit.clone(),
                kind: terms::word("event", event.kind.word()).into(),
                title: event.title.clone(),
                facts,
                address: format!("{}/e#{}", app.config.public_url, code.digits()),
                call: "用手机相机或微信扫码签到",
                small: vec![
                    format!("本码仅 {} 当日有效，过期请重新打印。签到开放：{}。", terms::day(day), terms::span(event.opens_at, event.closes_at)),
                    "印刷码可以被拍照转发，证明力弱于屏幕上的动态码；用它签到会在记录中注明，表决和选举请用动态码或现场扫证。".into(),
                    "没有手机的党员：请到签到处出示证件，或由工作人员登记。".into(),
                ],
            }
        })
        .collect())
}

/// The days of checking in that have not passed. An event and its window take three weeks at most.
fn days(event: &EventRow, now: Instant) -> Vec<Day> {
    let last = event.closes_at.day();
    let first = event.opens_at.day().max(now.day());
    std::iter::successors(Some(first), |day| Some(day.plus_days(1))).take_while(|day| *day <= last).collect()
}

/// The window whose code serves the whole of a Chinese day and no later one: a printed code serves its window and the one
/// after it, so it is that of the midnight at which the day begins.
fn window_of(day: Day) -> u32 {
    Window::Printed.number(day.starts())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pages_code_serves_every_minute_of_its_day_and_none_of_the_next_afternoon() {
        let day: Day = "2026-11-23".parse().expect("a day");
        let window = window_of(day);
        let served = |at: Instant| (0..=1).contains(&(i64::from(Window::Printed.number(at)) - i64::from(window)));
        let starts = day.starts();
        assert!((0..1440).all(|minute| served(starts.plus_seconds(minute * 60))));
        assert!(!served(starts.plus_seconds(86_400 + 8 * 3600)));
        assert!(!served(starts.plus_seconds(-16 * 3600 - 1)));
    }
}
