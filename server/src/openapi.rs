//! The API document, generated from the handlers, and its page, served from our own origin.

use axum::{Router, body::Bytes, http::header, response::IntoResponse, routing::get};
use utoipa::openapi::{
    ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, Response, ResponseBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    app::AppState,
    error::{FieldError, Problem},
};

/// Puts the routes below `/api/v1` and gives the document its head.
pub fn describe(api: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    let head = OpenApiBuilder::new()
        .info(Info::builder().title("Guiyan").version(env!("CARGO_PKG_VERSION")).description(Some(
            "Registry for floating members: registrations with two ends, cards, events and check-ins. Errors are \
             RFC 9457 problem documents with a `code` of the closed list `Code`.",
        )))
        .build();
    let mut router = OpenApiRouter::with_openapi(head).nest("/api/v1", api);
    let document = router.get_openapi_mut();
    let components = document.components.get_or_insert_with(Default::default);
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
    );
    add_schema::<Problem>(components);
    add_schema::<FieldError>(components);
    add_schema::<crate::error::Code>(components);
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".into(), problem().into());
        }
    }
    router
}

/// What any operation may answer instead, whatever else it documents: not signed in, not allowed, a bad body, too many, too large.
fn problem() -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description("Anything else: a problem document.")
        .content("application/problem+json", body)
        .build()
}

fn add_schema<T: utoipa::ToSchema>(components: &mut utoipa::openapi::Components) {
    components.schemas.insert(T::name().into_owned(), T::schema());
}

/// The document alone, for `guiyan openapi`.
pub fn document() -> OpenApi {
    describe(crate::router::api()).into_openapi()
}

/// `/api/openapi.json` and `/api/docs`.
pub fn routes(document: &OpenApi) -> Router<AppState> {
    // The text alone is kept: the tree that it is made from takes ten times as much.
    let document = Bytes::from(serde_json::to_vec(document).expect("a tree of strings is JSON"));
    Router::new()
        .route("/api/openapi.json", get(async move || ([(header::CONTENT_TYPE, "application/json")], document)))
        .route("/api/docs", get(async || asset("text/html; charset=utf-8", include_str!("openapi/docs.html"))))
        .route("/api/docs.js", get(async || asset("text/javascript; charset=utf-8", include_str!("openapi/docs.js"))))
        .route("/api/docs.css", get(async || asset("text/css; charset=utf-8", include_str!("openapi/docs.css"))))
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text)
}
