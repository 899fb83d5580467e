//! When complaints escalate, written down a second time: each level has a deadline, counted from when it was reached, and
//! each time it passes there is one level more.
use super::row::Row;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Hours of each level until somebody must have answered, and until there must be a solution.
const HOURS: [(i64, i64); 3] = [(24, 120), (8, 48), (2, 24)];

/// The clocks of all complaints.
#[derive(Debug, Clone, Default)]
pub struct Complaints(BTreeMap<Uuid, Clock>);

/// How long a complaint has been where it is.
#[derive(Debug, Clone)]
struct Clock {
    level: u64,
    status: String,
    escalations: u64,
    since: DateTime<Utc>,
    answered: Option<DateTime<Utc>>,
    solved: Option<DateTime<Utc>>,
    closed: Option<DateTime<Utc>>,
}

impl Clock {
    fn due(&self) -> Option<DateTime<Utc>> {
        let (answer, solve) = *HOURS.get(usize::try_from(self.level).ok()?.checked_sub(1)?)?;
        let hours = match self.status.as_str() {
            "open" => answer,
            "acknowledged" | "in_progress" => solve,
            _ => return None,
        };
        Some(self.since + TimeDelta::hours(hours))
    }

    fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due().is_some_and(|due| due < now)
    }

    /// What somebody's write at `now` makes of it, by the level and the state they left it in.
    fn after(before: Option<&Clock>, level: u64, status: &str, now: DateTime<Utc>) -> Clock {
        let was = before.map_or("", |clock| clock.status.as_str());
        let goes_on = |clock: &&Clock| clock.level == level && (was, status) != ("resolved", "in_progress");
        let first = |known: Option<DateTime<Utc>>, reached: bool| known.or(reached.then_some(now));
        Clock {
            level,
            status: status.to_owned(),
            escalations: before.map_or(0, |clock| clock.escalations),
            since: before.filter(goes_on).map_or(now, |clock| clock.since),
            answered: first(
                before.and_then(|clock| clock.answered),
                matches!(status, "acknowledged" | "in_progress"),
            ),
            solved: match status {
                "resolved" | "closed" => first(before.and_then(|clock| clock.solved), true),
                _ => None,
            },
            closed: first(before.and_then(|clock| clock.closed), status == "closed"),
        }
    }
}

impl Complaints {
    /// Follows a write to a complaint at `now`; `row` is what it is since. Says whether it escalated.
    ///
    /// # Errors
    /// It is not what it should be.
    pub fn follow(&mut self, id: Uuid, row: &Row, now: DateTime<Utc>) -> Result<bool, String> {
        let (level, status) = (row.value("level"), row.value("status"));
        let (level, status) = (level.as_u64().unwrap_or(0), status.as_str().unwrap_or_default());
        let escalations = row.value("escalations").as_u64().unwrap_or(0);
        let before = self.0.get(&id);
        let escalates = escalations != before.map_or(0, |clock| clock.escalations);
        let clock = match before {
            Some(before) if escalates => {
                if !before.is_overdue(now) {
                    return Err(format!("complaint {id} escalated, due at {:?}", before.due()));
                }
                Clock {
                    level: (before.level + 1).min(3),
                    escalations: before.escalations + 1,
                    since: now,
                    ..before.clone()
                }
            }
            before => Clock::after(before, level, status, now),
        };
        let at = |field: &str| -> Option<DateTime<Utc>> { row.value(field).as_str()?.parse().ok() };
        let times = [
            ("level_since", Some(clock.since)),
            ("due_at", clock.due()),
            ("acknowledged_at", clock.answered),
            ("resolved_at", clock.solved),
            ("closed_at", clock.closed),
        ];
        if let Some((field, due)) = times.into_iter().find(|(field, due)| at(field) != *due) {
            return Err(format!(
                "complaint {id} has {field} {:?} instead of {due:?}",
                at(field)
            ));
        }
        let found = (level, status, escalations);
        if found != (clock.level, clock.status.as_str(), clock.escalations) {
            return Err(format!("complaint {id} is {found:?}, expected {clock:?}"));
        }
        self.0.insert(id, clock);
        Ok(escalates)
    }

    /// A complaint whose deadline has passed.
    pub fn overdue(&self, now: DateTime<Utc>) -> Option<Uuid> {
        self.0
            .iter()
            .find(|(_, clock)| clock.is_overdue(now))
            .map(|(id, _)| *id)
    }
}
