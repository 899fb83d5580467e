//! Refusals as clients see them: RFC 9457 problem+json with a stable code, and never anything of our insides.
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use onsite_services::ServiceError;
use onsite_store::StoreError;
use sync_protocol::codes::ErrorCode;
use sync_protocol::problem;

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(ServiceError);

impl Problem {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Problem {
        Problem(ServiceError::new(code, detail))
    }

    /// The request isn't of the documented shape.
    pub fn malformed(detail: impl Into<String>) -> Problem {
        Problem::new(ErrorCode::Malformed, detail)
    }

    /// A fault of ours, of which nothing is told.
    pub fn internal() -> Problem {
        Problem::new(
            ErrorCode::Internal,
            "something went wrong here; nothing was saved",
        )
    }

    /// Names the field, parameter or header it is about.
    #[must_use]
    pub fn field(self, field: &str) -> Problem {
        Problem(self.0.field(field))
    }

    /// What is wrong and what is safe, for a person.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The field, parameter or header it is about.
    pub fn at(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The response to the request of this id.
    pub fn respond(self, request_id: &str) -> HttpResponse {
        let ServiceError {
            code,
            detail,
            field,
            current,
            wipe,
            retry_after,
            ..
        } = self.0;
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = problem::Problem {
            kind: format!("/docs#{}", name(code)),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail,
            field,
            current: current.map(|fields| *fields),
            wipe: wipe.map(|order| *order),
            request_id: request_id.to_owned(),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        // A struct of texts and JSON values always serialises.
        response.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

/// The code's name on the wire.
pub(crate) fn name(code: ErrorCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        Problem(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem(error.into())
    }
}
