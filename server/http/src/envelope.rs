//! What surrounds every answer: the request's id, headers that keep browsers from doing harm with it, one span in
//! the log, and a proper refusal where no handler came to speak.
use crate::app::App;
use crate::incoming::{RequestId, request_id};
use crate::problem::Problem;
use crate::tus;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use onsite_model::ids::new_id;
use sync_protocol::codes::ErrorCode;
use tracing::Instrument;

/// What an answer that is no page may load: nothing.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// What pages may use of the device: the camera, to scan labels.
const ABILITIES: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()";

/// Two years, as browsers ask of sites that want to be on their lists.
const ONLY_TLS: &str = "max-age=63072000; includeSubDomains";

/// Gives a request its id and its span, and its answer the headers all have.
pub(crate) async fn wrap(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let now = app.as_ref().map(|app| app.now()).unwrap_or_default();
    let id = new_id(now).to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    // The query stays out: what is searched for is nobody's business. So does the path of a link, which is a key.
    let route = request.match_pattern().unwrap_or_default();
    let span = tracing::info_span!("request", %id, method = %request.method(), %route);
    let mut response = next.call(request).instrument(span.clone()).await?;
    let status = response.status();
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::error!(status = status.as_u16(), "answered");
        } else {
            tracing::info!(status = status.as_u16(), "answered");
        }
    });
    let only_tls = app.is_some_and(|app| {
        // Who has not trusted the demo's own authority yet must be able to come back by HTTP.
        app.local_authority.is_none() && app.house.public_url.starts_with("https://")
    });
    secure(response.headers_mut(), &id, only_tls);
    tus::reply::mark(&route, response.headers_mut());
    Ok(response)
}

fn secure(headers: &mut HeaderMap, id: &str, only_tls: bool) {
    let always = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", ABILITIES),
    ];
    for (name, value) in always {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if only_tls {
        headers.insert(
            HeaderName::from_static("strict-transport-security"),
            HeaderValue::from_static(ONLY_TLS),
        );
    }
    let policy = HeaderName::from_static("content-security-policy");
    if !headers.contains_key(&policy) {
        headers.insert(policy, HeaderValue::from_static(NO_PAGE));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// The answer where there is no such path.
pub(crate) async fn no_such_path(request: HttpRequest) -> HttpResponse {
    Problem::new(ErrorCode::NotFound, "there is nothing at this path").respond(&request_id(&request))
}

/// The answer where there is such a path, with other methods.
pub(crate) fn no_such_method(request: &HttpRequest, allowed: &str) -> HttpResponse {
    let detail = format!("this path takes {allowed}");
    let mut response = Problem::new(ErrorCode::MethodNotAllowed, detail).respond(&request_id(request));
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("allow"), allowed);
    }
    response
}
