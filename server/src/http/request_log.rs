//! Each request gets an id, one line in the log, and its place in the figures.
//!
//! The id is the client's own where it is well-formed, and goes back in `X-Request-Id`; every line that is logged on the way
//! carries it. Neither line nor figures have a path, a query or a name: the route's template says what was asked for.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{app::AppState, error::Code, figures::FIGURES, ids::RowId};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A client's own id may be so long.
const LONGEST: usize = 64;
/// What has no template: the pages, and paths of nothing.
const NO_ROUTE: &str = "other";

/// The outermost layer.
pub async fn request_log(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = clients_own(request.headers()).unwrap_or_else(|| made(&app));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let method = word_of(request.method());
    let span = tracing::info_span!("request", request_id = %id.to_str().unwrap_or_default(), method, route);
    let in_flight = InFlight::begin();
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(in_flight);
    let (took, status) = (began.elapsed(), response.status().as_u16());
    FIGURES.request(route, method, status, took);
    let problem = response.extensions().get::<Code>().map(|code| code.word());
    if let Some(code) = &problem {
        FIGURES.problem(code);
    }
    span.in_scope(|| {
        let millis = took.as_secs_f64() * 1000.0;
        tracing::info!(target: "guiyan::requests", status, problem, millis, "answered");
    });
    response.headers_mut().insert(REQUEST_ID.clone(), id);
    response
}

/// Letters, digits, and what parts them in the ids that proxies make: nothing that could forge a line of the log.
fn clients_own(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(&REQUEST_ID)?;
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let bytes = value.as_bytes();
    (!bytes.is_empty() && bytes.len() <= LONGEST && bytes.iter().all(fits)).then(|| value.clone())
}

fn made(app: &AppState) -> HeaderValue {
    let id = RowId::new(app.clock.now(), &app.entropy).to_string();
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("-"))
}

/// A client may make methods up, but no figures by them.
fn word_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Counts a request as in flight, also where the client hangs up before its answer.
struct InFlight;

impl InFlight {
    fn begin() -> Self {
        FIGURES.requests_in_flight.inc();
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        FIGURES.requests_in_flight.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_id_is_taken_over() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(&REQUEST_ID, HeaderValue::from_str(text).expect("a header"));
            clients_own(&headers).is_some()
        };
        for good in ["a", "6f1c2a9e-77aa-4b7b-9c1e-0d3f5b1f0a11", "web-1:67891233.ab_9", &"x".repeat(64)] {
            assert!(of(good), "{good}");
        }
        for bad in ["", "a b", "a\"b", "a=b", "{}", "张", &"x".repeat(65)] {
            assert!(!of(bad), "{bad}");
        }
    }
}
