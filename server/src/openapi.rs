//! The API document, generated from the handlers, and its page, served from our own origin.

use std::sync::OnceLock;

use axum::{
    Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    http::header,
    response::IntoResponse,
    routing::{MethodFilter, MethodRouter, get},
};
use utoipa::openapi::{
    ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, Response, ResponseBuilder,
    security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::{
    PathItemExt as _,
    router::{OpenApiRouter, UtoipaMethodRouter},
};

use crate::{
    app::AppState,
    error::{FieldError, Problem},
};

/// Handlers on one path, and what would describe them.
pub struct Routes {
    path: String,
    handlers: MethodRouter<AppState>,
    described: fn() -> UtoipaMethodRouter<AppState>,
}

impl Routes {
    /// These handlers on this path; what `routes!` makes.
    pub fn on(path: String, handlers: MethodRouter<AppState>, described: fn() -> UtoipaMethodRouter<AppState>) -> Self {
        Self { path, handlers, described }
    }
}

/// Below it all routes lie.
const BASE: &str = "/api/v1";

/// Handlers on one path, each by the method of its `utoipa::path`. They are described when the document is asked for, and not
/// before: to describe all of them runs through more code than to serve most days, and that code would stay in memory.
#[macro_export]
macro_rules! routes {
    ($first:ident $(, $other:ident)*) => {
        utoipa_axum::paste! {
            $crate::openapi::Routes::on(
                <[<__path_ $first>] as utoipa::Path>::path(),
                axum::routing::on($crate::openapi::methods::<[<__path_ $first>]>(), $first)
                    $(.on($crate::openapi::methods::<[<__path_ $other>]>(), $other))*,
                || utoipa_axum::routes!($first $(, $other)*),
            )
        }
    };
}

/// The methods of a described handler.
pub fn methods<P: utoipa::Path>() -> MethodFilter {
    let methods = P::methods().into_iter().map(|method| method.to_method_filter());
    methods.reduce(MethodFilter::or).expect("a handler has a method")
}

/// Routes that can be described.
#[derive(Default)]
pub struct ApiRouter {
    router: Router<AppState>,
    described: Vec<fn() -> UtoipaMethodRouter<AppState>>,
}

impl ApiRouter {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With these handlers, too.
    pub fn routes(mut self, routes: Routes) -> Self {
        self.described.push(routes.described);
        Self { router: self.router.route(&routes.path, routes.handlers), ..self }
    }

    /// With those of another one, too.
    pub fn merge(mut self, other: Self) -> Self {
        self.described.extend(other.described);
        Self { router: self.router.merge(other.router), ..self }
    }

    /// Bodies may be so long, in bytes.
    pub fn body_limit(self, most: usize) -> Self {
        Self { router: self.router.layer(DefaultBodyLimit::max(most)), ..self }
    }

    /// The routes, below `/api/v1`.
    pub fn into_router(self) -> Router<AppState> {
        Router::new().nest(BASE, self.router)
    }
}

/// The document of all routes.
pub fn document() -> OpenApi {
    let head = OpenApiBuilder::new()
        .info(Info::builder().title("Guiyan").version(env!("CARGO_PKG_VERSION")).description(Some(
            "Registry for floating members: registrations with two ends, cards, events and check-ins. Errors are \
             RFC 9457 problem documents with a `code` of the closed list `Code`.",
        )))
        .build();
    let routes = crate::router::api().described.into_iter();
    let api = routes.fold(OpenApiRouter::new(), |api, describe| api.routes(describe()));
    let mut document = OpenApiRouter::with_openapi(head).nest(BASE, api).into_openapi();
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
    document
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

/// The text of the document, made when it is first asked for.
fn text() -> Bytes {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    // The text alone is kept: the tree that it is made from takes ten times as much.
    TEXT.get_or_init(|| Bytes::from(serde_json::to_vec(&document()).expect("a tree of strings is JSON"))).clone()
}

/// `/api/openapi.json` and `/api/docs`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/openapi.json", get(async || ([(header::CONTENT_TYPE, "application/json")], text())))
        .route("/api/docs", get(async || asset("text/html; charset=utf-8", include_str!("openapi/docs.html"))))
        .route("/api/docs.js", get(async || asset("text/javascript; charset=utf-8", include_str!("openapi/docs.js"))))
        .route("/api/docs.css", get(async || asset("text/css; charset=utf-8", include_str!("openapi/docs.css"))))
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text)
}
