//! What can go wrong in a database, as the layers above need to tell it apart.
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failed read or write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A unique value is taken; names the constraint or index as the database does.
    #[error("already taken: {0}")]
    Unique(String),
    /// A row that is referred to does not exist, or one that is still referred to should go.
    #[error("a referred row is missing or still referred to: {0}")]
    ForeignKey(String),
    /// A value the database refuses.
    #[error("not acceptable to the database: {0}")]
    Check(String),
    /// Stored data that can't be read back.
    #[error("stored data can't be read: {0}")]
    Corrupt(String),
    /// Something the same transaction had written before, and held back, is refused: not the fault of whoever is
    /// told.
    #[error("an earlier write was refused: {0}")]
    Earlier(Box<StoreError>),
    /// The queue is full, the connection is gone, the disk is full: nothing was saved, try again.
    #[error("the database can't take this now: {0}")]
    Unavailable(String),
}

impl StoreError {
    /// Whether the database failed, rather than refused something for a reason.
    pub fn is_fault(&self) -> bool {
        matches!(
            self,
            StoreError::Unavailable(_) | StoreError::Corrupt(_) | StoreError::Earlier(_)
        )
    }

    /// Whether a constraint refused something, of this write or of one before it.
    pub fn is_refusal(&self) -> bool {
        match self {
            StoreError::Earlier(error) => error.is_refusal(),
            error => matches!(
                error,
                StoreError::Unique(_) | StoreError::ForeignKey(_) | StoreError::Check(_)
            ),
        }
    }

    /// Whether the connection is no good after it. After any other the transaction goes on, without the part that it
    /// concerns, or without all that ran at [`crate::Pace::Together`].
    pub(crate) fn ends_the_group(&self) -> bool {
        match self {
            StoreError::Earlier(error) => error.ends_the_group(),
            error => matches!(error, StoreError::Unavailable(_)),
        }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, info) => {
                let name = || info.constraint_name().unwrap_or(info.message()).to_owned();
                match kind {
                    DatabaseErrorKind::UniqueViolation => StoreError::Unique(name()),
                    DatabaseErrorKind::ForeignKeyViolation => StoreError::ForeignKey(name()),
                    DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => {
                        StoreError::Check(name())
                    }
                    _ => StoreError::Unavailable(info.message().to_owned()),
                }
            }
            DieselError::DeserializationError(error) => StoreError::Corrupt(error.to_string()),
            DieselError::NotFound => StoreError::Corrupt("a row that must exist is missing".to_owned()),
            other => StoreError::Unavailable(other.to_string()),
        }
    }
}
