//! Edits of the device's user, each an operation.
use super::{Engine, View, outbox, rows};
use crate::Fields;
use crate::operation::{
    Group, MAX_GROUP_BYTES, MAX_GROUP_OPERATIONS, MAX_OPERATION_BYTES, Operation, OperationKind,
};
use crate::version::Version;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// What an edit gets from outside: its identity, its time, and what it builds on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// A new UUIDv7.
    pub operation: Uuid,
    /// The device's clock.
    pub occurred_at: DateTime<Utc>,
    /// Operations and rows of other streams that must be on the server first: a row known by its printed label,
    /// a colleague's report it answers.
    pub deps: Vec<Uuid>,
}

impl Origin {
    /// An edit that builds on nothing but this device's own rows and edits.
    pub fn new(operation: Uuid, occurred_at: DateTime<Utc>) -> Origin {
        Origin {
            operation,
            occurred_at,
            deps: Vec::new(),
        }
    }
}

/// Why an edit was not taken; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the row {0} exists already")]
    Exists(Uuid),
    #[error("there is no row {0} on this device")]
    Unknown(Uuid),
    #[error("the row {0} has left this device and can only be read until its edits have been sent")]
    Parked(Uuid),
    #[error("the edit has {0} bytes, more than the {MAX_OPERATION_BYTES} that can be sent")]
    TooLarge(usize),
    #[error("there is an edit {0} already")]
    Repeated(Uuid),
    #[error(
        "a group of {operations} edits with {bytes} bytes can't travel together: {MAX_GROUP_OPERATIONS} edits and \
         {MAX_GROUP_BYTES} bytes are the most"
    )]
    GroupTooLarge { operations: usize, bytes: usize },
    #[error("this device has been wiped")]
    Wiped,
}

impl Engine {
    /// Makes a row.
    pub fn create(
        &mut self,
        origin: Origin,
        entity: &str,
        row: Uuid,
        fields: Fields,
    ) -> Result<(), EditError> {
        let known = self.rows.get(row).is_some()
            || self.rows.parked().contains_key(&row)
            || self.operations().iter().any(|entry| entry.operation.row == row);
        if known {
            return Err(EditError::Exists(row));
        }
        self.stage(
            origin,
            entity.to_owned(),
            row,
            OperationKind::Create,
            Version::ZERO,
            fields,
        )
    }

    /// Changes fields of a row; a field of a set takes `{"add": […], "remove": […]}`. Fields that already show
    /// the value are left out: a form sent whole must not claim what its user did not touch. Returns whether
    /// anything is left to send.
    pub fn update(&mut self, origin: Origin, row: Uuid, mut fields: Fields) -> Result<bool, EditError> {
        let view = self.editable(row)?;
        let now = |field: &str| view.body.get(field).unwrap_or(&Value::Null);
        fields.retain(|field, value| &rows::changed(now(field), value) != now(field));
        if fields.is_empty() {
            return Ok(false);
        }
        let base = self.base(row, Some(&fields));
        self.stage(origin, view.entity, row, OperationKind::Update, base, fields)?;
        Ok(true)
    }

    /// Deletes a row.
    pub fn delete(&mut self, origin: Origin, row: Uuid) -> Result<(), EditError> {
        let view = self.editable(row)?;
        let base = self.base(row, None);
        self.stage(
            origin,
            view.entity,
            row,
            OperationKind::Delete,
            base,
            Fields::new(),
        )
    }

    /// Makes edits that stand together on the server, or not at all: what `edit` does to the engine becomes one
    /// atomic group. If it fails, or the group would be too large, none of it was done.
    pub fn group(
        &mut self,
        id: Uuid,
        edit: impl FnOnce(&mut Engine) -> Result<(), EditError>,
    ) -> Result<(), EditError> {
        let before = (self.outbox.mark(), self.hlc);
        let done = edit(self).and_then(|()| {
            let size = self.outbox.since(before.0).len();
            let group = Group {
                id,
                size: u32::try_from(size).unwrap_or(u32::MAX),
            };
            self.outbox.gather(before.0, group);
            let bytes = self.outbox.since(before.0).map(outbox::json_bytes).sum();
            if size <= MAX_GROUP_OPERATIONS && bytes <= MAX_GROUP_BYTES {
                Ok(())
            } else {
                Err(EditError::GroupTooLarge {
                    operations: size,
                    bytes,
                })
            }
        });
        if done.is_err() {
            self.outbox.undo_to(before.0);
            self.hlc = before.1;
        }
        done
    }

    fn stage(
        &mut self,
        origin: Origin,
        entity: String,
        row: Uuid,
        kind: OperationKind,
        base: Version,
        set: Fields,
    ) -> Result<(), EditError> {
        let Origin {
            operation: id,
            occurred_at,
            deps,
        } = origin;
        if self.wiped {
            return Err(EditError::Wiped);
        }
        if self.operations().iter().any(|entry| entry.operation.id == id) {
            return Err(EditError::Repeated(id));
        }
        let hlc = self.hlc.tick(occurred_at);
        let operation = Operation {
            id,
            entity,
            row,
            kind,
            base,
            set,
            occurred_at,
            hlc,
            deps,
            group: None,
        };
        let bytes = outbox::json_bytes(&operation);
        if bytes > MAX_OPERATION_BYTES {
            return Err(EditError::TooLarge(bytes));
        }
        self.hlc = hlc;
        self.outbox.append(operation);
        Ok(())
    }

    fn editable(&self, row: Uuid) -> Result<View, EditError> {
        if self.rows.parked().contains_key(&row) {
            return Err(EditError::Parked(row));
        }
        self.view(row).ok_or(EditError::Unknown(row))
    }

    fn base(&self, row: Uuid, fields: Option<&Fields>) -> Version {
        let base = self.rows.get(row);
        self.outbox
            .base(row, fields, base.map(|row| row.version), self.reached(base))
    }
}
