//! The one place that reads the wall clock. Everything below the edge takes the time as a parameter.
use chrono::{DateTime, SubsecRound, Utc};

/// A source of the current time: the system's in the binary, a set one in simulations.
pub type Clock = std::sync::Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The system's clock, cut to microseconds, the finest grain both databases keep.
#[allow(clippy::disallowed_methods)]
pub fn system() -> Clock {
    std::sync::Arc::new(|| Utc::now().trunc_subsecs(6))
}
