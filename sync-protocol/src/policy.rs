//! What happens when two streams change the same field: declared once, beside each entity.

/// The rule of a field.
#[derive(Debug, Clone, Copy)]
pub enum Policy {
    /// The field belongs to who is on site (readings, times, answers): the device's value stands provisionally.
    Device,
    /// It belongs to the office (schedule, assignment): what the server has stands provisionally.
    Office,
    /// Only the server's own rules write it; from a device it is not permitted.
    Server,
    /// Written once when the row is made; what differs later is a conflict and the first value stands.
    Append,
    /// Long text: merged three-way, an overlap is a conflict and what the server has stands.
    Text,
    /// A set of ids or words: additions and removals unite, an addition wins.
    Set,
    /// A quantity: changes by a number add up and never conflict; a number set outright follows the office's rule.
    Delta,
    /// A state machine: a legal step applies whoever took it, an illegal jump is a conflict.
    Status(fn(&str, &str) -> bool),
    /// A name only one row can hold (an asset tag): the first claim holds it.
    Claim,
}

/// One field of an entity.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    pub name: &'static str,
    pub policy: Policy,
    /// Fields of one group are coupled (a reading and its unit): they conflict and are resolved together.
    pub group: Option<&'static str>,
}

/// An entity's fields and their rules.
#[derive(Debug, Clone, Copy)]
pub struct EntitySpec {
    pub name: &'static str,
    pub fields: &'static [FieldSpec],
}

impl EntitySpec {
    /// The declared field, if there is one of this name.
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The rule of a field; a field of a newer client, unknown here, is kept and follows the office's rule.
    pub fn policy(&self, name: &str) -> Policy {
        self.field(name).map_or(Policy::Office, |field| field.policy)
    }

    /// The name conflicts of this field go by: its group's, or its own.
    pub fn group<'a>(&self, name: &'a str) -> &'a str {
        self.field(name).and_then(|field| field.group).unwrap_or(name)
    }
}

/// Declares a field.
pub const fn field(name: &'static str, policy: Policy) -> FieldSpec {
    FieldSpec {
        name,
        policy,
        group: None,
    }
}

/// Declares a field that is coupled with others.
pub const fn grouped(name: &'static str, policy: Policy, group: &'static str) -> FieldSpec {
    FieldSpec {
        name,
        policy,
        group: Some(group),
    }
}
