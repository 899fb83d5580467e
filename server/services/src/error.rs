//! Why a use case did not happen. Knows nothing of HTTP beyond the stable codes.
use onsite_model::Transition;
use onsite_model::invalid::Invalid;
use onsite_store::{StoreError, WriteError};
use sync_protocol::codes::ErrorCode;

/// A refusal, as the caller may see it; what must stay inside is logged where it happened.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{detail}")]
pub struct ServiceError {
    pub code: ErrorCode,
    /// What is wrong and what is safe, for a person.
    pub detail: String,
    /// The field it is about.
    pub field: Option<String>,
    /// The values that stand, of a version conflict.
    pub current: Option<Box<sync_protocol::Fields>>,
    /// The order to a revoked device to forget what it has read.
    pub wipe: Option<Box<sync_protocol::wipe::WipeOrder>>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
    /// The database's own error, which decides what is rolled back; never shown.
    store: Option<StoreError>,
}

impl ServiceError {
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> ServiceError {
        ServiceError {
            code,
            detail: detail.into(),
            field: None,
            current: None,
            wipe: None,
            retry_after: None,
            store: None,
        }
    }

    /// There is none, or none this caller may see: the same answer for both.
    pub fn not_found(noun: &str) -> ServiceError {
        ServiceError::new(ErrorCode::NotFound, format!("there is no such {noun}"))
    }

    pub fn forbidden() -> ServiceError {
        ServiceError::new(ErrorCode::Forbidden, "your role does not allow this")
    }

    #[must_use]
    pub fn field(mut self, field: &str) -> ServiceError {
        self.field = Some(field.to_owned());
        self
    }
}

impl From<Invalid> for ServiceError {
    fn from(invalid: Invalid) -> Self {
        ServiceError::new(ErrorCode::Invalid, invalid.message).field(&invalid.field)
    }
}

impl From<Transition> for ServiceError {
    fn from(transition: Transition) -> Self {
        ServiceError::new(ErrorCode::IllegalTransition, transition.to_string()).field("status")
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        let refused = match &error {
            StoreError::Earlier(earlier) => earlier,
            error => error,
        };
        let (code, detail) = match refused {
            StoreError::Unique(_) => (ErrorCode::Taken, "a value that must be unique is taken already"),
            StoreError::ForeignKey(_) => (
                ErrorCode::Invalid,
                "another row it depends on is missing or needs it",
            ),
            StoreError::Check(_) => (ErrorCode::Invalid, "a value is outside what can be stored"),
            StoreError::Corrupt(_) | StoreError::Earlier(_) => (
                ErrorCode::Internal,
                "stored data could not be read; nothing was changed",
            ),
            StoreError::Unavailable(_) => (
                ErrorCode::Unavailable,
                "the database can't take this now; nothing was saved, try again",
            ),
        };
        if matches!(refused, StoreError::Corrupt(_) | StoreError::Unavailable(_)) {
            tracing::error!(%error, "store");
        }
        let retry_after = matches!(refused, StoreError::Unavailable(_)).then_some(1);
        ServiceError {
            store: Some(error),
            retry_after,
            ..ServiceError::new(code, detail)
        }
    }
}

impl WriteError for ServiceError {
    fn store_error(&self) -> Option<&StoreError> {
        self.store.as_ref()
    }
}
