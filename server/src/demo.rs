//! The synthetic data set: people who never were, in an organisation with the figures of the source.
//!
//! `people.rs`, `places.rs` and `plan.rs` are pure; `play.rs` and, for the units' work, `work.rs` write everything through the
//! features' own services, so that the demo keeps every rule that the product keeps.

mod acts;
mod calendar;
mod offices;
mod organisation;
pub mod people;
pub mod places;
mod plan;
mod play;
mod work;

use std::{fmt::Display, str::FromStr, sync::Arc};

use serde::Serialize;

use crate::{access::Operation, app::AppState, cards, clock::Clock, error::ApiError, ids::EventId};
use offices::doing;
use play::Stage;

pub use offices::Login;

/// When the organisation was put in: before anything else happens.
const DAYS_BEFORE: i64 = 430;

/// What to begin with.
#[derive(Clone, Debug, Serialize)]
pub struct Filled {
    /// Where the demo is served.
    pub url: String,
    /// An account for each role; the first of each is the one of the story.
    pub logins: Vec<Login>,
    /// The event that is open now.
    pub event_id: EventId,
    /// The member of the story.
    pub member: String,
    /// A link that binds a browser to that member, once, within 15 minutes.
    pub member_activation: String,
}

/// Fills an empty registry.
pub async fn fill(app: &AppState) -> Result<Filled, ApiError> {
    let now = app.clock.now();
    let password_hash = app.passwords.hash(parsed(offices::PASSWORD)?).await?;
    let past = app.at(Clock::manual(now.plus_seconds(-DAYS_BEFORE * 86_400)));
    let (organisation, offices) = app
        .db
        .write(move |c| {
            Box::pin(async move {
                let organisation = organisation::build(c, &past, now.day()).await?;
                let offices = offices::open(c, &past, &organisation, &password_hash).await?;
                Ok((organisation, offices))
            })
        })
        .await?;
    let living = organisation.cities.iter().filter(|city| city.living).count();
    let plan = plan::plan(now, living, organisation.branches.len());
    let logins = offices.logins.clone();
    let stage = Arc::new(Stage { app: app.clone(), organisation, offices, plan });
    let score = Arc::new(play::play(Arc::clone(&stage)).await?);
    work::play(&stage, &score).await?;

    let (state, by) = (app.clone(), doing(&stage.offices.secretaries[0], Operation::CreateActivation));
    let card = score.card(plan::STORY_MEMBER)?.clone();
    let link = app.db.write(move |c| Box::pin(async move { cards::activation(c, &state, &by, &card).await })).await?;
    Ok(Filled {
        url: app.config.public_url.clone(),
        logins,
        event_id: score.event(stage.plan.open_meeting)?.id,
        member: score.people[plan::STORY_MEMBER].name.to_string(),
        member_activation: link.url,
    })
}

/// A value type made of a text of ours.
fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error| ApiError::internal(format!("{text}: {error}")))
}
