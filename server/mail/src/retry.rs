//! What a failed delivery means, and when to try again: pure decisions for the outbox job.
use crate::person::BadAddress;
use crate::render::MailError;
use chrono::TimeDelta;

/// Deliveries tried before a mail is dead-lettered. With [`backoff`]'s pauses the last one is 74.5 hours after
/// the first: a mail server that is down from Friday evening to Monday morning loses nothing.
pub const MAX_ATTEMPTS: u32 = 21;

const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);

/// Why a mail was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Try again after [`backoff`]: the server is away, busy, refuses our login, or answered 4xx. When the answer
    /// to a finished transfer was lost the mail may have arrived; its Message-ID lets the receiver notice.
    #[error("not delivered yet: {0}")]
    Transient(String),
    /// Dead-letter at once: this mail as it stands will never be accepted (5xx, bad address, cannot be rendered).
    #[error("cannot be delivered: {0}")]
    Permanent(String),
}

impl From<BadAddress> for DeliveryError {
    fn from(error: BadAddress) -> Self {
        DeliveryError::Permanent(error.to_string())
    }
}

/// A mail that cannot be rendered now cannot be rendered later either.
impl From<MailError> for DeliveryError {
    fn from(error: MailError) -> Self {
        DeliveryError::Permanent(error.to_string())
    }
}

/// The pause after the `attempt`-th delivery (counted from 1) has failed: 1, 2, 4 … 256 minutes, then 6 hours
/// each. `None` when [`MAX_ATTEMPTS`] is reached and the mail becomes a dead letter.
pub fn backoff(attempt: u32) -> Option<TimeDelta> {
    if attempt >= MAX_ATTEMPTS {
        return None;
    }
    let doublings = attempt.saturating_sub(1).min(9);
    Some((FIRST_PAUSE * (1 << doublings)).min(LONGEST_PAUSE))
}
