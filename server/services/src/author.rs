//! Who writes, and under which rules.
use crate::house::House;
use chrono::{DateTime, Utc};
use onsite_model::role::Role;
use uuid::Uuid;

/// The server's own stream: effects, timers, seeds.
pub const SYSTEM_STREAM: Uuid = Uuid::nil();

/// Where an operation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A phone's push: a disagreement becomes a conflict, what can't be applied goes to quarantine.
    Device,
    /// A person at a screen, comparing by version: a disagreement is told at once and nothing is written.
    Office,
    /// A use case of ours acting for a person or a timer; it may write what only the server writes.
    Server,
}

/// The author of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    pub user: Option<Uuid>,
    /// Absent for the server itself.
    pub role: Option<Role>,
    /// The device the stream belongs to.
    pub device: Option<Uuid>,
    pub stream: Uuid,
    pub origin: Origin,
}

impl Author {
    /// The server, on nobody's behalf.
    pub const SYSTEM: Author = Author {
        user: None,
        role: None,
        device: None,
        stream: SYSTEM_STREAM,
        origin: Origin::Server,
    };

    /// A user at a screen. Each has a stream of their own, named by their id.
    pub fn office(user: Uuid, role: Role) -> Author {
        Author {
            user: Some(user),
            role: Some(role),
            device: None,
            stream: user,
            origin: Origin::Office,
        }
    }

    /// The same author, acting through a use case that has checked what it does.
    #[must_use]
    pub fn by_server(self) -> Author {
        Author {
            origin: Origin::Server,
            ..self
        }
    }

    /// Whether only granted buckets may be seen and written.
    pub fn is_scoped(&self) -> bool {
        self.role.is_some_and(|role| !role.sees_everything())
    }
}

/// What one write is part of.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    pub author: &'a Author,
    /// The operation that led to it.
    pub operation: Uuid,
    /// By the author's clock.
    pub occurred_at: DateTime<Utc>,
    /// By ours.
    pub now: DateTime<Utc>,
    pub house: &'a House,
}

impl<'a> Cause<'a> {
    /// The same cause with the server's hand: for effects that follow from a rule.
    #[must_use]
    pub fn effect(&self) -> Cause<'a> {
        Cause {
            author: &Author::SYSTEM,
            ..*self
        }
    }
}
